//! Which files of XML and JSON are feeds: most are something else, and are no part of an archive.

use std::io::Read as _;
use std::path::Path;

use lazy_regex::regex_is_match;

use super::links::open;

/// Extensions of files that may be feeds, lower-case.
pub(super) const FEEDS: [&str; 4] = ["xml", "rss", "atom", "json"];
/// What a file is shows in so many bytes of its beginning.
const SAMPLE_BYTES: u64 = 16 * 1024;

/// Returns whether a file begins as a feed does; one that cannot be read may be one.
pub(super) fn is_feed(path: &Path, within: Option<&Path>) -> bool {
    let mut sample = Vec::new();
    let read = open(path, within).and_then(|file| file.take(SAMPLE_BYTES).read_to_end(&mut sample));
    read.is_err() || begins_as_feed(&String::from_utf8_lossy(&sample))
}

fn begins_as_feed(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with('{') {
        return regex_is_match!(
            r#""version"\s*:\s*"https?:(?:\\?/){2}jsonfeed\.org(?:\\?/)version"#,
            text
        );
    }
    // Declarations and comments stand before the first element.
    regex_is_match!(
        r"^(?:<\?(?s:.)*?\?>\s*|<!--(?s:.)*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:\w+:)?(?:rss|feed|RDF)[\s>]",
        text
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_told_from_other_files_by_how_they_begin() {
        for text in [
            "<rss version='2.0'>",
            "\u{FEFF}<?xml version='1.0'?>\n<?xml-stylesheet href='a'?>\n<!-- 甲\n -->\n<feed xmlns='a'>",
            "<rdf:RDF xmlns='a'>",
            "{\"title\": \"甲\", \"version\": \"https://jsonfeed.org/version/1.1\"}",
            "{\"version\": \"https:\\/\\/jsonfeed.org\\/version\\/1\"}",
        ] {
            assert!(begins_as_feed(text), "{text}");
        }
        for text in [
            "",
            "<project>",
            "<urlset xmlns='a'>",
            "<rssx>",
            "<html><rss>",
            "{\"version\": \"1.0.0\"}",
            "[]",
            "见 <rss>",
        ] {
            assert!(!begins_as_feed(text), "{text}");
        }
    }
}
