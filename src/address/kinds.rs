//! What an address leads to, by its host.

use serde::{Deserialize, Serialize};

/// What a link leads to.
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
    strum::IntoStaticStr,
)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
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

/// Hosts whose subdomains are something else.
const HOSTS: [(&str, LinkKind); 4] = [
    ("arxiv.org", LinkKind::Arxiv),
    ("github.com", LinkKind::Github),
    ("x.com", LinkKind::Tweet),
    ("mp.weixin.qq.com", LinkKind::Weixin),
];

/// Hosts with all their subdomains.
const DOMAINS: [(&str, LinkKind); 31] = [
    ("huggingface.co", LinkKind::Model),
    ("hf.co", LinkKind::Model),
    ("modelscope.cn", LinkKind::Model),
    ("gitlab.com", LinkKind::Repository),
    ("gitee.com", LinkKind::Repository),
    ("codeberg.org", LinkKind::Repository),
    ("bitbucket.org", LinkKind::Repository),
    ("sr.ht", LinkKind::Repository),
    ("gitcode.com", LinkKind::Repository),
    ("doi.org", LinkKind::Paper),
    ("openreview.net", LinkKind::Paper),
    ("aclanthology.org", LinkKind::Paper),
    ("semanticscholar.org", LinkKind::Paper),
    ("dl.acm.org", LinkKind::Paper),
    ("ieeexplore.ieee.org", LinkKind::Paper),
    ("biorxiv.org", LinkKind::Paper),
    ("nature.com", LinkKind::Paper),
    ("proceedings.mlr.press", LinkKind::Paper),
    ("papers.nips.cc", LinkKind::Paper),
    ("youtube.com", LinkKind::Video),
    ("youtu.be", LinkKind::Video),
    ("bilibili.com", LinkKind::Video),
    ("b23.tv", LinkKind::Video),
    ("vimeo.com", LinkKind::Video),
    ("npmjs.com", LinkKind::Package),
    ("pypi.org", LinkKind::Package),
    ("crates.io", LinkKind::Package),
    ("rubygems.org", LinkKind::Package),
    ("packagist.org", LinkKind::Package),
    ("pkg.go.dev", LinkKind::Package),
    ("nuget.org", LinkKind::Package),
];

/// Parts of the path of a repository: its owner and its name.
const PARTS_OF_A_REPOSITORY: usize = 2;
/// Digits in the end of a path that number a piece.
const NUMBER_OF_A_PIECE: usize = 4;

impl LinkKind {
    /// Returns the kind of a link with this canonical form and host.
    pub(super) fn of(canonical: &str, host: &str) -> Self {
        let exact = HOSTS.iter().find(|(name, _)| host == *name);
        let known = exact.or_else(|| DOMAINS.iter().find(|(name, _)| is_below(host, name)));
        let path = canonical.split('?').next().unwrap_or(canonical);
        match known {
            Some((_, kind)) => *kind,
            None if path.to_lowercase().ends_with(".pdf") => Self::Pdf,
            None => Self::Web,
        }
    }
}

/// Returns whether an address of this kind leads to one piece that somebody wrote or made, and not to what goes on: a
/// project, a profile, a site.
pub(super) fn is_piece(canonical: &str, kind: LinkKind) -> bool {
    let (path, query) = canonical.split_once('?').unwrap_or((canonical, ""));
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let Some(last) = parts.last() else { return false };
    match kind {
        // A release, a discussion.
        LinkKind::Github => parts.len() > PARTS_OF_A_REPOSITORY,
        LinkKind::Arxiv | LinkKind::Paper | LinkKind::Tweet | LinkKind::Weixin | LinkKind::Pdf => {
            true
        }
        _ => {
            let digits = last.bytes().filter(u8::is_ascii_digit).count();
            let joints = last.matches(['-', '_']).count();
            parts.len() > 2 || !query.is_empty() || digits >= NUMBER_OF_A_PIECE || joints >= 2
        }
    }
}

/// Returns whether a host is a domain or one of its subdomains.
pub(super) fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, kind: LinkKind) {
        let link = crate::address::Link::parse(written).unwrap();
        assert_eq!(link.kind, kind, "{written}");
    }

    #[test]
    fn every_host_has_its_kind() {
        for (host, kind) in HOSTS {
            check(&format!("https://{host}/a"), kind);
            check(&format!("https://www.{host}/a.pdf"), kind);
            check(&format!("https://sub.{host}/a"), LinkKind::Web);
            check(&format!("https://not{host}/a"), LinkKind::Web);
        }
        for (host, kind) in DOMAINS {
            check(&format!("https://{host}/a"), kind);
            check(&format!("https://www.{host}/a.pdf"), kind);
            check(&format!("https://sub.{host}/a"), kind);
            check(&format!("https://not{host}/a"), LinkKind::Web);
            check(&format!("https://{host}.example/a"), LinkKind::Web);
        }
    }

    #[test]
    fn kinds_are_known_by_what_people_link_to() {
        for (written, kind) in [
            ("https://arxiv.org/pdf/2402.13753v2.pdf", LinkKind::Arxiv),
            ("http://export.arxiv.org/abs/2402.13753", LinkKind::Arxiv),
            ("https://github.com/a/b", LinkKind::Github),
            ("https://gitlab.com/a/b", LinkKind::Repository),
            ("https://git.sr.ht/~a/b", LinkKind::Repository),
            ("https://huggingface.co/a/b", LinkKind::Model),
            ("https://twitter.com/a/status/1", LinkKind::Tweet),
            ("https://mobile.twitter.com/a", LinkKind::Tweet),
            ("https://mobile.x.com/a", LinkKind::Tweet),
            ("https://mp.weixin.qq.com/s/a", LinkKind::Weixin),
            ("https://www.bilibili.com/video/BV1", LinkKind::Video),
            ("https://doi.org/10.1/x", LinkKind::Paper),
            ("https://pypi.org/project/a", LinkKind::Package),
            ("https://a.example/b.PDF?c=1", LinkKind::Pdf),
            ("https://a.example/b?c=d.pdf", LinkKind::Web),
            ("https://a.example/", LinkKind::Web),
        ] {
            check(written, kind);
        }
    }
}
