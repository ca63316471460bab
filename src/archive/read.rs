//! Files to reports: each read by itself, then in the light of its series, then dated among its neighbours.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Archive, NamedFile, history};
use crate::corpus::{self, FileEntry, SourceFile};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::report::{self, Before, Clues, Lesson, ParseOptions, Report, ReportDate, Traits};

/// What is known of a file that is read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What its series says about it.
    pub lesson: Lesson,
    /// What it showed when it was read by itself, which no lesson changes.
    pub traits: Traits,
    /// Hash of the bytes that it was then; with others it shows something else.
    pub hash: String,
}

/// A file of an archive, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadReport {
    /// Where it is; the size is that of what was read, so that a file that grew since the walk is read again.
    pub entry: FileEntry,
    /// Name of the report in ids.
    pub name: String,
    /// Hash of its bytes; empty for a file that could not be read.
    pub hash: String,
    /// `None` for a file that could not be read.
    pub report: Option<Report>,
    /// What its series says about it, in whose light it was read.
    pub lesson: Lesson,
    /// Its date; `None` before [`settle`].
    pub date: Option<ReportDate>,
    /// What was noticed while reading it.
    pub diagnostics: Vec<Diagnostic>,
    /// What was noticed beside its neighbours.
    pub dating: Vec<Diagnostic>,
}

impl Archive {
    /// Reads files on all threads of the current pool, in their order, each by itself; nothing is dated yet. `interrupted`
    /// is asked before every file.
    ///
    /// # Errors
    /// [`Error::Interrupted`]. A file that cannot be read is a diagnostic.
    pub fn read(
        &self,
        files: &[NamedFile],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        let none = Known::default();
        self.read_each(files.par_iter().map(|file| (file, &none)), interrupted)
    }

    /// Reads files as [`read`](Self::read) does, each with what its series says about it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_with(
        &self,
        files: &[(NamedFile, Known)],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        self.read_each(files.par_iter().map(|(file, known)| (file, known)), interrupted)
    }

    fn read_each<'f>(
        &self,
        files: impl ParallelIterator<Item = (&'f NamedFile, &'f Known)>,
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        let read = |(file, known): (&NamedFile, &Known)| {
            (!interrupted()).then(|| self.read_one(file, known))
        };
        files.map(read).collect::<Option<_>>().ok_or(Error::Interrupted)
    }

    /// Reads a file with what its series says about it. One that has other content than what is known of it keeps the hash and
    /// the traits that its series was taught with: it counts as changed. One that is gone keeps the traits.
    #[must_use]
    pub fn read_one(&self, file: &NamedFile, known: &Known) -> ReadReport {
        let plain = ParseOptions::default();
        let options = self.source(&file.entry.source).map_or(&plain, |source| &source.parse);
        ReadReport::of(file, options, known)
    }

    /// Reads again those reports that were read by themselves and have something to learn, which [`teach`] has told them.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_again(
        &self,
        reports: &mut [ReadReport],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        reports.par_iter_mut().filter(|read| !read.lesson.is_empty()).try_for_each(|read| {
            let file = NamedFile { entry: read.entry.clone(), name: read.name.clone() };
            let again = self.read_with(&[(file, read.known())], interrupted)?.pop();
            if let Some(again) = again {
                *read = again;
            }
            Ok(())
        })
    }

    /// Reads files that are all of the archive, each in the light of its series, and dates them among each other.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_all(
        &self,
        files: &[NamedFile],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        let mut reports = self.read(files, interrupted)?;
        let shown: Vec<Shown<'_>> = reports.iter().map(ReadReport::shown).collect();
        let lessons = teach(&shown);
        for (read, lesson) in reports.iter_mut().zip(lessons) {
            read.lesson = lesson;
        }
        self.read_again(&mut reports, interrupted)?;
        let dated: Vec<Clued<'_>> = reports.iter().map(ReadReport::clued).collect();
        let dates = settle(self, &dated);
        for (read, (date, dating)) in reports.iter_mut().zip(dates) {
            (read.date, read.dating) = (date, dating);
        }
        Ok(reports)
    }
}

impl ReadReport {
    fn of(file: &NamedFile, options: &ParseOptions, known: &Known) -> Self {
        let mut read = Self::unread(file, known);
        match corpus::read(&file.entry) {
            Ok(source) => {
                let lesson = &known.lesson;
                let (mut report, diagnostics) = report::parse_with(&source, options, lesson);
                read.entry.size = source.size;
                read.hash = source.hash;
                if !known.hash.is_empty() {
                    report.traits.clone_from(&known.traits);
                    read.hash.clone_from(&known.hash);
                }
                read.report = Some(report);
                read.diagnostics = diagnostics;
            }
            Err(diagnostic) => {
                read.diagnostics.push(diagnostic);
                read.report = (!known.hash.is_empty()).then(|| gone(file, options, &known.traits));
            }
        }
        read
    }

    /// Makes what there is of a file before it is read.
    pub(super) fn unread(file: &NamedFile, known: &Known) -> Self {
        Self {
            entry: file.entry.clone(),
            name: file.name.clone(),
            hash: String::new(),
            report: None,
            lesson: known.lesson.clone(),
            date: None,
            diagnostics: Vec::new(),
            dating: Vec::new(),
        }
    }

    /// Returns the report if it has items; only such a one has a date and a place among its neighbours.
    #[must_use]
    pub fn with_items(&self) -> Option<&Report> {
        self.report.as_ref().filter(|report| !report.items.is_empty())
    }

    /// Returns what is known of the file when it is read again.
    #[must_use]
    pub fn known(&self) -> Known {
        let traits = self.report.as_ref().map(|report| report.traits.clone());
        let (lesson, hash) = (self.lesson.clone(), self.hash.clone());
        Known { lesson, traits: traits.unwrap_or_default(), hash }
    }

    /// Returns what [`teach`] needs.
    #[must_use]
    pub fn shown(&self) -> Shown<'_> {
        let traits = self.report.as_ref().map(|report| &report.traits);
        Shown { source: &self.entry.source, path: &self.entry.path, traits, is_known: false }
    }

    /// Returns what [`settle`] needs.
    #[must_use]
    pub fn clued(&self) -> Clued<'_> {
        self.clued_if(self.with_items().is_some())
    }

    /// Returns what [`settle`] needs of a report whose items may lie elsewhere.
    #[must_use]
    pub fn clued_if(&self, has_items: bool) -> Clued<'_> {
        let clues = self.report.as_ref().filter(|_| has_items).map(|report| &report.clues);
        Clued { source: &self.entry.source, path: &self.entry.path, clues }
    }
}

/// Makes a report without items of a file that cannot be read any more: its series was taught with its traits, which the
/// next sync has to know.
fn gone(file: &NamedFile, options: &ParseOptions, traits: &Traits) -> Report {
    let source = SourceFile {
        entry: file.entry.clone(),
        text: String::new(),
        size: 0,
        hash: String::new(),
        diagnostics: Vec::new(),
    };
    let (report, _) = report::parse(&source, options);
    Report { traits: traits.clone(), ..report }
}

/// What a file shows to its series.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Name of its source.
    pub source: &'a str,
    /// Path below the source's folder.
    pub path: &'a str,
    /// What it shows, read by itself; `None` for a file that could not be read.
    pub traits: Option<&'a Traits>,
    /// Whether it was taught beside those that were there then; only [`teach_moved`] asks.
    pub is_known: bool,
}

impl Shown<'_> {
    /// Returns whether it is part of a series: a file about the archive is not.
    fn is_report(&self) -> bool {
        self.traits.is_some_and(Traits::has_items)
    }
}

/// Says to every report what its series shows; the same reports learn the same in any order.
#[must_use]
pub fn teach(files: &[Shown<'_>]) -> Vec<Lesson> {
    let mut lessons = vec![Lesson::default(); files.len()];
    for series in series(files).values() {
        let traits: Vec<&Traits> = series.iter().filter_map(|at| files[*at].traits).collect();
        for (at, lesson) in series.iter().zip(report::learn(&traits)) {
            lessons[*at] = lesson;
        }
    }
    lessons
}

/// Teaches again those files whose series says something else to them than it did; returns their places and what they are to
/// know now. `gone` are those that were there then and are not, or are read again. What all the others know is what
/// [`teach`] would say.
#[must_use]
pub fn teach_moved(files: &[Shown<'_>], gone: &[Shown<'_>]) -> Vec<(usize, Lesson)> {
    let new = files.iter().filter(|file| !file.is_known);
    let moved: BTreeSet<&str> = new.chain(gone).map(|file| file.source).collect();
    let is_moved = |file: &&Shown<'_>| moved.contains(file.source);
    let other = files.iter().enumerate().filter(|(_, file)| !file.is_known && !file.is_report());
    let mut lessons: Vec<(usize, Lesson)> = other.map(|(at, _)| (at, Lesson::default())).collect();
    let all: Vec<Shown<'_>> = files.iter().copied().filter(|file| is_moved(&file)).collect();
    let at: Vec<usize> = (0..files.len()).filter(|at| is_moved(&&files[*at])).collect();
    let (mut now, gone_of) = (series(&all), series(gone));
    for source in moved {
        let now = now.remove(source).unwrap_or_default();
        let gone: Vec<&Shown<'_>> =
            gone_of.get(source).into_iter().flatten().map(|at| &gone[*at]).collect();
        // Where each of them was before: behind those that are known and those that have gone.
        let mut left = gone.iter().peekable();
        let mut next = 0;
        let places: Vec<Option<usize>> = now
            .iter()
            .map(|at| {
                let file = &all[*at];
                while left.next_if(|gone| gone.path < file.path).is_some() {
                    next += 1;
                }
                let place = file.is_known.then_some(next);
                next += usize::from(file.is_known);
                place
            })
            .collect();
        let gone: Vec<&Traits> = gone.iter().filter_map(|file| file.traits).collect();
        let known = places.iter().flatten().count();
        let before = Before { all: known + gone.len(), places: &places, gone: &gone };
        let traits: Vec<&Traits> = now.iter().filter_map(|at| all[*at].traits).collect();
        let moved = report::learn_moved(&traits, &before);
        lessons.extend(moved.into_iter().map(|(place, lesson)| (at[now[place]], lesson)));
    }
    lessons
}

/// Returns the places of the reports of every source, in the order of their paths.
fn series<'a>(files: &[Shown<'a>]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut series: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate().filter(|(_, file)| file.is_report()) {
        series.entry(file.source).or_default().push(at);
    }
    for places in series.values_mut() {
        places.sort_by_key(|at| files[*at].path);
    }
    series
}

/// What dates a file.
#[derive(Clone, Copy, Debug)]
pub struct Clued<'a> {
    /// Name of its source.
    pub source: &'a str,
    /// Path below the source's folder.
    pub path: &'a str,
    /// What says when it appeared; `None` for a file without items.
    pub clues: Option<&'a Clues>,
}

/// Its date, and what is noticed about it.
pub type Date = (Option<ReportDate>, Vec<Diagnostic>);

/// Dates every report by its own clues and those of its source; the same reports get the same dates in any order. Where
/// many of a source have none, their history may tell.
#[must_use]
pub fn settle(archive: &Archive, files: &[Clued<'_>]) -> Vec<Date> {
    let mut sources: BTreeMap<&str, Vec<(usize, &str, &Clues)>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        if let Some(clues) = file.clues {
            sources.entry(file.source).or_default().push((at, file.path, clues));
        }
    }
    let mut dates = vec![Date::default(); files.len()];
    for (name, mut reports) in sources {
        let source = archive.source(name);
        reports.sort_by_key(|(_, path, _)| *path);
        let clues: Vec<_> = reports.iter().map(|(_, path, clues)| (*path, *clues)).collect();
        let schedule = source.and_then(|source| source.schedule.as_ref());
        let mut settled = report::settle_with(&clues, schedule);
        if let Some(source) = source {
            history::date(source, &clues, &mut settled);
        }
        for ((at, path, _), settled) in reports.into_iter().zip(settled) {
            let code = if settled.date.is_some() { Code::DateContradicted } else { Code::NoDate };
            let warning = |message| Diagnostic::about_file(path, Severity::Warning, code, message);
            dates[at] = (settled.date, settled.warnings.into_iter().map(warning).collect());
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::SourceRoot;
    use crate::report::{Evidence, EvidenceKind, Precision, Said};

    fn date(day: &str) -> ReportDate {
        let date = day.parse().unwrap();
        ReportDate {
            date,
            precision: Precision::Day,
            evidence: Evidence::new(EvidenceKind::Path, date),
        }
    }

    /// Clues of an issue; with a day, the report names it itself.
    fn clues(issue: u32, day: Option<&str>) -> Clues {
        Clues { issue: Some(issue), stated: day.map(date), ..Clues::default() }
    }

    /// Settles reports given as source, path and clues.
    fn settled(reports: &[(&str, &str, Option<Clues>)]) -> Vec<Option<String>> {
        let files: Vec<Clued<'_>> = reports
            .iter()
            .map(|(source, path, clues)| Clued { source, path, clues: clues.as_ref() })
            .collect();
        let dates = settle(&Archive::default(), &files);
        dates.into_iter().map(|(date, _)| date.map(|date| date.display())).collect()
    }

    #[test]
    fn a_report_is_dated_by_neighbours_of_its_source_in_whatever_order_they_come() {
        let given = [
            ("a", "3.md", Some(clues(3, Some("2024-03-18")))),
            ("b", "2.md", Some(clues(2, None))),
            ("a", "2.md", Some(clues(2, None))),
            ("a", "0.md", None),
            ("a", "1.md", Some(clues(1, Some("2024-03-04")))),
        ];
        let day = |day: &str| Some(day.to_owned());
        let expected = [day("2024-03-18"), None, day("2024-03"), None, day("2024-03-04")];
        assert_eq!(settled(&given), expected);
        let (mut given, mut expected) = (given.to_vec(), expected.to_vec());
        given.reverse();
        expected.reverse();
        assert_eq!(settled(&given), expected);
    }

    #[test]
    fn a_report_without_evidence_has_no_date_which_is_noticed() {
        let clues = clues(1, None);
        let files = [Clued { source: "a", path: "1.md", clues: Some(&clues) }];
        let [(date, dating)] = &settle(&Archive::default(), &files)[..] else { panic!() };
        assert_eq!((date, dating.len()), (&None, 1));
    }

    #[test]
    fn a_file_that_changes_or_goes_between_two_readings_keeps_what_its_series_was_taught_with() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("1.md");
        std::fs::write(&path, "# 简报\n\n1、一条新闻\n\n2、另一条\n").unwrap();
        let sources = vec![SourceRoot::new("a", dir.path()).into()];
        let archive = Archive { sources, ..Archive::default() };
        let file = archive.walk(None).unwrap().files.remove(0);
        let known = archive.read_one(&file, &Known::default()).known();
        std::fs::write(&path, "别的\n").unwrap();
        let changed = archive.read_one(&file, &known);
        assert_eq!(changed.known(), known);
        assert_eq!(changed.with_items().map(|report| report.items.len()), Some(1));
        std::fs::remove_file(path).unwrap();
        let gone = archive.read_one(&file, &known);
        assert_eq!(gone.known(), Known { hash: String::new(), ..known });
        assert_eq!((gone.with_items(), gone.diagnostics.len()), (None, 1));
    }

    /// A file with its path, whether it was known, and the hash of what it says; 0 if it has no items.
    type File = (&'static str, bool, u32);

    fn traits(files: &[File]) -> Vec<Traits> {
        let said = |hash: u32| if hash == 0 { Said::default() } else { Said::of(&[hash, !hash]) };
        files.iter().map(|(_, _, hash)| Traits::of_items(*hash > 0, said(*hash))).collect()
    }

    fn shown<'a>(files: &[File], traits: &'a [Traits]) -> Vec<Shown<'a>> {
        let shown = |((path, is_known, _), traits): (&File, &'a Traits)| {
            let (source, path) = path.split_once('/').unwrap();
            Shown { source, path, traits: Some(traits), is_known: *is_known }
        };
        files.iter().zip(traits).map(shown).collect()
    }

    /// Teaches files of two sources after a change; `gone` as they were.
    #[track_caller]
    fn check_moved(files: &[File], gone: &[File], expected: &[&str]) {
        let (now, then) = (traits(files), traits(gone));
        let moved = teach_moved(&shown(files, &now), &shown(gone, &then));
        let mut paths: Vec<&str> = moved.iter().map(|(at, _)| files[*at].0).collect();
        paths.sort_unstable();
        assert_eq!(paths, expected);
    }

    #[test]
    fn only_the_source_of_a_change_is_taught_again() {
        let files = [("b/1", true, 1), ("a/1", true, 1), ("a/2", false, 2), ("b/2", true, 1)];
        check_moved(&files, &[], &["a/1", "a/2"]);
        check_moved(&files[..2], &[("b/0", true, 3)], &["b/1"]);
        // What has no items teaches nobody.
        check_moved(&[("a/1", true, 1), ("a/2", false, 0)], &[("a/2", true, 0)], &["a/2"]);
    }
}
