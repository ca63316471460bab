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
    let lower = url.to_lowercase();
    let address = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let address = address.strip_prefix("www.").unwrap_or(address);
    let address = address.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut tokens: Vec<String> = Vec::new();
    for token in std::iter::once(address.to_owned())
        .chain(of_host(host))
        .chain(of_path(host, &segments))
        .chain(of_paper(host, &segments).into_iter().flatten())
    {
        if !token.is_empty() && !tokens.contains(&token) {
            tokens.push(token);
        }
    }
    tokens
}

fn of_host(host: &str) -> Vec<String> {
    let labels: Vec<&str> = host.split('.').collect();
    let mut tokens = vec![host.to_owned()];
    tokens.extend((1..labels.len().saturating_sub(1)).map(|start| labels[start..].join(".")));
    let is_name =
        |label: &&str| label.len() >= 3 && !matches!(*label, "www" | "com" | "net" | "org");
    tokens.extend(labels.into_iter().filter(is_name).map(str::to_owned));
    tokens
}

fn of_path(host: &str, segments: &[&str]) -> Vec<String> {
    let prefixes = 1..=segments.len().min(MAX_PREFIX_SEGMENTS);
    let mut tokens: Vec<String> =
        prefixes.map(|count| format!("{host}/{}", segments[..count].join("/"))).collect();
    if matches!(host, "github.com" | "huggingface.co" | "gitee.com" | "gitlab.com")
        && let [owner, name, ..] = segments
    {
        tokens.push(format!("{owner}/{name}"));
    }
    for segment in segments {
        // A title turned into a path is found by its words.
        if segment.len() <= MAX_SEGMENT {
            tokens.push((*segment).to_owned());
        }
        let words = segment.split(|c: char| !c.is_alphanumeric() && c != '.');
        let words = words.filter(|word| word.chars().count() >= 2);
        tokens.extend(words.map(|word| word.trim_matches('.').to_owned()));
    }
    tokens
}

/// Returns a paper of arXiv without its version, as an address and alone.
fn of_paper(host: &str, segments: &[&str]) -> Option<[String; 2]> {
    let (id, folders) = segments.split_last().filter(|_| host == "arxiv.org")?;
    let id = id.trim_end_matches(".pdf");
    let number = without_version(id);
    let address = || [&[host], folders, &[number]].concat().join("/");
    (number != id).then(|| [address(), number.to_owned()])
}
