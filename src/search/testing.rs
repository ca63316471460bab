//! Small plans, findings and indexes made by hand, for the tests beside the code.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::DocId;
use tempfile::TempDir;

use super::answer::findings::Hold;
use super::per_zone::ZoneSet;
use super::reader::Reader;
use super::request::Request;
use super::similar::{Questions, Silent};
use crate::analysis::UnitKind;
use crate::archive::Archive;
use crate::corpus::SourceRoot;
use crate::index::{Progress, Snapshot, SyncOptions, divide, sync};
use crate::meaning::testing::Letters;
use crate::meaning::{Asked, Encoder, ModelName, Role};
use crate::query::{Alternative, Clause, Group, Matcher, Plan, Query, Slot, Way, Word, Zone};

/// An index over a few items, gone with its folder.
pub(crate) struct Fixture {
    _folder: TempDir,
    pub(crate) reader: Reader,
}

impl Fixture {
    /// Builds an index over items of `(title, text)` in the section `论文`, by `甲`, of one report of 2024-02-22.
    pub(crate) fn new(items: &[(&str, &str)]) -> Self {
        Self::of_reports(&[("2024-02-22.md", &report(items))])
    }

    /// Builds an index over files of `(name, text)`.
    pub(crate) fn of_reports(reports: &[(&str, &str)]) -> Self {
        Self::of_model(reports, None)
    }

    /// The same, asked by what items mean as well: the letters they are made of.
    pub(crate) fn with_meaning(reports: &[(&str, &str)]) -> Self {
        let questions = Arc::new(LetterQuestions(Letters::new("a")));
        let fixture = Self::of_model(reports, Some(&questions.0));
        Self { reader: fixture.reader.clone().with_questions(questions), ..fixture }
    }

    fn of_model(reports: &[(&str, &str)], model: Option<&Arc<Letters>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = std::fs::canonicalize(folder.path()).unwrap();
        let index = indexed(&path, "all", reports, model);
        Self { _folder: folder, reader: Reader::new(Snapshot::open(&index).unwrap()) }
    }

    /// The same in several segments, one for each of the files.
    pub(crate) fn in_segments(reports: &[(&str, &str)]) -> Self {
        Self::in_segments_of_model(reports, None)
    }

    /// The same, asked by what items mean as well.
    pub(crate) fn in_segments_with_meaning(reports: &[(&str, &str)]) -> Self {
        let questions = Arc::new(LetterQuestions(Letters::new("a")));
        let fixture = Self::in_segments_of_model(reports, Some(&questions.0));
        Self { reader: fixture.reader.clone().with_questions(questions), ..fixture }
    }

    fn in_segments_of_model(reports: &[(&str, &str)], model: Option<&Arc<Letters>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = std::fs::canonicalize(folder.path()).unwrap();
        let all = indexed(&path, "all", reports, model);
        let parts: Vec<PathBuf> =
            reports.iter().map(|report| indexed(&path, report.0, &[*report], model)).collect();
        divide(&all, &parts);
        Self { _folder: folder, reader: Reader::new(Snapshot::open(&all).unwrap()) }
    }

    /// Titles of some items of the only segment.
    pub(crate) fn titles(&self, docs: impl IntoIterator<Item = DocId>) -> Vec<String> {
        let stored = |doc| self.reader.stored(tantivy::DocAddress::new(0, doc)).unwrap();
        docs.into_iter().map(|doc| stored(doc).item.title).collect()
    }

    /// The item of a title.
    pub(crate) fn doc(&self, title: &str) -> DocId {
        let mut docs = 0..DocId::MAX;
        docs.find(|doc| self.titles([*doc]) == [title]).unwrap()
    }
}

/// Asks a model of letters; one that is broken is silent.
#[derive(Debug)]
pub(crate) struct LetterQuestions(pub(crate) Arc<Letters>);

impl Questions for LetterQuestions {
    fn model(&self) -> &ModelName {
        &self.0.name
    }

    fn vector(&self, query: &str) -> Result<Option<Arc<Asked>>, Silent> {
        let vectors = self.0.encode(&[query], Role::Query).map_err(|_| Silent)?;
        Ok(vectors[0].as_deref().and_then(Asked::of).map(Arc::new))
    }
}

/// Writes a report of items of `(title, text)` in the section `论文`, by `甲`.
pub(crate) fn report(items: &[(&str, &str)]) -> String {
    let item = |(title, text): &(&str, &str)| format!("### {title}\n\n贡献人：@甲\n\n{text}\n\n");
    format!("# 示例\n\n# 论文\n\n{}", items.iter().map(item).collect::<String>())
}

/// Writes files into a folder of that name below `path` and makes their index beside it.
fn indexed(
    path: &Path,
    name: &str,
    reports: &[(&str, &str)],
    model: Option<&Arc<Letters>>,
) -> PathBuf {
    struct Quiet;
    impl Progress for Quiet {}
    let (files, index) = (path.join(format!("{name}.files")), path.join(name));
    std::fs::create_dir(&files).unwrap();
    for (name, text) in reports {
        std::fs::write(files.join(name), text).unwrap();
    }
    let root = SourceRoot::new("files", files);
    let archive = Archive { sources: vec![root.into()], ..Archive::default() };
    let encoder = model.map(|model| Arc::clone(model) as Arc<dyn Encoder>);
    sync(&index, &archive, &SyncOptions { encoder, ..SyncOptions::default() }, &Quiet).unwrap();
    index
}

/// A request for every hit of a query.
pub(crate) fn request(typed: &str) -> Request {
    Request::new(Query::parse(typed, jiff::civil::date(2024, 7, 1)))
}

/// A way to have something as a literal of whole atoms, or as a Latin word.
pub(crate) fn literal(atoms: &[&str]) -> Alternative {
    let slots = atoms.iter().map(|atom| Slot::whole(atom)).collect();
    Alternative { way: Way::Word, weight: 1.0, matcher: Matcher::Literal(slots) }
}

/// A word of one atom that may stand anywhere.
pub(crate) fn word(text: &str, information: f32) -> Word {
    Word {
        text: text.to_owned(),
        kind: UnitKind::Latin,
        whole: Some(text.to_owned()),
        alternatives: vec![literal(&[text])],
        information,
        zones: &Zone::ALL,
        positive: true,
        needed: true,
    }
}

/// A plan of groups of words, each with the information it has.
pub(crate) fn plan(groups: &[&[(&str, f32)]]) -> Plan {
    let mut plan = Plan::default();
    for words in groups {
        let start = plan.words.len();
        plan.words.extend(words.iter().map(|(text, information)| word(text, *information)));
        let texts: Vec<&str> = words.iter().map(|(text, _)| *text).collect();
        plan.groups.push(Group {
            words: start..plan.words.len(),
            literal: texts.iter().map(|text| Slot::whole(text)).collect(),
            zones: &Zone::ALL,
            text: texts.concat(),
        });
    }
    plan.root = Some(Clause::Groups(0..groups.len()));
    plan
}

/// What an item has of a word as such, in its body.
pub(crate) fn hold(doc: DocId, strength: f32, value: f32) -> Hold {
    let mut zones = ZoneSet::EMPTY;
    zones.insert(Zone::Body);
    Hold { doc, strength, in_title: 0.0, is_in_title: false, value, way: 0, zones }
}

/// Holds a number against what is expected, to four places.
#[track_caller]
pub(super) fn same(found: f32, expected: f32) {
    assert!((found - expected).abs() < 1e-4, "{found}, not {expected}");
}
