//! Archives as people have them: several sources, configuration, checks, counts, files that are hard to read, and an
//! index that follows its folder.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Place, Ran};

const WEEKLY: &str = "# 示例周刊（第 7 期）\n\n这里记录每周值得分享的内容，欢迎投稿。\n\n## 工具\n\n\
    1、[ToolA](https://github.com/example/tool-a)\n\n一个示例工具，支持上下文窗口。\n\n2、[ToolB](https://example.com/b)\n\n\
    另一个工具。\n\n## 招聘\n\n1、招一位编辑\n\n## 订阅\n\n每周五发布。\n";
const DIGEST: &str = "# 示例日报 2024-02-22\n\n- [LongRoPE](https://arxiv.org/abs/2402.13753v2)：扩展上下文窗口\n\
    - [ToolC](https://example.com/c)：第三个工具\n";

/// Two sources with their configuration.
fn place() -> Place {
    let place = Place::new();
    place.write("weekly/issue-7.md", WEEKLY.as_bytes());
    place.write(
        "weekly/issue-8.md",
        WEEKLY.replace("第 7 期", "第 8 期").replace("ToolA", "ToolD").as_bytes(),
    );
    place.write("digest/2024-02-22.md", DIGEST.as_bytes());
    place.write("digest/drafts/2024-02-23.md", DIGEST.as_bytes());
    let configuration = "[[source]]\nname = \"周刊\"\npath = \"weekly\"\nskip_sections = [\"招聘\"]\n\
        base_url = \"https://example.com/issues/{issue}\"\n\n[[source]]\npath = \"digest\"\nshape = \"list\"\n\
        exclude = [\"drafts/\"]\nbase_url = \"https://example.com/digest/\"\n";
    place.write("baoku.toml", configuration.as_bytes());
    place
}

fn json(place: &Place, args: &[&str]) -> Value {
    let ran = place.run(args);
    serde_json::from_str(&ran.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}{}", ran.stdout, ran.stderr))
}

#[test]
fn sources_of_the_configuration_are_one_index() {
    let place = place();
    assert_eq!(place.ids(&["工具"]).len(), 5);
    assert_eq!(place.ids(&["--source", "周刊"]).len(), 4);
    assert_eq!(place.ids(&["source:digest"]), ["2024-02-22/1", "2024-02-22/2"]);
    let item = json(&place, &["show", "周刊/issue-7/1", "--format", "json"]);
    assert_eq!(item["report_url"], "https://example.com/issues/7");
    assert_eq!(item["issue"], 7);
    let item = json(&place, &["show", "digest/2024-02-22/1", "--format", "json"]);
    assert_eq!(item["report_url"], "https://example.com/digest/2024-02-22.md");
    assert_eq!(item["links"][0]["kind"], "arxiv");
    assert_eq!(item["date_from"], "path: 2024-02-22");
    // Left out by configuration.
    assert_eq!(place.run(&["search", "编辑", "--count"]).stdout, "0\n");
}

#[test]
fn issues_are_dated_as_the_configuration_says() {
    let place = place();
    let date = |text: &str| {
        place.write("baoku.toml", format!("[[source]]\npath = \"weekly\"\n{text}").as_bytes());
        let item = json(&place, &["show", "issue-8/1", "--format", "json"]);
        (item["date"].clone(), item["date_from"].clone())
    };
    assert_eq!(date(""), (Value::Null, Value::Null));
    for first in ["\"2016-05-28\"", "2016-05-28"] {
        let text = format!("first = {{ issue = 7, date = {first} }}\nevery = \"2 weeks\"\n");
        let from = "baoku.toml: issue 7 of 2016-05-28, every 2 weeks";
        assert_eq!(date(&text), (Value::from("2016-06-11"), Value::from(from)));
    }
}

#[test]
fn another_configuration_reads_the_archive_again() {
    let place = place();
    assert_eq!(place.ids(&["工具"]).len(), 5);
    let text = fs::read_to_string(place.path("baoku.toml")).unwrap();
    place.write("baoku.toml", text.replace("skip_sections = [\"招聘\"]\n", "").as_bytes());
    let ran = place.run(&["search", "编辑", "--format", "ids"]);
    assert!(
        ran.stderr.contains("the sources are not those the index was made of; building it again"),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stdout.lines().count(), 2);
    place.write("more/2024-03-01.md", DIGEST.as_bytes());
    place.write("baoku.toml", format!("{text}\n[[source]]\npath = \"more\"\n").as_bytes());
    assert_eq!(place.ids(&["LongRoPE"]), ["2024-03-01/1", "2024-02-22/1"]);
}

#[test]
fn an_issue_is_found_by_its_number() {
    let place = place();
    assert_eq!(place.ids(&["第7期"]), ["issue-7/1", "issue-7/2"]);
    assert_eq!(place.ids(&["第 8 期 ToolD"]), ["issue-8/1"]);
    assert_eq!(place.ids(&["#7", "ToolA"]), ["issue-7/1"]);
    assert_eq!(place.ids(&["issue:7..8"]).len(), 4);
    assert_eq!(place.ids(&["--issue", "8.."]).len(), 2);
    assert_eq!(place.ids(&["ToolB", "期号：7"]), ["issue-7/2"]);
    place.run(&["search", "--issue", "x"]).fails_with(
        &place,
        2,
        "error: issue: `x` is not the number of an issue; write 290, 290..300 or 300..",
    );
}

#[test]
fn wrong_configuration_is_reported_with_the_way_out() {
    let place = place();
    for (text, expected) in [
        (
            "[[source]]\npath = \"weekly\"\nshap = \"list\"\n",
            "line 3: unknown key `shap`; did you mean `shape`?",
        ),
        ("# a comment\nsinc = true\n", "line 2: unknown key `sinc`; did you mean `sync`?"),
        (
            "unfathomable = 1\n",
            "line 1: unknown key `unfathomable`; there are archive, index, sync, dictionary, synonyms, shipped_synonyms, \
             aliases, source",
        ),
        (
            "[[source]]\npath = \"weekly\"\n[[source]]\nname = \"weekly\"\npath = \"digest\"\n",
            "two sources are called `weekly` ($DIR/weekly and $DIR/digest); give one of them another `name`",
        ),
        (
            "[[source]]\npath = \"weekly\"\nshape = \"table\"\n",
            "line 3: unknown variant `table`, expected one of `headings`, `numbered`, `list`, `entries`, `page`",
        ),
        (
            "[[source]]\nname = \"a/b\"\npath = \"weekly\"\n",
            "`a/b` cannot be the name of a source; ids of items begin with it",
        ),
        (
            "[[source]]\npath = \"weekly\"\nbase_url = \"x\"\n",
            "source `weekly`: base_url has to begin with https:// or http://",
        ),
        (
            "[[source]]\npath = \"weekly\"\nevery = \"week\"\n",
            "source `weekly`: `every` needs to know one issue and its day: add `first = { issue = 1, date = \
             \"2024-02-22\" }`",
        ),
        (
            "[[source]]\npath = \"weekly\"\nfirst = { issue = 7, date = \"spring\" }\n",
            "source `weekly`: `spring` is not a day; write `first.date` like \"2024-02-22\"",
        ),
    ] {
        place.write("baoku.toml", text.as_bytes());
        let expected = format!("error: cannot use $DIR/baoku.toml: {expected}");
        place.run(&["search", "x"]).fails_with(&place, 2, &expected);
    }
    place.write("baoku.toml", b"[[source]]\npath = \"weekly\"\nexclude = [\"a{\"]\n");
    let ran = place.run(&["index"]);
    assert!(
        ran.status == 2 && ran.stderr.contains("source `weekly`: `a{` is not a pattern"),
        "{}",
        ran.stderr
    );
    place.write("baoku.toml", b"[[source]]\npath = \"nowhere\"\n");
    let expected = "error: cannot read the archive $DIR/nowhere; name a folder of reports with --archive DIR: \
                    No such file or directory (os error 2)";
    place.run(&["index"]).fails_with(&place, 2, expected);
}

#[test]
fn init_writes_a_configuration_that_works() {
    let place = Place::new();
    place.write("my reports/weekly/issue-7.md", WEEKLY.as_bytes());
    place.write("my reports/digest/2024-02-22.md", DIGEST.as_bytes());
    let ran = place.run(&["init", "my reports"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("with 2 sources"), "{}", ran.stderr);
    let written = fs::read_to_string(place.path("my reports/baoku.toml")).unwrap();
    for expected in [
        "name = \"digest\"\npath = \"digest\"",
        "# 1 file: 2 items in 1 report",
        "# shape = \"numbered\"",
        "\"工具\"",
    ] {
        assert!(written.contains(expected), "{expected} is not in {written}");
    }
    let found = place.stdout(&["-C", "my reports", "search", "LongRoPE", "--format", "ids"]);
    assert_eq!(found, "2024-02-22/m31tx7\n");
    assert!(place.path("my reports/index/manifest.json").is_file());
    place.run(&["init", "my reports"]).fails_with(
        &place,
        2,
        "error: cannot use $DIR/my reports/baoku.toml: it is there already; --force replaces it, --stdout prints a new one",
    );
    assert_eq!(place.stdout(&["init", "my reports", "--stdout"]), written);
    // Folders of years are one source.
    place.write("years/2023/12/31.md", DIGEST.as_bytes());
    place.write("years/2024/01/01.md", DIGEST.as_bytes());
    assert_eq!(place.stdout(&["init", "years", "--stdout"]).matches("[[source]]").count(), 1);
}

#[test]
fn an_index_may_lie_inside_its_archive() {
    let place = Place::new();
    place.write("2024-02-22.md", DIGEST.as_bytes());
    assert_eq!(place.run(&["init"]).status, 0);
    assert_eq!(place.ids(&["LongRoPE"]), ["2024-02-22/1"]);
    let again = place.run(&["search", "LongRoPE", "--format", "ids"]);
    assert_eq!((again.stdout.as_str(), again.stderr.as_str()), ("2024-02-22/m31tx7\n", ""));
    place.write("2024-02-23.md", DIGEST.as_bytes());
    assert!(
        place.run(&["search", "LongRoPE"]).stderr.contains("has changed since the index was built")
    );
}

#[test]
fn an_id_leads_to_its_item_wherever_that_is_now() {
    let place = Place::new();
    let items = |titles: &[&str]| {
        let item = |(at, title): (usize, &&str)| format!("{at}、{title}的消息\n\n正文。\n\n");
        (1..).zip(titles).map(item).collect::<String>()
    };
    place.write("a/weekly/1.md", items(&["甲", "乙", "丙"]).as_bytes());
    place.write("a/weekly/2.md", items(&["丁", "戊"]).as_bytes());
    let of = |title: &str| {
        place.stdout(&["--archive", "a", "index"]);
        let found = place.stdout(&["--archive", "a", "search", "--format", "ids", title]);
        found.trim().to_owned()
    };
    let shown = |id: &str| {
        place.stdout(&["--archive", "a", "index"]);
        let ran = place.run(&["--archive", "a", "show", id, "--format", "json"]);
        let item: Value = serde_json::from_str(&ran.stdout).unwrap_or_default();
        (item["title"].as_str().unwrap_or_default().to_owned(), ran.stderr.trim().to_owned())
    };
    let (second, third) = (of("乙的消息"), of("丙的消息"));
    assert!(second.starts_with("1/"), "{second}");
    // Another item before it, and another report of that name that lies as deep.
    place.write("a/weekly/1.md", items(&["新", "甲", "丙", "乙"]).as_bytes());
    place.write("a/daily/1.md", items(&["庚"]).as_bytes());
    assert_eq!(of("乙的消息"), format!("weekly/{second}"));
    let note = |id: &str| format!("baoku: `{id}` is weekly/{id} now");
    assert_eq!(shown(&second), ("乙的消息".to_owned(), note(&second)));
    assert_eq!(shown(&format!("weekly/{second}")), ("乙的消息".to_owned(), String::new()));
    // As it was known to an index with several sources, and by its place.
    assert_eq!(shown("a/weekly/1/4"), ("乙的消息".to_owned(), String::new()));
    assert_eq!(shown("1/4").0, "");
    // It moves into another report.
    place.write("a/weekly/2.md", items(&["丁", "乙", "戊"]).as_bytes());
    place.write("a/weekly/1.md", items(&["甲", "丙"]).as_bytes());
    assert_eq!(shown(&second).0, "乙的消息");
    assert!(shown(&second).1.contains(" is 2/"), "{}", shown(&second).1);
    // It goes.
    place.write("a/weekly/2.md", items(&["丁", "戊"]).as_bytes());
    let (title, says) = shown(&second);
    assert!(title.is_empty() && says.contains("no item"), "{says}");
    assert_eq!(shown(&third).0, "丙的消息");
}

#[test]
fn check_reads_what_the_index_is_made_of() {
    let place = Place::new();
    place.write("2024-02-22.md", DIGEST.as_bytes());
    place.write("dict.txt", "硅灵科技\n".as_bytes());
    place.write("index/2024-02-23.md", DIGEST.as_bytes());
    place.write("baoku.toml", b"archive = \".\"\nindex = \"index\"\n");
    let found = json(&place, &["check", "--format", "json"]);
    assert_eq!((&found["sources"][0]["files"], &found["warnings"]), (&1.into(), &0.into()));
}

#[test]
fn check_shows_what_was_understood_and_what_is_wrong() {
    let place = place();
    let ran = place.run(&["check"]);
    assert_eq!(ran.status, 1, "{}", ran.stderr);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "weekly/issue-7.md: warning: no date found; name the file by its date, such as 2024-02-22.md \
         [no-date]"
    );
    assert_eq!(lines[3], "周刊: 2 reports with 4 items in 2 files");
    assert_eq!(lines[4], "  shapes        numbered 2 reports (4 items)");
    assert_eq!(lines[5], "  dates         2 not dated");
    assert!(ran.stdout.ends_with("0 errors, 2 warnings, 0 notes\n"), "{}", ran.stdout);
    let found = json(&place, &["check", "--format", "json", "--left-out"]);
    assert_eq!(found["sources"][1]["items"], 2);
    assert_eq!(found["sources"][1]["dated"]["day"], 1);
    assert_eq!(found["diagnostics"][0]["path"], "issue-7.md");
    let left = found["sources"][0]["left_out_text"].to_string();
    for reason in [
        "boilerplate section",
        "introduction",
        "title of the report",
        "section left out by baoku.toml",
    ] {
        assert!(left.contains(reason), "{reason}: {left}");
    }
    // One source that is in order.
    let ran = place.run(&["check", "digest/2024-02-22.md"]);
    assert_eq!(
        (ran.status, ran.stdout.ends_with("0 errors, 0 warnings, 0 notes\n")),
        (0, true),
        "{}",
        ran.stdout
    );
    place.write("digest/2024-02-22b.md", DIGEST.as_bytes());
    let ran = place.run(&["check", "digest"]);
    assert!(
        ran.stdout.contains(
            "digest/2024-02-22b.md: warning: is of 2024-02-22, like `2024-02-22.md` [same-day]"
        ),
        "{}",
        ran.stdout
    );
}

#[test]
fn strict_counts_notes() {
    let place = Place::with(&[(
        "2024-02-22.md",
        "# 日报\n\n## 要闻\n\n##工具\n\n1、第一条\n\n正文。\n\n2、第二条\n\n正文。\n",
    )]);
    assert_eq!(place.run(&["check"]).status, 0);
    let ran = place.run(&["check", "--strict"]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.stdout.contains("corpus/2024-02-22.md:5: note: a heading without a space behind its #"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_file_is_explained() {
    let place = place();
    let explained = place.stdout(&["check", "--explain", "weekly/issue-8.md"]);
    let expected = "issue-8.md\n  title  示例周刊（第 8 期）\n  shape  numbered: 3 items begin with a number\n  date   none\n  issue  8\n\n\
        2 items\n    1  7-9        ToolD\n                  工具 · 1 link · 15 characters\n    \
        2  11-13      ToolB\n                  工具 · 1 link · 6 characters\n\nseries\n  around     1 report, issue-7.md to issue-7.md\n  \
        shapes     numbered 1\n  items      2 to 2, about 2\n  sections   工具 1\n\nleft out\n  \
        1          title of the report: 示例周刊（第 8 期）\n  3          introduction: 这里记录每周值得分享的内容，欢迎投稿。\n  \
        17         section left out by baoku.toml: 招一位编辑\n  19         boilerplate section: 订阅\n  \
        21         boilerplate section: 每周五发布。\n\nnoticed\n             \
        warning: no date found; name the file by its date, such as 2024-02-22.md [no-date]\n";
    assert_eq!(explained, expected);
    let explained = json(&place, &["check", "--explain", "weekly/issue-8.md", "--format", "json"]);
    assert_eq!(explained["items"][1]["lines"], serde_json::json!([[11, 13]]));
    assert_eq!(explained["shape"], "numbered");
    place.run(&["check", "--explain", "nothing.md"]).fails_with(
        &place,
        2,
        "error: cannot read nothing.md: No such file or directory (os error 2)",
    );
}

#[test]
fn stats_count_the_index() {
    let place = place();
    let text = place.stdout(&["stats"]);
    assert!(text.starts_with("6 items in 3 reports\n  sources       周刊 4, digest 2\n"), "{text}");
    let counts = json(&place, &["stats", "--format", "json"]);
    assert_eq!(
        (&counts["items"], &counts["reports"], &counts["links"]),
        (&6.into(), &3.into(), &4.into())
    );
    assert_eq!(counts["months"], serde_json::json!([{"value": "2024-02", "count": 2}]));
    assert_eq!(counts["undated_reports"], 2);
    assert!(counts["index_bytes"].as_u64().unwrap() > 1_000);
}

#[test]
fn files_that_are_hard_to_read_are_reported_and_everything_else_is_found() {
    let place = Place::with(&[(
        "2024-01-02.md",
        "# 日报\n\n## 要闻\n\n1、第一条好新闻\n\n2、第二条好新闻\n",
    )]);
    let write = |name: &str, bytes: &[u8]| place.write(&format!("corpus/{name}"), bytes);
    write("2024-01-01-empty.md", b"");
    write(
        "2024-01-03-line.md",
        format!("1、{}\n\n2、后一条\n", "模型推理 ".repeat(100_000)).as_bytes(),
    );
    let nested: String =
        (0..1_000).map(|depth| format!("{}- 第{depth}层\n", "  ".repeat(depth))).collect();
    write("2024-01-04-nested.md", nested.as_bytes());
    write("2024-01-05-fence.md", "1、围栏之前\n\n2、还有一条\n\n```\n没有闭合\n".as_bytes());
    write(
        "2024-01-06-soup.md",
        "<div><p>汤里的字<table><tr><td>乙<div></p><b>丙".repeat(500).as_bytes(),
    );
    write(
        "2024-01-07-utf8.md",
        &["1、坏掉的".as_bytes(), b"\xFF\xFE", "一条\n\n2、完好的一条\n".as_bytes()].concat(),
    );
    write(
        "2024-01-08-front.md",
        "---\ntitle: \"x\ndate: [\n---\n\n前言坏了正文还在。\n".as_bytes(),
    );
    write("名字 有 空格 2024-01-09.md", "# 空格\n".as_bytes());
    write("🎉2024-01-10.md", "# 表情\n".as_bytes());
    write("new\nline-2024-01-11.md", "# 断开的名字\n".as_bytes());
    write("Case-2024-01-13.md", "# 大写\n".as_bytes());
    write("case-2024-01-13.md", "# 小写\n".as_bytes());
    write("2024-01-22-nul.md", b"\0\x01\x02");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        for (name, text) in [
            (&b"bad\xFF-2024-01-12.md"[..], "# 坏名甲\n"),
            (b"bad\xFE-2024-01-12.md", "# 坏名乙\n"),
        ] {
            fs::write(place.path("corpus").join(std::ffi::OsStr::from_bytes(name)), text).unwrap();
        }
        fs::create_dir(place.path("corpus").join(std::ffi::OsStr::from_bytes(b"dir\xFF"))).unwrap();
        std::os::unix::fs::symlink(".", place.path("corpus/loop")).unwrap();
        std::os::unix::fs::symlink("nowhere.md", place.path("corpus/2024-01-14-dangling.md"))
            .unwrap();
    }
    let ran = place.run(&["index", "--verbose"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    for expected in [
        "2024-01-01-empty.md: warning: no items found",
        "2024-01-07-utf8.md: warning: not valid UTF-8 in 2 places, read as",
        "2024-01-08-front.md:1: warning: the front matter cannot be read",
        "2024-01-22-nul.md: error: not a text file; left out",
        "case-2024-01-13.md: warning: differs from `Case-2024-01-13.md` only in case",
        "loop: warning: a link back to `.`; not followed",
        "2024-01-14-dangling.md: warning: a link to `nowhere.md`, which is missing; left out",
    ] {
        assert!(ran.stderr.contains(expected), "{expected}\n{}", ran.stderr);
    }
    for (query, found) in [
        ("第二条好新闻", 1),
        ("\"后一条\"", 1),
        ("第999层", 1),
        ("没有闭合", 1),
        ("汤里的字", 1),
        ("完好的一条", 1),
        ("前言坏了正文还在", 1),
        ("空格", 1),
        ("表情", 1),
        ("断开的名字", 1),
        ("大写 OR 小写", 2),
        ("坏名甲 OR 坏名乙", 2),
    ] {
        assert_eq!(place.ids(&[query]).len(), found, "{query}");
    }
    let again = place.run(&["index"]);
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
    assert_eq!(place.run(&["search", "表情"]).stderr, "");
}

#[test]
fn an_index_follows_its_folder_until_it_is_stopped() {
    let place = place();
    let mut child = place
        .command(&["index", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("following the files") {
        line.clear();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "the program ended");
    }
    let waits_for = |query: &str, count: usize| {
        let start = Instant::now();
        while place.ids(&[query]).len() != count {
            assert!(start.elapsed() < Duration::from_secs(20), "{query} is not in step");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    place.write(
        "digest/2024-03-01.md",
        "- [Neuling](https://example.com/n)：新来的\n- [Andere](https://example.com/o)：另一条\n"
            .as_bytes(),
    );
    waits_for("Neuling", 1);
    place.write(
        "digest/2024-03-01.md",
        "- [Umbenannt](https://example.com/n)：改了\n- [Andere](https://example.com/o)：另一条\n"
            .as_bytes(),
    );
    waits_for("Umbenannt", 1);
    waits_for("Neuling", 0);
    fs::rename(place.path("digest/2024-03-01.md"), place.path("digest/2024-03-02.md")).unwrap();
    waits_for("Umbenannt date:2024-03-02", 1);
    fs::remove_file(place.path("digest/2024-03-02.md")).unwrap();
    waits_for("Umbenannt", 0);
    std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn dates_move_with_their_neighbours_as_in_a_fresh_index() {
    let image = |issue: u32, day: &str| {
        format!(
            "# 示例周刊（第 {issue} 期）\n\n## 工具\n\n1、工具甲{issue}\n\n![](https://img.example/bg{day}01.png)\n\n2、工具乙{issue}\n"
        )
    };
    let bare = |issue: u32| {
        format!("# 示例周刊（第 {issue} 期）\n\n## 工具\n\n1、工具甲{issue}\n\n2、工具乙{issue}\n")
    };
    let place = Place::new();
    for (issue, day) in
        [(1, "20190104"), (2, "20190111"), (4, "20190125"), (5, "20190201"), (6, "20190208")]
    {
        place.write(&format!("corpus/issue-{issue}.md"), image(issue, day).as_bytes());
    }
    place.write("corpus/issue-3.md", bare(3).as_bytes());
    assert_eq!(place.ids(&["date:2019-01", "甲"]).len(), 4);
    // The evidence of a neighbour goes: what it dated is dated anew.
    for issue in [1, 2, 4] {
        place.write(&format!("corpus/issue-{issue}.md"), bare(issue).as_bytes());
    }
    let followed = place.stdout(&["search", "甲", "--sync", "--format", "json", "-n", "100"]);
    let fresh =
        place.stdout(&["search", "甲", "--index", "fresh", "--format", "json", "-n", "100"]);
    assert_eq!(followed, fresh);
}

#[test]
fn a_source_names_redirects_of_its_own() {
    let place = Place::new();
    let report =
        "# 日报\n\n## 资讯\n\n### 甲\n\nhttps://go.example/out?to=https%3A%2F%2Fb.example%2Fy\n";
    place.write("reports/2024-02-22.md", report.as_bytes());
    let source = "[[source]]\nname = \"日报\"\npath = \"reports\"\n";
    place.write("baoku.toml", source.as_bytes());
    assert_eq!(place.ids(&["link:b.example"]), Vec::<String>::new());
    let configuration = format!("{source}redirects = [\"go.example/out?to=\"]\n");
    place.write("baoku.toml", configuration.as_bytes());
    assert_eq!(place.ids(&["link:b.example"]), ["2024-02-22/1"], "the index is built again");
    let json = place.stdout(&["show", "2024-02-22/1", "--format", "json"]);
    assert!(json.contains("\"url\": \"https://b.example/y\""), "{json}");
    assert!(
        json.contains("\"written\": \"https://go.example/out?to=https%3A%2F%2Fb.example%2Fy\""),
        "{json}"
    );
    place.write("baoku.toml", format!("{source}redirects = [\"go.example\"]\n").as_bytes());
    let ran = place.run(&["search", "x"]);
    assert!(ran.stderr.contains("`go.example` is not a redirect"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_link_publishes_nothing_from_outside_the_archive() {
    let place = Place::with(&[("2024-02-22.md", "# 归档里的一条\n")]);
    place.write("secret.md", "# 外面的秘密\n".as_bytes());
    let link = place.path("corpus/2024-02-23.md");
    std::os::unix::fs::symlink("../secret.md", &link).unwrap();
    let ran = place.run(&["index"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let said =
        "2024-02-23.md: warning: a link to `../secret.md`, outside of the folder of its source";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert_eq!(place.ids(&["外面的秘密"]), <[String; 0]>::default());
    // A file that was followed before and leads elsewhere now leaves the index.
    place.write("corpus/real.md", "# 里面的一条\n".as_bytes());
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("real.md", &link).unwrap();
    place.run(&["index"]);
    assert_eq!(place.ids(&["里面的一条"]), ["2024-02-23/1", "real/1"]);
    fs::remove_file(&link).unwrap();
    std::os::unix::fs::symlink("../secret.md", &link).unwrap();
    place.run(&["index"]);
    assert_eq!(place.ids(&["里面的一条"]), ["real/1"]);
    // Whoever asks for it has it.
    place.write("baoku.toml", b"[[source]]\npath = \"corpus\"\nfollow_links = true\n");
    assert_eq!(place.ids(&["外面的秘密", "--sync"]), ["2024-02-23/1"]);
    place.write("baoku.toml", b"[[source]]\npath = \"corpus\"\n");
    assert_eq!(place.ids(&["外面的秘密", "--sync"]), <[String; 0]>::default());
}

#[cfg(unix)]
#[test]
fn a_list_that_leads_out_of_its_folder_is_used_only_if_it_is_named() {
    let place = Place::with(&[("2024-02-22.md", "# 硅灵科技发布新模型\n")]);
    place.write("other/words.txt", "硅灵科技\n".as_bytes());
    place.write("home/baoku.toml", b"archive = \"../corpus\"\n");
    std::os::unix::fs::symlink("../other/words.txt", place.path("home/dict.txt")).unwrap();
    let ran =
        Ran::from(place.command(&["index"]).current_dir(place.path("home")).output().unwrap());
    ran.fails_with(
        &place,
        2,
        "error: cannot use $DIR/home/dict.txt: outside of the folder that it belongs to; name the list that is meant in baoku.toml",
    );
    place.write("home/baoku.toml", b"archive = \"../corpus\"\ndictionary = \"dict.txt\"\n");
    let ran =
        Ran::from(place.command(&["index"]).current_dir(place.path("home")).output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
}
