//! Headings that are not quite headings, mended, and remarks on those that look wrong.

use super::item::tidy_title;
use super::lines::Lines;
use super::markdown::{Block, BlockKind};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::ByteSpan;

/// A heading of more characters than this is more likely a paragraph.
const MAX_HEADING: usize = 120;
/// A heading of more characters than this is read as a paragraph: it would be repeated with every item below it.
const MAX_SECTION: usize = 500;
/// Where more than one in so many headings jumps over a level, that is how the report is made.
const JUMPS_ONE_IN: usize = 8;

/// Reads `##标题` as the heading it is meant to be and very long headings as text; returns what looks wrong.
pub(super) fn mend(blocks: &mut [Block], path: &str, lines: &Lines) -> Vec<Diagnostic> {
    let mut noticed = Vec::new();
    let mut jumps = Vec::new();
    let mut above = 0;
    let mut count = 0;
    for block in blocks {
        let line = lines.number(block.span.start);
        let say = |severity: Severity, code: Code, message: String| {
            Diagnostic::at_line(path, line, severity, code, message)
        };
        if promote(block) {
            let message = "a heading without a space behind its #".to_owned();
            noticed.push(say(Severity::Note, Code::HeadingWithoutSpace, message));
        }
        let BlockKind::Heading(level) = block.kind else { continue };
        let name = tidy_title(&block.text);
        let length = name.chars().count();
        if length > MAX_SECTION {
            block.kind = BlockKind::Paragraph;
            let message =
                format!("a heading of more than {MAX_SECTION} characters is read as a paragraph");
            noticed.push(say(Severity::Warning, Code::LongHeading, message));
            continue;
        }
        if length == 0 && block.images.is_empty() {
            let message = "an empty heading".to_owned();
            noticed.push(say(Severity::Note, Code::EmptyHeading, message));
        } else if length > MAX_HEADING {
            let message = format!("a heading of {length} characters");
            noticed.push(say(Severity::Note, Code::LongHeading, message));
        } else if above > 0 && level > above + 1 {
            let message = format!("the heading `{name}` jumps from level {above} to {level}");
            jumps.push(say(Severity::Note, Code::HeadingJump, message));
        }
        above = level;
        count += 1;
    }
    if jumps.len() * JUMPS_ONE_IN <= count {
        noticed.append(&mut jumps);
    }
    noticed
}

/// Makes a heading of a line that begins with two to six `#` and no space; returns whether it did.
fn promote(block: &mut Block) -> bool {
    let signs = block.text.bytes().take_while(|b| *b == b'#').count();
    let is_heading = block.kind == BlockKind::Paragraph
        && block.depth == 0
        && (2..=6).contains(&signs)
        && !block.text.contains('\n')
        && block.text.chars().count() <= MAX_HEADING;
    if !is_heading {
        return false;
    }
    block.kind = BlockKind::Heading(u8::try_from(signs).unwrap_or(6));
    block.text.replace_range(..signs, "");
    let links = block.links.iter_mut().map(|link| &mut link.shown);
    for shown in links.chain(block.forms.iter_mut().map(|form| &mut form.shown)) {
        let before = |edge: usize| edge.saturating_sub(signs);
        *shown = ByteSpan::new(before(shown.start), before(shown.end));
    }
    block.lead = block.lead.saturating_sub(signs);
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[track_caller]
    fn check(text: &str, kinds: &[&str], messages: &[&str]) {
        let mut blocks = blocks(text, 0);
        let noticed = mend(&mut blocks, "r.md", &Lines::of(text));
        let shown: Vec<String> = blocks
            .iter()
            .map(|block| match block.kind {
                BlockKind::Heading(level) => format!("{level} {}", block.text),
                _ => "text".to_owned(),
            })
            .collect();
        assert_eq!(shown, kinds, "{text}");
        let noticed: Vec<String> =
            noticed.iter().map(|one| format!("{}: {}", one.line.unwrap(), one.message)).collect();
        assert_eq!(noticed, messages, "{text}");
    }

    #[test]
    fn a_heading_needs_no_space_behind_its_signs() {
        check("##标题\n", &["2 标题"], &["1: a heading without a space behind its #"]);
        check("#标签\n", &["text"], &[]);
        check("#######标题\n", &["text"], &[]);
        let long = format!("##{}\n", "长".repeat(MAX_HEADING));
        check(&long, &["text"], &[]);
    }

    #[test]
    fn very_long_headings_are_text_and_long_ones_are_reported() {
        let heading = |length: usize| format!("# {}\n", "长".repeat(length));
        let message = format!("1: a heading of {} characters", MAX_HEADING + 1);
        check(&heading(MAX_HEADING), &[heading(MAX_HEADING).replace("# ", "1 ").trim_end()], &[]);
        let long = heading(MAX_HEADING + 1);
        check(&long, &[long.replace("# ", "1 ").trim_end()], &[&message]);
        let message = "1: a heading of more than 500 characters is read as a paragraph";
        check(&heading(MAX_SECTION + 1), &["text"], &[message]);
    }

    #[test]
    fn jumps_are_reported_where_they_are_rare() {
        let mut text = "# 一\n\n### 二\n\n".to_owned();
        check(&text, &["1 一", "3 二"], &[]);
        text.push_str(&"## 三\n\n".repeat(6));
        let mut kinds = vec!["1 一", "3 二"];
        kinds.extend(["2 三"; 6]);
        check(&text, &kinds, &["3: the heading `二` jumps from level 1 to 3"]);
    }
}
