//! Addresses of the web: where one ends in a text, what it leads to, and when two lead to the same place.

mod canonical;
mod kinds;
mod redirects;
mod scan;
mod typed;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use url::Url;

pub use canonical::without_version;
pub use kinds::LinkKind;
pub use redirects::{NotARedirect, Redirect};
pub use scan::{find_urls, url_length};
pub use typed::{typed_link, typed_repository};

/// Schemes of addresses that a reader may be led to.
const SAFE_SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Returns whether a reader may be led to addresses of a scheme: `http`, `https` and `mailto`, in any case.
#[must_use]
pub fn is_safe_scheme(scheme: &str) -> bool {
    SAFE_SCHEMES.iter().any(|safe| scheme.eq_ignore_ascii_case(safe))
}

/// A link of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Link {
    /// Where it leads: as written, or opened if a redirect was written.
    pub url: String,
    /// The redirect that was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Comparable form without scheme: `arxiv.org/abs/2402.13753`.
    pub canonical: String,
    /// Host of the canonical form, lower-case, without `www.`.
    pub host: String,
    /// What it leads to.
    pub kind: LinkKind,
}

impl Link {
    /// Reads a link from a URL as written; `None` unless it is `http` or `https` with a host.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        Self::parse_with(written, &[])
    }

    /// Reads a link as [`parse`](Self::parse) does, opening the redirects of a source, too.
    #[must_use]
    pub fn parse_with(written: &str, redirects: &[Redirect]) -> Option<Self> {
        let written = written.trim();
        let url = Url::parse(written).ok().filter(canonical::is_web)?;
        let opened = redirects::opened(&url, redirects);
        let target = opened.as_ref().unwrap_or(&url);
        let host = canonical::canonical_host(target)?;
        let canonical = canonical::canonical(target, &host);
        Some(Self {
            url: opened.as_ref().map_or_else(|| written.to_owned(), Url::to_string),
            written: opened.is_some().then(|| written.to_owned()),
            kind: LinkKind::of(&canonical, &host),
            canonical,
            host,
        })
    }

    /// Returns whether it leads to one piece, an article or a film, and not to what goes on, as a project does.
    #[must_use]
    pub fn is_piece(&self) -> bool {
        kinds::is_piece(&self.canonical, self.kind)
    }

    /// Returns the address as it was written.
    #[must_use]
    pub fn as_written(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.url)
    }
}

/// Opens the redirects of a source among links that were read without them; of links to one address the first stays.
pub(crate) fn open(links: &mut Vec<Link>, redirects: &[Redirect]) {
    if redirects.is_empty() {
        return;
    }
    for link in &mut *links {
        if let Some(opened) = Link::parse_with(link.as_written(), redirects) {
            *link = opened;
        }
    }
    keep_first(links);
}

/// Of links to one address keeps the first.
pub(crate) fn keep_first(links: &mut Vec<Link>) {
    let mut seen: HashSet<String> = HashSet::new();
    links.retain(|link| seen.insert(link.url.clone()));
}

/// Reads what a person gives as a link filter: a URL with or without scheme, a host, an address of version control, the
/// number of a paper, or `owner/name`; signs of the sentence around it do not count.
///
/// Returns the canonical form to compare with [`Link::canonical`].
#[must_use]
pub fn canonical_filter(given: &str) -> Option<String> {
    typed::canonical_of_typed(given)
}

/// Links as they are kept in the index: what follows from the address is left out.
pub(crate) mod compact {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Link;

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Kept<'a> {
        Address(&'a str),
        Whole(&'a Link),
    }

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Read {
        Address(String),
        Whole(Link),
    }

    /// Writes links, those that follow from the address as written as that alone.
    pub(crate) fn serialize<S: Serializer>(
        links: &[Link],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(links.iter().map(|link| {
            if Link::parse(link.as_written()).as_ref() == Some(link) {
                Kept::Address(link.as_written())
            } else {
                Kept::Whole(link)
            }
        }))
    }

    /// Reads what [`serialize`] wrote.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Link>, D::Error> {
        let kept: Vec<Read> = Vec::deserialize(deserializer)?;
        let read = |kept| match kept {
            Read::Address(address) => Link::parse(&address),
            Read::Whole(link) => Some(link),
        };
        Ok(kept.into_iter().filter_map(read).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept(#[serde(with = "compact")] Vec<Link>);

    #[test]
    fn a_redirect_is_kept_beside_what_it_leads_to() {
        let written =
            "https://hellogithub.com/periodical/statistics/click?target=https://github.com/A/b";
        let link = Link::parse(&format!(" {written}\n")).unwrap();
        assert_eq!(
            (link.url.as_str(), link.canonical.as_str(), link.host.as_str(), link.as_written()),
            ("https://github.com/A/b", "github.com/a/b", "github.com", written)
        );
        let plain = Link::parse(" HTTPS://GitHub.com/A/b ").unwrap();
        assert_eq!((plain.url.as_str(), plain.written), ("HTTPS://GitHub.com/A/b", None));
    }

    #[test]
    fn a_source_opens_its_own_redirects_and_keeps_links_apart() {
        let written = [
            "https://go.example/?to=https://b.example/",
            "https://b.example/",
            "https://c.example/",
        ];
        let mut links: Vec<Link> =
            written.iter().filter_map(|written| Link::parse(written)).collect();
        let before = links.clone();
        open(&mut links, &[]);
        assert_eq!(links, before);
        open(&mut links, &[Redirect::try_from("go.example/?to=".to_owned()).unwrap()]);
        let urls: Vec<&str> = links.iter().map(|link| link.url.as_str()).collect();
        assert_eq!(urls, ["https://b.example/", "https://c.example/"]);
        assert_eq!(links[0].as_written(), written[0]);
    }

    #[test]
    fn an_address_that_only_names_another_one_stays() {
        let link = Link::parse("https://a.example/x?url=https://b.example/y").unwrap();
        assert_eq!(link.host, "a.example");
        assert_eq!(link.canonical, "a.example/x?url=https://b.example/y");
    }

    #[test]
    fn other_schemes_are_not_links() {
        for written in ["javascript:alert(1)", "mailto:a@b.c", "ftp://a/b", "http://", "x", ""] {
            assert_eq!(Link::parse(written), None, "{written}");
        }
    }

    #[test]
    fn a_filter_may_be_a_url_an_address_or_a_host() {
        for (given, expected) in [
            ("arxiv.org", Some("arxiv.org")),
            (" arxiv.org/abs/2402.13753v2 ", Some("arxiv.org/abs/2402.13753")),
            ("http://arxiv.org/pdf/2402.13753", Some("arxiv.org/abs/2402.13753")),
            ("https://link.zhihu.com/?target=https://b.example/y", Some("b.example/y")),
            ("localhost", Some("localhost")),
            ("LongRoPE", None),
            ("a b", None),
            ("arxiv.org/a b", None),
            ("ftp://a.b", None),
            ("", None),
        ] {
            assert_eq!(canonical_filter(given).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn links_are_kept_by_what_was_written_and_read_back_the_same() {
        let own = [Redirect::try_from("go.example/?to=".to_owned()).unwrap()];
        let parse = |written: &str| Link::parse_with(written, &own).unwrap();
        let kept = Kept(vec![
            parse("https://github.com/a/b"),
            parse("https://link.zhihu.com/?target=https://b.example/y"),
            parse("https://go.example/?to=https://c.example/z"),
        ]);
        let json = serde_json::to_string(&kept).unwrap();
        assert!(
            json.starts_with(
                r#"["https://github.com/a/b","https://link.zhihu.com/?target=https://b.example/y",{"url":"https://c.example/z","written":"https://go.example"#
            ),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Kept>(&json).unwrap(), kept);
    }
}
