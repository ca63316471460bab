//! What somebody asks: the query that was typed, what is asked for beside it, and the plan of how to find it.

mod asked;
mod between;
mod date;
mod dated;
mod facet;
mod field;
mod filler;
mod filters;
mod issue;
mod node;
mod note;
mod numeral;
mod parse;
mod plan;
mod quantity;
mod question;
mod recent;
mod sign;
mod spelled;
mod synonym_lines;
mod synonyms;
pub mod written;

pub(crate) use asked::telling;
pub use between::parse_days;
pub use date::DayRange;
pub use dated::Dated;
pub use facet::{FacetKind, FilterKind};
pub use filters::Filters;
pub use issue::IssueRange;
pub use node::Node;
pub use note::{Note, WhyNothing, grouped, shortened};
pub use parse::{MAX_QUERY_CHARS, Query};
pub(crate) use plan::is_particle;
pub use plan::{
    Alternative, Clause, CutOff, Group, MAX_LITERAL_ATOMS, MAX_WORDS, Matcher, Named, OtherName,
    Plan, Planner, Slot, Span, Thesaurus, Way, Word, Zone, beginning_of_title,
};
pub use question::{MAX_FILTERS, Question, Sort};
pub use recent::Recent;
pub use sign::without_quotes;
pub use synonyms::{SHIPPED as SHIPPED_SYNONYMS, Synonyms};
