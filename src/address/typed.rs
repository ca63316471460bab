//! What people type or paste for a link, to the address it stands for: with or without a scheme, as a version-control
//! address, as the number of a paper, as `owner/name`.

use super::{Link, find_urls, without_version};

/// Signs of the sentence around what was pasted, none of which begins an address.
const BEFORE: [char; 12] = ['<', '(', '（', '[', '【', '《', '「', '"', '“', '\'', '‘', '`'];
/// Signs of the sentence around what was pasted, none of which ends an address.
const BEHIND: [char; 27] = [
    '>', ')', '）', ']', '】', '》', '」', '"', '”', '\'', '’', '`', '.', ',', ';', ':', '!', '?',
    '。', '，', '、', '；', '：', '！', '？', '…', '*',
];
/// Digits of a paper's number behind the dot: four until 2014, five since.
const PAPER_DIGITS: std::ops::RangeInclusive<usize> = 4..=5;
/// Numbers of an address of the internet protocol; one of fewer is a decimal or a version.
const OCTETS: usize = 4;
/// Digits of a number of arXiv before April 2007, as in `cs/9901001`.
const OLD_PAPER_DIGITS: usize = 7;

/// Returns the canonical form of what was typed for a link; `None` if it is none. A host alone is a link.
pub(super) fn canonical_of_typed(typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.contains("://")
        && let Some(url) = find_urls(typed).first()
    {
        return Some(Link::parse(url.of(typed))?.canonical);
    }
    let typed = typed.trim_start_matches(BEFORE).trim_end_matches(BEHIND);
    if typed.is_empty() || typed.contains(char::is_whitespace) {
        return None;
    }
    let address = paper(typed)
        .or_else(|| version_control(typed))
        .or_else(|| owner_and_name(typed))
        .unwrap_or_else(|| format!("https://{typed}"));
    let link = Link::parse(&address).filter(|_| !typed.contains("://") || is_git(typed))?;
    // A single name without dot and port is a word, not a host, and a number is no address.
    let host = address.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let is_number = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let is_host = host.contains('.') && (!is_number || host.split('.').count() == OCTETS);
    let port = host.split_once(':').filter(|(name, _)| !name.bytes().all(|b| b.is_ascii_digit()));
    let has_port =
        port.is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    (is_host || has_port || link.host == "localhost").then_some(link.canonical)
}

/// Returns the canonical form of `owner/name`. Among other words it may be one of them: `TCP/IP`.
#[must_use]
pub fn typed_repository(typed: &str) -> Option<String> {
    let address = owner_and_name(typed.trim_start_matches(BEFORE).trim_end_matches(BEHIND))?;
    Some(Link::parse(&address)?.canonical)
}

/// Returns the canonical form of what was typed and can only be a link: an address with a scheme, or with a host and a
/// path, an address of version control, the number of a paper.
#[must_use]
pub fn typed_link(typed: &str) -> Option<String> {
    let bare = typed.trim_start_matches(BEFORE).trim_end_matches(BEHIND);
    let is_link = typed.contains("://") || paper(bare).is_some() || bare.contains('/');
    if !is_link
        || owner_and_name(bare).is_some() && paper(bare).is_none()
        || !bare.is_ascii() && !typed.contains("://")
    {
        return None;
    }
    canonical_of_typed(typed)
}

/// Reads `arXiv:2402.13753v2`, `2402.13753`, `cs/9901001`, `10.1145/3292500` and `doi:10.1145/3292500`.
fn paper(typed: &str) -> Option<String> {
    let (name, number) = typed.split_once(':').map_or(("", typed), |(name, rest)| (name, rest));
    let is_named = |wanted: &str| name.is_empty() || name.eq_ignore_ascii_case(wanted);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let of_arxiv = |number: &str| {
        let bare = without_version(number);
        if let Some((month, place)) = bare.split_once('.').filter(|(month, _)| digits(month)) {
            let is_month =
                matches!(month.as_bytes(), [_, _, b'0', b'1'..=b'9'] | [_, _, b'1', b'0'..=b'2']);
            return digits(place) && is_month && PAPER_DIGITS.contains(&place.len());
        }
        bare.split_once('/').is_some_and(|(of, place)| {
            let of = of.split('.').next().unwrap_or_default();
            let is_field =
                !of.is_empty() && of.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            is_field && digits(place) && place.len() == OLD_PAPER_DIGITS
        })
    };
    let of_doi = |number: &str| {
        let registrant = number.strip_prefix("10.").and_then(|rest| rest.split_once('/'));
        registrant.is_some_and(|(of, name)| digits(of) && of.len() >= 4 && !name.is_empty())
    };
    if is_named("arxiv") && of_arxiv(number) {
        return Some(format!("https://arxiv.org/abs/{number}"));
    }
    (is_named("doi") && of_doi(number)).then(|| format!("https://doi.org/{number}"))
}

fn is_git(typed: &str) -> bool {
    ["ssh://", "git://", "git+ssh://", "git+https://"]
        .iter()
        .any(|scheme| typed.starts_with(scheme))
}

/// Reads `git@host:owner/name.git`, `ssh://git@host/owner/name` and `git://host/owner/name.git`.
fn version_control(typed: &str) -> Option<String> {
    let (host, path) = if is_git(typed) {
        let address = typed.split_once("://")?.1;
        address.split_once('@').map_or(address, |(_, address)| address).split_once('/')?
    } else {
        typed.split_once('@')?.1.split_once(':')?
    };
    let host = host.split(':').next()?;
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (host.contains('.') && path.contains('/')).then(|| format!("https://{host}/{path}"))
}

/// Reads `owner/name` of GitHub, whose owners have no dots and are no numbers.
fn owner_and_name(typed: &str) -> Option<String> {
    let (owner, name) = typed.split_once('/')?;
    let is_owner = owner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let has_letter = |text: &str| text.bytes().any(|b| b.is_ascii_alphabetic());
    (is_owner && is_name && has_letter(owner) && has_letter(name))
        .then(|| format!("https://github.com/{typed}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::canonical_filter;

    #[test]
    fn what_is_pasted_for_a_link_is_its_canonical_form() {
        for (typed, expected) in [
            ("2402.13753", "arxiv.org/abs/2402.13753"),
            ("2402.13753v2", "arxiv.org/abs/2402.13753"),
            ("arXiv:2402.13753", "arxiv.org/abs/2402.13753"),
            ("（arXiv:2402.13753v1）。", "arxiv.org/abs/2402.13753"),
            ("0704.0001", "arxiv.org/abs/0704.0001"),
            ("cs/9901001", "arxiv.org/abs/cs/9901001"),
            ("math.GT/0309136", "arxiv.org/abs/math.GT/0309136"),
            ("10.1145/3292500.3330701", "doi.org/10.1145/3292500.3330701"),
            ("doi:10.1145/3292500", "doi.org/10.1145/3292500"),
            ("arxiv.org/pdf/2402.13753v2", "arxiv.org/abs/2402.13753"),
            ("git@github.com:Owner/name.git", "github.com/owner/name"),
            ("git@gitee.com:owner/name.git", "gitee.com/owner/name"),
            ("ssh://git@github.com:22/owner/name.git", "github.com/owner/name"),
            ("git://github.com/owner/name", "github.com/owner/name"),
            ("https://github.com/owner/name。", "github.com/owner/name"),
            ("<https://a.example/b>,", "a.example/b"),
            ("[名](https://a.example/b)", "a.example/b"),
            ("www.a.example/b)", "a.example/b"),
            ("a.example/b，", "a.example/b"),
        ] {
            assert_eq!(typed_link(typed).as_deref(), Some(expected), "{typed}");
            assert_eq!(canonical_of_typed(typed).as_deref(), Some(expected), "{typed}");
        }
    }

    #[test]
    fn a_name_with_a_port_is_a_host() {
        let expected = [
            ("localhost:8080", Some("localhost:8080")),
            ("nas:5000", Some("nas:5000")),
            ("nas:", None),
            ("nas", None),
            ("24:7", None),
            ("term:x", None),
        ];
        for (typed, expected) in expected {
            assert_eq!(canonical_filter(typed).as_deref(), expected, "{typed}");
            assert_eq!(typed_link(typed), None, "{typed}");
        }
    }

    #[test]
    fn owner_and_name_are_a_repository() {
        let repository = |typed: &str| typed_repository(typed);
        for (typed, expected) in [
            ("Owner/Name.js", "github.com/owner/name.js"),
            ("（owner/name）。", "github.com/owner/name"),
            ("TCP/IP", "github.com/tcp/ip"),
        ] {
            assert_eq!(repository(typed).as_deref(), Some(expected), "{typed}");
            assert_eq!((typed_link(typed), canonical_filter(typed)), (None, repository(typed)));
        }
        for typed in
            ["a.example/b", "24/7", "1/2", "大模型/推理", "a/b/c", "/", "a/", "/b", "a b/c"]
        {
            assert_eq!(repository(typed), None, "{typed}");
        }
    }

    #[test]
    fn what_is_a_word_or_a_number_is_no_link() {
        for typed in [
            "",
            "LongRoPE",
            "Node.js",
            "a.example",
            "3.5",
            "1234.5678",
            "2413.00001",
            "24/7",
            "1/2",
            "大模型/推理",
            "a/b/",
            "/",
            "//",
            "10.1/x",
            "x@y.z",
            "me@a.example:x",
            "v2",
            "2402.137",
            "C++/CLI",
            "ftp://a.b/c",
            "file:///etc",
            "~/.bashrc",
            "不是/x",
            "and/或",
        ] {
            assert_eq!(typed_link(typed), None, "{typed}");
        }
    }
}
