//! HTML inside Markdown to what it shows: text, links and images.

use html5gum::{DefaultEmitter, Error, Span, StartTag, State, StringReader, Token, Tokenizer};

use super::words::is_listed;

/// Elements of HTML; anything else in angle brackets (`<think>`, `<eos>`) is something the author shows.
const ELEMENTS: &str = "\
    a|abbr|article|aside|audio|b|big|blockquote|body|br|button|caption|center|cite|code|col|\
    colgroup|dd|del|details|dfn|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h1|h2|h3|\
    h4|h5|h6|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|mark|meta|nav|\
    object|ol|p|param|picture|pre|q|s|samp|script|section|small|source|span|strike|strong|\
    style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|u|ul";
/// Elements that begin a new line.
const LINES: &str = "br|p|div|li|tr|h1|h2|h3|h4|h5|h6|hr|ul|ol|table|blockquote|summary|pre";
/// Elements that never have an end tag.
const VOID: &str = "br|img|hr|input|source|embed|link|meta|param";

type Tokens<'r> = Tokenizer<StringReader<'r>, DefaultEmitter<usize>>;

fn tokens(raw: &str) -> Tokens<'_> {
    Tokenizer::new_with_emitter(raw, DefaultEmitter::new_with_span())
}

fn piece(raw: &str, span: Span) -> &str {
    raw.get(span.start..span.end).unwrap_or_default()
}

/// A picture among text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) url: String,
    /// What stands for it where it is not seen; may be empty.
    pub(crate) alternative: String,
}

/// What a piece of HTML shows.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) text: String,
    pub(super) links: Vec<String>,
    /// Pictures, each with the byte of the text that it stands before.
    pub(super) images: Vec<(usize, Picture)>,
}

/// Removes tags, comments, scripts and styles; decodes entities. What only looks like a tag is text.
pub(super) fn strip(raw: &str) -> Shown {
    let mut shown = Shown::default();
    let mut tokens = tokens(raw);
    // First byte behind what was understood.
    let mut end = 0;
    let mut is_broken = false;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::StartTag(tag) => {
                shown.start_tag(&tag, piece(raw, tag.span));
                end = end_of_hidden(&mut tokens, &tag.name).unwrap_or(tag.span.end);
            }
            Token::EndTag(tag) => {
                shown.tag(&String::from_utf8_lossy(&tag.name), piece(raw, tag.span));
                end = tag.span.end;
            }
            Token::String(text) => {
                shown.text.push_str(&String::from_utf8_lossy(&text));
                end = text.span.end;
            }
            Token::Comment(comment) => {
                shown.comment(piece(raw, comment.span));
                end = comment.span.end;
            }
            Token::Doctype(doctype) => end = doctype.span.end,
            Token::Error(error) => is_broken |= error.value == Error::EofInTag,
        }
    }
    if is_broken {
        // What begins like a tag and never ends is a text with a lone `<`.
        shown.text.push_str(raw.get(end..).unwrap_or_default());
    }
    shown
}

/// Returns the level of the heading that a piece of HTML is, if it is one and nothing else.
pub(super) fn heading_level(raw: &str) -> Option<u8> {
    let raw = raw.trim();
    // Most pieces begin otherwise.
    let begin = raw.as_bytes();
    if !(begin.len() > 2 && begin[0] == b'<' && begin[1].eq_ignore_ascii_case(&b'h')) {
        return None;
    }
    let level = |name: &[u8]| match name {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    };
    let mut tokens = tokens(raw);
    let Some(Ok(Token::StartTag(first))) = tokens.next() else { return None };
    let own = level(&first.name)?;
    while let Some(Ok(token)) = tokens.next() {
        match token {
            Token::StartTag(tag) if is_listed(LINES, &String::from_utf8_lossy(&tag.name)) => {
                return None;
            }
            Token::EndTag(tag) if level(&tag.name).is_some() => {
                return (level(&tag.name) == Some(own) && tag.span.end == raw.len()).then_some(own);
            }
            _ => {}
        }
    }
    None
}

/// Reads on to the end of a script or a style; returns the byte behind it, `None` for any other element.
fn end_of_hidden(tokens: &mut Tokens<'_>, name: &[u8]) -> Option<usize> {
    tokens.set_state(match name {
        b"script" => State::ScriptData,
        b"style" => State::RawText,
        _ => return None,
    });
    let end = tokens.find_map(|token| match token {
        Ok(Token::EndTag(tag)) => Some(tag.span.end),
        _ => None,
    });
    Some(end.unwrap_or(usize::MAX))
}

impl Shown {
    fn start_tag(&mut self, tag: &StartTag<usize>, raw: &str) {
        let name = String::from_utf8_lossy(&tag.name);
        self.tag(&name, raw);
        let attribute = |name: &str| {
            let value = tag.attributes.get(name.as_bytes())?;
            Some(String::from_utf8_lossy(value).trim().to_owned())
        };
        match name.as_ref() {
            "img" => {
                if let Some(url) = attribute("src") {
                    let alternative = attribute("alt").unwrap_or_default();
                    self.images.push((self.text.len(), Picture { url, alternative }));
                }
            }
            "a" => self.links.extend(attribute("href")),
            "td" | "th" if !self.text.ends_with('\n') => self.text.push(' '),
            _ => {}
        }
    }

    /// Shows what a tag does to a text; `raw` is the tag as written.
    fn tag(&mut self, name: &str, raw: &str) {
        if !is_listed(ELEMENTS, name) {
            self.text.push_str(raw);
        } else if is_listed(LINES, name) && (name == "br" || !self.text.is_empty()) {
            self.text.push('\n');
        }
    }

    /// Shows what HTML takes for a comment and its author does not, such as `<?php … ?>` and `</ 3>`.
    fn comment(&mut self, raw: &str) {
        if !raw.starts_with("<!--") {
            self.text.push_str(raw);
        }
    }
}

/// Name of a tag that should have a partner.
#[derive(Debug)]
pub(super) struct TagName {
    pub(super) name: String,
    pub(super) closing: bool,
}

impl TagName {
    /// Reads the name of one tag; `None` if it needs no partner or is not an element of HTML.
    pub(super) fn of(raw: &str) -> Option<Self> {
        let (name, closing) = match tokens(raw).next()? {
            Ok(Token::StartTag(tag)) if !tag.self_closing => (tag.name, false),
            Ok(Token::EndTag(tag)) => (tag.name, true),
            _ => return None,
        };
        let name = String::from_utf8_lossy(&name).into_owned();
        let pairs = is_listed(ELEMENTS, &name) && !is_listed(VOID, &name);
        pairs.then_some(Self { name, closing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(strip(raw).text, expected, "{raw}");
    }

    #[test]
    fn tags_comments_and_scripts_vanish_and_entities_are_decoded() {
        check("<b>粗</b>&amp;<i>斜</i>", "粗&斜");
        check("甲<!-- 乙 -->丙", "甲丙");
        check("<SCRIPT>alert('<b>1</b>')</script>文", "文");
        check("<style>b { }</style>文", "文");
        check("<!DOCTYPE html>文", "文");
        check("甲&nbsp;乙&#x4E19;&hellip;", "甲\u{A0}乙丙…");
    }

    #[test]
    fn lines_and_cells_are_kept_apart() {
        check("<p>甲</p><p>乙<br>丙</p>", "甲\n\n乙\n丙\n");
        check("<td>甲</td><td>乙</td>", " 甲 乙");
    }

    #[test]
    fn what_is_not_a_tag_of_html_is_shown() {
        for raw in
            ["a < b > c", "<think>想</think>", "<", "</", "<é>", "<?php echo ?>", "I </3 U>", "x<y"]
        {
            check(raw, raw);
        }
        check("甲<a href='x", "甲<a href='x");
        check("甲&lt;<b", "甲<<b");
        check("<!-- 甲", "");
        check("<script>x", "");
    }

    #[test]
    fn a_piece_that_is_a_heading_has_its_level() {
        assert_eq!(heading_level("<h2 class=x><span>甲</span></h2>\n"), Some(2));
        assert_eq!(heading_level("<H3>甲</H3>"), Some(3));
        for raw in [
            "<h2>甲</h2>文字",
            "<h2>甲</h2><h2>乙</h2>",
            "<h2>甲<p>乙</p></h2>",
            "<h2>甲</h3>",
            "<h2>甲",
            "<h7>甲</h7>",
            "<hr>",
            "<b>甲</b>",
            "",
        ] {
            assert_eq!(heading_level(raw), None, "{raw}");
        }
    }

    #[test]
    fn attributes_are_found_in_any_quotes() {
        let shown = strip("甲<img data-src=\"no\" src='a.png' alt=乙 />");
        let picture = Picture { url: "a.png".to_owned(), alternative: "乙".to_owned() };
        assert_eq!(shown.images, [(3, picture)]);
        assert_eq!(strip("<a class=x href=http://a.b?c&amp;d>e</a>").links, ["http://a.b?c&d"]);
        assert_eq!(strip("<A HREF = ' http://a.b '>").links, ["http://a.b"]);
    }

    #[test]
    fn only_tags_of_html_that_enclose_something_have_partners() {
        let name = |raw: &str| TagName::of(raw).map(|tag| (tag.name, tag.closing));
        assert_eq!(name("<B class=x>"), Some(("b".to_owned(), false)));
        assert_eq!(name("</table >"), Some(("table".to_owned(), true)));
        for raw in ["<br>", "<img src=x>", "<span/>", "<think>", "<!-- b -->", "b"] {
            assert_eq!(name(raw), None, "{raw}");
        }
    }
}
