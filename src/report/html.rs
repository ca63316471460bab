//! HTML inside Markdown to what it shows: text, links and images.

/// Elements of HTML; anything else in angle brackets (`<think>`, `<eos>`) is something the author shows.
const ELEMENTS: [&str; 84] = [
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "object",
    "ol",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// Elements that begin a new line.
const LINES: [&str; 18] = [
    "br",
    "p",
    "div",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "ul",
    "ol",
    "table",
    "blockquote",
    "summary",
    "pre",
];

/// Tags longer than this many bytes are taken for text; it bounds the work on text full of lone `<`.
const MAX_TAG: usize = 16 * 1024;

/// What a piece of HTML shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) links: Vec<String>,
    pub(super) images: Vec<String>,
}

/// Removes tags, comments, scripts and styles; decodes entities.
pub(super) fn strip(raw: &str) -> Shown {
    let mut shown = Shown::default();
    let mut rest = raw;
    while let Some(open) = rest.find('<') {
        push_text(&mut shown.text, &rest[..open]);
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(tag) = Tag::read(rest) else {
            shown.text.push('<');
            rest = &rest[1..];
            continue;
        };
        let behind = &rest[tag.len..];
        if matches!(tag.name.as_str(), "script" | "style") && !tag.closing {
            let end = format!("</{}", tag.name);
            rest = find_ignoring_case(behind, &end).map_or("", |at| &behind[at..]);
            continue;
        }
        if !ELEMENTS.contains(&tag.name.as_str()) {
            push_text(&mut shown.text, &rest[..tag.len]);
        } else if LINES.contains(&tag.name.as_str()) && (tag.name == "br" || !shown.text.is_empty())
        {
            shown.text.push('\n');
        } else if matches!(tag.name.as_str(), "td" | "th")
            && !tag.closing
            && !shown.text.ends_with('\n')
        {
            shown.text.push(' ');
        }
        match tag.name.as_str() {
            "img" => shown.images.extend(tag.attribute("src")),
            "a" => shown.links.extend(tag.attribute("href")),
            _ => {}
        }
        rest = behind;
    }
    push_text(&mut shown.text, rest);
    shown
}

fn push_text(out: &mut String, raw: &str) {
    out.push_str(&html_escape::decode_html_entities(raw));
}

fn find_ignoring_case(text: &str, needle: &str) -> Option<usize> {
    text.as_bytes()
        .windows(needle.len())
        .position(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
}

/// Elements that never have an end tag.
const VOID: [&str; 9] = ["br", "img", "hr", "input", "source", "embed", "link", "meta", "param"];

/// Name of a tag that should have a partner.
#[derive(Debug)]
pub(super) struct TagName {
    pub(super) name: String,
    pub(super) closing: bool,
}

impl TagName {
    /// Reads the name of one tag; `None` if it needs no partner or is no element of HTML.
    pub(super) fn of(raw: &str) -> Option<Self> {
        let tag = Tag::read(raw)?;
        let name = tag.name.as_str();
        let pairs = ELEMENTS.contains(&name)
            && !VOID.contains(&name)
            && !tag.attributes.trim_end().ends_with('/');
        pairs.then(|| Self { name: tag.name.clone(), closing: tag.closing })
    }
}

struct Tag<'t> {
    name: String,
    closing: bool,
    attributes: &'t str,
    /// Bytes from `<` to `>`, both included.
    len: usize,
}

impl<'t> Tag<'t> {
    /// Reads the tag that `text` begins with; `None` if it is a lone `<`.
    fn read(text: &'t str) -> Option<Self> {
        let inner = text.strip_prefix('<')?;
        let closing = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        let name_len = inner
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':'))
            .count();
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let mut quote = None;
        for (at, b) in inner.bytes().enumerate().take(MAX_TAG).skip(name_len) {
            match (quote, b) {
                (None, b'>') => {
                    let len = at + 2 + usize::from(closing);
                    let attributes = &inner[name_len..at];
                    return Some(Self {
                        name: inner[..name_len].to_ascii_lowercase(),
                        closing,
                        attributes,
                        len,
                    });
                }
                (None, b'"' | b'\'') => quote = Some(b),
                (Some(open), b) if open == b => quote = None,
                _ => {}
            }
        }
        None
    }

    fn attribute(&self, name: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            let at = find_ignoring_case(rest, name)?;
            let own =
                rest[..at].ends_with(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\''));
            let value = rest[at + name.len()..].trim_start().strip_prefix('=').map(str::trim_start);
            rest = &rest[at + name.len()..];
            let (true, Some(value)) = (own, value) else { continue };
            let raw = match value.chars().next()? {
                quote @ ('"' | '\'') => value[1..].split(quote).next()?,
                _ => value.split(|c: char| c.is_ascii_whitespace()).next()?,
            };
            return Some(html_escape::decode_html_entities(raw.trim()).into_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_and_broken_tags_do_no_harm() {
        for raw in [
            "<",
            "<a",
            "<a href=",
            "<a href='",
            "</",
            "<!--",
            "<script>x",
            "a < b > c",
            "<img src=\"x",
            "<é>",
        ] {
            let _ = strip(raw);
        }
        assert_eq!(strip("a < b > c").text, "a < b > c");
        assert_eq!(strip("<SCRIPT>alert(1)</script>文").text, "文");
    }

    #[test]
    fn attributes_are_found_in_any_quotes() {
        assert_eq!(strip("<img data-src=\"no\" src='a.png' />").images, ["a.png"]);
        assert_eq!(strip("<a class=x href=http://a.b?c&amp;d>e</a>").links, ["http://a.b?c&d"]);
    }
}
