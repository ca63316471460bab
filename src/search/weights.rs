//! Every number that ranking depends on.

use crate::query::{Way, Zone};

/// Weights of ranking. The defaults were found by `examples/tune.rs` on judged queries, with cross-validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// How much an occurrence in the title counts against one in the body.
    pub title: f32,
    /// The same for section, contributors, tags and source.
    pub meta: f32,
    /// The same for a link.
    pub link: f32,
    /// How fast further occurrences stop counting; `k1` of BM25.
    pub saturation: f32,
    /// How much the length of a title counts, 0 to 1; `b` of BM25.
    pub title_length: f32,
    /// How much the length of a body counts, 0 to 1.
    pub body_length: f32,
    /// Share of a word's information that any occurrence covers; the rest depends on where and how often.
    pub mention: f32,
    /// Worth of a word in another spelling.
    pub variant: f32,
    /// Worth of the other number.
    pub plural: f32,
    /// Worth of a synonym, times its own weight.
    pub synonym: f32,
    /// Worth of a name that the archive explains itself.
    pub alias: f32,
    /// Worth of a word inside another.
    pub inside: f32,
    /// Worth of the parts of a name apart.
    pub parts: f32,
    /// Worth of a name in a link.
    pub in_link: f32,
    /// Worth of a piece that begins a Latin word; longer pieces are worth more, up to this.
    pub prefix: f32,
    /// Worth of a piece inside a Latin word.
    pub infix: f32,
    /// Worth of the literal of a group, times its information.
    pub literal: f32,
    /// Worth of neighbouring words that stand together.
    pub closeness: f32,
    /// Worth of a title that begins with the group.
    pub title_begins: f32,
    /// Worth of a title whose words are all asked for.
    pub title_whole: f32,
    /// Share of a query's information that a loosely related item must cover.
    pub related: f32,
    /// Power to which inverse document frequency is raised: below 1 rare words count less against common ones.
    pub rarity: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            title: 3.0,
            meta: 1.0,
            link: 0.5,
            saturation: 1.4,
            title_length: 0.4,
            body_length: 0.5,
            mention: 0.4,
            variant: 0.9,
            plural: 0.95,
            synonym: 0.9,
            alias: 0.7,
            inside: 0.7,
            parts: 0.5,
            in_link: 0.4,
            prefix: 0.7,
            infix: 0.5,
            literal: 0.6,
            closeness: 0.2,
            title_begins: 0.3,
            title_whole: 0.3,
            related: 0.2,
            rarity: 1.0,
        }
    }
}

impl Weights {
    /// Returns the names of all weights, in the order of [`Self::values`].
    pub const NAMES: [&'static str; 22] = [
        "title",
        "meta",
        "link",
        "saturation",
        "title_length",
        "body_length",
        "mention",
        "variant",
        "plural",
        "synonym",
        "alias",
        "inside",
        "parts",
        "in_link",
        "prefix",
        "infix",
        "literal",
        "closeness",
        "title_begins",
        "title_whole",
        "related",
        "rarity",
    ];

    /// Returns all weights, to be read or changed.
    pub fn values(&mut self) -> [&mut f32; 22] {
        [
            &mut self.title,
            &mut self.meta,
            &mut self.link,
            &mut self.saturation,
            &mut self.title_length,
            &mut self.body_length,
            &mut self.mention,
            &mut self.variant,
            &mut self.plural,
            &mut self.synonym,
            &mut self.alias,
            &mut self.inside,
            &mut self.parts,
            &mut self.in_link,
            &mut self.prefix,
            &mut self.infix,
            &mut self.literal,
            &mut self.closeness,
            &mut self.title_begins,
            &mut self.title_whole,
            &mut self.related,
            &mut self.rarity,
        ]
    }

    pub(super) fn of_way(&self, way: Way) -> f32 {
        match way {
            // A fragment is weighed for every word it is found in.
            Way::Word | Way::Fragment => 1.0,
            Way::Variant => self.variant,
            Way::Plural => self.plural,
            Way::Synonym => self.synonym,
            Way::Alias => self.alias,
            Way::Inside => self.inside,
            Way::Parts => self.parts,
        }
    }

    pub(super) fn of_zone(&self, zone: Zone) -> f32 {
        match zone {
            Zone::Title => self.title,
            Zone::Body => 1.0,
            Zone::Meta => self.meta,
            Zone::Link => self.link,
        }
    }

    /// Returns the worth of a piece of `piece` characters found in a word of `word` characters.
    pub(super) fn of_fragment(&self, piece: usize, word: usize, begins: bool) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "words are short")]
        let share = piece as f32 / word.max(1) as f32;
        let most = if begins { self.prefix } else { self.infix };
        most * (0.4 + 0.6 * share)
    }
}
