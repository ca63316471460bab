//! A long file to pieces that can be read one after the other.

/// Longer lines are read as they are and not as Markdown: nobody writes them, and what they might mean takes fifty times
/// their size in memory.
const MAX_LINE: usize = 1024 * 1024;
/// A piece of more than so many bytes ends before the next heading or paragraph. Files that people write are one piece.
const PIECE: usize = 4 * 1024 * 1024;
/// Without any it ends after so many, wherever that is.
const MAX_PIECE: usize = 2 * PIECE;
/// So it does after so many lines: each takes a hundred bytes, however short it is.
const MAX_LINES: usize = 250_000;

/// A piece of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Markdown of whole lines. Definitions of links hold within a piece.
    Markdown(&'t str),
    /// A line that is too long for Markdown, with its end.
    Line(&'t str),
}

/// Divides a text; the pieces joined are the text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    if text.len() <= MAX_LINE {
        return vec![Piece::Markdown(text)];
    }
    let mut pieces = Vec::new();
    let (mut start, mut at, mut lines) = (0, 0, 0);
    let mut before = "";
    // The sign that ends the code block that is read, and would be taken for text of it otherwise.
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let length = at - start;
        let begins =
            line.starts_with('#') || before.trim().is_empty() && !line.starts_with([' ', '\t']);
        let ends = line.len() > MAX_LINE
            || length > PIECE && fence.is_none() && begins
            || length > MAX_PIECE
            || lines >= MAX_LINES;
        if ends && length > 0 {
            pieces.push(Piece::Markdown(&text[start..at]));
            (start, lines) = (at, 0);
        }
        at += line.len();
        lines += 1;
        if line.len() > MAX_LINE {
            pieces.push(Piece::Line(line));
            (start, lines) = (at, 0);
            fence = None;
        } else if let Some(sign) =
            ["```", "~~~"].into_iter().find(|sign| line.trim_start().starts_with(sign))
        {
            fence = match fence {
                None => Some(sign),
                Some(open) => (open != sign).then_some(open),
            };
        }
        before = line;
    }
    if start < text.len() {
        pieces.push(Piece::Markdown(&text[start..]));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Divides a text and returns the lengths of its pieces, each with whether it is read as Markdown.
    fn lengths(text: &str) -> Vec<(usize, bool)> {
        let pieces = pieces(text);
        let parts = pieces.iter().map(|piece| match piece {
            Piece::Markdown(text) => (*text, true),
            Piece::Line(text) => (*text, false),
        });
        assert!(parts.clone().map(|(text, _)| text).collect::<String>() == text);
        parts.map(|(text, is_markdown)| (text.len(), is_markdown)).collect()
    }

    #[test]
    fn a_file_that_people_write_is_one_piece() {
        assert_eq!(lengths("# a\n\nb\n"), [(7, true)]);
        assert_eq!(lengths(&"- twenty bytes long\n".repeat(PIECE / 20)).len(), 1);
        assert_eq!(lengths(""), [(0, true)]);
    }

    #[test]
    fn a_line_that_is_too_long_stands_alone() {
        let long = "*".repeat(MAX_LINE + 1);
        assert_eq!(
            lengths(&format!("a\n{long}\nb\n")),
            [(2, true), (MAX_LINE + 2, false), (2, true)]
        );
        assert_eq!(lengths(&long), [(MAX_LINE + 1, false)]);
        assert_eq!(lengths(&"*".repeat(MAX_LINE)), [(MAX_LINE, true)]);
    }

    #[test]
    fn a_long_file_is_divided_before_a_heading_or_a_paragraph() {
        let line = format!("{}\n", "text ".repeat(20));
        let section = format!("## a\n{}\n", line.repeat(10_000));
        let text = section.repeat(6);
        let found = lengths(&text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].0 % section.len(), 0);
        let code = format!("```\n{}```\n", format!("\n# no {line}").repeat(PIECE / 100));
        assert_eq!(lengths(&format!("{code}# yes\n")), [(code.len(), true), (6, true)]);
        assert_eq!(lengths(&line.repeat(MAX_PIECE / 100)).len(), 2);
    }

    #[test]
    fn a_file_of_very_many_lines_is_divided_wherever_that_is() {
        let found = lengths(&"x\n".repeat(3 * MAX_LINES));
        assert_eq!(found, [(2 * MAX_LINES, true); 3]);
    }
}
