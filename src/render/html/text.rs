//! Strings of an archive in HTML: what could hide or reorder text is left out, what could be markup is escaped, and
//! only addresses of the web become links.

use maud::{Markup, Render, html};

use crate::address::{find_urls, is_safe_scheme};
use crate::text::{ByteSpan, clean};

/// A string of an archive or of a visitor. It is written escaped, without control characters and without characters
/// that reorder the text around them.
#[derive(Clone, Copy, Debug)]
pub struct Text<'t>(pub &'t str);

impl Render for Text<'_> {
    fn render_to(&self, buffer: &mut String) {
        clean(self.0).as_ref().render_to(buffer);
    }
}

/// Returns an address that may be linked to: only `http`, `https` and `mailto`.
#[must_use]
pub fn web_address(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once(':')?;
    let is_whole = rest.starts_with("//") || scheme.eq_ignore_ascii_case("mailto");
    let is_safe = is_safe_scheme(scheme) && is_whole;
    (is_safe && !url.chars().any(|c| c.is_control() || c == ' ')).then_some(url)
}

/// Writes a text with marks.
pub(super) fn marked(text: &str, marks: &[ByteSpan]) -> Markup {
    let mut at = 0;
    let mut pieces: Vec<(bool, &str)> = Vec::new();
    for mark in marks {
        pieces.push((false, ByteSpan::new(at, mark.start.max(at)).of(text)));
        pieces.push((true, mark.of(text)));
        at = mark.end.max(at);
    }
    pieces.push((false, text.get(at..).unwrap_or_default()));
    html! {
        @for (is_mark, piece) in pieces {
            @if is_mark { mark { (Text(piece)) } } @else { (Text(piece)) }
        }
    }
}

/// Writes a text; addresses in it become links.
pub(super) fn linked(text: &str) -> Markup {
    let mut at = 0;
    let mut pieces: Vec<(Option<&str>, &str)> = Vec::new();
    for span in find_urls(text) {
        let url = span.of(text);
        pieces.push((None, text.get(at..span.start).unwrap_or_default()));
        pieces.push((web_address(url), url));
        at = span.end;
    }
    pieces.push((None, text.get(at..).unwrap_or_default()));
    html! {
        @for (url, piece) in pieces {
            @if let Some(url) = url {
                a.url href=(url) rel="noopener nofollow ugc" { (Text(piece)) }
            } @else {
                (Text(piece))
            }
        }
    }
}

/// A block of a body's reading text.
#[derive(Debug, PartialEq, Eq)]
enum Passage<'t> {
    Paragraph(Vec<&'t str>),
    Quote(Vec<&'t str>),
    /// Entries with their depth; a number stands before the text of a numbered one.
    List(Vec<(usize, &'t str)>),
}

/// Divides the reading text of a body as it was put together: empty lines between blocks, `- ` or a number before
/// entries of lists, `> ` before quotes, two spaces for every level.
fn blocks(body: &str) -> Vec<Passage<'_>> {
    let mut blocks: Vec<Passage<'_>> = Vec::new();
    let mut fresh = true;
    for line in body.lines() {
        let trimmed = line.trim_start();
        let depth = (line.len() - trimmed.len()) / 2;
        if trimmed.is_empty() {
            fresh = true;
            continue;
        }
        let entry = trimmed.strip_prefix("- ").or_else(|| numbered(trimmed).then_some(trimmed));
        let quote = trimmed.strip_prefix("> ");
        match (blocks.last_mut(), entry, quote) {
            (Some(Passage::List(entries)), Some(entry), _) if !fresh => {
                entries.push((depth, entry));
            }
            (Some(Passage::List(entries)), None, None) if !fresh && depth > 0 => {
                entries.push((depth, trimmed));
            }
            (_, Some(entry), _) => blocks.push(Passage::List(vec![(depth, entry)])),
            (Some(Passage::Quote(lines)), None, Some(quote)) if !fresh => lines.push(quote),
            (_, None, Some(quote)) => blocks.push(Passage::Quote(vec![quote])),
            (Some(Passage::Paragraph(lines)), None, None) if !fresh => lines.push(line),
            (_, None, None) => blocks.push(Passage::Paragraph(vec![line])),
        }
        fresh = false;
    }
    blocks
}

fn numbered(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits) && line[digits..].starts_with(". ")
}

/// Writes the reading text of a body.
pub(super) fn body(text: &str) -> Markup {
    let lines = |lines: &[&str]| -> Markup {
        html! {
            @for (at, line) in lines.iter().enumerate() {
                @if at > 0 { br; }
                (linked(line))
            }
        }
    };
    html! {
        @for block in blocks(text) {
            @match block {
                Passage::Paragraph(paragraph) => { p { (lines(&paragraph)) } }
                Passage::Quote(quote) => { blockquote { p { (lines(&quote)) } } }
                Passage::List(entries) => {
                    ul {
                        @for (depth, entry) in entries {
                            li class=[(depth > 0).then(|| format!("d{}", depth.min(4)))] .numbered[numbered(entry)] {
                                (linked(entry))
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let hostile = "<b onx='1'>&\"\u{0}\u{202E}x\u{200D}";
        assert_eq!(Text(hostile).render().into_string(), "&lt;b onx='1'&gt;&amp;&quot;x");
        let marks = [ByteSpan::new(1, 2)];
        assert_eq!(marked("<b>", &marks).into_string(), "&lt;<mark>b</mark>&gt;");
    }

    #[test]
    fn only_addresses_of_the_web_are_linked_to() {
        for url in ["https://a.b/c", "HTTP://a.b", "mailto:a@b.c"] {
            assert_eq!(web_address(url), Some(url));
        }
        for url in [
            "javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "https:evil",
            "java\nscript:x",
            "https://a b",
            "//a.b",
            "x",
            "",
        ] {
            assert_eq!(web_address(url), None, "{url}");
        }
        let linked = linked("见 https://a.b/?x=1&y=\"2 和 javascript:alert(1)").into_string();
        assert!(linked.contains("<a class=\"url\" href=\"https://a.b/?x=1&amp;y=\""), "{linked}");
        assert_eq!(linked.matches("<a ").count(), 1, "{linked}");
    }

    #[test]
    fn a_body_is_divided_as_it_was_put_together() {
        let text = "段一\n同段\n\n- 甲\n  - 乙\n- 丙\n\n> 引用\n> 还是\n\n1. 一\n2. 二\n\n```code";
        let expected = vec![
            Passage::Paragraph(vec!["段一", "同段"]),
            Passage::List(vec![(0, "甲"), (1, "乙"), (0, "丙")]),
            Passage::Quote(vec!["引用", "还是"]),
            Passage::List(vec![(0, "1. 一"), (0, "2. 二")]),
            Passage::Paragraph(vec!["```code"]),
        ];
        assert_eq!(blocks(text), expected);
    }
}
