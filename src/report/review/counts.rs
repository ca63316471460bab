//! Reports with far fewer or far more items than those around them, and those laid out otherwise.

use super::usual::{MIN_AROUND, Member, around, letters, quantile, sorted};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::model::{Item, Layout, Report};

/// A report with less than one in so many of the items that nine of ten around it have, or more than so many times
/// those that one of ten has, falls out.
const TIMES: usize = 3;
/// Where reports usually have fewer items than this, one with a few less or more is nothing strange.
const MIN_USUAL: usize = 6;
/// A whole file that is one item falls out where others usually have so many, if it is half as long as they are.
const MIN_DIVIDED: usize = 3;
/// The layout of at least so many of ten reports is usual.
const USUAL_OF_TEN: usize = 9;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    let items: Vec<usize> = series.iter().map(|member| member.report.items.len()).collect();
    let texts: Vec<usize> = series.iter().map(|member| text_of(member.report)).collect();
    for (at, member) in series.iter().enumerate() {
        let near: Vec<usize> = around(at, series.len()).collect();
        if near.len() < MIN_AROUND {
            continue;
        }
        let usual = sorted(near.iter().map(|near| items[*near]));
        let texts_near = sorted(near.iter().map(|near| texts[*near]));
        let is_page = member.report.layout == Layout::Page;
        let own = Own { items: items[at], text: texts[at], is_page };
        let (code, severity) = match own.beside(&usual, &texts_near) {
            Some(found) => found,
            None if is_other(member, series, &near) => (Code::OtherLayout, Severity::Note),
            None => continue,
        };
        let layout = member.report.layout;
        let middle = quantile(&usual, 5);
        let message = if code == Code::OtherLayout {
            let other = series[near[0]].report.layout;
            let other = if other == layout { usual_layout(series, &near) } else { Some(other) };
            format!(
                "is laid out as {layout}, those around it as {}",
                other.map_or("others", Layout::name)
            )
        } else {
            format!("has {}, those around it about {middle}", crate::text::count(own.items, "item"))
        };
        found.push((member.index, Diagnostic::about_file(member.path, severity, code, message)));
    }
}

struct Own {
    items: usize,
    text: usize,
    is_page: bool,
}

impl Own {
    /// Says whether a report falls out. One that is as short or as long as it has few or many items was written so.
    fn beside(&self, items: &[usize], texts: &[usize]) -> Option<(Code, Severity)> {
        let severity = |is_so: bool| if is_so { Severity::Note } else { Severity::Warning };
        if self.items * TIMES < quantile(items, 1) && quantile(items, 1) >= MIN_USUAL {
            let is_short = self.text * (TIMES - 1) < quantile(texts, 5);
            return Some((Code::FewItems, severity(is_short)));
        }
        let is_divided = quantile(items, 5) >= MIN_DIVIDED;
        if self.is_page && self.items == 1 && is_divided && self.text * 2 >= quantile(texts, 5) {
            return Some((Code::FewItems, Severity::Warning));
        }
        if self.items > TIMES * quantile(items, 9) && self.items >= TIMES * MIN_USUAL {
            let is_long = self.text > (TIMES - 1) * quantile(texts, 5);
            return Some((Code::ManyItems, severity(is_long)));
        }
        None
    }
}

/// Returns how many letters a report has in its items.
fn text_of(report: &Report) -> usize {
    let of_item = |item: &Item| letters(&item.title) + letters(&item.body);
    report.items.iter().map(of_item).sum()
}

/// Returns the layout that nearly all reports around one have.
fn usual_layout(series: &[Member<'_>], near: &[usize]) -> Option<Layout> {
    let layouts = near.iter().map(|near| series[*near].report.layout);
    let count = |layout: Layout| layouts.clone().filter(|other| *other == layout).count();
    layouts.clone().find(|layout| count(*layout) * 10 >= near.len() * USUAL_OF_TEN)
}

fn is_other(member: &Member<'_>, series: &[Member<'_>], near: &[usize]) -> bool {
    usual_layout(series, near).is_some_and(|usual| usual != member.report.layout)
}
