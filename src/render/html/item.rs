//! One item: all it says, where it stands in its report, and how to cite it.

use maud::{Markup, html};

use super::context::Context;
use super::frame::{Frame, document};
use super::hit::{link_list, meta};
use super::markdown::markdown;
use super::text::{self, Text, web_address};
use crate::index::StoredItem;
use crate::query::grouped;
use crate::render::cite;
use crate::render::path::item_path;
use crate::search::{ItemContext, Story};
use crate::text::floor_boundary;

/// Bytes of a body that are shown: a book fits, a runaway file does not.
const MAX_BODY_BYTES: usize = 1024 * 1024;
/// Characters of the text that describes a page to search engines.
const DESCRIPTION_CHARS: usize = 150;

/// Writes the page of an item, with its story if others tell it; `sources` is how many sources the archive has.
#[must_use]
pub fn item_page(
    context: &Context<'_>,
    placed: &ItemContext,
    story: Option<&Story>,
    sources: usize,
) -> String {
    let stored = &placed.item;
    let main = html! {
        div.page.beside {
            div {
                (article(context, stored, sources))
                @if let Some(story) = story { (told_again(context, stored, story)) }
                (cite_section(context, stored))
                (neighbours(context, placed))
            }
            (report(context, placed))
        }
    };
    let description: String = stored.item.body.chars().take(DESCRIPTION_CHARS).collect();
    let frame = Frame {
        title: stored.item.title.clone(),
        description: Some(description.split_whitespace().collect::<Vec<_>>().join(" ")),
        canonical: Some(item_path(stored)),
        class: "item-page",
        ..Frame::default()
    };
    document(context, &frame, &main)
}

fn article(context: &Context<'_>, stored: &StoredItem, sources: usize) -> Markup {
    let item = &stored.item;
    let written = item.written();
    let shown = written.get(..floor_boundary(written, MAX_BODY_BYTES)).unwrap_or_default();
    // Without Markdown of its own, a body is as it reads, whatever signs are in it.
    let body = if item.markdown.is_empty() { text::body(shown) } else { markdown(shown) };
    html! {
        article.item {
            header {
                h1 { bdi { (Text(&item.title)) } }
                (meta(context, stored, sources))
            }
            (link_list(context, &item.links))
            div.body { (body) }
            @if shown.len() < written.len() {
                @let whole = format!("/api/v1{}", item_path(stored));
                p.hint {
                    (context.say("正文太长，这里只显示开头；", "Only the beginning of this long text is shown; "))
                    a href=(context.site.path(&whole)) { (context.say("查看全文", "read all of it")) }
                }
            }
            @if !item.tags.is_empty() {
                p.tags {
                    (context.say("标签：", "Tags: "))
                    @for (at, tag) in item.tags.iter().enumerate() {
                        @if at > 0 { (context.say("、", ", ")) }
                        (Text(tag))
                    }
                }
            }
            (images(context, &item.images))
            @if let Some(url) = stored.report_url.as_deref().and_then(web_address) {
                p.original {
                    a href=(Text(url)) rel="noopener" { (context.say("阅读原报告 ↗", "Read the original report ↗")) }
                }
            }
        }
    }
}

/// Says where else the story of an item is told, oldest first.
fn told_again(context: &Context<'_>, stored: &StoredItem, story: &Story) -> Markup {
    let others = story.tellings.iter().enumerate().filter(|(_, telling)| telling.id != stored.id);
    html! {
        section.story aria-labelledby="story" {
            h2 #story { (context.say("同一消息", "The same story")) " " span.count { (context.items(story.tellings.len())) } }
            ol {
                @for (at, telling) in others {
                    li {
                        span.when {
                            @if let Some(date) = &telling.date { (date.display()) } @else { (context.say("日期不明", "no date")) }
                            @if at == 0 { (context.say("，首次", ", first")) }
                        }
                        " "
                        a href=(context.site.path(&item_path(telling))) { bdi { (Text(&telling.item.title)) } }
                    }
                }
            }
        }
    }
}

/// Pictures are named, not shown: they lie on other people's servers, which a visitor has not asked for.
fn images(context: &Context<'_>, images: &[String]) -> Markup {
    let images: Vec<&str> = images.iter().filter_map(|image| web_address(image)).collect();
    if images.is_empty() {
        return html! {};
    }
    html! {
        details.images {
            summary { (context.say("图片 ", "Pictures ")) span.count { (grouped(images.len())) } }
            ul { @for image in images { li { a href=(Text(image)) rel="noopener nofollow ugc" { (Text(image)) } } } }
        }
    }
}

fn cite_section(context: &Context<'_>, stored: &StoredItem) -> Markup {
    let url = if context.site.origin.is_empty() {
        String::new()
    } else {
        context.site.url(&item_path(stored))
    };
    let sentence = cite::sentence(stored, &url, context.language);
    html! {
        section.cite aria-labelledby="cite" {
            h2 #cite { (context.say("引用", "Cite")) }
            (cite_form(context, "sentence", context.say("引文", "Citation"), &sentence))
            details {
                summary { (context.say("Markdown、BibTeX", "Markdown, BibTeX")) }
                (cite_form(context, "markdown", "Markdown", &cite::markdown(stored, &url)))
                (cite_form(context, "bibtex", "BibTeX", &cite::bibtex(stored, &url)))
            }
        }
    }
}

/// Writes one form of a citation, with a button that copies it where there are scripts.
fn cite_form(context: &Context<'_>, id: &str, name: &str, text: &str) -> Markup {
    html! {
        div.form {
            h3 #{ "cite-" (id) "-name" } { (name) }
            pre #{ "cite-" (id) } data-cite { (Text(text)) }
            button type="button" data-copy={ "cite-" (id) } hidden
                data-done=(context.say("已复制", "Copied"))
                aria-describedby={ "cite-" (id) "-name" } { (context.say("复制", "Copy")) }
        }
    }
}

fn neighbours(context: &Context<'_>, placed: &ItemContext) -> Markup {
    let (previous, next) = (placed.previous(), placed.next());
    html! {
        @if previous.is_some() || next.is_some() {
            nav.neighbours aria-label=(context.say("前后条目", "Items before and after")) {
                @if let Some(previous) = previous {
                    a rel="prev" href=(context.site.path(&item_path(previous))) {
                        span.way { (context.say("← 上一条", "← Previous")) } " "
                        bdi { (Text(&previous.item.title)) }
                    }
                }
                @if let Some(next) = next {
                    a rel="next" href=(context.site.path(&item_path(next))) {
                        span.way { (context.say("下一条 →", "Next →")) } " "
                        bdi { (Text(&next.item.title)) }
                    }
                }
            }
        }
    }
}

fn report(context: &Context<'_>, placed: &ItemContext) -> Markup {
    let current = &placed.item;
    let mut section: Option<&[String]> = None;
    let groups = placed.around.iter().map(|stored| {
        let is_new = section != Some(stored.item.section.as_slice());
        section = Some(&stored.item.section);
        (is_new, stored)
    });
    let hidden = placed.of - placed.around.len();
    html! {
        aside.report aria-labelledby="report" {
            h2 #report {
                (context.say("同期条目", "In the same report"))
                " " span.count { (Text(current.id.report())) " · " (context.items(placed.of)) }
            }
            ol {
                @for (is_new, stored) in groups {
                    @if is_new && !stored.item.section.is_empty() {
                        li.heading { (Text(&stored.item.section.join(" / "))) }
                    }
                    li value=(stored.item.ordinal) {
                        a href=(context.site.path(&item_path(stored))) aria-current=[(stored.id == current.id).then_some("page")] {
                            bdi { (Text(&stored.item.title)) }
                        }
                    }
                }
            }
            @if hidden > 0 {
                p { (context.say("此处只列出前后的条目，另有 ", "Only the items around it are listed; there are ")) (grouped(hidden)) (context.say(" 条。", " more.")) }
            }
        }
    }
}
