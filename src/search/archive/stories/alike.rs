//! Two items to whether they tell the same thing: by the link both are about, by their titles and by their texts.

use std::collections::BTreeSet;

use crate::address::Link;
use crate::analysis::{NoCutter, analyze, fold};
use crate::index::StoredItem;
use crate::text::{floor_boundary, is_han};

/// Items with a link up to which those that begin with it tell of the same, if they agree a little. What more give is
/// often a page of their own makers, a calendar, a place for talks.
const MAX_CARRIERS: usize = 6;
/// Items with a link up to which it is looked at. What more carry says nothing: a sign-up page, a project that all is about.
pub(super) const MAX_LINKED: usize = 24;
/// Share of their terms that two titles have in common if they are one.
const SAME_TITLE: f64 = 0.8;
/// Share of their terms that two texts have in common if one was made of the other.
const SAME_TEXT: f64 = 0.5;
/// The same for texts that have a short title in common: two tools called `image splitter` are described alike.
const SAME_TEXT_OF_SHORT: f64 = 0.6;
/// The same for those of a long title, which recurs now and then: a notice of every quarter.
const ALIKE_TEXT: f64 = 0.35;
/// Share of the terms of titles that agree, where the link is the same.
const ALIKE_TITLE: f64 = 0.3;
/// Share of the terms of the shorter item that stand in the other one, where the link is the same.
const INSIDE: f64 = 0.5;
/// Share of the terms of two items that link to the same article and nothing else: of a title and its translation the
/// names agree.
const FOLLOWED: f64 = 0.1;
/// Terms that a text must have to be compared.
const MIN_TERMS: usize = 6;
/// What a title must say to name a story by itself: a Han character is one, a Latin word two.
const LONG_TITLE: usize = 11;
/// What it must say to be compared at all.
const MIN_TITLE: usize = 4;
/// Letters of a title that may stand beside the other one: `(译)`, the name of a site.
const MAX_BESIDE: f64 = 1.0 / 3.0;
/// Bytes of a text that are compared.
const MAX_COMPARED: usize = 2_400;
/// Fewest letters of a name.
const MIN_NAME: usize = 3;
/// Numerals that number issues, parts and weeks.
const NUMERALS: &str = "零〇一二三四五六七八九十百千两上中下";

/// An item with what it is compared by.
#[derive(Debug)]
pub(super) struct Telling {
    pub(super) item: StoredItem,
    /// Atoms of the title, each once, in order.
    pub(super) atoms: Vec<String>,
    /// Letters of the title.
    letters: String,
    /// What the title says: a Han character is one, a Latin word two.
    says: usize,
    title: BTreeSet<String>,
    text: BTreeSet<String>,
    all: BTreeSet<String>,
    stamps: BTreeSet<String>,
}

impl Telling {
    pub(super) fn new(item: StoredItem) -> Self {
        let (title, body) = (&item.item.title, &item.item.body);
        let atoms = atoms(title);
        let body = body.get(..floor_boundary(body, MAX_COMPARED)).unwrap_or_default();
        let (in_title, text) = (terms(title), terms(body));
        let folded = fold(title);
        Self {
            says: atoms.iter().map(|(atom, _)| if is_one_character(atom) { 1 } else { 2 }).sum(),
            atoms: each_once(atoms),
            letters: folded.chars().filter(|c| c.is_alphanumeric()).collect(),
            stamps: stamps(&folded),
            all: in_title.union(&text).cloned().collect(),
            title: in_title,
            text,
            item,
        }
    }

    /// Returns the link it is about.
    pub(super) fn link(&self) -> Option<&Link> {
        self.item.item.links.first()
    }

    /// Returns whether its title says enough to be looked for.
    pub(super) fn has_title(&self) -> bool {
        self.says >= MIN_TITLE
    }

    /// Returns whether both have one title: letter for letter, or with a little beside it that numbers nothing.
    pub(super) fn is_titled_like(&self, other: &Self) -> bool {
        let [short, long] = if self.letters.len() <= other.letters.len() {
            [&self.letters, &other.letters]
        } else {
            [&other.letters, &self.letters]
        };
        let parts = long.split_once(short.as_str()).filter(|_| !short.is_empty());
        let Some((before, behind)) = parts else { return false };
        let beside = before.chars().chain(behind.chars());
        let is_number = |c: char| c.is_numeric() || NUMERALS.contains(c);
        !beside.clone().any(is_number) && share(beside.count(), long.chars().count()) <= MAX_BESIDE
    }

    /// Returns whether both tell the same thing; `carriers` are how many items have the link of the first, and
    /// `is_usual` says of their title that many have it.
    pub(super) fn is_one_with(&self, other: &Self, carriers: usize, is_usual: bool) -> bool {
        // Of one address two versions, years and issues are told.
        let differ = !self.stamps.is_empty() && !other.stamps.is_empty();
        if differ && self.stamps.is_disjoint(&other.stamps) {
            return false;
        }
        self.is_linked_with(other, carriers) || !is_usual && self.is_titled_with(other)
    }

    fn is_linked_with(&self, other: &Self, carriers: usize) -> bool {
        let (Some(link), Some(theirs)) = (self.link(), other.link()) else { return false };
        if link.canonical != theirs.canonical || carriers > MAX_LINKED {
            return false;
        }
        let titles = common(&self.title, &other.title);
        if titles >= SAME_TITLE
            || self.is_titled_like(other)
            || self.text_with(other).is_some_and(|share| share >= SAME_TEXT)
        {
            return true;
        }
        // A report that gives the same link twice gives it for two things.
        let (ours, reports) = (self.item.id.report(), other.item.id.report());
        if carriers > MAX_CARRIERS || ours == reports {
            return false;
        }
        // The link says its words of both, whatever they are.
        let of_link = terms(&link.canonical);
        let both =
            self.all.intersection(&other.all).filter(|term| !of_link.contains(*term)).count();
        let shorter = self.all.len().min(other.all.len());
        let only = self.item.item.links.len() == 1 && other.item.item.links.len() == 1;
        titles >= ALIKE_TITLE
            || shorter >= MIN_TERMS && share(both, shorter) >= INSIDE
            || self.says_name(link, other)
            || only && link.is_piece() && common(&self.all, &other.all) >= FOLLOWED
    }

    fn is_titled_with(&self, other: &Self) -> bool {
        let says = self.says.min(other.says);
        if says < MIN_TITLE || !self.is_titled_like(other) {
            return false;
        }
        match self.text_with(other) {
            Some(share) if says >= LONG_TITLE => share >= ALIKE_TEXT,
            Some(share) => share >= SAME_TEXT_OF_SHORT,
            None => says >= LONG_TITLE,
        }
    }

    /// Returns the share of their terms that both texts have; `None` if one of them says nearly nothing.
    fn text_with(&self, other: &Self) -> Option<f64> {
        let has_text = self.text.len().min(other.text.len()) >= MIN_TERMS;
        has_text.then(|| common(&self.text, &other.text))
    }

    /// Returns whether both say the name of what a link leads to, a project or a site, and one in its title: what leads to
    /// whoever sent an item has a name, too.
    fn says_name(&self, link: &Link, other: &Self) -> bool {
        let path = link.canonical.split('?').next().unwrap_or_default();
        let name = match path.rsplit_once('/') {
            Some((_, name)) => name,
            None => path.split('.').next().unwrap_or_default(),
        };
        let atoms = atoms(name);
        let letters: usize = atoms.iter().map(|(atom, _)| atom.chars().count()).sum();
        let all_in = |terms: &BTreeSet<String>| atoms.iter().all(|(atom, _)| terms.contains(atom));
        let in_both = all_in(&self.all) && all_in(&other.all);
        letters >= MIN_NAME && in_both && (all_in(&self.title) || all_in(&other.title))
    }
}

fn share(part: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "terms of two items are few")]
    let share = part as f64 / of.max(1) as f64;
    share
}

/// Returns the share of their terms that two sets have in common.
fn common(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    share(2 * a.intersection(b).count(), a.len() + b.len())
}

fn is_one_character(atom: &str) -> bool {
    let mut chars = atom.chars();
    chars.next().is_some_and(|c| !c.is_ascii()) && chars.next().is_none()
}

/// Returns the atoms of a text with their positions; those of addresses are none.
fn atoms(text: &str) -> Vec<(String, usize)> {
    let atoms = analyze(text, &NoCutter).atoms.into_iter().filter(|atom| !atom.is_piece);
    atoms.map(|atom| (atom.text.into_string(), atom.position)).collect()
}

fn each_once(atoms: Vec<(String, usize)>) -> Vec<String> {
    let each: BTreeSet<String> = atoms.into_iter().map(|(atom, _)| atom).collect();
    each.into_iter().collect()
}

/// Returns what a text is compared by: Latin words, numbers, and Han characters in twos.
fn terms(text: &str) -> BTreeSet<String> {
    let atoms = atoms(text);
    let mut terms = BTreeSet::new();
    let mut after_han = false;
    for (at, (atom, position)) in atoms.iter().enumerate() {
        if !is_one_character(atom) {
            terms.insert(atom.clone());
            after_han = false;
            continue;
        }
        let next = atoms.get(at + 1);
        let next = next.filter(|(next, there)| is_one_character(next) && *there == position + 1);
        match next {
            Some((next, _)) => terms.insert(format!("{atom}{next}")),
            None if !after_han => terms.insert(atom.clone()),
            None => false,
        };
        after_han = next.is_some();
    }
    terms
}

/// Returns whether a title begins with a name of one or two Latin words and a space: `redis 5` is a version.
fn is_name_before(chars: &[char]) -> bool {
    let Some((' ', name)) = chars.split_last() else { return false };
    let is_of_name = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ' ');
    name.first().is_some_and(char::is_ascii_alphabetic)
        && name.iter().all(is_of_name)
        && name.iter().filter(|c| **c == ' ').count() < 2
}

/// Returns the numbers of an item's title that say which one is told of.
pub(super) fn stamps_of(item: &StoredItem) -> BTreeSet<String> {
    stamps(&fold(&item.item.title))
}

/// Returns the numbers of a folded title that say which one is told of: versions, years, issues.
fn stamps(title: &str) -> BTreeSet<String> {
    let chars: Vec<char> = title.chars().collect();
    let mut stamps = BTreeSet::new();
    let mut at = 0;
    while at < chars.len() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before)).copied();
        let numbered = matches!(before, Some('第' | '#' | 'v'))
            || before == Some(' ') && at > 1 && chars.get(at - 2) == Some(&'第');
        let is_han_number = |c: &&char| is_han(**c) && NUMERALS.contains(**c);
        let run: String = if chars[at].is_ascii_digit() {
            let joins = |c: char| matches!(c, '.' | '-' | '/');
            chars[at..].iter().take_while(|c| c.is_ascii_digit() || joins(**c)).collect()
        } else if numbered {
            chars[at..].iter().take_while(is_han_number).collect()
        } else {
            String::new()
        };
        if run.is_empty() {
            at += 1;
            continue;
        }
        at += run.chars().count();
        let number = run.trim_end_matches(['.', '-', '/']);
        // `12.3k stars` counts.
        let counts = chars.get(at).is_some_and(|c| matches!(c, 'k' | 'w' | 'm' | '万' | '%'));
        let year = number.split(['.', '-', '/']).next().unwrap_or_default();
        let is_year = year.len() == 4 && (year.starts_with("19") || year.starts_with("20"));
        let of_name = is_name_before(&chars[..at - run.chars().count()]) && !counts;
        if numbered || is_year || of_name || number.contains('.') && !counts {
            stamps.insert(number.to_owned());
        }
    }
    stamps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Item, ItemId};

    /// An item of a report: title, text, and links.
    fn telling(report: &str, (title, text, links): (&str, &str, &str)) -> Telling {
        let links = links.split_whitespace().filter_map(Link::parse).collect();
        let item = Item { title: title.into(), body: text.into(), links, ..Item::default() };
        Telling::new(StoredItem {
            id: ItemId::from_typed(&format!("{report}/a23456")),
            source: String::new(),
            report: String::new(),
            report_url: None,
            issue: None,
            date: None,
            item,
        })
    }

    /// Whether two items of two reports tell the same thing, their link being carried by so many.
    #[track_caller]
    fn check(carriers: usize, a: (&str, &str, &str), b: (&str, &str, &str), expected: bool) {
        let (a, b) = (telling("1", a), telling("2", b));
        assert_eq!(a.is_one_with(&b, carriers, false), expected);
        assert_eq!(b.is_one_with(&a, carriers, false), expected, "the other way round");
    }

    const PROJECT: &str = "https://github.com/someone/lanternfish";
    const ARTICLE: &str = "https://blog.example/2024/02/why-lanterns-glow";

    #[test]
    fn one_link_tells_one_story_where_titles_texts_or_names_agree() {
        let same = |a, b| check(2, a, b, true);
        same(("灯笼鱼：终端里的鱼缸", "", PROJECT), ("终端里的鱼缸", "", PROJECT));
        same(("Lanternfish 0.2 发布", "", PROJECT), ("一个鱼缸", "叫 lanternfish，很小", PROJECT));
        same(
            ("本周推荐", "把一条会发光的鱼养在终端里，随时可看", PROJECT),
            ("摸鱼神器", "把会发光的鱼养在终端里，随时可以看看", PROJECT),
        );
        same(("灯笼为什么发光 glow", "", ARTICLE), ("Why do lanterns glow?", "", ARTICLE));
    }

    #[test]
    fn one_link_tells_several_stories_where_nothing_agrees() {
        let other = |a, b| check(2, a, b, false);
        other(("怎样养鱼", "", PROJECT), ("终端的配色", "", PROJECT));
        // Who sent it is no story.
        let sender = "https://github.com/someone";
        let by = "推荐来源：someone";
        other(("怎样养鱼", by, sender), ("终端的配色", by, sender));
        other(("Lanternfish 1.2rc1 发布", "", PROJECT), ("Lanternfish 1.3 发布", "", PROJECT));
        other(("灯会 2023 报名", "", PROJECT), ("灯会 2024 报名", "", PROJECT));
        other(("鱼报 第十二期", "", PROJECT), ("鱼报 第十三期", "", PROJECT));
        other(("今日灯会(2024-01-02)", "", PROJECT), ("今日灯会(2024-01-03)", "", PROJECT));
        // What counts is no version.
        check(2, ("灯笼鱼 1.2k⭐", "", PROJECT), ("灯笼鱼 3.4k⭐", "", PROJECT), true);
    }

    #[test]
    fn what_many_link_to_tells_a_story_only_in_the_same_words() {
        let (a, b) = (("灯笼鱼怎样安装", "", PROJECT), ("灯笼鱼怎样升级", "", PROJECT));
        check(MAX_CARRIERS, a, b, true);
        check(MAX_CARRIERS + 1, a, b, false);
        let again = ("灯笼鱼怎样安装", "", PROJECT);
        check(MAX_LINKED, a, again, true);
        check(MAX_LINKED + 1, a, again, false);
        let (a, b) = (telling("1", a), telling("1", b));
        assert!(!a.is_one_with(&b, 2, false), "of one report");
    }

    #[test]
    fn a_long_title_names_a_story_and_a_short_one_needs_its_text() {
        let text = "把一条会发光的鱼养在终端里，随时可看";
        let [one, two] = ["https://a.example/1", "https://b.example/2"];
        let long = "理解灯笼鱼在终端里发光的原理";
        check(0, (long, text, one), (long, "", two), true);
        check(0, (long, "", one), ("（译）理解灯笼鱼在终端里发光的原理", text, two), true);
        check(0, (long, text, one), (long, "本周有三场报告，地点在图书馆二楼", two), false);
        check(0, ("终端鱼缸", text, one), ("终端鱼缸", text, two), true);
        check(0, ("终端鱼缸", text, one), ("终端鱼缸", "", two), false);
        check(0, ("鱼缸", text, one), ("鱼缸", text, two), false);
        check(0, ("", text, one), ("", text, two), false);
        let parts = ["理解灯笼鱼发光的原理（上）", "理解灯笼鱼发光的原理"];
        check(0, (parts[0], "", one), (parts[1], "", two), false);
        let (a, b) = (telling("1", (long, "", one)), telling("2", (long, "", two)));
        assert!(!a.is_one_with(&b, 0, true), "the name of a column");
    }

    #[test]
    fn numbers_that_tell_one_from_another_are_known() {
        for (title, expected) in [
            ("go 1.13rc 版", "1.13"),
            ("v2 来了", "2"),
            ("第 12 期", "12"),
            ("第十二期", "十二"),
            ("周报 #7", "7"),
            ("redis 5 is out", "5"),
            ("写给 python 3 的库", ""),
            ("2024 灯会", "2024"),
            ("日报(2024-01-02)", "2024-01-02"),
            ("1.2k⭐", ""),
            ("12 张图", ""),
            ("3.5万人", ""),
        ] {
            let found: Vec<String> = stamps(title).into_iter().collect();
            assert_eq!(found.join(" "), expected, "{title}");
        }
    }
}
