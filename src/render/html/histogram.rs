//! Counts over time as bars that filter by it.

use jiff::civil::Date;
use maud::{Markup, html};

use super::context::Context;
use crate::query::{DayRange, FilterKind, parse_days};
use crate::search::{FacetValue, Interval, months_spanned, summed};

/// Most bars of a histogram: a finger or a mouse has to hit one in a column of text.
const MAX_BARS: usize = 40;
/// Width of a bar's place and height of the tallest bar, in units of the drawing.
const PLACE: usize = 10;
const HEIGHT: usize = 40;
/// Width of a bar's place in pixels where there is room for it.
const WIDTH: usize = 30;

/// Writes the histogram of the months of a facet; nothing where all is of one month. `chosen` are the days of the
/// filter in use.
pub(super) fn histogram(context: &Context<'_>, months: &[FacetValue], chosen: DayRange) -> Markup {
    let spanned = months_spanned(months.iter().map(|month| month.value.as_str()));
    if spanned < 2 {
        return html! {};
    }
    let interval = Interval::fitting(spanned, MAX_BARS);
    let bars = summed(months.iter().map(|month| (month.value.as_str(), month.count)), interval);
    let most = bars.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let caption = match interval {
        Interval::Month => context.say("按月", "By month"),
        Interval::Quarter => context.say("按季度", "By quarter"),
        Interval::Year => context.say("按年", "By year"),
    };
    let label = |period: &str, count: usize| {
        format!("{period}{}{}", context.say("，", ", "), context.items(count))
    };
    let middle = bars.get(bars.len() / 2).filter(|_| bars.len() > 4);
    html! {
        figure #histogram {
            figcaption { (caption) }
            svg viewBox={ "0 0 " (bars.len() * PLACE) " " (HEIGHT) } width=(bars.len() * WIDTH) height=(HEIGHT)
                preserveAspectRatio="none" role="group"
                aria-label=(context.say("条目随时间的分布，点选一段即可筛选", "Items over time; choose a bar to filter")) {
                @for (at, (period, count)) in bars.iter().enumerate() {
                    @if *count > 0 {
                        a.bar href=(toggled(context, period)) aria-label=(label(period, *count))
                            aria-current=[overlaps(period, chosen).then_some("true")] {
                            title { (label(period, *count)) }
                            (column(at * PLACE, bar_height(*count, most)))
                        }
                    } @else {
                        rect.none x=(at * PLACE + 1) y=(HEIGHT - 1) width=(PLACE - 2) height="1" {}
                    }
                }
            }
            div.axis aria-hidden="true" {
                span { (bars[0].0) }
                @if let Some((period, _)) = middle { span { (period) } }
                span { (bars[bars.len() - 1].0) }
            }
        }
    }
}

/// Returns the path of the page that filters by a period, or no longer does if it is what is filtered by.
fn toggled(context: &Context<'_>, period: &str) -> String {
    let question = context.question;
    context.search(&if question.since == period && question.until == period {
        question.without(FilterKind::Days, "")
    } else {
        question.with(FilterKind::Days, period)
    })
}

/// Draws a bar in the place that begins at `x`; all of the place can be clicked.
fn column(x: usize, height: usize) -> Markup {
    html! {
        rect.hit x=(x) y="0" width=(PLACE) height=(HEIGHT) {}
        rect.fill x=(x + 1) y=(HEIGHT - height) width=(PLACE - 2) height=(height) {}
    }
}

/// Every bar that stands for something can be seen.
fn bar_height(count: usize, most: usize) -> usize {
    (count * HEIGHT / most).max(2)
}

fn overlaps(period: &str, chosen: DayRange) -> bool {
    if chosen == DayRange::default() {
        return false;
    }
    // Months, quarters and years do not depend on the day that relative dates count from.
    let days = parse_days(period, Date::constant(2000, 1, 1)).unwrap_or_default();
    let begins = chosen.until.is_none_or(|until| days.since.is_none_or(|since| since <= until));
    let ends = chosen.since.is_none_or(|since| days.until.is_none_or(|until| until >= since));
    begins && ends
}
