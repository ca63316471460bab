//! Vectors to the file of their segment.

use std::io::{self, Write};
use std::path::Path;

use tantivy::Directory as _;
use tantivy::directory::{TerminatingWrite, WritePtr};
use tantivy::index::SegmentId;

use super::keys::Keys;
use super::known::Known;
use super::table::{MAGIC, name};
use crate::index::directory::IndexDirectory;
use crate::meaning::ModelName;

/// Writes the vectors of a segment beside it. Passages without one, of which the model knows nothing, are left out.
///
/// # Errors
/// If the file cannot be written.
pub(in crate::index) fn write(
    directory: &IndexDirectory,
    segment: SegmentId,
    model: &ModelName,
    keys: &Keys,
    known: &Known,
) -> tantivy::Result<()> {
    let file = directory.open_write(Path::new(&name(segment, &model.fingerprint)))?;
    Ok(write_all(file, model, keys, known)?)
}

/// Sums what it writes.
struct Summed {
    file: WritePtr,
    sum: crc32fast::Hasher,
}

impl Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.sum.update(bytes);
        self.file.write_all(bytes)
    }
}

/// Writes the vectors of some passages in their order. Of those without one nothing is written.
fn write_all(file: WritePtr, model: &ModelName, keys: &Keys, known: &Known) -> io::Result<()> {
    let mut to = Summed { file, sum: crc32fast::Hasher::new() };
    let has: Vec<bool> = keys.keys.iter().map(|key| known.vector(*key).is_some()).collect();
    let mut before = Vec::with_capacity(has.len() + 1);
    let mut count = 0_u32;
    before.push(0);
    for has in &has {
        count += u32::from(*has);
        before.push(count);
    }
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    to.write(MAGIC)?;
    to.write(model.fingerprint.as_bytes())?;
    for size in [model.dimension, keys.ends.len(), count as usize] {
        to.write(&number(size))?;
    }
    for end in &keys.ends {
        to.write(&before.get(*end as usize).copied().unwrap_or(count).to_le_bytes())?;
    }
    let kept = || keys.keys.iter().zip(&has).filter(|(_, has)| **has).map(|(key, _)| *key);
    for key in kept() {
        to.write(&key.to_le_bytes())?;
    }
    for vector in kept().filter_map(|key| known.vector(key)) {
        to.write(&vector.0.to_le_bytes())?;
    }
    for vector in kept().filter_map(|key| known.vector(key)) {
        to.write(vector.1)?;
    }
    let Summed { mut file, sum } = to;
    file.write_all(&sum.finalize().to_le_bytes())?;
    file.terminate()
}
