//! The pages and feeds through the router: complete without scripts, escaped, in two languages.

use axum::http::StatusCode;

use crate::api::Api;

fn daily(title: &str, section: &str, contributor: &str, body: &str) -> String {
    format!("# 日报\n\n# {section}\n\n### {title}\n\n贡献人：@{contributor}\n\n{body}\n")
}

fn archive() -> Api {
    let many: String = (1..=45)
        .map(|n| {
            format!("### 量化 {n}\n\n贡献人：@乙\n\nhttps://example.com/{n}\n\n正文 {n}。\n\n")
        })
        .collect();
    Api::over(&[
        (
            "2024-01-05.md",
            &daily(
                "LongRoPE 扩展窗口",
                "论文",
                "甲",
                "微软的 LongRoPE。\n\nhttps://arxiv.org/abs/2402.13753",
            ),
        ),
        ("2024-02-22.md", &format!("# 日报\n\n# 产品\n\n{many}")),
    ])
}

#[track_caller]
fn page(api: &Api, target: &str) -> String {
    let answer = api.ask(target, &[]);
    assert_eq!(answer.status, StatusCode::OK, "{target}: {}", answer.body);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    answer.body
}

/// Returns the values of an attribute, unescaped.
fn attributes(html: &str, name: &str) -> Vec<String> {
    let value = |token| match token {
        Ok(html5gum::Token::StartTag(tag)) => {
            tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into())
        }
        _ => None,
    };
    html5gum::Tokenizer::new(html).filter_map(value).collect()
}

#[test]
fn a_search_is_a_whole_page() {
    let api = archive();
    let html = page(&api, "/?q=LongRoPE&sort=newest");
    for part in [
        "<html lang=\"zh-CN\">",
        "value=\"LongRoPE\"",
        "data-query=\"LongRoPE\" data-total=\"1\" data-matched=\"words\"",
        "<mark>LongRoPE</mark> 扩展窗口",
        "datetime=\"2024-01-05\"",
        "data-kind=\"arxiv\"",
        "<input type=\"hidden\" name=\"sort\" value=\"newest\">",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    // The fragment is the part of the page that changes.
    let fragment = page(&api, "/answer?q=LongRoPE&sort=newest");
    assert!(fragment.starts_with("<div id=\"answer\""), "{fragment}");
    let without_time = |html: &str| html.split("class=\"took\"").next().unwrap().to_owned();
    assert!(html.contains(&without_time(&fragment)));
}

#[test]
fn pages_are_turned_by_links() {
    let api = archive();
    let first = page(&api, "/?q=%E9%87%8F%E5%8C%96");
    assert!(first.contains("<ol class=\"hits\" start=\"1\">"));
    let next: Vec<String> =
        attributes(&first, "href").into_iter().filter(|href| href.contains("page=2")).collect();
    assert_eq!(next, ["/?q=%E9%87%8F%E5%8C%96&page=2"]);
    let last = page(&api, "/?q=%E9%87%8F%E5%8C%96&page=3");
    assert!(
        last.contains("start=\"41\"")
            && last.contains("rel=\"prev\"")
            && !last.contains("rel=\"next\"")
    );
}

#[test]
fn a_facet_is_chosen_and_taken_back_by_links() {
    let api = archive();
    let all = page(&api, "/?q=%E6%AD%A3%E6%96%87%20OR%20LongRoPE");
    let chosen = attributes(&all, "href")
        .into_iter()
        .find(|href| href.contains("OR+LongRoPE&section=%E8%AE%BA%E6%96%87"))
        .unwrap();
    let filtered = page(&api, &chosen);
    assert!(filtered.contains("data-total=\"1\""), "{filtered}");
    assert!(filtered.contains("aria-current=\"true\"><span class=\"value\">论文"), "{filtered}");
    let chip = filtered.split("class=\"chip\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(chip, "/?q=%E6%AD%A3%E6%96%87+OR+LongRoPE");
    // A bar of the histogram filters by its month, and a second time takes that back.
    let bar = attributes(&all, "href")
        .into_iter()
        .find(|href| href.contains("since=2024-01&until=2024-01"))
        .unwrap();
    let month = page(&api, &bar);
    assert!(
        month.contains("data-total=\"1\"") && month.contains("since=2024-02&amp;until=2024-02")
    );
}

#[test]
fn nothing_found_says_why_and_offers_ways_on() {
    let api = archive();
    let html = page(&api, "/?q=LongRoPE&section=%E4%BA%A7%E5%93%81");
    assert!(
        html.contains("data-matched=\"none\"") && html.contains("没有既匹配又符合筛选的条目"),
        "{html}"
    );
    assert!(html.contains("去掉所有筛选") && html.contains(">1 条<"), "{html}");
    // A phrase is said without its own quotation marks, and its words may stand apart.
    let phrase = page(&api, "/?q=%22LongRoPE+Mamba%22");
    assert!(phrase.contains("条里都没有“LongRoPE Mamba”。"), "{phrase}");
    assert!(phrase.contains("href=\"/?q=LongRoPE+Mamba\">不加引号</a>"), "{phrase}");
    let english = page(&api, "/?q=%22LongRoPE+Mamba%22&lang=en");
    assert!(english.contains("“LongRoPE Mamba”") && !english.contains("““"), "{english}");
    let unknown = page(&api, "/?q=LongRoPE&section=%E8%AE%BA");
    assert!(unknown.contains("没有栏目为“论”的条目；相近的有 <a href="), "{unknown}");
    let unknown = page(&api, "/?q=LongRoPE&section=%E8%AE%BA&lang=en");
    assert!(unknown.contains("No item has the section “论”; there are <a href=\"/?q=LongRoPE&amp;section=%E8%AE%BA%E6%96%87\""), "{unknown}");
}

#[test]
fn the_home_page_shows_what_there_is() {
    let html = page(&archive(), "/");
    for part in [
        "46 条",
        "2 期报告",
        "2024-01 – 2024-02",
        "最新报告",
        "库里有什么",
        "还有 37 条",
        "href=\"/?section=",
        "href=\"/items/2024-02-22/",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("href=\"/?source="), "a single source is not worth naming: {html}");
    let english = page(&archive(), "/?lang=en");
    assert!(english.contains("<html lang=\"en\">") && english.contains("Newest reports"));
}

#[test]
fn a_language_is_asked_for_chosen_and_remembered() {
    let api = archive();
    let language = |target: &str, headers: &[(&str, &str)]| {
        let answer = api.ask(target, headers);
        (answer.header("content-language").to_owned(), answer.header("set-cookie").to_owned())
    };
    let english = ("accept-language", "en-US,en;q=0.9,zh;q=0.1");
    assert_eq!(language("/", &[english]), ("en".into(), String::new()));
    assert_eq!(language("/", &[english, ("cookie", "a=b; baoku_lang=zh")]).0, "zh-CN");
    let (chosen, cookie) = language("/?lang=en", &[("cookie", "baoku_lang=zh")]);
    assert_eq!(chosen, "en");
    assert_eq!(cookie, "baoku_lang=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    assert_eq!(language("/?lang=xx", &[]), ("zh-CN".into(), String::new()));
    let answer = api.ask("/", &[]);
    assert!(
        answer
            .headers
            .get_all("vary")
            .iter()
            .any(|vary| vary.to_str().unwrap().contains("Accept-Language"))
    );
}

#[test]
fn no_address_leads_to_another_site() {
    let answer = archive().ask("//evil.example/x", &[("accept", "text/html")]);
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(attributes(&answer.body, "href").iter().all(|href| !href.starts_with("//")));
}

#[test]
fn a_filter_that_is_not_a_link_does_not_lead_to_everything() {
    let answer = archive().ask("/?link=not%20a%20link", &[("accept", "text/html")]);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("“not a link”既不是链接也不是域名"), "{}", answer.body);
}

#[test]
fn an_item_stands_in_its_report() {
    let api = archive();
    let [before, own, behind] = [6, 7, 8].map(|at| {
        let item = api.get(&format!("/api/v1/items/2024-02-22/{at}"), StatusCode::OK);
        item["id"].as_str().unwrap().to_owned()
    });
    let html = page(&api, &format!("/items/{own}"));
    for part in [
        "<h1><bdi>量化 7</bdi></h1>",
        &format!("rel=\"prev\" href=\"/items/{before}\""),
        &format!("rel=\"next\" href=\"/items/{behind}\""),
        "aria-current=\"page\"",
        &format!("《量化 7》，乙，corpus，2024-02-22。http://example.com/items/{own}"),
        &format!("[量化 7](http://example.com/items/{own})（2024-02-22）"),
        &format!("@misc{{{},", own.replace('/', "-")),
        &format!("<link rel=\"canonical\" href=\"http://example.com/items/{own}\">"),
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn an_item_says_where_else_its_story_is_told() {
    let link = "https://github.com/a/lanternfish";
    let api = Api::over(&[
        ("2024-01-05.md", &daily("终端里的 <鱼缸>", "工具", "甲", &format!("养鱼。\n\n{link}"))),
        (
            "2024-02-05.md",
            &daily("lanternfish", "工具", "乙", &format!("终端里的鱼缸。\n\n{link}")),
        ),
    ]);
    let [first, second] = ["2024-01-05/1", "2024-02-05/1"]
        .map(|id| api.get(&format!("/api/v1/items/{id}"), StatusCode::OK));
    assert_eq!(first["story"], second["story"]);
    assert_eq!(first["story"]["first"], first["id"]);
    assert_eq!(first["story"]["items"][1]["id"], second["id"]);
    let url = |item: &serde_json::Value| item["url"].as_str().unwrap().to_owned();
    let html = page(&api, &url(&second));
    let other = format!("2024-01-05，首次</span> <a href=\"{}\"", url(&first));
    assert!(html.contains(&other) && html.contains("终端里的 &lt;鱼缸&gt;"), "{html}");
    assert!(!html.contains("<鱼缸>"));
    let alone = archive().get("/api/v1/items/2024-01-05/1", StatusCode::OK);
    assert_eq!(alone["story"], serde_json::Value::Null);
}

#[test]
fn a_place_in_a_report_leads_to_the_item_that_stands_there() {
    let api = archive();
    let answer = api.ask("/items/2024-02-22/7?lang=en", &[]);
    let item = api.get("/api/v1/items/2024-02-22/7", StatusCode::OK);
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header("location"), format!("{}?lang=en", item["url"].as_str().unwrap()));
}

/// Strings that would do harm where they are not escaped.
const ATTACKS: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><svg onload=alert(1)>",
    "]]><b>",
    "\u{202E}evil\u{202C}",
    "${7*7}{{7*7}}",
];

#[test]
fn nothing_of_an_archive_or_a_query_becomes_markup() {
    for attack in ATTACKS {
        let report = daily(
            &format!("标题 {attack}"),
            "论文",
            "甲",
            &format!(
                "正文 {attack}\n\n[点我](javascript:alert(1)) [好](https://example.com/?a=%22{}%22)",
                attack.len()
            ),
        );
        let api = Api::over(&[("2024-02-22.md", &report)]);
        let first = api.get("/api/v1/items/2024-02-22/1", StatusCode::OK);
        let first = first["url"].as_str().unwrap();
        let encoded: String = url::form_urlencoded::byte_serialize(attack.as_bytes()).collect();
        for target in [
            "/".to_owned(),
            "/?q=%E6%A0%87%E9%A2%98".to_owned(),
            format!(
                "/?q={encoded}&section={encoded}&contributor={encoded}&source={encoded}&lang=en"
            ),
            format!("/?q={encoded}"),
            first.to_owned(),
        ] {
            let html = page(&api, &target);
            let harmless = ["<script src=\"/assets/page.js", "</script></head>"];
            let scripts = html.matches("<script").count();
            assert_eq!(scripts, 1, "{target}: {html}");
            assert!(html.contains(harmless[0]) && html.contains(harmless[1]));
            for sign in ["<img", "<svg onload", "<b>", "\u{202E}", " onerror=alert(1)>"] {
                assert!(!html.contains(sign), "{target} has {sign}: {html}");
            }
            for href in attributes(&html, "href") {
                let fits = href.starts_with('/')
                    || href.starts_with("https://")
                    || href.starts_with("http://")
                    || href.starts_with('#');
                assert!(fits, "{target} links to {href}");
            }
        }
        for target in ["/feed.xml", &format!("/feed.xml?q={encoded}")] {
            let feed = api.ask(target, &[]);
            assert_eq!(feed.status, StatusCode::OK);
            let read = roxmltree::Document::parse(&feed.body);
            assert!(read.is_ok(), "{target}: {read:?}: {}", feed.body);
        }
        let json = api.ask(&format!("/feed.json?q={encoded}"), &[]).body;
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    }
}

/// Returns the text of the first child of that name, and of what is in it.
fn child(node: roxmltree::Node<'_, '_>, name: &str) -> String {
    let child = node.children().find(|child| child.has_tag_name(name)).unwrap();
    child.descendants().filter_map(|node| if node.is_text() { node.text() } else { None }).collect()
}

#[test]
fn feeds_are_of_the_newest_hits() {
    let api = archive();
    let body = api.ask("/feed.xml?section=%E8%AE%BA%E6%96%87", &[]).body;
    let atom = roxmltree::Document::parse(&body).unwrap();
    let feed = atom.root_element();
    assert_eq!(feed.tag_name().namespace(), Some("http://www.w3.org/2005/Atom"));
    assert_eq!(child(feed, "title"), "论文 · 报库");
    assert_eq!(child(feed, "updated"), "2024-01-05T00:00:00Z");
    let entries: Vec<_> = feed.children().filter(|node| node.has_tag_name("entry")).collect();
    let [entry] = entries.as_slice() else { panic!("{body}") };
    for (name, text) in [
        ("title", "LongRoPE 扩展窗口"),
        ("id", "http://example.com/items/2024-01-05/m31tx7"),
        ("author", "甲"),
        ("published", "2024-01-05T00:00:00Z"),
    ] {
        assert_eq!(child(*entry, name), text);
    }
    let links: Vec<_> = entry
        .children()
        .filter(|node| node.has_tag_name("link"))
        .map(|link| (link.attribute("rel").unwrap(), link.attribute("href").unwrap()))
        .collect();
    assert_eq!(
        links,
        [
            ("alternate", "http://example.com/items/2024-01-05/m31tx7"),
            ("related", "https://arxiv.org/abs/2402.13753"),
        ]
    );
    let json: serde_json::Value = serde_json::from_str(&api.ask("/feed.json", &[]).body).unwrap();
    assert_eq!(json["items"].as_array().unwrap().len(), 30);
    assert_eq!(json["items"][0]["date_published"], "2024-02-22T00:00:00Z");
    // A query that has to be mended is of nothing yet.
    let none = api.ask("/feed.xml?q=LongRoEP", &[]).body;
    assert!(roxmltree::Document::parse(&none).is_ok() && !none.contains("<entry"), "{none}");
    let description = api.ask("/opensearch.xml", &[]).body;
    assert!(
        description.contains("template=\"http://example.com/?q={searchTerms}\""),
        "{description}"
    );
    let completions = api.ask("/suggestions.json?q=longr", &[]).body;
    assert_eq!(completions.trim_end(), "[\"longr\",[\"LongRoPE 扩展窗口\"]]");
}

#[test]
fn a_page_is_light() {
    let api = archive();
    // The same page without any hit.
    let html = page(&api, "/?q=%E5%AD%90%E8%99%9A%E4%B9%8C%E6%9C%89");
    let style = api.ask("/assets/page.css", &[]).body;
    let script = api.ask("/assets/page.js", &[]).body;
    let bytes = html.len() + style.len() + script.len();
    assert!(bytes < 60_000, "{bytes} bytes");
}
