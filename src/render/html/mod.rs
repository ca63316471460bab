//! The pages: results, items, what the archive holds, the API, errors. Complete without scripts; every string of an
//! archive is hostile and goes through [`Text`] or [`web_address`].

mod api;
mod facets;
mod histogram;
mod home;
mod item;
mod language;
mod notes;
mod results;
mod text;

use maud::{DOCTYPE, Markup, html};

use super::failure::{Code, Failure};
use super::path::id_path;
use crate::error::Error;
use crate::query::Question;
pub use api::api_page;
pub use facets::FACETS;
pub use histogram::MAX_BARS;
pub use home::overview;
pub use item::item_page;
pub use language::Language;
pub use results::{Offer, OfferKind, ResultsPage, answer};
use text::number;
pub use text::{Text, web_address};

/// Where the pages are, and what they are made for.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Scheme, host and path of the root without a slash at the end, as visitors see it; empty if not known.
    pub origin: String,
    /// Path of the root without a slash at the end: empty, or `/search`.
    pub prefix: String,
    /// Names the style sheet and script of this version, so that browsers may keep them.
    pub assets: &'static str,
}

impl Site {
    /// Returns the path of a page, given from the root of the site.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns the path of the search page that asks a question.
    #[must_use]
    pub fn search(&self, question: &Question) -> String {
        format!("{}/{}", self.prefix, question.to_query())
    }

    /// Returns the whole URL of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// What every page is made with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Where the page is.
    pub site: &'a Site,
    /// In which language.
    pub language: Language,
    /// What is in the search box and which filters hold.
    pub question: &'a Question,
    /// The page itself with its parameters, from the root of the site, for the switch of languages.
    pub here: &'a str,
}

impl Context<'_> {
    /// Chooses the text of the page's language.
    #[must_use]
    pub fn say<'t>(&self, chinese: &'t str, english: &'t str) -> &'t str {
        self.language.choose(chinese, english)
    }

    fn search(&self, question: &Question) -> String {
        self.site.search(question)
    }
}

/// What the frame of a page says of it.
#[derive(Default)]
struct Frame<'a> {
    title: String,
    description: Option<String>,
    /// Path from the root of the site, if search engines should know the page by it.
    canonical: Option<String>,
    class: &'a str,
    /// Whether the page is the search page, which the script keeps in step with what is typed.
    is_search: bool,
    /// Seconds until the page is asked for again where there are no scripts.
    refresh: Option<u32>,
}

fn document(context: &Context<'_>, frame: &Frame<'_>, main: &Markup) -> String {
    let site = context.site;
    let say = |chinese, english| context.say(chinese, english);
    let name = say("报库", "Baoku");
    let title =
        if frame.title.is_empty() { name.to_owned() } else { format!("{} · {name}", frame.title) };
    let feeds = Question { page: 0, sort: String::new(), ..context.question.clone() }.to_query();
    let page = html! {
        (DOCTYPE)
        html lang=(context.language.tag()) {
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
            body class=(frame.class) data-root={ (site.prefix) "/" }
                data-away=(say("暂时连不上服务器，下面还是之前的结果。", "The server cannot be reached; these are earlier results."))
                data-again=(say("重试", "Try again")) {
                a.skip href="#main" { (say("跳到结果", "Skip to results")) }
                header.top {
                    (search_form(context, frame))
                }
                main #main tabindex="-1" { (main) }
                (footer(context, &feeds))
            }
        }
    };
    page.into_string()
}

fn search_form(context: &Context<'_>, frame: &Frame<'_>) -> Markup {
    let (site, question) = (context.site, context.question);
    let say = |chinese, english| context.say(chinese, english);
    let other = context.language.other();
    let sign = if context.here.contains('?') { '&' } else { '?' };
    html! {
        a.brand href=(site.path("/")) aria-label=(say("报库，首页", "Baoku, home")) {
            span aria-hidden="true" { "报库" }
        }
        form #search role="search" action=(site.path("/")) method="get" data-live[frame.is_search] {
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
        a.lang href={ (site.prefix) (context.here) (sign) "lang=" (other.code()) } lang=(other.tag())
            hreflang=(other.tag()) rel="nofollow" { (context.say("English", "中文")) }
        p #announce.unseen role="status" {}
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
                kbd { "↓" } " " kbd { "↑" } (context.say(" 选补全，", " to choose a completion, "))
                kbd { "Esc" } (context.say(" 清空。", " to clear."))
            }
        }
    }
}

/// The search page: the answer, or what the archive holds if nothing was asked.
#[must_use]
pub fn search_page(context: &Context<'_>, answer: &Markup) -> String {
    let question = context.question;
    let title = if question.is_home() {
        String::new()
    } else if question.query.is_empty() {
        context.say("筛选", "Filtered").to_owned()
    } else {
        question.query.chars().take(60).collect()
    };
    let home = question.is_home();
    let frame = Frame {
        title,
        canonical: home.then(|| "/".to_owned()),
        description: home.then(|| {
            context
                .say(
                    "往期报告的全文搜索：每一条、每个词、每个链接",
                    "Full-text search of past reports",
                )
                .to_owned()
        }),
        class: "searching",
        is_search: true,
        ..Frame::default()
    };
    let main = html! {
        input #show-facets.unseen type="checkbox"
            aria-label=(context.say("显示筛选", "Show filters"));
        (answer)
    };
    document(context, &frame, &main)
}

/// The page while the index is being built for the first time: `done` of `files` are read.
#[must_use]
pub fn building_page(context: &Context<'_>, done: usize, files: usize) -> String {
    let main = html! {
        div #answer data-matched="building" {
            h1 { (context.say("正在建立索引", "Building the index")) }
            @if files > 0 {
                p {
                    (context.say("已读 ", "Read ")) span.read { (number(done)) " / " (number(files)) }
                    (context.say(" 个文件。", " files. "))
                    (context.say("完成后本页自动打开搜索。", "This page turns into the search when it is done."))
                }
                progress max=(files) value=(done.min(files))
                    aria-label=(context.say("进度", "Progress")) {}
            } @else {
                p { (context.say("马上就好，本页会自动刷新。", "A moment; this page reloads by itself.")) }
            }
        }
    };
    let frame = Frame {
        title: context.say("正在建立索引", "Building the index").to_owned(),
        class: "building-page",
        refresh: Some(5),
        ..Frame::default()
    };
    document(context, &frame, &main)
}

/// A page for an error.
#[must_use]
pub fn error_page(context: &Context<'_>, failure: &Failure<'_>) -> String {
    let title = match failure.code {
        Code::NotFound => context.say("没有这一页", "Not found"),
        Code::BadParameter | Code::BadBody | Code::TargetTooLong => {
            context.say("无法理解这个地址", "This address cannot be understood")
        }
        Code::Overloaded | Code::Stopping | Code::Timeout | Code::Indexing | Code::NoIndex => {
            context.say("暂时无法回答", "No answer for now")
        }
        Code::MethodNotAllowed
        | Code::BodyTooLarge
        | Code::UnsupportedMediaType
        | Code::Internal => context.say("出错了", "Something went wrong"),
    };
    let nearest = match failure.cause {
        Some(Error::NoItem { nearest, .. }) => nearest.as_deref(),
        _ => None,
    };
    let is_chinese = context.language == Language::Chinese;
    let chinese = is_chinese.then(|| notes::failure(failure.code, failure.cause)).flatten();
    let main = html! {
        div.page {
            h1 { (title) }
            @if let Some(sentence) = chinese {
                p { (Text(&sentence)) }
            } @else {
                p lang="en" { (Text(failure.message)) }
                @if !failure.hint.is_empty() && nearest.is_none() {
                    p.hint lang="en" { (Text(failure.hint)) }
                }
            }
            @if let Some(nearest) = nearest {
                p {
                    (context.say("是不是 ", "Did you mean "))
                    a href=(context.site.path(&id_path(nearest))) { (Text(nearest)) }
                    (context.say("？", "?"))
                }
            }
            (facets::chips(context))
            p { a href=(context.site.path("/")) { (context.say("回到搜索", "Back to the search")) } }
        }
    };
    let frame = Frame { title: title.to_owned(), class: "error-page", ..Frame::default() };
    document(context, &frame, &main)
}
