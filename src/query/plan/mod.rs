//! A query to a plan: for every word, all the ways an item may have it, as plain data.

mod model;
mod planner;
mod words;

pub use model::{
    Alternative, Clause, CutOff, Group, MAX_LITERAL_ATOMS, Matcher, Named, OtherName, Plan, Slot,
    Span, Thesaurus, Way, Word, Zone, beginning_of_title,
};
pub use planner::{MAX_WORDS, Planner};
pub(crate) use words::is_particle;
