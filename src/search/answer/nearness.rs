//! Whether a query is looked for by what it means, and how near all items are to that.

use std::sync::Arc;

use crate::query::{Clause, Group, Plan};
use crate::search::reader::Reader;
use crate::search::similar::{Silent, Similar, question};

/// Returns how near all items are to what is asked, or why nobody knows who should. What is named, and what has to stand as
/// typed, is not looked for by what it means.
pub(super) fn similar(
    reader: &Reader,
    plan: &Plan,
    root: &Clause,
    strict: bool,
) -> (Option<Arc<Similar>>, Option<Silent>) {
    if strict || root.names_items() {
        return (None, None);
    }
    match reader.similar(&question(wanted(plan))) {
        Ok(similar) => (similar, None),
        Err(silent) => (None, Some(silent)),
    }
}

/// Lists what is asked for, as typed.
fn wanted(plan: &Plan) -> impl Iterator<Item = &str> {
    let is_wanted =
        |group: &&Group| plan.words[group.words.clone()].iter().any(|word| word.positive);
    plan.groups.iter().filter(is_wanted).map(|group| group.text.as_str())
}
