//! Items to their vectors, where a model of sentences is configured: beside segments that have none yet, in a state of its own
//! behind the one with the words, which answers meanwhile.

use std::fs;
use std::sync::Mutex;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use tantivy::{Index, SegmentReader};

use super::write::{Job, current};
use crate::error::{Error, Result};
use crate::index::directory::IndexDirectory;
use crate::index::manifest::Head;
use crate::index::schema::Fields;
use crate::index::snapshot::{Condition, inspect};
use crate::index::sum::Sums;
use crate::index::vectors::{self, Keys, Known, Making, Passage};
use crate::meaning::{Encoder, ModelName, Quantized, Role};

/// Items without vectors up to which these are made before anything is published, so that a change of a report is one state:
/// the slowest models need some seconds.
const AT_ONCE: u32 = 256;
/// Passages that are given to a model at once. It divides them by length; after so many, a run can be stopped.
const BATCH: usize = 32;

impl Job<'_> {
    /// Returns whose vectors all segments have, those made now that are few.
    pub(super) fn meaning(
        &self,
        directory: &IndexDirectory,
        index: &Index,
        old: Option<&Head>,
    ) -> Result<Option<ModelName>> {
        let wanted = self.options.encoder.as_deref().map(Encoder::name);
        let Some(model) = wanted.or(old.and_then(|head| head.meaning.as_ref())) else {
            return Ok(None);
        };
        let model = model.clone();
        let lacking = self.lacking(index, &model)?;
        let items: u32 = lacking.iter().map(SegmentReader::num_docs).sum();
        let is_complete = lacking.is_empty()
            || wanted.is_some()
                && items <= AT_ONCE
                && match self.complete(directory, &lacking, &model) {
                    // It is said when the words are published.
                    Err(Error::Model { .. }) => false,
                    outcome => outcome?,
                };
        Ok(is_complete.then_some(model))
    }

    /// Gives merged segments the vectors of those they were made of.
    pub(super) fn carry_meaning(
        &self,
        directory: &IndexDirectory,
        index: &Index,
        head: &Head,
    ) -> Result<Option<ModelName>> {
        let Some(model) = &head.meaning else { return Ok(None) };
        let lacking = self.lacking(index, model)?;
        let is_complete = self.complete(directory, &lacking, model)?;
        Ok(is_complete.then(|| model.clone()))
    }

    /// Makes what vectors are missing of the published state, and publishes them.
    pub(super) fn add_meaning(&self) -> Result<()> {
        let Some(encoder) = &self.options.encoder else { return Ok(()) };
        let model = encoder.name();
        let Condition::Usable(publication) = inspect(self.dir) else { return Ok(()) };
        match &publication.head.meaning {
            Some(known) if known == model => return Ok(()),
            Some(_) => {
                self.progress.note("the vectors are those of another model; making them again");
            }
            None => {}
        }
        let old = current(self.dir, *publication)?;
        let failed = |error| self.write_error(error);
        let (directory, index) =
            IndexDirectory::open(self.dir, old.publication.commit()).map_err(failed)?;
        let made = || {
            let mut manifest = old.manifest.clone();
            let segments = self.lacking(&index, model)?;
            // What a run has left that was stopped before it published is in no state.
            for segment in &segments {
                let _ = fs::remove_file(
                    self.dir.join(vectors::name(segment.segment_id(), &model.fingerprint)),
                );
            }
            if !self.complete(&directory, &segments, model)? {
                return Ok(());
            }
            manifest.head.meaning = Some(model.clone());
            self.publish(&directory, &manifest, Some(&old))
        };
        let outcome = made().inspect_err(|_| directory.discard());
        match outcome {
            // Words answer; why nothing else does is all that can be said.
            Err(error @ Error::Model { .. }) => {
                self.progress.note(&format!("words alone are searched: {}", error.one_line()));
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Opens the segments that have no vectors of a model.
    fn lacking(&self, index: &Index, model: &ModelName) -> Result<Vec<SegmentReader>> {
        let failed = |error| self.write_error(error);
        let segments = index.searchable_segments().map_err(failed)?.into_iter();
        let published = match inspect(self.dir) {
            Condition::Usable(publication) => publication.files,
            _ => Sums::default(),
        };
        let lacking = segments.filter(|segment| {
            let name = vectors::name(segment.id(), &model.fingerprint);
            !published.contains_key(&name)
        });
        lacking.map(|segment| SegmentReader::open(&segment).map_err(failed)).collect()
    }

    /// Writes the vectors of some segments. Returns whether all have them: what is missing can only be made by the model.
    fn complete(
        &self,
        directory: &IndexDirectory,
        segments: &[SegmentReader],
        model: &ModelName,
    ) -> Result<bool> {
        if segments.is_empty() {
            return Ok(true);
        }
        let (_, fields) = Fields::schema();
        let keys = {
            let known = Known::of(self.dir, directory.files(), model);
            let encoder = self.options.encoder.as_deref().filter(|encoder| encoder.name() == model);
            let Some(keys) = self.make(segments, &fields, &known, encoder)? else {
                return Ok(false);
            };
            keys
        };
        // With what was made by now; the file was shorter when it was mapped before.
        let known = Known::of(self.dir, directory.files(), model);
        for (segment, keys) in segments.iter().zip(&keys) {
            let written = vectors::write(directory, segment.segment_id(), model, keys, &known);
            written.map_err(|error| self.write_error(error))?;
        }
        Ok(true)
    }

    /// Lists the passages of some segments and makes the vectors of those that are not known; `None` if there are any and
    /// nobody to make them.
    fn make(
        &self,
        segments: &[SegmentReader],
        fields: &Fields,
        known: &Known,
        encoder: Option<&dyn Encoder>,
    ) -> Result<Option<Vec<Keys>>> {
        let mut making = None;
        let (mut asked_for, mut done, mut is_lacking) = (FxHashSet::default(), 0, false);
        if encoder.is_some() {
            let items = segments.iter().map(|segment| segment.max_doc() as usize).sum();
            self.progress.begin_vectors(items);
        }
        let mut all = Vec::new();
        for segment in segments {
            let keys =
                vectors::keys_of(segment, fields, known, &mut asked_for, |missing, of_items| {
                    if let (Some(encoder), false) = (encoder, missing.is_empty()) {
                        if making.is_none() {
                            let begun = Making::begin(self.dir, encoder.name())
                                .map_err(|error| self.write_error(error))?;
                            making = Some(Mutex::new(begun));
                        }
                        if let Some(making) = &making {
                            self.encode(encoder, missing, making).map_err(Failed::Ours)?;
                        }
                    } else {
                        is_lacking |= !missing.is_empty();
                    }
                    done += of_items;
                    self.progress.vectors_made(done);
                    Ok(())
                });
            all.push(keys.map_err(|failed: Failed| failed.error(self))?);
        }
        Ok((!is_lacking).then_some(all))
    }

    /// Makes the vectors of some passages on all cores.
    fn encode(
        &self,
        encoder: &dyn Encoder,
        mut passages: Vec<Passage>,
        making: &Mutex<Making>,
    ) -> Result<()> {
        // Texts of about one length are read together.
        passages.sort_by_key(|passage| (passage.text.len(), passage.key));
        let batch = |batch: &[Passage]| {
            if self.progress.interrupted() {
                return Err(Error::Interrupted);
            }
            let texts: Vec<&str> = batch.iter().map(|passage| passage.text.as_str()).collect();
            let vectors = encoder.encode(&texts, Role::Passage)?.into_iter();
            let vectors = vectors.map(|vector| vector.as_deref().and_then(Quantized::of));
            let made: Vec<_> = batch.iter().map(|passage| passage.key).zip(vectors).collect();
            let mut making = making.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            making.add(&made).map_err(|error| self.write_error(error))
        };
        self.pool.install(|| passages.par_chunks(BATCH).try_for_each(batch))
    }
}

/// Why passages could not be listed or made.
enum Failed {
    Index(tantivy::TantivyError),
    Ours(Error),
}

impl From<tantivy::TantivyError> for Failed {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl Failed {
    fn error(self, job: &Job<'_>) -> Error {
        match self {
            Self::Index(error) => job.write_error(error),
            Self::Ours(error) => error,
        }
    }
}

#[cfg(test)]
mod tests;
