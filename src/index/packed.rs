//! Numbers and texts as the files beside segments hold them.

/// A sequence of numbers or letters, which is compressed by itself.
pub(super) type Stream = Vec<u8>;

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn push_number(to: &mut Stream, mut number: u64) {
    while number >= 0x80 {
        to.push(low_byte(number) | 0x80);
        number >>= 7;
    }
    to.push(low_byte(number));
}

fn low_byte(number: u64) -> u8 {
    number.to_le_bytes()[0]
}

/// Texts in order, each as what it shares with the one before and what is behind that. Numbers and letters stand apart:
/// each compress better among themselves.
#[derive(Default)]
pub(super) struct TextsWriter {
    before: String,
    shared: Stream,
    lengths: Stream,
    letters: Stream,
}

impl TextsWriter {
    pub(super) fn push(&mut self, text: &str) {
        let same = shared(&self.before, text);
        push_number(&mut self.shared, same as u64);
        push_number(&mut self.lengths, (text.len() - same) as u64);
        self.letters.extend_from_slice(&text.as_bytes()[same..]);
        self.before.clear();
        self.before.push_str(text);
    }

    pub(super) fn streams(self) -> [Stream; 3] {
        [self.shared, self.lengths, self.letters]
    }
}

/// The same texts when they are read.
pub(super) struct TextsReader<'a> {
    text: String,
    shared: Packed<'a>,
    lengths: Packed<'a>,
    letters: Packed<'a>,
}

impl<'a> TextsReader<'a> {
    pub(super) fn new([shared, lengths, letters]: [&'a [u8]; 3]) -> Self {
        let text = String::new();
        Self { text, shared: Packed(shared), lengths: Packed(lengths), letters: Packed(letters) }
    }

    /// Returns the next text; `None` behind the last one, or if it is damaged.
    pub(super) fn next(&mut self) -> Option<&str> {
        let same = self.shared.count()?;
        self.text.get(..same)?;
        self.text.truncate(same);
        let letters = self.letters.bytes(self.lengths.count()?)?;
        self.text.push_str(std::str::from_utf8(letters).ok()?);
        Some(&self.text)
    }

    /// Returns whether all were read.
    pub(super) fn is_empty(&self) -> bool {
        [&self.shared, &self.lengths, &self.letters].iter().all(|stream| stream.is_empty())
    }
}

/// Returns how many bytes two texts share from their beginning on, up to the end of a character.
pub(super) fn shared(a: &str, b: &str) -> usize {
    let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// What is left to read; nothing that is damaged makes it panic.
pub(super) struct Packed<'a>(pub(super) &'a [u8]);

impl<'a> Packed<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes(1)?.first()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// Reads a number of things in memory.
    pub(super) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut bytes = Vec::new();
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            push_number(&mut bytes, number);
        }
        let mut packed = Packed(&bytes);
        for number in [0, 1, 127, 128, 300, u64::MAX] {
            assert_eq!(packed.number(), Some(number));
        }
        assert!(packed.is_empty() && packed.number().is_none());
    }

    #[test]
    fn what_ends_too_early_is_nothing() {
        assert!(Packed(&[0x80]).number().is_none());
        assert!(Packed(&[0xFF; 11]).number().is_none());
        assert!(Packed(&[2, 1]).bytes(3).is_none());
    }

    #[test]
    fn texts_in_order_are_read_as_they_were() {
        let texts = ["", "模型", "模型", "模板", "樣", "a"];
        let mut writer = TextsWriter::default();
        for text in texts {
            writer.push(text);
        }
        let streams = writer.streams();
        let mut reader = TextsReader::new([0, 1, 2].map(|at| &streams[at][..]));
        for text in texts {
            assert!(!reader.is_empty());
            assert_eq!(reader.next(), Some(text));
        }
        assert!(reader.is_empty() && reader.next().is_none());
    }

    #[test]
    fn characters_are_shared_whole() {
        assert_eq!(shared("模型", "模板"), 3);
        // The first two bytes are the same.
        assert_eq!(shared("模", "樣"), 0);
        assert_eq!(shared("ab", "ab"), 2);
    }
}
