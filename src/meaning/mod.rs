//! Texts to vectors whose directions are near each other where the texts mean nearly the same: what a model of sentences is to
//! the rest of the program. Which model it is, and how it is loaded, is the business of whoever brings one.

mod passages;
#[cfg(test)]
pub(crate) mod testing;
mod vector;

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

pub use passages::{MAX_PASSAGES, passages};
pub use vector::{Asked, MAX_DIMENSION, Quantized};

use crate::error::Result;

/// What tells vectors of one model from those of all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelName {
    /// Hash of the files of the model and of how texts are given to it: 16 hexadecimal digits.
    pub fingerprint: String,
    /// Numbers of a vector.
    pub dimension: usize,
}

/// What a text is to a model: some were trained to read questions otherwise than what answers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Somebody asks.
    Query,
    /// A piece of an item.
    Passage,
}

/// A model of sentences.
pub trait Encoder: Debug + Send + Sync {
    /// Returns what tells its vectors from others.
    fn name(&self) -> &ModelName;

    /// Returns the vector of each text, of any length but 0; `None` where a text has nothing that the model knows. A text has the
    /// same vector whatever texts stand beside it.
    ///
    /// # Errors
    /// [`crate::error::Error::Model`] if the model cannot be loaded or does not work.
    fn encode(&self, texts: &[&str], role: Role) -> Result<Vec<Option<Vec<f32>>>>;
}
