//! The terms of a field over all segments: those that existing items have, and how many.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermMerger;
use tantivy::{DocId, DocSet as _, InvertedIndexReader, Term};

use super::snapshot::Snapshot;

/// One field of an index. An item that is deleted has no terms, though its segment still knows them.
pub struct Terms {
    field: Field,
    segments: Vec<(Arc<InvertedIndexReader>, Arc<[DocId]>)>,
}

impl std::fmt::Debug for Terms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terms").field("segments", &self.segments.len()).finish_non_exhaustive()
    }
}

impl Terms {
    /// Opens a field.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn open(snapshot: &Snapshot, field: Field) -> tantivy::Result<Self> {
        let segments = (0..).zip(snapshot.searcher.segment_readers());
        let open = segments
            .map(|(at, segment)| Ok((segment.inverted_index(field)?, snapshot.deleted(at))));
        Ok(Self { field, segments: open.collect::<tantivy::Result<_>>()? })
    }

    /// Returns how many items have a term. What cannot be read counts as nothing.
    #[must_use]
    pub fn frequency(&self, term: &str) -> u64 {
        let of = |(index, deleted): &(Arc<InvertedIndexReader>, Arc<[DocId]>)| {
            let info = index.terms().get(term).ok().flatten()?;
            existing(index, &info, deleted).ok()
        };
        self.segments.iter().filter_map(of).sum()
    }

    /// Calls `visit` with every term from `from` on and before `to`, in the order of their bytes, and with how many items
    /// have it.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn each(
        &self,
        from: &str,
        to: Option<&str>,
        visit: &mut dyn FnMut(&str, u64) -> ControlFlow<()>,
    ) -> tantivy::Result<()> {
        let mut streams = Vec::with_capacity(self.segments.len());
        for (index, _) in &self.segments {
            let mut range = index.terms().range().ge(from);
            if let Some(to) = to {
                range = range.lt(to);
            }
            streams.push(range.into_stream()?);
        }
        let mut merged = TermMerger::new(streams);
        while merged.advance() {
            let mut items = 0;
            for (at, info) in merged.current_segment_ords_and_term_infos() {
                let (index, deleted) = &self.segments[at];
                items += existing(index, &info, deleted)?;
            }
            let Ok(term) = std::str::from_utf8(merged.key()) else { continue };
            if items > 0 && visit(term, items).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Returns every term from `from` on and before `to`, with how many items have it.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn between(&self, from: &str, to: &str) -> tantivy::Result<BTreeMap<String, u64>> {
        let mut terms = BTreeMap::new();
        self.each(from, Some(to), &mut |term, items| {
            terms.insert(term.to_owned(), items);
            ControlFlow::Continue(())
        })?;
        Ok(terms)
    }

    /// Returns every term that becomes `term` by at most `slips` (0 to 2) letters that are wrong, missing, one too many or in
    /// each other's place, with how many items have it.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn near(&self, term: &str, slips: u8) -> tantivy::Result<BTreeMap<String, u64>> {
        let near = FuzzyTermQuery::new(Term::from_field_text(self.field, term), slips, true);
        let near = near.automaton()?;
        let mut terms = BTreeMap::new();
        for (index, deleted) in &self.segments {
            let mut found = index.terms().search(&near).into_stream()?;
            while found.advance() {
                let items = existing(index, found.value(), deleted)?;
                if let (true, Ok(term)) = (items > 0, std::str::from_utf8(found.key())) {
                    *terms.entry(term.to_owned()).or_default() += items;
                }
            }
        }
        Ok(terms)
    }

    /// Counts the terms.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub fn count(&self) -> tantivy::Result<usize> {
        if let [(index, deleted)] = &self.segments[..]
            && deleted.is_empty()
        {
            return Ok(index.terms().num_terms());
        }
        let mut count = 0;
        self.each("", None, &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }
}

/// Counts the items that have a term and are not deleted: those that are, are few, and looked up one by one.
pub(crate) fn existing(
    index: &InvertedIndexReader,
    term: &TermInfo,
    deleted: &[DocId],
) -> std::io::Result<u64> {
    let mut existing = u64::from(term.doc_freq);
    if deleted.is_empty() {
        return Ok(existing);
    }
    let mut items = index.read_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    for doc in deleted.iter().copied() {
        let found = if items.doc() < doc { items.seek(doc) } else { items.doc() };
        existing -= u64::from(found == doc);
    }
    Ok(existing)
}

#[cfg(test)]
mod tests {
    use tantivy::indexer::NoMergePolicy;
    use tantivy::{Index, IndexWriter, Term, doc};

    use super::*;
    use crate::index::Fields;
    use crate::index::encoded::{EncodedTokenizer, TOKENIZER};

    /// Opens the terms of items, given by segment, after some were deleted.
    fn terms(segments: &[&[&str]], deleted: &[&str]) -> Terms {
        let (schema, Fields { alias, report, .. }) = Fields::schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register(TOKENIZER, EncodedTokenizer::default());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for items in segments {
            for item in *items {
                let mut document = doc!(report => *item);
                item.split(' ').for_each(|term| document.add_text(alias, term));
                writer.add_document(document).unwrap();
            }
            writer.commit().unwrap();
        }
        for item in deleted {
            writer.delete_term(Term::from_field_text(report, item));
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let open = searcher.segment_readers().iter().map(|segment| {
            let deleted = (0..segment.max_doc()).filter(|doc| segment.is_deleted(*doc)).collect();
            (segment.inverted_index(alias).unwrap(), deleted)
        });
        Terms { field: alias, segments: open.collect() }
    }

    #[test]
    fn terms_of_deleted_items_are_gone_and_others_are_counted_once() {
        let terms = terms(&[&["a b", "b c", "d"], &["b", "a e"]], &["b c", "a e"]);
        assert_eq!(terms.segments.len(), 2);
        let all = terms.between("", "z").unwrap();
        let expected = [("a", 1), ("b", 2), ("d", 1)];
        assert_eq!(all, expected.map(|(term, items)| (term.to_owned(), items)).into());
        assert_eq!(
            ["a", "b", "c", "d", "e", "f"].map(|term| terms.frequency(term)),
            [1, 2, 0, 1, 0, 0]
        );
        assert_eq!(terms.count().unwrap(), 3);
        assert_eq!(terms.between("b", "d").unwrap().len(), 1);
    }

    #[test]
    fn whoever_has_enough_is_given_no_more() {
        let terms = terms(&[&["a c"], &["b d"]], &[]);
        let mut seen = Vec::new();
        let mut visit = |term: &str, _: u64| {
            seen.push(term.to_owned());
            if seen.len() == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        terms.each("a", None, &mut visit).unwrap();
        assert_eq!(seen, ["a", "b", "c"]);
    }

    #[test]
    fn near_terms_are_a_few_letters_away() {
        let terms = terms(&[&["python pyhton", "pythn"], &["python", "pythonic"]], &["pythn"]);
        let near = |slips| terms.near("pyhton", slips).unwrap().into_iter().collect::<Vec<_>>();
        let of = |word: &str, items| (word.to_owned(), items);
        assert_eq!(near(0), [of("pyhton", 1)]);
        assert_eq!(near(1), [of("pyhton", 1), of("python", 2)]);
        assert_eq!(near(2), [of("pyhton", 1), of("python", 2)]);
    }
}
