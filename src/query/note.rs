//! What is worth saying about how a query was read and answered.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{DayRange, IssueRange};
use crate::error::{Error, UnknownValue};

/// Characters of a word that are shown.
const MAX_SHOWN: usize = 40;

/// Something worth saying. It is written as an English sentence, lower case and without a full stop; pages in other
/// languages say it themselves.
///
/// Its code is the name of its kind in lower case, `not-a-date`: programs may rely on it.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Note {
    /// Only the first characters were searched.
    FirstCharacters(usize),
    /// Only the first words were searched.
    FirstWords(usize),
    /// A quotation mark without its partner was ignored.
    UnpairedQuote,
    /// What stands before a colon is nearly the name of a field, and was searched as text.
    UnknownField {
        /// As typed.
        typed: String,
        /// The name it may be meant for.
        nearest: &'static str,
    },
    /// This was excluded, and may have been meant as text.
    Excluded(String),
    /// There was nothing to exclude this from, so that it was searched as text.
    NotExcluded(String),
    /// These words were read as a date, and narrow the answer.
    Dated {
        /// As typed.
        typed: String,
        /// What they were read as.
        days: DayRange,
    },
    /// These words may be a date, of which nothing was found; they were searched as words.
    NothingDated {
        /// As typed.
        typed: String,
        /// What they may be read as.
        days: DayRange,
    },
    /// No item is of these days.
    OutOfDays {
        /// What was asked for.
        days: DayRange,
        /// First and last day of all reports, if any has a date.
        known: Option<(Date, Date)>,
    },
    /// No item is of these issues.
    OutOfIssues {
        /// What was asked for.
        issues: Vec<IssueRange>,
        /// First and last number of all reports, if any has one.
        known: Option<(u32, u32)>,
    },
    /// A sign that means something elsewhere was ignored.
    IgnoredSign(String),
    /// A `field:value` that names no date was searched as text.
    NotADate(String),
    /// A `field:value` that names no issue was searched as text.
    NotAnIssue(String),
    /// A typed link filter that is neither a URL nor a host was ignored.
    NotALink(String),
    /// A filter value that no item has.
    UnknownValue(UnknownValue),
    /// The query has no words to search for.
    NoWords,
    /// This was searched for instead of what was typed.
    Mended {
        /// The whole query.
        searched: String,
        /// What the only word that was mended may have been meant as otherwise.
        others: Vec<String>,
    },
    /// A word may be a slip of far more frequent ones; items with these are related.
    DidYouMean {
        /// The word.
        typed: String,
        /// What it may have been meant as, most probable first.
        words: Vec<String>,
    },
    /// This was read as an order, newest first.
    Newest(String),
    /// Letters were read as the pinyin of these words, best known first.
    Pinyin {
        /// The letters.
        typed: String,
        /// The words.
        words: Vec<String>,
    },
    /// These words stand in no item as words, only as pieces of something else.
    Pieces(Vec<String>),
    /// No item has all words.
    SomeWords {
        /// Words that the first item has, if that is known.
        has: Option<usize>,
        /// Words of the query.
        of: usize,
    },
    /// The model of sentences did not answer in time.
    WordsAlone,
    /// Nothing was found.
    Nothing {
        /// Items there are.
        items: usize,
        /// Why.
        why: WhyNothing,
    },
}

/// Why nothing was found.
#[derive(Clone, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
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

impl Note {
    /// Returns the stable name of its kind.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Returns the error that a filter given beside the query is refused with; `None` for all other notes.
    #[must_use]
    pub fn as_error(&self) -> Option<Error> {
        let Self::UnknownValue(unknown) = self else { return None };
        Some(Error::UnknownValue(unknown.clone()))
    }

    /// Writes the English sentence; `quote` puts what was typed, or what is in the archive, into quotation marks.
    #[must_use]
    pub fn sentence(&self, quote: impl Fn(&str) -> String) -> String {
        let list =
            |words: &[String]| words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(", ");
        match self {
            Self::FirstCharacters(most) => {
                format!("only the first {most} characters were searched")
            }
            Self::FirstWords(most) => format!("only the first {most} words were searched"),
            Self::UnpairedQuote => "a quotation mark without its partner was ignored".to_owned(),
            Self::UnknownField { typed, nearest } => {
                format!("no field {}; did you mean {nearest}?", quote(typed))
            }
            Self::Excluded(word) => {
                format!("without {}; put it in quotes to search for it", quote(&shortened(word)))
            }
            Self::NotExcluded(text) => {
                format!("nothing to exclude {} from; searched as text", quote(&shortened(text)))
            }
            Self::Dated { typed, days } => format!(
                "{} was read as a date, {}; put it in quotes to search for the words",
                quote(typed),
                days.sentence()
            ),
            Self::NothingDated { typed, days } => format!(
                "nothing {}, which {} may mean; searched as words",
                days.sentence(),
                quote(typed)
            ),
            Self::OutOfDays { days, known } => {
                format!("no report is {}; {}", days.sentence(), dated_reports(*days, *known))
            }
            Self::OutOfIssues { issues, known } => {
                let issues: Vec<String> = issues.iter().map(ToString::to_string).collect();
                let known = match known {
                    Some((first, last)) => format!("issues have numbers from {first} to {last}"),
                    None => "no report has the number of an issue".to_owned(),
                };
                format!("no issue {}; {known}", issues.join(", "))
            }
            Self::IgnoredSign(text) => {
                format!("the sign of {} was ignored", quote(&shortened(text)))
            }
            Self::NotADate(typed) => format!("{} is not a date; searched as text", quote(typed)),
            Self::NotAnIssue(typed) => {
                format!("{} is not the number of an issue; searched as text", quote(typed))
            }
            Self::NotALink(typed) => {
                format!("{} is neither a URL nor a host; ignored", quote(typed))
            }
            Self::UnknownValue(UnknownValue { field, value, nearest }) => {
                let nearest = match nearest.as_slice() {
                    [] => String::new(),
                    nearest => format!("; there are {}", list(nearest)),
                };
                format!("no item has the {field} {}{nearest}", quote(value))
            }
            Self::NoWords => "nothing to search for: the query has no words".to_owned(),
            Self::Mended { searched, others } => {
                let mut sentence =
                    format!("no item has all words as typed; searched for: {searched}");
                if !others.is_empty() {
                    sentence.push_str(&format!("; or did you mean: {}", others.join(", ")));
                }
                sentence
            }
            Self::DidYouMean { typed, words } => {
                format!("did you mean {} instead of {}?", list(words), quote(&shortened(typed)))
            }
            Self::Newest(typed) => format!(
                "{} was read as newest first; put it in quotes to search for the word",
                quote(typed)
            ),
            Self::Pinyin { typed, words } => {
                format!("read {} as pinyin: {}", quote(&shortened(typed)), words.join(", "))
            }
            Self::Pieces(words) => {
                let words: Vec<String> = words.iter().map(|word| shortened(word)).collect();
                format!("found only inside other words: {}", list(&words))
            }
            Self::SomeWords { has: Some(0), .. } => {
                "no item has what was typed as such; these are near it".to_owned()
            }
            Self::SomeWords { has: Some(has), of } => {
                format!("no item has all {of} words; the first has {has} of them")
            }
            Self::SomeWords { has: None, .. } => {
                "no item has all words; these have some of them".to_owned()
            }
            Self::WordsAlone => {
                "the model of sentences gave no answer in time; words alone were searched"
                    .to_owned()
            }
            Self::Nothing { items, why } => why.sentence(&grouped(*items), list),
        }
    }
}

/// Says of which days there are reports.
fn dated_reports(days: DayRange, known: Option<(Date, Date)>) -> String {
    match known {
        None => "no report has a date".to_owned(),
        Some((_, newest)) if days.since.is_some_and(|since| since > newest) => {
            format!("the newest report is of {newest}")
        }
        Some((oldest, _)) if days.until.is_some_and(|until| until < oldest) => {
            format!("the oldest report is of {oldest}")
        }
        Some((oldest, newest)) => format!("reports are from {oldest} to {newest}"),
    }
}

impl WhyNothing {
    fn sentence(&self, items: &str, list: impl Fn(&[String]) -> String) -> String {
        match self {
            Self::Missing(words) => {
                let are = if words.len() == 1 { "is" } else { "are" };
                let words: Vec<String> = words.iter().map(|word| shortened(word)).collect();
                format!("nothing found: {} {are} in none of {items} items", list(&words))
            }
            Self::NotAsTyped => {
                format!("nothing found: none of {items} items has all words as typed")
            }
            Self::Filters => format!("nothing found among {items} items with these filters"),
            Self::Exclusions => {
                format!("nothing found among {items} items without what was excluded")
            }
            Self::Other => format!("nothing found among {items} items"),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence(|quoted| format!("`{quoted}`")))
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
        let unknown = |nearest: &[&str]| {
            let nearest = nearest.iter().map(|value| (*value).to_owned()).collect();
            Note::UnknownValue(UnknownValue { field: "section", value: "丙".to_owned(), nearest })
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
