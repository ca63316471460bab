//! A page in HTML to the Markdown that reads like it: saved articles, exported documents, mails.

mod about;
mod main_part;
mod tags;

use dom_query::Document;

use super::front::FrontMatter;

/// Extensions of pages, in lower case.
const EXTENSIONS: [&str; 3] = ["html", "htm", "xhtml"];

/// What a page says.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its text.
    pub(super) markdown: String,
    /// What its head says about it.
    pub(super) front: FrontMatter,
    /// What stands around its text.
    pub(super) around: Vec<String>,
    /// Whether it is no page but what pages are made of.
    pub(super) is_template: bool,
    /// Whether it was too long to be read to its end.
    pub(super) is_cut: bool,
}

/// Returns whether a file is a page.
pub(super) fn is_page(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads a page or a piece of one; any text is one.
pub(super) fn read(html: &str) -> Page {
    let tags::Tidied { html, about, cut, is_template, .. } = tags::tidy(html);
    let document = Document::from(html);
    let Some(part) = main_part::find(&document) else { return Page::default() };
    let headings = part.node.descendants_it().filter(|node| node.has_name("h1")).count();
    Page {
        markdown: part.node.md(None).to_string(),
        front: about.front(headings == 1),
        around: part.around,
        is_template,
        is_cut: cut.is_some(),
    }
}

/// Reads a piece of a page that was at an address.
pub(super) fn read_piece(html: &str, address: &str) -> Page {
    let address = address.replace('&', "&amp;").replace('"', "&quot;");
    read(&format!("<base href=\"{address}\">{html}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(read(html).markdown, expected, "{html}");
    }

    #[test]
    fn a_page_becomes_the_markdown_that_reads_like_it() {
        check(
            "<h2>工具</h2><ul><li><a href='https://a.example/x'>甲</a>：快</li><li>乙<ul><li>丙</li></ul></li></ul>",
            "## 工具\n\n- [甲](https://a.example/x)：快\n- 乙\n    - 丙",
        );
        check(
            "<p>甲 <b>乙</b> <code>a_b</code></p><pre>x &lt; y\n  z</pre>",
            "甲 **乙** `a_b`\n\n```\nx < y\n  z\n```",
        );
        check(
            "<section><p>甲</p></section><figure><img data-src='https://a.example/1.png'></figure>",
            "甲\n\n![](https://a.example/1.png)",
        );
        check("<p># 甲</p><p>1. 乙</p>", "\\# 甲\n\n1\\. 乙");
    }

    #[test]
    fn the_head_says_title_day_and_author() {
        let front = read(
            "<title>松鼠周刊 - 某站</title><meta property='article:published_time' content='2031-03-14T08:00:00Z'>\
             <meta name=author content=甲><p>文</p><time datetime=2030-01-01>去年</time>",
        )
        .front;
        assert_eq!(front.title.as_deref(), Some("松鼠周刊 - 某站"));
        assert_eq!(front.date.as_deref(), Some("2031-03-14T08:00:00Z"));
        assert_eq!(front.contributors, ["甲"]);
        let front =
            read("<title>某站</title><h1>松鼠周刊</h1><time datetime=2031-03-14>三月</time>").front;
        assert_eq!((front.title, front.date.as_deref()), (None, Some("2031-03-14")));
        let data = "<script type='application/ld+json'>{\"headline\": \"松鼠\", \"datePublished\": \"2031-03-14\"}</script>";
        let front = read(data).front;
        assert_eq!(
            (front.title.as_deref(), front.date.as_deref()),
            (Some("松鼠"), Some("2031-03-14"))
        );
    }

    #[test]
    fn addresses_are_whole_where_the_page_says_where_it_was() {
        check(
            "<link rel=canonical href='https://a.example/b/c.html'><a href='../d'>甲</a> <a href='#e'>乙</a>",
            "[甲](https://a.example/d) [乙](#e)",
        );
    }

    proptest::proptest! {
        #[test]
        fn any_soup_of_tags_is_read(
            soup in "(<|>|</|/>|a|b|p|li|ul|td|tr|table|pre|code|script|!--|-->|=|\"| href|&|;|#|甲|\n|\u{0}|`|\\|\\||\\*){0,80}",
        ) {
            let page = read(&soup);
            proptest::prop_assert_eq!(read(&soup).markdown, page.markdown);
        }
    }

    #[test]
    fn hostile_pages_are_read_in_time_and_without_deep_calls() {
        let deep =
            |open: &str, close: &str| format!("{}文{}", open.repeat(20_000), close.repeat(20_000));
        for html in [
            deep("<div>", "</div>"),
            deep("<ul><li>", "</li></ul>"),
            deep("<blockquote>", "</blockquote>"),
            deep("<table><tr><td>", "</td></tr></table>"),
            deep("<b>", ""),
            deep("<b><p>", ""),
            deep("<a href=x>", ""),
            deep("<x-y>", ""),
            deep("<svg><g>", ""),
            deep("<p>", "</div>"),
            deep("<select><option>", ""),
            "<".repeat(60_000),
            "<a b=".repeat(20_000),
            "&".repeat(60_000),
            "<!--".repeat(20_000),
            "<script>".repeat(20_000),
        ] {
            let begun = std::time::Instant::now();
            let page = read(&html);
            let took = begun.elapsed();
            assert!(took.as_secs() < 20, "{took:?} {}", &html[..20]);
            assert!(page.markdown.len() < 100 * html.len() + 1000, "{}", &html[..20]);
        }
    }
}
