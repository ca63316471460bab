//! An index that follows its files gives the answers of one built at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use baoku::index::{FileRecord, Snapshot};
use baoku::query::FacetKind;
use baoku::render::json::{self, JsonResults};
use baoku::report::Lesson;
use baoku::search::{Reader, Request, aliases, answer, overview, suggest};

use crate::harness::{Place, open, request, sync};

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
        let reader = Reader::new(Snapshot::open(&index).unwrap());
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

/// Writes a file and sets its time back to what it was.
fn rewrite_unnoticed(place: &Place, name: &str, text: &str) {
    let path = place.path(name);
    let before = fs::metadata(&path).unwrap();
    fs::write(&path, text).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().len(), before.len());
}

#[test]
fn a_file_that_changes_right_after_it_was_read_is_read_again() {
    let place = Place::with(&[("1.md", "1、eins\n"), ("2.md", "1、fest\n")]);
    assert_eq!(place.ids(&["eins"]).len(), 1);
    rewrite_unnoticed(&place, "corpus/1.md", "1、zwei\n");
    let ran = place.run(&["index"]);
    assert!(ran.stdout.contains("1 file read (1 of the size and time it had)"), "{}", ran.stdout);
    assert_eq!((place.ids(&["eins"]).len(), place.ids(&["zwei"]).len()), (0, 1));
    let again = place.run(&["index"]);
    assert!(again.stdout.contains("nothing changed"), "{}", again.stdout);
}

#[test]
fn every_file_is_compared_on_request() {
    let place = Place::with(&[("1.md", "1、eins\n"), ("2.md", "1、fest\n")]);
    place.run(&["index"]);
    let same = place.run(&["index", "--verify"]);
    assert!(same.stdout.contains("nothing changed"), "{}", same.stdout);
    rewrite_unnoticed(&place, "corpus/1.md", "1、zwei\n");
    let found = place.run(&["index", "--verify"]);
    assert!(found.stdout.contains("(1 of the size and time it had)"), "{}", found.stdout);
    assert_eq!(place.ids(&["zwei"]).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_check_says_when_files_may_have_changed_unnoticed() {
    let place = Place::with(&[("2024-01-01.md", "1、eins\n"), ("2024-01-02.md", "1、fest\n")]);
    let says = || place.run(&["check"]).stderr.contains("1 file may have changed");
    assert!(!says(), "there is no index");
    // The times of what has just been written are not trusted.
    let written = fs::metadata(place.path("corpus/2024-01-01.md")).unwrap().modified().unwrap();
    while written.elapsed().unwrap_or_default() < Duration::from_secs(3) {
        thread::sleep(Duration::from_millis(100));
    }
    place.run(&["index"]);
    assert!(!says());
    rewrite_unnoticed(&place, "corpus/2024-01-01.md", "1、zwei\n");
    assert!(says());
    assert!(place.run(&["check"]).stderr.contains("`baoku index` looks into what they hold"));
    let found = place.run(&["index"]);
    assert!(found.stdout.contains("(1 of the size and time it had)"), "{}", found.stdout);
    assert!(!says());
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        // The constants of Knuth's MMIX.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    /// A report that says some of what others say, too: at its end, among its items, in a section; some have no links.
    fn issue(&mut self) -> String {
        let items = (0..2 + self.below(3)).map(|_| {
            let rare = self.below(60);
            let link = ["", "\n\n[原文](https://example.com/a)"][self.below(2)];
            format!("### 消息{rare}\n\n关于第{rare}件事的一段话。{link}\n\n")
        });
        let items: String = items.collect();
        let notice = ["## 说明\n\n星号表示编辑推荐的内容。\n\n", ""][self.below(2)];
        let advert = ["### 广告位招租中\n\n详情请看我们的主页。\n\n", "", ""][self.below(3)];
        let foot = ["感谢读到这里的每一位朋友。\n", "下次再见。\n", ""][self.below(3)];
        format!("# 简报\n\n## 消息\n\n{items}{advert}{notice}{foot}")
    }

    /// A report of one to four items, with words that are common, rare, explained and misspelt.
    fn report(&mut self) -> String {
        const COMMON: [&str; 8] =
            ["模型", "推理", "训练", "上下文", "开源", "agent", "release", "优化"];
        let items = (0..=self.below(4)).map(|_| {
            let rare = self.below(40);
            let words: Vec<&str> = (0..self.below(6)).map(|_| COMMON[self.below(8)]).collect();
            let name = ["检索增强生成（RAG）", "混合专家模型（MoE）", "思维链（CoT）"][self.below(3)];
            format!(
                "### Model{rare}：{}\n\n贡献人：@甲{rare}\n\n链接：https://example.com/{rare}/x\n\n{name}与 {}，词{rare}。\n\n",
                words.join("与"), words.join(" ")
            )
        });
        let items: String = items.collect();
        format!("# 日报\n\n# 论文{}\n\n{items}", self.below(5))
    }
}

/// Everything that an archive says of itself, and answers with scores.
fn all_answers(reader: &Reader) -> String {
    let queries = [
        "模型",
        "模型 推理",
        "上下文 agent",
        "RAG",
        "混合专家模型",
        "Model7",
        "odel1",
        "Modle12",
        "releas",
        "tuili",
        "example.com/3",
        "没有的词 训练",
        "模型 -推理",
        "词1",
        "host:example.com 优化",
    ];
    let mut said = answers(reader);
    // What only a removed file has is no value, and no word to mend others by.
    for query in (0..40).step_by(3).map(|rare| format!("by:甲{rare}甲")) {
        said += &json::line(&JsonResults::new(&answer(reader, &request(&query)).unwrap(), None));
    }
    for query in queries {
        let request = Request { facets: FacetKind::ALL.to_vec(), ..request(query) };
        said += &json::line(&JsonResults::new(&answer(reader, &request).unwrap(), None));
    }
    for typed in ["m", "mo", "模", "lun", "agent", "mx", "mox", "模型", "a", "xlz"] {
        said += &format!("{:?}\n", suggest(reader, typed, 10).unwrap());
    }
    said += &format!("{:?}\n{:?}", aliases(reader).unwrap(), overview(reader).unwrap());
    said
}

#[test]
fn an_index_of_several_segments_answers_as_one_of_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    fs::create_dir(&corpus).unwrap();
    let mut numbers = Numbers(20_231_201);
    let mut names: Vec<String> = Vec::new();
    let write = |names: &mut Vec<String>, numbers: &mut Numbers| {
        let day = names.len();
        let name = format!("{}-{:02}-{:02}.md", 2000 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
        fs::write(corpus.join(&name), numbers.report()).unwrap();
        names.push(name);
    };
    (0..150).for_each(|_| write(&mut names, &mut numbers));
    let (mut segments, mut with_deleted) = (0, 0);
    for step in 0..12 {
        match numbers.below(4) {
            0 => write(&mut names, &mut numbers),
            1 => {
                let _ = fs::remove_file(corpus.join(&names[numbers.below(names.len())]));
            }
            _ => {
                let name = &names[numbers.below(names.len())];
                fs::write(corpus.join(name), numbers.report()).unwrap();
            }
        }
        let followed = open(&corpus, &index);
        let readers = followed.snapshot().searcher.segment_readers();
        segments = segments.max(readers.len());
        with_deleted += usize::from(readers.iter().any(tantivy::SegmentReader::has_deletes));
        let fresh = open(&corpus, &folder.path().join(format!("fresh{step}")));
        assert_eq!(followed.snapshot().head(), fresh.snapshot().head(), "{step}");
        assert_eq!(all_answers(&followed), all_answers(&fresh), "{step}");
    }
    assert!(
        segments > 1 && with_deleted > 3,
        "{segments} segments, {with_deleted} with deleted items"
    );
}

#[test]
fn an_index_that_follows_its_files_has_learned_what_a_fresh_one_learns() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    fs::create_dir(&corpus).unwrap();
    let mut numbers = Numbers(20_260_822);
    let mut read_again = 0;
    for step in 0..40 {
        let name = corpus.join(format!("2024-01-{:02}.md", 1 + numbers.below(14)));
        if step > 8 && numbers.below(4) == 0 {
            let _ = fs::remove_file(name);
        } else {
            fs::write(name, numbers.issue()).unwrap();
        }
        if fs::read_dir(&corpus).unwrap().next().is_none() {
            continue;
        }
        let before = lessons(&index);
        let followed = open(&corpus, &index);
        let fresh = open(&corpus, &folder.path().join(format!("fresh{step}")));
        assert_eq!(followed.snapshot().head(), fresh.snapshot().head(), "{step}");
        let learned = lessons(&index);
        assert_eq!(learned, lessons(&folder.path().join(format!("fresh{step}"))), "{step}");
        let changed = |(path, lesson): &(&String, &Lesson)| {
            before.get(*path).is_some_and(|before| before != *lesson)
        };
        read_again += learned.iter().filter(changed).count();
        let every = Request { limit: 100, ..request("") };
        let items =
            |reader: &Reader| json::line(&JsonResults::new(&answer(reader, &every).unwrap(), None));
        assert_eq!(items(&followed), items(&fresh), "{step}");
    }
    assert!(read_again > 20, "{read_again} reports learned something else");
}

/// Numbered issues of two sources in one folder whose dates move with their neighbours.
#[test]
fn an_index_that_follows_its_files_has_the_dates_of_a_fresh_one() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    fs::create_dir_all(corpus.join("b")).unwrap();
    let mut numbers = Numbers(20_261_127);
    let mut dated_anew = 0;
    for step in 0..40 {
        let family = ["a-", "b/c-"][numbers.below(2)];
        let issue = 1 + numbers.below(20);
        let name = corpus.join(format!("{family}{issue}.md"));
        if step > 8 && numbers.below(5) == 0 {
            let _ = fs::remove_file(name);
        } else {
            let (month, day) = (1 + issue / 4, 1 + issue % 4 * 7);
            let day = match numbers.below(5) {
                0 => format!("2019 年 {month} 月 {day} 日\n\n"),
                1 => format!("![](https://img.example/bg2019{month:02}{day:02}01.png)\n\n"),
                2 => format!("![](https://img.example/bg2016{month:02}{day:02}01.png)\n\n"),
                _ => String::new(),
            };
            let text = format!("# 示例周刊（第 {issue} 期）\n\n{day}{}", numbers.issue());
            fs::write(name, text).unwrap();
        }
        let before = records(&index);
        open(&corpus, &index);
        let fresh = folder.path().join(format!("fresh{step}"));
        open(&corpus, &fresh);
        let (followed, fresh) = (records(&index), records(&fresh));
        assert_eq!(followed, fresh, "{step}");
        let is_anew = |record: &&FileRecord| {
            let old = before.iter().find(|old| old.path == record.path);
            old.is_some_and(|old| old.hash == record.hash && old.date != record.date)
        };
        dated_anew += followed.iter().filter(is_anew).count();
    }
    assert!(dated_anew > 20, "{dated_anew} reports were dated anew");
}

/// What an index recorded, but for the times of files.
fn records(index: &Path) -> Vec<FileRecord> {
    let Ok(snapshot) = Snapshot::open(index) else { return Vec::new() };
    let files = snapshot.manifest().unwrap().files;
    let untimed = |file: &FileRecord| FileRecord { modified: 0, changed: 0, ..file.clone() };
    files.iter().map(|file| untimed(file)).collect()
}

/// What each report of an index has learned.
fn lessons(index: &Path) -> BTreeMap<String, Lesson> {
    let Ok(snapshot) = Snapshot::open(index) else { return BTreeMap::new() };
    let files = snapshot.manifest().unwrap().files;
    files.iter().map(|file| (file.path.clone(), file.lesson.clone())).collect()
}
