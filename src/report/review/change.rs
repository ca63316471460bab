//! Where a series goes on in another layout.

use serde::Serialize;

use super::usual::Member;
use crate::report::dating::ReportDate;
use crate::report::model::Layout;

/// So many reports before and after show that a series has changed and that it is not one report that falls out.
const SIDE: usize = 6;
/// At least so many of ten reports on a side have its layout.
const PURE_OF_TEN: usize = 8;

/// A report from which on a series is laid out otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The first report of the new layout.
    pub path: String,
    /// Its date, if it has one.
    pub date: Option<String>,
    /// The layout before.
    pub from: Layout,
    /// The layout from then on.
    pub to: Layout,
}

/// Finds the changes of a series, in its order.
pub(super) fn of(series: &[Member<'_>]) -> Vec<Change> {
    let layouts: Vec<Layout> = series.iter().map(|member| member.report.layout).collect();
    changes(&layouts)
        .into_iter()
        .map(|(at, from)| Change {
            path: series[at].path.to_owned(),
            date: series[at].date.map(ReportDate::display),
            from,
            to: layouts[at],
        })
        .collect()
}

/// Returns where layouts change for good, and what they were before.
fn changes(layouts: &[Layout]) -> Vec<(usize, Layout)> {
    let Some(mut current) = layouts.get(..SIDE.min(layouts.len())).and_then(most) else {
        return Vec::new();
    };
    let mut changes = Vec::new();
    for (at, layout) in layouts.iter().enumerate() {
        let after = layouts.get(at..at + SIDE);
        let before = at.checked_sub(SIDE).and_then(|start| layouts.get(start..at));
        let (Some(before), Some(after)) = (before, after) else { continue };
        if *layout != current && most(after) == Some(*layout) && most(before) == Some(current) {
            changes.push((at, current));
            current = *layout;
        }
    }
    changes
}

/// Returns the layout that nearly all have.
fn most(layouts: &[Layout]) -> Option<Layout> {
    let count = |layout: Layout| layouts.iter().filter(|other| **other == layout).count();
    layouts.iter().copied().find(|layout| count(*layout) * 10 >= layouts.len() * PURE_OF_TEN)
}
