//! Where visitors see the server, as it was set up or as a request names it, and which other sites may ask it.

use axum::http::{HeaderMap, HeaderValue, header};
use url::Url;

use super::files;
use crate::render::html::Site;

/// The address that visitors see, behind whatever proxies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// Without a slash at the end.
    origin: String,
    host: String,
    /// Path without a slash at the end; empty at the root.
    prefix: String,
}

impl BaseUrl {
    /// Reads `https://host` or `https://host/path`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        is_plain.then(|| Self {
            origin: url.as_str().trim_end_matches('/').to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            prefix: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Reads an origin as browsers send it: scheme, host and port, no path.
    #[must_use]
    pub fn origin(text: &str) -> Option<HeaderValue> {
        let base =
            Self::parse(text).filter(|base| base.prefix.is_empty() && !base.host.contains('*'))?;
        HeaderValue::from_str(&base.origin).ok()
    }

    /// Returns the host's name or address, without a port.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Returns whether it is of an origin as browsers send it.
    pub(super) fn is_of(&self, origin: &str) -> bool {
        let own = self.origin.strip_suffix(self.prefix.as_str());
        own.is_some_and(|own| own.eq_ignore_ascii_case(origin))
    }

    /// Returns the path without a slash at the end.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }
}

/// Pages of which other sites may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Of none.
    #[default]
    None,
    /// Of these, each as browsers send it.
    Only(Vec<HeaderValue>),
    /// Of any.
    Any,
}

/// Returns where the pages of a request are. Without a base URL the request's host is believed, if it is one.
pub(super) fn site(base: Option<&BaseUrl>, headers: &HeaderMap) -> Site {
    let assets = files::version();
    if let Some(base) = base {
        return Site { origin: base.origin.clone(), prefix: base.prefix.clone(), assets };
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let origin = host
        .filter(|host| host.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:[]".contains(&b)))
        .and_then(|host| BaseUrl::parse(&format!("http://{host}")))
        .map(|base| base.origin);
    Site { origin: origin.unwrap_or_default(), prefix: String::new(), assets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin_and_perhaps_a_path() {
        let base = BaseUrl::parse("https://example.com/search/").unwrap();
        assert_eq!(
            (base.origin.as_str(), base.host(), base.prefix()),
            ("https://example.com/search", "example.com", "/search")
        );
        assert_eq!(BaseUrl::parse("http://a.b:8080").unwrap().prefix(), "");
        assert!(base.is_of("https://example.com") && !base.is_of("http://example.com"));
        for wrong in
            ["example.com", "ftp://a.b", "https://a.b/?x", "https://u:p@a.b", "javascript:x"]
        {
            assert_eq!(BaseUrl::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_a_host_is_not_believed() {
        let with = |host: &str| {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            site(None, &headers).origin
        };
        assert_eq!(with("127.0.0.1:7700"), "http://127.0.0.1:7700");
        assert_eq!(with("[::1]:7700"), "http://[::1]:7700");
        assert_eq!(with("a.b/<script>"), "");
        assert_eq!(with("a b"), "");
    }
}
