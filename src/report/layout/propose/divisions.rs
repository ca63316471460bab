//! What every section of a report divides into: the strongest of what the layouts propose.

use super::section::{Habits, Lists, Names, Proposal, Section, Sign};
use super::{asked, bold, lists, makers, numbered, references, rules, sheets, tables, titled};
use crate::report::layout::boilerplate::is_whole;
use crate::report::layout::outline::{Node, Outline};

/// Every layout of a section.
const LAYOUTS: [fn(&Section<'_>) -> Option<Proposal>; 7] = [
    asked::propose,
    numbered::propose,
    titled::propose,
    tables::propose,
    lists::propose,
    bold::propose,
    rules::propose,
];

/// What every section of an outline divides into, if it divides.
#[derive(Debug)]
pub(crate) struct Divisions {
    /// By the number of the node.
    proposals: Vec<Option<Proposal>>,
    /// Whether a node's heading has a sheet of facts below it.
    sheets: Vec<bool>,
    /// Whether a node's heading names who made what is listed below it.
    makers: Vec<bool>,
}

impl Divisions {
    /// Divides every section that divides. Lists are looked for twice: once one is found, shorter ones count.
    pub(crate) fn of(outline: &Outline<'_>, lists: Lists) -> Self {
        let blocks = &outline.blocks[outline.begin..];
        let habits = Habits {
            style: numbered::numbering(blocks),
            titled: titled::is_habit(blocks),
            bold_titles: titled::has_bold_titles(blocks),
            lists,
        };
        let names = Names::of(outline);
        let first = Self::with(outline, habits, &names);
        let has_list =
            first.proposals.iter().flatten().any(|proposal| proposal.sign == Sign::Entry);
        if has_list && lists < Lists::Short {
            let all = Self::with(outline, Habits { lists: Lists::Short, ..habits }, &names);
            return all.beside_headings(outline);
        }
        first.beside_headings(outline)
    }

    fn with(outline: &Outline<'_>, habits: Habits, names: &Names<'_>) -> Self {
        let divide = |node: &Node| {
            let run = node.own.clone();
            let section = Section { blocks: outline.blocks, run, habits, names };
            let is_whole = node.heading.is_some() && is_whole(outline.name(node));
            if is_whole { None } else { choose(&section) }
        };
        let proposals: Vec<_> = outline.root.all().into_iter().map(divide).collect();
        let none = vec![false; proposals.len()];
        Self { proposals, sheets: none.clone(), makers: none }
    }

    /// Takes lists for what the headings above them say: facts about an item, or what somebody made.
    fn beside_headings(mut self, outline: &Outline<'_>) -> Self {
        for id in sheets::find(outline, &self.proposals) {
            self.proposals[id] = None;
            self.sheets[id] = true;
        }
        for id in references::find(outline, &self.proposals) {
            self.proposals[id] = None;
        }
        for id in makers::find(outline, &self.proposals) {
            self.makers[id] = true;
        }
        self
    }

    /// Takes back what only makes a list of an item whose heading is its link.
    pub(crate) fn without_lists_of_linked_headings(mut self, outline: &Outline<'_>) -> Self {
        for node in outline.root.all() {
            let proposal = &mut self.proposals[node.id];
            if outline.is_link(node)
                && !self.makers[node.id]
                && proposal.as_ref().is_some_and(|own| !own.is_numbered())
            {
                *proposal = None;
            }
        }
        self
    }

    /// Takes back what divides nodes and all below them.
    pub(crate) fn without(mut self, nodes: &[&Node]) -> Self {
        for below in nodes.iter().flat_map(|node| node.all()) {
            self.proposals[below.id] = None;
        }
        self
    }

    /// Returns what the blocks right below a node's heading divide into.
    pub(crate) fn own(&self, node: &Node) -> Option<&Proposal> {
        self.proposals.get(node.id)?.as_ref()
    }

    /// Returns whether a node's heading has a sheet of facts below it.
    pub(crate) fn is_sheet(&self, node: &Node) -> bool {
        self.sheets[node.id]
    }

    /// Returns whether a node's heading names who made what is listed below it.
    pub(crate) fn is_maker(&self, node: &Node) -> bool {
        self.makers[node.id]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Proposal> {
        self.proposals.iter().flatten()
    }

    /// Returns whether a node or any heading below it divides.
    pub(crate) fn any(&self, node: &Node) -> bool {
        self.own(node).is_some() || node.children.iter().any(|child| self.any(child))
    }
}

/// Takes the strongest proposal of a section, if there is one.
fn choose(section: &Section<'_>) -> Option<Proposal> {
    if section.run.is_empty() {
        return None;
    }
    LAYOUTS.iter().filter_map(|propose| propose(section)).max_by_key(|proposal| proposal.sign)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::layout::propose::section::testing::check;

    #[test]
    fn the_strongest_sign_of_items_is_taken() {
        let list = "- [甲](http://a.b)\n- [乙](http://a.c)\n";
        check(choose, list, Some(&["甲", "乙"]));
        let numbers = format!("1、甲\n\n2、乙\n\n{list}");
        check(choose, &numbers, Some(&["1、甲", "2、乙"]));
        let table = "|名|址|\n|-|-|\n|丙|http://a.d|\n|丁|http://a.e|\n";
        check(choose, &format!("{table}\n{list}"), Some(&["丙 | http://a.d", "丁 | http://a.e"]));
        check(choose, "文字。\n", None);
        check(choose, "", None);
    }
}
