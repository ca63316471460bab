//! A query and a snapshot to results: hits in a stable order, marked, counted, with the step that answered.

mod collect;
mod filter;
mod snippet;

use std::collections::BTreeMap;

use serde::Serialize;
use tantivy::collector::Count;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query as IndexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Value};
use tantivy::{DocAddress, TantivyDocument, Term};

use crate::error::{Error, Result};
use crate::index::{Fields, Snapshot, StoredItem, Vocabulary};
use crate::query::{Filters, Needle, Node, Plan, Planner, Query, Statistics};
use crate::report::{ItemId, Link, canonical_filter};
use crate::text::ByteSpan;
use collect::{Collected, Match, MatchCollector};
pub use filter::UnknownValue;
pub use snippet::Snippet;

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best first, then newest first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

/// What hits can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FacetKind {
    /// Section path, its parts joined by `/`.
    Section,
    /// Source.
    Source,
    /// Contributor.
    Contributor,
    /// Host of a link.
    Host,
    /// Month of the report.
    Month,
}

impl FacetKind {
    /// Every kind, in the order they are shown.
    pub const ALL: [Self; 5] =
        [Self::Section, Self::Source, Self::Contributor, Self::Host, Self::Month];

    /// Returns the name used in options, URLs and answers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Source => "source",
            Self::Contributor => "contributor",
            Self::Host => "host",
            Self::Month => "month",
        }
    }

    /// Finds the kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What to search for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The words and the filters typed with them.
    pub query: Query,
    /// Filters given beside the query.
    pub filters: Filters,
    /// Order of hits.
    pub sort: Sort,
    /// At most this many hits.
    pub limit: usize,
    /// Hits left out before the first.
    pub offset: usize,
    /// What to count over all hits.
    pub facets: Vec<FacetKind>,
}

/// Which step of the ladder answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Matched {
    /// No words were given; only filters.
    All,
    /// Every word matches.
    Words,
    /// Every word matches after words were taken apart or joined.
    Spelling,
    /// Only some of the words match.
    Fewer,
    /// Nothing matches.
    None,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The query as typed.
    pub query: String,
    /// Which step of the ladder answered.
    pub matched: Matched,
    /// How many items match, exactly.
    pub total: usize,
    /// As asked.
    pub offset: usize,
    /// As asked.
    pub limit: usize,
    /// The hits asked for, in order.
    pub hits: Vec<Hit>,
    /// Counts over all matches, in the order asked; values by count, then name, months by time.
    pub facets: Vec<(FacetKind, Vec<FacetValue>)>,
    /// What was read differently, what was loosened, and why nothing was found.
    pub notes: Vec<String>,
}

/// Answers questions over one snapshot.
#[derive(Clone, Debug)]
pub struct Searcher {
    snapshot: Snapshot,
    statistics: Statistics,
    words: u64,
}

/// Returns the canonical form of a URL in a query.
fn canonical_link(url: &str) -> Option<String> {
    Link::parse(url).map(|link| link.canonical)
}

fn failed(error: tantivy::TantivyError) -> Error {
    Error::Search(Box::new(error))
}

impl Searcher {
    /// Makes a searcher; cheap.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        let counts = snapshot.head.tokens.0;
        let zones = snapshot.fields.zones();
        let tokens: Vec<(Field, u64)> = zones
            .iter()
            .zip(counts)
            .flat_map(|(zone, [words, atoms])| [(zone.words, words), (zone.atoms, atoms)])
            .collect();
        let statistics = Statistics::new(&snapshot.searcher, tokens);
        Self { snapshot, statistics, words: counts[0][0] + counts[1][0] }
    }

    /// Returns the snapshot that is asked.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    fn fields(&self) -> &Fields {
        &self.snapshot.fields
    }

    /// Returns the dictionary queries are cut with.
    ///
    /// # Errors
    /// [`Error::Search`] if the index cannot be read.
    pub fn vocabulary(&self) -> Result<Vocabulary> {
        Vocabulary::open(&self.snapshot.searcher, self.fields(), self.words).map_err(failed)
    }

    /// Counts the different links of all items.
    ///
    /// # Errors
    /// [`Error::Search`] if the index cannot be read.
    pub fn link_count(&self) -> Result<usize> {
        let mut count = 0;
        for segment in self.snapshot.searcher.segment_readers() {
            let terms = segment.inverted_index(self.fields().link).map_err(failed)?;
            count += terms.terms().num_terms();
        }
        Ok(count)
    }

    /// Answers a request.
    ///
    /// # Errors
    /// [`Error::Search`] if the index cannot be read, [`Error::Link`] for a link filter beside the query that is none.
    pub fn search(&self, request: &Request) -> Result<Results> {
        let mut notes = request.query.notes.clone();
        let mut filters = request.query.filters.clone();
        // What is typed is never an error.
        filters.links.retain(|link| {
            let is_link = canonical_filter(link).is_some();
            if !is_link {
                notes.push(format!("`{link}` is neither a URL nor a host; ignored"));
            }
            is_link
        });
        filters.add(&request.filters);
        let unknown = self.unknown_values(&filters)?;
        notes.extend(unknown.iter().map(UnknownValue::sentence));
        let conditions = self.conditions(&filters)?;
        let vocabulary = self.vocabulary()?;
        let planner = Planner {
            searcher: &self.snapshot.searcher,
            fields: self.fields(),
            statistics: &self.statistics,
            segmenter: &vocabulary,
            canonical_link,
        };
        let plan = planner.plan(&request.query).map_err(failed)?;
        notes.extend(plan.notes.iter().cloned());

        let (matched, collected, needles) = if plan.query.is_none() {
            let asked_nothing =
                request.query.root.is_some() || request.query.text.trim().is_empty();
            if request.query.root.is_none() && !asked_nothing && filters.is_empty()
                || request.query.root.is_some()
            {
                notes.push("nothing to search for: the query has no words".to_owned());
                (Matched::None, Collected::default(), Vec::new())
            } else {
                (
                    Matched::All,
                    self.collect(Box::new(AllQuery), &conditions, request, false)?,
                    Vec::new(),
                )
            }
        } else {
            self.climb(&planner, plan, &conditions, request, &mut notes)?
        };
        let matched = if collected.total == 0 { Matched::None } else { matched };
        if matched == Matched::None && notes.is_empty() {
            notes.push(self.why_nothing(request));
        }
        let hits =
            collected.best.iter().skip(request.offset).map(|found| self.hit(found, &needles));
        Ok(Results {
            query: request.query.text.clone(),
            matched,
            total: collected.total,
            offset: request.offset,
            limit: request.limit,
            hits: hits.collect::<Result<_>>()?,
            facets: request
                .facets
                .iter()
                .copied()
                .zip(facet_values(&request.facets, collected.facets))
                .collect(),
            notes,
        })
    }

    /// Goes down the ladder until something matches: all words, other spelling, fewer words.
    fn climb(
        &self,
        planner: &Planner<'_>,
        mut plan: Plan,
        conditions: &[(Occur, Box<dyn IndexQuery>)],
        request: &Request,
        notes: &mut Vec<String>,
    ) -> Result<(Matched, Collected, Vec<Needle>)> {
        let query = plan.query.take().unwrap_or_else(|| Box::new(EmptyQuery));
        let collected = self.collect(query, conditions, request, true)?;
        if collected.total > 0 {
            return Ok((Matched::Words, collected, plan.needles));
        }
        if let Some(respelled) = planner.respell(&request.query) {
            let mut other = planner.plan(&respelled).map_err(failed)?;
            let query = other.query.take().unwrap_or_else(|| Box::new(EmptyQuery));
            let collected = self.collect(query, conditions, request, true)?;
            if collected.total > 0 {
                let units: Vec<String> = other.units.iter().map(|unit| unit.text.clone()).collect();
                notes.push(format!(
                    "no item has all words as typed; searched for: {}",
                    units.join(" ")
                ));
                return Ok((Matched::Spelling, collected, other.needles));
            }
        }
        let all_single = plan.units.iter().all(|unit| unit.is_single_han);
        let telling: Vec<_> =
            plan.units.iter().filter(|unit| all_single || !unit.is_single_han).collect();
        let units = telling.len();
        for enough in (1..units).rev() {
            let any: Vec<Box<dyn IndexQuery>> =
                telling.iter().map(|unit| unit.query.box_clone()).collect();
            let query = BooleanQuery::union_with_minimum_required_clauses(any, enough);
            let collected = self.collect(Box::new(query), conditions, request, true)?;
            if collected.total > 0 {
                notes.push(format!(
                    "no item has all {units} words; these have {enough} of them or more"
                ));
                return Ok((Matched::Fewer, collected, plan.needles));
            }
        }
        Ok((
            Matched::None,
            Collected {
                facets: vec![BTreeMap::new(); request.facets.len()],
                ..Collected::default()
            },
            Vec::new(),
        ))
    }

    fn collect(
        &self,
        query: Box<dyn IndexQuery>,
        conditions: &[(Occur, Box<dyn IndexQuery>)],
        request: &Request,
        scoring: bool,
    ) -> Result<Collected> {
        let query: Box<dyn IndexQuery> = if conditions.is_empty() {
            query
        } else {
            let mut clauses = vec![(Occur::Must, query)];
            clauses.extend(
                conditions.iter().map(|(occur, condition)| (*occur, condition.box_clone())),
            );
            Box::new(BooleanQuery::new(clauses))
        };
        let collector = MatchCollector {
            sort: if scoring || request.sort != Sort::Relevance {
                request.sort
            } else {
                Sort::Newest
            },
            keep: request.limit.saturating_add(request.offset),
            facets: request.facets.clone(),
            scoring,
        };
        let searcher = &self.snapshot.searcher;
        searcher
            .search_with_statistics_provider(&query, &collector, &self.statistics)
            .map_err(failed)
    }

    fn why_nothing(&self, request: &Request) -> String {
        let items = self.snapshot.head.items;
        let filtered = !request.filters.is_empty() || !request.query.filters.is_empty();
        let excluded = request.query.root.as_ref().is_some_and(Node::excludes);
        match (filtered, excluded) {
            (true, _) => format!("nothing found among {items} items with these filters"),
            (false, true) => format!("nothing found among {items} items without what was excluded"),
            (false, false) => format!("nothing found among {items} items"),
        }
    }

    fn hit(&self, found: &Match, needles: &[Needle]) -> Result<Hit> {
        let item = self.stored(found.address)?;
        let title_marks =
            if needles.is_empty() { Vec::new() } else { snippet::marks(&item.item.title, needles) };
        let snippet = snippet::snippet(&item.item.body, needles);
        Ok(Hit { item, title_marks, snippet, score: found.score() })
    }

    fn stored(&self, address: DocAddress) -> Result<StoredItem> {
        let document: TantivyDocument = self.snapshot.searcher.doc(address).map_err(failed)?;
        let json = document
            .get_first(self.fields().doc)
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        serde_json::from_str(json).map_err(|error| Error::IndexDamaged {
            path: self.snapshot.path.clone(),
            reason: format!("an item cannot be read: {error}"),
        })
    }

    /// Returns one item whole.
    ///
    /// # Errors
    /// [`Error::NoItem`], with the closest id of the same report where there is one.
    pub fn item(&self, id: &ItemId) -> Result<StoredItem> {
        if let Some(address) = self.address(id)? {
            return self.stored(address);
        }
        // The report exists but not the ordinal, or the report is named a little differently.
        let (report, ordinal) = id.split().unwrap_or((id.as_str(), 1));
        let files = self.snapshot.manifest().map(|manifest| manifest.files).unwrap_or_default();
        let reports = files.iter().filter(|file| file.items > 0);
        let nearest = reports
            .map(|file| (strsim::normalized_damerau_levenshtein(&file.report, report), file))
            .filter(|(likeness, _)| *likeness > 0.6)
            .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.report.cmp(&a.1.report)));
        let ordinal = usize::try_from(ordinal).unwrap_or(usize::MAX);
        let nearest = nearest
            .map(|(_, file)| ItemId::new(&file.report, ordinal.clamp(1, file.items)).to_string());
        Err(Error::NoItem { id: id.to_string(), nearest })
    }

    fn address(&self, id: &ItemId) -> Result<Option<DocAddress>> {
        let Some((report, ordinal)) = id.split() else { return Ok(None) };
        let term = Term::from_field_text(self.fields().report, report);
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        let collector = MatchCollector {
            sort: Sort::Newest,
            keep: usize::MAX,
            facets: Vec::new(),
            scoring: false,
        };
        let found = self.snapshot.searcher.search(&query, &collector).map_err(failed)?;
        Ok(found.best.iter().find(|found| found.ordinal == ordinal).map(|found| found.address))
    }

    /// Counts the items a condition holds for.
    fn count(&self, query: &dyn IndexQuery) -> Result<usize> {
        self.snapshot.searcher.search(query, &Count).map_err(failed)
    }
}

fn facet_values(kinds: &[FacetKind], counts: Vec<BTreeMap<String, usize>>) -> Vec<Vec<FacetValue>> {
    let mut counts = counts;
    counts.resize(kinds.len(), BTreeMap::new());
    let values = kinds.iter().zip(counts).map(|(kind, counts)| {
        let mut values: Vec<FacetValue> =
            counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
        if *kind != FacetKind::Month {
            values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        }
        values
    });
    values.collect()
}

/// Wraps a condition so that it says yes or no and never adds to a score.
fn condition(query: Box<dyn IndexQuery>) -> Box<dyn IndexQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}
