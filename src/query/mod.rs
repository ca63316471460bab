//! What somebody asks: the query that was typed, what is asked for beside it, and the plan of how to find it.

mod date;
mod filters;
mod issue;
mod node;
mod note;
mod parse;
mod plan;
mod synonyms;

pub use date::{DayRange, parse_days};
pub use filters::Filters;
pub use issue::IssueRange;
pub use node::Node;
pub use note::{Note, WhyNothing, grouped, shortened};
pub use parse::{MAX_QUERY_CHARS, Query, without_quotes};
pub use plan::{
    Alternative, Clause, Cut, Group, MAX_LITERAL_ATOMS, MAX_WORDS, Matcher, OtherName, Plan,
    Planner, Slot, Span, Thesaurus, Way, Word, Zone, beginning_of_title,
};
pub use synonyms::{SHIPPED as SHIPPED_SYNONYMS, Synonyms};
