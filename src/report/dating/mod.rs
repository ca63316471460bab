//! When a report appeared: its own words, what its links and images prove, and its neighbours.
//!
//! In this order: front matter, the file's name or folders, a full date in the head, a month and day in the head with
//! the year that the links prove, a month in the path, the links alone. [`settle`] looks at the neighbours: they may
//! contradict, and what only dates in links show counts only where a series has an order of time. Before them, the owner
//! of a series may say when its issues appear ([`Schedule`]). The time a file was changed is never used.

mod clues;
mod date;
mod headings;
mod issue;
mod neighbours;
mod order;
mod paths;
mod patterns;
mod proofs;
mod rhythm;
mod schedule;
mod series;

pub use clues::{Clues, MonthDay};
pub(super) use clues::{Heads, gather};
pub(super) use date::days_between;
pub use date::{Evidence, EvidenceKind, Precision, ProofKind, ReportDate};
pub(super) use headings::{Frame, HeadingDates};
pub(super) use issue::{NameOf, issue_number};
pub use order::Settled;
pub(super) use order::series_of;
pub(super) use patterns::date_of;
pub use proofs::Proof;
pub use schedule::{Every, Schedule};
pub use series::{settle, settle_with};
