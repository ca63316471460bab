//! What the archive's own words say about words that are typed: completions, spellings, sounds, other names.

pub(super) mod aliases;
pub(super) mod completions;
pub(super) mod cutter;
pub(super) mod lexicon;
pub(super) mod names;
pub(super) mod pinyin;
pub(super) mod remembered;
pub(super) mod respell;
pub(super) mod slips;
pub(super) mod spoken;
pub(super) mod suggest;
