//! Length and checksum of a file, so that damage is noticed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// The files of an index by name.
pub(super) type Sums = BTreeMap<String, Sum>;

/// Bytes read at once while a file is checked. A larger block is no faster, and its memory is fetched page by page.
const BLOCK: usize = 64 * 1024;

/// What is wrong with a file of an index.
#[derive(Debug)]
pub(super) enum Flaw {
    /// It is not what was written, for this reason.
    Damaged(String),
    /// Nobody knows: it cannot be read now.
    Unreadable(io::Error),
}

impl Flaw {
    /// Makes the error for an index in `dir`.
    pub(super) fn error(self, dir: &Path) -> Error {
        let path = dir.to_path_buf();
        match self {
            Self::Damaged(reason) => Error::IndexDamaged { path, reason },
            Self::Unreadable(source) => Error::IndexUnreadable { path, source },
        }
    }

    /// Says which file it is.
    pub(super) fn of(self, name: &str) -> Self {
        match self {
            Self::Damaged(reason) => Self::Damaged(format!("{name}: {reason}")),
            unreadable @ Self::Unreadable(_) => unreadable,
        }
    }
}

impl From<Flaw> for io::Error {
    fn from(flaw: Flaw) -> Self {
        match flaw {
            Flaw::Damaged(reason) => Self::other(reason),
            Flaw::Unreadable(error) => error,
        }
    }
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Damaged("it is missing".to_owned()),
            _ => Self::Unreadable(error),
        }
    }
}

/// What a file was when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sum {
    /// Bytes.
    bytes: u64,
    /// CRC-32 as in zip and gzip.
    crc: u32,
}

/// Sums what is written bit by bit.
#[derive(Default)]
pub(super) struct Summer {
    bytes: u64,
    crc: crc32fast::Hasher,
}

impl Summer {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.crc.update(bytes);
    }

    pub(super) fn sum(&self) -> Sum {
        Sum { bytes: self.bytes, crc: self.crc.clone().finalize() }
    }
}

impl Sum {
    /// Returns the length in bytes.
    pub(super) fn bytes(self) -> u64 {
        self.bytes
    }

    /// Sums some bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut summer = Summer::default();
        summer.update(bytes);
        summer.sum()
    }

    /// Checks the length of a file and reads nothing of it.
    pub(super) fn check_length(self, path: &Path) -> Result<(), Flaw> {
        let length = fs::metadata(path)?.len();
        if length == self.bytes {
            Ok(())
        } else {
            Err(Flaw::Damaged(format!("it has {length} bytes, not {}", self.bytes)))
        }
    }

    /// Checks bytes that were read.
    pub(super) fn check_bytes(self, bytes: &[u8]) -> Result<(), Flaw> {
        self.is(Self::of(bytes))
    }

    /// Checks the whole of a file, reading it.
    pub(super) fn check(self, path: &Path) -> Result<(), Flaw> {
        self.check_length(path)?;
        self.is(Self::read(path)?)
    }

    fn is(self, found: Self) -> Result<(), Flaw> {
        if found == self {
            Ok(())
        } else {
            Err(Flaw::Damaged("its content has changed".to_owned()))
        }
    }

    fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let (mut summer, mut block) = (Summer::default(), vec![0; BLOCK]);
        loop {
            match file.read(&mut block) {
                Ok(0) => return Ok(summer.sum()),
                Ok(length) => summer.update(block.get(..length).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_cut_grown_changed_or_gone_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "123456789").unwrap();
        // The check value of CRC-32.
        let sum = Sum { bytes: 9, crc: 0xCBF4_3926 };
        sum.check(&path).unwrap();
        assert_eq!(Sum::of(b"123456789"), sum);
        for (text, reason) in
            [("12345678", "8 bytes"), ("1234567890", "10 bytes"), ("123456798", "changed")]
        {
            fs::write(&path, text).unwrap();
            let flaw = sum.check(&path).unwrap_err();
            assert!(matches!(&flaw, Flaw::Damaged(said) if said.contains(reason)), "{flaw:?}");
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(sum.check(&path), Err(Flaw::Damaged(_))));
        assert!(matches!(sum.check_length(&path), Err(Flaw::Damaged(_))));
    }

    #[test]
    fn a_file_that_cannot_be_read_now_is_not_called_damaged() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "").unwrap();
        let below_a_file = dir.path().join("a/b");
        assert!(matches!(Sum::of(b"").check(&below_a_file), Err(Flaw::Unreadable(_))));
    }
}
