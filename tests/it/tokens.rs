//! Golden cases of the analyzer, read from `tests/cases/tokens.md`.

use baoku::analysis::{Dictionary, analyze};
use baoku::query::Query;
use baoku::render::tokens;
use baoku::search::planner;

use crate::harness::TODAY;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/tokens.md");
const ADDED: [&str; 7] = ["智谱清言", "通义千问", "具身智能", "大模型", "智能体", "谷歌", "微信"];

/// Turns `\u{…}` and `\*` of a table cell into the characters they stand for.
fn unescape(cell: &str) -> String {
    let mut out = String::new();
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        if let Some((hex, behind)) =
            after.strip_prefix("u{").and_then(|after| after.split_once('}'))
        {
            out.extend(u32::from_str_radix(hex, 16).ok().and_then(char::from_u32));
            rest = behind;
        } else {
            let mut chars = after.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out + rest
}

fn row(number: &str, input: &str, dictionary: &Dictionary) -> String {
    let text = unescape(input);
    let analysis = analyze(&text, dictionary);
    let plan = planner(dictionary, &[]).plan(&Query::parse(&text, TODAY));
    let mut atoms = tokens::atoms(&analysis);
    let urls = tokens::urls(&analysis);
    if !urls.is_empty() {
        atoms.push_str(if atoms.is_empty() { "u: " } else { " u: " });
        atoms.push_str(&urls);
    }
    let escape = |cell: String| cell.replace('*', "\\*");
    format!(
        "|{number}|{input}|{}|{}|{}|",
        escape(tokens::words(&analysis)),
        escape(atoms),
        escape(tokens::plan(&plan))
    )
}

#[test]
fn texts_give_the_reviewed_tokens() {
    let dictionary = Dictionary::with_words(ADDED.map(|word| (word, None)));
    let cases = std::fs::read_to_string(CASES).unwrap();
    let mut seen = 0;
    let mut actual = String::new();
    for line in cases.lines() {
        let cells: Vec<&str> = line.split('|').collect();
        if cells.len() >= 6 && cells[1].parse::<u32>().is_ok() {
            actual.push_str(&row(cells[1], cells[2], &dictionary));
            seen += 1;
        } else {
            actual.push_str(line);
        }
        actual.push('\n');
    }
    assert!(seen >= 89, "only {seen} cases");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(CASES, &actual).unwrap();
    }
    for (expected, actual) in cases.lines().zip(actual.lines()) {
        assert_eq!(actual, expected);
    }
}
