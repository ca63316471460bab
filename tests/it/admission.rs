//! Who is answered: requests that name the server, and pages that may ask.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Version};
use baoku::server::{BaseUrl, Origins, Settings};

use crate::api::{Answer, Api};

/// Addresses of every kind of answer.
const EVERYTHING: [&str; 9] = [
    "/",
    "/answer?q=x",
    "/api/v1/stats",
    "/api/v1/search?q=x",
    "/feed.json",
    "/embed.js",
    "/metrics",
    "/healthz",
    "/nowhere",
];

fn api(settings: Settings) -> Api {
    Api::with(&[("2024-02-22.md", "# 论文\n\n### LongRoPE\n\n正文。\n")], settings)
}

fn send(api: &Api, method: Method, target: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    api.send(request.body(Body::from("https://example.com/")).unwrap())
}

#[track_caller]
fn hosts(api: &Api, hosts: &[&str], status: StatusCode) {
    for host in hosts {
        for target in EVERYTHING {
            let answer = send(api, Method::GET, target, &[("host", host)]);
            let expected = match (status, target) {
                (StatusCode::OK, "/nowhere") => StatusCode::NOT_FOUND,
                (status, _) => status,
            };
            assert_eq!(answer.status, expected, "{host} {target}: {}", answer.body);
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
}

#[test]
fn a_name_that_is_not_the_servers_is_not_answered() {
    let api = api(Settings::default());
    let ours =
        ["127.0.0.1:7700", "[::1]:7700", "192.168.1.5", "localhost:1", "LOCALHOST.", "a.localhost"];
    hosts(&api, &ours, StatusCode::OK);
    let others = [
        "rebind.evil.example:7700",
        "localhost.evil.example",
        "evil-localhost",
        "127.0.0.1.evil.example",
        "127.1",
        "0",
    ];
    hosts(&api, &others, StatusCode::MISDIRECTED_REQUEST);
    let malformed =
        ["", "a b", "127.0.0.1:x", "user@localhost", "localhost/x", "[::1", "localhost:1:2"];
    hosts(&api, &malformed, StatusCode::BAD_REQUEST);
    let answer = send(&api, Method::GET, "/healthz", &[("host", "search.example")]);
    assert_eq!(answer.json()["error"]["code"], "misdirected");
    assert!(answer.body.contains("search.example") && answer.body.contains("--base-url"));
    let page = [("host", "search.example"), ("accept", "text/html")];
    assert!(send(&api, Method::GET, "/", &page).body.contains("--base-url"));
}

#[test]
fn a_server_is_known_by_the_name_of_its_base_url_and_those_given() {
    let base = BaseUrl::parse("https://Search.Example:8443/reports/");
    let hosts_given = vec!["baoku".to_owned()];
    let api = api(Settings { base, hosts: hosts_given, ..Settings::default() });
    let ours =
        ["search.example:8443", "SEARCH.example.", "search.example", "baoku:7700", "127.0.0.1"];
    hosts(&api, &ours, StatusCode::OK);
    hosts(&api, &["example", "a.search.example"], StatusCode::MISDIRECTED_REQUEST);
}

#[test]
fn a_request_names_the_server_once() {
    let api = api(Settings::default());
    let status = |version, headers: &[(&str, &str)], target: &str| {
        let mut request = Request::builder().uri(target).version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        api.send(request.body(Body::empty()).unwrap()).status
    };
    let (one, two) = (("host", "localhost"), ("host", "127.0.0.1"));
    assert_eq!(status(Version::HTTP_11, &[one], "/healthz"), StatusCode::OK);
    assert_eq!(status(Version::HTTP_11, &[], "/healthz"), StatusCode::BAD_REQUEST);
    assert_eq!(status(Version::HTTP_11, &[one, two], "/healthz"), StatusCode::BAD_REQUEST);
    assert_eq!(status(Version::HTTP_11, &[one, one], "/healthz"), StatusCode::BAD_REQUEST);
    // What asks like this is too old to be a browser.
    assert_eq!(status(Version::HTTP_10, &[], "/healthz"), StatusCode::OK);
    assert_eq!(status(Version::HTTP_10, &[one, two], "/healthz"), StatusCode::BAD_REQUEST);
    let whole = "http://evil.example/healthz";
    assert_eq!(status(Version::HTTP_11, &[one], whole), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(Version::HTTP_10, &[], whole), StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(status(Version::HTTP_11, &[one], "http://localhost:1/healthz"), StatusCode::OK);
}

const FOREIGN: (&str, &str) = ("origin", "http://localhost:3000");
const HERE: (&str, &str) = ("host", "localhost:7700");

#[test]
fn pages_of_other_sites_read_nothing_and_send_nothing() {
    let api = api(Settings::default());
    let kinds: [&[(&str, &str)]; 6] = [
        &[FOREIGN],
        &[("origin", "null")],
        &[("origin", "https://localhost.evil.example")],
        &[FOREIGN, ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
        &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "no-cors")],
    ];
    for kind in kinds {
        for target in EVERYTHING {
            let answer = send(&api, Method::GET, target, &[&[HERE], kind].concat());
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind:?} {target}");
            assert_eq!(answer.header("access-control-allow-origin"), "");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        }
        let simple = [&[HERE, ("content-type", "text/plain")], kind].concat();
        let answer = send(&api, Method::POST, "/api/v1/covered", &simple);
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind:?}");
        let answer = send(&api, Method::OPTIONS, "/api/v1/covered", &[&[HERE], kind].concat());
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind:?}");
    }
    // A form of another site navigates here, too.
    let form = [
        HERE,
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("content-type", "text/plain"),
    ];
    assert_eq!(send(&api, Method::POST, "/api/v1/covered", &form).status, StatusCode::FORBIDDEN);
}

#[test]
fn programs_own_pages_and_links_are_answered() {
    let api = api(Settings::default());
    let kinds: [&[(&str, &str)]; 5] = [
        &[],
        &[("origin", "http://localhost:7700")],
        &[("origin", "http://localhost:7700"), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
        &[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")],
    ];
    for kind in kinds {
        let answer = send(&api, Method::GET, "/?q=LongRoPE", &[&[HERE], kind].concat());
        assert_eq!(answer.status, StatusCode::OK, "{kind:?}");
    }
    let post = [HERE, ("content-type", "text/plain")];
    assert_eq!(send(&api, Method::POST, "/api/v1/covered", &post).status, StatusCode::OK);
    let base = BaseUrl::parse("https://example.com/search");
    let behind = self::api(Settings { base, ..Settings::default() });
    let own = [("host", "127.0.0.1"), ("origin", "https://example.com")];
    assert_eq!(send(&behind, Method::GET, "/api/v1/stats", &own).status, StatusCode::OK);
    let other = [("host", "127.0.0.1"), ("origin", "http://example.com")];
    assert_eq!(send(&behind, Method::GET, "/api/v1/stats", &other).status, StatusCode::FORBIDDEN);
}

#[test]
fn a_site_that_is_allowed_may_load_the_box_and_ask() {
    let origins = Origins::Only(vec![BaseUrl::origin("https://site.example").unwrap()]);
    let api = api(Settings { origins, ..Settings::default() });
    // A script is asked for without an origin.
    let script = [HERE, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")];
    let answer = send(&api, Method::GET, "/embed.js", &script);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(send(&api, Method::GET, "/api/v1/stats", &script).status, StatusCode::FORBIDDEN);
    let site = [HERE, ("origin", "https://site.example"), ("sec-fetch-site", "cross-site")];
    let answer = send(&api, Method::GET, "/api/v1/stats", &site);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), "https://site.example");
    assert_eq!(send(&api, Method::GET, "/?q=x", &site).header("access-control-allow-origin"), "");
}
