//! A feed (RSS, Atom, JSON Feed) to its entries, with their texts as Markdown.

use feed_rs::parser::Builder;

use super::dating::{ReportDate, date_of};
use super::{html, page};

/// Extensions of feeds, in lower case.
const EXTENSIONS: [&str; 4] = ["xml", "rss", "atom", "json"];

/// A feed.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub(super) title: Option<String>,
    /// What it says about itself.
    pub(super) about: Option<String>,
    /// In the order of the feed.
    pub(super) entries: Vec<Entry>,
}

/// An entry of a feed.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub(super) title: String,
    /// As it stands in the feed.
    pub(super) raw_title: String,
    pub(super) link: String,
    pub(super) date: Option<ReportDate>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) markdown: String,
}

/// Returns whether a file is a feed.
pub(super) fn is_feed(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Reads a feed; the error says in words why it is none.
pub(super) fn read(text: &str) -> Result<Feed, String> {
    // The day that its author wrote, wherever a clock in London stood then.
    let day = |text: &str| {
        let day = date_of(text)?.date;
        format!("{day}T12:00:00Z").parse().ok()
    };
    let parser = Builder::new().timestamp_parser(day).build();
    let feed = parser.parse(without_declaration(text).as_bytes());
    let feed = feed.map_err(|error| error.to_string())?;
    let shown = |text: feed_rs::model::Text| Some(plain(&text.content)).filter(|it| !it.is_empty());
    let title = feed.title.and_then(shown);
    let about = feed.description.and_then(shown);
    let entries = feed.entries.into_iter().map(entry).collect();
    Ok(Feed { title, about, entries })
}

/// Leaves out what a text says of its encoding, which it no longer has.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let rest = text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    rest.map_or(text, |(_, rest)| rest)
}

fn entry(entry: feed_rs::model::Entry) -> Entry {
    let raw_title = entry.title.map(|title| title.content).unwrap_or_default();
    let is_of_itself = |rel: Option<&str>| rel.is_none_or(|rel| rel == "alternate");
    let mut links = entry.links.iter();
    let own = links.clone().find(|link| is_of_itself(link.rel.as_deref())).or(links.next());
    let link = own.map(|link| link.href.trim().to_owned()).unwrap_or_default();
    let content = entry.content.and_then(|content| {
        let is_plain = content.content_type.subty() == "plain";
        Some((content.body.filter(|body| !body.trim().is_empty())?, is_plain))
    });
    let summary = || {
        let summary = entry.summary?;
        let is_plain = summary.content_type.subty() == "plain" && !summary.content.contains('<');
        Some((summary.content, is_plain))
    };
    let markdown = match content.or_else(summary) {
        Some((text, true)) => text,
        Some((text, false)) => page::read_piece(&text, &link).markdown,
        None => String::new(),
    };
    let authors = entry.authors.into_iter().filter_map(|author| author.name);
    let tags = entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term));
    let date = entry.published.or(entry.updated);
    Entry {
        title: plain(&raw_title),
        raw_title,
        link,
        date: date.and_then(|date| date_of(&date.to_string())),
        authors: authors.filter(|name| !name.trim().is_empty()).collect(),
        tags: tags.filter(|tag| !tag.trim().is_empty()).collect(),
        markdown,
    }
}

/// Returns a text in one line, without tags.
fn plain(text: &str) -> String {
    html::strip(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSS: &str = "<?xml version='1.0' encoding='gb2312'?><rss version='2.0'><channel><title>松鼠周刊</title>\
        <description>林间&lt;b&gt;见闻&lt;/b&gt;</description>\
        <item><title>第 7 期：松果 &amp;amp; 冬天</title><link>https://a.example/7</link><author>甲</author>\
        <pubDate>Fri, 14 Mar 2031 06:00:00 +0800</pubDate><category>过冬</category>\
        <description>&lt;p&gt;一段&lt;a href='/b'&gt;话&lt;/a&gt;&lt;/p&gt;</description></item></channel></rss>";
    const ATOM: &str = "<feed xmlns='http://www.w3.org/2005/Atom'><title>松鼠周刊</title><subtitle>林间见闻</subtitle><entry><title>第 7 期</title>\
        <link href='https://a.example/7'/><published>2031-03-14T06:00:00+08:00</published>\
        <content type='html'>&lt;p&gt;一段话&lt;/p&gt;</content></entry></feed>";
    const JSON: &str = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"松鼠周刊\", \"description\": \"林间见闻\", \"items\": [\
        {\"id\": \"7\", \"url\": \"https://a.example/7\", \"title\": \"第 7 期\", \"content_text\": \"一段话\", \
        \"date_published\": \"2031-03-14T06:00:00+08:00\"}]}";

    #[test]
    fn feeds_of_every_kind_say_the_same() {
        for text in [RSS, ATOM, JSON] {
            let feed = read(text).unwrap();
            assert_eq!(feed.title.as_deref(), Some("松鼠周刊"));
            assert_eq!(feed.about.as_deref(), Some("林间见闻"), "{text}");
            let entry = &feed.entries[0];
            assert!(entry.title.starts_with("第 7 期"), "{entry:?}");
            assert_eq!(entry.link, "https://a.example/7");
            // In London it was the day before.
            assert_eq!(entry.date.as_ref().unwrap().display(), "2031-03-14", "{text}");
            assert!(entry.markdown.starts_with("一段"), "{entry:?}");
        }
        let entry = &read(RSS).unwrap().entries[0];
        assert_eq!(entry.title, "第 7 期：松果 & 冬天");
        assert_eq!(entry.markdown, "一段[话](https://a.example/b)");
        assert_eq!(entry.tags, ["过冬"]);
    }

    #[test]
    fn what_is_no_feed_is_an_error_in_words() {
        for text in ["", "{}", "<html></html>", "<rss", "{\"version\": 1}", "\u{0}"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_hostile_feed_is_read_in_time() {
        let deep =
            |inner: &str| format!("<feed xmlns='http://www.w3.org/2005/Atom'>{inner}</feed>");
        for text in [
            deep(&"<a>".repeat(20_000)),
            deep(&"<entry>".repeat(20_000)),
            deep(&"<entry><title>甲</title></entry>".repeat(5_000)),
            deep(&format!("<entry><content type='xhtml'>{}", "<div>".repeat(20_000))),
            format!("<rss version='2.0'><channel>{}", "<item>".repeat(20_000)),
            format!(
                "{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": {}",
                "[".repeat(50_000)
            ),
        ] {
            let begun = std::time::Instant::now();
            let _ = read(&text);
            let took = begun.elapsed();
            assert!(took.as_secs() < 20, "{took:?} {}", &text[..60]);
        }
    }
}
