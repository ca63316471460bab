//! Hashes as one string of hexadecimal digits, eight each.

use std::fmt::Write as _;

use serde::de::Error;
use serde::{Deserialize as _, Deserializer, Serializer};

pub(super) fn serialize<S: Serializer>(hashes: &[u32], to: S) -> Result<S::Ok, S::Error> {
    let mut digits = String::with_capacity(8 * hashes.len());
    for hash in hashes {
        let _ = write!(digits, "{hash:08x}");
    }
    to.serialize_str(&digits)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u32>, D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    let hash = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).map_err(D::Error::custom)?;
        u32::from_str_radix(digits, 16).map_err(D::Error::custom)
    };
    text.as_bytes().chunks(8).map(hash).collect()
}
