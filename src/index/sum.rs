//! Length and checksum of a file, so that damage is noticed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The files of an index by name.
pub(super) type Sums = BTreeMap<String, Sum>;

/// Bytes read at once while a file is checked.
const BLOCK: usize = 256 * 1024;

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
    pub(super) fn check_length(self, path: &Path) -> Result<(), String> {
        let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
        if length == self.bytes {
            Ok(())
        } else {
            Err(format!("it has {length} bytes, not {}", self.bytes))
        }
    }

    /// Checks bytes that were read.
    pub(super) fn check_bytes(self, bytes: &[u8]) -> Result<(), String> {
        if Self::of(bytes) == self { Ok(()) } else { Err("its content has changed".to_owned()) }
    }

    /// Checks the whole of a file, reading it.
    pub(super) fn check(self, path: &Path) -> Result<(), String> {
        self.check_length(path)?;
        let found = Self::read(path).map_err(|error| error.to_string())?;
        if found == self { Ok(()) } else { Err("its content has changed".to_owned()) }
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
        assert_eq!(sum.check(&path), Ok(()));
        assert_eq!(Sum::of(b"123456789"), sum);
        for (text, reason) in
            [("12345678", "8 bytes"), ("1234567890", "10 bytes"), ("123456798", "changed")]
        {
            fs::write(&path, text).unwrap();
            assert!(sum.check(&path).unwrap_err().contains(reason), "{text}");
        }
        fs::remove_file(&path).unwrap();
        assert!(sum.check(&path).is_err() && sum.check_length(&path).is_err());
    }
}
