//! One item among others, and what is said of an item wherever it is shown.

use maud::{Markup, html};

use super::context::Context;
use super::text::{Text, marked, web_address};
use crate::address::{Link, LinkKind};
use crate::index::StoredItem;
use crate::query::{FilterKind, Question, grouped};
use crate::render::path::item_path;
use crate::report::ReportDate;
use crate::search::Hit;

/// Links shown of a hit.
const FEW_LINKS: usize = 4;
/// Characters of a link's text.
const LINK_CHARS: usize = 36;

/// Writes a hit; `sources` is how many sources the archive has.
pub(super) fn hit(context: &Context<'_>, found: &Hit, sources: usize) -> Markup {
    let stored = &found.item;
    let links = &stored.item.links;
    html! {
        li.hit data-id=(Text(stored.id.as_str())) {
            article {
                h3 {
                    a.title href=(context.site.path(&item_path(stored))) {
                        bdi { (marked(&stored.item.title, &found.title_marks)) }
                    }
                }
                (meta(context, stored, sources))
                @if !found.snippet.text.is_empty() {
                    p.snippet { bdi { (marked(&found.snippet.text, &found.snippet.marks)) } }
                }
                (link_list(context, &links[..links.len().min(FEW_LINKS)]))
                @if links.len() > FEW_LINKS {
                    p.more-links {
                        a href=(context.site.path(&item_path(stored))) {
                            (context.say("另有 ", "")) (grouped(links.len() - FEW_LINKS))
                            (context.say(" 个链接", " more links"))
                        }
                    }
                }
            }
        }
    }
}

/// Writes date, section, contributors, source, issue and id of an item, each a way to others like it.
pub(super) fn meta(context: &Context<'_>, stored: &StoredItem, sources: usize) -> Markup {
    let none = Question::default();
    let only = |kind: FilterKind, value: &str| context.search(&none.with(kind, value));
    let item = &stored.item;
    html! {
        p.meta {
            @if let Some(date) = stored.date.as_ref().map(ReportDate::display) {
                time datetime=(date) { (date) }
                " "
            }
            @if !item.section.is_empty() {
                @let path = item.section.join("/");
                a.section href=(only(FilterKind::Section, &path)) rel="nofollow" { (Text(&item.section.join(" / "))) }
                " "
            }
            @for name in &item.contributors {
                a.contributor href=(only(FilterKind::Contributor, name)) rel="nofollow" { "@" (Text(name)) }
                " "
            }
            @if sources > 1 {
                a.source href=(only(FilterKind::Source, &stored.source)) rel="nofollow" { (Text(&stored.source)) }
                " "
            }
            @if let Some(issue) = stored.issue {
                a.issue href=(only(FilterKind::Issue, &issue.to_string())) rel="nofollow" {
                    (context.say("第 ", "Issue ")) (issue) (context.say(" 期", ""))
                }
                " "
            }
            a.permalink href=(context.site.path(&item_path(stored))) title=(context.say("永久链接", "Permalink")) {
                (Text(stored.id.as_str()))
            }
        }
    }
}

/// Names a kind of link.
fn kind_name(context: &Context<'_>, kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Arxiv => "arXiv",
        LinkKind::Paper => context.say("论文", "Paper"),
        LinkKind::Github => "GitHub",
        LinkKind::Repository => context.say("代码", "Code"),
        LinkKind::Model => context.say("模型", "Model"),
        LinkKind::Tweet => "X",
        LinkKind::Weixin => context.say("公众号", "WeChat"),
        LinkKind::Video => context.say("视频", "Video"),
        LinkKind::Package => context.say("软件包", "Package"),
        LinkKind::Pdf => "PDF",
        LinkKind::Web => context.say("网页", "Web"),
    }
}

/// What to show of a link: the part in which it differs from others of its kind.
fn link_text(link: &Link) -> String {
    let rest =
        link.canonical.strip_prefix(link.host.as_str()).unwrap_or("").trim_start_matches('/');
    let text = match link.kind {
        LinkKind::Arxiv => rest.strip_prefix("abs/").unwrap_or(rest),
        LinkKind::Github => rest,
        LinkKind::Weixin | LinkKind::Tweet => "",
        _ => &link.canonical,
    };
    let mut short: String = text.chars().take(LINK_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Writes links, each with its kind.
pub(super) fn link_list(context: &Context<'_>, links: &[Link]) -> Markup {
    if links.is_empty() {
        return html! {};
    }
    html! {
        ul.links aria-label=(context.say("链接", "Links")) {
            @for link in links {
                li {
                    @if let Some(url) = web_address(&link.url) {
                        a href=(Text(url)) data-kind=(<&str>::from(link.kind)) rel="noopener nofollow ugc" title=(Text(url)) {
                            span.kind { (kind_name(context, link.kind)) }
                            @let text = link_text(link);
                            @if !text.is_empty() { " " span.where { (Text(&text)) } }
                        }
                    } @else {
                        span { (Text(&link.url)) }
                    }
                }
            }
        }
    }
}
