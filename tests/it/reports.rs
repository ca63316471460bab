//! Reports to items: a made-up report with the traits of a real one, fixed item by item.

use std::fmt::Write as _;
use std::path::Path;

use baoku::corpus::{Corpus, SourceRoot, read};
use baoku::report::{ParseOptions, parse, settle};

use crate::harness::{golden, source_file};

fn archive(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archives").join(name)
}

/// Writes every report of an archive as text that a person can read.
fn describe(folder: &Path) -> String {
    let root = SourceRoot::new("traits", folder);
    let (corpus, diagnostics) = Corpus::walk(&[root]).unwrap();
    assert_eq!(diagnostics, []);
    let mut out = String::new();
    for entry in &corpus.files {
        let (report, diagnostics) = parse(&read(entry).unwrap(), &ParseOptions::default());
        let settled = settle(&[(report.path.as_str(), &report.clues)]).remove(0);
        let _ = writeln!(out, "## {}\n", report.path);
        let _ = writeln!(out, "- shape: {}", report.layout);
        let _ = writeln!(
            out,
            "- date: {}",
            settled.date.map_or("none".to_owned(), |d| format!("{} ({})", d.display(), d.evidence))
        );
        for diagnostic in diagnostics {
            let _ = writeln!(out, "- {diagnostic}");
        }
        for warning in settled.warnings {
            let _ = writeln!(out, "- {warning}");
        }
        for left in &report.left_out {
            let text = left.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(
                out,
                "- left out, line {}: {}: {text}",
                left.lines.0,
                left.reason.as_str()
            );
        }
        for item in &report.items {
            let _ = writeln!(out, "\n### {} {}\n", item.ordinal, item.title);
            let _ = writeln!(out, "- line {}, section {}", item.line, item.section.join("/"));
            let _ = writeln!(out, "- contributors: {}", item.contributors.join(" | "));
            if let Some(date) = &item.own_date {
                let _ = writeln!(out, "- own date: {} ({})", date.display(), date.evidence);
            }
            for link in &item.links {
                let _ = writeln!(out, "- link: {} = {} on {}", link.url, link.canonical, link.host);
            }
            for image in &item.images {
                let _ = writeln!(out, "- image: {image}");
            }
            let _ = writeln!(out, "\n```text\n{}\n```", item.body);
        }
        out.push('\n');
    }
    out
}

#[test]
fn a_report_with_the_traits_of_a_real_one_gives_these_items() {
    golden("headings.md", &describe(&archive("traits")));
}

#[test]
fn saved_pages_give_these_items() {
    golden("pages.md", &describe(&archive("pages")));
}

#[test]
fn feeds_give_these_items() {
    golden("feeds.md", &describe(&archive("feeds")));
}

/// Writes what was understood of a report in a few lines.
fn outline(text: &str) -> String {
    let file = source_file("report.md", text);
    let (report, diagnostics) = parse(&file, &ParseOptions::default());
    let date = settle(&[(report.path.as_str(), &report.clues)]).remove(0).date;
    let mut about = vec![report.layout.to_string()];
    about.extend(report.title.iter().map(|title| format!("title {title}")));
    about.extend(report.issue.map(|issue| format!("issue {issue}")));
    about.extend(date.map(|date| format!("date {} ({})", date.display(), date.evidence)));
    let mut out = about.join("; ") + "\n";
    let range = |(first, last): (usize, usize)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    for item in &report.items {
        let mut parts = vec![item.title.clone()];
        let lines: Vec<String> = item.lines.iter().map(|lines| range(*lines)).collect();
        if !item.section.is_empty() {
            parts.push(format!("section {}", item.section.join("/")));
        }
        parts.extend(item.own_date.as_ref().map(|date| format!("date {}", date.display())));
        parts.extend(item.contributors.iter().map(|name| format!("by {name}")));
        parts.extend(item.tags.iter().map(|tag| format!("tag {tag}")));
        parts.extend(
            item.links
                .iter()
                .map(|link| format!("link {} ({:?})", link.canonical, link.kind).to_lowercase()),
        );
        parts.extend(item.images.iter().map(|image| format!("image {image}")));
        let _ = writeln!(out, "{}. lines {}: {}", item.ordinal, lines.join(","), parts.join("; "));
        for line in item.body.lines() {
            let _ = writeln!(out, "{}", format!("   | {line}").trim_end());
        }
    }
    for left in &report.left_out {
        let text = left.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(out, "left out {}: {}: {text}", range(left.lines), left.reason.as_str());
    }
    for noticed in diagnostics {
        let line = noticed.line.map_or_else(String::new, |line| format!("{line}: "));
        let _ = writeln!(out, "noticed {line}{}: {}", noticed.severity, noticed.message);
    }
    out
}

/// Reads the cases of a file, a report each, and writes them with what is understood of each; returns how many there are.
fn cases(name: &str, fence: &str, understood: impl Fn(&str) -> String) -> (String, usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    let cases = std::fs::read_to_string(path).unwrap();
    let mut actual = String::new();
    let mut count = 0;
    for case in cases.split("\n## Case: ").skip(1) {
        let (name, rest) = case.split_once('\n').unwrap();
        let (report, _) =
            rest.split_once("`````markdown\n").unwrap().1.split_once("\n`````\n").unwrap();
        let about = rest.split("`````markdown").next().unwrap().trim();
        let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
        let _ = write!(
            actual,
            "## Case: {name}\n\n{about}`````markdown\n{report}\n`````\n\n{fence}text\n{}{fence}\n\n",
            understood(report)
        );
        count += 1;
    }
    (actual, count)
}

/// Every layout a report may have: `tests/cases/layouts.md` holds a report and what is understood of it, in turn.
#[test]
fn every_layout_gives_these_items() {
    let (actual, count) = cases("layouts.md", "```", outline);
    assert!(count >= 30);
    golden("layouts.md", &actual);
}

/// Writes what every item of a report says, as it reads and as it is written.
fn said(text: &str) -> String {
    let (report, _) = parse(&source_file("report.md", text), &ParseOptions::default());
    let mut out = String::new();
    for item in &report.items {
        let _ = writeln!(out, "{}. {}", item.ordinal, item.title);
        let mut add = |sign: &str, text: &str| {
            for line in text.lines() {
                let _ = writeln!(out, "{}", format!("   {sign} {line}").trim_end());
            }
        };
        add("|", &item.body);
        if item.written() != item.body {
            add("M", item.written());
        }
    }
    out
}

#[test]
fn what_an_item_keeps_is_its_text_and_its_markdown() {
    golden("bodies.md", &cases("bodies.md", "`````", said).0);
}

#[test]
fn reports_have_the_same_items_in_every_encoding_and_with_any_line_ends() {
    let text = std::fs::read_to_string(archive("traits").join("日报.txt")).unwrap();
    let expected = describe(&archive("traits"));
    let (gb18030, _, unmappable) = encoding_rs::GB18030.encode(&text);
    assert!(!unmappable);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let encoded: [(&str, Vec<u8>); 5] = [
        ("UTF-8 with BOM", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("GB18030", gb18030.into_owned()),
        ("UTF-16LE", utf16.clone()),
        ("UTF-16LE with BOM", [vec![0xFF, 0xFE], utf16].concat()),
    ];
    for (name, bytes) in encoded {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("日报.txt"), bytes).unwrap();
        assert_eq!(describe(folder.path()), expected, "{name}");
    }
}

#[test]
fn hidden_and_ignored_files_and_other_extensions_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "# 标题\n\n正文。\n").unwrap();
    };
    for name in [
        "a.md",
        "b.markdown",
        "c/d.TXT",
        ".hidden/e.md",
        ".f.md",
        "drafts/g.md",
        "h.rst",
        "i.tmp.md",
    ] {
        write(name);
    }
    std::fs::write(folder.path().join(".gitignore"), "drafts/\n*.tmp.md\n").unwrap();
    let root = SourceRoot::new("x", folder.path());
    let (corpus, _) = Corpus::walk(&[root]).unwrap();
    let paths: Vec<&str> = corpus.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["a.md", "b.markdown", "c/d.TXT"]);
}
