//! Signs before, behind and around words: what they may have been meant for.

/// Letters of the longest word that is rather an option of a command than excluded: `rm -rf`, `java -jar`.
const MAX_OPTION: usize = 4;

/// Returns whether `-x` is rather an option of a command, or a number, than something excluded.
pub(super) fn is_option(typed: &str) -> bool {
    let Some(word) = typed.strip_prefix(['-', '－', '−']) else { return false };
    let is_short = word.chars().count() <= MAX_OPTION || word.contains(|c: char| c.is_numeric());
    let is_plain = !word.is_empty() && word.is_ascii() && !word.contains(['"', ' ']);
    word.starts_with(char::is_numeric) || is_plain && is_short
}

/// Returns whether a word has a sign that other searches know: about like it, `~x` and `x~2`, not it, `!x`, any letter,
/// `x?y`, or a pattern, `/x/`.
pub(super) fn is_ignored_sign(word: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.chars().all(char::is_alphabetic);
    let before = word.strip_prefix('~').is_some_and(is_word);
    let behind = word.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('~');
    let pattern = word.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
    let is_pattern = |text: &str| text.contains(['*', '.', '+', '[', '\\', '^', '$', '?']);
    let not = word.strip_prefix('!').is_some_and(is_word);
    let any = word.split_once('?').is_some_and(|(before, behind)| {
        [before, behind].iter().all(|part| is_word(part) && part.is_ascii())
    });
    before || not || any || behind.is_some_and(is_word) || pattern.is_some_and(is_pattern)
}

/// Letters of the shortest piece that is asked for with `*`: in `A*` it is a name, in `C*` a type.
const MIN_PIECE: usize = 2;

/// Returns whether a word is a piece of words, with `*` where they may go on: `*rag*`, `rag*`, `*rag`.
pub(super) fn is_piece(word: &str) -> bool {
    let inner = word.strip_prefix('*').unwrap_or(word);
    let inner = inner.strip_suffix('*').unwrap_or(inner);
    inner.len() < word.len()
        && inner.chars().count() >= MIN_PIECE
        && inner.chars().all(char::is_alphanumeric)
}

/// Returns a query without quotation marks, so that the words of its phrases may stand apart.
#[must_use]
pub fn without_quotes(text: &str) -> String {
    let is_quote = |c: char| closing_quote(c).is_some() || matches!(c, '」' | '』');
    let words: Vec<&str> = text
        .split(|c: char| is_quote(c) || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Returns what closes a quotation mark.
pub(super) fn closing_quote(open: char) -> Option<&'static [char]> {
    match open {
        '"' | '＂' | '“' | '”' => Some(&['"', '＂', '”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_word_or_a_number_behind_a_dash_is_rather_an_option() {
        for typed in ["-rf", "-l", "-xzf", "-jar", "-40℃", "－5", "-std=c++20", "-O2", "-Xmx512m"]
        {
            assert!(is_option(typed), "{typed}");
        }
        for typed in ["-视频", "-python", "-\"rf\"", "-a b", "rf", "-", "-云", "-第3期"] {
            assert!(!is_option(typed), "{typed}");
        }
    }

    #[test]
    fn a_star_makes_a_piece() {
        for word in ["*rag*", "rag*", "*rag", "模型*", "gpt4*"] {
            assert!(is_piece(word), "{word}");
        }
        for word in ["rag", "A*", "*", "**", "**rag**", "*p", "a*b", "int*)", "*.md", ""] {
            assert!(!is_piece(word), "{word}");
        }
    }

    #[test]
    fn a_sign_of_another_search_is_known() {
        for word in ["~quick", "quick~", "quick~2", "/Long.*/", "/^a[bc]$/", "!quick", "wom?n"] {
            assert!(is_ignored_sign(word), "{word}");
        }
        for word in [
            "~/.bashrc",
            "~",
            "3~5",
            "/usr/bin/",
            "//",
            "a/b",
            "/etc/",
            "C++",
            "x^2",
            "约3~",
            "!",
            "!=",
            "what?",
            "吗?好",
        ] {
            assert!(!is_ignored_sign(word), "{word}");
        }
    }
}
