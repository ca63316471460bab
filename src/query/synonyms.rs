//! Other names of things: a shipped list that can be added to.
//!
//! A line is a group: `a, b, c` mean the same; `a => b, c` finds b and c for a, and not the other way round; `^0.6`
//! behind a line is its weight, 0.7 otherwise. What follows `#` behind a space is a comment.

use std::collections::HashMap;

use super::plan::{OtherName, Thesaurus, Way};
use crate::analysis::fold;

/// Synonyms that come with the program.
pub const SHIPPED: &str = include_str!("synonyms.txt");
/// Weight of a line without one.
const DEFAULT_WEIGHT: f32 = 0.7;

/// A list of other names.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    /// From the key of a name to its other names.
    names: HashMap<String, Vec<OtherName>>,
}

impl Synonyms {
    /// Reads lists, later ones adding to earlier ones. Lines that are no group are returned with the list they stand
    /// in and their number, counted from 1.
    #[must_use]
    pub fn read(lists: &[&str]) -> (Self, Vec<(usize, usize)>) {
        let mut synonyms = Self::default();
        let mut wrong = Vec::new();
        for (list, text) in lists.iter().enumerate() {
            for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
                let line = without_comment(line);
                if !line.is_empty() && !synonyms.add(line) {
                    wrong.push((list, number + 1));
                }
            }
        }
        (synonyms, wrong)
    }

    /// Returns the number of names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Tells whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    fn add(&mut self, line: &str) -> bool {
        let (line, weight) = match line.rsplit_once('^') {
            Some((line, weight)) => match weight.trim().parse::<f32>() {
                Ok(weight) if weight > 0.0 && weight <= 1.0 => (line, weight),
                _ => return false,
            },
            None => (line, DEFAULT_WEIGHT),
        };
        let members = |text: &str| -> Vec<String> {
            text.split([',', '，'])
                .map(str::trim)
                .filter(|m| !m.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let (from, to) = match line.split_once("=>") {
            Some((from, to)) => (members(from), members(to)),
            None => (members(line), members(line)),
        };
        let mut added = false;
        for name in &from {
            let own = key(name);
            for other in to.iter().filter(|other| key(other) != own) {
                let names = self.names.entry(own.clone()).or_default();
                if !names.iter().any(|known| known.text == *other) {
                    names.push(OtherName { text: other.clone(), weight, way: Way::Synonym });
                }
                added = true;
            }
        }
        added
    }
}

impl Thesaurus for Synonyms {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        let mut names = self.names.get(&atoms.concat()).cloned().unwrap_or_default();
        names.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        names
    }
}

fn without_comment(line: &str) -> &str {
    let end = if line.trim_start().starts_with('#') {
        0
    } else {
        line.find(" #").or_else(|| line.find("\t#")).unwrap_or(line.len())
    };
    line[..end].trim()
}

/// Returns a name as its atoms joined: without spaces and connectors, folded.
fn key(name: &str) -> String {
    fold(name).chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.' | '/' | '\'' | '·')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn every_shipped_line_is_a_group() {
        let (synonyms, wrong) = Synonyms::read(&[SHIPPED]);
        assert!(wrong.is_empty(), "lines {wrong:?}");
        assert!(synonyms.len() > 500, "only {} names", synonyms.len());
    }
}
