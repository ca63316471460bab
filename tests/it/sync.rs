//! An index that follows its files gives the answers of one built at once.

use std::fs;
use std::path::Path;

use baoku::query::FacetKind;
use baoku::render::json::{self, JsonResults};
use baoku::search::{Reader, Request, answer};

use crate::harness::{open, request, sync};

pub fn report(names: &[&str]) -> String {
    let items = names.iter().map(|name| {
        format!("### {name}：扩展上下文窗口\n\n贡献人：@甲\n\n链接：https://example.com/{name}\n\n{name} 的推理与训练。\n\n")
    });
    format!("# 日报\n\n# 论文\n\n{}", items.collect::<String>())
}

/// Every answer to a set of questions, as JSON.
pub fn answers(reader: &Reader) -> String {
    ["", "上下文窗口", "推理 训练", "Gamma", "Alpha 推理", "example.com", "扩展上", "没有的词 推理"]
        .iter()
        .map(|query| {
            let request = Request { facets: FacetKind::ALL.to_vec(), ..request(query) };
            json::line(&JsonResults::new(&answer(reader, &request).unwrap(), None))
        })
        .collect()
}

pub fn write(corpus: &Path, name: &str, names: &[&str]) {
    fs::create_dir_all(corpus.join(name).parent().unwrap()).unwrap();
    fs::write(corpus.join(name), report(names)).unwrap();
}

#[test]
fn added_edited_renamed_and_deleted_reports_give_the_answers_of_a_fresh_index() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("corpus");
    let index = folder.path().join("index");
    let mut fresh = 0;
    let mut check = |what: &str, changed: usize, removed: usize| {
        let outcome = sync(&corpus, &index, 0);
        assert_eq!((outcome.changed, outcome.removed), (changed, removed), "{what}");
        fresh += 1;
        let followed = answers(&open(&corpus, &index));
        assert_eq!(
            followed,
            answers(&open(&corpus, &folder.path().join(format!("fresh{fresh}")))),
            "{what}"
        );
    };
    write(&corpus, "2024-01-01.md", &["Alpha", "Beta"]);
    write(&corpus, "2024-01-02.md", &["Gamma"]);
    check("first", 2, 0);
    check("nothing changed", 0, 0);
    write(&corpus, "2024-01-03.md", &["Delta", "Epsilon"]);
    check("added", 1, 0);
    write(&corpus, "2024-01-01.md", &["Alpha", "Zeta", "Eta"]);
    check("edited", 1, 0);
    fs::rename(corpus.join("2024-01-02.md"), corpus.join("2024-02-02.md")).unwrap();
    check("renamed", 1, 1);
    fs::remove_file(corpus.join("2024-01-03.md")).unwrap();
    check("deleted", 0, 1);
    let text = fs::read(corpus.join("2024-01-01.md")).unwrap();
    fs::write(corpus.join("2024-01-01.md"), text).unwrap();
    check("touched", 0, 0);
    write(&corpus, "old/2024-01-01.md", &["Theta"]);
    check("a second report of that name, known by its path", 1, 0);
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut all = Vec::new();
    for threads in [1, 4] {
        let index = folder.path().join(threads.to_string());
        sync(&corpus, &index, threads);
        let reader = Reader::new(baoku::index::Snapshot::open(&index).unwrap());
        let ask = |query: &str| {
            json::line(&JsonResults::new(&answer(&reader, &request(query)).unwrap(), None))
        };
        all.push(["", "LongRoPE", "上下文窗口", "大模型 推理", "的"].map(ask));
    }
    assert_eq!(all[0], all[1]);
}

#[test]
fn a_snapshot_stays_as_it_is_while_the_index_changes() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = folder.path().join("corpus");
    let index = folder.path().join("index");
    write(&corpus, "2024-01-01.md", &["Alpha", "Beta"]);
    let before = open(&corpus, &index);
    let expected = answers(&before);
    write(&corpus, "2024-01-01.md", &["Gamma"]);
    let after = open(&corpus, &index);
    assert_eq!(answers(&before), expected);
    assert_ne!(answers(&after), expected);
}

#[test]
fn the_sample_archive_follows_longrope_across_months() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let reader = open(&corpus, &folder.path().join("index"));
    let manifest = reader.snapshot().manifest().unwrap();
    assert!(
        manifest.head.reports >= 40 && manifest.head.items >= 400,
        "{} {}",
        manifest.head.reports,
        manifest.head.items
    );
    assert_eq!(
        manifest.all_diagnostics().collect::<Vec<_>>(),
        Vec::<&baoku::diagnostic::Diagnostic>::new()
    );
    let results =
        answer(&reader, &Request { facets: vec![FacetKind::Month], ..request("LongRoPE") })
            .unwrap();
    assert!(results.facets[0].1.len() >= 4, "{:?}", results.facets);
    let sections =
        answer(&reader, &Request { facets: vec![FacetKind::Section], ..request("") }).unwrap();
    let sections: Vec<&str> =
        sections.facets[0].1.iter().map(|value| value.value.as_str()).collect();
    for section in
        ["资讯/研究", "资讯/产业", "推特", "论文", "产品", "HuggingFace&Github", "投融资", "学习"]
    {
        assert!(sections.contains(&section), "{section}");
    }
}
