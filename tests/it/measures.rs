//! What is asked is what is answered, counted over an archive: names as whole words, names of lists, words of the dictionary
//! that it lacks, and its frequent words by their pinyin.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use baoku::analysis::{Dictionary, analyze, pinyin_keys};
use baoku::index::Snapshot;
use baoku::query::{Note, Way};
use baoku::search::{Hit, Reader, Request, Results, Step, answer};
use proptest::prelude::RngExt as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::harness::{in_memory, request, sync};

/// Short names of one archive that are asked for.
const NAMES: usize = 40;
/// Items from which on an archive has names enough to count shares of.
const FEW_ITEMS: usize = 50;
/// Hits that have such a name as a word or as a part of a written name, of a hundred.
const LEAST_WHOLE: usize = 98;
/// Words of the dictionary that are asked for and that the archive lacks.
const LACKING: usize = 120;
/// Frequent words that are asked for by their pinyin.
const SPOKEN: usize = 600;
/// Those of a hundred that are among the first hits.
const LEAST_SPOKEN: usize = 97;

/// An archive with its texts, as they are written.
struct Measured {
    archive: PathBuf,
    reader: Reader,
    texts: Vec<String>,
}

impl Measured {
    fn of(archive: PathBuf) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("index");
        sync(&archive, &index, 0);
        let snapshot = Snapshot::from_directory(Box::new(in_memory(&index))).unwrap();
        let reader = Reader::new(snapshot);
        let all = answer(&reader, &request("")).unwrap();
        let texts = all.hits.iter().map(text).collect();
        Self { archive, reader, texts }
    }
}

/// The sample archive, and those of `BAOKU_TEST_ARCHIVES`, separated by colons; indexed once for all tests.
static ARCHIVES: LazyLock<Vec<Measured>> = LazyLock::new(|| {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let others = std::env::var_os("BAOKU_TEST_ARCHIVES").unwrap_or_default();
    let others = std::env::split_paths(&others).filter(|path| !path.as_os_str().is_empty());
    std::iter::once(sample).chain(others).map(Measured::of).collect()
});

/// Everything of an item that can be seen.
fn text(hit: &Hit) -> String {
    let item = &hit.item.item;
    let mut text = format!("{}\n{}\n{}\n", item.title, item.body, item.section.join("\n"));
    text.push_str(&item.contributors.join("\n"));
    for link in &item.links {
        text.push('\n');
        text.push_str(&link.url);
    }
    text.push('\n');
    text.push_str(&hit.item.source);
    text
}

fn ask(reader: &Reader, typed: &str, limit: usize) -> Results {
    let request = Request { limit, explain: true, ..request(typed) };
    answer(reader, &request).unwrap()
}

/// Returns whether a name stands in a text as a word or as a part of a written name, such as `RAG` in `ApeRAG` and `rag-service`:
/// this knows nothing of how texts are cut.
fn stands(text: &str, name: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    lower.match_indices(&name).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + name.len()..]);
        let own = &text[at..at + name.len()];
        let first = own.chars().next().unwrap();
        let last = own.chars().next_back().unwrap();
        let starts = match before.chars().next_back() {
            Some(c) if c.is_ascii_alphabetic() => {
                // Where the word before is in capitals, one capital begins the next: RSSHub.
                let is_one = || own.chars().nth(1).is_some_and(|c| c.is_ascii_lowercase());
                first.is_ascii_uppercase() && (c.is_ascii_lowercase() || is_one())
            }
            Some(c) => !c.is_alphabetic() || is_han(c),
            None => true,
        };
        // LLMs and LLMs' are LLM.
        let behind = behind.strip_prefix('s').filter(|rest| !goes_on(last, rest)).unwrap_or(behind);
        starts && !goes_on(last, behind)
    })
}

/// Returns whether a word goes on behind a letter: not before a capital, with which another part of a name begins.
fn goes_on(last: char, behind: &str) -> bool {
    let mut chars = behind.chars();
    match chars.next() {
        Some(c) if c.is_ascii_uppercase() && last.is_ascii_uppercase() => {
            !chars.next().is_some_and(|c| c.is_ascii_lowercase())
        }
        Some(c) if c.is_ascii_uppercase() => !last.is_ascii_lowercase(),
        Some(c) => c.is_alphabetic() && !is_han(c),
        None => false,
    }
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Returns whether a hit was found by another name.
fn is_named(hit: &Hit) -> bool {
    let words = hit.explanation.iter().flat_map(|explanation| &explanation.words);
    words.filter_map(|word| word.way).any(Way::is_name)
}

/// Returns the short names of an archive that are pieces of most other words: those would be found by chance.
fn short_names(texts: &[String]) -> Vec<String> {
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for text in texts {
        let lines = text.lines().filter(|line| !line.contains("://"));
        let words = lines.flat_map(|line| line.split(|c: char| !c.is_alphanumeric() || is_han(c)));
        let runs = words.filter(|word| word.bytes().all(|b| b.is_ascii_alphabetic()));
        let short = runs.filter(|run| (2..=4).contains(&run.len()));
        let names_in: BTreeSet<&str> =
            short.filter(|run| run.bytes().any(|b| b.is_ascii_uppercase())).collect();
        for name in names_in {
            *names.entry(name.to_ascii_lowercase()).or_default() += 1;
        }
    }
    let lower: Vec<String> = texts.iter().map(|text| text.to_ascii_lowercase()).collect();
    let mut by_chance: Vec<(usize, String)> = Vec::new();
    for (name, _) in names.into_iter().filter(|(_, items)| *items >= 2) {
        let pieces = lower
            .iter()
            .zip(texts)
            .filter(|(lower, text)| lower.contains(&name) && !stands(text, &name));
        by_chance.push((pieces.count(), name));
    }
    by_chance.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    by_chance.into_iter().take(NAMES).map(|(_, name)| name).collect()
}

#[test]
fn short_names_are_found_as_words() {
    for Measured { archive, reader, texts } in ARCHIVES.iter() {
        let (mut hits, mut wrong, mut asked) = (0, Vec::new(), 0);
        for name in short_names(texts) {
            let results = ask(reader, &name, texts.len());
            asked += 1;
            for hit in results.matching().filter(|hit| !is_named(hit)) {
                hits += 1;
                if !stands(&text(hit), &name) {
                    wrong.push(format!("{name}: {} {}", hit.item.id, hit.item.item.title));
                }
            }
        }
        eprintln!("{}: {asked} names, {hits} hits, {} wrong", archive.display(), wrong.len());
        for wrong in &wrong {
            eprintln!("  {wrong}");
        }
        // Of a few reports, one odd name would be a share of many.
        if texts.len() < FEW_ITEMS {
            continue;
        }
        assert!(asked > 10 && hits > asked, "{asked} {hits}");
        assert!(
            (hits - wrong.len()) * 100 >= hits * LEAST_WHOLE,
            "{} of {hits} hits in {} have only a piece:\n{}",
            wrong.len(),
            archive.display(),
            wrong[..wrong.len().min(40)].join("\n")
        );
    }
}

/// Returns the names of the list of all archives, each with those of this list and those of the other ones that it is found by.
fn listed() -> Vec<(String, [Vec<String>; 2])> {
    const ASKED: &str = include_str!("../../src/query/synonyms.txt");
    const OTHERS: [&str; 3] = [
        include_str!("../../src/query/synonyms/software.txt"),
        include_str!("../../src/query/synonyms/terms.txt"),
        include_str!("../../src/query/synonyms/regional.txt"),
    ];
    let mut partners: BTreeMap<String, [Vec<String>; 2]> = BTreeMap::new();
    let split = |names: &str| -> Vec<String> {
        let names = names.split(" ^").next().unwrap_or_default();
        names.split(',').map(|name| name.trim().to_owned()).collect()
    };
    // What is only related is no match.
    let is_names =
        |line: &&str| !line.starts_with('#') && !line.trim().is_empty() && !line.contains("~>");
    for (at, list) in std::iter::once(ASKED).chain(OTHERS).enumerate() {
        for line in list.lines().filter(is_names) {
            let (typed, found) = match line.split_once("=>") {
                Some((typed, found)) => (split(typed), split(found)),
                None => (split(line), split(line)),
            };
            for name in typed {
                if at > 0 && !partners.contains_key(&name) {
                    continue;
                }
                let others: Vec<String> =
                    found.iter().filter(|other| **other != name).cloned().collect();
                partners.entry(name).or_default()[at.min(1)].extend(others);
            }
        }
    }
    partners.into_iter().collect()
}

/// Returns whether a hit has every word as it was typed.
fn has_typed(hit: &Hit) -> bool {
    let mut words = hit.explanation.iter().flat_map(|explanation| &explanation.words);
    words.all(|word| matches!(word.way, Some(Way::Word | Way::Variant | Way::Plural)))
}

/// Returns whether a name of a Latin word and Han characters stands as a part of a written name: Git 客户端 in GitHub 客户端.
fn begins_written(text: &str, name: &str) -> bool {
    let Some(at) = name.find(is_han).filter(|at| *at > 0) else { return false };
    let (latin, han) = (name[..at].trim().to_lowercase(), &name[at..]);
    text.match_indices(han).any(|(at, _)| {
        let before = text[..at].trim_end();
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        word.to_lowercase().starts_with(&latin)
    })
}

#[test]
fn a_listed_name_that_an_archive_lacks_shows_its_partner_first() {
    for Measured { archive, reader, texts } in ARCHIVES.iter() {
        // Addresses are full of words that say nothing of an item.
        let read = |text: &str| {
            let mut parts = text.split("http");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |read, part| {
                let behind = part.trim_start_matches(|c: char| c.is_ascii_graphic());
                if part.contains("://") { read + behind } else { read + "http" + part }
            })
        };
        let texts: Vec<String> = texts.iter().map(|text| read(text)).collect();
        // A line break or a hyphen inside a name is no difference.
        let plain = |text: &str| text.to_lowercase().replace(['-', '\n', ' '], "");
        let joined: Vec<String> = texts.iter().map(|text| plain(text)).collect();
        let stands_in = |name: &str| {
            let plain = plain(name);
            let mut both = texts.iter().zip(&joined);
            both.any(|(text, joined)| match name.len() {
                _ if !name.is_ascii() => joined.contains(&plain),
                ..6 => text
                    .split(|c: char| !c.is_ascii_alphanumeric())
                    .any(|word| word.eq_ignore_ascii_case(name)),
                _ => stands(text, name),
            })
        };
        // As a word: 高可用 is no word in 提高可用性, AR none in arXiv and novel none in NovelEval.
        let has = |name: &str| {
            let is_word = |results: &Results| {
                let is_piece = |note: &Note| matches!(note, Note::Pieces(_));
                results.matched == Step::Words && !results.notes.iter().any(is_piece)
            };
            stands_in(name) && is_word(&ask(reader, &format!("\"{name}\""), 1))
        };
        let (mut asked, mut wrong) = (0, Vec::new());
        for (name, [partners, others]) in listed() {
            let lacks = !joined.iter().any(|text| text.contains(&plain(&name)));
            if !lacks || !partners.iter().any(|partner| has(partner)) {
                continue;
            }
            asked += 1;
            let results = ask(reader, &name, 1);
            let first = results.matching().next().map(text).unwrap_or_default();
            // What has all words as they were typed is no worse: 移除 and 水印 apart.
            let is_typed = results.matching().next().is_some_and(has_typed);
            let shows = partners.iter().chain(&others).any(|partner| {
                plain(&first).contains(&plain(partner)) || begins_written(&first, partner)
            });
            let shows = shows || is_typed;
            if !shows || matches!(results.matched, Step::Spelling | Step::Fewer | Step::None) {
                let title = first.lines().next().unwrap_or_default();
                wrong.push(format!(
                    "{name} ({}): {:?} {title}",
                    partners.join(", "),
                    results.matched
                ));
            }
        }
        eprintln!("{}: {asked} listed names, {} wrong", archive.display(), wrong.len());
        assert!(asked > 20, "{asked}");
        assert!(wrong.is_empty(), "{} of {asked}:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn a_word_of_the_dictionary_that_an_archive_lacks_is_never_respelt() {
    let dictionary = Dictionary::load("");
    for Measured { archive, reader, texts } in ARCHIVES.iter() {
        let all = texts.join("\n");
        let han: BTreeSet<char> = all.chars().filter(|c| is_han(*c)).collect();
        let han: Vec<char> = han.into_iter().collect();
        let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[23; 32]);
        let (mut asked, mut changed) = (0, Vec::new());
        while asked < LACKING {
            let len = rng.random_range(2..=3);
            let word: String = (0..len).map(|_| han[rng.random_range(0..han.len())]).collect();
            if !dictionary.has(&word) || all.contains(&word) {
                continue;
            }
            asked += 1;
            let results = ask(reader, &word, 1);
            if let Some(searched) = results.searched {
                changed.push(format!("{word}: {searched}"));
            }
        }
        assert!(changed.is_empty(), "{}:\n{}", archive.display(), changed.join("\n"));
    }
}

#[test]
fn the_frequent_words_of_an_archive_are_found_by_their_pinyin() {
    let dictionary = Dictionary::load("");
    for Measured { archive, reader, texts } in ARCHIVES.iter() {
        let mut items: BTreeMap<String, usize> = BTreeMap::new();
        for text in texts {
            let words = analyze(text, &dictionary).words;
            let words: BTreeSet<&str> = words.iter().map(|token| token.text.as_str()).collect();
            let several = |word: &&str| (2..=4).contains(&word.chars().count());
            for word in words.into_iter().filter(several).filter(|word| word.chars().all(is_han)) {
                *items.entry(word.to_owned()).or_default() += 1;
            }
        }
        let mut words: Vec<(String, usize)> = items.into_iter().collect();
        words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        words.truncate(SPOKEN);
        let mut missed = Vec::new();
        for (word, _) in &words {
            let Some(typed) = pinyin_keys(word).full.into_iter().next() else { continue };
            let results = ask(reader, &typed, 10);
            if !results.hits.iter().any(|hit| text(hit).contains(word.as_str())) {
                missed.push(format!("{word} {typed} {:?} {:?}", results.matched, results.searched));
            }
        }
        let (of, found) = (words.len(), words.len() - missed.len());
        eprintln!("{}: {found} of {of} words by their pinyin", archive.display());
        assert!(
            found * 100 >= of * LEAST_SPOKEN,
            "{found} of {of} in {}:\n{}",
            archive.display(),
            missed.join("\n")
        );
    }
}
