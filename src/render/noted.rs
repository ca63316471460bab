//! A note as data: a stable code, the sentence, and what it is about in fields of its own.

use jiff::civil::Date;
use serde::Serialize;

use crate::error::UnknownValue;
use crate::query::{DayRange, Note, WhyNothing};

/// Something that is worth saying about an answer. Codes are stable; a field is left out where it says nothing.
#[derive(Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "serve", schema(as = Note))]
pub struct NoteData<'a> {
    /// Which kind of note it is.
    pub code: &'static str,
    /// The English sentence.
    pub sentence: String,
    /// What was typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub typed: Option<&'a str>,
    /// The filter it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// Words it is about.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub words: &'a [String],
    /// What was searched for instead, or might have been meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<&'a str>,
    /// Why nothing was found: `missing`, `not-as-typed`, `filters`, `exclusions` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
    /// First day it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(value_type = Option<String>))]
    pub since: Option<Date>,
    /// Last day it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(value_type = Option<String>))]
    pub until: Option<Date>,
    /// Day of the oldest report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(value_type = Option<String>))]
    pub oldest: Option<Date>,
    /// Day of the newest report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(value_type = Option<String>))]
    pub newest: Option<Date>,
    /// First number of an issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<u32>,
    /// Last number of an issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<u32>,
    /// How many of something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<usize>,
}

impl<'a> From<&'a Note> for NoteData<'a> {
    fn from(note: &'a Note) -> Self {
        let (code, sentence) = (note.code(), note.to_string());
        let data = Self { code, sentence, ..Self::default() };
        match note {
            Note::FirstCharacters(most) | Note::FirstWords(most) => {
                Self { count: Some(*most), ..data }
            }
            Note::UnpairedQuote
            | Note::NoWords
            | Note::WordsAlone
            | Note::SomeWords { has: None, .. } => data,
            Note::NotADate(typed)
            | Note::NotAnIssue(typed)
            | Note::NotALink(typed)
            | Note::Excluded(typed)
            | Note::NotExcluded(typed)
            | Note::IgnoredSign(typed)
            | Note::Newest(typed) => Self { typed: Some(typed), ..data },
            Note::Dated { typed, days } | Note::NothingDated { typed, days } => {
                Self { typed: Some(typed), since: days.since, until: days.until, ..data }
            }
            Note::OutOfDays { days: DayRange { since, until }, known } => Self {
                since: *since,
                until: *until,
                oldest: known.map(|(oldest, _)| oldest),
                newest: known.map(|(_, newest)| newest),
                ..data
            },
            Note::OutOfIssues { known, .. } => Self {
                first: known.map(|(first, _)| first),
                last: known.map(|(_, last)| last),
                ..data
            },
            Note::UnknownField { typed, nearest } => {
                Self { typed: Some(typed), instead: vec![nearest], ..data }
            }
            Note::UnknownValue(UnknownValue { field, value, nearest }) => Self {
                typed: Some(value),
                field: Some(field),
                instead: nearest.iter().map(String::as_str).collect(),
                ..data
            },
            Note::Mended { searched, others } => {
                let instead = std::iter::once(searched).chain(others).map(String::as_str);
                Self { instead: instead.collect(), ..data }
            }
            Note::Pinyin { typed, words } | Note::DidYouMean { typed, words } => {
                let instead = words.iter().map(String::as_str).collect();
                Self { typed: Some(typed), instead, ..data }
            }
            Note::Pieces(words) => Self { words, ..data },
            Note::SomeWords { has: Some(has), of } => {
                Self { count: Some(*has), of: Some(*of), ..data }
            }
            Note::Nothing { items, why } => {
                let words = if let WhyNothing::Missing(words) = why { &words[..] } else { &[] };
                Self { of: Some(*items), why: Some(why.into()), words, ..data }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(note: &Note, json: &str) {
        assert_eq!(serde_json::to_string(&NoteData::from(note)).unwrap(), json);
    }

    #[test]
    fn a_note_is_a_code_a_sentence_and_what_it_is_about() {
        check(
            &Note::NotADate("since:x".to_owned()),
            r#"{"code":"not-a-date","sentence":"`since:x` is not a date; searched as text","typed":"since:x"}"#,
        );
        let why = WhyNothing::Missing(vec!["甲".to_owned()]);
        check(
            &Note::Nothing { items: 3, why },
            r#"{"code":"nothing","sentence":"nothing found: `甲` is in none of 3 items","words":["甲"],"why":"missing","of":3}"#,
        );
    }
}
