//! What the reports around one show, for who wants to know why it was read as it was.

use std::collections::BTreeMap;

use serde::Serialize;

use super::usual::{around, quantile, sorted};
use crate::report::dating::{Precision, ReportDate, days_between, series_of};
use crate::report::left_out::Reason;
use crate::report::model::{Layout, Report};

/// At least so many gaps between days show a rhythm.
const MIN_GAPS: usize = 4;
/// So many sections and labels are named, the commonest.
const NAMED: usize = 12;

/// What the reports around one show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// How many there are.
    pub reports: usize,
    /// The first and the last of them in the order of the series.
    pub between: Option<(String, String)>,
    /// How many are laid out how, most first.
    pub layouts: Vec<(Layout, usize)>,
    /// How many items one in ten, half and nine in ten of them have at most.
    pub items: (usize, usize, usize),
    /// In how many there is a section, most first.
    pub sections: Vec<(String, usize)>,
    /// On how many items people are named by what label, most first.
    pub labels: Vec<(String, usize)>,
    /// Days from one to the next, usually.
    pub days: Option<usize>,
    /// What the report has that others repeat, with the number of those around it that do.
    pub repeated: Vec<(String, usize)>,
}

/// Says what the reports of a source show that stand around one of them; `at` is its index. They have items.
#[must_use]
pub fn beside(reports: &[(&Report, Option<&ReportDate>)], at: usize) -> Beside {
    let paths: Vec<&str> = reports.iter().map(|(report, _)| report.path.as_str()).collect();
    let series = series_of(&paths).into_iter().find(|series| series.contains(&at));
    let series = series.unwrap_or_default();
    let Some(place) = series.iter().position(|index| *index == at) else {
        return Beside::default();
    };
    let places: Vec<usize> = around(place, series.len()).collect();
    let near: Vec<&Report> = places.iter().map(|place| reports[series[*place]].0).collect();
    let items = sorted(near.iter().map(|report| report.items.len()));
    let mut layouts: BTreeMap<Layout, usize> = BTreeMap::new();
    let mut sections: BTreeMap<&str, usize> = BTreeMap::new();
    let mut labels: BTreeMap<&str, usize> = BTreeMap::new();
    for report in &near {
        *layouts.entry(report.layout).or_default() += 1;
        let mut own: Vec<&str> =
            report.items.iter().filter_map(|item| Some(item.section.first()?.as_str())).collect();
        own.sort_unstable();
        own.dedup();
        for section in own {
            *sections.entry(section).or_default() += 1;
        }
        for label in report.items.iter().flat_map(|item| item.roles.values()) {
            *labels.entry(label).or_default() += 1;
        }
    }
    let mut layouts: Vec<(Layout, usize)> = layouts.into_iter().collect();
    layouts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let path = |place: &usize| paths[series[*place]].to_owned();
    Beside {
        reports: near.len(),
        between: places.first().zip(places.last()).map(|(a, b)| (path(a), path(b))),
        layouts,
        items: (quantile(&items, 1), quantile(&items, 5), quantile(&items, 9)),
        sections: most(sections),
        labels: most(labels),
        days: rhythm(places.iter().filter_map(|place| reports[series[*place]].1)),
        repeated: repeated(reports[at].0, &near),
    }
}

fn most(counts: BTreeMap<&str, usize>) -> Vec<(String, usize)> {
    let mut most: Vec<(String, usize)> =
        counts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    most.truncate(NAMED);
    most
}

/// Returns how many days usually lie between reports that are dated to the day.
fn rhythm<'d>(dates: impl Iterator<Item = &'d ReportDate>) -> Option<usize> {
    let mut days: Vec<_> =
        dates.filter(|date| date.precision == Precision::Day).map(|date| date.date).collect();
    days.sort_unstable();
    let gaps = days.windows(2).map(|pair| days_between(pair[0], pair[1]));
    let gaps = sorted(gaps.filter_map(|gap| usize::try_from(gap).ok()));
    (gaps.len() >= MIN_GAPS).then(|| quantile(&gaps, 5))
}

/// Returns what a report leaves out because others say it, with the number of those around it that do.
fn repeated(report: &Report, near: &[&Report]) -> Vec<(String, usize)> {
    let key = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let left_of = |report: &Report| -> Vec<(String, String)> {
        let left = report.left_out.iter().filter(|left| left.reason == Reason::Repeated);
        left.map(|left| (key(&left.text), left.text.clone())).collect()
    };
    let mut others: BTreeMap<String, usize> = BTreeMap::new();
    for other in near {
        let mut keys: Vec<String> = left_of(other).into_iter().map(|(key, _)| key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            *others.entry(key).or_default() += 1;
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    let own = left_of(report).into_iter().filter(|(key, _)| seen.insert(key.clone()));
    own.map(|(key, text)| (text, others.get(&key).copied().unwrap_or_default())).collect()
}
