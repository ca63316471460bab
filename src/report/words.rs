//! Lists of words that a report may use for one thing, written in one string.

/// Returns whether a word is one of a list, whose words are parted by `|`; the case of Latin letters does not matter.
pub(super) fn is_listed(list: &str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let mut from = 0;
    memchr::memchr_iter(b'|', list).chain([list.len()]).any(|end| {
        let known = from..end;
        from = end + 1;
        // Most differ in their length.
        known.len() == word.len() && list[known].eq_ignore_ascii_case(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_listed_whole_in_any_case() {
        let list = "目录|Table of contents|toc";
        assert!(["目录", "TABLE of Contents", "Toc"].iter().all(|word| is_listed(list, word)));
        assert!(["", "目", "目录|", "oc", "table", "录"].iter().all(|word| !is_listed(list, word)));
        assert!(is_listed("a||b", "") && is_listed("", ""));
    }
}
