//! URLs as written to links that compare equal when they lead to the same place.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::text::{ByteSpan, is_wide_script};

/// How many redirect wrappers inside each other are opened.
const MAX_UNWRAPS: usize = 3;

/// Parameters that hold the real address in a redirect wrapper (`…/click?target=https://…`).
const WRAPPER_PARAMETERS: [&str; 5] = ["target", "url", "to", "q", "link"];

/// Parameters that say where a reader came from and not where a link leads.
const TRACKING_PARAMETERS: [&str; 17] = [
    "spm",
    "from",
    "scene",
    "chksm",
    "fbclid",
    "gclid",
    "mc_cid",
    "mc_eid",
    "igshid",
    "si",
    "ref_src",
    "ref_url",
    "s_r",
    "isappinstalled",
    "nsukey",
    "sharer_shareid",
    "sharer_sharetime",
];

/// A link of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Link {
    /// As written, with redirect wrappers opened.
    pub url: String,
    /// Comparable form without scheme: `arxiv.org/abs/2402.13753`.
    pub canonical: String,
    /// Host of the canonical form, lower-case, without `www.`.
    pub host: String,
    /// What it leads to.
    pub kind: LinkKind,
}

/// What a link leads to, told from its address.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum LinkKind {
    /// A paper on arXiv.
    Arxiv,
    /// A paper elsewhere: a publisher, a conference, a DOI.
    Paper,
    /// A repository or a page of one on GitHub.
    Github,
    /// A repository elsewhere: GitLab, Gitee, Codeberg.
    Repository,
    /// A model, data set or demo on Hugging Face or ModelScope.
    Model,
    /// A post on X, once Twitter.
    Tweet,
    /// An article of a WeChat account (公众号).
    Weixin,
    /// A video.
    Video,
    /// A package of a registry.
    Package,
    /// A PDF.
    Pdf,
    /// Anything else.
    Web,
}

impl LinkKind {
    fn of(canonical: &str, host: &str) -> Self {
        let host_is = |names: &[&str]| {
            names.iter().any(|name| {
                host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            })
        };
        if host == "arxiv.org" {
            Self::Arxiv
        } else if host == "github.com" {
            Self::Github
        } else if host == "x.com" {
            Self::Tweet
        } else if host == "mp.weixin.qq.com" {
            Self::Weixin
        } else if host_is(&["huggingface.co", "hf.co", "modelscope.cn"]) {
            Self::Model
        } else if host_is(&[
            "gitlab.com",
            "gitee.com",
            "codeberg.org",
            "bitbucket.org",
            "sr.ht",
            "gitcode.com",
        ]) {
            Self::Repository
        } else if host_is(&[
            "doi.org",
            "openreview.net",
            "aclanthology.org",
            "semanticscholar.org",
            "dl.acm.org",
            "ieeexplore.ieee.org",
            "biorxiv.org",
            "nature.com",
            "proceedings.mlr.press",
            "papers.nips.cc",
        ]) {
            Self::Paper
        } else if host_is(&["youtube.com", "youtu.be", "bilibili.com", "b23.tv", "vimeo.com"]) {
            Self::Video
        } else if host_is(&[
            "npmjs.com",
            "pypi.org",
            "crates.io",
            "rubygems.org",
            "packagist.org",
            "pkg.go.dev",
            "nuget.org",
        ]) {
            Self::Package
        } else if canonical
            .split('?')
            .next()
            .is_some_and(|path| path.to_lowercase().ends_with(".pdf"))
        {
            Self::Pdf
        } else {
            Self::Web
        }
    }
}

impl Link {
    /// Reads a link from a URL as written; `None` unless it is `http` or `https` with a host.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let mut url = Url::parse(written.trim()).ok().filter(is_web)?;
        let mut shown = written.trim().to_owned();
        for _ in 0..MAX_UNWRAPS {
            let Some(inner) = unwrap_redirect(&url) else { break };
            url = inner;
            shown = url.to_string();
        }
        let host = canonical_host(&url)?;
        let canonical = canonical(&url, &host);
        let kind = LinkKind::of(&canonical, &host);
        Some(Self { url: shown, canonical, host, kind })
    }
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

    /// Writes links, those that their address tells whole as the address alone.
    pub(crate) fn serialize<S: Serializer>(
        links: &[Link],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(links.iter().map(|link| {
            if Link::parse(&link.url).as_ref() == Some(link) {
                Kept::Address(&link.url)
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

/// Reads what a person gives as a link filter: a URL with or without scheme, or a host.
///
/// Returns the canonical form to compare with [`Link::canonical`].
#[must_use]
pub fn canonical_filter(given: &str) -> Option<String> {
    let given = given.trim();
    if given.is_empty() || given.contains(char::is_whitespace) {
        return None;
    }
    let with_scheme =
        if given.contains("://") { given.to_owned() } else { format!("https://{given}") };
    let link = Link::parse(&with_scheme)?;
    // A single name without a dot is a word, not a host.
    (link.host.contains('.') || link.host == "localhost").then_some(link.canonical)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

fn unwrap_redirect(url: &Url) -> Option<Url> {
    let inner = |name: &str| {
        let (_, value) = url.query_pairs().find(|(key, _)| key == name)?;
        let url = Url::parse(&value).ok()?;
        is_web(&url).then_some(url)
    };
    WRAPPER_PARAMETERS.iter().find_map(|name| inner(name))
}

fn canonical_host(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    Some(match host {
        "twitter.com" | "mobile.twitter.com" | "mobile.x.com" => "x.com".to_owned(),
        "export.arxiv.org" | "cn.arxiv.org" => "arxiv.org".to_owned(),
        other => match url.port() {
            Some(port) => format!("{other}:{port}"),
            None => other.to_owned(),
        },
    })
}

fn canonical(url: &Url, host: &str) -> String {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    match (host, segments.as_slice()) {
        ("arxiv.org", [_, id @ ..]) if !id.is_empty() && is_arxiv_view(segments[0]) => {
            let id = id.join("/");
            format!("arxiv.org/abs/{}", without_version(id.trim_end_matches(".pdf")))
        }
        ("x.com", [_, "status" | "statuses", id, ..]) => format!("x.com/status/{id}"),
        ("github.com", [owner, name] | [owner, name, "tree" | "blob", ..]) => {
            format!("github.com/{owner}/{}", name.trim_end_matches(".git")).to_lowercase()
        }
        ("mp.weixin.qq.com", ["s"]) => {
            let pick = |key: &str| {
                url.query_pairs().find(|(k, _)| k == key).map(|(k, v)| format!("{k}={v}"))
            };
            let identity: Vec<String> =
                ["__biz", "mid", "idx", "sn"].iter().filter_map(|key| pick(key)).collect();
            join_query(format!("{host}/s"), &identity)
        }
        ("mp.weixin.qq.com", ["s", id]) => format!("{host}/s/{id}"),
        _ => {
            let kept: Vec<String> = url
                .query()
                .into_iter()
                .flat_map(|query| query.split('&'))
                .filter(|pair| !is_tracking(pair.split('=').next().unwrap_or_default(), host))
                .map(str::to_owned)
                .collect();
            let address = if segments.is_empty() {
                host.to_owned()
            } else {
                format!("{host}/{}", segments.join("/"))
            };
            join_query(address, &kept)
        }
    }
}

fn join_query(address: String, pairs: &[String]) -> String {
    if pairs.is_empty() { address } else { format!("{address}?{}", pairs.join("&")) }
}

fn is_arxiv_view(segment: &str) -> bool {
    matches!(segment, "abs" | "pdf" | "html" | "ps" | "format")
}

fn without_version(id: &str) -> &str {
    match id.rsplit_once('v') {
        Some((number, version))
            if number.ends_with(|c: char| c.is_ascii_digit())
                && !version.is_empty()
                && version.bytes().all(|b| b.is_ascii_digit()) =>
        {
            number
        }
        _ => id,
    }
}

fn is_tracking(key: &str, host: &str) -> bool {
    key.is_empty()
        || key.starts_with("utm_")
        || key.starts_with("share")
        || TRACKING_PARAMETERS.contains(&key)
        || host == "x.com" && matches!(key, "s" | "t")
}

/// Finds URLs in running text. A URL ends at white space, at quotes and angle brackets, where Chinese begins, and
/// before the punctuation and the closing bracket of its sentence.
#[must_use]
pub fn find_urls(text: &str) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find("http")) {
        let start = at + offset;
        let rest = &text[start..];
        let scheme = ["https://", "http://"].into_iter().find(|scheme| rest.starts_with(scheme));
        let Some(scheme) = scheme else {
            at = start + 4;
            continue;
        };
        let end = start + url_length(rest, scheme.len());
        if end > start + scheme.len() {
            found.push(ByteSpan::new(start, end));
        }
        at = end.max(start + scheme.len());
    }
    found
}

/// Returns how many bytes of the URL that a text begins with belong to it; reads no further than that.
fn url_length(text: &str, scheme: usize) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || is_wide_script(c)
            || matches!(c, '"' | '<' | '>' | '`' | '|' | '\\' | '^' | '{' | '}')
    };
    let mut open = 0_i32;
    let mut end = text.len();
    for (index, c) in text.char_indices() {
        let closes = matches!(c, ')' | ']');
        if ends(c) || closes && open == 0 {
            end = index;
            break;
        }
        open += i32::from(matches!(c, '(' | '[')) - i32::from(closes);
    }
    let kept = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
    kept.len().max(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, canonical: &str) {
        assert_eq!(
            Link::parse(written).map(|link| link.canonical).as_deref(),
            Some(canonical),
            "{written}"
        );
    }

    #[test]
    fn links_to_the_same_place_have_one_canonical_form() {
        check("http://arxiv.org/abs/2402.13753v1", "arxiv.org/abs/2402.13753");
        check("https://arxiv.org/pdf/2402.13753v2.pdf", "arxiv.org/abs/2402.13753");
        check("https://arxiv.org/abs/cs/9901001", "arxiv.org/abs/cs/9901001");
        check(
            "https://x.com/karpathy/status/1760350892317098371?s=20",
            "x.com/status/1760350892317098371",
        );
        check(
            "https://twitter.com/a/status/1760350892317098371",
            "x.com/status/1760350892317098371",
        );
        check("https://github.com/Microsoft/LongRoPE/", "github.com/microsoft/longrope");
        check(
            "https://github.com/google/gemma_pytorch/blob/main/x.model",
            "github.com/google/gemma_pytorch",
        );
        check("https://github.com/a/b/issues/7#top", "github.com/a/b/issues/7");
        check("https://mp.weixin.qq.com/s/AbC?scene=1", "mp.weixin.qq.com/s/AbC");
        check(
            "http://mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=2&sn=a&chksm=b#rd",
            "mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=2&sn=a",
        );
        check("https://www.example.com/a/?utm_source=x&b=1#c", "example.com/a?b=1");
        check("https://example.com", "example.com");
    }

    #[test]
    fn redirect_wrappers_are_opened() {
        let link = Link::parse("https://h.example/click?target=https://github.com/a/b").unwrap();
        assert_eq!(
            (link.url.as_str(), link.host.as_str()),
            ("https://github.com/a/b", "github.com")
        );
    }

    #[test]
    fn other_schemes_are_no_links() {
        for written in ["javascript:alert(1)", "mailto:a@b.c", "ftp://a/b", "http://", "x"] {
            assert_eq!(Link::parse(written), None, "{written}");
        }
    }

    #[test]
    fn a_filter_may_be_a_url_an_address_or_a_host() {
        assert_eq!(canonical_filter("arxiv.org").as_deref(), Some("arxiv.org"));
        assert_eq!(
            canonical_filter("arxiv.org/abs/2402.13753v2").as_deref(),
            Some("arxiv.org/abs/2402.13753")
        );
        assert_eq!(canonical_filter("LongRoPE"), None);
        assert_eq!(canonical_filter("a b"), None);
    }

    #[track_caller]
    fn check_urls(text: &str, expected: &[&str]) {
        let found: Vec<&str> = find_urls(text).iter().map(|span| span.of(text)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_text_full_of_urls_is_read_once() {
        // Two hundred thousand times the rest of the text would be minutes.
        assert_eq!(find_urls(&"http://a)".repeat(200_000)).len(), 200_000);
    }

    #[test]
    fn urls_end_where_chinese_begins() {
        check_urls("将在https://github.com/a/b上公开", &["https://github.com/a/b"]);
        check_urls("见 https://a.b/c。又见（http://d.e/f）", &["https://a.b/c", "http://d.e/f"]);
        check_urls(
            "(https://en.wikipedia.org/wiki/A_(b)), x",
            &["https://en.wikipedia.org/wiki/A_(b)"],
        );
        check_urls("https:// http https://x.y/?a=1&b=2.", &["https://x.y/?a=1&b=2"]);
        check_urls("“https://x.y/z”，**https://x.y/w**", &["https://x.y/z", "https://x.y/w"]);
    }
}
