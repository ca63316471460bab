//! The program as a user meets it: output, errors and exit status, whole.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::harness::{Place, Ran};

const REPORT: &str = "# 大模型日报（2月 22日）\n\n# 论文\n\n### LongRoPE：扩展上下文窗口\n\n贡献人：@论文组\n\n\
    链接：https://arxiv.org/abs/2402.13753\n\n把上下文窗口扩展到 200 万 token。\n\n### 另一篇论文\n\n贡献人：@论文组\n\n\
    链接：https://arxiv.org/abs/2402.13754\n\n讲的是量化。\n\n# 产品\n\n### 一个产品\n\n贡献人：@工具组\n\n\
    https://example.com/\n\n能画图。\n";

fn place() -> Place {
    Place::with(&[("2024-02/2024-02-22.md", REPORT)])
}

#[test]
fn a_search_without_an_index_builds_it_and_says_so() {
    let place = place();
    let ran = place.run(&["search", "LongRoPE"]);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.stdout,
        "1. LongRoPE：扩展上下文窗口\n   2024-02-22  论文  @论文组  [2024-02-22/m31tx7]\n   \
         把上下文窗口扩展到 200 万 token。\n   https://arxiv.org/abs/2402.13753\n\n1 item\n"
    );
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("baoku: no index yet; building one from "), "{}", ran.stderr);
    assert!(lines[1].starts_with("baoku: 3 items from 1 report in "), "{}", ran.stderr);
    assert!(lines[1].ends_with(" s, 0 diagnostics; 1 file read"), "{}", ran.stderr);
    let again = place.run(&["search", "LongRoPE"]);
    assert_eq!((again.stdout, again.stderr.as_str()), (ran.stdout, ""));
}

#[test]
fn filters_without_a_query_list_newest_first() {
    let place = place();
    place.write("corpus/2024-03-01.md", REPORT.replace("2月 22日", "3月 1日").as_bytes());
    assert_eq!(
        place.ids(&["--section", "论文"]),
        ["2024-03-01/1", "2024-03-01/2", "2024-02-22/1", "2024-02-22/2"]
    );
    assert_eq!(
        place.ids(&["--section", "论文", "--sort", "oldest", "-n", "2"]),
        ["2024-02-22/1", "2024-02-22/2"]
    );
    assert_eq!(place.ids(&["--since", "2024-03"]).len(), 3);
    assert_eq!(place.ids(&["--until", "2024-02", "--contributor", "@工具组"]), ["2024-02-22/3"]);
    assert_eq!(
        place.ids(&["--link", "https://arxiv.org/pdf/2402.13754v3"]),
        ["2024-03-01/2", "2024-02-22/2"]
    );
    assert_eq!(place.ids(&["--link", "arxiv.org", "--until", "2024-02"]).len(), 2);
    assert_eq!(place.ids(&["论文", "-n", "2", "--page", "2"]).len(), 2);
    assert_eq!(place.stdout(&["search", "--count"]), "6\n");
    let past = place.run(&["search", "--page", "2"]);
    assert_eq!(past.stderr, "baoku: page 2 is past the end of 6 items\n");
}

#[test]
fn words_to_exclude_may_begin_with_a_hyphen() {
    let place = place();
    assert_eq!(place.ids(&["论文", "-量化"]), ["2024-02-22/1"]);
    assert_eq!(place.ids(&["--", "论文", "-LongRoPE"]), ["2024-02-22/2"]);
}

#[test]
fn every_format_shows_the_same_hit() {
    let place = place();
    let one = |format: &str| place.stdout(&["search", "LongRoPE", "--format", format]);
    assert_eq!(one("ids"), "2024-02-22/m31tx7\n");
    assert_eq!(
        one("md"),
        "- [LongRoPE：扩展上下文窗口](<https://arxiv.org/abs/2402.13753>) — 2024-02-22, 论文, @论文组, 2024-02-22/m31tx7\n  \
         把上下文窗口扩展到 200 万 token。\n"
    );
    let csv = one("csv");
    assert!(csv.starts_with("rank,id,date,section,contributors,title,link,snippet,score\n1,2024-02-22/m31tx7,2024-02-22,论文,论文组,"));
    let json: serde_json::Value = serde_json::from_str(&one("json")).unwrap();
    let line: serde_json::Value = serde_json::from_str(&one("jsonl")).unwrap();
    assert_eq!(json["hits"][0], line);
    assert_eq!((json["matched"].as_str(), json["total"].as_u64()), (Some("words"), Some(1)));
    assert_eq!(line["title_marks"], serde_json::json!([[0, 8]]));
    assert_eq!(line["section"], serde_json::json!(["论文"]));
    assert_eq!(line["date_precision"], "day");
    assert_eq!(line["links"][0]["canonical"], "arxiv.org/abs/2402.13753");
    assert_eq!(line["url"], "/items/2024-02-22/m31tx7");
}

#[test]
fn the_same_question_gives_the_same_bytes() {
    let place = place();
    let ask = || place.stdout(&["search", "上下文窗口", "--format", "json", "--facets"]);
    assert_eq!(ask(), ask());
}

#[test]
fn facets_are_counted_over_all_hits() {
    let place = place();
    let json = place.stdout(&["search", "--facets", "--format", "json", "-n", "1"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        json["facets"]["section"],
        serde_json::json!([{"value": "论文", "count": 2}, {"value": "产品", "count": 1}])
    );
    assert_eq!(json["facets"]["month"], serde_json::json!([{"value": "2024-02", "count": 3}]));
    assert_eq!(json["facets"]["host"][0], serde_json::json!({"value": "arxiv.org", "count": 2}));
}

#[test]
fn text_is_wrapped_to_the_terminal_and_never_wider() {
    let place = place();
    for columns in ["40", "60", "160"] {
        let output = place
            .command(&["search", "上下文窗口", "--facets"])
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let limit: usize = columns.parse().unwrap();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= limit, "{columns}: {line}");
        }
    }
}

#[test]
fn colour_only_where_it_is_wanted() {
    let place = place();
    assert!(!place.stdout(&["search", "LongRoPE"]).contains('\u{1b}'));
    assert!(
        place
            .stdout(&["search", "LongRoPE", "--color", "always"])
            .contains("\u{1b}[1m\u{1b}[33mLongRoPE")
    );
}

#[test]
fn show_says_where_else_a_story_is_told() {
    let report = |title: &str, text: &str| {
        format!("# 日报\n\n# 工具\n\n### {title}\n\nhttps://github.com/a/lanternfish\n\n{text}\n")
    };
    let place = Place::with(&[
        ("2024-02-22.md", &report("终端里的鱼缸", "把鱼养在终端里。")),
        ("2024-03-01.md", &report("lanternfish：终端里的鱼缸", "会发光。")),
    ]);
    place.stdout(&["index"]);
    let shown = place.stdout(&["show", "2024-03-01/1"]);
    let first = "\n\nalso told in\n  2024-02-22, first  终端里的鱼缸  [2024-02-22/";
    assert!(shown.contains(first), "{shown}");
    // A telling that comes later, and one that goes.
    place.write("corpus/2024-04-01.md", report("终端里的鱼缸", "还在发光。").as_bytes());
    place.stdout(&["index"]);
    let story = |id: &str| {
        let json = place.stdout(&["show", id, "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&json).unwrap()["story"].clone()
    };
    assert_eq!(story("2024-04-01/1")["count"], 3);
    assert_eq!(story("2024-04-01/1")["first"], story("2024-02-22/1")["items"][0]["id"]);
    for gone in ["2024-02-22.md", "2024-03-01.md"] {
        std::fs::remove_file(place.path("corpus").join(gone)).unwrap();
    }
    place.stdout(&["index"]);
    assert_eq!(story("2024-04-01/1"), serde_json::Value::Null);
}

#[test]
fn show_prints_an_item_whole() {
    let place = place();
    assert_eq!(
        place.stdout(&["show", "2024-02-22/1"]),
        "LongRoPE：扩展上下文窗口\n2024-02-22  论文  @论文组  [2024-02-22/m31tx7]\n\n把上下文窗口扩展到 200 万 token。\n\n\
         https://arxiv.org/abs/2402.13753\n\n2024-02/2024-02-22.md:5  dated by path: 2024-02-22\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&place.stdout(&["show", "2024-02-22/1", "--format", "json"])).unwrap();
    assert_eq!(json["body"], "把上下文窗口扩展到 200 万 token。");
    assert_eq!(json["date_from"], "path: 2024-02-22");
    place.run(&["show", "2024-02-22/9"]).fails_with(
        &place,
        2,
        "error: no item `2024-02-22/9`; did you mean `2024-02-22/fy2mjq`?",
    );
    let ran = place.run(&["show", "nonsense"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.stderr.starts_with("error: no item `nonsense`; ids look like 2024-02-22/m31tx7"),
        "{}",
        ran.stderr
    );
}

#[test]
fn tokens_shows_both_fields_and_the_query() {
    let place = place();
    place.stdout(&["index"]);
    let shown = place.stdout(&["tokens", "LongRoPE扩展"]);
    assert_eq!(
        shown,
        "words  longrope@0[0,8) 扩展@1[8,14)\n\
         atoms  longrope{long,rope}·扩·展\n\
         query  ⟨longrope∣longropes∣\"long·rope\"∣\"longrope\"∣\"…longrope…\" ∧ 扩展∣\"扩·展\"⟩\"…longrope·扩·展\"\n\
         names  扩展 ≈ \"插·件\"^0.7∣\"拓·展\"^0.7∣\"plugin\"^0.7∣\"extension\"^0.7∣addon^0.7\n       \
         longrope: in 1 title or body\n       扩展: in 2 titles and bodies\n"
    );
    // How a query is read stands below: dates, orders, filters, what is only wanted, other names, notes.
    for (typed, expected) in [
        ("去年的 LongRoPE", "date   去年: from "),
        (
            "LongRoPE 2023",
            "date   2023: from 2023-01-01 to 2023-12-31, if nothing has it as a word\n",
        ),
        ("最近的 LongRoPE", "order  最近的: newest first\n"),
        ("LongRoPE section:论文", "filter section:论文\n"),
        ("LongRoPE -author:甲", "filter not author:甲\n"),
        ("推荐一个 LongRoPE", "wanted 推荐 一个, and not needed\n"),
        ("kuozhan", "pinyin kuozhan ≈ 扩展\n"),
        ("200 万", "number 200 万 ≈ "),
        ("~LongRoPE", "note   the sign of `~LongRoPE` was ignored\n"),
    ] {
        let shown = place.stdout(&["tokens", typed]);
        assert!(shown.contains(expected), "{typed}: {shown}");
    }
    // The words of the user's dictionary are words here, too.
    place.write("dict.txt", "硅灵科技\n".as_bytes());
    let own = place.stdout(&["tokens", "硅灵科技"]);
    assert!(own.starts_with("words  科技@0[6,12) 硅灵科技@0[0,12)\n"), "{own}");
}

#[test]
fn nothing_found_is_status_1_with_the_reason() {
    let place = place();
    place.stdout(&["index"]);
    place.run(&["search", "子虚乌有"]).fails_with(
        &place,
        1,
        "baoku: nothing found: `子虚乌有` is in none of 3 items",
    );
    place.run(&["search", "LongRoPE", "-论文"]).fails_with(
        &place,
        1,
        "baoku: nothing found among 3 items without what was excluded",
    );
    place.run(&["search", "LongRoPE", "--since", "2025"]).fails_with(
        &place,
        1,
        "baoku: no report is from 2025-01-01 on; the newest report is of 2024-02-22\n\
         baoku: nothing found among 3 items with these filters",
    );
    place.run(&["search", "！！！"]).fails_with(
        &place,
        1,
        "baoku: nothing to search for: the query has no words",
    );
}

#[test]
fn wrong_values_are_reported_with_the_way_out() {
    let place = place();
    place.stdout(&["index"]);
    place.run(&["search", "x", "--since", "banana"]).fails_with(
        &place,
        2,
        "error: since: `banana` is not a date; write 2024, 2024-02, 2024-02-22, 2024Q1, 7d, today, yesterday, 今天, 上周, 近7天",
    );
    place.run(&["search", "--section", "论"]).fails_with(
        &place,
        2,
        "error: no item has the section `论`; there are `论文`, `产品`",
    );
    place.run(&["search", "--contributor", "论文祖"]).fails_with(
        &place,
        2,
        "error: no item has the contributor `论文祖`; there are `论文组`, `工具组`",
    );
    place.run(&["search", "--link", "two words"]).fails_with(
        &place,
        2,
        "error: link: `two words` is neither a URL nor a host; write arxiv.org or https://arxiv.org/abs/2402.13753",
    );
    place.run(&["search", "x", "--page", "0"]).fails_with(
        &place,
        2,
        "error: --page: 0 is out of range; pages count from 1",
    );
    let ran = place.run(&["serach", "x"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("'serve', 'search'"), "{}", ran.stderr);
}

#[test]
fn an_archive_that_is_not_there_or_empty_is_reported() {
    let place = Place::new();
    place.run(&["index"]).fails_with(
        &place,
        2,
        "error: cannot read the archive $DIR/corpus; name a folder of reports with --archive DIR: No such file or \
         directory (os error 2)",
    );
    place.write("empty/photo.png", b"\x89PNG");
    let empty = "error: no reports in $DIR/empty: baoku reads .md, .markdown and .txt files that are not hidden or \
         ignored by .gitignore";
    place.run(&["-C", "empty", "index"]).fails_with(&place, 2, empty);
    let no_index = format!("baoku: no index yet; building one from $DIR/empty\n{empty}");
    place.run(&["-C", "empty", "search", "x"]).fails_with(&place, 2, &no_index);
}

#[test]
fn files_that_are_not_reports_are_named_and_the_rest_is_indexed() {
    let place = place();
    place.write("corpus/binary.md", &[0, 1, 2, 255, 0, 7]);
    place.write("corpus/empty.md", b"");
    place.write("corpus/undated.md", "# 一篇没有日期的文章\n\n只有一段话。\n".as_bytes());
    place.write("corpus/broken.md", b"# [broken ](( **\n\n```\nnever closed\n\n<div <p");
    place.write("corpus/one line.txt", "很长的一行".repeat(10_000).as_bytes());
    let ran = place.run(&["index", "--verbose"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stdout.starts_with("6 items from 4 reports in "), "{}", ran.stdout);
    assert_eq!(
        ran.stderr,
        "baoku: binary.md: error: not a text file; left out [unreadable]\n\
         baoku: broken.md: warning: no date found; name the file by its date, such as 2024-02-22.md [no-date]\n\
         baoku: one line.txt: warning: no date found; name the file by its date, such as 2024-02-22.md [no-date]\n\
         baoku: undated.md: warning: no date found; name the file by its date, such as 2024-02-22.md [no-date]\n\
         baoku: empty.md: warning: no items found [no-items]\n"
    );
    assert_eq!(place.ids(&["只有一段话"]), ["undated/1"]);
    assert_eq!(place.ids(&["--since", "2024"]).len(), 3, "undated items are in no range of dates");
}

#[test]
fn a_damaged_index_is_built_again() {
    let place = place();
    for damage in ["{\"half\":", "{\"head\":{", "", "\0\0"] {
        place.stdout(&["index"]);
        place.write("index/manifest.json", damage.as_bytes());
        let ran = place.run(&["search", "LongRoPE", "--format", "ids"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/m31tx7\n"), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("baoku: the index is damaged ("), "{}", ran.stderr);
    }
    // A manifest whose end is missing.
    place.stdout(&["index"]);
    let manifest = std::fs::read(place.path("index/manifest.json")).unwrap();
    place.write("index/manifest.json", &manifest[..manifest.len() - 20]);
    let ran = place.run(&["search", "LongRoPE", "--format", "ids"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/m31tx7\n"), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("baoku: the index is damaged ("), "{}", ran.stderr);
    // A segment that is gone.
    place.stdout(&["index"]);
    for entry in std::fs::read_dir(place.path("index")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "store") {
            std::fs::write(path, b"x").unwrap();
        }
    }
    let ran = place.run(&["search", "LongRoPE", "--format", "ids"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/m31tx7\n"), "{}", ran.stderr);
}

/// Changes a byte in the middle of every file of an extension.
fn damage(index: &std::path::Path, extension: &str) {
    for entry in std::fs::read_dir(index).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|found| found == extension) {
            let mut bytes = std::fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x55;
            std::fs::write(path, bytes).unwrap();
        }
    }
}

#[test]
fn every_damaged_file_is_named_by_a_check_that_writes_nothing() {
    let place = place();
    place.stdout(&["index"]);
    let ran = place.run(&["index", "--check"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for extension in
        ["term", "idx", "pos", "fast", "fieldnorm", "store", "latin", "titles", "records", "said"]
    {
        place.stdout(&["index"]);
        damage(&place.path("index"), extension);
        for _ in 0..2 {
            let ran = place.run(&["index", "--check"]);
            assert_eq!((ran.status, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
            let end = format!(".{extension}: its content has changed); run `baoku index`\n");
            assert!(ran.stderr.ends_with(&end), "{}", ran.stderr);
        }
        let ran = place.run(&["index"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        assert!(ran.stderr.starts_with("baoku: the index is damaged ("), "{}", ran.stderr);
    }
}

#[test]
fn a_search_that_meets_damage_builds_the_index_again_and_never_panics() {
    let place = place();
    for extension in ["term", "idx", "pos", "store"] {
        place.stdout(&["index"]);
        for entry in std::fs::read_dir(place.path("index")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|found| found == extension) {
                // As long as before, so that only reading shows it.
                let length = std::fs::read(&path).unwrap().len();
                std::fs::write(path, vec![0xA5; length]).unwrap();
            }
        }
        let ran = place.run(&["search", "LongRoPE", "--format", "ids"]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/m31tx7\n"), "{}", ran.stderr);
        assert!(ran.stderr.contains("the index is damaged ("), "{}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn an_index_of_another_version_is_built_again() {
    let place = place();
    place.stdout(&["index"]);
    let manifest = std::fs::read_to_string(place.path("index/manifest.json")).unwrap();
    // Older formats had no second line.
    let now = format!("\"format\":{}", baoku::index::FORMAT_VERSION);
    assert!(manifest.contains(&now), "{manifest}");
    let older = manifest.lines().next().unwrap().replace(&now, "\"format\":5") + "\n";
    place.write("index/manifest.json", older.as_bytes());
    let ran = place.run(&["search", "LongRoPE", "--format", "ids"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/m31tx7\n"), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("baoku: the index was made by baoku "), "{}", ran.stderr);
    assert!(ran.stderr.lines().next().unwrap().ends_with("; building it again"), "{}", ran.stderr);
}

#[test]
fn an_index_of_another_archive_is_not_overwritten() {
    let place = place();
    place.stdout(&["index"]);
    place.write("other/2024-01-01.md", REPORT.as_bytes());
    let refused = "error: the index $DIR/index belongs to the archive $DIR/corpus; name another index with --index \
        DIR, or replace it with `baoku index --replace`";
    place.run(&["-C", "other", "--index", "index", "index"]).fails_with(&place, 2, refused);
    place.run(&["-C", "other", "--index", "index", "search", "x"]).fails_with(&place, 2, refused);
    // Without a name the index of another archive lies in the cache folder.
    assert_eq!(
        place.stdout(&["-C", "other", "search", "LongRoPE", "--format", "ids"]),
        "2024-01-01/m31tx7\n"
    );
    assert!(place.path("cache/baoku").is_dir());
    assert_eq!(place.run(&["index", "other"]).status, 0, "one path is the archive");
    assert_eq!(place.ids(&["-C", "other", "LongRoPE"]), ["2024-01-01/1"]);
    place.stdout(&["-C", "other", "--index", "index", "index", "--replace"]);
    assert_eq!(place.stdout(&["-C", "other", "--index", "index", "search", "--count"]), "3\n");
}

#[test]
fn several_folders_are_sources_of_one_index() {
    let place = Place::new();
    place.write("甲/2024-01-01.md", REPORT.as_bytes());
    place.write("乙/2024-01-01.md", REPORT.replace("LongRoPE", "ShortRoPE").as_bytes());
    place.stdout(&["--index", "both", "index", "甲", "乙"]);
    let ids = |args: &[&str]| place.ids(&[&["--index", "both"], args].concat());
    assert_eq!(ids(&["LongRoPE"]), ["甲/2024-01-01/1"]);
    assert_eq!(ids(&["--source", "乙"]).len(), 3);
    assert_eq!(
        place.stdout(&["--index", "both", "show", "乙/2024-01-01/1"]).lines().next(),
        Some("ShortRoPE：扩展上下文窗口")
    );
}

#[test]
fn names_of_files_cannot_steer_the_terminal() {
    let place = place();
    place.write("corpus/\u{1b}[31mred\u{202E}.md", &[0, 1, 2, 255, 0, 7]);
    let ran = place.run(&["index"]);
    assert_eq!(
        ran.stderr,
        "baoku: \\x1B[31mred\\u{202e}.md: error: not a text file; left out [unreadable]\n"
    );
}

#[test]
fn a_folder_that_is_not_an_index_is_left_alone() {
    let place = place();
    place.write("precious/notes.md", b"mine");
    place.run(&["--index", "precious", "index"]).fails_with(
        &place,
        2,
        "error: $DIR/precious is not an index and not empty; name another folder with --index DIR",
    );
    assert_eq!(std::fs::read_dir(place.path("precious")).unwrap().count(), 1);
}

#[test]
fn a_locked_index_names_who_holds_it_and_stays_usable() {
    let place = place();
    place.stdout(&["index"]);
    let mut lock = std::fs::OpenOptions::new()
        .read(true)
        .write(true)
        .open(place.path("index/.baoku.lock"))
        .unwrap();
    lock.lock().unwrap();
    write!(lock, "4242").unwrap();
    let ran = place.run(&["index", "--wait", "0", "--rebuild"]);
    ran.fails_with(
        &place,
        2,
        "error: the index $DIR/index is being written by process 4242; try again when it has finished",
    );
    assert_eq!(place.ids(&["LongRoPE"]), ["2024-02-22/1"]);
}

#[test]
fn changed_files_are_noticed_and_brought_in_step() {
    let place = place();
    place.stdout(&["index"]);
    place.write("corpus/2024-03-01.md", REPORT.replace("LongRoPE", "ShortRoPE").as_bytes());
    let ran = place.run(&["search", "ShortRoPE"]);
    assert!(
        ran.stderr.contains(
            "changed since the index was built; `baoku index` or --sync brings it in step"
        )
    );
    assert_eq!(place.ids(&["ShortRoPE", "--sync"]), ["2024-03-01/1"]);
    std::fs::remove_file(place.path("corpus/2024-03-01.md")).unwrap();
    let ran = place.run(&["index"]);
    assert!(ran.stdout.contains("; 0 files read, 1 gone"), "{}", ran.stdout);
    assert_eq!(place.ids(&["ShortRoPE"]).len(), 0);
    let ran = place.run(&["index"]);
    assert!(ran.stdout.ends_with("; nothing changed\n"), "{}", ran.stdout);
}

#[test]
fn an_interrupted_index_leaves_the_last_good_one() {
    let place = place();
    place.stdout(&["index"]);
    for number in 0..200 {
        let text = REPORT.repeat(20).replace("LongRoPE", &format!("Name{number}"));
        place.write(&format!("corpus/more/{number}.md"), text.as_bytes());
    }
    let mut child = place
        .command(&["index", "--threads", "1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The lock is held once the program is at work.
    let start = Instant::now();
    let lock = place.path("index/.baoku.lock");
    while std::fs::read_to_string(&lock).unwrap_or_default().is_empty()
        && start.elapsed() < Duration::from_secs(10)
    {
        std::thread::yield_now();
    }
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let status = child.wait().unwrap();
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!(
        (status.code(), stderr.as_str()),
        (Some(130), "error: interrupted; nothing was changed\n")
    );
    assert_eq!(place.ids(&["LongRoPE"]), ["2024-02-22/1"]);
    place.stdout(&["index"]);
    // The next writer leaves nothing behind but what it names, its lock and the manifest.
    let manifest = std::fs::read_to_string(place.path("index/manifest.json")).unwrap();
    let left = std::fs::read_dir(place.path("index")).unwrap().map(|entry| entry.unwrap());
    let unnamed = left.filter(|entry| !manifest.contains(entry.file_name().to_str().unwrap()));
    let mut unnamed: Vec<_> = unnamed.map(|entry| entry.file_name()).collect();
    unnamed.sort();
    assert_eq!(unnamed, [".baoku.lock", "manifest.json"]);
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let place = place();
    place.stdout(&["index"]);
    let mut child = place
        .command(&["search", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.stderr.as_str()), (0, ""));
}

#[test]
fn a_configuration_file_is_found_upwards_and_wrong_keys_are_named() {
    let place = Place::new();
    place.write("baoku.toml", b"archive = \"reports\"\nindex = \"found\"\n");
    place.write("reports/2024-02-22.md", REPORT.as_bytes());
    place.write("deep/er/x", b"");
    let output = place
        .command(&["search", "LongRoPE", "--format", "ids"])
        .current_dir(place.path("deep/er"))
        .output();
    assert_eq!(String::from_utf8(output.unwrap().stdout).unwrap(), "2024-02-22/m31tx7\n");
    assert!(place.path("found/manifest.json").is_file());
    place.write("baoku.toml", b"archiv = \"reports\"\n");
    place.run(&["search", "x"]).fails_with(
        &place,
        2,
        "error: cannot use $DIR/baoku.toml: line 1: unknown key `archiv`; did you mean `archive`?",
    );
}

#[test]
fn the_server_answers_and_stops_when_asked() {
    let place = place();
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut child = place
            .command(&["serve", "--addr", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let addr = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "the server ended");
            if let Some((_, rest)) = line.split_once("http://") {
                break rest.split('/').next().unwrap().to_owned();
            }
        };
        let get = |target: &str| {
            let mut stream = TcpStream::connect(&addr).unwrap();
            write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        // The first time there is an index to be built.
        let begun = Instant::now();
        while !get("/readyz").starts_with("HTTP/1.1 200 OK") {
            assert!(begun.elapsed() < Duration::from_secs(60), "the index is not built");
        }
        let answer = get("/api/v1/search?q=LongRoPE");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK") && answer.contains("\"total\":1"),
            "{answer}"
        );
        std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let ran = place.run(&["serve", "--addr", &addr]);
    ran.fails_with(
        &place,
        2,
        &format!(
            "error: cannot listen on {addr}; choose another address with --addr HOST:PORT: Address already in use (os \
             error 98)"
        ),
    );
}

#[test]
fn help_and_completions_are_printed() {
    let place = Place::new();
    assert!(place.stdout(&["--help"]).contains("baoku search --section 论文 --since 2024-02"));
    assert!(place.stdout(&["search", "--help"]).contains("Query language:"));
    assert!(place.stdout(&["completions", "bash"]).contains("_baoku"));
    assert!(place.stdout(&["--version"]).starts_with("baoku 0."));
}
