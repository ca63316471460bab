//! What Markdown makes of pieces of a block: bold, a link, a picture.

use crate::report::html::Picture;
use crate::text::ByteSpan;

/// So many forms of a file are kept; people write a hundredth of that. What follows is plain text.
pub(super) const MAX_FORMS: usize = 100_000;

/// A piece of a block's text that is more than plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Bytes of the block's text. A picture takes none: it stands before the byte.
    pub(crate) shown: ByteSpan,
    pub(crate) kind: FormKind,
}

/// What a piece of text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FormKind {
    Strong,
    Emphasis,
    Struck,
    Code,
    /// A link, with its address.
    Link(Box<str>),
    /// A picture.
    Picture(Box<Picture>),
    /// A block of code, with the language that it names.
    Program(Box<str>),
}

impl Form {
    pub(super) fn picture(at: usize, picture: Picture) -> Self {
        Self { shown: ByteSpan::new(at, at), kind: FormKind::Picture(Box::new(picture)) }
    }

    /// Returns whether its text stays as it is typed.
    pub(super) fn is_verbatim(&self) -> bool {
        matches!(self.kind, FormKind::Code)
    }

    /// Returns the part of it that is seen in a piece of its text, from the piece on; nothing of most forms that lie outside,
    /// but all pictures that stand before the piece if `is_first`.
    fn within(&self, piece: ByteSpan, is_first: bool) -> Option<Self> {
        let (start, end) = (self.shown.start.max(piece.start), self.shown.end.min(piece.end));
        if let FormKind::Picture(_) = self.kind {
            let before = is_first && self.shown.start < piece.start;
            let inside = (piece.start..=piece.end).contains(&self.shown.start);
            let at = start.min(piece.end) - piece.start;
            return (before || inside)
                .then(|| Self { shown: ByteSpan::new(at, at), kind: self.kind.clone() });
        }
        (start < end).then(|| Self {
            shown: ByteSpan::new(start - piece.start, end - piece.start),
            kind: self.kind.clone(),
        })
    }

    /// Returns the forms of a piece of their text; all pictures before it are in it.
    pub(crate) fn all_in(forms: &[Self], piece: ByteSpan) -> Vec<Self> {
        Pieces::of(forms).next(piece)
    }
}

/// Goes once through the forms of a text, for pieces of it that are asked for in their order.
pub(crate) struct Pieces<'f> {
    /// Those that begin behind the last piece.
    later: std::iter::Peekable<std::slice::Iter<'f, Form>>,
    /// Those that may reach into the next piece.
    near: Vec<&'f Form>,
    is_first: bool,
}

impl<'f> Pieces<'f> {
    pub(crate) fn of(forms: &'f [Form]) -> Self {
        Self { later: forms.iter().peekable(), near: Vec::new(), is_first: true }
    }

    /// Returns the forms of the next piece; all pictures before the first are in it.
    pub(crate) fn next(&mut self, piece: ByteSpan) -> Vec<Form> {
        while let Some(form) = self.later.next_if(|form| form.shown.start <= piece.end) {
            self.near.push(form);
        }
        let is_first = std::mem::take(&mut self.is_first);
        let found = self.near.iter().filter_map(|form| form.within(piece, is_first)).collect();
        self.near.retain(|form| form.shown.end >= piece.end);
        found
    }
}

/// Settles the forms of a block that is read: outer ones before those inside them.
pub(super) fn sort(forms: &mut [Form]) {
    forms.sort_by_key(|form| (form.shown.start, std::cmp::Reverse(form.shown.end)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_their_order_have_the_forms_that_each_has_alone() {
        let strong = |start, end| Form { shown: ByteSpan::new(start, end), kind: FormKind::Strong };
        let text = || String::from("a");
        let picture = |at| Form::picture(at, Picture { url: text(), alternative: text() });
        let mut forms =
            vec![strong(0, 20), picture(1), strong(2, 5), strong(5, 9), picture(9), picture(12)];
        forms.push(strong(12, 30));
        sort(&mut forms);
        for bounds in [&[0, 30][..], &[3, 5, 5, 9, 12, 14, 20], &[2, 2, 9, 12, 12, 30]] {
            let mut pieces = Pieces::of(&forms);
            for (index, pair) in bounds.windows(2).enumerate() {
                let piece = ByteSpan::new(pair[0], pair[1]);
                let within = forms.iter().filter_map(|form| form.within(piece, index == 0));
                let alone: Vec<Form> = within.collect();
                assert_eq!(pieces.next(piece), alone, "{bounds:?} {piece:?}");
            }
        }
    }
}
