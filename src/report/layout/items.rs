//! A plan to items: every block of the report goes into one, or is left out with the reason.

use std::cell::OnceCell;

use super::boilerplate::{is_about_itself, is_boilerplate, is_container, is_imprint};
use super::choose::{ItemLevel, Plan};
use super::head::MIN_INTRODUCTION;
use super::laid_out::{LaidOut, Left, join};
use super::outline::Node;
use super::overview::is_overview;
use super::propose::{Entry, Names, Proposal, Sign, makers};
use super::{entry, foot, head};
use crate::report::item::{RawItem, tidy_title};
use crate::report::left_out::Reason;
use crate::report::markdown::Block;
use crate::report::marker;
use crate::report::model::Layout;
use crate::report::people::{self, Person};
use crate::report::series::Traits;

/// People that a heading of their own names for all items of a report, at most: one may ask what somebody brought, and the whole
/// editorial staff brought everything.
const MAX_EDITORS: usize = 8;

/// Marks out the items that a plan names.
pub(super) fn mark_out(plan: &Plan<'_>) -> LaidOut {
    let outline = &plan.outline;
    let head::Head { item, left, people } = head::read(plan);
    let mut marking = Marking {
        plan,
        items: item.into_iter().collect(),
        left,
        found: Found::default(),
        names: OnceCell::new(),
        people: Vec::new(),
    };
    let begin = marking.items.len();
    let path = Path::default();
    if let Some(own) = plan.divisions.own(&outline.root) {
        marking.root(own, &path);
    }
    for child in &outline.root.children {
        marking.node(child, &path);
    }
    let foot = foot::cut(&mut marking.items, &mut marking.left);
    let of_headings = std::mem::take(&mut marking.people);
    let people: Vec<Person> = people.into_iter().chain(of_headings).chain(foot).collect();
    marking.hand_down(begin, &people);
    let Marking { items, left, found, .. } = marking;
    let layout = found.layout(&plan.level);
    // A date may stand in the report's title, wherever that is.
    let head_end = head::end(plan).max(outline.title.map_or(0, |title| title + 1));
    let title = outline.title.map(|title| tidy_title(&outline.blocks[title].text));
    LaidOut {
        layout,
        reason: found.reason(layout, &plan.reason),
        head: join(&outline.blocks[..head_end]),
        title: title.filter(|title| !title.is_empty()),
        items,
        left,
        traits: Traits::default(),
    }
}

/// How many items were found in which way.
#[derive(Default)]
struct Found {
    headings: usize,
    numbered: usize,
    listed: usize,
}

impl Found {
    /// Names the layout of a report after the way in which most of its items were found.
    fn layout(&self, level: &ItemLevel) -> Layout {
        let Self { headings, numbered, listed } = *self;
        let by_headings = match level {
            ItemLevel::Labelled(_) => true,
            ItemLevel::Likely(_) => headings > 0 && headings >= numbered.max(listed),
            ItemLevel::None => false,
        };
        if by_headings {
            Layout::Headings
        } else if numbered >= listed && numbered > 0 {
            Layout::Numbered
        } else if listed > 0 {
            Layout::List
        } else {
            Layout::Headings
        }
    }

    fn reason(&self, layout: Layout, of_level: &str) -> String {
        let Self { headings, numbered, listed } = self;
        match layout {
            Layout::Numbered => format!("{numbered} items begin with a number"),
            Layout::List => format!(
                "{listed} items are entries of lists, rows of tables or led in by bold words"
            ),
            _ if of_level.is_empty() => format!("{headings} headings are items"),
            _ => of_level.to_owned(),
        }
    }
}

/// Headings above the current place, outermost first.
#[derive(Clone, Default)]
struct Path<'b> {
    open: Vec<&'b Block>,
}

impl<'b> Path<'b> {
    fn below(&self, heading: &'b Block) -> Self {
        let mut open = self.open.clone();
        open.push(heading);
        Self { open }
    }

    fn names(&self) -> Vec<String> {
        let names = self.open.iter().map(|heading| tidy_title(&heading.text));
        names.filter(|name| !name.is_empty() && !is_container(name)).collect()
    }

    /// Returns texts in which a date of its own may stand, innermost first.
    fn dated(&self) -> Vec<String> {
        self.open.iter().rev().map(|heading| heading.text.clone()).collect()
    }
}

/// Items under way.
struct Marking<'p, 'b> {
    plan: &'p Plan<'b>,
    items: Vec<RawItem>,
    left: Vec<Left>,
    found: Found,
    /// What the headings are called, once that is asked.
    names: OnceCell<Names<'b>>,
    /// Whom headings of their own name as those who made the report.
    people: Vec<Person>,
}

impl<'b> Marking<'_, 'b> {
    fn block(&self, at: usize) -> &'b Block {
        &self.plan.outline.blocks[at]
    }

    fn blocks(&self, indices: &[usize]) -> Vec<&'b Block> {
        indices.iter().map(|at| self.block(*at)).collect()
    }

    fn leave(&mut self, blocks: impl IntoIterator<Item = &'b Block>, reason: Reason) {
        self.left.extend(Left::shown(blocks, reason));
    }

    fn node(&mut self, node: &Node, above: &Path<'b>) {
        let Some(at) = node.heading else { return };
        let heading = self.block(at);
        let below: Vec<&Block> = node.below().map(|at| self.block(at)).collect();
        let named = people::below_role(&heading.text, &below).filter(|_| node.children.is_empty());
        if let Some(people) = named {
            self.leave(&self.plan.outline.blocks[at..node.end()], Reason::Byline);
            // So many are who makes the series, not who brought an item.
            if people.len() <= MAX_EDITORS {
                self.people.extend(people);
            }
        } else if is_boilerplate(&heading.text) {
            self.leave(&self.plan.outline.blocks[at..node.end()], Reason::Boilerplate);
        } else if self.is_of_head(node, above) {
            self.leave(&self.plan.outline.blocks[at..node.end()], Reason::Introduction);
        } else if self.items.is_empty() && is_overview(&self.plan.outline, node) {
            self.leave(&self.plan.outline.blocks[at..node.end()], Reason::Contents);
        } else if is_container(&heading.text) {
            self.container(node, heading, &above.below(heading));
        } else if self.is_item(node) {
            self.heading_item(node, heading, above);
        } else {
            self.section(node, heading, &above.below(heading));
        }
    }

    /// Returns whether a heading deeper than those of items stands before all of them and says next to nothing but what they
    /// are called: it is a motto or stands above a table of contents.
    fn is_of_head(&self, node: &Node, above: &Path<'b>) -> bool {
        let outline = &self.plan.outline;
        let level = self.plan.level.of_headings();
        let is_first = level > 0 && node.level > level && above.open.is_empty();
        if !is_first || !self.items.is_empty() {
            return false;
        }
        let names = self.names.get_or_init(|| Names::of(outline));
        let own = outline.blocks[node.below()].iter();
        let (listed, texts): (Vec<&Block>, Vec<&Block>) = own.partition(|block| block.depth > 0);
        let is_contents =
            |block: &&&Block| block.is_contents() || block.is_repeated() || names.repeat(block);
        // What divides has items, unless all that leads somewhere is said elsewhere, too.
        if self.plan.divisions.any(node)
            && !listed.iter().all(|block| is_contents(&block) || !block.leads_out())
        {
            return false;
        }
        // Where most entries are called as headings are, the others are, too, in other words.
        let contents = listed.iter().filter(is_contents).count();
        let listed = if contents * 2 > listed.len() { Vec::new() } else { listed };
        let said = texts.into_iter().chain(listed);
        said.map(|block| block.text.chars().count()).sum::<usize>() < MIN_INTRODUCTION
    }

    /// Returns whether a heading and all below it are one item.
    fn is_item(&self, node: &Node) -> bool {
        let divides = || self.plan.divisions.any(node) && !self.is_text_with_points(node);
        let splits = || divides() || self.is_section(node);
        match self.plan.level {
            ItemLevel::Labelled(level) | ItemLevel::Likely(level) if node.level == level => {
                !self.divides_below(node)
            }
            ItemLevel::Labelled(level) | ItemLevel::Likely(level) if node.level < level => {
                !splits() && !node.has_below(level)
            }
            _ => !splits(),
        }
    }

    /// Returns whether a heading without others below it holds a text that leads somewhere, and a list that does not: its
    /// entries are points of that text.
    fn is_text_with_points(&self, node: &Node) -> bool {
        let is_said = |own: &Proposal| own.rest.iter().any(|at| self.block(*at).leads_out());
        let leads_out = |own: &Proposal| {
            let blocks = own.items.iter().flat_map(|one| &one.blocks);
            blocks.into_iter().any(|at| self.block(*at).leads_out())
        };
        node.children.is_empty()
            && self
                .plan
                .divisions
                .own(node)
                .is_some_and(|own| own.sign == Sign::Entry && is_said(own) && !leads_out(own))
    }

    /// Returns whether nothing but who edited it stands between a heading and those below it: it names a section of one
    /// item or more.
    fn is_section(&self, node: &Node) -> bool {
        let outline = &self.plan.outline;
        let is_text = |block: &&Block| !block.is_blank();
        let own = outline.blocks[node.own.clone()].iter().filter(is_text);
        let has_text =
            |child: &Node| outline.blocks[child.below()].iter().any(|block| is_text(&block));
        // The parts of a text are numbered.
        let is_point = |child: &Node| marker::read(outline.name(child)).is_some();
        own.clone().all(|block| people::bylines(block).is_some())
            && !outline.is_link(node)
            && node.children.iter().any(has_text)
            && !node.children.iter().any(is_point)
    }

    /// Returns whether a heading of the item level holds items itself: a day of a collection, say.
    fn divides_below(&self, node: &Node) -> bool {
        // Points without links are points of a text.
        let own = self.plan.divisions.own(node).filter(|own| own.linked || own.sign == Sign::Asked);
        let divides = |own: &Proposal| {
            !self.plan.outline.is_link(node)
                || self.plan.divisions.is_maker(node)
                || own.is_numbered() && own.items.iter().all(|one| self.is_named_by_link(one))
        };
        own.is_some_and(divides) || node.children.iter().any(|child| self.divides_below(child))
    }

    fn is_named_by_link(&self, one: &Entry) -> bool {
        one.blocks.first().is_some_and(|at| entry::is_named_by_link(self.block(*at)))
    }

    /// Takes what a heading holds for what it is without it.
    fn container(&mut self, node: &Node, heading: &'b Block, path: &Path<'b>) {
        self.leave([heading], Reason::Container);
        if let Some(own) = self.plan.divisions.own(node) {
            self.leave(self.blocks(&own.rest), Reason::Container);
            self.entries(own, path);
        } else {
            self.leave(&self.plan.outline.blocks[node.own.clone()], Reason::Container);
        }
        for child in &node.children {
            self.node(child, path);
        }
    }

    /// Makes one item of a heading and everything below it.
    fn heading_item(&mut self, node: &Node, heading: &'b Block, above: &Path<'b>) {
        let below: Vec<&Block> = node.below().map(|at| self.block(at)).collect();
        if !heading.leads_out() && below.iter().all(|block| block.shows_nothing()) {
            self.leave([heading], Reason::Empty);
            return;
        }
        let mut title = heading.clone();
        if let Some(marker) = marker::read(&title.text)
            && marker.end < title.text.len()
        {
            title.text.replace_range(..marker.end, "");
            title.lead = 0;
        }
        if let Some(name) = entry::without_address(&title.text).map(str::trim_end)
            && name.contains(char::is_alphanumeric)
        {
            title.text.truncate(name.len());
        }
        self.found.headings += 1;
        self.items.push(RawItem {
            section: above.names(),
            dated: above.below(heading).dated(),
            ..RawItem::below(heading, title, &below)
        });
    }

    /// Divides what stands below a heading.
    fn section(&mut self, node: &Node, heading: &'b Block, path: &Path<'b>) {
        let before = self.items.len();
        let own = self.plan.divisions.own(node);
        let texts = match own {
            Some(own) => self.blocks(&own.rest),
            None => node.own.clone().map(|at| self.block(at)).collect(),
        };
        let (texts, mut people) = self.without_bylines(texts);
        if self.plan.divisions.is_maker(node)
            && let Some(name) = makers::name(heading)
        {
            people.push(Person { name: name.to_owned(), role: None });
        }
        let texts = if own.is_some() { self.without_imprint(texts) } else { texts };
        self.section_text(heading, &texts, path);
        if let Some(own) = own {
            self.entries(own, path);
        }
        let is_numbered = own.is_some_and(Proposal::is_numbered);
        for child in &node.children {
            let is_deeper = is_numbered && child.level > node.level + 1;
            if is_deeper && !self.plan.divisions.any(child) && !self.items.is_empty() {
                self.add_to_last(child);
            } else {
                self.node(child, path);
            }
        }
        self.hand_down(before, &people);
        if self.items.len() == before {
            self.leave([heading], Reason::Empty);
        }
    }

    /// Takes the lines that name people out of what stands beside the items of a section.
    fn without_bylines(&mut self, blocks: Vec<&'b Block>) -> (Vec<&'b Block>, Vec<Person>) {
        let mut people = Vec::new();
        let mut texts = Vec::new();
        for block in blocks {
            match people::bylines(block) {
                Some(named) => {
                    people.extend(named);
                    self.leave([block], Reason::Byline);
                }
                None => texts.push(block),
            }
        }
        (texts, people)
    }

    /// Takes what speaks of the report itself out of what stands beside the items of a section.
    fn without_imprint(&mut self, blocks: Vec<&'b Block>) -> Vec<&'b Block> {
        let (about, texts): (Vec<&Block>, Vec<&Block>) = blocks
            .into_iter()
            .partition(|block| !block.is_blank() && (is_about_itself(block) || is_imprint(block)));
        self.leave(about, Reason::Introduction);
        texts
    }

    /// Gives the items from one on the people that their section names, unless a section inside it names others.
    fn hand_down(&mut self, from: usize, people: &[Person]) {
        if people.is_empty() {
            return;
        }
        for item in self.items[from..].iter_mut().filter(|item| item.inherited.is_empty()) {
            item.inherited.extend_from_slice(people);
        }
    }

    /// Makes a deep heading inside a numbered item part of it.
    fn add_to_last(&mut self, child: &Node) {
        for at in child.heading.into_iter().chain(child.below()) {
            let block = self.block(at);
            if let Some(last) = self.items.last_mut() {
                last.blocks.push(block.clone());
                last.spans.push(block.span);
            }
        }
    }

    /// Makes an item of the text right below the heading of a section.
    fn section_text(&mut self, heading: &'b Block, texts: &[&'b Block], path: &Path<'b>) {
        if texts.iter().any(|block| !block.shows_nothing()) {
            self.items.push(RawItem {
                section: path.names(),
                dated: path.dated(),
                aside: true,
                ..RawItem::below(heading, heading.clone(), texts)
            });
        }
    }

    /// Makes items of what stands before the first heading, and one of the text behind the first of them.
    fn root(&mut self, own: &Proposal, path: &Path<'b>) {
        // What stands before the first entry was dealt with as the head.
        let first = own.items.first().and_then(|item| item.blocks.first().copied());
        let later: Vec<usize> =
            own.rest.iter().copied().filter(|at| first.is_some_and(|first| *at > first)).collect();
        let (blocks, people) = self.without_bylines(self.blocks(&later));
        let mut texts = Vec::new();
        // The list below a line about the report is about it, too.
        let mut is_about = false;
        for block in blocks {
            is_about = block.is_blank() || is_about_itself(block) || is_about && block.depth > 0;
            if is_about {
                self.leave([block], Reason::Introduction);
            } else {
                texts.push(block);
            }
        }
        let begin = self.items.len();
        if !texts.is_empty() {
            self.items.push(RawItem::of_blocks(&texts));
        }
        self.entries(own, path);
        self.hand_down(begin, &people);
    }

    /// Makes items of the entries of a section that divides.
    fn entries(&mut self, own: &Proposal, path: &Path<'b>) {
        let reason = if own.sign == Sign::Row { Reason::Columns } else { Reason::Contents };
        self.leave(self.blocks(&own.left_out), reason);
        let named = own.items.iter().filter(|one| self.is_named_by_link(one)).count();
        let named_by_links = own.sign == Sign::Entry && named * 2 > own.items.len();
        for one in &own.items {
            self.entry(one, own.sign, path, named_by_links);
        }
        match own.sign {
            Sign::Number(_) => self.found.numbered += own.items.len(),
            _ => self.found.listed += own.items.len(),
        }
    }

    fn entry(&mut self, one: &Entry, sign: Sign, path: &Path<'b>, named_by_links: bool) {
        let mut section = path.names();
        let mut dated = path.dated();
        if let Some(group) = one.group.map(|group| self.block(group)) {
            section.push(tidy_title(group.text.trim_end_matches(['：', ':'])));
            dated.insert(0, group.text.clone());
        }
        let blocks = self.blocks(&one.blocks);
        if sign == Sign::Row {
            // Tables that grow day by day have a column of days.
            let cell = blocks.first().and_then(|block| block.text.split(" | ").next());
            dated.splice(0..0, cell.map(str::to_owned));
        }
        let in_list = blocks.first().is_some_and(|block| block.depth > 0);
        let is_listed = in_list && matches!(sign, Sign::Number(_) | Sign::Entry);
        let outer = usize::from(is_listed) + usize::from(in_list && one.group.is_some());
        let mut item = RawItem { dated, ..entry::item(&blocks, section, outer) };
        if named_by_links {
            entry::name_up_to_link(&mut item, blocks[0]);
        }
        self.items.push(item);
    }
}
