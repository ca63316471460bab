//! Addresses of services that lead on to another address: where they lead.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::canonical::{canonical_host, is_web};
use super::kinds::is_below;

/// How many redirects inside each other are opened: wrappers of wrappers are real, endless ones are an attack.
const MAX_OPENED: usize = 3;

/// Services whose addresses only lead on, written as [`Redirect`] is. A parameter's name alone proves nothing: a page
/// that plays, shows or checks another one is a page of its own.
const SERVICES: [&str; 48] = [
    "afdian.com/link?target=",
    "afdian.net/link?target=",
    "c.pc.qq.com/ios.html?url=",
    "c.pc.qq.com/middlem.html?pfurl=",
    "cloud.tencent.com/developer/tools/blog-entry?target=",
    "disq.us/?url=",
    "disq.us/url?url=",
    "docs.qq.com/scenario/link.html?url=",
    "douban.com/link2?url=",
    "duckduckgo.com/l?uddg=",
    "exit.sc/?url=",
    "facebook.com/l.php?u=",
    "getpocket.com/redirect?url=",
    "gitee.com/link?target=",
    "google.com/url?q=",
    "google.com/url?url=",
    "hellogithub.com/periodical/statistics/click?target=",
    "infoq.cn/link?target=",
    "jianshu.com/go-wild?url=",
    "l.instagram.com/?u=",
    "l.threads.net/?u=",
    "ld246.com/forward?goto=",
    "leetcode.cn/link?target=",
    "link.csdn.net/?target=",
    "link.juejin.cn/?target=",
    "link.juejin.im/?target=",
    "link.wtturl.cn/?target=",
    "link.zhihu.com/?target=",
    "linkedin.com/redir/redirect?url=",
    "links.jianshu.com/go?to=",
    "medium.com/r?url=",
    "mp.weixin.qq.com/mp/redirect?url=",
    "mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?target_url=",
    "mp.weixinbridge.com/mp/wapredirect?url=",
    "oschina.net/action/GoToLink?url=",
    "out.reddit.com/?url=",
    "safelinks.protection.outlook.com/?url=",
    "slack-redir.net/link?url=",
    "sspai.com/link?target=",
    "statics.teams.cdn.office.net/evergreen-assets/safelinks/1/atp-safelinks.html?url=",
    "steamcommunity.com/linkfilter?u=",
    "steamcommunity.com/linkfilter?url=",
    "t.me/iv?url=",
    "t.umblr.com/redirect?z=",
    "vk.com/away.php?to=",
    "weibo.cn/sinaurl?u=",
    "weibo.com/sinaurl?u=",
    "youtube.com/redirect?q=",
];

/// An address that leads on to the one in a parameter: `link.zhihu.com/?target=`, for the host and all below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Redirect(String);

/// What is given as a redirect and is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotARedirect(String);

impl fmt::Display for NotARedirect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(given) = self;
        write!(
            f,
            "`{given}` is not a redirect; write host, path and parameter: `link.example/go?to=`"
        )
    }
}

impl std::error::Error for NotARedirect {}

impl TryFrom<String> for Redirect {
    type Error = NotARedirect;

    fn try_from(given: String) -> Result<Self, NotARedirect> {
        let address = given.split_once("://").map_or(given.as_str(), |(_, address)| address);
        let address = address.strip_prefix("www.").unwrap_or(address);
        let whole = parts(address).is_some_and(|(host, _, parameter)| {
            host.contains('.') && !parameter.is_empty() && !given.contains(char::is_whitespace)
        });
        if whole { Ok(Self(address.to_owned())) } else { Err(NotARedirect(given)) }
    }
}

impl From<Redirect> for String {
    fn from(Redirect(written): Redirect) -> Self {
        written
    }
}

/// Divides a redirect into host, path without slashes around it, and parameter.
fn parts(redirect: &str) -> Option<(&str, &str, &str)> {
    let (address, parameter) = redirect.strip_suffix('=')?.split_once('?')?;
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    Some((host, path.trim_end_matches('/'), parameter))
}

/// Returns the address that a redirect leads to, through redirects inside it; `None` if an address is not one of a
/// known service or of `own`.
pub(super) fn opened(url: &Url, own: &[Redirect]) -> Option<Url> {
    let mut inner = target(url, own)?;
    for _ in 1..MAX_OPENED {
        match target(&inner, own) {
            Some(deeper) => inner = deeper,
            None => break,
        }
    }
    Some(inner)
}

fn target(url: &Url, own: &[Redirect]) -> Option<Url> {
    url.query()?;
    let host = canonical_host(url)?;
    let path = url.path().trim_matches('/');
    let follow = |redirect: &str| {
        let (domain, place, parameter) = parts(redirect)?;
        if !is_below(&host, domain) || path != place {
            return None;
        }
        let (_, value) = url.query_pairs().find(|(key, _)| key == parameter)?;
        Url::parse(&value).ok().filter(is_web)
    };
    let own = own.iter().map(|redirect| redirect.0.as_str());
    SERVICES.into_iter().chain(own).find_map(follow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, own: &[&str], expected: Option<&str>) {
        let own: Vec<Redirect> =
            own.iter().map(|given| Redirect::try_from((*given).to_owned()).unwrap()).collect();
        let opened = opened(&Url::parse(written).unwrap(), &own);
        assert_eq!(opened.as_ref().map(Url::as_str), expected, "{written}");
    }

    #[test]
    fn every_service_is_opened() {
        for service in SERVICES {
            assert!(Redirect::try_from(service.to_owned()).is_ok(), "{service}");
            let written = format!("https://{service}https%3A%2F%2Fb.example%2Fy%3Fz&c=d");
            check(&written, &[], Some("https://b.example/y?z"));
        }
        assert!(SERVICES.is_sorted());
    }

    #[test]
    fn services_are_known_by_host_path_and_parameter() {
        for (written, opened) in [
            ("http://link.zhihu.com/?target=http://b.example", Some("http://b.example/")),
            ("https://www.google.com/url?sa=t&q=https://b.example/y", Some("https://b.example/y")),
            (
                "https://eur01.safelinks.protection.outlook.com/?url=https://b.example/",
                Some("https://b.example/"),
            ),
            ("https://www.douban.com/link2/?url=https://b.example/", Some("https://b.example/")),
            ("https://l.facebook.com/l.php?u=https://b.example/", Some("https://b.example/")),
            ("https://a.example/x?url=https://b.example/y", None),
            ("https://google.com/search?q=https://b.example/y", None),
            ("https://google.com/url?to=https://b.example/y", None),
            ("https://notlink.zhihu.com/?target=https://b.example/y", None),
            ("https://link.zhihu.com/x?target=https://b.example/y", None),
            ("https://link.zhihu.com/?target=b.example/y", None),
            ("https://link.zhihu.com/?target=javascript:alert(1)", None),
            ("https://link.zhihu.com/?target=ftp://b.example/y", None),
            ("https://link.zhihu.com/?target=", None),
            ("https://link.zhihu.com/", None),
            ("https://webtest.app/?url=https://b.example/", None),
            ("https://w.soundcloud.com/player/?url=https://api.soundcloud.com/tracks/1", None),
            ("https://bellard.org/jslinux/vm.html?url=https://bellard.org/x.cfg", None),
        ] {
            check(written, &[], opened);
        }
    }

    #[test]
    fn a_source_may_name_redirects_of_its_own() {
        let written = "https://go.a.example/out/?to=https://b.example/y";
        check(written, &[], None);
        check(written, &["a.example/out?to="], Some("https://b.example/y"));
        check(written, &["https://www.a.example/out/?to="], Some("https://b.example/y"));
        check(written, &["a.example/out?url=", "a.example/?to="], None);
        let short = "https://a.example/?to=https://b.example/y";
        check(short, &["a.example?to="], Some("https://b.example/y"));
        for given in [
            "",
            "a.example",
            "a.example/x",
            "a.example/x?",
            "a.example/x?=",
            "a.example/x?to",
            "a/x?to=",
            "a.example/ x?to=",
        ] {
            let refused = Redirect::try_from(given.to_owned()).unwrap_err();
            assert!(
                refused.to_string().starts_with(&format!("`{given}` is not a redirect")),
                "{refused}"
            );
        }
    }

    #[test]
    fn redirects_inside_each_other_are_opened_so_far() {
        let mut written = "https://b.example/".to_owned();
        let mut layers = vec![written.clone()];
        for _ in 0..=MAX_OPENED {
            let inner: String = url::form_urlencoded::byte_serialize(written.as_bytes()).collect();
            written = format!("https://gitee.com/link?target={inner}");
            layers.push(written.clone());
        }
        for layer in &layers[1..=MAX_OPENED] {
            check(layer, &[], Some("https://b.example/"));
        }
        check(&layers[MAX_OPENED + 1], &[], Some(&layers[1]));
    }
}
