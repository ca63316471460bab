//! Small pieces of text that are written in many places: counts, names of files, months, paths in addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but slashes and what RFC 3986 calls unreserved.
const NOT_IN_PATHS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Counts things: `1 item`, `2 items`. The noun is one whose plural has an `s`.
#[must_use]
pub fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Returns the name of a `/`-separated path without folders and without its last extension.
#[must_use]
pub fn file_stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// Writes a month as `YYYY-MM`.
#[must_use]
pub fn year_and_month(year: i16, month: i8) -> String {
    format!("{year:04}-{month:02}")
}

/// Percent-encodes a path for a URL; slashes stay.
#[must_use]
pub fn escape_path(path: &str) -> String {
    utf8_percent_encode(path, NOT_IN_PATHS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_no_plural() {
        let counted = [0, 1, 2].map(|n| count(n, "item"));
        assert_eq!(counted, ["0 items", "1 item", "2 items"]);
    }

    #[test]
    fn a_stem_is_a_name_without_folders_and_last_extension() {
        for (path, stem) in [
            ("2024/02/2024-02-22.md", "2024-02-22"),
            ("v1.2/notes.zh.md", "notes.zh"),
            ("README", "README"),
            ("a.b/c", "c"),
            ("", ""),
        ] {
            assert_eq!(file_stem(path), stem, "{path}");
        }
    }

    #[test]
    fn months_and_paths_are_written_in_one_way() {
        assert_eq!(year_and_month(2024, 2), "2024-02");
        assert_eq!(year_and_month(987, 12), "0987-12");
        assert_eq!(escape_path("日报/a b_-.~?#%.md"), "%E6%97%A5%E6%8A%A5/a%20b_-.~%3F%23%25.md");
    }
}
