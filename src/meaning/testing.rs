//! A model for tests that needs no files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::{Encoder, ModelName, Role};
use crate::error::{Error, Result};

/// A model for which a text means its letters, in whatever order.
#[derive(Debug)]
pub(crate) struct Letters {
    pub(crate) name: ModelName,
    read: AtomicUsize,
    pub(crate) is_broken: AtomicBool,
}

/// Numbers of its vectors.
const LETTERS: usize = 64;

impl Letters {
    /// Makes one whose fingerprint is made of a digit.
    pub(crate) fn new(digit: &str) -> Arc<Self> {
        let name = ModelName { fingerprint: digit.repeat(16), dimension: LETTERS };
        Arc::new(Self { name, read: AtomicUsize::default(), is_broken: AtomicBool::new(false) })
    }

    /// Returns how many texts were read since the last time somebody asked.
    pub(crate) fn read(&self) -> usize {
        self.read.swap(0, Ordering::Relaxed)
    }
}

/// Counts the letters of a text.
pub(crate) fn letters(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; LETTERS];
    text.chars().filter(|c| !c.is_whitespace()).for_each(|c| vector[c as usize % LETTERS] += 1.0);
    vector
}

impl Encoder for Letters {
    fn name(&self) -> &ModelName {
        &self.name
    }

    fn encode(&self, texts: &[&str], _: Role) -> Result<Vec<Option<Vec<f32>>>> {
        if self.is_broken.load(Ordering::Relaxed) {
            return Err(Error::Model { path: "m".into(), reason: "broken".to_owned() });
        }
        self.read.fetch_add(texts.len(), Ordering::Relaxed);
        Ok(texts.iter().map(|text| Some(letters(text))).collect())
    }
}
