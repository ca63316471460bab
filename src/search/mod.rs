//! A question and a snapshot to an answer: everything is a function over one [`Reader`].
//!
//! A file uses only what stands before it in this list:
//!
//! ```text
//! per_zone, weights, given_up, side_by_side, request, snippet/*, results
//! docs                              sets of items as sorted lists
//! similar                           how near items are to what was asked
//! words/remembered                  what was found out last
//! adjacent, known, postings, lists, kept, segment
//!                                   one segment, asked term by term
//! answer/findings, answer/gather    what items of a segment have of a word
//! answer/matching, rank, closeness  which items match, and their scores
//! answer/bounds                     what scores are at least and at most
//! answer/order, answer/collect      the best matches and counts
//! words/completions, words/pinyin   lists of words and titles, as data
//! reader                            the snapshot and what is read from it once
//! answer/filter                     filters to sets of items
//! words/lexicon, aliases, respell   words of the archive for words that are typed
//! answer/nearness                   whether a query is looked for by what it means
//! answer/work                       segments one after the other or side by side
//! answer/explain, answer/evaluate   a plan over every segment
//! answer/ladder, answer/mod         the steps until something matches; the answer
//! archive/*, words/suggest          what is counted, listed and completed
//! ```

mod adjacent;
mod answer;
mod archive;
mod docs;
mod given_up;
mod kept;
mod known;
mod lists;
mod per_zone;
mod postings;
mod reader;
mod request;
mod results;
mod segment;
mod side_by_side;
mod similar;
mod snippet;
#[cfg(test)]
mod testing;
mod weights;
mod words;

pub use answer::ladder::{plan, planner};
pub use answer::{answer, answer_with_choices, matching_ids};
pub use archive::covered::{Covered, MAX_COVERED, covered};
pub use archive::find::{Found, Reached, find};
pub use archive::item::{ItemContext, for_each_item, item_context};
pub use archive::overview::{overview, whole_overview};
pub use archive::stories::{MAX_TELLINGS, Story, story};
pub use archive::trend::{Interval, Trend, TrendPoint, months_spanned, summed, trend};
pub use given_up::GivenUp;
pub use reader::Reader;
pub use request::Request;
pub use results::{
    Explanation, FacetValue, Hit, Overview, ReportSummary, Results, Step, WordExplanation,
};
pub use side_by_side::{OneByOne, SideBySide};
pub use similar::{Questions, Silent};
pub use snippet::Snippet;
pub use weights::Weights;
pub use words::aliases::{Alias, aliases};
pub use words::completions::{CompletedBy, MAX_SUGGESTIONS, Suggestion, SuggestionKind};
pub use words::suggest::suggest;

use crate::error::Result;

/// Reads what suggestions, pinyin, pieces of words and the overview need, so that the first question does not wait.
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read.
pub fn prepare(reader: &Reader) -> Result<()> {
    words::suggest::prepare(reader)?;
    words::lexicon::prepare(reader)?;
    // A writer may have replaced the manifest meanwhile; whoever asks for the overview hears of it.
    let _ = overview(reader);
    Ok(())
}
