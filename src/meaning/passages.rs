//! An item to the pieces that a model reads: models read some hundred characters, and of a long text only what they read counts.

/// Characters of a body in one passage. A model of sentences reads about as many at once as it was trained with; twice as many
/// take more than twice the time, and what an item is about is in its beginning.
const PASSAGE_CHARS: usize = 90;
/// Characters of a passage of what follows the beginning: longer ones, so that a long body takes few of them.
const LATER_CHARS: usize = 240;
/// Characters of a title in a passage.
const TITLE_CHARS: usize = 120;
/// Passages of an item, at most: the time that an item takes is bounded. What a longer body says further down is found by its
/// words.
pub const MAX_PASSAGES: usize = 6;

/// Divides an item into what is read of it at once, each piece with its title. There is one at least if the item has any text.
#[must_use]
pub fn passages(title: &str, body: &str) -> Vec<String> {
    let title = pieces(title, TITLE_CHARS, 1).pop().unwrap_or_default();
    let first = pieces(body, PASSAGE_CHARS, 1).pop().unwrap_or_default();
    let rest = body.get(first.end..).unwrap_or_default();
    let later = pieces(rest, LATER_CHARS, MAX_PASSAGES - 1);
    let bodies = std::iter::once(first.text).chain(later.into_iter().map(|piece| piece.text));
    let mut all: Vec<String> = bodies.map(|body| joined(&title.text, &body)).collect();
    all.retain(|passage| !passage.is_empty());
    all
}

fn joined(title: &str, body: &str) -> String {
    match (title, body) {
        ("", text) | (text, "") => text.to_owned(),
        (title, body) => format!("{title}\n{body}"),
    }
}

/// A piece of a text with single spaces, and where it ends in the text.
#[derive(Default)]
struct Piece {
    text: String,
    end: usize,
}

/// Cuts a text into at most `most` pieces of at most so many characters. Spaces count once.
fn pieces(text: &str, chars: usize, most: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut piece = Piece::default();
    let mut length = 0;
    for (at, c) in text.char_indices() {
        if length == chars {
            pieces.push(std::mem::take(&mut piece));
            length = 0;
            if pieces.len() == most {
                return pieces;
            }
        }
        piece.end = at + c.len_utf8();
        let is_space = c.is_whitespace() || c.is_control();
        if !is_space {
            piece.text.push(c);
            length += 1;
        } else if !piece.text.is_empty() && !piece.text.ends_with(' ') {
            piece.text.push(' ');
            length += 1;
        }
    }
    pieces.push(piece);
    for piece in &mut pieces {
        piece.text.truncate(piece.text.trim_end().len());
    }
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_item_is_one_passage_of_title_and_body() {
        assert_eq!(passages("标题", "正文\n\n  在此"), ["标题\n正文 在此"]);
        assert_eq!(passages("标题", " \n"), ["标题"]);
        assert_eq!(passages("", "正文"), ["正文"]);
        assert!(passages(" ", "\n").is_empty());
    }

    #[test]
    fn a_long_body_is_read_in_order_each_piece_with_the_title() {
        let body: String = ('\u{4e00}'..).take(PASSAGE_CHARS + LATER_CHARS + 1).collect();
        let all = passages("题", &body);
        assert_eq!(all.len(), 3);
        let read: String = all.iter().filter_map(|passage| passage.strip_prefix("题\n")).collect();
        assert_eq!(read, body);
    }

    #[test]
    fn a_body_without_end_takes_a_bounded_number_of_passages() {
        let all = passages("题", &"字 ".repeat(100_000));
        assert_eq!(all.len(), MAX_PASSAGES);
        assert!(all.iter().all(|passage| passage.chars().count() <= LATER_CHARS + 2));
    }
}
