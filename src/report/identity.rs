//! Items to keys that stay what they are when the report around them changes.

use std::fmt;
use std::str::FromStr;

/// Signs of a key: digits and small letters without those that are taken for one another (`i`, `l`, `o`, `u`).
const SIGNS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// A key begins with a letter, so that it differs from a position.
const LETTERS: u32 = 22;
/// Signs of a key without what tells equal ones apart: of the items of a report two have the same by chance once in
/// millions.
const LENGTH: usize = 6;
/// Bits of the signs behind the first.
const BITS_BEHIND: u32 = 25;
/// Bits of all signs.
const BITS: u32 = 30;

/// What names an item in its report: made of its first link, else of its title, else of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// The number of the first sign, then 25 bits.
    hash: u32,
    /// Its place among equal ones of the report in reading order, counted from 0.
    nth: u32,
}

impl ItemKey {
    /// Makes the key of an item from its first link in canonical form, its title and its text.
    pub(super) fn of(link: Option<&str>, title: &str, text: &str) -> Self {
        let text = match link {
            Some(link) => format!("link {link}"),
            None if title.chars().any(char::is_alphanumeric) => plain("title", title),
            None => plain("text", text),
        };
        let hash = blake3::hash(text.as_bytes());
        let bytes = hash.as_bytes();
        let behind =
            u32::from_be_bytes([0, bytes[0], bytes[1], bytes[2]]) << 1 | u32::from(bytes[3] & 1);
        let first = u32::from(bytes[4]) % LETTERS;
        Self { hash: first << BITS_BEHIND | behind, nth: 0 }
    }

    /// Returns the key of an item that stands behind `nth` others of the same key.
    pub(super) fn behind(self, nth: u32) -> Self {
        Self { nth, ..self }
    }

    /// Returns the key of the first of the items that have the same.
    #[must_use]
    pub fn first(self) -> Self {
        self.behind(0)
    }

    /// Returns the key as a number: small where there are no equal ones.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from(self.nth) << BITS | u64::from(self.hash)
    }

    /// Returns the key of a number that [`number`](Self::number) made.
    #[must_use]
    pub fn of_number(number: u64) -> Self {
        let hash = u32::try_from(number & ((1 << BITS) - 1)).unwrap_or_default();
        Self { hash, nth: u32::try_from(number >> BITS).unwrap_or_default() }
    }
}

/// Returns what a text says: letters and digits, in lower case.
fn plain(kind: &str, text: &str) -> String {
    let said = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    kind.chars().chain([' ']).chain(said).collect()
}

impl fmt::Display for ItemKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signs = (0..LENGTH).map(|at| {
            let bits = self.hash >> (5 * (LENGTH - 1 - at)) & 31;
            let sign = if at == 0 { bits + 32 - LETTERS } else { bits };
            char::from(SIGNS[sign as usize % SIGNS.len()])
        });
        f.write_str(&signs.collect::<String>())?;
        if self.nth > 0 { write!(f, "-{}", u64::from(self.nth) + 1) } else { Ok(()) }
    }
}

impl FromStr for ItemKey {
    type Err = ();

    /// Takes a key as somebody typed it, in small letters or capitals.
    fn from_str(typed: &str) -> Result<Self, ()> {
        let (signs, nth) = typed.split_once('-').unwrap_or((typed, "1"));
        let number: u32 = nth.parse().map_err(|_| ())?;
        if signs.len() != LENGTH || nth.starts_with(['0', '+']) || typed.ends_with("-1") {
            return Err(());
        }
        let mut hash = 0;
        for (at, sign) in signs.bytes().enumerate() {
            let sign = sign.to_ascii_lowercase();
            let number = SIGNS.iter().position(|known| *known == sign).ok_or(())?;
            let number = u32::try_from(number).map_err(|_| ())?;
            let number = if at == 0 { number.checked_sub(32 - LETTERS).ok_or(())? } else { number };
            hash = hash << 5 | number;
        }
        Ok(Self { hash, nth: number - 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(link: Option<&str>, title: &str, text: &str) -> String {
        ItemKey::of(link, title, text).to_string()
    }

    #[test]
    fn a_key_is_of_the_link_then_the_title_then_the_text() {
        assert_eq!(key(Some("a.b/c"), "甲", "文"), key(Some("a.b/c"), "乙", "字"));
        assert_ne!(key(Some("a.b/c"), "甲", "文"), key(Some("a.b/d"), "甲", "文"));
        assert_eq!(key(None, "甲，乙 C", "文"), key(None, "甲 乙c", "字"));
        assert_ne!(key(None, "甲乙", "文"), key(None, "乙甲", "文"));
        assert_eq!(key(None, "—", "文"), key(None, "…", "文"));
        assert_ne!(key(None, "—", "文"), key(None, "文", "—"));
    }

    #[test]
    fn keys_are_read_as_they_are_written_and_no_number_is_one() {
        for at in 0..2_000 {
            let made = ItemKey::of(None, &format!("题{at}"), "");
            let written = made.to_string();
            assert_eq!(written.parse(), Ok(made));
            assert_eq!(written.to_uppercase().parse(), Ok(made));
            assert_eq!(ItemKey::of_number(made.number()), made);
            assert!(written.starts_with(|c: char| c.is_ascii_lowercase()), "{written}");
        }
        let third = ItemKey { hash: 12_345, nth: 0 }.behind(2);
        assert_eq!(third.to_string().parse(), Ok(third));
        assert_eq!(ItemKey::of_number(third.number()), third);
        for none in
            ["", "5", "123456", "a12345-1", "a12345-0", "a12345-02", "a1234", "aiiiii", "a12345-+2"]
        {
            assert_eq!(none.parse::<ItemKey>(), Err(()), "{none}");
        }
    }

    #[test]
    fn a_key_never_changes_because_addresses_have_it() {
        assert_eq!(key(Some("arxiv.org/abs/2402.13753"), "", ""), "m31tx7");
        assert_eq!(key(None, "题", ""), "wcyt8z");
    }
}
