//! What hits are counted by, and what they are filtered by.

use std::str::FromStr;

use serde::Serialize;
use strum::VariantArray;

use crate::error::{Error, Result};

/// What hits can be counted by.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum FacetKind {
    /// Section path, its parts joined by `/`.
    Section,
    /// Source.
    Source,
    /// Contributor.
    Contributor,
    /// Host of a link.
    Host,
    /// Month of the report.
    Month,
}

impl FacetKind {
    /// Every kind, in the order they are shown.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Returns the name used in options, URLs and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Finds the kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_str(name).ok()
    }

    /// Reads names with commas between them, each kind once.
    ///
    /// # Errors
    /// [`Error::Choice`] for a name that is not one of a kind.
    pub fn list(names: &str) -> Result<Vec<Self>> {
        let every = || Self::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(",");
        let mut kinds = Vec::new();
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let kind = Self::from_name(name).ok_or_else(|| Error::Choice {
                field: "facets",
                value: name.to_owned(),
                choices: format!("any of {}", every()),
            })?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        Ok(kinds)
    }
}

/// One filter of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// A section.
    Section,
    /// A source.
    Source,
    /// A contributor.
    Contributor,
    /// A URL or host.
    Link,
    /// A number of an issue.
    Issue,
    /// First and last day.
    Days,
}

impl From<FacetKind> for FilterKind {
    fn from(kind: FacetKind) -> Self {
        match kind {
            FacetKind::Section => Self::Section,
            FacetKind::Source => Self::Source,
            FacetKind::Contributor => Self::Contributor,
            FacetKind::Host => Self::Link,
            FacetKind::Month => Self::Days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        for kind in FacetKind::ALL {
            assert_eq!(FacetKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(FacetKind::from_name("colour"), None);
    }

    #[test]
    fn a_list_has_each_kind_once() {
        let kinds = FacetKind::list(" month, section,,month ").unwrap();
        assert_eq!(kinds, [FacetKind::Month, FacetKind::Section]);
        assert_eq!(FacetKind::list("").unwrap(), []);
        assert_eq!(
            FacetKind::list("month,colour").unwrap_err().one_line(),
            "facets: `colour` is not known; write any of section,source,contributor,host,month"
        );
    }
}
