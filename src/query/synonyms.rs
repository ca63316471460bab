//! Other names of things: a shipped list that can be added to.
//!
//! A line is a group: `a, b, c` mean the same; `a => b, c` finds b and c for a, and not the other way round; `a ~> b` shows b
//! behind what matches a, as related; `^0.6` behind a line is its weight, 0.7 otherwise. What follows `#` behind a space is a
//! comment.

use std::borrow::Cow;

use super::plan::{OtherName, Thesaurus, Way};
use super::synonym_lines::{groups, hash, names};
use crate::analysis::{connects, name_key};

/// Synonyms that come with the program; the build script joins their files.
pub const SHIPPED: &str = include_str!(concat!(env!("OUT_DIR"), "/synonyms.txt"));
/// Weight of a line without one.
const DEFAULT_WEIGHT: f32 = 0.7;

/// A name and its line: hash of the name, first byte of the line, and where it ends.
type Name = (u64, u32, u32);

/// The names of [`SHIPPED`], sorted; made by the build script.
#[expect(clippy::unreadable_literal, reason = "nobody reads what the build script wrote")]
static SHIPPED_NAMES: &[Name] = &include!(concat!(env!("OUT_DIR"), "/synonyms.in"));

/// Lists of other names. Lines are only looked at when one of their names is asked for: a search from the shell asks for
/// a few of thousands.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    /// Every list, one after the other.
    text: Cow<'static, str>,
    /// The names of every line, sorted.
    names: Cow<'static, [Name]>,
}

/// One line, taken apart.
struct Line<'a> {
    from: Vec<&'a str>,
    to: Vec<&'a str>,
    weight: f32,
    way: Way,
}

impl Synonyms {
    /// Reads lists, earlier ones before later ones. Lines that are not a group are returned with the list they stand in
    /// and their number, counted from 1.
    #[must_use]
    pub fn read(lists: &[&str]) -> (Self, Vec<(usize, usize)>) {
        let mut synonyms = Self::default();
        let mut wrong = Vec::new();
        for (list, text) in lists.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            if *text == SHIPPED && synonyms.text.is_empty() {
                synonyms = Self::shipped();
                continue;
            }
            let base = synonyms.text.len();
            synonyms.text.to_mut().push_str(text);
            // Those of a long list are beyond what can be named.
            let place = |at: usize| u32::try_from(base + at).unwrap_or(u32::MAX);
            let names = synonyms.names.to_mut();
            if *text == SHIPPED {
                let base = place(0);
                let moved = SHIPPED_NAMES.iter();
                names.extend(moved.map(|(hash, start, end)| (*hash, start + base, end + base)));
                continue;
            }
            for (number, start, group) in groups(text) {
                if Line::read(group).is_none() {
                    wrong.push((list, number));
                    continue;
                }
                let (start, end) = (place(start), place(start + group.len()));
                names.extend(
                    self::names(group).map(|name| (hash(name_key(name).chars()), start, end)),
                );
            }
        }
        if let Cow::Owned(names) = &mut synonyms.names {
            names.sort_unstable();
        }
        (synonyms, wrong)
    }

    /// Returns those that come with the program; nothing is read.
    fn shipped() -> Self {
        Self { text: Cow::Borrowed(SHIPPED), names: Cow::Borrowed(SHIPPED_NAMES) }
    }

    /// Returns the number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Returns whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (line, weight) = match line.rsplit_once('^') {
            Some((line, weight)) => {
                let weight: f32 = weight.trim().parse().ok()?;
                (line, (weight > 0.0 && weight <= 1.0).then_some(weight)?)
            }
            None => (line, DEFAULT_WEIGHT),
        };
        let names = |text: &'a str| -> Vec<&'a str> {
            text.split([',', '，']).map(str::trim).filter(|name| !name.is_empty()).collect()
        };
        let arrows = [("=>", Way::Synonym), ("~>", Way::Related)];
        let arrow = arrows.iter().find_map(|(sign, way)| Some((line.split_once(sign)?, *way)));
        let (from, to, way) = match arrow {
            Some(((from, to), way)) => (names(from), names(to), way),
            None => (names(line), names(line), Way::Synonym),
        };
        let means_something = from.iter().any(|name| to.iter().any(|other| name != other));
        means_something.then_some(Self { from, to, weight, way })
    }
}

impl Thesaurus for Synonyms {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        let own = atoms.concat();
        let wanted = hash(own.chars().filter(|c| !connects(*c)));
        let first = self.names.partition_point(|(name, ..)| *name < wanted);
        let lines = self.names[first..].iter().take_while(|(name, ..)| *name == wanted);
        let mut names: Vec<OtherName> = Vec::new();
        for (_, start, end) in lines {
            let line = self.text.get(*start as usize..*end as usize).unwrap_or_default();
            let Some(group) = Line::read(line) else { continue };
            if !group.from.iter().any(|name| name_key(name) == own) {
                continue;
            }
            for other in group.to.iter().filter(|other| name_key(other) != own) {
                let (weight, way) = (group.weight, group.way);
                match names.iter_mut().find(|known| known.text == **other) {
                    // The line that says it is nearest is believed.
                    Some(known) if known.way == way => known.weight = known.weight.max(weight),
                    Some(known) if way == Way::Synonym => (known.weight, known.way) = (weight, way),
                    Some(_) => {}
                    None => names.push(OtherName { text: (*other).to_owned(), weight, way }),
                }
            }
        }
        let is_related = |name: &OtherName| name.way == Way::Related;
        names.sort_by(|a, b| {
            is_related(a).cmp(&is_related(b)).then_with(|| b.weight.total_cmp(&a.weight))
        });
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::fold;

    fn names(synonyms: &Synonyms, atoms: &[&str]) -> Vec<String> {
        let names = synonyms.other_names(atoms);
        names.iter().map(|name| format!("{}^{}", name.text, name.weight)).collect()
    }

    #[test]
    fn groups_go_both_ways_and_arrows_one() {
        let list = "# heading\n显卡, GPU ^0.6\nk8s => Kubernetes # one way\nlarge language model，大语言模型\nC++, cpp\n";
        let (synonyms, wrong) = Synonyms::read(&[list, "alone\n^2\na, b ^7\n"]);
        assert_eq!(wrong, [(1, 1), (1, 2), (1, 3)]);
        assert_eq!(names(&synonyms, &["gpu"]), ["显卡^0.6"]);
        assert_eq!(names(&synonyms, &["显", "卡"]), ["GPU^0.6"]);
        assert_eq!(names(&synonyms, &["k", "8", "s"]), ["Kubernetes^0.7"]);
        assert!(names(&synonyms, &["kubernetes"]).is_empty());
        assert_eq!(names(&synonyms, &["large", "language", "model"]), ["大语言模型^0.7"]);
        assert_eq!(names(&synonyms, &["cpp"]), ["C++^0.7"]);
        assert_eq!(names(&synonyms, &["c", "+", "+"]), ["cpp^0.7"]);
        assert!(names(&synonyms, &["c"]).is_empty());
    }

    #[test]
    fn what_is_related_comes_behind_other_names() {
        let (synonyms, wrong) = Synonyms::read(&["PS, 绘图 ~> 修图 ^0.9\n绘图, 画图 ^0.2\na ~>\n"]);
        assert_eq!(wrong, [(0, 3)]);
        let ways = |atoms: &[&str]| -> Vec<(String, Way)> {
            let names = synonyms.other_names(atoms);
            names.into_iter().map(|name| (name.text, name.way)).collect()
        };
        let related = ("修图".to_owned(), Way::Related);
        assert_eq!(ways(&["绘", "图"]), [("画图".to_owned(), Way::Synonym), related.clone()]);
        assert_eq!(ways(&["ps"]), [related]);
        assert!(ways(&["修", "图"]).is_empty());
    }

    #[test]
    fn of_several_lines_with_a_name_the_nearest_counts() {
        let list = "终端, terminal ^0.4\n终端, 控制台, terminal ^0.6\n终端 ~> 控制台, 面板\n";
        let (synonyms, _) = Synonyms::read(&[list]);
        let expected = ["terminal^0.6", "控制台^0.6", "面板^0.7"];
        assert_eq!(names(&synonyms, &["终", "端"]), expected);
        let (synonyms, _) = Synonyms::read(&["a ~> b\na, b ^0.5\n"]);
        let [only] = &synonyms.other_names(&["a"])[..] else { panic!("one name") };
        assert_eq!((only.way, only.weight.to_bits()), (Way::Synonym, 0.5_f32.to_bits()));
    }

    #[test]
    fn every_shipped_line_is_a_group() {
        // Read as anybody's list, with its mistakes.
        let (synonyms, wrong) = Synonyms::read(&[&format!("{SHIPPED}\n")]);
        assert!(wrong.is_empty(), "lines {wrong:?}");
        assert_eq!(synonyms.names, SHIPPED_NAMES, "what the build script made of them");
        for (_, _, group) in groups(SHIPPED) {
            let plain = group.to_lowercase();
            assert_eq!(fold(&plain), plain.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        assert!(synonyms.len() > 500, "only {} names", synonyms.len());
    }

    #[test]
    fn no_shipped_name_is_a_single_character_or_listed_twice_in_a_line() {
        let mut lines = std::collections::HashSet::new();
        for (number, _, group) in groups(SHIPPED) {
            let line = Line::read(group).unwrap();
            let names: Vec<&str> = line.from.iter().chain(&line.to).copied().collect();
            let short = names.iter().find(|name| {
                // What is one character is a word of many meanings.
                name.chars().count() < 2 && !name.is_ascii()
            });
            assert!(short.is_none(), "line {number}: {group}");
            let mut of_side: Vec<String> = line.to.iter().map(|name| name.to_lowercase()).collect();
            let all = of_side.len();
            of_side.sort_unstable();
            of_side.dedup();
            assert_eq!(of_side.len(), all, "line {number}: {group}");
            assert!(lines.insert(group.to_lowercase()), "line {number} again: {group}");
        }
    }
}
