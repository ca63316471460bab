//! What may be a name, and names written one behind the other.

use std::collections::HashSet;

use super::words::is_listed;
use crate::text::is_han;

/// A name is not longer than this many characters; a longer one is a sentence.
const MAX_NAME: usize = 40;
/// A name of Latin letters has at most so many words.
const MAX_WORDS: usize = 4;
/// One of Han characters is not longer than this.
const MAX_HAN: usize = 8;
/// Words inside such names that are written small.
const PARTICLES: &str = "de|da|di|del|der|den|van|von|bin|al|el|la|le|dos|ten|af";

/// Splits the value of a label into names; a name may contain spaces.
pub(super) fn names(value: &str) -> Vec<String> {
    let separators: &[char] = if value.contains('@') {
        &['@']
    } else {
        &['、', '，', ',', ';', '；', '&', '＆', '/']
    };
    let trim = |name: &str| {
        name.trim_matches(|c: char| c.is_whitespace() || "、，,;；和&/|".contains(c)).to_owned()
    };
    unique(value.split(separators).map(trim).filter(|name| is_name(name)))
}

/// Returns whether a text may be a name and not a sentence, an address or a number.
pub(super) fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.chars().take(MAX_NAME + 1).count())
        && text.chars().any(char::is_alphabetic)
        && !text.contains([
            '\n', '。', '，', '；', '：', '！', '？', '『', '』', '“', '”', '"', '\'', '`', '=',
            '<', '>',
        ])
        && !text.contains("://")
        && !text.contains(": ")
}

/// Returns whether a text is written as a name of somebody is: few words, those of Latin letters capital ones.
pub(super) fn is_proper_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_capital = |word: &&str| {
        word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
            || is_listed(PARTICLES, word)
    };
    is_name(text)
        && text.chars().filter(|c| is_han(*c)).count() <= MAX_HAN
        && (1..=MAX_WORDS).contains(&words.len())
        && words.iter().all(is_capital)
        && !text.ends_with('.')
}

/// Leaves each name once, where it stands first.
pub(super) fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: HashSet<String> = HashSet::new();
    names.filter(|name| !name.is_empty() && seen.insert(name.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_contributors_may_contain_spaces() {
        assert_eq!(names("@Angela Chen Hanzhe 2022"), ["Angela Chen Hanzhe 2022"]);
        assert_eq!(names("@刘奕龙 @林李挚、@刘奕龙"), ["刘奕龙", "林李挚"]);
        assert_eq!(names("甲、乙"), ["甲", "乙"]);
        assert_eq!(names("甲 & 乙/丙"), ["甲", "乙", "丙"]);
    }

    #[test]
    fn names_are_written_with_capitals() {
        for name in ["Ada", "Ada Oak", "Ben van der Elm", "甲", "Ada L. Oak"] {
            assert!(is_proper_name(name), "{name}");
        }
        for other in [
            "the way",
            "Ada oak",
            "One Two Three Four Five",
            "",
            "3",
            "Ada Oak.",
            "甲。乙",
            "发现橡子和松果的地方",
        ] {
            assert!(!is_proper_name(other), "{other}");
        }
    }
}
