//! An answer: what was understood, the hits, what else could be chosen, and other questions where nothing was found.

use maud::{Markup, html};

use super::context::Context;
use super::facets::{chips, facets};
use super::histogram::histogram;
use super::hit::hit;
use super::notes::note;
use super::text::Text;
use crate::query::{DayRange, FacetKind, Note, Question, Sort, grouped};
use crate::search::{FacetValue, Hit, Results, Step};

/// Another question, offered where nothing was found, and how many items it would give.
#[derive(Clone, Debug)]
pub struct Offer {
    /// How it differs from what was asked.
    pub kind: OfferKind,
    /// What it asks.
    pub question: Question,
    /// Items that match it.
    pub count: usize,
}

/// How an offer differs from what was asked.
#[derive(Clone, Debug)]
pub enum OfferKind {
    /// It leaves out every filter.
    WithoutFilters,
    /// The words of its phrases may stand apart.
    WithoutQuotes,
    /// It searches for one of the words.
    Word(String),
}

/// Everything a page of results is made of.
#[derive(Clone, Copy, Debug)]
pub struct ResultsPage<'a> {
    /// What was found, its facets among them.
    pub results: &'a Results,
    /// The order of the hits.
    pub sort: Sort,
    /// The days of the filter in use.
    pub days: DayRange,
    /// Time of the search in microseconds.
    pub took_us: u64,
    /// Sources of the archive; a single one need not be named.
    pub sources: usize,
    /// Deepest page there is.
    pub last_page: usize,
    /// Other questions, where nothing was found.
    pub offers: &'a [Offer],
}

/// Writes an answer.
#[must_use]
pub fn answer(context: &Context<'_>, given: &ResultsPage<'_>) -> Markup {
    let results = given.results;
    let months = values(results, FacetKind::Month);
    html! {
        div #answer data-query=(Text(&context.question.query)) data-total=(results.total)
            data-matched=(<&str>::from(results.matched)) aria-busy="false" {
            h1.unseen { (heading(context)) }
            div.bar-top {
                p.summary { (summary(context, given)) }
                @if results.total > 1 { (sorts(context, given.sort)) }
                label.facets-toggle for="show-facets" { (context.say("筛选", "Filters")) }
            }
            (chips(context))
            (notes(context, results))
            div.columns {
                div.results {
                    (histogram(context, months, given.days))
                    @if results.matched == Step::None {
                        (nothing(context, given))
                    } @else {
                        (hits(context, given))
                        (pages(context, given))
                    }
                }
                (facets(context, &results.facets))
            }
        }
    }
}

/// Writes what was read differently or loosened. Why nothing was found stands where hits would, and that a word is only found
/// inside others below the hits: it comes and goes with every letter that is typed, and must not move them.
fn notes(context: &Context<'_>, results: &Results) -> Markup {
    let elsewhere = |note: &&Note| matches!(note, Note::Nothing { .. } | Note::Pieces(_));
    let notes = results.notes.iter().filter(|note| !elsewhere(note));
    let notes: Vec<&Note> = notes.collect();
    html! {
        @if !notes.is_empty() {
            ul.notes {
                @for shown in notes { li { (note(context, shown)) } }
                @if results.searched.is_some() {
                    li {
                        a href=(context.search(&context.question.strictly())) rel="nofollow" {
                            (context.say("仍按原样搜索", "Search for it as typed"))
                        }
                    }
                }
            }
        }
    }
}

fn values(results: &Results, kind: FacetKind) -> &[FacetValue] {
    let values = results.facets.iter().find(|(of, _)| *of == kind);
    values.map_or(&[], |(_, values)| values)
}

fn heading(context: &Context<'_>) -> Markup {
    let query = &context.question.query;
    html! {
        @if query.is_empty() {
            (context.say("筛选结果", "Filtered items"))
        } @else {
            (context.say("搜索结果：", "Results for ")) (Text(query))
        }
    }
}

fn summary(context: &Context<'_>, given: &ResultsPage<'_>) -> Markup {
    let results = given.results;
    let first = results.offset + 1;
    // What is related is not counted.
    let last = results.offset + results.matching().count();
    let micros = given.took_us;
    html! {
        strong { (context.items(results.total)) }
        @if first <= last && (results.offset > 0 || last < results.total) {
            span.range {
                (context.say("，第 ", ", ")) (grouped(first)) "–" (grouped(last)) (context.say(" 条", ""))
            }
        }
        span.took { " · " (format!("{}.{}", micros / 1_000, micros % 1_000 / 100)) (context.say(" 毫秒", " ms")) }
    }
}

fn sorts(context: &Context<'_>, sort: Sort) -> Markup {
    // Without words there is nothing to be relevant to.
    let orders: &[(Sort, &str, &str)] = if context.question.query.is_empty() {
        &[(Sort::Newest, "最新", "Newest"), (Sort::Oldest, "最早", "Oldest")]
    } else {
        &[
            (Sort::Relevance, "相关", "Relevance"),
            (Sort::Newest, "最新", "Newest"),
            (Sort::Oldest, "最早", "Oldest"),
        ]
    };
    let holds = |order: Sort| {
        order == sort
            || context.question.query.is_empty() && order == Sort::Newest && sort == Sort::Relevance
    };
    html! {
        nav.sort aria-label=(context.say("排序", "Order")) {
            @for (order, chinese, english) in orders {
                a href=(context.search(&context.question.with_sort(*order))) rel="nofollow"
                    aria-current=[holds(*order).then_some("true")] {
                    (context.say(chinese, english))
                }
            }
        }
    }
}

fn hits(context: &Context<'_>, given: &ResultsPage<'_>) -> Markup {
    let results = given.results;
    let (matching, related): (Vec<&Hit>, Vec<&Hit>) =
        results.hits.iter().partition(|hit| !hit.related);
    html! {
        h2.unseen { (context.say("条目", "Items")) }
        @if !matching.is_empty() {
            ol.hits start=(results.offset + 1) {
                @for found in &matching { (hit(context, found, given.sources)) }
            }
        }
        @if !related.is_empty() {
            h2.related { (context.say("相关条目：只含部分词语，或只在别的词里", "Related: only some of the words, or only inside others")) }
            ol.hits.loose {
                @for found in &related { (hit(context, found, given.sources)) }
            }
        }
        @for pieces in results.notes.iter().filter(|note| matches!(note, Note::Pieces(_))) {
            ul.notes { li { (note(context, pieces)) } }
        }
    }
}

fn pages(context: &Context<'_>, given: &ResultsPage<'_>) -> Markup {
    let results = given.results;
    let page = context.question.page.max(1);
    // What is related stands behind the matches.
    let all = results.total + results.related;
    let has_more = results.offset + results.hits.len() < all && page < given.last_page;
    if page == 1 && !has_more {
        return html! {};
    }
    let pages = all.div_ceil(results.limit.max(1)).min(given.last_page).max(page);
    html! {
        nav.pages aria-label=(context.say("翻页", "Pages")) {
            @if page > 1 {
                a rel="prev" href=(context.search(&context.question.with_page(page - 1))) {
                    (context.say("← 上一页", "← Previous"))
                }
            }
            span { (grouped(page)) " / " (grouped(pages)) }
            @if has_more {
                a rel="next" href=(context.search(&context.question.with_page(page + 1))) {
                    (context.say("下一页 →", "Next →"))
                }
            }
        }
    }
}

fn nothing(context: &Context<'_>, given: &ResultsPage<'_>) -> Markup {
    let why = given.results.notes.iter().rfind(|note| matches!(note, Note::Nothing { .. }));
    html! {
        div.nothing {
            h2 { (context.say("没有找到", "Nothing found")) }
            @if let Some(why) = why { p { (note(context, why)) } }
            (offers(context, given.offers))
            ul.hints {
                li { (context.say("中文可以只输入其中几个字，英文可以只输入一部分。", "A piece of a word is enough, in Chinese and in English.")) }
                li { (context.say("也可以输入拼音、首字母或链接。", "Pinyin, initials and links are understood, too.")) }
            }
            p { a href=(context.site.path("/")) { (context.say("看看库里有什么", "See what the archive holds")) } }
        }
    }
}

fn offers(context: &Context<'_>, offers: &[Offer]) -> Markup {
    html! {
        @if !offers.is_empty() {
            p { (context.say("可以试试：", "You could try:")) }
            ul.ways {
                @for offer in offers {
                    li {
                        a href=(context.search(&offer.question)) {
                            @match &offer.kind {
                                OfferKind::WithoutFilters => (context.say("去掉所有筛选", "the same without filters")),
                                OfferKind::WithoutQuotes => (context.say("不加引号", "the same without quotation marks")),
                                OfferKind::Word(word) => { (context.say("只搜索", "only ")) "“" (Text(word)) "”" }
                            }
                        }
                        " " span.count { (context.items(offer.count)) }
                    }
                }
            }
        }
    }
}
