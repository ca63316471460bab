//! Files to the names of their reports, which ids of items begin with.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use crate::corpus::FileEntry;
use crate::text::escape_exact;

/// Names every report: the file's stem, with as much of its path as tells it from others, whatever the sources are that
/// it belongs to. Folders that say when it appeared belong to the name in any case, so that it does not change when the
/// next year begins. Names are unique.
pub(super) fn of_reports(files: &[FileEntry]) -> Vec<String> {
    let mut places: Vec<Place<'_>> = files.iter().map(Place::of).collect();
    for same in shared(&places) {
        tell_equal_ones_apart(&same, &mut places, files);
    }
    while lengthen(&mut places) {}
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let names = places.iter().zip(files).map(|(place, file)| {
        // What cannot be seen could not be typed, and an id is one line.
        let mut name = escape_exact(&place.name()).into_owned();
        // A file may be called `a.txt.md` beside `a.md` and `a.txt`.
        while !taken.insert(name.clone()) {
            let extension = file.path.rsplit('.').next().unwrap_or_default();
            name = format!("{name}.{}", escape_exact(extension));
        }
        name
    });
    names.collect()
}

/// Where a file is. Hardly any needs more than its path below its source, and all are named at every sync.
struct Place<'f> {
    /// The path below the source, without extension.
    below: &'f str,
    /// The folder of the source.
    above: &'f Path,
    /// What stands for both where that is not enough: folders from the outermost on, then the stem.
    told: Option<Vec<String>>,
    /// So many parts at the end are its name.
    named: usize,
}

impl<'f> Place<'f> {
    fn of(file: &'f FileEntry) -> Self {
        let below = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path);
        let depth = below.split('/').count();
        let above = file.location.ancestors().nth(depth).unwrap_or(Path::new(""));
        let (folders, stem) = below.rsplit_once('/').unwrap_or(("", below));
        let numbered = folders.split('/').position(|folder| says_more(folder, stem));
        Self { below, above, told: None, named: depth - numbered.unwrap_or(depth - 1) }
    }

    fn name(&self) -> Cow<'f, str> {
        let from = self.below.rmatch_indices('/').nth(self.named - 1).map(|(at, _)| at + 1);
        let is_below = from.is_some() || self.below.split('/').count() == self.named;
        if is_below && self.told.is_none() {
            return Cow::Borrowed(&self.below[from.unwrap_or(0)..]);
        }
        let parts = self.parts();
        Cow::Owned(parts[parts.len().saturating_sub(self.named)..].join("/"))
    }

    fn parts(&self) -> Vec<String> {
        self.told.clone().unwrap_or_else(|| {
            let above = self.above.components().filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            });
            above.chain(self.below.split('/').map(str::to_owned)).collect()
        })
    }
}

/// Returns whether a folder has digits that the stem does not have, one behind the other: `2024/0722`, not
/// `2024-07/2024-07-22`.
fn says_more(folder: &str, stem: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of_folder = digits(folder);
    !of_folder.is_empty() && !digits(stem).contains(&of_folder)
}

/// Returns the places that share a name, put together.
fn shared(places: &[Place<'_>]) -> Vec<Vec<usize>> {
    let mut named: Vec<(Cow<'_, str>, usize)> =
        places.iter().enumerate().map(|(at, place)| (place.name(), at)).collect();
    named.sort_unstable();
    let same = named.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1);
    same.map(|same| same.iter().map(|(_, at)| *at).collect()).collect()
}

/// Tells files of one name apart whose places differ in nothing but the extension, which the second keeps, and those
/// that two sources hold, of which the second has its source for a folder.
fn tell_equal_ones_apart(same: &[usize], places: &mut [Place<'_>], files: &[FileEntry]) {
    let mut seen: BTreeMap<Vec<String>, &FileEntry> = BTreeMap::new();
    for at in same {
        let (place, file) = (&mut places[*at], &files[*at]);
        let mut parts = place.parts();
        let Some(first) = seen.get(&parts) else {
            seen.insert(parts, file);
            continue;
        };
        let (Some(stem), is_same) = (parts.pop(), first.location == file.location) else {
            continue;
        };
        if is_same {
            parts.extend([file.source.clone(), stem]);
            place.named = place.named.max(2);
        } else {
            let extension = file.path.rsplit('.').next().unwrap_or_default();
            parts.push(format!("{stem}.{extension}"));
        }
        place.told = Some(parts);
    }
}

/// Lengthens names that several reports have by a folder; returns whether any is longer now. Of equal ones, one that lies
/// less deep than all others keeps its name, so that a report that is added in a folder below changes none.
fn lengthen(places: &mut [Place<'_>]) -> bool {
    let mut grew = false;
    for same in shared(places) {
        let parts: Vec<Vec<String>> = same.iter().map(|at| places[*at].parts()).collect();
        if parts.iter().all(|other| *other == parts[0]) {
            continue;
        }
        let least = parts.iter().map(Vec::len).min().unwrap_or_default();
        let is_alone = parts.iter().filter(|parts| parts.len() == least).count() == 1;
        for (at, parts) in same.into_iter().zip(parts) {
            let place = &mut places[at];
            if place.named < parts.len() && (!is_alone || parts.len() > least) {
                place.named += 1;
                grew = true;
            }
        }
    }
    grew
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names files that are given with their sources and the folders of these.
    #[track_caller]
    fn check(files: &[(&str, &str, &str)], expected: &[&str]) {
        let files: Vec<FileEntry> = files
            .iter()
            .map(|(source, folder, path)| FileEntry {
                path: (*path).to_owned(),
                location: Path::new(folder).join(path),
                within: None,
                source: (*source).to_owned(),
                size: 0,
                modified: 0,
                changed: 0,
            })
            .collect();
        assert_eq!(of_reports(&files), expected);
    }

    #[track_caller]
    fn check_one(paths: &[&str], expected: &[&str]) {
        let files: Vec<_> = paths.iter().map(|path| ("a", "/x/a", *path)).collect();
        check(&files, expected);
    }

    #[test]
    fn a_report_is_named_by_the_stem_of_its_file() {
        check_one(&["news/02.22.md", "plain"], &["02.22", "plain"]);
    }

    #[test]
    fn reports_of_one_stem_are_named_by_as_much_of_their_paths_as_differs() {
        check_one(&["1.md", "x/1.md", "x/2.md", "y/z/1.md"], &["1", "x/1", "2", "z/1"]);
        check_one(&["x/1.md", "y/z/1.md"], &["1", "z/1"]);
        check_one(&["p/x/1.md", "q/x/1.md"], &["p/x/1", "q/x/1"]);
    }

    #[test]
    fn folders_that_say_when_belong_to_the_name_though_no_other_has_it() {
        check_one(&["news/2024/07/22.md"], &["2024/07/22"]);
        check_one(&["news/2024/0722.md"], &["2024/0722"]);
        check_one(&["2024/8月第三周.md"], &["2024/8月第三周"]);
        check_one(&["2024-07/2024-07-22.md", "2024/20240723.md"], &["2024-07-22", "20240723"]);
        check_one(&["v2/weekly/issue-7.md"], &["v2/weekly/issue-7"]);
    }

    #[test]
    fn files_that_differ_in_their_extension_keep_it_from_the_second_on() {
        check_one(&["1.md", "1.txt"], &["1", "1.txt"]);
        check_one(&["1.md", "1.txt", "1.txt.md"], &["1", "1.txt", "1.txt.md"]);
    }

    #[test]
    fn a_name_is_one_line_in_which_everything_is_seen() {
        check_one(
            &["x\u{85}y\u{2028}.md", "x\u{200B}y.md", "xy.md", " 1 .md"],
            &["x\\u{85}y\\u{2028}", "x\\u{200b}y", "xy", " 1 "],
        );
    }

    #[test]
    fn sources_change_no_name() {
        check(&[("w", "/x/weekly", "1.md"), ("d", "/x/daily", "2.md")], &["1", "2"]);
        let together = ["weekly/1", "daily/1"];
        check(&[("w", "/x/weekly", "1.md"), ("d", "/x/daily", "1.md")], &together);
        check(&[("x", "/x", "weekly/1.md"), ("x", "/x", "daily/1.md")], &together);
    }

    #[test]
    fn a_file_of_two_sources_has_two_names() {
        check(&[("w", "/x", "y/1.md"), ("d", "/x/y", "1.md")], &["1", "d/1"]);
    }
}
