use super::*;
use crate::analysis::{PinyinKeys, is_spoken, pinyin_keys};
use crate::search::testing::{Fixture, report};
use crate::search::words::completions::CompletedBy;

/// Titles that share beginnings, as written, as spoken and by their initials; with signs, other widths, two readings.
const TITLES: [&str; 19] = [
    "大模型",
    "大模型推理的优化",
    "大模型推理的加速",
    "大模型周报",
    "大 模型：周刊",
    "《大模型》读后",
    "打磨型材",
    "单模",
    "长度与重量",
    "重庆的银行",
    "音乐",
    "GPT",
    "gpt",
    "GPT-4 发布",
    "GPT-4 release",
    "ＧＰＴ学习",
    "女性开发者",
    "OneDev",
    "onedev",
];

/// A report of items of these titles. What every report repeats word for word would be no item.
fn titled(titles: &[&str], text: &str) -> String {
    let items: Vec<(&str, &str)> = titles.iter().map(|title| (*title, text)).collect();
    report(&items)
}

/// The titles of an answer.
fn titles(reader: &Reader, typed: &str, most: usize) -> Vec<(String, CompletedBy, u64)> {
    let found = suggest(reader, typed, most).unwrap().into_iter();
    let found = found.filter(|found| found.kind == SuggestionKind::Title);
    found.map(|found| (found.text, found.by, found.count)).collect()
}

/// Says how a title goes on from what was typed, by all its keys.
fn goes_on(title: &str, typed: &str) -> Option<CompletedBy> {
    let folded = fold(title);
    if folded.starts_with(typed) {
        return Some(CompletedBy::Prefix);
    }
    let spoken: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let keys = if is_spoken(&folded) { pinyin_keys(&spoken) } else { PinyinKeys::default() };
    let begins = |keys: &[String]| keys.iter().any(|key| key.starts_with(typed));
    match () {
        () if begins(&keys.full) => Some(CompletedBy::Pinyin),
        () if begins(&keys.initials) => Some(CompletedBy::Initials),
        () => None,
    }
}

/// Everything that may be typed for the titles, up to the last letter.
fn all_typed() -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for title in TITLES.map(fold) {
        let spoken: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
        let keys = pinyin_keys(&spoken);
        for key in [title].into_iter().chain(keys.full).chain(keys.initials) {
            all.extend(key.char_indices().skip(1).map(|(at, _)| key[..at].to_owned()));
            // A slip at the end.
            all.push(key.clone() + "q");
            all.push(key);
        }
    }
    all.sort();
    all.dedup();
    all
}

#[test]
fn titles_go_on_as_they_are_written_and_spoken() {
    let fixture = Fixture::new(&TITLES.map(|title| (title, "正文。")));
    // A space at the end is none.
    for typed in all_typed().iter().filter(|typed| !typed.ends_with(' ')) {
        let all = complete(&fixture.reader, "", typed, 20).unwrap();
        let (titles, words): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|found| found.kind == SuggestionKind::Title);
        let words: Vec<String> = words.iter().map(|word| fold(&word.text)).collect();
        let mut found: Vec<(String, CompletedBy)> =
            titles.iter().map(|title| (fold(&title.text), title.by)).collect();
        let expected =
            TITLES.iter().filter_map(|title| Some((fold(title), goes_on(title, typed)?)));
        // A title that is a word is shown as one.
        let mut expected: Vec<(String, CompletedBy)> =
            expected.filter(|(title, _)| !words.contains(title)).collect();
        found.sort();
        expected.sort();
        expected.dedup();
        assert_eq!(found, expected, "{typed}");
    }
}

#[test]
fn segments_complete_as_one_of_the_same_titles() {
    let shared = ["大模型周报", "GPT-4 发布", "OneDev"];
    let texts = ["河水向东流去。", "山上的树很高。", "城里下了一夜雨。"];
    let parts = (0..).zip(texts).map(|(part, text)| {
        let own = TITLES.iter().skip(part).step_by(3).copied();
        titled(&own.chain(shared).collect::<Vec<_>>(), text)
    });
    let parts: Vec<String> = parts.collect();
    let names = ["2024-02-22.md", "2024-02-23.md", "2024-02-24.md"];
    let reports: Vec<(&str, &str)> =
        names.into_iter().zip(parts.iter().map(String::as_str)).collect();
    let (one, several) = (Fixture::of_reports(&reports), Fixture::in_segments(&reports));
    assert_eq!(several.reader.snapshot().searcher.segment_readers().len(), 3);
    for typed in all_typed() {
        for most in [2, 5, 20] {
            let of = |of: &Fixture| suggest(&of.reader, &typed, most).unwrap();
            assert_eq!(of(&several), of(&one), "{typed} {most}");
        }
    }
    let first = titles(&several.reader, "gpt-", 1);
    assert_eq!(first, [("GPT-4 发布".to_owned(), CompletedBy::Prefix, 4)]);
}

#[test]
fn the_frequent_titles_come_first_then_the_short() {
    let items = ["模型甲乙丙", "模型甲", "模型甲乙", "模型甲乙丙", "模"];
    let fixture = Fixture::new(&items.map(|title| (title, "正文。")));
    let found = titles(&fixture.reader, "模", 20);
    let found: Vec<(&str, u64)> = found.iter().map(|(text, _, of)| (text.as_str(), *of)).collect();
    // One character is not worth completing. What is counted is what a search for a title finds.
    assert_eq!(found, [("模型甲乙丙", 2), ("模型甲", 4), ("模型甲乙", 3)]);
}

#[test]
fn of_two_titles_that_differ_in_case_the_one_with_capital_letters_is_shown() {
    let fixture = Fixture::new(&[("onedev", "正文。"), ("OneDev", "正文。")]);
    let found = titles(&fixture.reader, "oned", 8);
    assert_eq!(found, [("OneDev".to_owned(), CompletedBy::Prefix, 2)]);
}

#[test]
fn places_are_left_to_titles() {
    let items = ["大模型一", "大模型二", "大模型三", "大数据一", "大数据二", "大数据三"];
    let fixture = Fixture::new(&items.map(|title| (title, "大模型与大数据，大家都用。")));
    let kinds = |most| -> Vec<SuggestionKind> {
        suggest(&fixture.reader, "大", most).unwrap().iter().map(|found| found.kind).collect()
    };
    let (word, title) = (SuggestionKind::Word, SuggestionKind::Title);
    assert_eq!(kinds(1), [word]);
    assert_eq!(kinds(2), [word, title]);
    assert_eq!(kinds(5), [word, word, word, title, title]);
    assert_eq!(kinds(0), []);
}

#[test]
fn words_are_written_as_they_mostly_are() {
    let items = ["LoRA", "LoRA", "LORA", "lora", "Epub", "epub", "epub", "epub"];
    let texts: Vec<(String, String)> = items
        .iter()
        .zip(0..)
        .map(|(name, at)| (format!("其{at}"), format!("用{name}的人。")))
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let fixture = Fixture::new(&texts);
    for (typed, expected) in [("lo", "LoRA"), ("ep", "epub")] {
        let found = suggest(&fixture.reader, typed, 1).unwrap();
        assert_eq!(found.first().map(|found| found.text.as_str()), Some(expected), "{typed}");
    }
}
