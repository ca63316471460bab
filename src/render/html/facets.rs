//! What else could be chosen, with counts; and what is chosen, to take it back.

use maud::{Markup, html};

use super::context::Context;
use super::text::Text;
use crate::analysis::fold;
use crate::query::{FacetKind, FilterKind, MAX_FILTERS, Question, grouped};
use crate::search::FacetValue;

/// Values shown of each kind, and those shown when more are asked for.
const FEW: usize = 7;
const MANY: usize = 60;

impl Context<'_> {
    /// Names a kind of facet.
    pub(super) fn facet_name(&self, kind: FacetKind) -> &'static str {
        match kind {
            FacetKind::Section => self.say("栏目", "Section"),
            FacetKind::Source => self.say("来源", "Source"),
            FacetKind::Contributor => self.say("贡献人", "Contributor"),
            FacetKind::Host => self.say("网站", "Site"),
            FacetKind::Month => self.say("时间", "Time"),
        }
    }

    fn filter_name(&self, kind: FilterKind) -> &'static str {
        match kind {
            FilterKind::Section => self.facet_name(FacetKind::Section),
            FilterKind::Source => self.facet_name(FacetKind::Source),
            FilterKind::Contributor => self.facet_name(FacetKind::Contributor),
            FilterKind::Link => self.say("链接", "Link"),
            FilterKind::Issue => self.say("期号", "Issue"),
            FilterKind::Days => self.facet_name(FacetKind::Month),
        }
    }
}

/// Returns the filter that chooses a value, as it was written.
fn chosen<'a>(context: &'a Context<'_>, kind: FacetKind, value: &str) -> Option<&'a String> {
    let folded = fold(value);
    context
        .question
        .values(kind.into())
        .iter()
        .find(|given| fold(given.trim_start_matches('@')) == folded)
}

/// Writes the counts of every kind but months, and a form for days.
pub(super) fn facets(context: &Context<'_>, facets: &[(FacetKind, Vec<FacetValue>)]) -> Markup {
    html! {
        aside #facets aria-label=(context.say("筛选", "Filters")) {
            @for (kind, values) in facets {
                @if *kind != FacetKind::Month && is_worth_choosing(context, *kind, values) {
                    section data-facet=(kind.name()) {
                        h2 { (context.facet_name(*kind)) }
                        (list(context, *kind, &values[..values.len().min(FEW)]))
                        @if values.len() > FEW {
                            details {
                                summary {
                                    (context.say("更多", "More")) " "
                                    span.count { (grouped(values.len() - FEW)) }
                                }
                                (list(context, *kind, &values[FEW..values.len().min(MANY)]))
                            }
                        }
                    }
                }
            }
            (days(context))
        }
    }
}

/// A single value that is not chosen leaves no choice.
fn is_worth_choosing(context: &Context<'_>, kind: FacetKind, values: &[FacetValue]) -> bool {
    values.len() > 1 || !values.is_empty() && !context.question.values(kind.into()).is_empty()
}

fn list(context: &Context<'_>, kind: FacetKind, values: &[FacetValue]) -> Markup {
    html! {
        ul {
            @for value in values {
                @let chosen = chosen(context, kind, &value.value);
                @let other = match chosen {
                    Some(given) => context.question.without(kind.into(), given),
                    None => context.question.with(kind.into(), &value.value),
                };
                li {
                    a href=(context.search(&other)) rel="nofollow" aria-current=[chosen.map(|_| "true")] {
                        span.value { (Text(&value.value)) }
                        " "
                        span.count { (grouped(value.count)) }
                    }
                }
            }
        }
    }
}

fn days(context: &Context<'_>) -> Markup {
    let question = context.question;
    html! {
        section data-facet="days" {
            h2 { (context.facet_name(FacetKind::Month)) }
            form.days action=(context.site.path("/")) method="get" {
                @for (name, value) in question.to_pairs() {
                    @if !matches!(name, "since" | "until" | "page") {
                        input type="hidden" name=(name) value=(Text(&value));
                    }
                }
                label {
                    span { (context.say("自", "Since")) }
                    input name="since" value=(Text(&question.since)) placeholder="2024-02" size="10"
                        autocomplete="off";
                }
                label {
                    span { (context.say("至", "Until")) }
                    input name="until" value=(Text(&question.until)) placeholder="2024Q2" size="10"
                        autocomplete="off";
                }
                button type="submit" { (context.say("筛选", "Filter")) }
            }
        }
    }
}

/// Returns the filters in use, each with its value and what is shown of it.
fn in_use(question: &Question) -> Vec<(FilterKind, &str, String)> {
    let repeated = question.repeated().map(|(kind, value)| (kind, value, value.to_owned()));
    let days = match (question.since.as_str(), question.until.as_str()) {
        ("", "") => None,
        (since, until) if since == until => Some(since.to_owned()),
        (since, until) => Some(format!("{since} – {until}")),
    };
    repeated.chain(days.map(|days| (FilterKind::Days, "", days))).collect()
}

/// Writes what is chosen; every chip takes its choice back.
pub(super) fn chips(context: &Context<'_>) -> Markup {
    let question = context.question;
    let mut chips = in_use(question);
    if chips.is_empty() {
        return html! {};
    }
    // More are refused; what was refused need not be shown whole.
    chips.truncate(MAX_FILTERS + 1);
    html! {
        ul.chips aria-label=(context.say("当前的筛选", "Active filters")) {
            @for (kind, value, shown) in &chips {
                li {
                    a.chip href=(context.search(&question.without(*kind, value))) rel="nofollow" {
                        span.unseen { (context.say("移除 ", "Remove ")) }
                        span.kind { (context.filter_name(*kind)) }
                        " " (Text(shown)) " "
                        span aria-hidden="true" { "×" }
                    }
                }
            }
            @if chips.len() > 1 {
                li {
                    a.chip.all href=(context.search(&question.unfiltered())) rel="nofollow" {
                        (context.say("全部清除", "Clear all"))
                    }
                }
            }
        }
    }
}
