//! Text to tokens: one analyzer for what is indexed and for what is asked.
//!
//! A text is normalised (`normalize`) and scanned once into *units* (a Han word, a run of kana, a Latin
//! compound such as `GPT-4V`, a symbol, a URL). Every unit gives tokens to two fields:
//!
//! - *words*: what relevance is computed on. Han runs are cut by a [`Cutter`]; a compound gives its whole form
//!   (`gpt4v`) and its parts (`gpt`, `4v`).
//! - *atoms*: what makes every literal substring findable. One token per Han character and per run of letters or
//!   digits, with positions, so that a phrase query over them is a substring match.
//!
//! URLs give tokens to a third field only ([`url_tokens()`]).
//!
//! **Invariants.** Spans are bytes of the source text on character boundaries, and never go back from unit to unit.
//! Text and queries are analysed by the same code; only the cutter differs.

mod alias;
mod analyze;
mod connector;
mod cut;
mod dictionary;
mod latin;
mod lexicon;
mod mine;
mod normalize;
mod pinyin;
mod scanner;
mod simplified;
mod token;
mod url_tokens;
mod windows;

pub use alias::{explained_names, name_key};
pub use analyze::{analyze, analyze_windows};
pub(crate) use connector::connects;
pub use cut::{Cut, Cutter, NoCutter};
pub use dictionary::{Dictionary, dictionary_fingerprint, read_words};
pub use mine::{MAX_MINED_CHARS, Mined, Miner};
pub use normalize::{fold, fold_tightly, piece_span};
pub use pinyin::{
    PinyinKeys, Syllables, is_pinyin_of, is_said, is_spoken, may_be_initials, pinyin_keys,
    readings, syllable_ends, syllables, syllables_in_words, syllables_of,
};
pub use token::{Analysis, Token, Unit, UnitKind, doubtful, without_doubt};
pub use url_tokens::url_tokens;

/// Version of the rules of this module; an index made by another version is built again.
pub const ANALYZER_VERSION: u32 = 6;
