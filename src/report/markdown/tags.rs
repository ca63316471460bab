//! Tags of HTML inside running text: left out of it unless somebody writes about them.

use std::collections::HashMap;

use super::block::Block;
use crate::report::html;
use crate::text::ByteSpan;

/// A tag inside running text, left out of it unless it turns out to be shown.
pub(super) struct InlineTag {
    pub(super) at: usize,
    pub(super) tag: html::TagName,
    pub(super) raw: String,
}

/// Puts back the tags without a partner: somebody writes about `<table>` and does not make one.
pub(super) fn restore_lone(tags: &[InlineTag], block: &mut Block) {
    let lone = lone(tags);
    if lone.is_empty() {
        return;
    }
    let mut text = String::with_capacity(block.text.len());
    // Places of the tags, each with how far what is behind it moves.
    let mut moves: Vec<(usize, usize)> = Vec::with_capacity(lone.len());
    let mut moved = 0;
    let mut at = 0;
    for tag in lone {
        text.push_str(block.text.get(at..tag.at).unwrap_or_default());
        text.push_str(&tag.raw);
        at = tag.at;
        moved += tag.raw.len();
        moves.push((tag.at, moved));
    }
    text.push_str(block.text.get(at..).unwrap_or_default());
    block.text = text;
    let moved = |edge: usize| {
        let behind = moves.partition_point(|(at, _)| *at <= edge);
        edge + behind.checked_sub(1).map_or(0, |last| moves[last].1)
    };
    let links = block.links.iter_mut().map(|link| &mut link.shown);
    for shown in links.chain(block.forms.iter_mut().map(|form| &mut form.shown)) {
        *shown = ByteSpan::new(moved(shown.start), moved(shown.end));
    }
}

/// Returns the tags without a partner, in order.
fn lone(tags: &[InlineTag]) -> Vec<&InlineTag> {
    let mut open: Vec<usize> = Vec::new();
    // How many of each name are open: looking for a partner that is not there would be quadratic.
    let mut names: HashMap<&str, usize> = HashMap::new();
    let mut lone = vec![true; tags.len()];
    for (index, InlineTag { tag, .. }) in tags.iter().enumerate() {
        if !tag.closing {
            open.push(index);
            *names.entry(&tag.name).or_default() += 1;
        } else if names.get(tag.name.as_str()).is_some_and(|open| *open > 0) {
            while let Some(other) = open.pop() {
                let name = tags[other].tag.name.as_str();
                names.entry(name).and_modify(|open| *open -= 1);
                if name == tag.name {
                    (lone[other], lone[index]) = (false, false);
                    break;
                }
            }
        }
    }
    tags.iter().zip(lone).filter_map(|(tag, lone)| lone.then_some(tag)).collect()
}
