//! The home page: the newest reports, and what the archive holds.

use maud::{Markup, html};

use super::context::Context;
use super::histogram::histogram;
use super::text::Text;
use crate::query::{DayRange, FacetKind, FilterKind, grouped};
use crate::render::path::item_path;
use crate::report::ReportDate;
use crate::search::{FacetValue, Overview, ReportSummary};

/// Values shown of each kind.
const SHOWN: usize = 18;

/// Writes what the archive holds: the answer to nothing asked.
#[must_use]
pub fn overview(
    context: &Context<'_>,
    overview: &Overview,
    items: usize,
    reports: usize,
) -> Markup {
    let months = overview.values(FacetKind::Month);
    let sources = overview.different(FacetKind::Source);
    let from_to = months.first().zip(months.last());
    html! {
        div #answer data-query="" data-total=(items) data-matched="home" aria-busy="false" {
            h1.unseen { (context.say("搜索往期报告", "Search past reports")) }
            p.summary {
                strong { (context.items(items)) }
                (context.say("，来自 ", " from ")) (grouped(reports))
                (context.say(" 期报告", if reports == 1 { " report" } else { " reports" }))
                @if let Some((first, last)) = from_to {
                    (context.say("，", ", ")) (first.value) " – " (last.value)
                }
            }
            (histogram(context, months, DayRange::default()))
            div.home {
                section.reports aria-labelledby="newest" {
                    h2 #newest {
                        @if from_to.is_some() { (context.say("最新报告", "Newest reports")) }
                        @else { (context.say("报告", "Reports")) }
                    }
                    @for report in &overview.newest { (report_card(context, report, sources)) }
                }
                section.holds aria-labelledby="holds" {
                    h2 #holds { (context.say("库里有什么", "What the archive holds")) }
                    @for kind in [FacetKind::Section, FacetKind::Source, FacetKind::Contributor, FacetKind::Host] {
                        @let (values, different) = (overview.values(kind), overview.different(kind));
                        // The only source there is says nothing.
                        @if different > usize::from(kind == FacetKind::Source) {
                            h3 { (context.facet_name(kind)) " " span.count { (grouped(different)) } }
                            (cloud(context, kind, values))
                        }
                    }
                }
            }
        }
    }
}

/// Writes the first values of a kind, each with its count.
fn cloud(context: &Context<'_>, kind: FacetKind, values: &[FacetValue]) -> Markup {
    let filter = FilterKind::from(kind);
    html! {
        ul.cloud {
            @for value in values.iter().take(SHOWN) {
                li {
                    a href=(context.search(&context.question.with(filter, &value.value))) rel="nofollow" {
                        (Text(&value.value)) " " span.count { (grouped(value.count)) }
                    }
                }
            }
        }
    }
}

/// Writes one report: its date, its name, and its first items.
fn report_card(context: &Context<'_>, report: &ReportSummary, sources: usize) -> Markup {
    let Some(first) = report.first.first() else { return html! {} };
    let path = context.site.path(&item_path(first));
    let name = first.id.report();
    let date = first.date.as_ref().map(ReportDate::display);
    // A report named by its day need not say it twice.
    let shown = date.as_deref().filter(|date| *date != name);
    html! {
        article.report {
            h3 {
                a href=(path) {
                    @if sources > 1 { (Text(&first.source)) " " }
                    @if let Some(issue) = first.issue {
                        (context.say("第 ", "Issue ")) (issue) (context.say(" 期", ""))
                    } @else {
                        (Text(name))
                    }
                }
                " "
                @if let Some(date) = shown { time datetime=(date) { (date) } " " }
                span.count { (context.items(report.items)) }
            }
            ul {
                @for item in &report.first {
                    li { a href=(context.site.path(&item_path(item))) { bdi { (Text(&item.item.title)) } } }
                }
                @if report.items > report.first.len() {
                    li.rest {
                        a href=(path) {
                            (context.say("还有 ", "")) (context.items(report.items - report.first.len()))
                            (context.say("", " more"))
                        }
                    }
                }
            }
        }
    }
}
