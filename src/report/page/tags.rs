//! HTML as it was saved to HTML that can be made a tree of: without scripts, of bounded depth, and with what its head
//! says about it.
//!
//! What builds the tree works longer the deeper elements are nested, and what writes Markdown calls itself. Both are
//! given no more than what people write; what is nested deeper loses its tags and keeps its text.

use std::collections::BTreeMap;

use html5gum::{DefaultEmitter, StartTag, State, StringReader, Token, Tokenizer};

use super::about::About;
use crate::report::words::is_listed;

/// Larger pages, counted without scripts and styles, are cut here: a tree takes some twenty times their size.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Elements open at a time. Pages that were put together by programs have some fifty.
const MAX_DEPTH: usize = 96;
/// Every list indents what is in it, and every quotation copies it.
const MAX_LISTS: usize = 12;
/// Mails are laid out with tables in tables.
const MAX_TABLES: usize = 12;
/// Emphasis that is not closed is made again in every paragraph behind it.
const MAX_EMPHASIS: usize = 6;

/// Elements that only hold others, or that show what Markdown has no signs for.
const UNWRAPPED: &str = "html|head|body|form|fieldset|label|font|u|small|big|nobr|tt|s|strike|del|ins|abbr|acronym|\
                         cite|q|mark|sub|sup|bdi|bdo|time|data|picture|noindex|wbr";
/// Elements whose end may be left out, so that they do not nest.
const UNCOUNTED: &str =
    "a|p|li|dd|dt|td|th|tr|thead|tbody|tfoot|caption|colgroup|option|optgroup|rp|rt";
/// Elements that are only a tag and show something.
const VOID: &str = "br|hr|img";
/// Elements that are only a tag and show nothing.
const EMPTY: &str = "area|col|embed|input|param|source|track|keygen|frame";
const EMPHASIS: &str = "b|strong|i|em|code|kbd|samp|var|dfn";
/// Elements of raw text, none of which is read.
const RAW: &str = "script|style|xmp|iframe|noembed|noframes|noscript|textarea|title";

/// What templates begin with, and pages never.
const BEGINNINGS: [&str; 4] = ["{{", "{%", "<%", "<?php"];

type Tokens<'r> = Tokenizer<StringReader<'r>, DefaultEmitter<usize>>;

/// A page that is ready to be made a tree of.
#[derive(Debug, Default)]
pub(super) struct Tidied {
    pub(super) html: String,
    pub(super) about: About,
    /// Byte of the page from which on it was too long to be read.
    pub(super) cut: Option<usize>,
    /// Whether pages are made of it: what programs fill in stands in its attributes or its title.
    pub(super) is_template: bool,
    open: Vec<String>,
    counts: BTreeMap<Limit, usize>,
    names: BTreeMap<String, usize>,
}

/// What is counted of the elements that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Limit {
    Depth,
    Lists,
    Tables,
    Emphasis,
}

impl Limit {
    fn of(name: &str) -> Self {
        match name {
            "ul" | "ol" | "blockquote" | "dl" | "menu" | "dir" => Self::Lists,
            "table" => Self::Tables,
            name if is_listed(EMPHASIS, name) => Self::Emphasis,
            _ => Self::Depth,
        }
    }

    fn most(self) -> usize {
        match self {
            Self::Depth => MAX_DEPTH,
            Self::Lists => MAX_LISTS,
            Self::Tables => MAX_TABLES,
            Self::Emphasis => MAX_EMPHASIS,
        }
    }
}

/// Tidies a page.
pub(super) fn tidy(raw: &str) -> Tidied {
    let is_template = BEGINNINGS.iter().any(|sign| raw.trim_start().starts_with(sign));
    let mut tidied = Tidied { is_template, ..Tidied::default() };
    let mut tokens = Tokenizer::new_with_emitter(raw, DefaultEmitter::new_with_span());
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                let values = tag.attributes.values().map(|value| String::from_utf8_lossy(value));
                tidied.is_template |= values.into_iter().any(|value| is_filled_in(&value));
                if is_listed(RAW, &name) {
                    let text = raw_text(&mut tokens, &name);
                    tidied.is_template |= name == "title" && is_filled_in(&text);
                    tidied.about.raw(&name, &attribute(&tag, "type"), &text);
                } else {
                    tidied.start(&name, &tag);
                }
                if tidied.html.len() > MAX_BYTES {
                    tidied.cut = Some(tag.span.end);
                    break;
                }
            }
            Token::EndTag(tag) => tidied.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => tidied.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    tidied
}

/// Returns whether a program fills a value in: `{{ url }}`, `{% url %}`, `<%= url %>`.
fn is_filled_in(value: &str) -> bool {
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| value.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
}

/// Reads on to the end of an element of raw text; returns the text.
fn raw_text(tokens: &mut Tokens<'_>, name: &str) -> String {
    tokens.set_state(match name {
        "script" => State::ScriptData,
        "title" | "textarea" => State::RcData,
        _ => State::RawText,
    });
    let mut text = String::new();
    for token in tokens.by_ref() {
        match token {
            Ok(Token::EndTag(_)) => break,
            Ok(Token::String(piece)) => text.push_str(&String::from_utf8_lossy(&piece)),
            _ => {}
        }
    }
    text
}

fn attribute(tag: &StartTag<usize>, name: &str) -> String {
    tag.attributes
        .get(name.as_bytes())
        .map(|value| String::from_utf8_lossy(value).trim().to_owned())
        .unwrap_or_default()
}

impl Tidied {
    fn start(&mut self, name: &str, tag: &StartTag<usize>) {
        if is_listed("meta|base|link", name) {
            self.about.tag(name, |attribute_name| attribute(tag, attribute_name));
            return;
        }
        self.about.element(|attribute_name| attribute(tag, attribute_name));
        if is_listed(UNWRAPPED, name) || is_listed(EMPTY, name) {
            return;
        }
        if !is_listed(UNCOUNTED, name) && !is_listed(VOID, name) {
            let limit = Limit::of(name);
            let count = self.counts.entry(limit).or_default();
            if *count >= limit.most() || self.open.len() >= MAX_DEPTH {
                return;
            }
            *count += 1;
            *self.names.entry(name.to_owned()).or_default() += 1;
            self.open.push(name.to_owned());
        }
        self.html.push('<');
        self.html.push_str(name);
        self.attributes(name, tag);
        self.html.push('>');
    }

    fn attributes(&mut self, name: &str, tag: &StartTag<usize>) {
        let own = |attribute_name: &str| attribute(tag, attribute_name);
        if is_hidden(tag) {
            self.html.push_str(" hidden");
        }
        for kept in ["role", "itemprop", "start", "value", "alt"] {
            self.attribute(kept, &own(kept));
        }
        match name {
            "a" if !own("href").to_ascii_lowercase().starts_with("javascript:") => {
                self.attribute("href", &self.about.resolve(&own("href")));
            }
            "img" => self.attribute("src", &self.about.resolve(&picture(tag))),
            _ => {}
        }
    }

    fn attribute(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.html.push(' ');
            self.html.push_str(name);
            self.html.push_str("=\"");
            self.escape(value);
            self.html.push('"');
        }
    }

    fn escape(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '"' => self.html.push_str("&quot;"),
                c => self.html.push(c),
            }
        }
    }

    fn end(&mut self, name: &str) {
        if name == "br" {
            self.html.push_str("<br>");
        } else if is_listed(UNCOUNTED, name) {
            self.close(name);
        } else if self.names.get(name).is_some_and(|count| *count > 0) {
            // What is still open inside ends here, too.
            while let Some(open) = self.open.pop() {
                self.names.entry(open.clone()).and_modify(|count| *count -= 1);
                self.counts.entry(Limit::of(&open)).and_modify(|count| *count -= 1);
                self.close(&open);
                if open == name {
                    break;
                }
            }
        }
    }

    fn close(&mut self, name: &str) {
        self.html.push_str("</");
        self.html.push_str(name);
        self.html.push('>');
    }

    fn text(&mut self, text: &str) {
        self.escape(text);
    }
}

/// Returns whether a page never shows an element. One that only waits to be seen (`visibility`, `opacity`) is shown by
/// a script once it is there.
fn is_hidden(tag: &StartTag<usize>) -> bool {
    let mut style = attribute(tag, "style").to_ascii_lowercase();
    style.retain(|c| !c.is_whitespace());
    tag.attributes.contains_key("hidden".as_bytes())
        || attribute(tag, "aria-hidden").eq_ignore_ascii_case("true")
        || style.contains("display:none")
}

/// Returns the address of a picture: pages that load them late have it in an attribute of their own, and something
/// that holds its place where it belongs.
fn picture(tag: &StartTag<usize>) -> String {
    let is_late =
        |name: &[u8]| name.starts_with(b"data-") || name == b"file" || name == b"original";
    let is_address = |value: &str| {
        value.len() < 4096
            && (value.starts_with("http://")
                || value.starts_with("https://")
                || value.starts_with("//"))
            && !value.contains([' ', '<', '"'])
    };
    let late = tag.attributes.iter().filter(|(name, _)| is_late(name)).find_map(|(_, value)| {
        let value = String::from_utf8_lossy(value);
        is_address(value.trim()).then(|| value.trim().to_owned())
    });
    let own = attribute(tag, "src");
    let own = if own.starts_with("data:") { String::new() } else { own };
    late.unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(tidy(raw).html, expected, "{raw}");
    }

    #[test]
    fn scripts_go_and_only_attributes_that_say_something_stay() {
        check("<p class=x onclick='y'>甲</p><script>if (1 < 2) {}</script>乙", "<p>甲</p>乙");
        check(
            "<a href=\"/x?a=1&amp;b=2\" target=_blank>甲</a>",
            "<a href=\"/x?a=1&amp;b=2\">甲</a>",
        );
        check("<a href='javascript:go()'>甲</a>", "<a>甲</a>");
        check("<font color=red>甲 &lt; 乙</font><textarea><b></textarea>", "甲 &lt; 乙");
        check("<ol start=3><li value=5>甲", "<ol start=\"3\"><li value=\"5\">甲");
    }

    #[test]
    fn pictures_that_load_late_have_their_address() {
        for raw in [
            "<img data-src='https://img.example/1.png'>",
            "<img src='data:image/gif;base64,R0' data-original='https://img.example/1.png'>",
            "<img src='https://img.example/wait.gif' data-lazy-src='https://img.example/1.png'>",
            "<img src='https://img.example/1.png' data-type=png>",
        ] {
            check(raw, "<img src=\"https://img.example/1.png\">");
        }
        check("<img src='data:image/gif;base64,R0'>", "<img>");
    }

    #[test]
    fn what_is_never_shown_is_marked() {
        for raw in
            ["<div hidden>", "<div aria-hidden=true>", "<div style='color: red; display : none'>"]
        {
            check(raw, "<div hidden>");
        }
        check("<div style='visibility: hidden; opacity: 0'>", "<div>");
    }

    #[test]
    fn what_pages_are_made_of_is_no_page() {
        for raw in [
            "{% include head.html %}<p>甲</p>",
            "<title>{{ page.title }}</title>",
            "<a href='{{ site.url }}/x'>甲</a>",
            "<p class=\"<%= kind %>\">甲</p>",
            "<?php echo 1 ?>",
        ] {
            assert!(tidy(raw).is_template, "{raw}");
        }
        for raw in
            ["<p>写法是 {{ page.title }}</p>", "<p title='{{'>甲</p>", "<a href='a%7B%7B'>甲</a>"]
        {
            assert!(!tidy(raw).is_template, "{raw}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_keeps_its_text() {
        let deep = tidy(&format!("{}甲{}乙", "<div>".repeat(100_000), "</div>".repeat(100_000)));
        assert_eq!(deep.html.matches("<div>").count(), MAX_DEPTH);
        assert_eq!(deep.html.matches("</div>").count(), MAX_DEPTH);
        assert!(deep.html.contains('甲') && deep.html.ends_with('乙'));
        let lists = tidy(&"<ul><li>甲".repeat(1000)).html;
        assert_eq!((lists.matches("<ul>").count(), lists.matches("<li>").count()), (12, 1000));
        check("<div><b>甲</div>乙</b>", "<div><b>甲</b></div>乙");
    }
}
