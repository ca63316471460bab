//! The frame that every page has: its head, the search form, the footer.

use maud::{DOCTYPE, Markup, html};

use super::context::Context;
use super::text::Text;
use crate::query::Question;

/// What the frame of a page says of it.
#[derive(Default)]
pub(super) struct Frame<'a> {
    pub(super) title: String,
    pub(super) description: Option<String>,
    /// Path from the root of the site, if search engines should know the page by it.
    pub(super) canonical: Option<String>,
    pub(super) class: &'a str,
    /// Whether the page is the search page, which the script keeps in step with what is typed.
    pub(super) is_search: bool,
    /// Seconds until the page is asked for again where there are no scripts.
    pub(super) refresh: Option<u32>,
}

/// Writes a whole page around its main part.
pub(super) fn document(context: &Context<'_>, frame: &Frame<'_>, main: &Markup) -> String {
    let feeds = Question { page: 0, sort: String::new(), ..context.question.clone() }.to_query();
    let page = html! {
        (DOCTYPE)
        html lang=(context.language.tag()) {
            (head(context, frame, &feeds))
            body class=(frame.class) data-root={ (context.site.prefix) "/" }
                data-away=(context.say("暂时连不上服务器，下面还是之前的结果。", "The server cannot be reached; these are earlier results."))
                data-again=(context.say("重试", "Try again")) {
                a.skip href="#main" { (context.say("跳到结果", "Skip to results")) }
                header.top {
                    a.brand href=(context.site.path("/")) aria-label=(context.say("报库，首页", "Baoku, home")) {
                        span aria-hidden="true" { "报库" }
                    }
                    (search_form(context, frame))
                    (other_language(context))
                    p #announce.unseen role="status" {}
                }
                main #main tabindex="-1" { (main) }
                (footer(context, &feeds))
            }
        }
    };
    page.into_string()
}

fn head(context: &Context<'_>, frame: &Frame<'_>, feeds: &str) -> Markup {
    let site = context.site;
    let name = context.say("报库", "Baoku");
    let title =
        if frame.title.is_empty() { name.to_owned() } else { format!("{} · {name}", frame.title) };
    html! {
        head {
            meta charset="utf-8";
            title { (Text(&title)) }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            @if let Some(description) = &frame.description {
                meta name="description" content=(Text(description));
            }
            @if frame.canonical.is_none() { meta name="robots" content="noindex, follow"; }
            @if let Some(seconds) = frame.refresh {
                noscript { meta http-equiv="refresh" content=(seconds); }
            }
            link rel="stylesheet" href={ (site.path("/assets/page.css")) "?v=" (site.assets) };
            link rel="icon" type="image/svg+xml" href={ (site.path("/favicon.svg")) "?v=" (site.assets) };
            link rel="search" type="application/opensearchdescription+xml" title=(name)
                href=(site.path("/opensearch.xml"));
            link rel="alternate" type="application/atom+xml" title="Atom"
                href={ (site.path("/feed.xml")) (feeds) };
            link rel="alternate" type="application/feed+json" title="JSON Feed"
                href={ (site.path("/feed.json")) (feeds) };
            @if let (Some(path), false) = (&frame.canonical, site.origin.is_empty()) {
                link rel="canonical" href=(site.url(path));
            }
            script src={ (site.path("/assets/page.js")) "?v=" (site.assets) } defer {}
        }
    }
}

fn search_form(context: &Context<'_>, frame: &Frame<'_>) -> Markup {
    let question = context.question;
    let say = |chinese, english| context.say(chinese, english);
    html! {
        form #search role="search" action=(context.site.path("/")) method="get" data-live[frame.is_search] {
            div.field {
                input #q name="q" type="search" role="combobox" value=(Text(&question.query))
                    aria-label=(say("搜索往期报告", "Search past reports"))
                    aria-expanded="false" aria-controls="suggestions" aria-autocomplete="list"
                    placeholder=(say("搜索词语、名称或链接", "Words, names or a link"))
                    autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck="false"
                    enterkeyhint="search" maxlength="2000";
                kbd aria-hidden="true" { "/" }
                div #suggestions role="listbox" aria-label=(say("补全", "Completions")) hidden
                    data-section=(say("栏目", "section")) data-contributor=(say("贡献人", "contributor"))
                    data-source=(say("来源", "source")) data-word=(say("词语", "word"))
                    data-title=(say("标题", "title")) {}
            }
            span #carried {
                @for (name, value) in question.to_pairs() {
                    @if !matches!(name, "q" | "page" | "strict") {
                        input type="hidden" name=(name) value=(Text(&value));
                    }
                }
            }
            button type="submit" { (say("搜索", "Search")) }
        }
    }
}

/// Writes a link to the same page in the other language.
fn other_language(context: &Context<'_>) -> Markup {
    let other = context.language.other();
    let sign = if context.here.contains('?') { '&' } else { '?' };
    html! {
        a.lang href={ (context.site.path(context.here)) (sign) "lang=" (other.code()) } lang=(other.tag())
            hreflang=(other.tag()) rel="nofollow" { (context.say("English", "中文")) }
    }
}

fn footer(context: &Context<'_>, feeds: &str) -> Markup {
    let site = context.site;
    html! {
        footer.bottom {
            nav aria-label=(context.say("本站", "This site")) {
                a href={ (site.path("/feed.xml")) (feeds) } { (context.say("订阅", "Feed")) }
                a href=(site.path("/api")) { "API" }
            }
            p {
                (context.say("按 ", "Press ")) kbd { "/" } (context.say(" 搜索，", " to search, "))
                kbd { "↓" } " " kbd { "↑" } (context.say(" 选择补全，", " to choose a completion, "))
                kbd { "Esc" } (context.say(" 清空。", " to clear."))
            }
        }
    }
}
