//! Runs of Han characters to words: what can cut them.

use std::ops::Range;

/// One word a [`Cutter`] found, measured in characters from the beginning of the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The word.
    pub word: Range<usize>,
    /// Shorter words inside it that are words of their own, in order.
    pub pieces: Vec<Range<usize>>,
    /// Whether another word may stand across one of its ends, which would leave only a piece of it.
    pub is_doubtful: bool,
    /// Words that may stand across its end and what follows instead, in order.
    pub across: Vec<Range<usize>>,
}

impl Cut {
    /// Makes a word that can be nothing else.
    #[must_use]
    pub fn plain(word: Range<usize>) -> Self {
        Self { word, pieces: Vec::new(), is_doubtful: false, across: Vec::new() }
    }
}

/// Cuts a run of Han characters into words.
pub trait Cutter {
    /// Cuts `run`, a non-empty run of normalised Han characters; the words cover it without gaps.
    fn cut(&self, run: &str) -> Vec<Cut>;

    /// Returns whether texts are cut so that this is a word of some of them.
    fn has_word(&self, word: &str) -> bool;
}

/// Leaves every run whole: for highlighting, where only atoms matter.
#[derive(Clone, Copy, Debug)]
pub struct NoCutter;

impl Cutter for NoCutter {
    fn cut(&self, run: &str) -> Vec<Cut> {
        vec![Cut::plain(0..run.chars().count())]
    }

    fn has_word(&self, _: &str) -> bool {
        false
    }
}
