//! Lists of words that a report may use for one thing, written in one string.

/// Returns whether a word is one of a list, whose words are parted by `|`; the case of Latin letters does not matter.
pub(super) fn is_listed(list: &str, word: &str) -> bool {
    list.split('|').any(|known| known.eq_ignore_ascii_case(word))
}
