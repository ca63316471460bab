//! Conditions on items that do not depend on words.

use super::{DayRange, IssueRange};

/// Conditions that do not depend on words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Section names or paths, any of which may match.
    pub sections: Vec<String>,
    /// Sources, any of which may match.
    pub sources: Vec<String>,
    /// Sections or sources, any of which may match.
    pub places: Vec<String>,
    /// Contributors, any of which may match.
    pub contributors: Vec<String>,
    /// URLs or hosts, any of which may match.
    pub links: Vec<String>,
    /// Numbers of issues, any of which may match.
    pub issues: Vec<IssueRange>,
    /// Days of the report.
    pub days: DayRange,
    /// What items must not have: none of these.
    pub excluded: Option<Box<Filters>>,
}

impl Filters {
    /// Returns whether nothing is filtered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds the conditions of `other`; for dates the narrower range holds.
    pub fn add(&mut self, other: &Self) {
        self.sections.extend(other.sections.iter().cloned());
        self.sources.extend(other.sources.iter().cloned());
        self.places.extend(other.places.iter().cloned());
        self.contributors.extend(other.contributors.iter().cloned());
        self.links.extend(other.links.iter().cloned());
        self.issues.extend(other.issues.iter().copied());
        self.days.since = self.days.since.max(other.days.since);
        self.days.until = match (self.days.until, other.days.until) {
            (Some(mine), Some(theirs)) => Some(mine.min(theirs)),
            (mine, theirs) => mine.or(theirs),
        };
        if let Some(excluded) = &other.excluded {
            self.excluded.get_or_insert_default().add(excluded);
        }
    }
}
