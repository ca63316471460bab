//! Files to reports: each read by itself, then in the light of its series, then dated among its neighbours.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Archive, NamedFile, history};
use crate::corpus::{self, FileEntry};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::report::{self, Clues, Lesson, ParseOptions, Report, ReportDate, Traits};

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
        let plain = ParseOptions::default();
        let read = |(file, known): (&NamedFile, &Known)| {
            let options = self.source(&file.entry.source).map_or(&plain, |source| &source.parse);
            (!interrupted()).then(|| ReadReport::of(file, options, known))
        };
        files.map(read).collect::<Option<_>>().ok_or(Error::Interrupted)
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
        teach(reports.iter_mut().filter_map(ReadReport::taught));
        self.read_again(&mut reports, interrupted)?;
        settle(self, reports.iter_mut().map(ReadReport::dated));
        Ok(reports)
    }
}

impl ReadReport {
    fn of(file: &NamedFile, options: &ParseOptions, known: &Known) -> Self {
        let mut read = Self {
            entry: file.entry.clone(),
            name: file.name.clone(),
            hash: String::new(),
            report: None,
            lesson: known.lesson.clone(),
            date: None,
            diagnostics: Vec::new(),
            dating: Vec::new(),
        };
        match corpus::read(&file.entry) {
            Ok(source) => {
                let lesson = &known.lesson;
                let (mut report, diagnostics) = report::parse_with(&source, options, lesson);
                if source.hash == known.hash {
                    report.traits.clone_from(&known.traits);
                } else if !lesson.is_empty() {
                    report.traits = report::parse(&source, options).0.traits;
                }
                read.entry.size = source.size;
                read.hash = source.hash;
                read.report = Some(report);
                read.diagnostics = diagnostics;
            }
            Err(diagnostic) => read.diagnostics.push(diagnostic),
        }
        read
    }

    /// Returns the report if it has items; only such a one has a date and a place among its neighbours.
    #[must_use]
    pub fn with_items(&self) -> Option<&Report> {
        self.report.as_ref().filter(|report| !report.items.is_empty())
    }

    fn known(&self) -> Known {
        let traits = self.report.as_ref().map(|report| report.traits.clone());
        let (lesson, hash) = (self.lesson.clone(), self.hash.clone());
        Known { lesson, traits: traits.unwrap_or_default(), hash }
    }

    /// Lends what [`teach`] needs, of a file that was read.
    pub fn taught(&mut self) -> Option<Taught<'_>> {
        let traits = &self.report.as_ref()?.traits;
        let (source, path, lesson) = (&self.entry.source, &self.entry.path, &mut self.lesson);
        Some(Taught { source, path, traits, lesson })
    }

    /// Lends what [`settle`] needs.
    pub fn dated(&mut self) -> Dated<'_> {
        let report = self.report.as_ref().filter(|report| !report.items.is_empty());
        Dated {
            source: &self.entry.source,
            path: &self.entry.path,
            clues: report.map(|report| &report.clues),
            date: &mut self.date,
            dating: &mut self.dating,
        }
    }
}

/// A report, lent to be taught.
#[derive(Debug)]
pub struct Taught<'a> {
    /// Name of its source.
    pub source: &'a str,
    /// Path below the source's folder.
    pub path: &'a str,
    /// What it shows, read by itself.
    pub traits: &'a Traits,
    /// What its series says about it.
    pub lesson: &'a mut Lesson,
}

/// Says to every report what its series shows; the same reports learn the same in any order.
pub fn teach<'a>(reports: impl IntoIterator<Item = Taught<'a>>) {
    let mut sources: BTreeMap<&str, Vec<Taught<'a>>> = BTreeMap::new();
    for report in reports {
        sources.entry(report.source).or_default().push(report);
    }
    for mut reports in sources.into_values() {
        reports.sort_by_key(|report| report.path);
        // A file about the archive is no part of a series.
        let (series, others): (Vec<_>, Vec<_>) =
            reports.into_iter().partition(|report| report.traits.has_items());
        for other in others {
            *other.lesson = Lesson::default();
        }
        let traits: Vec<&Traits> = series.iter().map(|report| report.traits).collect();
        let lessons = report::learn(&traits);
        for (report, lesson) in series.into_iter().zip(lessons) {
            *report.lesson = lesson;
        }
    }
}

/// A report, lent to be dated.
#[derive(Debug)]
pub struct Dated<'a> {
    /// Name of its source.
    pub source: &'a str,
    /// Path below the source's folder.
    pub path: &'a str,
    /// What says when it appeared; `None` for a file without items.
    pub clues: Option<&'a Clues>,
    /// Its date.
    pub date: &'a mut Option<ReportDate>,
    /// What is noticed about its date.
    pub dating: &'a mut Vec<Diagnostic>,
}

/// Dates every report by its own clues and those of its source; the same reports get the same dates in any order. Where
/// many of a source have none, their history may tell.
pub fn settle<'a>(archive: &Archive, reports: impl IntoIterator<Item = Dated<'a>>) {
    let mut sources: BTreeMap<&str, Vec<(Dated<'a>, &Clues)>> = BTreeMap::new();
    for report in reports {
        if let Some(clues) = report.clues {
            sources.entry(report.source).or_default().push((report, clues));
        }
    }
    for (name, mut reports) in sources {
        let source = archive.source(name);
        reports.sort_by_key(|(report, _)| report.path);
        let clues: Vec<_> = reports.iter().map(|(report, clues)| (report.path, *clues)).collect();
        let schedule = source.and_then(|source| source.schedule.as_ref());
        let mut settled = report::settle_with(&clues, schedule);
        if let Some(source) = source {
            history::date(source, &clues, &mut settled);
        }
        for ((report, _), settled) in reports.into_iter().zip(settled) {
            let code = if settled.date.is_some() { Code::DateContradicted } else { Code::NoDate };
            let warning =
                |message| Diagnostic::about_file(report.path, Severity::Warning, code, message);
            *report.date = settled.date;
            *report.dating = settled.warnings.into_iter().map(warning).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Evidence, EvidenceKind, Precision};

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
        let mut dates = vec![(None, Vec::new()); reports.len()];
        let archive = Archive::default();
        settle(
            &archive,
            reports.iter().zip(&mut dates).map(|((source, path, clues), (date, dating))| Dated {
                source,
                path,
                clues: clues.as_ref(),
                date,
                dating,
            }),
        );
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
    fn a_date_that_has_lost_its_evidence_goes_and_is_noticed() {
        let clues = clues(1, None);
        let (mut date, mut dating) = (Some(date("2024-03-04")), Vec::new());
        settle(
            &Archive::default(),
            [Dated {
                source: "a",
                path: "1.md",
                clues: Some(&clues),
                date: &mut date,
                dating: &mut dating,
            }],
        );
        assert_eq!((date, dating.len()), (None, 1));
    }
}
