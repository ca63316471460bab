//! Files to the names of their reports, which ids of items begin with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use crate::corpus::FileEntry;
use crate::text::escape_exact;

/// Names every report: the file's stem, with as much of its path as tells it from others, whatever the sources are that
/// it belongs to. Folders that say when it appeared belong to the name in any case, so that it does not change when the
/// next year begins. Names are unique.
pub(super) fn of_reports(files: &[FileEntry]) -> Vec<String> {
    let mut places: Vec<Place> = files.iter().map(Place::of).collect();
    tell_equal_ones_apart(&mut places, files);
    lengthen(&mut places);
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

/// Where a file is.
struct Place {
    /// Folders from the outermost on, then the stem.
    parts: Vec<String>,
    /// So many of the last are its name.
    named: usize,
}

impl Place {
    fn of(file: &FileEntry) -> Self {
        let whole = file.path.rsplit_once('.').map_or(file.path.as_str(), |(path, _)| path);
        let below: Vec<&str> = whole.split('/').collect();
        let depth = below.len();
        let folder = file.location.ancestors().nth(depth).unwrap_or(Path::new(""));
        let above = folder.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            _ => None,
        });
        let parts: Vec<String> = above.chain(below.iter().map(|part| (*part).to_owned())).collect();
        let stem = below.last().copied().unwrap_or_default();
        let folders = &below[..depth - 1];
        let numbered = folders.iter().position(|folder| says_more(folder, stem));
        Self { parts, named: depth - numbered.unwrap_or(depth - 1) }
    }

    fn name(&self) -> String {
        self.parts[self.parts.len() - self.named..].join("/")
    }
}

/// Returns whether a folder has digits that the stem does not have, one behind the other: `2024/0722`, not
/// `2024-07/2024-07-22`.
fn says_more(folder: &str, stem: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let of_folder = digits(folder);
    !of_folder.is_empty() && !digits(stem).contains(&of_folder)
}

/// Tells files apart whose places differ in nothing but the extension, which the second keeps, and those that two
/// sources hold, of which the second has its source for a folder.
fn tell_equal_ones_apart(places: &mut [Place], files: &[FileEntry]) {
    let mut seen: BTreeMap<Vec<String>, &FileEntry> = BTreeMap::new();
    for (place, file) in places.iter_mut().zip(files) {
        let Some(first) = seen.get(&place.parts) else {
            seen.insert(place.parts.clone(), file);
            continue;
        };
        let (Some(stem), is_same) = (place.parts.pop(), first.location == file.location) else {
            continue;
        };
        if is_same {
            place.parts.extend([file.source.clone(), stem]);
            place.named = place.named.max(2);
        } else {
            let extension = file.path.rsplit('.').next().unwrap_or_default();
            place.parts.push(format!("{stem}.{extension}"));
        }
    }
}

/// Lengthens names that several reports have until they differ. Of these, one that lies less deep than all others keeps
/// its name, so that a report that is added in a folder below changes none.
fn lengthen(places: &mut [Place]) {
    loop {
        let mut uses: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, place) in places.iter().enumerate() {
            uses.entry(place.name()).or_default().push(at);
        }
        let differ = |shared: &Vec<usize>| {
            shared.iter().any(|at| places[*at].parts != places[shared[0]].parts)
        };
        let shared = uses.into_values().filter(differ).flat_map(|shared| {
            let depth = |at: &usize| places[*at].parts.len();
            let least = shared.iter().map(depth).min().unwrap_or_default();
            let is_alone = shared.iter().filter(|at| depth(at) == least).count() == 1;
            let grows: Vec<usize> =
                shared.into_iter().filter(|at| !is_alone || depth(at) > least).collect();
            grows
        });
        let shared: Vec<usize> = shared.collect();
        let mut grew = false;
        for at in shared {
            let place = &mut places[at];
            grew |= place.named < place.parts.len();
            place.named = (place.named + 1).min(place.parts.len());
        }
        if !grew {
            return;
        }
    }
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
