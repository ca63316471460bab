//! A query and a snapshot to results: hits in a stable order, marked, counted, with the step that answered.

mod aliases;
mod collect;
mod covered;
mod evidence;
mod explain;
mod filter;
mod ladder;
mod lexicon;
mod overview;
mod rank;
mod respell;
mod segment;
mod snippet;
mod suggest;
mod trend;
mod weights;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use serde::Serialize;
use tantivy::collector::Count;
use tantivy::query::Query as IndexQuery;
use tantivy::schema::Value;
use tantivy::{DocAddress, SegmentOrdinal, TantivyDocument};

use crate::address::{Link, canonical_filter};
use crate::analysis::fold;
use crate::error::{Error, Result};
use crate::index::{Fields, LatinTerms, Snapshot, StoredItem, Vocabulary};
use crate::query::{Filters, Note, Query, SHIPPED_SYNONYMS, Synonyms, Zone};
use crate::report::ItemId;
use crate::text::ByteSpan;
pub use aliases::Alias;
use collect::{ColumnNames, Match};
pub use covered::{Covered, MAX_COVERED};
use evidence::Room;
use explain::Answered;
pub use explain::{Explanation, WordExplanation};
pub use filter::UnknownValue;
use ladder::Answer;
use lexicon::{Homophones, Sounds};
pub use overview::{Overview, Placed, ReportSummary};
pub use snippet::Snippet;
use suggest::Completions;
pub use suggest::{CompletedBy, MAX_SUGGESTIONS, Suggestion, SuggestionKind};
pub use trend::{Interval, Trend, TrendPoint, months_spanned, summed};
pub use weights::Weights;

/// Order of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
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
    /// Only items that have every word as typed: no mended spelling, no fewer words, nothing loosely related.
    pub strict: bool,
    /// Whether to explain every hit.
    pub explain: bool,
}

impl Request {
    /// Asks for every hit of a query, best first, and nothing beside.
    #[must_use]
    pub fn new(query: Query) -> Self {
        Self {
            query,
            filters: Filters::default(),
            sort: Sort::default(),
            limit: usize::MAX,
            offset: 0,
            facets: Vec::new(),
            strict: false,
            explain: false,
        }
    }
}

/// Which step of the ladder answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Matched {
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
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
    /// Has only some of what was asked for and stands behind the items that have all.
    pub related: bool,
    /// Where it has something of the query.
    pub matched_in: Vec<Zone>,
    /// Why it stands where it does, if that was asked.
    pub explanation: Option<Explanation>,
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
    pub matched: Matched,
    /// How many items match, exactly.
    pub total: usize,
    /// How many loosely related items follow them.
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

/// Answers questions over one snapshot.
#[derive(Clone, Debug)]
pub struct Searcher {
    snapshot: Snapshot,
    /// Average lengths of title, body and meta in words.
    averages: [f32; 3],
    words: u64,
    weights: Weights,
    /// Latin words of every segment by zone, read when first asked for.
    latin: Arc<Vec<[OnceLock<LatinTerms>; 4]>>,
    sounds: Arc<OnceLock<Sounds>>,
    homophones: Arc<OnceLock<Homophones>>,
    /// The shipped ones, read when first asked for, if no others were given.
    synonyms: Arc<OnceLock<Synonyms>>,
    aliases: bool,
    completions: Arc<OnceLock<Completions>>,
    overview: Arc<OnceLock<Overview>>,
    rooms: Arc<Rooms>,
    names: Arc<ColumnNames>,
}

/// Memory of queries that ended, for those to come.
#[derive(Debug, Default)]
struct Rooms(Mutex<Vec<Room>>);

impl Rooms {
    fn take(&self) -> Room {
        self.0.lock().map(|mut rooms| rooms.pop()).ok().flatten().unwrap_or_default()
    }

    fn give(&self, room: Room) {
        if let Ok(mut rooms) = self.0.lock() {
            rooms.push(room);
        }
    }
}

fn ordinal(segment: usize) -> SegmentOrdinal {
    SegmentOrdinal::try_from(segment).unwrap_or_default()
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
        #[expect(clippy::cast_precision_loss, reason = "an average needs no exact count")]
        let average = |words: u64| (words as f32 / snapshot.head.items.max(1) as f32).max(1.0);
        let averages = [average(counts[0][0]), average(counts[1][0]), average(counts[2][0])];
        let segments = snapshot.searcher.segment_readers().len();
        let latin = (0..segments).map(|_| Default::default()).collect();
        let words = counts[0][0] + counts[1][0];
        Self {
            snapshot,
            averages,
            words,
            weights: Weights::default(),
            latin: Arc::new(latin),
            sounds: Arc::default(),
            homophones: Arc::default(),
            rooms: Arc::default(),
            names: Arc::new(ColumnNames::new(segments)),
            synonyms: Arc::default(),
            aliases: true,
            completions: Arc::default(),
            overview: Arc::default(),
        }
    }

    /// Uses other synonyms than the shipped ones.
    #[must_use]
    pub fn with_synonyms(mut self, synonyms: Synonyms) -> Self {
        self.synonyms = Arc::new(OnceLock::from(synonyms));
        self
    }

    /// Uses names that the archive explains by others, or not.
    #[must_use]
    pub fn with_aliases(mut self, aliases: bool) -> Self {
        self.aliases = aliases;
        self
    }

    fn synonyms(&self) -> &Synonyms {
        self.synonyms.get_or_init(|| Synonyms::read(&[SHIPPED_SYNONYMS]).0)
    }

    /// Ranks with other weights.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
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

    /// Returns the ids of the items that match, in their order, without reading the items; loosely related ones are
    /// left out.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn ids(&self, request: &Request) -> Result<Vec<ItemId>> {
        let (answer, _) = self.answer(request)?;
        let best = answer.collected.best.iter().skip(request.offset);
        let ordinal = |found: &Match| usize::try_from(found.ordinal).unwrap_or(usize::MAX);
        Ok(best.map(|found| ItemId::new(&found.report, ordinal(found))).collect())
    }

    /// Goes down the ladder, with what was noticed on the way there.
    fn answer(&self, request: &Request) -> Result<(Answer, Vec<Note>)> {
        let mut notes = request.query.notes.clone();
        let mut filters = request.query.filters.clone();
        // What is typed is never an error.
        filters.links.retain(|link| {
            let is_link = canonical_filter(link).is_some();
            if !is_link {
                notes.push(Note::NotALink(link.clone()));
            }
            is_link
        });
        filters.add(&request.filters);
        let unknown = self.unknown_values(&filters)?;
        notes.extend(unknown.into_iter().map(Note::from));
        let conditions = self.passing(&filters)?;
        let vocabulary = self.vocabulary()?;
        Ok((self.climb(&vocabulary, &conditions, request)?, notes))
    }

    /// Answers a request.
    ///
    /// # Errors
    /// [`Error::Search`] if the index cannot be read, [`Error::Link`] for a link filter beside the query that is none.
    pub fn search(&self, request: &Request) -> Result<Results> {
        let (answer, mut notes) = self.answer(request)?;
        let Answer { matched, collected, related, answered, mended, missing, notes: more } = answer;
        notes.extend(more);
        let listed = collected.best.iter().map(|found| (found, false));
        let listed = listed.chain(related.iter().map(|found| (found, true)));
        let hits = listed
            .skip(request.offset)
            .take(request.limit)
            .map(|(found, related)| self.hit(found, related, &answered, request.explain));
        Ok(Results {
            query: request.query.text.clone(),
            searched: mended,
            missing,
            matched,
            total: collected.total,
            related: related.len(),
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

    fn hit(&self, found: &Match, related: bool, answered: &Answered, explain: bool) -> Result<Hit> {
        let item = self.stored(found.address)?;
        let needles = answered.needles(found.address);
        let title_marks = if needles.is_empty() {
            Vec::new()
        } else {
            snippet::marks(&item.item.title, &needles)
        };
        let snippet = snippet::snippet(&item.item.body, &needles);
        Ok(Hit {
            item,
            title_marks,
            snippet,
            score: found.score(),
            related,
            matched_in: answered.zones(found.address),
            explanation: explain.then(|| answered.explain(found.address)),
        })
    }

    fn stored(&self, address: DocAddress) -> Result<StoredItem> {
        self.read_stored(&self.snapshot.searcher.doc(address).map_err(failed)?)
    }

    fn read_stored(&self, document: &TantivyDocument) -> Result<StoredItem> {
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

    /// Calls `tell` with every item, in the order of the index.
    ///
    /// # Errors
    /// [`Error::Search`] or [`Error::IndexDamaged`] if the index cannot be read.
    pub fn for_each_item(&self, tell: &mut dyn FnMut(&StoredItem)) -> Result<()> {
        for reader in self.snapshot.searcher.segment_readers() {
            let store = reader.get_store_reader(4).map_err(|error| failed(error.into()))?;
            for document in store.iter::<TantivyDocument>(reader.alive_bitset()) {
                tell(&self.read_stored(&document.map_err(failed)?)?);
            }
        }
        Ok(())
    }

    fn address(&self, id: &ItemId) -> Result<Option<DocAddress>> {
        let Some((report, ordinal)) = id.split() else { return Ok(None) };
        let found = self.matches_of(report)?;
        Ok(found.iter().find(|found| found.ordinal == ordinal).map(|found| found.address))
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
