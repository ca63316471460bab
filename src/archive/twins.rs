//! Reports of an archive held beside each other: those that have one day or one number.

use std::collections::BTreeMap;

use super::read::ReadReport;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::{Layout, Precision, ReportDate};

/// Warns about reports of one source that have the same day or the same number. The reports are all of the archive,
/// dated.
pub fn warn_about_twins(reports: &mut [ReadReport]) {
    let mut days: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut issues: BTreeMap<(String, u32), String> = BTreeMap::new();
    for read in reports {
        let (source, path) = (read.entry.source.clone(), read.entry.path.clone());
        let found =
            |severity, code, message| Diagnostic::about_file(&path, severity, code, message);
        let mut twins = Vec::new();
        // Several articles of one day, or with one number, are not strange.
        if let Some(report) = read.with_items().filter(|report| report.layout != Layout::Page) {
            let day = read.date.as_ref().filter(|date| date.precision == Precision::Day);
            if let Some(day) = day.map(ReportDate::display)
                && let Some(other) = days.insert((source.clone(), day.clone()), path.clone())
            {
                let message = format!("is of {day}, like `{other}`");
                twins.push(found(Severity::Warning, Code::SameDay, message));
            }
            if let Some(issue) = report.issue
                && let Some(other) = issues.insert((source.clone(), issue), path.clone())
            {
                let message = format!("is issue {issue}, like `{other}`");
                twins.push(found(Severity::Warning, Code::SameIssue, message));
            }
        }
        read.dating.extend(twins);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{FileEntry, SourceFile};
    use crate::report::{Lesson, ParseOptions, parse};

    fn read(source: &str, path: &str, name: &str, text: &str) -> ReadReport {
        let entry = FileEntry {
            path: path.to_owned(),
            location: path.into(),
            within: None,
            source: source.to_owned(),
            size: 0,
            modified: 0,
            changed: 0,
        };
        let file = SourceFile {
            entry: entry.clone(),
            text: text.to_owned(),
            size: 0,
            hash: String::new(),
            diagnostics: Vec::new(),
        };
        let (report, _) = parse(&file, &ParseOptions::default());
        ReadReport {
            entry,
            name: name.to_owned(),
            hash: String::new(),
            date: report.clues.stated.clone(),
            report: Some(report),
            lesson: Lesson::default(),
            diagnostics: Vec::new(),
            dating: Vec::new(),
        }
    }

    #[track_caller]
    fn check(mut reports: Vec<ReadReport>, expected: &[&str]) {
        warn_about_twins(&mut reports);
        let found: Vec<String> =
            reports.iter().flat_map(|read| &read.dating).map(ToString::to_string).collect();
        assert_eq!(found, expected);
    }

    const LIST: &str =
        "- [甲](https://example.com/a)：第一条\n- [乙](https://example.com/b)：第二条\n";

    #[test]
    fn reports_of_one_source_with_one_day_or_number_are_twins() {
        let issue = format!("# 周刊（第 7 期）\n\n{LIST}");
        check(
            vec![
                read("a", "2024-02-22.md", "2024-02-22", LIST),
                read("a", "2024-02-22b.md", "2024-02-22b", LIST),
                read("b", "2024-02-22.md", "2024-02-22", LIST),
                read("b", "x.md", "x", &issue),
                read("b", "y.md", "y", &issue),
            ],
            &[
                "2024-02-22b.md: warning: is of 2024-02-22, like `2024-02-22.md`",
                "y.md: warning: is issue 7, like `x.md`",
            ],
        );
    }

    #[test]
    fn articles_may_share_a_day() {
        let page = "一篇文章，只有一段话。\n";
        check(
            vec![
                read("a", "2024-02-22-x.md", "2024-02-22-x", page),
                read("a", "2024-02-22-y.md", "2024-02-22-y", page),
            ],
            &[],
        );
    }
}
