//! Every number that ranking depends on.

use crate::query::{Way, Zone};

/// Share of its worth that the shortest piece of the longest word keeps; chosen by eye. With 0, two letters of a long
/// name would find it and count for nothing; with 1, `go` in `mongodb` would be as good as in `golang`.
const LEAST_OF_PIECE: f32 = 0.4;

/// Makes the weights of one list of names and values.
macro_rules! weights {
    ($($(#[$doc:meta])* $name:ident = $value:literal,)*) => {
        /// Weights of ranking. The defaults were found by `examples/tune.rs` on judged queries, with cross-validation.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Weights {
            $($(#[$doc])* pub $name: f32,)*
        }

        impl Default for Weights {
            fn default() -> Self {
                Self { $($name: $value,)* }
            }
        }

        impl Weights {
            /// Names of all weights, in the order of [`Self::values`].
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];

            /// Returns all weights, to be read or changed.
            pub fn values(&mut self) -> Vec<&mut f32> {
                vec![$(&mut self.$name,)*]
            }
        }
    };
}

weights! {
    /// How much an occurrence in the title counts against one in the body.
    title = 3.0,
    /// The same for section, contributors, tags and source.
    meta = 1.0,
    /// The same for a link.
    link = 0.5,
    /// How fast further occurrences stop counting; `k1` of BM25.
    saturation = 1.4,
    /// How much the length of a title counts, 0 to 1; `b` of BM25.
    title_length = 0.4,
    /// How much the length of a body counts, 0 to 1.
    body_length = 0.75,
    /// Share of a word's information that any occurrence covers, 0 to 1; the rest depends on where and how often.
    mention = 0.25,
    /// Worth of a word in another spelling.
    variant = 0.9,
    /// Worth of the other number.
    plural = 0.95,
    /// Worth of a word where the text may be divided otherwise: in a title less than a certain one in a body.
    doubtful = 0.5,
    /// Worth of a synonym, times its own weight.
    synonym = 0.95,
    /// Worth of a name that the archive explains itself.
    alias = 0.7,
    /// Worth of a word that the letters are the pinyin of, times the share of the best known one it has.
    pinyin = 0.95,
    /// Worth of a word that was meant, if what was typed is a slip.
    slip = 0.6,
    /// Worth of a word of a related meaning, times its own weight.
    kin = 0.7,
    /// Worth of a word inside another.
    inside = 0.7,
    /// Worth of the parts of a name apart.
    parts = 0.5,
    /// Worth of a name in a link.
    in_link = 0.4,
    /// Worth of a piece that begins a Latin word; longer pieces are worth more, up to this.
    prefix = 0.7,
    /// Worth of a piece inside a Latin word.
    infix = 0.5,
    /// Worth of the literal of a group, times its information.
    literal = 0.6,
    /// Worth of neighbouring words that stand together.
    closeness = 0.2,
    /// Worth of a title that begins with the group.
    title_begins = 0.15,
    /// Worth of a title whose words are all asked for.
    title_whole = 0.2,
    /// Worth of a title that has every word as such: what other names, however often, are not worth more than.
    title_typed = 0.3,
    /// Share of what can be found of a query's information that a loosely related item must cover where few cover half of what
    /// the best does.
    related = 0.15,
    /// Power to which inverse document frequency is raised: below 1 rare words count less against common ones.
    rarity = 1.0,
    /// Worth of an item that means just what was asked, times how near it is, for whoever has a model of sentences. More than all
    /// words together are worth.
    meaning = 2.0,
}

/// A piece of a word that was found in a longer one; lengths in characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) length: usize,
    pub(super) word_length: usize,
    pub(super) place: PiecePlace,
}

/// Where in the longer word it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PiecePlace {
    Beginning,
    Inside,
}

impl Weights {
    pub(super) fn of_way(&self, way: Way) -> f32 {
        match way {
            // A fragment is weighed for every word it is found in.
            Way::Word | Way::Fragment => 1.0,
            Way::Variant => self.variant,
            Way::Plural => self.plural,
            Way::Doubtful => self.doubtful,
            Way::Synonym => self.synonym,
            Way::Alias => self.alias,
            Way::Pinyin => self.pinyin,
            Way::Slip => self.slip,
            Way::Related => self.kin,
            Way::Inside => self.inside,
            Way::Parts => self.parts,
        }
    }

    /// Returns what any way to have a word is worth at most; 1 with the defaults.
    pub(super) fn most(&self) -> f32 {
        let names = [self.synonym, self.alias, self.pinyin, self.slip, self.kin];
        let ways = [self.variant, self.plural, self.doubtful, self.inside, self.parts];
        let ways = ways.into_iter().chain(names);
        // A link may make more of a word.
        [self.prefix, self.infix].into_iter().chain(ways).fold(1.0, f32::max)
            * self.in_link.max(1.0)
    }

    pub(super) fn of_zone(&self, zone: Zone) -> f32 {
        match zone {
            Zone::Title => self.title,
            Zone::Body => 1.0,
            Zone::Meta => self.meta,
            Zone::Link => self.link,
        }
    }

    /// Returns the worth of a piece of a word that was found in a longer one.
    pub(super) fn of_fragment(&self, piece: Piece) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "words are short")]
        let share = piece.length as f32 / piece.word_length.max(1) as f32;
        let most = match piece.place {
            PiecePlace::Beginning => self.prefix,
            PiecePlace::Inside => self.infix,
        };
        most * (LEAST_OF_PIECE + (1.0 - LEAST_OF_PIECE) * share)
    }
}
