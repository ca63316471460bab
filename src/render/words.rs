//! Words, aliases and completions, a line each.

use serde::Serialize;

use crate::analysis::Mined;
use crate::search::{Alias, Suggestion};
use crate::text::escape;

/// Writes words with how often they occur and where they were met, aligned.
#[must_use]
pub fn mined(words: &[Mined]) -> String {
    let line = |mined: &Mined| format!("{}  …{}…", escape(&mined.word), escape(&mined.example));
    counted(words.iter().map(|mined| (u64::from(mined.count), line(mined))).collect())
}

/// Writes lines behind their counts, which stand in a column.
fn counted(lines: Vec<(u64, String)>) -> String {
    let width = lines.iter().map(|(count, _)| *count).max().unwrap_or(0).to_string().len();
    let line = |(count, line): (u64, String)| format!("{count:>width$}  {line}\n");
    lines.into_iter().map(line).collect()
}

/// Writes words as lines of a dictionary.
#[must_use]
pub fn list(words: &[Mined]) -> String {
    words.iter().flat_map(|mined| [mined.word.as_str(), "\n"]).collect()
}

/// A word as JSON shows it.
#[derive(Debug, Serialize)]
pub struct JsonMined<'a> {
    word: &'a str,
    count: u32,
    cohesion: f64,
    example: &'a str,
}

impl<'a> JsonMined<'a> {
    /// Shows words.
    #[must_use]
    pub fn all(words: &'a [Mined]) -> Vec<Self> {
        let show = |mined: &'a Mined| Self {
            word: &mined.word,
            count: mined.count,
            cohesion: (mined.cohesion * 10.0).round() / 10.0,
            example: &mined.example,
        };
        words.iter().map(show).collect()
    }
}

/// Writes aliases with how many items explain them.
#[must_use]
pub fn aliases(aliases: &[Alias]) -> String {
    let line = |alias: &Alias| format!("{} = {}", escape(&alias.latin), escape(&alias.chinese));
    counted(aliases.iter().map(|alias| (alias.items, line(alias))).collect())
}

/// Writes aliases as lines of a list of synonyms.
#[must_use]
pub fn synonyms(aliases: &[Alias]) -> String {
    let line = |alias: &Alias| format!("{}, {}\n", alias.latin, alias.chinese);
    aliases.iter().map(line).collect()
}

/// Writes completions, each with what it is.
#[must_use]
pub fn suggestions(suggestions: &[Suggestion]) -> String {
    let line = |suggestion: &Suggestion| {
        let kind: &str = suggestion.kind.into();
        format!("{}\t{kind}\t{}\n", escape(&suggestion.text), suggestion.count)
    };
    suggestions.iter().map(line).collect()
}
