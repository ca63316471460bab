//! Files looked at for what they show to their series, before they are read in its light.

use std::result::Result;

use super::read::{Known, ReadReport, Shown};
use super::{Archive, NamedFile};
use crate::corpus::{self, FileEntry};
use crate::report::{self, Lesson, ParseOptions};

impl Known {
    /// Returns what [`super::teach`] needs of a file of which this is known.
    #[must_use]
    pub fn shown<'a>(&'a self, file: &'a NamedFile) -> Shown<'a> {
        let FileEntry { source, path, .. } = &file.entry;
        Shown { source, path, traits: Some(&self.traits), is_known: false }
    }
}

impl Archive {
    /// Reads a file by itself for what it shows to its series, which takes less than reading all of it.
    ///
    /// # Errors
    /// A file that cannot be read, as [`read_one`](Self::read_one) returns it.
    pub fn survey(&self, file: &NamedFile) -> Result<Known, Box<ReadReport>> {
        let plain = ParseOptions::default();
        let options = self.source(&file.entry.source).map_or(&plain, |source| &source.parse);
        match corpus::read(&file.entry) {
            Ok(source) => {
                let traits = report::traits(&source, options);
                Ok(Known { lesson: Lesson::default(), traits, hash: source.hash })
            }
            Err(diagnostic) => {
                let mut unread = ReadReport::unread(file, &Known::default());
                unread.diagnostics.push(diagnostic);
                Err(Box::new(unread))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::SourceRoot;

    #[test]
    fn a_file_shows_what_reading_all_of_it_finds() {
        let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut with_items = [0, 0];
        for folder in ["corpus", "tests/archives", "tests/cases"] {
            let sources = vec![SourceRoot::new("a", home.join(folder)).into()];
            let archive = Archive { sources, ..Archive::default() };
            for file in archive.walk(None).unwrap().files {
                let read = archive.read_one(&file, &Known::default());
                match archive.survey(&file) {
                    Ok(known) => assert_eq!(known, read.known(), "{}", file.entry.path),
                    Err(unread) => assert_eq!(*unread, read),
                }
                with_items[usize::from(read.with_items().is_some())] += 1;
            }
        }
        assert!(with_items[0] > 0 && with_items[1] > 40, "{with_items:?}");
    }
}
