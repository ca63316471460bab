//! The HTTP API through its router, without a socket.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::harness::{TODAY, open};

struct Api {
    _folder: tempfile::TempDir,
    router: axum::Router,
}

impl Api {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let corpus = folder.path().join("corpus");
        std::fs::create_dir(&corpus).unwrap();
        let items: String = (1..=30)
            .map(|n| format!("### 条目 {n}：量化 LongRoPE\n\n贡献人：@甲\n\nhttps://example.com/{n}\n\n第 {n} 条正文。\n\n"))
            .collect();
        std::fs::write(corpus.join("2024-02-22.md"), format!("# 日报\n\n# 论文\n\n{items}"))
            .unwrap();
        std::fs::write(corpus.join("a b.md"), "# 一页\n\n2023年1月2日\n\n正文。\n").unwrap();
        let searcher = open(&corpus, &folder.path().join("index"));
        let state = baoku::server::State::new(searcher, || TODAY);
        Self { _folder: folder, router: baoku::server::router(state) }
    }

    fn call(&self, method: Method, target: &str) -> (StatusCode, axum::http::HeaderMap, Vec<u8>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let request =
                Request::builder().method(method).uri(target).body(Body::empty()).unwrap();
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, 10_000_000).await.unwrap();
            (parts.status, parts.headers, bytes.to_vec())
        })
    }

    #[track_caller]
    fn get(&self, target: &str, expected: StatusCode) -> Value {
        let (status, headers, body) = self.call(Method::GET, target);
        assert_eq!(status, expected, "{target}: {}", String::from_utf8_lossy(&body));
        assert!(
            headers["content-type"].to_str().unwrap().starts_with("application/json"),
            "{target}"
        );
        serde_json::from_slice(&body).unwrap()
    }
}

#[test]
fn a_search_answers_with_the_documented_object() {
    let api = Api::new();
    let answer =
        api.get("/api/v1/search?q=LongRoPE&limit=2&offset=1&facets=section,month", StatusCode::OK);
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    let expected = [
        "facets", "hits", "limit", "matched", "notes", "offset", "query", "related", "took_us",
        "total",
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
    assert_eq!((&item["body"], &item["date"]), (&json!("第 7 条正文。"), &json!("2024-02-22")));
    assert_eq!(item["date_from"], json!("path: 2024-02-22"));
    let page = api.get("/api/v1/items/a%20b/1", StatusCode::OK);
    assert_eq!((&page["url"], &page["date"]), (&json!("/items/a%20b/1"), &json!("2023-01-02")));
}

#[test]
fn errors_have_one_envelope() {
    let api = Api::new();
    let long = format!("/api/v1/search?q={}", "x".repeat(20_000));
    for (target, status, code) in [
        ("/nowhere", StatusCode::NOT_FOUND, "not_found"),
        ("/api/v1/items/2024-02-22/99", StatusCode::NOT_FOUND, "not_found"),
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
    let (status, _, body) = api.call(Method::POST, "/api/v1/search");
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(String::from_utf8(body).unwrap().contains("\"code\":\"method_not_allowed\""));
}

#[test]
fn a_filter_value_nobody_has_is_an_empty_answer_with_a_note() {
    let answer = Api::new().get("/api/v1/search?q=LongRoPE&section=%E8%AE%BA", StatusCode::OK);
    assert_eq!(answer["total"], 0);
    assert_eq!(answer["notes"][0], "no item has the section `论`; there are `论文`");
}

#[test]
fn health_is_told() {
    let api = Api::new();
    for (target, expected) in [("/healthz", "ok\n"), ("/readyz", "ready, 31 items\n")] {
        let (status, _, body) = api.call(Method::GET, target);
        assert_eq!((status, String::from_utf8(body).unwrap().as_str()), (StatusCode::OK, expected));
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
        let (status, _, _) = api.call(Method::GET, &format!("/api/v1/search?q={query}"));
        assert_eq!(status, StatusCode::OK, "{query}");
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
        let (status, _, _) = api.call(Method::GET, &format!("/api/v1/items/{id}"));
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
    }
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
