//! The HTTP API through its router, without a socket.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use baoku::server::{BaseUrl, Origins, Settings, State, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::{TODAY, open};

/// The name that requests of these tests use.
const HOST: &str = "example.com";

/// Settings of a server that is known by that name.
pub fn settings() -> Settings {
    Settings { hosts: vec![HOST.to_owned()], ..Settings::default() }
}

/// A server over a small archive, asked through its router.
pub struct Api {
    folder: tempfile::TempDir,
    pub state: State,
    router: axum::Router,
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        assert!(self.header("content-type").starts_with("application/json"), "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Api {
    fn new() -> Self {
        let items: String = (1..=30)
            .map(|n| format!("### 条目 {n}：量化 LongRoPE\n\n贡献人：@甲\n\nhttps://example.com/{n}\n\n第 {n} 条正文。\n\n"))
            .collect();
        let report = format!("# 日报\n\n# 论文\n\n{items}");
        Self::over(&[("2024-02-22.md", &report), ("a b.md", "# 一页\n\n2023年1月2日\n\n正文。\n")])
    }

    pub fn over(files: &[(&str, &str)]) -> Self {
        Self::with(files, settings())
    }

    /// A server without an index.
    pub fn empty(settings: Settings) -> Self {
        let state = State::new(|| TODAY, settings);
        Self { folder: tempfile::tempdir().unwrap(), router: router(state.clone()), state }
    }

    pub fn with(files: &[(&str, &str)], settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        for (name, text) in files {
            std::fs::write(corpus.join(name), text).unwrap();
        }
        let reader = open(&corpus, &folder.path().join("index"));
        let state = State::new(|| TODAY, settings);
        state.publish(reader, Duration::from_secs(5));
        let router = router(state.clone());
        Self { folder, state, router }
    }

    pub fn send(&self, request: Request<Body>) -> Answer {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, 10_000_000).await.unwrap();
            let body = String::from_utf8_lossy(&bytes).into_owned();
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    pub fn ask(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().uri(target).header("host", HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap())
    }

    fn post(&self, target: &str, media: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(Method::POST).uri(target);
        self.send(
            request.header("host", HOST).header("content-type", media).body(body.into()).unwrap(),
        )
    }

    #[track_caller]
    pub fn get(&self, target: &str, expected: StatusCode) -> Value {
        let answer = self.ask(target, &[]);
        assert_eq!(answer.status, expected, "{target}: {}", answer.body);
        answer.json()
    }
}

#[test]
fn a_search_answers_with_the_documented_object() {
    let api = Api::new();
    let answer =
        api.get("/api/v1/search?q=LongRoPE&limit=2&offset=1&facets=section,month", StatusCode::OK);
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    let expected = [
        "facets", "hits", "limit", "matched", "noted", "notes", "offset", "query", "related",
        "took_us", "total",
    ];
    let mut sorted = keys.clone();
    sorted.sort();
    assert_eq!(sorted, expected.iter().collect::<Vec<_>>());
    assert_eq!((&answer["total"], &answer["matched"]), (&json!(30), &json!("words")));
    assert_eq!(answer["hits"].as_array().unwrap().len(), 2);
    assert_eq!(answer["facets"]["section"], json!([{"value": "论文", "count": 30}]));
    assert_eq!(answer["facets"]["month"], json!([{"value": "2024-02", "count": 30}]));
    let hit = &answer["hits"][0];
    for key in [
        "id",
        "title",
        "section",
        "date",
        "date_precision",
        "source",
        "report",
        "contributors",
        "links",
        "title_marks",
        "snippet",
        "score",
        "url",
    ] {
        assert!(!hit[key].is_null(), "{key}");
    }
}

#[test]
fn marks_count_code_points_of_the_text_beside_them() {
    let answer = Api::new().get("/api/v1/search?q=%E9%87%8F%E5%8C%96&limit=1", StatusCode::OK);
    let title: Vec<char> = answer["hits"][0]["title"].as_str().unwrap().chars().collect();
    let mark = &answer["hits"][0]["title_marks"][0];
    let range = mark[0].as_u64().unwrap() as usize..mark[1].as_u64().unwrap() as usize;
    assert_eq!(title[range].iter().collect::<String>(), "量化");
}

#[test]
fn an_item_is_answered_whole_by_its_unescaped_id() {
    let api = Api::new();
    let item = api.get("/api/v1/items/2024-02-22/7", StatusCode::OK);
    assert_eq!(item["markdown"], item["body"]);
    assert_eq!((&item["body"], &item["date"]), (&json!("第 7 条正文。"), &json!("2024-02-22")));
    assert_eq!(item["date_from"], json!("path: 2024-02-22"));
    let page = api.get("/api/v1/items/a%20b/1", StatusCode::OK);
    assert_eq!(
        (&page["url"], &page["date"]),
        (&json!("/items/a%20b/ynnsb4"), &json!("2023-01-02"))
    );
    assert_eq!(api.get("/api/v1/items/a%20b/ynnsb4", StatusCode::OK), page);
}

#[test]
fn errors_have_one_envelope() {
    let api = Api::new();
    let long = format!("/api/v1/search?q={}", "x".repeat(20_000));
    for (target, status, code) in [
        ("/nowhere", StatusCode::NOT_FOUND, "not_found"),
        ("/api/v1/items/2024-02-22/99", StatusCode::NOT_FOUND, "not_found"),
        ("/api/v1/items/2024-02-22/zzzzzz", StatusCode::GONE, "gone"),
        ("/api/v1/search?q=x&since=banana", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?q=x&limit=101", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?q=x&limit=-1", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?q=x&offset=10001", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?q=x&sort=random", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?q=x&facets=colour", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?issue=banana", StatusCode::BAD_REQUEST, "bad_parameter"),
        ("/api/v1/search?link=two%20words", StatusCode::BAD_REQUEST, "bad_parameter"),
        (long.as_str(), StatusCode::URI_TOO_LONG, "target_too_long"),
    ] {
        let answer = api.get(target, status);
        assert_eq!(answer["error"]["code"], code, "{target}");
        assert!(!answer["error"]["message"].as_str().unwrap().is_empty());
        assert!(answer["error"]["hint"].is_string());
    }
    for target in ["/api/v1/search", "/", "/metrics", "/items/2024-02-22/1"] {
        let answer = api.post(target, "text/plain", "x");
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{target}");
        assert_eq!(answer.json()["error"]["code"], "method_not_allowed");
    }
}

#[test]
fn an_error_says_what_is_wrong_and_apart_from_it_what_to_do() {
    let api = Api::new();
    let numbers = "write a number from 0 to 100";
    for (query, message, hint) in [
        ("since=a;%20b", "since: `a; b` is not a date", "write 2024, 2024-02"),
        ("limit=abc", "limit: `abc` is not a number", numbers),
        ("limit=1.5", "limit: `1.5` is not a number", numbers),
        ("limit=101", "limit: 101 is out of range", numbers),
        ("limit=-1", "limit: -1 is out of range", numbers),
        ("issue=a;%20b", "issue: `a; b` is not the number of an issue", "write 290"),
    ] {
        let answer = api.get(&format!("/api/v1/search?q=x&{query}"), StatusCode::BAD_REQUEST);
        assert_eq!(answer["error"]["message"], message, "{query}");
        let given = answer["error"]["hint"].as_str().unwrap();
        assert!(given.starts_with(hint), "{query}: {given}");
    }
}

#[test]
fn a_filter_value_nobody_has_is_an_empty_answer_with_a_note() {
    let answer = Api::new().get("/api/v1/search?q=LongRoPE&section=%E8%AE%BA", StatusCode::OK);
    assert_eq!(answer["total"], 0);
    assert_eq!(answer["notes"][0], "no item has the section `论`; there are `论文`");
}

#[test]
fn health_is_reported() {
    let api = Api::new();
    for (target, expected) in [("/healthz", "ok\n"), ("/readyz", "ready, 31 items\n")] {
        let answer = api.ask(target, &[]);
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, expected));
    }
}

#[test]
fn hostile_parameters_are_answered() {
    let api = Api::new();
    for query in [
        "%00",
        "%FF%FE",
        "%22%22%22",
        "((((",
        "a%20OR",
        "%F0%9F%91%A8",
        "+++",
        "a&&&=&=1",
        "q=1;drop",
    ] {
        for path in [
            "/api/v1/search",
            "/api/v1/trend",
            "/api/v1/facets",
            "/api/v1/suggest",
            "/",
            "/answer",
            "/feed.xml",
            "/feed.json",
        ] {
            let answer = api.ask(&format!("{path}?q={query}"), &[]);
            assert_eq!(answer.status, StatusCode::OK, "{path} {query}");
        }
    }
    for id in [
        "..",
        "../../etc/passwd",
        "%2e%2e/x/1",
        "x",
        "2024-02-22/",
        "2024-02-22/0",
        "2024-02-22/1/2",
    ] {
        for path in ["/api/v1/items", "/items"] {
            let answer = api.ask(&format!("{path}/{id}"), &[]);
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}/{id}");
        }
    }
}

#[test]
fn a_parameter_may_be_repeated_and_others_are_ignored() {
    let api = Api::new();
    let hits = |query: &str| {
        let answer = api.get(&format!("/api/v1/search?{query}"), StatusCode::OK);
        (answer["total"].as_u64().unwrap(), answer["hits"].as_array().unwrap().len())
    };
    assert_eq!(hits("q=LongRoPE&limit=1&limit=2"), (30, 2));
    assert_eq!(hits("q=nothing&q=LongRoPE&limit=&offset=&facets=&utm_source=x"), (30, 20));
    assert_eq!(hits("link=example.com/1&link=example.com/2"), (2, 2));
}

#[test]
fn completions_are_answered_with_what_they_are() {
    let api = Api::new();
    let answer = api.get("/api/v1/suggest?q=longr&limit=3", StatusCode::OK);
    let first = &answer["suggestions"][0];
    assert_eq!(
        (&first["text"], &first["kind"], &first["by"]),
        (&json!("LongRoPE"), &json!("word"), &json!("prefix"))
    );
    assert_eq!(first["query"], json!("LongRoPE"));
    assert_eq!(api.get("/api/v1/suggest", StatusCode::OK)["suggestions"], json!([]));
    api.get("/api/v1/suggest?q=x&limit=1000", StatusCode::BAD_REQUEST);
}

#[test]
fn an_answer_can_be_strict_and_explained() {
    let api = Api::new();
    let answer = api.get("/api/v1/search?q=LongRoPE&limit=1&explain=true&strict=1", StatusCode::OK);
    assert_eq!(answer["hits"][0]["explanation"]["words"][0]["way"], json!("word"));
    assert_eq!(answer["hits"][0]["matched_in"][0], json!("title"));
    api.get("/api/v1/search?q=x&strict=perhaps", StatusCode::BAD_REQUEST);
    let mended = api.get("/api/v1/search?q=LongRoEP&limit=1", StatusCode::OK);
    assert_eq!((&mended["matched"], &mended["searched"]), (&json!("spelling"), &json!("longrope")));
    let missing = api.get("/api/v1/search?q=%E5%AD%90%E8%99%9A%E4%B9%8C%E6%9C%89", StatusCode::OK);
    assert_eq!((&missing["matched"], &missing["total"]), (&json!("none"), &json!(0)));
    assert!(missing["missing"].as_array().is_some_and(|words| !words.is_empty()));
}

#[test]
fn an_answer_is_known_by_the_tag_of_its_snapshot() {
    let api = Api::new();
    for target in [
        "/api/v1/search?q=LongRoPE",
        "/api/v1/suggest?q=l",
        "/api/v1/items/2024-02-22/1",
        "/?q=LongRoPE",
        "/",
        "/feed.xml",
        "/embed.js",
    ] {
        let first = api.ask(target, &[]);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{target}: {tag}");
        assert_eq!(first.header("cache-control"), "public, no-cache");
        let again = api.ask(target, &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{target}");
        assert_eq!(again.header("etag"), tag);
        let other = api.ask(target, &[("if-none-match", "W/\"other\"")]);
        assert_eq!(other.status, StatusCode::OK);
    }
    // What cannot be answered is said even to who claims to know the answer.
    let tag = api.ask("/api/v1/search?q=x", &[]).header("etag").to_owned();
    let wrong = api.ask("/api/v1/search?q=x&since=banana", &[("if-none-match", &tag)]);
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[test]
fn only_chosen_sites_may_ask_where_they_are_chosen() {
    let origins = Origins::Only(vec![BaseUrl::origin("https://site.example").unwrap()]);
    let api = Api::empty(Settings { origins, ..settings() });
    let allowed = |origin: &str| {
        let answer = api.ask("/api/v1/stats", &[("origin", origin)]);
        (answer.status, answer.header("access-control-allow-origin").to_owned())
    };
    // There is no index, which it may read.
    let chosen = (StatusCode::SERVICE_UNAVAILABLE, "https://site.example".to_owned());
    assert_eq!(allowed("https://site.example"), chosen);
    assert_eq!(allowed("https://elsewhere.example"), (StatusCode::FORBIDDEN, String::new()));
}

#[test]
fn another_server_is_another_tag() {
    let api = Api::new();
    let other = Settings { fingerprint: "other".to_owned(), ..settings() };
    let state = State::new(|| TODAY, other);
    let corpus = (api.folder.path().join("corpus"), api.folder.path().join("index"));
    state.publish(open(&corpus.0, &corpus.1), Duration::ZERO);
    let other = Api { folder: tempfile::tempdir().unwrap(), router: router(state.clone()), state };
    for target in ["/api/v1/search?q=x", "/", "/feed.xml"] {
        let tag = api.ask(target, &[]).header("etag").to_owned();
        let answer = other.ask(target, &[("if-none-match", &tag)]);
        assert_eq!(answer.status, StatusCode::OK, "{target}");
    }
    // Feeds name themselves in a language.
    let tag = api.ask("/feed.xml", &[("accept-language", "en")]).header("etag").to_owned();
    assert_eq!(api.ask("/feed.xml", &[("if-none-match", &tag)]).status, StatusCode::OK);
}

#[test]
fn an_address_has_few_filters() {
    let api = Api::new();
    let many: String = (0..21).map(|n| format!("&contributor={n}")).collect();
    for path in ["/api/v1/search", "/api/v1/facets", "/api/v1/trend", "/", "/answer", "/feed.xml"] {
        let answer = api.ask(&format!("{path}?q=x{many}"), &[("accept", "application/json")]);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
    // A page that repeats a long address in every link stays small.
    let page = api.ask(&format!("/?q={}", "x".repeat(15_000)), &[]);
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.len() < 500_000, "{} bytes", page.body.len());
}

#[test]
fn another_snapshot_is_another_tag() {
    let (api, other) = (
        Api::new(),
        Api::over(&[(
            "2024-02-23.md",
            "# 日报\n\n# 论文\n\n### 别的\n\n贡献人：@乙\n\n别的正文。\n",
        )]),
    );
    let tag = api.ask("/api/v1/search?q=LongRoPE", &[]).header("etag").to_owned();
    let reader = open(&other.folder.path().join("corpus"), &other.folder.path().join("index"));
    api.state.publish(reader, Duration::ZERO);
    let answer = api.ask("/api/v1/search?q=%E5%88%AB%E7%9A%84", &[("if-none-match", &tag)]);
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["total"], 1);
}

#[test]
fn without_an_index_everything_says_so() {
    let empty = Api::empty(settings());
    empty.state.building(3, 10);
    for target in [
        "/api/v1/search?q=x",
        "/api/v1/stats",
        "/readyz",
        "/answer?q=x",
        "/feed.json",
        "/items/a/1",
    ] {
        let answer = empty.ask(target, &[]);
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{target}");
        assert_eq!(answer.header("retry-after"), "1");
        let error = &answer.json()["error"];
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!("indexing"), &json!("the index is being built, 3 of 10 files are read"))
        );
    }
    let page = empty.ask("/", &[("accept", "text/html")]);
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        page.body.contains("正在建立索引")
            && page.body.contains("<progress max=\"10\" value=\"3\""),
        "{}",
        page.body
    );
    for target in ["/healthz", "/metrics", "/api", "/embed.js"] {
        assert_eq!(empty.ask(target, &[]).status, StatusCode::OK, "{target}");
    }
    empty.state.failed();
    let refused = empty.ask("/api/v1/search?q=x", &[]).json();
    // Nothing of where it is: clients are strangers.
    assert_eq!(
        refused["error"],
        serde_json::json!({
            "code": "no_index",
            "message": "there is no index that could be searched",
            "hint": "see the server's messages",
        })
    );
}

#[test]
fn a_browser_gets_errors_as_pages() {
    let api = Api::new();
    let html = [("accept", "text/html,*/*;q=0.8")];
    let last = api.get("/api/v1/items/2024-02-22/30", StatusCode::OK);
    let last = format!("href={}", last["url"]);
    for (target, status, says) in [
        ("/nowhere", StatusCode::NOT_FOUND, "没有这一页"),
        ("/items/2024-02-22/99", StatusCode::NOT_FOUND, last.as_str()),
        ("/items/2024-02-22/zzzzzz", StatusCode::GONE, "的条目已经不在归档里。"),
        ("/?q=x&since=banana", StatusCode::BAD_REQUEST, "“banana”不是日期"),
        ("/?q=x&page=999", StatusCode::BAD_REQUEST, "无法理解这个地址"),
    ] {
        let answer = api.ask(target, &html);
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert!(answer.body.contains(says), "{target}: {}", answer.body);
    }
    assert!(api.ask("/api/v1/nowhere", &html).json()["error"].is_object());
}

#[test]
fn any_site_may_ask_where_that_is_allowed_and_no_site_may_frame() {
    let files = [("2024-02-22.md", "# 论文\n\n### LongRoPE\n\n正文。\n")];
    let api = Api::with(&files, Settings { origins: Origins::Any, ..settings() });
    for target in [
        "/api/v1/search?q=x",
        "/api/v1/items/none/1",
        "/api/v1/search?since=banana",
        "/api/v1/nowhere",
        "/embed.js",
        "/feed.json",
    ] {
        let answer = api.ask(target, &[("origin", "https://elsewhere.example")]);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{target}");
    }
    let page = api.ask("/?q=LongRoPE", &[("origin", "https://elsewhere.example")]);
    assert_eq!(page.header("access-control-allow-origin"), "");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    assert_eq!(
        (page.header("x-content-type-options"), page.header("x-frame-options")),
        ("nosniff", "DENY")
    );
    let asked = Request::builder()
        .method(Method::OPTIONS)
        .uri("/api/v1/covered")
        .header("host", HOST)
        .header("origin", "https://elsewhere.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let allowed = api.send(asked.body(Body::empty()).unwrap());
    assert_eq!(allowed.status, StatusCode::OK);
    assert_eq!(allowed.header("access-control-allow-methods"), "GET,POST");
    assert_eq!(allowed.header("access-control-allow-headers"), "content-type,if-none-match");
    let answer = api.ask("/api/v1/search?q=x", &[("origin", "https://elsewhere.example")]);
    assert_eq!(answer.header("access-control-expose-headers"), "etag,retry-after");
}

#[test]
fn answers_are_compressed_where_that_is_understood() {
    let api = Api::new();
    for coding in ["gzip", "br"] {
        let answer = api.ask("/api/v1/search?q=LongRoPE", &[("accept-encoding", coding)]);
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.header("vary").contains("accept-encoding"));
    }
}

#[test]
fn counts_of_a_facet_say_what_choosing_another_value_would_give() {
    let api = Api::over(&[(
        "2024-02-22.md",
        "# 日报\n\n# 论文\n\n### 甲 x\n\n贡献人：@甲\n\n一。\n\n### 乙 x\n\n贡献人：@乙\n\n二。\n\n# 产品\n\n### 丙 x\n\n贡献人：@甲\n\n三。\n",
    )]);
    let answer = api.get(
        "/api/v1/facets?q=x&section=%E8%AE%BA%E6%96%87&facets=contributor,section",
        StatusCode::OK,
    );
    assert_eq!(answer["total"], 2);
    assert_eq!(
        answer["facets"]["section"],
        json!([{"value": "论文", "count": 2}, {"value": "产品", "count": 1}])
    );
    assert_eq!(
        answer["facets"]["contributor"],
        json!([{"value": "乙", "count": 1}, {"value": "甲", "count": 1}])
    );
    assert!(answer["facets"]["host"].is_null());
    let few = api.get("/api/v1/facets?contains=%E8%AE%BA&facets=section&limit=5", StatusCode::OK);
    assert_eq!(few["facets"]["section"], json!([{"value": "论文", "count": 2}]));
    api.get("/api/v1/facets?limit=1001", StatusCode::BAD_REQUEST);
}

#[test]
fn a_trend_has_no_gaps_and_says_what_there_was_in_all() {
    let day = |title: &str| format!("# 日报\n\n# 论文\n\n### {title}\n\n贡献人：@甲\n\n正文。\n");
    let api = Api::over(&[
        ("2023-12-01.md", &day("LongRoPE 一")),
        ("2024-02-01.md", &day("LongRoPE 二")),
        ("2024-02-02.md", &day("别的")),
    ]);
    let trend = api.get("/api/v1/trend?q=LongRoPE", StatusCode::OK);
    assert_eq!(
        (&trend["total"], &trend["undated"], &trend["interval"]),
        (&json!(2), &json!(0), &json!("month"))
    );
    assert_eq!(
        trend["points"],
        json!([
            {"period": "2023-12", "count": 1, "items": 1},
            {"period": "2024-01", "count": 0, "items": 0},
            {"period": "2024-02", "count": 1, "items": 2},
        ])
    );
    let years = api.get("/api/v1/trend?q=LongRoPE&interval=year", StatusCode::OK);
    assert_eq!(years["points"][1], json!({"period": "2024", "count": 1, "items": 2}));
    api.get("/api/v1/trend?q=x&interval=week", StatusCode::BAD_REQUEST);
}

#[test]
fn links_that_have_been_in_a_report_are_known() {
    let api = Api::new();
    let covered = api.get("/api/v1/covered?link=http://www.example.com/7/%3Futm_source=x&link=example.org/new&link=example.com", StatusCode::OK);
    assert_eq!(covered["covered"], 1);
    let [seven, new, host] = covered["links"].as_array().unwrap().as_slice() else {
        panic!("{covered}")
    };
    assert_eq!(
        (&seven["covered"], &seven["total"], &seven["canonical"]),
        (&json!(true), &json!(1), &json!("example.com/7"))
    );
    assert_eq!(seven["items"][0]["id"], "2024-02-22/ttra0w");
    assert_eq!((&new["covered"], &new["items"]), (&json!(false), &json!([])));
    assert_eq!((&host["covered"], &host["total_below"]), (&json!(false), &json!(30)));
    assert_eq!(host["below"].as_array().unwrap().len(), 20);
    for target in ["/api/v1/covered", "/api/v1/covered?link=", "/api/v1/covered?link=two%20words"] {
        api.get(target, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn a_draft_is_looked_through_for_links() {
    let api = Api::new();
    let draft =
        "新：[七](https://example.com/7)和https://example.com/new。又是 https://example.com/7";
    for (media, body) in [
        ("text/markdown; charset=utf-8", draft.to_owned()),
        (
            "application/json",
            json!({"links": ["https://example.com/7", "https://example.com/new"]}).to_string(),
        ),
    ] {
        let answer = api.post("/api/v1/covered", media, body);
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let answer = answer.json();
        assert_eq!(
            (&answer["covered"], answer["links"].as_array().unwrap().len()),
            (&json!(1), 2),
            "{media}"
        );
    }
    for (media, body, status, code) in [
        ("image/png", "x".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
        ("application/json", "{".to_owned(), StatusCode::BAD_REQUEST, "bad_body"),
        (
            "application/json",
            "{\"links\":[\"x\"]}".to_owned(),
            StatusCode::BAD_REQUEST,
            "bad_parameter",
        ),
        ("text/plain", "x".repeat(2_000_000), StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
    ] {
        let answer = api.post("/api/v1/covered", media, body);
        assert_eq!(answer.status, status, "{media}");
        assert_eq!(answer.json()["error"]["code"], code);
    }
}

#[test]
fn a_draft_of_nothing_but_links_is_answered() {
    let api = Api::new();
    let same = api.post("/api/v1/covered", "text/plain", "http://a.b)".repeat(90_000));
    assert_eq!(same.json()["links"].as_array().unwrap().len(), 1);
    let others: String = (0..50_000).map(|n| format!("http://a.b/{n} ")).collect();
    let answer = api.post("/api/v1/covered", "text/plain", others);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["error"]["message"], "link: more than 500 links were given");
}

#[test]
fn stats_count_what_there_is_and_keep_paths_to_themselves() {
    let stats = Api::new().get("/api/v1/stats", StatusCode::OK);
    assert_eq!(
        (&stats["items"], &stats["reports"], &stats["undated_reports"]),
        (&json!(31), &json!(2), &json!(0))
    );
    assert!(stats["index"].is_null() && stats["index_bytes"].is_null());
}

#[test]
fn every_operation_of_the_document_is_answered() {
    let api = Api::new();
    let document = api.get("/openapi.json", StatusCode::OK);
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 7);
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            assert_eq!(operation["tags"], json!(["api"]), "{method} {path}");
            if method == "get" {
                let example = operation["x-example"].as_str().unwrap();
                assert!(example.starts_with(path.split('{').next().unwrap()), "{path}");
                let answer = api.ask(&example.replace("/5", "/1"), &[]);
                assert_eq!(answer.status, StatusCode::OK, "{example}");
            }
        }
    }
    let parameters = document["paths"]["/api/v1/search"]["get"]["parameters"].as_array().unwrap();
    for parameter in parameters {
        // Nothing that is documented is ignored: what cannot be understood is refused.
        let name = parameter["name"].as_str().unwrap();
        let answer = api.ask(&format!("/api/v1/search?{name}=two%20words"), &[]);
        let is_text = ["q", "section", "source", "contributor"].contains(&name);
        assert_eq!(answer.status == StatusCode::OK, is_text, "{name}: {}", answer.body);
    }
    let page = api.ask("/api", &[]).body;
    for path in paths.keys() {
        assert!(page.contains(&format!("<code>GET {path}</code>")), "{path}");
    }
}

#[test]
fn what_is_answered_is_counted() {
    let api = Api::new();
    api.get("/api/v1/search?q=x", StatusCode::OK);
    api.get("/api/v1/search?since=banana", StatusCode::BAD_REQUEST);
    api.get("/nowhere/%3Cb%3E", StatusCode::NOT_FOUND);
    let metrics = api.ask("/metrics", &[]).body;
    for line in [
        "baoku_http_requests_total{method=\"GET\",route=\"/api/v1/search\",status=\"200\"} 1",
        "baoku_http_requests_total{method=\"GET\",route=\"/api/v1/search\",status=\"400\"} 1",
        "baoku_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"} 1",
        "baoku_http_request_duration_seconds_count{route=\"/api/v1/search\"} 2",
        "baoku_items 31",
        "baoku_ready 1",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
    let age =
        metrics.lines().find_map(|line| line.strip_prefix("baoku_index_age_seconds ")).unwrap();
    assert!((5.0..600.0).contains(&age.parse::<f64>().unwrap()), "{age}");
}

#[test]
fn an_id_that_an_item_had_is_redirected_for_good() {
    let api = Api::new();
    for (old, now) in [
        ("corpus/2024-02-22/ttra0w", "2024-02-22/ttra0w"),
        // Its report had another name.
        ("elsewhere/2024-03-31/ttra0w", "2024-02-22/ttra0w"),
        ("2024-02-22/TTRA0W", "2024-02-22/ttra0w"),
        // Of two with this key, one has gone.
        ("2024-02-22/ttra0w-2", "2024-02-22/ttra0w"),
    ] {
        for (root, query) in [("/api/v1/items", ""), ("/items", "?lang=en")] {
            let answer = api.ask(&format!("{root}/{old}{query}"), &[]);
            assert_eq!(answer.status, StatusCode::MOVED_PERMANENTLY, "{root}/{old}");
            assert_eq!(answer.header("location"), format!("{root}/{now}{query}"));
        }
    }
    let answer = api.ask("/api/v1/items/corpus/2024-02-22/ttra0w", &[]);
    assert_eq!(answer.json()["id"], "2024-02-22/ttra0w");
}
