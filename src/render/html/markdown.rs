//! A body in Markdown to HTML. Only what is listed here becomes markup: tags that somebody typed are shown as text, only
//! addresses of the web are led to, and pictures are named.

use std::ops::Range;

use maud::{Markup, PreEscaped, Render};
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::text::{Text, linked, web_address};

/// Around addresses that an archive leads to.
const LINK_END: &str = "\" rel=\"noopener nofollow ugc\">";

/// HTML under way.
#[derive(Default)]
struct Writer {
    out: String,
    /// What ends the elements that are open.
    open: Vec<&'static str>,
    /// Text that is not yet written: an escape divides an address.
    pending: String,
    /// How many links are open: in one, an address is text.
    links: usize,
    /// Whether cells name columns.
    in_head: bool,
    in_code: bool,
}

/// Writes Markdown.
pub(super) fn markdown(text: &str) -> Markup {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut writer = Writer::default();
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let is_left = matches!(&event, Event::Text(sign) if **sign == *"*") && !writer.in_code;
        if !(is_left && is_left_of_emphasis(text, range)) {
            writer.event(event);
        }
    }
    writer.flush();
    PreEscaped(writer.out)
}

/// Returns whether an asterisk is one of two that are left of emphasis beside punctuation, as in `**甲：**乙`: a reader takes
/// them for that. One that means itself is written behind a backslash.
fn is_left_of_emphasis(text: &str, asterisk: Range<usize>) -> bool {
    let before = text.get(..asterisk.start).unwrap_or_default();
    let after = text.get(asterisk.end..).unwrap_or_default();
    !before.ends_with('\\') && (after.starts_with('*') || before.ends_with('*'))
}

impl Writer {
    fn event(&mut self, event: Event<'_>) {
        if let Event::Text(text) = event {
            self.pending.push_str(&text);
            return;
        }
        self.flush();
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::End(_) => self.end(),
            Event::Code(code) => {
                self.out.push_str("<code>");
                self.plain(&code);
                self.out.push_str("</code>");
            }
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>"),
            Event::InlineHtml(raw) if raw.starts_with("<br") => self.out.push_str("<br>"),
            Event::Html(raw)
            | Event::InlineHtml(raw)
            | Event::InlineMath(raw)
            | Event::DisplayMath(raw)
            | Event::FootnoteReference(raw) => self.text(&raw),
            Event::Text(_) | Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.pending);
        if !text.is_empty() {
            self.text(&text);
        }
    }

    fn text(&mut self, text: &str) {
        if self.links > 0 || self.in_code {
            self.plain(text);
        } else {
            linked(text).render_to(&mut self.out);
        }
    }

    fn plain(&mut self, text: &str) {
        Text(text).render_to(&mut self.out);
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let (begin, end) = match tag {
            Tag::Paragraph => ("<p>", "</p>"),
            // The item is the heading above those inside it.
            Tag::Heading { .. } => ("<h2>", "</h2>"),
            Tag::BlockQuote(_) => ("<blockquote>", "</blockquote>"),
            Tag::CodeBlock(_) => {
                self.in_code = true;
                ("<pre><code>", "</code></pre>")
            }
            Tag::List(None) => ("<ul>", "</ul>"),
            Tag::List(Some(first)) => {
                self.out.push_str(&format!("<ol start=\"{first}\">"));
                ("", "</ol>")
            }
            Tag::Item => ("<li>", "</li>"),
            Tag::Table(_) => ("<div class=\"wide\"><table>", "</table></div>"),
            Tag::TableHead => {
                self.in_head = true;
                ("<tr>", "</tr>")
            }
            Tag::TableRow => ("<tr>", "</tr>"),
            Tag::TableCell if self.in_head => ("<th scope=\"col\">", "</th>"),
            Tag::TableCell => ("<td>", "</td>"),
            Tag::Emphasis => ("<em>", "</em>"),
            Tag::Strong => ("<strong>", "</strong>"),
            Tag::Strikethrough => ("<del>", "</del>"),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.link(dest_url),
            _ => ("", ""),
        };
        self.out.push_str(begin);
        self.open.push(end);
    }

    /// Begins a link, unless one is open or it leads nowhere.
    fn link(&mut self, url: &str) -> (&'static str, &'static str) {
        let Some(url) = web_address(url).filter(|_| self.links == 0) else { return ("", "") };
        self.links += 1;
        self.out.push_str("<a href=\"");
        self.plain(url);
        (LINK_END, "</a>")
    }

    fn end(&mut self) {
        let Some(end) = self.open.pop() else { return };
        match end {
            "</a>" => self.links = 0,
            "</code></pre>" => self.in_code = false,
            "</tr>" => self.in_head = false,
            _ => {}
        }
        self.out.push_str(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(markdown(text).into_string(), expected, "{text:?}");
    }

    #[test]
    fn blocks_are_what_they_are() {
        check(
            "甲 **乙** `丙`\n\n- 丁\n  - 戊\n\n> 己",
            "<p>甲 <strong>乙</strong> <code>丙</code></p><ul><li>丁<ul><li>戊</li></ul></li></ul>\
             <blockquote><p>己</p></blockquote>",
        );
        check("```rust\na <b>\n    c\n```", "<pre><code>a &lt;b&gt;\n    c\n</code></pre>");
        check(
            "| 甲 | 乙 |\n|---|---|\n| 1<br>2 | **3** |",
            "<div class=\"wide\"><table><tr><th scope=\"col\">甲</th><th scope=\"col\">乙</th></tr>\
             <tr><td>1<br>2</td><td><strong>3</strong></td></tr></table></div>",
        );
        check("\\*\\*甲\\*\\* 2 * 3", "<p>**甲** 2 * 3</p>");
        check("3. 甲", "<ol start=\"3\"><li>甲</li></ol>");
        check("**重点：**内容", "<p>重点：内容</p>");
    }

    #[test]
    fn only_what_is_listed_is_markup() {
        let hostile = "<script>x</script> [甲](javascript:x) ![乙](data:x) <img src=x onerror=y>\n\n<div onclick=z>\n";
        let html = markdown(hostile).into_string();
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("<div"),
            "{html}"
        );
        assert!(!html.contains("href"), "{html}");
        check(
            "[甲 <b>](http://a.b/?x=\"y) ![图](http://c.d/e.png)",
            "<p><a href=\"http://a.b/?x=&quot;y\" rel=\"noopener nofollow ugc\">甲 &lt;b&gt;</a> \
             <a href=\"http://c.d/e.png\" rel=\"noopener nofollow ugc\">图</a></p>",
        );
        let linked = markdown("见 http://a.b/c").into_string();
        assert_eq!(linked.matches("<a ").count(), 1, "{linked}");
        // An escape in an address does not end it.
        let whole = markdown("见 https://x.y/\\_next/data 和 **粗**").into_string();
        assert!(whole.contains("href=\"https://x.y/_next/data\""), "{whole}");
    }
}
