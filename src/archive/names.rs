//! Files to the names of their reports, which ids of items begin with.

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::FileEntry;
use crate::text::{escape_exact, file_stem};

/// Names every report: the file's stem, or its path where several files of the source have that stem, with the source
/// before it where the archive has several `sources`. Names are unique.
pub(super) fn of_reports(files: &[FileEntry], sources: usize) -> Vec<String> {
    let mut uses: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for file in files {
        *uses.entry((&file.source, file_stem(&file.path))).or_default() += 1;
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let names = files.iter().map(|file| {
        let own = file_stem(&file.path);
        let is_unique = uses.get(&(file.source.as_str(), own)) == Some(&1);
        let whole = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path);
        let own = if is_unique { own } else { whole };
        let name = if sources > 1 { format!("{}/{own}", file.source) } else { own.to_owned() };
        // What cannot be seen could not be typed, and an id is one line.
        let mut name = escape_exact(&name).into_owned();
        // Of `a.md` and `a.txt`, the second keeps its extension; a file may be called `a.txt.md`, too.
        while !taken.insert(name.clone()) {
            let extension = file.path.rsplit('.').next().unwrap_or_default();
            name = format!("{name}.{}", escape_exact(extension));
        }
        name
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], sources: usize, expected: &[&str]) {
        let files: Vec<FileEntry> = files
            .iter()
            .map(|(source, path)| FileEntry {
                path: (*path).to_owned(),
                location: path.into(),
                within: None,
                source: (*source).to_owned(),
                size: 0,
                modified: 0,
                changed: 0,
            })
            .collect();
        assert_eq!(of_reports(&files, sources), expected);
    }

    #[test]
    fn a_report_is_named_by_the_stem_of_its_file() {
        check(&[("a", "2024/02.22.md"), ("a", "plain")], 1, &["02.22", "plain"]);
    }

    #[test]
    fn reports_of_one_stem_are_named_by_their_paths() {
        check(&[("a", "1.md"), ("a", "x/1.md"), ("a", "x/2.md")], 1, &["1", "x/1", "2"]);
    }

    #[test]
    fn files_that_differ_in_their_extension_keep_it_from_the_second_on() {
        check(&[("a", "1.md"), ("a", "1.txt")], 1, &["1", "1.txt"]);
        let files = [("a", "1.md"), ("a", "1.txt"), ("a", "1.txt.md")];
        check(&files, 1, &["1", "1.txt", "1.txt.md"]);
    }

    #[test]
    fn a_name_is_one_line_in_which_everything_is_seen() {
        check(
            &[
                ("a", "x\u{85}y\u{2028}.md"),
                ("a", "x\u{200B}y.md"),
                ("a", "xy.md"),
                ("a", " 1 .md"),
            ],
            1,
            &["x\\u{85}y\\u{2028}", "x\\u{200b}y", "xy", " 1 "],
        );
    }

    #[test]
    fn several_sources_stand_before_the_names_of_their_reports() {
        check(&[("a", "1.md"), ("b", "1.md")], 2, &["a/1", "b/1"]);
    }
}
