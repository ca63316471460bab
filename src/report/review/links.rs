//! Items with far more links than others, and files that are one item although they are lists of links.

use super::usual::{Member, letters, quantile, sorted};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::report::model::{Item, Layout};
use crate::text::count;

/// Up to so many links nobody wonders.
const HANDFUL: usize = 12;
/// An item with more than so many times the links that nine of ten items have falls out.
const TIMES: usize = 4;
/// A text with fewer letters a link than this is a list of links; in prose they are further apart.
const LETTERS_PER_LINK: usize = 45;

pub(super) fn review(series: &[Member<'_>], found: &mut Vec<(usize, Diagnostic)>) {
    let items = series.iter().flat_map(|member| &member.report.items);
    let usual = quantile(&sorted(items.map(|item| item.links.len())), 9);
    for member in series {
        let is_whole = member.report.layout == Layout::Page && member.report.items.len() == 1;
        for item in member.report.items.iter().filter(|item| item.links.len() > HANDFUL) {
            if !is_list(item) {
                continue;
            }
            let links = count(item.links.len(), "link");
            let (code, message) = if is_whole {
                (Code::PageOfLinks, format!("the whole file is one item with {links}"))
            } else if item.links.len() > TIMES * usual {
                let message =
                    format!("`{}` has {links}, other items hardly more than {usual}", item.title);
                (Code::ManyLinks, message)
            } else {
                continue;
            };
            let warning = Severity::Warning;
            let at = Diagnostic::at_line(member.path, item.line, warning, code, message);
            found.push((member.index, at));
        }
    }
}

/// Returns whether an item is a list of links rather than a text with links in it.
fn is_list(item: &Item) -> bool {
    letters(&item.body) < LETTERS_PER_LINK * item.links.len()
}
