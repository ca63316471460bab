//! What is worth telling about how a query was read and answered.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::error::Error;

/// Characters of a word that are shown.
const MAX_SHOWN: usize = 40;

/// Something worth telling. It is written as an English sentence, lower case and without a full stop; pages in other
/// languages say it themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Only the first characters were searched.
    FirstCharacters(usize),
    /// Only the first words were searched.
    FirstWords(usize),
    /// A quotation mark without its partner was ignored.
    UnpairedQuote,
    /// A `field:value` that names no date was searched as text.
    NotADate(String),
    /// A `field:value` that names no issue was searched as text.
    NotAnIssue(String),
    /// A typed link filter that is neither a URL nor a host was ignored.
    NotALink(String),
    /// A filter value that no item has.
    UnknownValue {
        /// `section`, `contributor` or `source`.
        field: &'static str,
        /// As given.
        value: String,
        /// Values there are, closest first.
        nearest: Vec<String>,
    },
    /// The query has no words to search for.
    NoWords,
    /// This was searched for instead of what was typed.
    Mended(String),
    /// No item has all words.
    SomeWords {
        /// Words that the first item has, if that is known.
        has: Option<usize>,
        /// Words of the query.
        of: usize,
    },
    /// Nothing was found.
    Nothing {
        /// Items there are.
        items: usize,
        /// Why.
        why: WhyNothing,
    },
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNothing {
    /// These words are in no item.
    Missing(Vec<String>),
    /// No item has all words as typed, and nothing else was asked for.
    NotAsTyped,
    /// The filters leave nothing that matches.
    Filters,
    /// What was excluded leaves nothing.
    Exclusions,
    /// Something else.
    Other,
}

/// Cuts a word for a sentence.
#[must_use]
pub fn shortened(word: &str) -> String {
    let mut shown: String = word.chars().take(MAX_SHOWN).collect();
    if shown.len() < word.len() {
        shown.push('…');
    }
    shown
}

/// Writes a number with commas between thousands.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstCharacters(most) => {
                write!(f, "only the first {most} characters were searched")
            }
            Self::FirstWords(most) => write!(f, "only the first {most} words were searched"),
            Self::UnpairedQuote => f.write_str("a quotation mark without its partner was ignored"),
            Self::NotADate(typed) => write!(f, "`{typed}` is not a date; searched as text"),
            Self::NotAnIssue(typed) => {
                write!(f, "`{typed}` is not the number of an issue; searched as text")
            }
            Self::NotALink(typed) => write!(f, "`{typed}` is neither a URL nor a host; ignored"),
            Self::UnknownValue { field, value, nearest } => {
                let (value, nearest) = (value.clone(), nearest.clone());
                f.write_str(&Error::UnknownValue { field, value, nearest }.one_line())
            }
            Self::NoWords => f.write_str("nothing to search for: the query has no words"),
            Self::Mended(searched) => {
                write!(f, "no item has all words as typed; searched for: {searched}")
            }
            Self::SomeWords { has: Some(has), of } => {
                write!(f, "no item has all {of} words; the first has {has} of them")
            }
            Self::SomeWords { has: None, .. } => {
                f.write_str("no item has all words; these have some of them")
            }
            Self::Nothing { items, why } => {
                let items = grouped(*items);
                match why {
                    WhyNothing::Missing(words) => {
                        let none = if words.len() == 1 { "is in none" } else { "are in none" };
                        let words: Vec<String> =
                            words.iter().map(|word| format!("`{}`", shortened(word))).collect();
                        write!(f, "nothing found: {} {none} of {items} items", words.join(", "))
                    }
                    WhyNothing::NotAsTyped => {
                        write!(f, "nothing found: none of {items} items has all words as typed")
                    }
                    WhyNothing::Filters => {
                        write!(f, "nothing found among {items} items with these filters")
                    }
                    WhyNothing::Exclusions => {
                        write!(f, "nothing found among {items} items without what was excluded")
                    }
                    WhyNothing::Other => write!(f, "nothing found among {items} items"),
                }
            }
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
