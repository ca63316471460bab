//! A phrase scored by how many items really contain it.

use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::query::{
    Bm25StatisticsProvider, EnableScoring, PhraseQuery, Query, TermQuery, Weight,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Statistics of the archive as it is: exact token counts, whatever the segments have seen deleted.
#[derive(Clone)]
pub struct Statistics {
    searcher: Searcher,
    tokens: Vec<(Field, u64)>,
    docs: u64,
}

impl std::fmt::Debug for Statistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Statistics")
            .field("tokens", &self.tokens)
            .field("docs", &self.docs)
            .finish_non_exhaustive()
    }
}

impl Statistics {
    /// Makes statistics from token counts per field; fields not named count one token per item.
    #[must_use]
    pub fn new(searcher: &Searcher, tokens: Vec<(Field, u64)>) -> Self {
        // Deleted items still count in term frequencies until segments are merged.
        let docs = searcher
            .segment_readers()
            .iter()
            .map(|segment| u64::from(segment.max_doc()))
            .sum::<u64>()
            .max(1);
        Self { searcher: searcher.clone(), tokens, docs }
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        let known = self.tokens.iter().find(|(known, _)| *known == field);
        Ok(known.map_or(self.docs, |(_, tokens)| (*tokens).max(1)))
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.docs)
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        self.searcher.doc_freq(term)
    }
}

/// Adjacent terms of one field.
///
/// tantivy scores a phrase by the sum of its terms' inverse document frequencies, which makes a phrase of common
/// characters look rare or common for the wrong reason. A literal is scored like one term that occurs in as many
/// items as the phrase does.
#[derive(Clone, Debug)]
pub struct Literal {
    terms: Vec<Term>,
    frequency: u64,
}

impl Literal {
    /// Makes a literal that `frequency` items contain.
    #[must_use]
    pub fn new(terms: Vec<Term>, frequency: u64) -> Self {
        Self { terms, frequency }
    }

    fn inner(&self) -> Box<dyn Query> {
        adjacent(self.terms.clone())
    }
}

/// Returns a query for adjacent terms, scored as tantivy does.
pub(super) fn adjacent(mut terms: Vec<Term>) -> Box<dyn Query> {
    match terms.pop() {
        Some(only) if terms.is_empty() => {
            Box::new(TermQuery::new(only, IndexRecordOption::WithFreqs))
        }
        Some(last) => {
            terms.push(last);
            Box::new(PhraseQuery::new(terms))
        }
        None => Box::new(tantivy::query::EmptyQuery),
    }
}

/// Answers the literal's frequency for its first term and "in every item" for the others, whose inverse frequency is
/// then next to nothing.
struct LiteralStatistics<'a> {
    inner: &'a dyn Bm25StatisticsProvider,
    frequency: u64,
    asked: AtomicBool,
}

impl Bm25StatisticsProvider for LiteralStatistics<'_> {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        self.inner.total_num_tokens(field)
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.inner.total_num_docs()
    }

    fn doc_freq(&self, _term: &Term) -> tantivy::Result<u64> {
        let docs = self.inner.total_num_docs()?;
        Ok(if self.asked.swap(true, Ordering::Relaxed) { docs } else { self.frequency.min(docs) })
    }
}

impl Query for Literal {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        match scoring {
            EnableScoring::Enabled { searcher, statistics_provider } => {
                let statistics = LiteralStatistics {
                    inner: statistics_provider,
                    frequency: self.frequency,
                    asked: AtomicBool::new(false),
                };
                self.inner()
                    .weight(EnableScoring::enabled_from_statistics_provider(&statistics, searcher))
            }
            disabled @ EnableScoring::Disabled { .. } => self.inner().weight(disabled),
        }
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        for term in &self.terms {
            visitor(term, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use tantivy::collector::TopDocs;
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{Index, doc};

    use super::*;

    /// Guards the order in which tantivy asks for frequencies, which the literal relies on.
    #[test]
    fn a_literal_scores_like_a_term_of_the_same_frequency() {
        let mut builder = Schema::builder();
        let field = builder.add_text_field("t", TEXT);
        let index = Index::create_in_ram(builder.build());
        let mut writer = index.writer_with_num_threads(1, 20_000_000).unwrap();
        for text in ["a b x", "a b x", "a c d", "b c d", "d c a"] {
            writer.add_document(doc!(field => text)).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let term = |text: &str| Term::from_field_text(field, text);
        let top = |query: &dyn Query| {
            searcher.search(query, &TopDocs::with_limit(1).order_by_score()).unwrap()[0].0
        };
        let literal = top(&Literal::new(vec![term("a"), term("b")], 2));
        let word = top(&TermQuery::new(term("x"), IndexRecordOption::WithFreqs));
        let rest = (1.0_f32 + 0.5 / 5.5).ln() / (1.0 + (5.0 - 2.0 + 0.5_f32) / 2.5).ln();
        assert!((literal / word - 1.0 - rest).abs() < 0.01, "{literal} {word}");
    }
}
