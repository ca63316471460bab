//! A source file to a report: its date, and its items with section, contributors, links, title and body.
//!
//! Reading is lenient: any text gives a report, and what could not be understood is a diagnostic.

mod about;
mod attendance;
mod dating;
mod described;
mod feed;
mod foreign;
mod front;
mod hashes;
mod headings;
mod html;
mod identity;
mod item;
mod keys;
mod kinds;
mod label;
mod layout;
mod left_out;
mod lines;
mod markdown;
mod marker;
mod model;
mod names;
mod page;
mod parse;
mod people;
mod remarks;
mod repeated;
mod review;
mod said;
mod section;
mod series;
mod signed;
mod template;
mod words;
mod written;

pub use dating::{
    Clues, Every, Evidence, EvidenceKind, MonthDay, Precision, Proof, ProofKind, ReportDate,
    Schedule, Settled, settle, settle_with,
};
pub use identity::ItemKey;
pub use kinds::{parse, parse_with, traits};
pub use left_out::{LeftOut, Reason};
pub use model::{Item, ItemId, Layout, ParseOptions, Report, Which};
pub use review::{Beside, Change, Reviewed, beside, review};
pub use said::Said;
pub use section::section_name;
pub use series::{Before, Lesson, Traits, learn, learn_moved};
