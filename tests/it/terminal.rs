//! What reaches a terminal, and whether what it shows can be typed.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::ffi::OsStrExt as _;
use std::process::Stdio;

use nix::pty::{OpenptyResult, openpty};

use crate::harness::Place;

/// Colours (never one of ours: blinking), the title of the window, controls of one byte, direction, no width.
const HOSTILE: &str =
    "\u{1b}[5m\u{1b}]0;t\u{7}\u{9b}5m\u{85}\u{202e}\u{2066}\u{200b}\u{feff}\u{ad}\u{2028}恶";

/// Runs the program with a terminal as its standard output and error; returns what the terminal got.
fn on_terminal(place: &Place, args: &[&str]) -> String {
    let OpenptyResult { master, slave } = openpty(None, None).unwrap();
    let (stdout, stderr) = (slave.try_clone().unwrap(), slave);
    let mut command = place.command(args);
    command.env("TERM", "xterm-256color").stdin(Stdio::null()).stdout(stdout).stderr(stderr);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut shown = Vec::new();
    // Once nobody has the terminal open, reading from it is an error.
    let _ = File::from(master).read_to_end(&mut shown);
    child.wait().unwrap();
    String::from_utf8(shown).unwrap()
}

/// Takes our own sequences out: styles and links.
fn without_own_sequences(shown: &str) -> String {
    let mut rest = shown;
    let mut out = String::new();
    while let Some((before, behind)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        let style = behind.strip_prefix('[').and_then(|style| {
            let end = style.find(|c: char| !c.is_ascii_digit() && c != ';')?;
            style[end..].strip_prefix('m')
        });
        let link = || behind.strip_prefix("]8;;")?.split_once("\u{1b}\\").map(|(_, behind)| behind);
        rest = style.or_else(link).unwrap_or_else(|| {
            out.push('\u{1b}');
            behind
        });
    }
    out + rest
}

#[track_caller]
fn check_harmless(place: &Place, args: &[&str]) {
    let harms = |c: &char| {
        c.is_control() && !matches!(c, '\r' | '\n' | '\t')
            || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let plain = on_terminal(place, &[&["--color", "never"], args].concat());
    assert_eq!(plain.chars().find(harms), None, "{args:?}: {plain:?}");
    let styled = on_terminal(place, &[&["--color", "always"], args].concat());
    assert!(!styled.contains("\u{1b}[5m"), "{args:?}: {styled:?}");
    let plain = without_own_sequences(&styled);
    assert_eq!(plain.chars().find(harms), None, "{args:?}: {styled:?}");
}

fn hostile_place() -> Place {
    let place = Place::new();
    let report = format!(
        "---\ntitle: \"{}\"\n---\n\n# 论文{HOSTILE}\n\n### 上下文窗口{HOSTILE}\n\n贡献人：@甲{HOSTILE}\n\n\
         https://example.com/a{HOSTILE}\n\n检索增强生成（RAG{HOSTILE}）的正文{HOSTILE}。\n\n### RAG{HOSTILE}二\n\n贡献人：@乙\n\n正文二\n\n\
         # 声明{HOSTILE}\n\n声明{HOSTILE}的文字\n",
        HOSTILE.escape_default()
    );
    place.write(&format!("corpus/2024-02-22{HOSTILE}.md"), report.as_bytes());
    place.write(&format!("corpus/empty{HOSTILE}.md"), b"");
    place.write("dict.txt", format!("C{HOSTILE}\n上下文窗口{HOSTILE} 3\n").as_bytes());
    place
}

#[test]
fn nothing_of_an_archive_disturbs_a_terminal() {
    let place = hostile_place();
    assert_eq!(place.run(&["index"]).status, 0);
    check_harmless(&place, &["index", "--verbose"]);
    let id = place.ids(&["上下文窗口"]).remove(0);
    for format in ["text", "json", "jsonl", "csv", "md", "ids"] {
        check_harmless(&place, &["search", "上下文窗口", "--format", format]);
    }
    check_harmless(&place, &["search", "上下文窗口", "--explain", "--facets"]);
    for format in ["text", "json"] {
        check_harmless(&place, &["show", &id, "--format", format]);
        check_harmless(&place, &["stats", "--format", format]);
        check_harmless(&place, &["suggest", "上", "--format", format]);
        check_harmless(&place, &["dict", "aliases", "--format", format]);
        check_harmless(&place, &["check", "--strict", "--left-out", "--format", format]);
        let path = format!("corpus/2024-02-22{HOSTILE}.md");
        check_harmless(&place, &["check", "--explain", &path, "--format", format]);
    }
    check_harmless(&place, &["dict", "aliases", "--format", "list"]);
    check_harmless(&place, &["init", "corpus", "--stdout"]);
}

#[test]
fn no_argument_disturbs_a_terminal() {
    let place = hostile_place();
    place.run(&["index"]);
    place.run(&["--index", HOSTILE, "index"]);
    let option = format!("--{HOSTILE}");
    for args in [
        &[HOSTILE][..],
        &[&option],
        &["search", "-n", HOSTILE],
        &["search", &option],
        &["search", "--format", HOSTILE],
        &["search", HOSTILE],
        &["search", "--since", HOSTILE],
        &["search", "--section", HOSTILE],
        &["search", &format!("没有{HOSTILE}")],
        &["show", HOSTILE],
        &["show", &format!("{HOSTILE}/1")],
        &["tokens", HOSTILE],
        &["suggest", &format!("上{HOSTILE}")],
        &["check", "--explain", HOSTILE],
        &["-C", HOSTILE, "search", "x"],
        &["--index", HOSTILE, "search", "x"],
        &["index", HOSTILE],
    ] {
        check_harmless(&place, args);
    }
    place.write("baoku.toml", format!("\"{}\" = 1\n", HOSTILE.escape_default()).as_bytes());
    check_harmless(&place, &["search", "x"]);
}

#[test]
fn formats_for_programs_are_exact_in_a_pipe() {
    let place = Place::with(&[(
        "2024-02-22.md",
        "# 论文\n\n### 甲\u{1b}[5m\u{202e}乙\n\n贡献人：@丙\n\n正文\n",
    )]);
    place.run(&["index"]);
    let csv = place.stdout(&["search", "正文", "--format", "csv"]);
    assert!(csv.contains("甲\u{1b}[5m\u{202e}乙"), "{csv:?}");
    let json = place.stdout(&["search", "正文", "--format", "json"]);
    assert!(json.contains("甲\\u001b[5m\\u202e乙"), "{json:?}");
}

#[test]
fn joined_emoji_stay_whole_and_what_has_no_width_is_left_out() {
    let title =
        "👨\u{200D}👩\u{200D}👧🏴\u{200D}☠\u{FE0F}1\u{FE0F}\u{20E3}👍🏿 Chat\u{200B}G\u{200D}PT";
    let report = format!("# 论文\n\n### {title}\n\n贡献人：@丙\n\n正文\n");
    let place = Place::with(&[("2024-02-22.md", &report)]);
    place.run(&["index"]);
    let shown = on_terminal(&place, &["--color", "never", "search", "正文"]);
    let expected = title.replace("Chat\u{200B}G\u{200D}PT", "ChatGPT");
    assert!(shown.contains(&expected), "{shown:?}");
}

#[test]
fn every_id_that_is_printed_can_be_typed() {
    let place = Place::new();
    for name in [
        " 2024-01-07 ",
        "-rf",
        "-f",
        "-h",
        "--help",
        "-",
        "--",
        "-视频",
        "new\nline",
        "next\u{85}line",
        "a\u{2028}b",
        "tab\tb",
        "zero\u{200b}width",
        "dir\u{202e}ection",
        "\u{1b}[31mred",
        "quote'\"`$x",
        "back\\x0Aslash",
        "back\\slash",
        "100%25#?",
        "👨\u{200D}👩",
        "\u{200b}",
        "/deep/ x ",
    ] {
        place.write(
            &format!("corpus/{name}.md"),
            format!("# 标题\n\n名字是{}。\n", name.escape_unicode()).as_bytes(),
        );
    }
    std::fs::write(
        place.path("corpus").join(std::ffi::OsStr::from_bytes(b"bad\xff\x85.md")),
        "# 坏的\n\n字节。\n",
    )
    .unwrap();
    place.run(&["index"]);
    let piped = place.stdout(&["search", "--format", "ids", "-n", "100"]);
    let seen = on_terminal(&place, &["search", "--format", "ids", "-n", "100"]);
    assert_eq!(seen.replace("\r\n", "\n"), piped);
    let ids: Vec<&str> = piped.split_terminator('\n').collect();
    assert_eq!(ids.len(), 23, "{piped}");
    for id in ids {
        let ran = place.run(&["show", id]);
        assert_eq!(ran.status, 0, "{id:?}: {}", ran.stderr);
    }
    // Copied with a space or from an address.
    assert_eq!(place.run(&["show", " back\\x5Cslash/1\n"]).status, 0);
}
