//! How often something was written about, month by month.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Serialize;

use crate::error::Result;
use crate::query::FacetKind;
use crate::search::answer::answer;
use crate::search::reader::Reader;
use crate::search::request::Request;
use crate::search::results::{Results, Step};

/// What counts are summed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, strum::EnumString)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Interval {
    /// Months, written `2024-02`.
    #[default]
    Month,
    /// Quarters, written `2024Q1`.
    Quarter,
    /// Years, written `2024`.
    Year,
}

impl Interval {
    /// Finds the interval of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::from_str(name).ok()
    }

    /// Returns the finest interval in which `months` months give at most `most` counts, years if none does.
    #[must_use]
    pub fn fitting(months: usize, most: usize) -> Self {
        if months <= most {
            Self::Month
        } else if months.div_ceil(3) < most {
            Self::Quarter
        } else {
            Self::Year
        }
    }

    /// Names the interval that a month, counted from the year 0, lies in.
    fn name_of(self, month: usize) -> String {
        let (year, month) = (month / 12, month % 12);
        match self {
            Self::Month => format!("{year:04}-{:02}", month + 1),
            Self::Quarter => format!("{year:04}Q{}", month / 3 + 1),
            Self::Year => format!("{year:04}"),
        }
    }
}

/// Reads a month of the facet, `2024-02`, as the number of months since the year 0.
fn month_number(month: &str) -> Option<usize> {
    let (year, month) = month.split_once('-')?;
    let (year, month): (usize, usize) = (year.parse().ok()?, month.parse().ok()?);
    Some(year * 12 + month.checked_sub(1)?)
}

/// Counts months without a gap from the first to the last of them.
#[must_use]
pub fn months_spanned<'m>(months: impl Iterator<Item = &'m str>) -> usize {
    let numbers: Vec<usize> = months.filter_map(month_number).collect();
    match (numbers.iter().min(), numbers.iter().max()) {
        (Some(first), Some(last)) => last - first + 1,
        _ => 0,
    }
}

/// Sums counts of months over intervals, in order and without a gap from the first to the last.
#[must_use]
pub fn summed<'m>(
    months: impl Iterator<Item = (&'m str, usize)>,
    interval: Interval,
) -> Vec<(String, usize)> {
    let counts: BTreeMap<usize, usize> =
        months.filter_map(|(month, count)| Some((month_number(month)?, count))).collect();
    let (Some(first), Some(last)) = (counts.keys().next(), counts.keys().next_back()) else {
        return Vec::new();
    };
    let mut sums: Vec<(String, usize)> = Vec::new();
    for month in *first..=*last {
        let name = interval.name_of(month);
        let count = counts.get(&month).copied().unwrap_or(0);
        match sums.last_mut() {
            Some((known, sum)) if *known == name => *sum += count,
            _ => sums.push((name, count)),
        }
    }
    sums
}

/// The count of one interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct TrendPoint {
    /// `2024-02`, `2024Q1` or `2024`; `since` and `until` understand it.
    pub period: String,
    /// Matching items.
    pub count: usize,
    /// All items of the archive in that time, to compare with.
    pub items: usize,
}

/// How often something was written about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// Which step of the ladder answered.
    pub matched: Step,
    /// Matching items.
    pub total: usize,
    /// Matching items without a date; they are in no point.
    pub undated: usize,
    /// In order of time, without a gap from the first match to the last.
    pub points: Vec<TrendPoint>,
}

/// Counts the matches of a request over time; its order, limit and facets are not looked at.
///
/// # Errors
/// As [`answer`].
pub fn trend(reader: &Reader, request: &Request, interval: Interval) -> Result<Trend> {
    let facets = vec![FacetKind::Month];
    let by_month = Request { limit: 0, offset: 0, facets: facets.clone(), ..request.clone() };
    let matching = answer(reader, &by_month)?;
    let all = answer(reader, &Request::counts_of_all(facets))?;
    let items: BTreeMap<String, usize> = summed(months(&all), interval).into_iter().collect();
    let dated: usize = months(&matching).map(|(_, count)| count).sum();
    let points = summed(months(&matching), interval).into_iter().map(|(period, count)| {
        let items = items.get(&period).copied().unwrap_or(0);
        TrendPoint { period, count, items }
    });
    Ok(Trend {
        matched: matching.matched,
        total: matching.total,
        undated: matching.total.saturating_sub(dated),
        points: points.collect(),
    })
}

/// Returns the counts of the only facet of results.
fn months(results: &Results) -> impl Iterator<Item = (&str, usize)> {
    let values = results.facets.iter().flat_map(|(_, values)| values);
    values.map(|value| (value.value.as_str(), value.count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_have_no_gaps() {
        let months = [("2023-11", 2), ("2024-02", 3), ("2024-03", 1)];
        let sums = |interval| {
            let sums = summed(months.into_iter(), interval);
            sums.iter().map(|(name, count)| format!("{name}={count}")).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(sums(Interval::Month), "2023-11=2 2023-12=0 2024-01=0 2024-02=3 2024-03=1");
        assert_eq!(sums(Interval::Quarter), "2023Q4=2 2024Q1=4");
        assert_eq!(sums(Interval::Year), "2023=2 2024=4");
        assert!(summed([].into_iter(), Interval::Month).is_empty());
    }

    #[test]
    fn an_interval_fits_its_place() {
        assert_eq!(Interval::fitting(30, 36), Interval::Month);
        assert_eq!(Interval::fitting(90, 36), Interval::Quarter);
        assert_eq!(Interval::fitting(200, 36), Interval::Year);
    }
}
