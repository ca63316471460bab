//! The tokens that a URL is found by.

use crate::address::without_version;

/// Path prefixes of more segments than this are found by the whole address only.
const MAX_PREFIX_SEGMENTS: usize = 4;

/// Longer path segments (bytes) are not tokens by themselves.
const MAX_SEGMENT: usize = 48;

/// Returns the tokens a URL is found by, the whole address first: host, host suffixes and names, path prefixes,
/// path segments and their words, an arXiv id without its version.
///
/// Everything is lower-case, without scheme, `www.`, query and fragment.
#[must_use]
pub fn url_tokens(url: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut push = |token: &str| {
        if !token.is_empty() && !tokens.iter().any(|known| known == token) {
            tokens.push(token.to_owned());
        }
    };
    let lower = url.to_lowercase();
    let address = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let address = address.strip_prefix("www.").unwrap_or(address);
    let address = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    push(address);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    push(host);
    let labels: Vec<&str> = host.split('.').collect();
    for start in 1..labels.len().saturating_sub(1) {
        push(&labels[start..].join("."));
    }
    for label in &labels {
        if label.len() >= 3 && !matches!(*label, "www" | "com" | "net" | "org") {
            push(label);
        }
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    for count in 1..=segments.len().min(MAX_PREFIX_SEGMENTS) {
        push(&format!("{host}/{}", segments[..count].join("/")));
    }
    if matches!(host, "github.com" | "huggingface.co" | "gitee.com" | "gitlab.com")
        && let [owner, name, ..] = segments.as_slice()
    {
        push(&format!("{owner}/{name}"));
    }
    for segment in &segments {
        // A title turned into a path is found by its words.
        if segment.len() <= MAX_SEGMENT {
            push(segment);
        }
        for word in segment.split(|c: char| !c.is_alphanumeric() && c != '.') {
            if word.chars().count() >= 2 {
                push(word.trim_matches('.'));
            }
        }
    }
    if host == "arxiv.org"
        && let [folders @ .., id] = segments.as_slice()
        && let id = id.trim_end_matches(".pdf")
        && let number = without_version(id)
        && number != id
    {
        push(&[&[host], folders, &[number]].concat().join("/"));
        push(number);
    }
    tokens
}
