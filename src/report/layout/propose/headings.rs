//! Headings that are items.

use super::divisions::Divisions;
use super::section::{MOST_OF_TEN, Proposal, is_share};
use crate::report::layout::boilerplate::{is_boilerplate, is_chapter};
use crate::report::layout::outline::{Node, Outline, chars, heading_level};
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker;
use crate::report::people;
use crate::report::signed;

/// Levels that headings of Markdown have.
pub(crate) const LEVELS: std::ops::RangeInclusive<u8> = 1..=6;
/// One in so many headings of a level is followed by a contributor or a link where the level holds items.
const LABELLED_ONE_IN: usize = 2;
/// One in so many headings of a level is a link where the level holds items.
const LINKS_ONE_IN: usize = 2;
/// A heading that is a link is a sign so many times stronger than one that has a link somewhere below it.
const WEIGHT_OF_LINKS: usize = 2;
/// A level has several headings if it has so many.
const SEVERAL: usize = 2;
/// So many headings with a link somewhere below them; with fewer it is chance.
const MIN_WITH_LINK: usize = 3;
/// Headings that only have a link somewhere are items if they have at most this many characters on average; chapters
/// of an article are longer.
const MAX_LINKED_ITEM: usize = 800;
/// They have at most this many characters on average; the parts of a speech are longer.
const MAX_BELOW_SECTIONS: usize = 400;
/// So many headings below several sections are items where nothing else shows any.
const MIN_BELOW_SECTIONS: usize = 3;
/// Where more than one in so many headings has code below it, they are chapters of an article.
const CODE_ONE_IN: usize = 4;
/// Where so many items are numbered paragraphs, headings below sections are chapters of an essay.
const MANY_NUMBERED: usize = 5;

/// Less text than this above the first item, in characters, is the motto of a report.
const MIN_TEXT_ABOVE: usize = 200;

/// A level whose headings are items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeadingProposal {
    pub(crate) level: u8,
    /// What shows it, as a sentence.
    pub(crate) reason: String,
    /// How many headings show it, weighed.
    score: usize,
    /// The first block of the tree, where the level says where sections begin.
    pub(crate) begin: usize,
}

/// Proposes the level whose headings are most often followed by a contributor or a link line.
pub(crate) fn propose_labelled(
    outline: &Outline<'_>,
    divisions: &Divisions,
) -> Option<HeadingProposal> {
    let mut counts = [(0_usize, 0_usize); 8];
    let nodes = outline.root.all();
    let holds_something = |node: &&&Node| node.heading.is_some() && !node.below().is_empty();
    for node in nodes.iter().filter(holds_something) {
        let (labelled, all) = &mut counts[usize::from(node.level)];
        *all += 1;
        *labelled += usize::from(is_labelled(outline, divisions, node));
    }
    let level = LEVELS.max_by_key(|level| counts[usize::from(*level)].0)?;
    let (labelled, all) = counts[usize::from(level)];
    // A single heading that something happens to follow says nothing about those of other levels that have a text.
    let is_alone = || nodes.iter().all(|node| node.level == level || !has_text(outline, node));
    let is_items =
        labelled * LABELLED_ONE_IN >= all && (labelled >= SEVERAL || labelled == 1 && is_alone());
    is_items.then(|| HeadingProposal {
        level,
        reason: format!(
            "{labelled} of {all} headings of level {level} are followed by a contributor or a link"
        ),
        score: labelled,
        begin: labelled_begin(outline, divisions, level),
    })
}

/// Returns where the sections begin: with the unbroken chain of headings above the first item, unless what stands above
/// them is a text of its own or a section with items of another kind.
fn labelled_begin(outline: &Outline<'_>, divisions: &Divisions, level: u8) -> usize {
    let levels: Vec<Option<u8>> = outline.blocks.iter().map(heading_level).collect();
    let first = outline.root.all().into_iter().find(|node| node.level == level);
    let mut begin = first.and_then(|node| node.heading).unwrap_or(outline.begin);
    while begin > outline.begin
        && let (Some(above), Some(below)) = (levels[begin - 1], levels[begin])
        && above < below
    {
        begin -= 1;
    }
    let above = chars(outline.blocks, outline.begin..begin);
    let holds_items = outline.root.all().into_iter().any(|node| {
        node.heading.is_some_and(|at| at < begin)
            && divisions.own(node).is_some_and(Proposal::is_certain)
    });
    if above < MIN_TEXT_ABOVE && !holds_items { begin } else { outline.begin }
}

fn has_text(outline: &Outline<'_>, node: &Node) -> bool {
    node.heading.is_some() && node.own.clone().any(|at| !outline.blocks[at].is_blank())
}

/// Returns the headings of a level that a contributor or a link follows: they are items, whatever divides below them.
pub(crate) fn labelled<'n>(
    outline: &'n Outline<'_>,
    divisions: &Divisions,
    level: u8,
) -> Vec<&'n Node> {
    let nodes = outline.root.all().into_iter().filter(|node| node.level == level);
    nodes.filter(|node| is_labelled(outline, divisions, node)).collect()
}

/// Returns whether a contributor or a link stands right below a heading, or ends what stands there. Who edited a section stands
/// below its heading, too, and above those of its items.
fn is_labelled(outline: &Outline<'_>, divisions: &Divisions, node: &Node) -> bool {
    let own = &outline.blocks[node.own.clone()];
    let Some(first) = own.first().filter(|first| is_label(first)) else {
        return ends_labelled(own);
    };
    let holds_items = || {
        let certain = |node: &Node| divisions.own(node).is_some_and(Proposal::is_certain);
        certain(node)
            || node.children.iter().any(certain)
            || node.children.iter().filter(|child| has_text(outline, child)).count() >= SEVERAL
    };
    people::bylines(first).is_none() || !holds_items()
}

/// Returns whether the last of some blocks, below a text, says by whom or where something is, and nothing else.
fn ends_labelled(blocks: &[Block]) -> bool {
    let mut shown = blocks.iter().rev().filter(|block| !block.is_blank());
    let is_all = |block: &Block| {
        let mut lines = block.text.lines().filter(|line| !line.trim().is_empty());
        block.kind == BlockKind::Paragraph && lines.all(signed::is_about)
    };
    shown.next().is_some_and(is_all) && shown.any(|block| block.kind == BlockKind::Paragraph)
}

/// Returns whether a block begins with a contributor or a link on a line of its own.
fn is_label(block: &Block) -> bool {
    let line = block.text.lines().next().unwrap_or_default();
    let is_address = || block.links.first().is_some_and(|link| link.shown.of(&block.text) == line);
    block.kind == BlockKind::Paragraph && (is_address() || signed::is_about(line))
}

/// Proposes the level whose headings are links, have a link or are numbered; of several the one with most, of equals
/// the deepest.
pub(crate) fn propose(outline: &Outline<'_>, divisions: &Divisions) -> Option<HeadingProposal> {
    let numbered = divisions.all().filter(|own| own.is_numbered()).map(|own| own.items.len()).sum();
    LEVELS
        .flat_map(|level| candidates(outline, divisions, level, numbered))
        .max_by_key(|candidate| candidate.score)
}

/// Proposes a level for each sign of items that most of its headings bear. `numbered` items are numbered paragraphs.
fn candidates(
    outline: &Outline<'_>,
    divisions: &Divisions,
    level: u8,
    numbered: usize,
) -> Vec<HeadingProposal> {
    let nodes: Vec<&Node> = outline
        .root
        .all()
        .into_iter()
        .filter(|node| node.level == level && divisions.own(node).is_none())
        .filter(|node| !only_holds_others(outline, node) && !is_boilerplate(outline.name(node)))
        .collect();
    let all = nodes.len();
    let count = |is: &dyn Fn(&Node) -> bool| nodes.iter().filter(|node| is(node)).count();
    if all < SEVERAL || count(&|node| is_chapter(outline.name(node))) >= SEVERAL {
        return Vec::new();
    }
    let links = count(&|node| outline.is_link(node));
    let with_link = count(&|node| has_link(outline, node));
    let with_sheet = count(&|node| divisions.is_sheet(node));
    let end_with_link = count(&|node| ends_with_link(outline, node));
    let with_number = count(&|node| marker::read(outline.name(node)).is_some());
    let is_most = |part: usize| is_share(part, all, MOST_OF_TEN);
    let is_article = || numbered >= MANY_NUMBERED || are_chapters(outline, &nodes);
    let candidate = |count: usize, weight: usize, what: &str| HeadingProposal {
        level,
        reason: format!("{count} of {all} headings of level {level} {what}"),
        score: count * weight,
        begin: outline.begin,
    };
    let mut found = Vec::new();
    if links * LINKS_ONE_IN >= all && links >= SEVERAL {
        found.push(candidate(links, WEIGHT_OF_LINKS, "are links"));
    }
    if with_sheet >= SEVERAL && is_most(with_sheet) {
        found.push(candidate(with_sheet, WEIGHT_OF_LINKS, "have a sheet of facts"));
    }
    if is_most(end_with_link) && all >= MIN_WITH_LINK {
        found.push(candidate(end_with_link, 1, "have a link on a line of its own"));
    }
    if is_most(with_link) && all >= MIN_WITH_LINK && !is_article() {
        found.push(candidate(with_link, 1, "have a link"));
    }
    if is_most(with_number) && with_number >= SEVERAL && !is_article() {
        found.push(candidate(with_number, 1, "are numbered"));
    }
    found
}

fn has_link(outline: &Outline<'_>, node: &Node) -> bool {
    node.own.clone().chain(node.heading).any(|at| people::leads_out(&outline.blocks[at]))
}

/// Returns whether a line below a heading is a link and nothing else: it leads to what the text is about, whatever else
/// that has.
fn ends_with_link(outline: &Outline<'_>, node: &Node) -> bool {
    node.own.clone().any(|at| {
        let block = &outline.blocks[at];
        matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. })
            && block.links.len() == 1
            && block.leads_out()
            && block.links[0].shown.of(&block.text) == block.text.trim()
    })
}

/// Returns whether headings are chapters of an article: they link to this and that, are longer than items, and some
/// are code.
fn are_chapters(outline: &Outline<'_>, nodes: &[&Node]) -> bool {
    let chars: usize = nodes.iter().map(|node| outline.chars(node.below())).sum();
    let has_code =
        |node: &&&Node| node.below().any(|at| outline.blocks[at].kind == BlockKind::Code);
    chars > nodes.len() * MAX_LINKED_ITEM
        || nodes.iter().filter(has_code).count() * CODE_ONE_IN > nodes.len()
}

fn only_holds_others(outline: &Outline<'_>, node: &Node) -> bool {
    !node.children.is_empty()
        && node.own.clone().all(|at| outline.blocks[at].is_blank())
        && !outline.is_link(node)
}

/// Proposes the level below sections, for a report whose items have neither links nor numbers: several sections hold
/// several headings with short texts.
pub(crate) fn propose_below_sections(outline: &Outline<'_>) -> Option<HeadingProposal> {
    let nodes = outline.root.all();
    let of_level =
        |level: u8| nodes.iter().filter(move |node| node.level == level && has_text(outline, node));
    let level = LEVELS.skip(1).max_by_key(|level| of_level(*level).count())?;
    let items: Vec<&Node> = of_level(level).copied().collect();
    let sections = nodes.iter().filter(|node| {
        node.heading.is_some()
            && node.children.iter().any(|child| child.level == level && has_text(outline, child))
    });
    let is_chapter = |node: &&&Node| is_chapter(outline.name(node));
    let is_items = items.len() >= MIN_BELOW_SECTIONS
        && sections.clone().count() >= SEVERAL
        && sections.filter(is_chapter).count() + items.iter().filter(is_chapter).count() < SEVERAL
        && items.iter().map(|node| outline.chars(node.below())).sum::<usize>()
            <= items.len() * MAX_BELOW_SECTIONS;
    is_items.then(|| HeadingProposal {
        level,
        reason: format!("{} headings of level {level} stand below sections", items.len()),
        score: items.len(),
        begin: outline.begin,
    })
}

/// Proposes the deepest level with several headings, else the deepest there is, for a report that is said to have its
/// items in headings.
pub(crate) fn propose_deepest(outline: &Outline<'_>, reason: &str) -> Option<HeadingProposal> {
    let nodes = outline.root.all();
    let count = |level: u8| nodes.iter().filter(|node| node.level == level).count();
    let deepest = |min: usize| LEVELS.rev().find(|level| count(*level) >= min);
    let level = deepest(SEVERAL).or_else(|| deepest(1))?;
    Some(HeadingProposal {
        level,
        reason: reason.to_owned(),
        score: count(level),
        begin: outline.begin,
    })
}
