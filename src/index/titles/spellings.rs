//! How the texts of a segment write names: words of the index are folded.

use rustc_hash::FxHashMap;

use crate::index::packed::{Packed, Stream, TextsReader, TextsWriter, push_number};

/// Letters and digits from which on it is counted how a name is written.
const SHORTEST: usize = 3;
/// Letters and digits up to which: the capital ones are the bits of a number.
const LONGEST: usize = 64;

/// Streams that they are written as.
pub(super) const STREAMS: usize = 4;

/// Which letters of a name are capital ones, the first one in the lowest bit, and how often it is written so.
type Form = (u64, u64);

/// How names are written, while texts are read: by folded name, which letters are capital ones, and how often.
#[derive(Default)]
pub(super) struct Unsorted(FxHashMap<Box<str>, Vec<Form>>);

impl Unsorted {
    /// Counts the names of a text that have a capital letter.
    pub(super) fn add(&mut self, text: &str) {
        let mut folded = [0; LONGEST];
        for name in text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric()) {
            let (Some(folded), SHORTEST..) = (folded.get_mut(..name.len()), name.len()) else {
                continue;
            };
            let mut capitals = 0_u64;
            for (at, (byte, folded)) in name.iter().zip(&mut *folded).enumerate() {
                capitals |= u64::from(byte.is_ascii_uppercase()) << at;
                *folded = byte.to_ascii_lowercase();
            }
            let Ok(folded) = std::str::from_utf8(folded) else { continue };
            if capitals == 0 {
                continue;
            }
            if !self.0.contains_key(folded) {
                self.0.insert(folded.into(), Vec::new());
            }
            let Some(forms) = self.0.get_mut(folded) else { continue };
            match forms.iter_mut().find(|(known, _)| *known == capitals) {
                Some((_, times)) => *times += 1,
                None => forms.push((capitals, 1)),
            }
        }
    }

    /// Writes them: names, and their forms.
    pub(super) fn packed(self) -> [Stream; STREAMS] {
        let mut names: Vec<_> = self.0.into_iter().collect();
        names.sort_unstable();
        let (mut texts, mut counted) = (TextsWriter::default(), Stream::new());
        for (name, mut forms) in names {
            texts.push(&name);
            forms.sort_unstable();
            push_number(&mut counted, forms.len() as u64);
            for (capitals, times) in forms {
                push_number(&mut counted, capitals);
                push_number(&mut counted, times);
            }
        }
        let [shared, lengths, letters] = texts.streams();
        [shared, lengths, letters, counted]
    }
}

/// How the texts of a segment write names.
#[derive(Debug, Default)]
pub struct Spellings([Stream; STREAMS]);

impl Spellings {
    /// Takes what was written; `None` if it is damaged.
    pub(super) fn unpack(packed: [Stream; STREAMS]) -> Option<Self> {
        let spellings = Self(packed);
        spellings.read(&mut |_, _| ()).map(|()| spellings)
    }

    /// Shows every name that is written with capital letters, folded, with the ways it is: which of its letters are
    /// capital ones, the first one in the lowest bit, and how often.
    pub fn each(&self, mut show: impl FnMut(&str, &[(u64, u64)])) {
        // It was read before.
        let _ = self.read(&mut show);
    }

    fn read(&self, show: &mut dyn FnMut(&str, &[Form])) -> Option<()> {
        let [shared, lengths, letters, counted] = &self.0;
        let (mut names, mut counted) =
            (TextsReader::new([shared, lengths, letters]), Packed(counted));
        let mut forms = Vec::new();
        while !names.is_empty() {
            let name = names.next()?;
            forms.clear();
            for _ in 0..counted.count()? {
                forms.push((counted.number()?, counted.number()?));
            }
            show(name, &forms);
        }
        counted.is_empty().then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings(texts: &[&str]) -> Spellings {
        let mut all = Unsorted::default();
        for text in texts {
            all.add(text);
        }
        Spellings::unpack(all.packed()).unwrap()
    }

    fn listed(spellings: &Spellings) -> Vec<(String, Vec<(u64, u64)>)> {
        let mut all = Vec::new();
        spellings.each(|name, forms| all.push((name.to_owned(), forms.to_vec())));
        all
    }

    #[test]
    fn names_with_capital_letters_are_counted_by_form() {
        let spellings = spellings(&["LoRA和lora，LORA LoRA", "Loop, GPT4o of OF"]);
        let expected = [
            ("gpt4o", vec![(0b111, 1)]),
            ("loop", vec![(0b1, 1)]),
            ("lora", vec![(0b1101, 2), (0b1111, 1)]),
        ];
        assert_eq!(listed(&spellings), expected.map(|(name, forms)| (name.to_owned(), forms)));
    }

    #[test]
    fn of_very_long_names_none_is_counted() {
        assert_eq!(listed(&spellings(&[&"A".repeat(64)])).len(), 1);
        assert_eq!(listed(&spellings(&[&"A".repeat(65)])), []);
    }

    #[test]
    fn what_is_damaged_is_noticed_and_never_panics() {
        let Spellings(sound) = spellings(&["LoRA LoRaWAN Loop GPT"]);
        for stream in 0..STREAMS {
            for at in 0..sound[stream].len() {
                let mut damaged = sound.clone();
                damaged[stream].truncate(at);
                assert!(Spellings::unpack(damaged).is_none(), "{stream} {at}");
                for byte in [0, 0x7F, 0xFF] {
                    let mut damaged = sound.clone();
                    damaged[stream][at] = byte;
                    let _ = Spellings::unpack(damaged);
                }
            }
        }
    }
}
