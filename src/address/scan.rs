//! Where an address begins and ends in running text.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::text::{ByteSpan, is_wide_script};

/// Looks for what stands behind every scheme.
static BEHIND_SCHEME: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("://"));

const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Signs that end an address wherever they stand, beside white space, controls and Chinese.
const ENDS: [char; 9] = ['"', '<', '>', '`', '|', '\\', '^', '{', '}'];

/// Signs that belong to the sentence if an address would end with them.
const TRAILING: [char; 10] = ['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~'];

/// Finds the addresses in a text.
///
/// One ends at white space, at quotes and angle brackets, where Chinese begins, and before the punctuation and the
/// closing bracket of its sentence.
#[must_use]
pub fn find_urls(text: &str) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    let mut at = 0;
    let next = |at: usize| BEHIND_SCHEME.find(text.as_bytes().get(at..)?);
    while let Some(offset) = next(at) {
        let colon = at + offset;
        let start = SCHEMES.iter().find_map(|scheme| {
            let start =
                colon.checked_sub(scheme.len() - "://".len()).filter(|start| *start >= at)?;
            text.get(start..).is_some_and(|rest| begins(rest, scheme)).then_some(start)
        });
        let span = start.and_then(|start| {
            let length = url_length(text.get(start..)?)?;
            Some(ByteSpan::new(start, start + length))
        });
        at = span.map_or(colon + "://".len(), |span| span.end);
        found.extend(span);
    }
    found
}

fn begins(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
}

/// Returns how many bytes of a text that begins with an address belong to it; reads no further than that.
///
/// `None` if the text does not begin with a scheme and something behind it.
#[must_use]
pub fn url_length(text: &str) -> Option<usize> {
    let scheme = SCHEMES.iter().find(|scheme| begins(text, scheme))?.len();
    let mut open = 0_usize;
    let mut end = text.len();
    for (index, c) in text.char_indices() {
        match c {
            '(' | '[' => open += 1,
            ')' | ']' if open > 0 => open -= 1,
            ')' | ']' => end = index,
            _ if c.is_whitespace() || c.is_control() || is_wide_script(c) || ENDS.contains(&c) => {
                end = index;
            }
            _ => {}
        }
        if end <= index {
            break;
        }
    }
    let kept = text[..end].trim_end_matches(TRAILING).len();
    (kept > scheme).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = find_urls(text).iter().map(|span| span.of(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_text_full_of_urls_is_read_once() {
        // Two hundred thousand times the rest of the text would be minutes.
        assert_eq!(find_urls(&"http://a)".repeat(200_000)).len(), 200_000);
    }

    #[test]
    fn urls_end_where_chinese_begins() {
        check("将在https://github.com/a/b上公开", &["https://github.com/a/b"]);
        check("见 https://a.b/c。又见（http://d.e/f）", &["https://a.b/c", "http://d.e/f"]);
        check("“https://x.y/z”，**https://x.y/w**", &["https://x.y/z", "https://x.y/w"]);
    }

    #[test]
    fn every_sign_that_cannot_be_in_an_address_ends_it() {
        for sign in
            "\"<>`|\\^{}) ]\t\n\r\u{A0}\u{3000}\0\u{7F}，。、；：！？（）【】《》“”‘’…—中かア々Ａ１"
                .chars()
        {
            check(&format!("http://a.b/c{sign}d"), &["http://a.b/c"]);
        }
        for sign in "/?#&=%+-@:;,.!~*'_$éя한😀".chars() {
            let address = format!("http://a.b/c{sign}d");
            check(&address, &[&address]);
        }
    }

    #[test]
    fn punctuation_of_the_sentence_does_not_belong_to_an_address() {
        for sign in ".,;:!?'*_~".chars() {
            check(&format!("http://a.b/c{sign} d"), &["http://a.b/c"]);
            check(&format!("http://a.b/c.{sign}{sign}"), &["http://a.b/c"]);
        }
        for sign in "/#&=%+-@$".chars() {
            let address = format!("http://a.b/c{sign}");
            check(&address, &[&address]);
        }
    }

    #[test]
    fn brackets_belong_to_an_address_that_opens_them() {
        let wiki = "https://en.wikipedia.org/wiki/A_(b)";
        check(&format!("({wiki}), x"), &[wiki]);
        check(&format!("[x]({wiki})"), &[wiki]);
        check("https://a.b/[c]] d", &["https://a.b/[c]"]);
        check("https://a.b/((c)) d", &["https://a.b/((c))"]);
        check("https://a.b/(c", &["https://a.b/(c"]);
    }

    #[test]
    fn a_scheme_alone_is_not_an_address() {
        check("https:// http https://x.y/?a=1&b=2.", &["https://x.y/?a=1&b=2"]);
        check("http://。 https://... http://)", &[]);
        check("httphttp://a.b", &["http://a.b"]);
        check("ftp://a.b :// a http:/a.b", &[]);
        check("HTTPS://A.B/c aHttp://d.e", &["HTTPS://A.B/c", "Http://d.e"]);
    }
}
