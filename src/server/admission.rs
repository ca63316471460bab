//! Which requests are answered at all: those that name this server, and come from no page that may not ask.
//!
//! A browser lets the pages of any site ask a server of the reader's own machine or network. A page of another origin is
//! known by what the browser says of it. A page that reaches this server by a name of its own, which its owner has
//! pointed here (DNS rebinding), is of the same origin for the browser; it is known by that name. An attack needs a
//! name: whoever asks for an address is connected to that address, so that every literal address is answered, also one
//! that a container does not know to be its own.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::extract::{Request, State as AxumState};
use axum::http::{HeaderMap, HeaderValue, Method, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::site::Origins;
use super::state::State;

/// The script of the search box for other sites.
pub(super) const BOX: &str = "/embed.js";

/// Refuses requests that do not name this server.
pub(super) async fn check_host(
    AxumState(state): AxumState<State>,
    request: Request,
    next: Next,
) -> Response {
    match named(&request) {
        Err(malformed) => malformed.into_response(),
        Ok(names) => match names.into_iter().find(|name| !is_ours(&state, name)) {
            Some(other) => ApiError::misdirected(other).into_response(),
            None => next.run(request).await,
        },
    }
}

/// Refuses requests that pages of other sites make, unless they were allowed. Links and forms lead here from anywhere.
pub(super) async fn check_origin(
    AxumState(state): AxumState<State>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let refused = is_foreign(&state, headers)
        && !is_navigation(request.method(), headers)
        && !is_allowed(state.origins(), headers, request.uri().path());
    if refused { ApiError::foreign_origin().into_response() } else { next.run(request).await }
}

/// Returns the hosts that a request names, without ports: that of its header, and that of its target if it has one.
fn named(request: &Request) -> Result<Vec<&str>, ApiError> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let target = request.uri().authority().map(axum::http::uri::Authority::as_str);
    let header = match (hosts.next(), hosts.next()) {
        (None, _) if request.version() < Version::HTTP_11 => None,
        (Some(host), None) => Some(host.to_str().unwrap_or_default()),
        _ => return Err(ApiError::bad_host("there is not exactly one Host header")),
    };
    let malformed = || ApiError::bad_host("the Host header is malformed");
    header.into_iter().chain(target).map(|host| host_name(host).ok_or_else(malformed)).collect()
}

/// Returns the name or the literal address of `host` or `host:port`; `None` for anything else.
#[must_use]
pub fn host_name(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') {
        host.find(']')? + 1
    } else {
        host.find(':').unwrap_or(host.len())
    };
    let (name, port) = host.split_at_checked(end)?;
    let port = if port.is_empty() { port } else { port.strip_prefix(':')? };
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let has_port = port.bytes().all(|b| b.is_ascii_digit())
        && (port.is_empty() || port.parse::<u16>().is_ok());
    (has_port && (is_name(name) || six(name).is_some())).then_some(name)
}

/// Reads an address of IPv6 in brackets; which interface it is of does not matter.
fn six(name: &str) -> Option<Ipv6Addr> {
    let inner = name.strip_prefix('[')?.strip_suffix(']')?;
    inner.split('%').next()?.parse().ok()
}

/// Returns whether a name is one of this server.
fn is_ours(state: &State, name: &str) -> bool {
    if name.parse::<Ipv4Addr>().is_ok() || six(name).is_some() {
        return true;
    }
    let name = plain(name);
    // Browsers resolve these to loopback themselves.
    let is_local = name == "localhost" || name.ends_with(".localhost");
    is_local || state.hosts().any(|host| plain(host) == name)
}

/// Names are equal in any case, and with or without the dot of the root.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Returns whether a page of another origin asks. Only browsers say so; other programs may ask as they like.
fn is_foreign(state: &State, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match site {
        Some(site) => !matches!(site, b"same-origin" | b"none"),
        None => headers.get(header::ORIGIN).is_some_and(|origin| !is_own(state, origin, headers)),
    }
}

fn is_own(state: &State, origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let asked = origin.split_once("://").map(|(_, authority)| authority);
    let is_asked = asked.zip(host).is_some_and(|(asked, host)| asked.eq_ignore_ascii_case(host));
    is_asked || state.base().is_some_and(|base| base.is_of(origin))
}

/// Returns whether a reader goes to a page, rather than a page asking for something behind the reader's back.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    is_read && headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
}

fn is_allowed(origins: &Origins, headers: &HeaderMap, path: &str) -> bool {
    match origins {
        Origins::None => false,
        Origins::Any => true,
        // A script is asked for without an origin; it holds nothing of the archive.
        Origins::Only(_) if path == BOX => true,
        Origins::Only(known) => {
            headers.get(header::ORIGIN).is_some_and(|origin| known.contains(origin))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
        for (host, name) in [
            ("localhost", "localhost"),
            ("127.0.0.1:7700", "127.0.0.1"),
            ("[::1]:7700", "[::1]"),
            ("[fe80::1%25eth0]", "[fe80::1%25eth0]"),
            ("a_b.Example.:80", "a_b.Example."),
            ("a:", "a"),
        ] {
            assert_eq!(host_name(host), Some(name), "{host}");
        }
        for host in [
            "", ":80", "a b", "a/b", "u@a", "a:b", "a:1:2", "[::1", "::1", "[a]", "[::1]80",
            "a:99999", "名", "[]", "]", "a\u{1b}",
        ] {
            assert_eq!(host_name(host), None, "{host}");
        }
    }
}
