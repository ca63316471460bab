//! What is worth saying about how a query was read and answered.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// Characters of a word that are shown.
const MAX_SHOWN: usize = 40;

/// Something worth saying. It is written as an English sentence, lower case and without a full stop; pages in other
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

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'n> {
    /// Words of the sentence.
    Text(Cow<'n, str>),
    /// What was typed, or what is in the archive; it stands in quotation marks.
    Quoted(Cow<'n, str>),
}

impl<'n> Part<'n> {
    fn text(text: impl Into<Cow<'n, str>>) -> Self {
        Self::Text(text.into())
    }

    fn quoted(text: impl Into<Cow<'n, str>>) -> Self {
        Self::Quoted(text.into())
    }

    /// Quotes words, with commas between them.
    fn list(words: impl IntoIterator<Item = Cow<'n, str>>) -> Vec<Self> {
        let mut parts = Vec::new();
        for word in words {
            if !parts.is_empty() {
                parts.push(Self::text(", "));
            }
            parts.push(Self::Quoted(word));
        }
        parts
    }
}

impl Note {
    /// Returns the English sentence in parts.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        let text = |text: String| vec![Part::text(text)];
        let about = |typed: &str, said: &'static str| {
            vec![Part::quoted(typed.to_owned()), Part::text(said)]
        };
        match self {
            Self::FirstCharacters(most) => {
                text(format!("only the first {most} characters were searched"))
            }
            Self::FirstWords(most) => text(format!("only the first {most} words were searched")),
            Self::UnpairedQuote => {
                text("a quotation mark without its partner was ignored".to_owned())
            }
            Self::NotADate(typed) => about(typed, " is not a date; searched as text"),
            Self::NotAnIssue(typed) => {
                about(typed, " is not the number of an issue; searched as text")
            }
            Self::NotALink(typed) => about(typed, " is neither a URL nor a host; ignored"),
            Self::UnknownValue { field, value, nearest } => {
                let mut parts =
                    vec![Part::text(format!("no item has the {field} ")), Part::quoted(value)];
                if !nearest.is_empty() {
                    parts.push(Part::text("; there are "));
                    parts.extend(Part::list(nearest.iter().map(Cow::from)));
                }
                parts
            }
            Self::NoWords => text("nothing to search for: the query has no words".to_owned()),
            Self::Mended(searched) => {
                text(format!("no item has all words as typed; searched for: {searched}"))
            }
            Self::SomeWords { has: Some(has), of } => {
                text(format!("no item has all {of} words; the first has {has} of them"))
            }
            Self::SomeWords { has: None, .. } => {
                text("no item has all words; these have some of them".to_owned())
            }
            Self::Nothing { items, why } => why.parts(&grouped(*items)),
        }
    }
}

impl WhyNothing {
    fn parts(&self, items: &str) -> Vec<Part<'_>> {
        let text = match self {
            Self::Missing(words) => {
                let mut parts = vec![Part::text("nothing found: ")];
                parts.extend(Part::list(words.iter().map(|word| shortened(word).into())));
                let are = if words.len() == 1 { "is" } else { "are" };
                parts.push(Part::text(format!(" {are} in none of {items} items")));
                return parts;
            }
            Self::NotAsTyped => {
                format!("nothing found: none of {items} items has all words as typed")
            }
            Self::Filters => format!("nothing found among {items} items with these filters"),
            Self::Exclusions => {
                format!("nothing found among {items} items without what was excluded")
            }
            Self::Other => format!("nothing found among {items} items"),
        };
        vec![Part::text(text)]
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts().iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Quoted(text) => write!(f, "`{text}`"),
        })
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(note: &Note, sentence: &str) {
        assert_eq!(note.to_string(), sentence);
    }

    #[test]
    fn every_note_is_a_sentence_with_what_it_is_about_in_quotation_marks() {
        check(&Note::NotADate("since:x".to_owned()), "`since:x` is not a date; searched as text");
        let unknown = |nearest: &[&str]| Note::UnknownValue {
            field: "section",
            value: "丙".to_owned(),
            nearest: nearest.iter().map(|value| (*value).to_owned()).collect(),
        };
        check(&unknown(&[]), "no item has the section `丙`");
        check(&unknown(&["甲", "乙"]), "no item has the section `丙`; there are `甲`, `乙`");
        let missing = |words: &[&str]| Note::Nothing {
            items: 12_345,
            why: WhyNothing::Missing(words.iter().map(|word| (*word).to_owned()).collect()),
        };
        check(&missing(&["a"]), "nothing found: `a` is in none of 12,345 items");
        check(&missing(&["a", "b"]), "nothing found: `a`, `b` are in none of 12,345 items");
    }

    #[test]
    fn a_long_word_is_cut_for_a_sentence() {
        assert_eq!(shortened(&"字".repeat(40)), "字".repeat(40));
        assert_eq!(shortened(&"字".repeat(41)), "字".repeat(40) + "…");
    }

    #[test]
    fn thousands_are_grouped() {
        let numbers = [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")];
        for (number, shown) in numbers {
            assert_eq!(grouped(number), shown);
        }
    }
}
