//! Files to reports: each read and understood by itself, then dated among its neighbours.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Archive, NamedFile};
use crate::corpus::{self, FileEntry};
use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};
use crate::report::{self, Clues, ParseOptions, Report, ReportDate};

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
    /// Its date; `None` before [`settle`].
    pub date: Option<ReportDate>,
    /// What was noticed while reading it.
    pub diagnostics: Vec<Diagnostic>,
    /// What was noticed beside its neighbours.
    pub dating: Vec<Diagnostic>,
}

impl Archive {
    /// Reads files on all threads of the current pool, in their order; nothing is dated yet. `interrupted` is asked
    /// before every file.
    ///
    /// # Errors
    /// [`Error::Interrupted`]. A file that cannot be read is a diagnostic.
    pub fn read(
        &self,
        files: &[NamedFile],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        let plain = ParseOptions::default();
        let read = |file: &NamedFile| {
            let options = self.source(&file.entry.source).map_or(&plain, |source| &source.parse);
            (!interrupted()).then(|| ReadReport::of(file, options))
        };
        files.par_iter().map(read).collect::<Option<_>>().ok_or(Error::Interrupted)
    }

    /// Reads files that are all of the archive and dates them among each other.
    ///
    /// # Errors
    /// As [`Archive::read`].
    pub fn read_all(
        &self,
        files: &[NamedFile],
        interrupted: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ReadReport>> {
        let mut reports = self.read(files, interrupted)?;
        settle(reports.iter_mut().map(ReadReport::dated));
        Ok(reports)
    }
}

impl ReadReport {
    fn of(file: &NamedFile, options: &ParseOptions) -> Self {
        let mut read = Self {
            entry: file.entry.clone(),
            name: file.name.clone(),
            hash: String::new(),
            report: None,
            date: None,
            diagnostics: Vec::new(),
            dating: Vec::new(),
        };
        match corpus::read(&file.entry) {
            Ok(source) => {
                let (report, diagnostics) = report::parse(&source, options);
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

/// Dates every report by its own clues and those of its source; the same reports get the same dates in any order.
pub fn settle<'a>(reports: impl IntoIterator<Item = Dated<'a>>) {
    let mut sources: BTreeMap<&str, Vec<(Dated<'a>, &Clues)>> = BTreeMap::new();
    for report in reports {
        if let Some(clues) = report.clues {
            sources.entry(report.source).or_default().push((report, clues));
        }
    }
    for mut reports in sources.into_values() {
        reports.sort_by_key(|(report, _)| report.path);
        let clues: Vec<_> = reports.iter().map(|(report, clues)| (report.path, *clues)).collect();
        let settled = report::settle(&clues);
        for ((report, _), settled) in reports.into_iter().zip(settled) {
            *report.date = settled.date;
            let warning = |message| Diagnostic::about_file(report.path, Severity::Warning, message);
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
        settle(reports.iter().zip(&mut dates).map(|((source, path, clues), (date, dating))| {
            Dated { source, path, clues: clues.as_ref(), date, dating }
        }));
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
        settle([Dated {
            source: "a",
            path: "1.md",
            clues: Some(&clues),
            date: &mut date,
            dating: &mut dating,
        }]);
        assert_eq!((date, dating.len()), (None, 1));
    }
}
