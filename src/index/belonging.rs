//! Whether an index is one of a given archive: decided here for those who write and those who open it.

use std::path::Path;

use super::manifest::{Head, words_fingerprint};
use crate::archive::{Archive, Source};
use crate::corpus::SourceRoot;
use crate::error::Error;

/// What an index is to an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// It was made of these sources, read as they are read now.
    Same,
    /// It was made of sources of this archive, but others came, or they are named, chosen or read in another way.
    Sources,
    /// It was made of these sources with other words of its own in the dictionary.
    Words,
    /// It was made of several folders, some of them below the one folder that is the archive: `baoku index A B` does.
    Below,
    /// It was made of other files.
    Other,
}

impl Head {
    /// Returns what the index in `dir` is to `archive`.
    #[must_use]
    pub fn belonging(&self, dir: &Path, archive: &Archive) -> Belonging {
        let made_of = self.sources_at(dir);
        let given = &archive.sources;
        let is_given = |made: &Source| given.iter().any(|own| is_same_place(own, made));
        if !made_of.iter().all(is_given) {
            let is_below = |made: &Source, all: &Source| made.root.path.starts_with(&all.root.path);
            return match given.as_slice() {
                [all] if made_of.len() > 1 && made_of.iter().any(|made| is_below(made, all)) => {
                    Belonging::Below
                }
                _ => Belonging::Other,
            };
        }
        let is_same = |(made, own): (&Source, &Source)| {
            let root = SourceRoot { path: made.root.path.clone(), ..own.root.clone() };
            is_same_place(made, own) && *made == Source { root, ..own.clone() }
        };
        if made_of.len() != given.len() || !made_of.iter().zip(given).all(is_same) {
            Belonging::Sources
        } else if self.words != words_fingerprint(&archive.dictionary) {
            Belonging::Words
        } else {
            Belonging::Same
        }
    }

    /// Returns the error for a command about another archive than that of the index in `dir`.
    #[must_use]
    pub fn belongs_elsewhere(&self, dir: &Path) -> Error {
        let sources = self.sources_at(dir);
        let paths: Vec<String> =
            sources.iter().map(|source| source.root.path.display().to_string()).collect();
        Error::IndexOfAnotherArchive { path: dir.to_path_buf(), belongs_to: paths.join(", ") }
    }
}

/// Returns whether two sources lie at one place, whatever links lead to it.
fn is_same_place(one: &Source, other: &Source) -> bool {
    let resolved = |source: &Source| dunce::canonicalize(&source.root.path).ok();
    one.root.path == other.root.path
        || resolved(one).is_some_and(|place| resolved(other) == Some(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::manifest::Manifest;
    use crate::report::Layout;

    const INDEX: &str = "/home/index";

    fn archive(sources: &[(&str, &str)]) -> Archive {
        let sources = sources.iter().map(|(name, path)| SourceRoot::new(*name, *path).into());
        Archive { sources: sources.collect(), ..Archive::default() }
    }

    #[track_caller]
    fn check(made_of: &Archive, given: &Archive, expected: Belonging) {
        let dir = Path::new(INDEX);
        let head = Manifest::new(dir, made_of, &[], Vec::new(), Vec::new()).head;
        assert_eq!(head.belonging(dir, given), expected);
    }

    #[test]
    fn an_index_is_the_same_if_its_sources_are_read_as_they_were() {
        let one = archive(&[("a", "/home/a"), ("b", "/far/b")]);
        check(&one, &one, Belonging::Same);
    }

    #[test]
    fn sources_that_came_moved_or_are_named_or_read_in_another_way_are_other_sources() {
        let made = archive(&[("a", "/home/a")]);
        for given in [
            &[("a", "/home/a"), ("b", "/home/b")][..],
            &[("b", "/home/b"), ("a", "/home/a")],
            &[("x", "/home/a")],
        ] {
            check(&made, &archive(given), Belonging::Sources);
        }
        let swapped = archive(&[("b", "/home/a"), ("a", "/home/b")]);
        check(&archive(&[("a", "/home/a"), ("b", "/home/b")]), &swapped, Belonging::Sources);
        let mut given = made.clone();
        given.sources[0].parse.layout = Some(Layout::List);
        check(&made, &given, Belonging::Sources);
    }

    #[cfg(unix)]
    #[test]
    fn a_place_is_the_same_by_whatever_link_it_is_reached() {
        let home = tempfile::tempdir().unwrap();
        let [one, two, link] = ["one", "two", "link"].map(|name| home.path().join(name));
        std::fs::create_dir(&one).unwrap();
        std::fs::create_dir(&two).unwrap();
        std::os::unix::fs::symlink(&one, &link).unwrap();
        let at = |place: &Path| archive(&[("a", place.to_str().unwrap())]);
        check(&at(&one), &at(&link), Belonging::Same);
        check(&at(&link), &at(&one), Belonging::Same);
        check(&at(&two), &at(&link), Belonging::Other);
        // The index of a link is the index of what it leads to, now as before.
        let made = at(&link);
        std::fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&two, &link).unwrap();
        check(&made, &at(&link), Belonging::Same);
    }

    #[test]
    fn other_words_are_noticed_and_other_comments_are_not() {
        let made = archive(&[("a", "/home/a")]);
        let with = |list: &str| Archive { dictionary: list.to_owned(), ..made.clone() };
        check(&made, &with("硅灵科技"), Belonging::Words);
        check(&with("硅灵科技"), &with("# 公司\n硅灵科技\n"), Belonging::Same);
        check(&with("硅灵科技"), &with("硅灵科技 9"), Belonging::Words);
    }

    #[test]
    fn several_folders_may_be_below_the_one_that_is_the_archive() {
        let made = archive(&[("a", "/home/all/a"), ("b", "/home/all/b")]);
        check(&made, &archive(&[("all", "/home/all")]), Belonging::Below);
        // One folder below it has an index of its own in the cache folder.
        check(
            &archive(&[("a", "/home/all/a")]),
            &archive(&[("all", "/home/all")]),
            Belonging::Other,
        );
    }

    #[test]
    fn other_folders_are_another_archive() {
        check(&archive(&[("a", "/home/a")]), &archive(&[("a", "/home/b")]), Belonging::Other);
        let two = archive(&[("a", "/home/a"), ("b", "/home/b")]);
        check(&two, &archive(&[("a", "/home/a")]), Belonging::Below);
        check(&two, &archive(&[("a", "/home/a"), ("c", "/home/c")]), Belonging::Other);
    }
}
