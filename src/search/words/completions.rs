//! Words and names that can be completed, by the keys they are found by.

mod spelled;
pub(crate) mod titles;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::{fold, pinyin_keys};
use crate::text::is_han;

/// Longest word or name that is completed by pinyin, in characters.
const MAX_PINYIN_CHARS: usize = 24;
/// Keys of one beginning that are compared; one letter begins tens of thousands.
const MAX_KEYS: usize = 50_000;
/// Most completions of one answer.
pub const MAX_SUGGESTIONS: usize = 20;

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SuggestionKind {
    /// A section or a part of its path.
    Section,
    /// A contributor.
    Contributor,
    /// A source.
    Source,
    /// A word or name.
    Word,
    /// The title of an item.
    Title,
}

/// How a completion goes on from what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum CompletedBy {
    /// It begins with it.
    Prefix,
    /// Its pinyin does.
    Pinyin,
    /// The initials of its pinyin do.
    Initials,
}

/// One completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// As written in the archive.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// How it goes on from what was typed.
    pub by: CompletedBy,
    /// Items that a search for it finds.
    pub count: u64,
    /// The whole query with what was being typed completed.
    pub query: String,
}

/// Everything that can be suggested but titles, which are too many.
#[derive(Debug, Default)]
pub(crate) struct Completions {
    all: Vec<Completion>,
    /// Keys, each with the place of its completion; in order once [`Self::sort`] was called.
    keys: Vec<(Box<str>, CompletedBy, u32)>,
}

/// One thing that can be suggested.
#[derive(Debug)]
pub(super) struct Completion {
    /// As written in the archive.
    pub(super) text: String,
    pub(super) kind: SuggestionKind,
    pub(super) count: u64,
}

impl Completions {
    /// Adds one, unless it is too short to be worth completing.
    pub(super) fn add(&mut self, text: &str, kind: SuggestionKind, count: u64) {
        let folded = fold(text);
        if folded.chars().count() < 2 {
            return;
        }
        let entry = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(Completion { text: text.to_owned(), kind, count });
        let mut key = |key: String, by| self.keys.push((key.into_boxed_str(), by, entry));
        if folded.chars().any(is_han) && folded.chars().count() <= MAX_PINYIN_CHARS {
            let spoken: String =
                folded.chars().filter(|c| is_han(*c) || c.is_alphanumeric()).collect();
            let keys = pinyin_keys(&spoken);
            keys.full.into_iter().for_each(|full| key(full, CompletedBy::Pinyin));
            keys.initials.into_iter().for_each(|initials| key(initials, CompletedBy::Initials));
        }
        key(folded, CompletedBy::Prefix);
    }

    /// Orders the keys when all were added.
    pub(super) fn sort(&mut self) {
        self.keys.sort_unstable();
    }

    /// Returns the best completions of a folded text, at most `most`, each for another folded text.
    pub(super) fn complete(&self, wanted: &str, most: usize) -> Vec<(&Completion, CompletedBy)> {
        let mut found = self.begun_by(wanted);
        found.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.0.text.cmp(&b.0.text)));
        let mut seen: Vec<String> = Vec::new();
        found.retain(|(completion, ..)| {
            let folded = fold(&completion.text);
            let keep = seen.len() < most && !seen.contains(&folded);
            if keep {
                seen.push(folded);
            }
            keep
        });
        found.into_iter().map(|(completion, by, _)| (completion, by)).collect()
    }

    /// Returns what has a key that begins with `wanted`, by the best such key: what is nearly typed out before what is
    /// only begun; with the bytes that are left to type.
    fn begun_by(&self, wanted: &str) -> Vec<(&Completion, CompletedBy, usize)> {
        let from = self.keys.partition_point(|(key, ..)| key.as_ref() < wanted);
        let begun = self.keys[from..].iter().take_while(|(key, ..)| key.starts_with(wanted));
        let mut best: BTreeMap<u32, (CompletedBy, usize)> = BTreeMap::new();
        for (key, by, place) in begun.take(MAX_KEYS) {
            let way = (*by, key.len() - wanted.len());
            let known = best.entry(*place).or_insert(way);
            *known = way.min(*known);
        }
        let found = best.into_iter();
        found
            .filter_map(|(place, (by, left))| Some((self.all.get(place as usize)?, by, left)))
            .collect()
    }
}

/// Orders completions: what is typed out, then what more than initials begins, then the frequent.
fn rank(
    (completion, by, left): &(&Completion, CompletedBy, usize),
) -> (bool, bool, Reverse<u64>, usize) {
    let whole = *left == 0;
    let only_initials = *by == CompletedBy::Initials && !whole;
    (!whole, only_initials, Reverse(completion.count), *left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, most: usize, expected: &[&str]) {
        let mut all = Completions::default();
        for (text, kind, count) in [
            ("大模型", SuggestionKind::Word, 9),
            ("大数据", SuggestionKind::Word, 5),
            ("论文", SuggestionKind::Section, 40),
            ("LoRA", SuggestionKind::Word, 3),
            ("的", SuggestionKind::Word, 99),
        ] {
            all.add(text, kind, count);
        }
        all.sort();
        let found = all.complete(&fold(typed), most);
        let found: Vec<&str> = found.iter().map(|(found, _)| found.text.as_str()).collect();
        assert_eq!(found, expected, "{typed}");
    }

    #[test]
    fn the_frequent_come_first() {
        check("大", 8, &["大模型", "大数据"]);
        check("大", 1, &["大模型"]);
        check("lo", 8, &["LoRA"]);
    }

    #[test]
    fn pinyin_and_initials_complete_too() {
        check("lunw", 8, &["论文"]);
        check("lw", 8, &["论文"]);
        check("dashu", 8, &["大数据"]);
    }

    #[test]
    fn a_single_character_is_not_suggested() {
        check("的", 8, &[]);
    }
}
