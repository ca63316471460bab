//! Items that front matter holds, and what it says about a page.

use super::dating;
use super::front::{Entry, FrontMatter};
use super::item::{distinct_links, tidy_title};
use super::lines::Lines;
use super::model::Item;
use super::names::unique;
use super::written;
use crate::address::find_urls;

/// Makes items of the entries of front matter. `text` is the front matter as written.
pub(super) fn items(text: &str, front: &FrontMatter, lines: &Lines) -> Vec<Item> {
    let mut at = 0;
    let mut items = Vec::new();
    for entry in &front.entries {
        let needle = if entry.title.is_empty() { entry.links.first() } else { Some(&entry.title) };
        if let Some(offset) = needle.and_then(|needle| text.get(at..)?.find(needle.as_str())) {
            at += offset;
        }
        items.push(item(entry, lines.number(at)));
    }
    items
}

fn item(entry: &Entry, line: usize) -> Item {
    let in_body = find_urls(&entry.body);
    let in_body = in_body.iter().map(|span| span.of(&entry.body));
    let links = distinct_links(entry.links.iter().map(String::as_str).chain(in_body));
    let title = match links.first() {
        Some(link) if entry.title.is_empty() => link.canonical.clone(),
        _ => tidy_title(&entry.title),
    };
    Item {
        section: entry.section.clone(),
        title,
        body: entry.body.clone(),
        contributors: unique(names(&entry.contributors)),
        links,
        images: entry.images.clone(),
        tags: entry.tags.clone(),
        own_date: entry.date.as_deref().and_then(dating::date_of),
        line,
        lines: vec![(line, line)],
        ..Item::default()
    }
}

fn names(contributors: &[String]) -> impl Iterator<Item = String> + '_ {
    contributors.iter().map(|name| name.trim_start_matches('@').to_owned())
}

/// Gives the item of a page what front matter says about it.
pub(super) fn page(item: &mut Item, front: &FrontMatter) {
    if let Some(title) = &front.title {
        let heading = std::mem::replace(&mut item.title, tidy_title(title));
        // A heading that says something else stays visible.
        if heading != item.title && !item.title.contains(&heading) {
            put_before(item, &heading);
        }
    }
    if let Some(summary) = &front.summary {
        put_before(item, summary.trim());
    }
    item.section.clone_from(&front.section);
    item.tags.clone_from(&front.tags);
    let own = std::mem::take(&mut item.contributors);
    item.contributors = unique(names(&front.contributors).chain(own));
    item.images.extend(front.images.iter().cloned());
}

/// Puts a paragraph before a body that does not say it.
fn put_before(item: &mut Item, paragraph: &str) {
    if item.body.contains(paragraph) {
        return;
    }
    let written = format!("{}\n\n{}", written::paragraph(paragraph), item.written());
    let body = format!("{paragraph}\n\n{}", item.body);
    item.set_body(body.trim().to_owned(), written.trim().to_owned());
}
