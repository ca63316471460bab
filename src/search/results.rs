//! What an answer is made of: plain data for those who show it.

use serde::Serialize;

use super::snippet::Snippet;
use crate::analysis::fold;
use crate::index::StoredItem;
use crate::query::{FacetKind, Note, Way, Zone};
use crate::text::ByteSpan;

/// Which step of the ladder answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, strum::IntoStaticStr)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
#[cfg_attr(feature = "serve", schema(as = Matched))]
pub enum Step {
    /// No words were given; only filters.
    All,
    /// Every word matches.
    Words,
    /// Every word matches after the spelling was mended.
    Spelling,
    /// Every word matches after Latin letters were read as pinyin.
    Pinyin,
    /// Only some of the words match.
    Fewer,
    /// Nothing matches.
    #[default]
    None,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct FacetValue {
    /// As written in the reports.
    pub value: String,
    /// How many of all hits have it.
    pub count: usize,
}

/// One returned item.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The item, whole.
    pub item: StoredItem,
    /// What to mark in its title.
    pub title_marks: Vec<ByteSpan>,
    /// An excerpt of its body.
    pub snippet: Snippet,
    /// Relevance; only comparable within one answer.
    pub score: f64,
    /// Has only some of what was asked for, or a word only as a piece of something else, and stands behind the items that
    /// match.
    pub related: bool,
    /// Where it has something of the query.
    pub matched_in: Vec<Zone>,
    /// Why it stands where it does, if that was asked.
    pub explanation: Option<Explanation>,
}

/// How a hit came by its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Explanation {
    /// Share of the query that the item covers, 0 to 1; rare words are a larger share.
    pub covered: f64,
    /// Every word that was asked for.
    pub words: Vec<WordExplanation>,
    /// Groups of words that stand in the item as typed.
    pub together: Vec<String>,
    /// Groups of words that its title begins with.
    pub begins: Vec<String>,
    /// How near what it means is to what was asked, -1 to 1, as a model of sentences sees it; left out without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<f64>,
}

/// What a hit has of one word.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct WordExplanation {
    /// The word as typed.
    pub word: String,
    /// Its share of the query, 0 to 1; rare words have a larger one.
    pub information: f64,
    /// How the item has it; `null` if it has not.
    pub way: Option<Way>,
    /// The other name it has instead, for a synonym or an alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands.
    pub zones: Vec<Zone>,
    /// What it is worth there, 0 to 1.
    pub worth: f64,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The query as typed.
    pub query: String,
    /// What was searched for instead, where the query had to be mended.
    pub searched: Option<String>,
    /// Words that no item of the archive has in any way.
    pub missing: Vec<String>,
    /// Which step of the ladder answered.
    pub matched: Step,
    /// How many items match, exactly.
    pub total: usize,
    /// How many items follow that are only related: they have a word only as a piece of something else, or only some of the
    /// words. They are looked for where the matches end: 0 if these fill what was asked for.
    pub related: usize,
    /// As asked.
    pub offset: usize,
    /// As asked.
    pub limit: usize,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// Counts over all matches, in the order asked; values by count, then name, months by time.
    pub facets: Vec<(FacetKind, Vec<FacetValue>)>,
    /// What was read differently, what was loosened, and why nothing was found.
    pub notes: Vec<Note>,
    /// How many items would be found without the filters beside the query, where these leave none; else 0.
    pub without_filters: usize,
}

impl Results {
    /// Keeps the values of facets that contain a text in any case and width, at most `most` of each kind.
    pub fn keep_values(&mut self, text: &str, most: usize) {
        let text = fold(text);
        for (_, values) in &mut self.facets {
            values.retain(|value| fold(&value.value).contains(&text));
            values.truncate(most);
        }
    }

    /// Returns the hits that match, without the loosely related ones behind them.
    pub fn matching(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(|hit| !hit.related)
    }
}

/// What an archive holds.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The newest reports, newest first.
    pub newest: Vec<ReportSummary>,
    /// Items by section, source, contributor, host and month.
    pub facets: Vec<(FacetKind, Vec<FacetValue>)>,
    /// How many values each of them has, those among them that are not listed.
    pub different: Vec<(FacetKind, usize)>,
    /// Different addresses that items link to, in canonical form.
    pub links: usize,
    /// Reports without a date.
    pub undated_reports: usize,
    /// What a lenient reader of the files noticed.
    pub diagnostics: usize,
}

impl Overview {
    /// Returns the values of one facet.
    #[must_use]
    pub fn values(&self, kind: FacetKind) -> &[FacetValue] {
        let found = self.facets.iter().find(|(of, _)| *of == kind);
        found.map_or(&[], |(_, values)| values)
    }

    /// Returns how many values one facet has.
    #[must_use]
    pub fn different(&self, kind: FacetKind) -> usize {
        self.different.iter().find(|(of, _)| *of == kind).map_or(0, |(_, different)| *different)
    }

    /// Lists at most so many values of each facet, those that most items have; all months.
    #[must_use]
    pub fn with_at_most(mut self, values: usize) -> Self {
        for (_, listed) in self.facets.iter_mut().filter(|(kind, _)| *kind != FacetKind::Month) {
            listed.truncate(values);
            listed.shrink_to_fit();
        }
        self
    }
}

/// One report in short.
#[derive(Clone, Debug)]
pub struct ReportSummary {
    /// Its first items, in order; at least one.
    pub first: Vec<StoredItem>,
    /// How many it has.
    pub items: usize,
}
