//! Addresses to forms that compare equal where they lead to the same place.

use url::Url;

/// Parameters that say where a reader came from, not where a link leads.
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

/// Views of arXiv of one paper.
const ARXIV_VIEWS: [&str; 5] = ["abs", "pdf", "html", "ps", "format"];

/// Parameters that name an article of WeChat; all others say how it was reached.
const WEIXIN_PARAMETERS: [&str; 4] = ["__biz", "mid", "idx", "sn"];

/// Returns whether an address is one of the web: `http` or `https`, with a host.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some()
}

/// Returns the host by which addresses are compared: lower-case, without `www.`, with a port that is not the usual
/// one; other names of a service are replaced by the one it has today.
pub(super) fn canonical_host(url: &Url) -> Option<String> {
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

/// Returns the form of an address that is compared, `host` being its [`canonical_host`]: without scheme and fragment.
pub(super) fn canonical(url: &Url, host: &str) -> String {
    let segments: Vec<&str> =
        url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()).collect();
    match (host, segments.as_slice()) {
        ("arxiv.org", [view, id @ ..]) if !id.is_empty() && ARXIV_VIEWS.contains(view) => {
            let id = id.join("/");
            format!("arxiv.org/abs/{}", without_version(id.trim_end_matches(".pdf")))
        }
        ("x.com", [_, "status" | "statuses", id, ..]) => format!("x.com/status/{id}"),
        ("github.com", [owner, name] | [owner, name, "tree" | "blob", ..]) => {
            format!("github.com/{owner}/{}", name.trim_end_matches(".git")).to_lowercase()
        }
        ("mp.weixin.qq.com", ["s"]) => join_query(format!("{host}/s"), &weixin_article(url)),
        ("mp.weixin.qq.com", ["s", id]) => format!("{host}/s/{id}"),
        ("x.com", segments) => join_query(join_path(host, segments), &kept_pairs(url, &["s", "t"])),
        (host, segments) => join_query(join_path(host, segments), &kept_pairs(url, &[])),
    }
}

/// Returns an arXiv id without its version: `2402.13753v2` is `2402.13753`.
#[must_use]
pub fn without_version(id: &str) -> &str {
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

fn weixin_article(url: &Url) -> Vec<String> {
    let pick = |name: &&str| {
        url.query_pairs().find(|(key, _)| key == *name).map(|(key, value)| format!("{key}={value}"))
    };
    WEIXIN_PARAMETERS.iter().filter_map(pick).collect()
}

fn join_path(host: &str, segments: &[&str]) -> String {
    if segments.is_empty() { host.to_owned() } else { format!("{host}/{}", segments.join("/")) }
}

fn join_query(address: String, pairs: &[String]) -> String {
    if pairs.is_empty() { address } else { format!("{address}?{}", pairs.join("&")) }
}

/// Returns the parameters of an address that say where it leads; `own` are tracking parameters of its host.
fn kept_pairs(url: &Url, own: &[&str]) -> Vec<String> {
    let pairs = url.query().into_iter().flat_map(|query| query.split('&'));
    let key = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    pairs
        .filter(|pair| !is_tracking(&key(pair)) && !own.contains(&key(pair).as_str()))
        .map(str::to_owned)
        .collect()
}

fn is_tracking(key: &str) -> bool {
    key.is_empty()
        || key.starts_with("utm_")
        || key.starts_with("share")
        || TRACKING_PARAMETERS.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let url = Url::parse(written).unwrap();
        assert_eq!(canonical(&url, &canonical_host(&url).unwrap()), expected, "{written}");
    }

    #[test]
    fn every_view_of_a_paper_is_the_paper() {
        for view in ["abs", "pdf", "html", "ps", "format"] {
            for host in ["arxiv.org", "www.arxiv.org", "export.arxiv.org", "cn.arxiv.org"] {
                for id in [
                    "2402.13753",
                    "2402.13753v1",
                    "2402.13753v12",
                    "2402.13753v2.pdf",
                    "2402.13753.pdf",
                ] {
                    check(&format!("https://{host}/{view}/{id}"), "arxiv.org/abs/2402.13753");
                }
                check(&format!("http://{host}/{view}/cs/9901001v3"), "arxiv.org/abs/cs/9901001");
            }
        }
        check("https://arxiv.org/abs/2402.13753v2?context=cs#c", "arxiv.org/abs/2402.13753");
        check("https://arxiv.org/list/cs.CL/recent", "arxiv.org/list/cs.CL/recent");
        check("https://arxiv.org/abs", "arxiv.org/abs");
        check("https://arxiv.org/a/v1", "arxiv.org/a/v1");
    }

    #[test]
    fn a_version_is_digits_behind_a_v_behind_a_digit() {
        for (id, number) in [
            ("2402.13753v2", "2402.13753"),
            ("2402.13753", "2402.13753"),
            ("2402.13753v", "2402.13753v"),
            ("2402.13753v2a", "2402.13753v2a"),
            ("abcv2", "abcv2"),
            ("v2", "v2"),
            ("1v2v3", "1v2"),
        ] {
            assert_eq!(without_version(id), number);
        }
    }

    #[test]
    fn a_post_is_known_by_its_number() {
        for host in ["x.com", "www.x.com", "twitter.com", "mobile.twitter.com", "mobile.x.com"] {
            for tail in [
                "status/176",
                "statuses/176",
                "status/176/photo/1",
                "status/176?s=20",
                "status/176?t=a&s=2",
            ] {
                check(&format!("https://{host}/karpathy/{tail}"), "x.com/status/176");
            }
        }
        check("https://x.com/karpathy?s=20&t=a&lang=en", "x.com/karpathy?lang=en");
        check("https://x.com/a/lists/1", "x.com/a/lists/1");
        check("https://a.example/x?s=20&t=a", "a.example/x?s=20&t=a");
    }

    #[test]
    fn files_of_a_repository_are_the_repository() {
        for tail in ["", "/", ".git", "?tab=readme", "#top", "/tree/main/src", "/blob/main/x.model"]
        {
            check(
                &format!("https://github.com/Microsoft/LongRoPE{tail}"),
                "github.com/microsoft/longrope",
            );
        }
        check("https://github.com/A/b/issues/7#top", "github.com/A/b/issues/7");
        check("https://github.com/A", "github.com/A");
    }

    #[test]
    fn an_article_of_weixin_is_known_by_what_names_it() {
        check("https://mp.weixin.qq.com/s/AbC?scene=1&poc_token=2", "mp.weixin.qq.com/s/AbC");
        check(
            "http://mp.weixin.qq.com/s?chksm=b&sn=a&__biz=Mz&mid=1&idx=2#rd",
            "mp.weixin.qq.com/s?__biz=Mz&mid=1&idx=2&sn=a",
        );
        check("https://mp.weixin.qq.com/s", "mp.weixin.qq.com/s");
        check("https://mp.weixin.qq.com/a/b?c=1", "mp.weixin.qq.com/a/b?c=1");
    }

    #[test]
    fn what_says_where_a_reader_came_from_is_left_out() {
        for key in TRACKING_PARAMETERS {
            check(&format!("https://a.example/x?{key}=1&b=2"), "a.example/x?b=2");
        }
        for key in ["utm_source", "utm_x", "share", "share_from", ""] {
            check(&format!("https://a.example/x?b=2&{key}=1"), "a.example/x?b=2");
        }
        check("https://a.example/x?b=2&&c", "a.example/x?b=2&c");
        check("https://a.example/x?froms=1", "a.example/x?froms=1");
    }

    #[test]
    fn host_port_and_slashes_are_written_in_one_way() {
        check("HTTPS://WWW.Example.com:443//a//b/", "example.com/a/b");
        check("http://example.com:8080/", "example.com:8080");
        check("https://example.com", "example.com");
        check("https://例子.测试/路", "xn--fsqu00a.xn--0zwm56d/%E8%B7%AF");
    }
}
