//! One immutable snapshot of an index, and what is read from it once.

use std::sync::{Arc, OnceLock};

use tantivy::query::Query as IndexQuery;
use tantivy::schema::Value;
use tantivy::{DocAddress, TantivyDocument};

use super::answer::collect::MatchCollector;
use super::answer::facets::FacetTables;
use super::answer::order::Places;
use super::given_up::GivenUp;
use super::kept::KeptLists;
use super::per_zone::PerZone;
use super::results::Overview;
use super::segment::Segment;
use super::side_by_side::{OneByOne, SideBySide};
use super::similar::{Questions, Silent, Similar};
use super::weights::Weights;
use super::words::completions::Completions;
use super::words::completions::titles::TitleLists;
use super::words::cutter::KnownWords;
use super::words::pinyin::{Homophones, Readings};
use super::words::remembered::{Aliases, Counted, Items, Mendings, Nearness};
use crate::error::{Error, Result};
use crate::index::{Fields, LatinTerms, Snapshot, StoredItem, Vocabulary};
use crate::query::{FacetKind, SHIPPED_SYNONYMS, Sort, Synonyms};

/// Items with a longer body, in bytes, are read each time they are shown: nearly all are shorter.
const MAX_KEPT_BODY: usize = 8 * 1024;

/// One snapshot, ready to be asked; cheap to clone. Everything that is asked is a function over it.
#[derive(Clone, Debug)]
pub struct Reader {
    snapshot: Arc<Snapshot>,
    /// Average lengths in words; links have none.
    average_words: PerZone<Option<f32>>,
    /// Words of all titles and bodies.
    words: u64,
    weights: Weights,
    uses_aliases: bool,
    /// The shipped ones, read when first asked for, if no others were given.
    synonyms: Arc<OnceLock<Synonyms>>,
    known_words: Arc<KnownWords>,
    caches: Arc<Caches>,
    /// Weighed with the weights.
    lists: Arc<KeptLists>,
    given_up: GivenUp,
    side_by_side: Arc<dyn SideBySide>,
    questions: Option<Arc<dyn Questions>>,
}

/// What is read from a snapshot when first asked for.
#[derive(Debug, Default)]
pub(super) struct Caches {
    /// Latin words by segment and zone.
    latin: Vec<PerZone<OnceLock<LatinTerms>>>,
    pub(super) readings: OnceLock<Readings>,
    pub(super) homophones: OnceLock<Homophones>,
    pub(super) completions: OnceLock<(Completions, TitleLists)>,
    pub(super) overview: OnceLock<Overview>,
    pub(super) mended: Mendings,
    pub(super) counted: Counted,
    similar: Nearness,
    items: Items,
    vocabulary: OnceLock<Vocabulary>,
    facets: FacetTables,
    places: Arc<Places>,
    pub(super) aliases: Aliases,
}

/// Returns what a slot holds, read now if nobody did before.
pub(super) fn read_once<T>(slot: &OnceLock<T>, read: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(known) = slot.get() {
        return Ok(known);
    }
    let value = read()?;
    Ok(slot.get_or_init(|| value))
}

/// Wraps an error of tantivy.
pub(super) fn failed(error: tantivy::TantivyError) -> Error {
    Error::Search(Box::new(error))
}

impl Reader {
    /// Makes a reader; cheap.
    #[must_use]
    pub fn new(snapshot: Snapshot) -> Self {
        let [title, body, meta] = snapshot.head().tokens.0.map(|[words, _]| words);
        #[expect(clippy::cast_precision_loss, reason = "an average needs no exact count")]
        let average =
            |words: u64| Some((words as f32 / snapshot.head().items.max(1) as f32).max(1.0));
        let average_words =
            PerZone { title: average(title), body: average(body), meta: average(meta), link: None };
        let segments = snapshot.searcher.segment_readers().len();
        let caches = Caches {
            latin: (0..segments).map(|_| PerZone::default()).collect(),
            places: Arc::new(Places::of_segments(segments)),
            ..Caches::default()
        };
        Self {
            snapshot: Arc::new(snapshot),
            average_words,
            words: title + body,
            weights: Weights::default(),
            uses_aliases: true,
            synonyms: Arc::default(),
            known_words: Arc::default(),
            caches: Arc::new(caches),
            lists: Arc::default(),
            given_up: GivenUp::default(),
            side_by_side: Arc::new(OneByOne),
            questions: None,
        }
    }

    /// Uses other synonyms than the shipped ones.
    #[must_use]
    pub fn with_synonyms(mut self, synonyms: Synonyms) -> Self {
        self.synonyms = Arc::new(OnceLock::from(synonyms));
        self
    }

    /// Knows the archive's own words, the text of its dictionary, also where no item has them.
    #[must_use]
    pub fn with_own_words(mut self, list: &str) -> Self {
        self.known_words = Arc::new(KnownWords::with_own(list));
        self
    }

    /// Uses no names that the archive explains by others.
    #[must_use]
    pub fn without_aliases(mut self) -> Self {
        self.uses_aliases = false;
        self
    }

    /// Ranks with other weights.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self.with_new_lists()
    }

    /// Keeps lists of its own, of those that are read from now on.
    pub(super) fn with_new_lists(mut self) -> Self {
        self.lists = Arc::default();
        self
    }

    /// Forgets lists as far as they take too much.
    pub(super) fn trim(&self) {
        self.lists.trim();
    }

    /// Works only until `given_up` says that nobody waits for it.
    #[must_use]
    pub fn until(mut self, given_up: GivenUp) -> Self {
        self.given_up = given_up;
        self
    }

    /// Searches the segments of a large query as `how` does tasks; one after the other without it.
    #[must_use]
    pub fn with_side_by_side(mut self, how: Arc<dyn SideBySide>) -> Self {
        self.side_by_side = how;
        self
    }

    /// Lets items that mean what was asked stand before others, if the index has the vectors of that model.
    #[must_use]
    pub fn with_questions(mut self, questions: Arc<dyn Questions>) -> Self {
        let has_vectors = self.snapshot.head().meaning.as_ref() == Some(questions.model());
        self.questions = has_vectors.then_some(questions);
        self
    }

    /// Returns how near all items are to a question; `None` without a model, or if it makes nothing of the question.
    pub(super) fn similar(
        &self,
        question: &str,
    ) -> std::result::Result<Option<Arc<Similar>>, Silent> {
        let Some(questions) = &self.questions else { return Ok(None) };
        if let Some(known) = self.caches.similar.get(&question.to_owned()) {
            return Ok(Some(known));
        }
        let Some(asked) = questions.vector(question)? else { return Ok(None) };
        let similar = Similar::to(&asked, &self.snapshot, self.side_by_side()).map(Arc::new);
        if let Some(similar) = &similar {
            self.caches.similar.put(question.to_owned(), Arc::clone(similar));
        }
        Ok(similar)
    }

    pub(super) fn side_by_side(&self) -> &dyn SideBySide {
        &*self.side_by_side
    }

    /// Goes on while somebody waits; between two checks are some milliseconds of work at most.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if nobody does.
    pub fn check(&self) -> Result<()> {
        self.given_up.check()
    }

    /// Returns the snapshot that is asked.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Returns the dictionary that queries are cut with.
    ///
    /// # Errors
    /// [`Error::Search`] if the index cannot be read.
    pub fn vocabulary(&self) -> Result<&Vocabulary> {
        read_once(&self.caches.vocabulary, || {
            Vocabulary::open(&self.snapshot, self.words).map_err(failed)
        })
    }

    pub(super) fn fields(&self) -> &Fields {
        &self.snapshot.fields
    }

    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    pub(super) fn known_words(&self) -> &KnownWords {
        &self.known_words
    }

    pub(super) fn synonyms(&self) -> &Synonyms {
        self.synonyms.get_or_init(|| Synonyms::read(&[SHIPPED_SYNONYMS]).0)
    }

    pub(super) fn uses_aliases(&self) -> bool {
        self.uses_aliases
    }

    pub(super) fn caches(&self) -> &Caches {
        &self.caches
    }

    /// Opens every segment for asking.
    pub(super) fn segments(&self) -> Result<Vec<Segment<'_>>> {
        let readers = (0..).zip(self.snapshot.searcher.segment_readers());
        let deleted = (0..).map(|segment| self.snapshot.deleted(segment));
        let open = readers.zip(self.caches.latin.iter().zip(deleted));
        let open = open.map(|(segment, (latin, deleted))| {
            let (files, fields) = (self.snapshot.files(), self.fields());
            let caches = (latin, &*self.lists);
            Segment::open(segment, files, fields, self.average_words, caches, deleted)
        });
        open.collect::<tantivy::Result<_>>().map_err(failed)
    }

    /// Makes a collector of the best `keep` matches.
    pub(super) fn collector(
        &self,
        sort: Sort,
        keep: usize,
        facets: &[FacetKind],
    ) -> MatchCollector<'_> {
        let (tables, searcher) = (&self.caches.facets, &self.snapshot.searcher);
        let places = &self.caches.places;
        MatchCollector { tables, places, searcher, sort, keep, facets: facets.to_vec() }
    }

    /// Returns the items that a condition holds for.
    pub(super) fn collect(
        &self,
        condition: &dyn IndexQuery,
        collector: &MatchCollector<'_>,
    ) -> Result<super::answer::collect::Collected> {
        self.snapshot.searcher.search(condition, collector).map_err(failed)
    }

    /// Returns one item that is shown. Whoever asks again, with other filters say, is shown many of the same.
    pub(super) fn stored(&self, address: DocAddress) -> Result<StoredItem> {
        if let Some(known) = self.caches.items.get(&address) {
            return Ok(StoredItem::clone(&known));
        }
        let item = self.read(address)?;
        if item.item.body.len() <= MAX_KEPT_BODY {
            self.caches.items.put(address, Arc::new(item.clone()));
        }
        Ok(item)
    }

    /// Reads one item that nobody asks for again soon.
    pub(super) fn read(&self, address: DocAddress) -> Result<StoredItem> {
        self.decoded(&self.snapshot.searcher.doc(address).map_err(failed)?)
    }

    /// Returns the item that a document of tantivy holds.
    pub(super) fn decoded(&self, document: &TantivyDocument) -> Result<StoredItem> {
        let json = document
            .get_first(self.fields().doc)
            .and_then(|value| value.as_str())
            .unwrap_or_default();
        serde_json::from_str(json).map_err(|error| Error::IndexDamaged {
            path: self.snapshot.path.clone(),
            reason: format!("an item cannot be read: {error}"),
        })
    }
}
