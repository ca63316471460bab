//! Golden cases of questions over small archives, read from `tests/cases/asked.md`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use baoku::query::{Note, Question, WhyNothing};
use baoku::search::{Reader, Request, Results, Step, answer};

use crate::harness::{TODAY, open};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/asked.md");

/// Titles that are shown of an answer.
const SHOWN: usize = 4;

/// Makes the files of an archive that is written as in the cases.
fn files(archive: &[&str]) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in archive {
        if let Some(name) = line.strip_prefix("= ") {
            files.push((name.to_owned(), "# 示例\n\n# 论文\n\n".to_owned()));
            continue;
        }
        if files.is_empty() {
            files.push(("2024-02-22.md".to_owned(), "# 示例\n\n# 论文\n\n".to_owned()));
        }
        let text = &mut files.last_mut().unwrap().1;
        if let Some(section) = line.strip_prefix("# ") {
            write!(text, "# {section}\n\n").unwrap();
            continue;
        }
        let mut parts = line.split(" | ");
        write!(text, "### {}\n\n", parts.next().unwrap()).unwrap();
        let (people, body): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with('@'));
        let people = if people.is_empty() { vec!["@甲"] } else { people };
        write!(text, "贡献人：{}\n\n", people.join(" ")).unwrap();
        let body = if body.is_empty() { vec!["正文"] } else { body };
        for part in body {
            write!(text, "{part}\n\n").unwrap();
        }
    }
    files
}

fn indexed(archive: &[&str]) -> (tempfile::TempDir, Reader) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files(archive) {
        let path = folder.path().join("corpus").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let reader = open(&folder.path().join("corpus"), &folder.path().join("index"));
    (folder, reader)
}

/// Makes a request of a query and options behind it.
fn request(line: &str) -> Request {
    let mut parts = line.split("  --");
    let mut question =
        Question { query: parts.next().unwrap().trim().to_owned(), ..Question::default() };
    for option in parts {
        let (name, value) = option.split_once(' ').unwrap_or((option, "true"));
        let value = value.trim().to_owned();
        match name {
            "strict" => question.strict = value,
            "since" => question.since = value,
            "until" => question.until = value,
            "sort" => question.sort = value,
            "section" => question.sections.push(value),
            "link" => question.links.push(value),
            "issue" => question.issues.push(value),
            "contributor" => question.contributors.push(value),
            other => panic!("{line}: no option {other}"),
        }
    }
    Request::of(&question, TODAY).unwrap()
}

fn code(note: &Note) -> String {
    match note {
        Note::Nothing { why: WhyNothing::Missing(words), .. } => {
            format!("nothing ({} missing)", words.join(" "))
        }
        Note::Nothing { why, .. } => {
            format!("nothing ({})", <&WhyNothing as Into<&str>>::into(why))
        }
        Note::Pinyin { words, .. } | Note::DidYouMean { words, .. } | Note::Pieces(words) => {
            format!("{} {}", note.code(), words.join("/"))
        }
        Note::Mended { searched, others } => {
            let others: String = others.iter().map(|other| format!("/{other}")).collect();
            format!("{} {searched}{others}", note.code())
        }
        Note::SomeWords { has: Some(has), of } => format!("{} {has}/{of}", note.code()),
        Note::UnknownField { nearest, .. } => format!("{} {nearest}", note.code()),
        Note::Excluded(text) | Note::NotExcluded(text) | Note::IgnoredSign(text) => {
            format!("{} {text}", note.code())
        }
        Note::Dated { days, .. } | Note::NothingDated { days, .. } => {
            let day = |day: Option<_>| day.map_or_else(String::new, |day| format!("{day}"));
            format!("{} {}..{}", note.code(), day(days.since), day(days.until))
        }
        note => note.code().to_owned(),
    }
}

/// Writes what is expected of an answer in one line.
fn shown(results: &Results) -> String {
    let mut parts = vec![results.total.to_string()];
    if !matches!(results.matched, Step::Words | Step::All | Step::None) {
        parts.push(<&str>::from(&results.matched).to_owned());
    }
    let titles: Vec<&str> = results.matching().map(|hit| hit.item.item.title.as_str()).collect();
    if !titles.is_empty() {
        let more = if titles.len() > SHOWN { " / …" } else { "" };
        parts.push(format!("{}{more}", titles[..titles.len().min(SHOWN)].join(" / ")));
    }
    let related = results.hits.iter().filter(|hit| hit.related);
    let related: Vec<&str> = related.map(|hit| hit.item.item.title.as_str()).collect();
    if !related.is_empty() {
        let more = if related.len() > SHOWN { " / …" } else { "" };
        parts.push(format!("~ {}{more}", related[..related.len().min(SHOWN)].join(" / ")));
    }
    if !results.notes.is_empty() {
        let codes: Vec<String> = results.notes.iter().map(code).collect();
        parts.push(format!("[{}]", codes.join(", ")));
    }
    parts.join(" · ")
}

#[test]
fn questions_are_answered_as_reviewed() {
    let cases = fs::read_to_string(Path::new(CASES)).unwrap();
    let (mut actual, mut asked) = (String::new(), 0);
    let mut archive: Vec<&str> = Vec::new();
    let mut reader: Option<(tempfile::TempDir, Reader)> = None;
    let mut is_archive = false;
    let mut lines = cases.lines().peekable();
    while let Some(line) = lines.next() {
        actual.push_str(line);
        actual.push('\n');
        if line.starts_with("```") {
            is_archive = !is_archive;
            if is_archive {
                (archive, reader) = (Vec::new(), None);
            }
        } else if is_archive {
            archive.push(line);
        } else if let Some(query) = line.strip_prefix("? ") {
            let (_, reader) = reader.get_or_insert_with(|| indexed(&archive));
            let results = answer(reader, &request(query)).unwrap();
            writeln!(actual, "  {}", shown(&results)).unwrap();
            asked += 1;
            lines.next_if(|next| next.starts_with("  "));
        }
    }
    assert!(asked > 0);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(CASES, &actual).unwrap();
        return;
    }
    let wrong: Vec<String> = cases
        .lines()
        .zip(actual.lines())
        .enumerate()
        .filter(|(_, (expected, actual))| expected != actual)
        .map(|(at, (expected, actual))| {
            let before = cases.lines().nth(at.saturating_sub(1)).unwrap_or_default();
            format!("line {}: {before}\n  expected {expected}\n  got      {actual}", at + 1)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(actual.lines().count(), cases.lines().count(), "a case has no answer");
}
