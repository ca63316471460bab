//! Results as a Markdown list, to paste into the next report.

use crate::report::ReportDate;
use crate::search::Results;
use crate::text::{Shown, shown};

/// Writes results as list items: linked title, date, section, contributors, snippet.
#[must_use]
pub fn results(results: &Results) -> String {
    let mut out = String::new();
    for hit in results.matching() {
        let stored = &hit.item;
        let title = escape(&stored.item.title);
        match stored.item.links.first() {
            Some(link) => out.push_str(&format!("- [{title}](<{}>)", address(&link.url))),
            None => out.push_str(&format!("- {title}")),
        }
        let mut about: Vec<String> = Vec::new();
        about.extend(stored.date.as_ref().map(ReportDate::display));
        if !stored.item.section.is_empty() {
            about.push(escape(&stored.item.section.join("/")));
        }
        about.extend(stored.item.contributors.iter().map(|name| escape(&format!("@{name}"))));
        about.push(escape(stored.id.as_str()));
        out.push_str(&format!(" — {}\n", about.join(", ")));
        if !hit.snippet.text.is_empty() {
            out.push_str(&format!("  {}\n", escape(&hit.snippet.text)));
        }
    }
    out
}

/// Escapes what Markdown would read as markup.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in shown(text) {
        match c {
            Shown::Plain(
                c @ ('\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!'),
            ) => out.extend(['\\', c]),
            Shown::Plain(c) => out.push(c),
            Shown::Harmful('\n' | '\r') => out.push(' '),
            Shown::Unseen(_) | Shown::Harmful(_) => {}
        }
    }
    out
}

/// Escapes an address to stand between angle brackets.
pub(super) fn address(url: &str) -> String {
    url.replace('<', "%3C").replace('>', "%3E").replace(char::is_whitespace, "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_or_marks_up_does_not_reach_markdown() {
        assert_eq!(
            escape("a_b*\n<c>\u{202E}\u{E0048}\u{1b}d👨\u{200D}👩"),
            "a\\_b\\* \\<c\\>d👨\u{200D}👩"
        );
    }
}
