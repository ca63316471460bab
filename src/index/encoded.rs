//! Tokens on their way into tantivy: our analysis written as one string, and the tokenizer that reads it back.
//!
//! tantivy takes tokens made elsewhere as JSON, one allocation a token on either side; this takes a fifth of the time
//! of the whole indexing less. Writing and reading it is 2% of the processor time of a build.

use tantivy::tokenizer::{Token as IndexToken, TokenStream, Tokenizer};

use crate::analysis::Token;

/// Name under which the tokenizer is registered and which the schema records.
pub(crate) const TOKENIZER: &str = "baoku_encoded";

/// Ends a token. No token holds control characters: the analyzer takes them for punctuation.
const END: u8 = 0x1F;
/// Before a token: one position is skipped.
const GAP: char = '\u{1E}';
/// Before a token: it stands at the position of the one before.
const SAME: char = '\u{1D}';

/// Writes tokens in order of position.
pub(crate) fn encode(tokens: &[Token]) -> String {
    let mut encoder = Encoder::default();
    encoder.push(tokens);
    encoder.text
}
/// Writes tokens of a text one after the other.
#[derive(Default)]
pub(crate) struct Encoder {
    pub(crate) text: String,
    /// Position that follows the last one.
    next: usize,
    /// What a token that begins the text is written with once more.
    start: Option<&'static str>,
}

impl Encoder {
    /// Writes what begins the text twice, once more behind `start`.
    pub(crate) fn marking_start(start: &'static str) -> Self {
        Self { start: Some(start), ..Self::default() }
    }

    /// Adds tokens, in order of position; returns how many it wrote.
    pub(crate) fn push(&mut self, tokens: &[Token]) -> u64 {
        let mut written = tokens.len() as u64;
        for token in tokens {
            if token.position < self.next {
                self.text.push(SAME);
            } else {
                self.text.extend(std::iter::repeat_n(GAP, token.position - self.next));
                self.next = token.position + 1;
            }
            self.text.push_str(&token.text);
            self.text.push(char::from(END));
            if let Some(start) = self.start.filter(|_| token.position == 0) {
                self.text.push(SAME);
                self.text.push_str(start);
                self.text.push_str(&token.text);
                self.text.push(char::from(END));
                written += 1;
            }
        }
        written
    }
}

/// Reads what [`encode`] wrote.
#[derive(Clone, Default)]
pub(crate) struct EncodedTokenizer {
    token: IndexToken,
}

pub(crate) struct EncodedStream<'a> {
    rest: &'a str,
    next: usize,
    token: &'a mut IndexToken,
}

impl Tokenizer for EncodedTokenizer {
    type TokenStream<'a> = EncodedStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> EncodedStream<'a> {
        self.token.reset();
        EncodedStream { rest: text, next: 0, token: &mut self.token }
    }
}

impl TokenStream for EncodedStream<'_> {
    fn advance(&mut self) -> bool {
        let mut same = false;
        loop {
            if let Some(rest) = self.rest.strip_prefix(GAP) {
                self.next += 1;
                self.rest = rest;
            } else if let Some(rest) = self.rest.strip_prefix(SAME) {
                same = true;
                self.rest = rest;
            } else {
                break;
            }
        }
        let Some(end) = memchr::memchr(END, self.rest.as_bytes()) else { return false };
        let (text, rest) = self.rest.split_at(end);
        // The sign is one byte.
        self.rest = rest.get(1..).unwrap_or_default();
        if !same {
            self.next += 1;
        }
        self.token.position = self.next.saturating_sub(1);
        self.token.text.clear();
        self.token.text.push_str(text);
        true
    }

    fn token(&self) -> &IndexToken {
        self.token
    }

    fn token_mut(&mut self) -> &mut IndexToken {
        self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{NoCutter, analyze};

    #[test]
    fn tokens_come_back_with_their_positions() {
        let analysis = analyze("LongRoPE，GPT-4V 模型\nDeepSeek-R1：x", &NoCutter);
        for tokens in [&analysis.words, &analysis.atoms] {
            let encoded = encode(tokens);
            let mut tokenizer = EncodedTokenizer::default();
            let mut stream = tokenizer.token_stream(&encoded);
            for token in tokens {
                assert!(stream.advance());
                assert_eq!(
                    (stream.token().text.as_str(), stream.token().position),
                    (token.text.as_str(), token.position)
                );
            }
            assert!(!stream.advance());
        }
    }

    #[test]
    fn what_begins_a_text_is_written_once_more() {
        let mut encoder = Encoder::marking_start("^");
        let analysis = analyze("GPT-4V 模型，GPT", &NoCutter);
        let written = encoder.push(&analysis.atoms);
        let mut tokenizer = EncodedTokenizer::default();
        let mut stream = tokenizer.token_stream(&encoder.text);
        let mut read = Vec::new();
        while stream.advance() {
            read.push((stream.token().text.clone(), stream.token().position));
        }
        assert_eq!(read.len() as u64, written);
        let (starts, plain): (Vec<_>, Vec<_>) =
            read.into_iter().partition(|(text, _)| text.starts_with('^'));
        assert_eq!(starts, [("^gpt".to_owned(), 0)]);
        let expected = analysis.atoms.iter().map(|token| (token.text.to_string(), token.position));
        assert_eq!(plain, expected.collect::<Vec<_>>());
    }
}
