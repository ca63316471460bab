//! Dates that headings above items name.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::date::ReportDate;
use super::patterns::date_of;

/// Dates by the heading that names them.
#[derive(Debug, Default)]
pub(crate) struct HeadingDates {
    by_heading: BTreeMap<String, Option<ReportDate>>,
    days: BTreeSet<Date>,
}

impl HeadingDates {
    pub(crate) fn of<'h>(headings: impl Iterator<Item = &'h String>) -> Self {
        let mut dates = Self::default();
        for text in headings {
            if !dates.by_heading.contains_key(text) {
                let found = date_of(text);
                dates.days.extend(found.as_ref().map(|found| found.date));
                dates.by_heading.insert(text.clone(), found);
            }
        }
        dates
    }

    /// Returns the date that all headings with a date name.
    pub(crate) fn only(&self) -> Option<&ReportDate> {
        self.by_heading.values().flatten().next().filter(|_| self.days.len() == 1)
    }

    /// Returns the date of an item from the headings above it, innermost first, where the report holds items of
    /// several days.
    pub(crate) fn own(&self, headings: &[String]) -> Option<ReportDate> {
        let found = headings.iter().find_map(|text| self.by_heading.get(text)?.as_ref());
        found.filter(|_| self.days.len() > 1).cloned()
    }
}
