//! Vectors on their way: appended to one file while they are made, so that a run that is stopped loses next to nothing. What
//! ends in the middle of a vector, or is damaged, is left out.
//!
//! The file: vectors one behind the other, of each its key (64 bits), what 1 stands for (floating point), its numbers, and a
//! CRC-32 of these, little-endian. A passage of which the model knows nothing has the scale 0.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use tantivy::Directory;
use tantivy::directory::OwnedBytes;

use crate::meaning::{ModelName, Quantized};

/// Extension of the file.
pub(in crate::index) const EXTENSION: &str = "made";

/// Names the file, as all of an index are named.
fn name(model: &ModelName) -> String {
    format!("{0}{0}.{EXTENSION}", model.fingerprint)
}

/// What was made so far.
pub(super) struct Made {
    bytes: OwnedBytes,
    dimension: usize,
}

fn width(dimension: usize) -> usize {
    8 + 4 + dimension + 4
}

impl Made {
    pub(super) fn open(dir: &Path, files: &dyn Directory, model: &ModelName) -> Option<Self> {
        let name = name(model);
        // An empty file cannot be mapped everywhere.
        dir.join(&name).metadata().ok().filter(|file| file.len() > 0)?;
        let bytes = files.open_read(Path::new(&name)).ok()?.read_bytes().ok()?;
        Some(Self { bytes, dimension: model.dimension })
    }

    fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(width(self.dimension))
    }

    /// Returns the keys of all, `None` for what is damaged.
    pub(super) fn keys(&self) -> impl Iterator<Item = Option<u64>> {
        self.entries().map(|entry| {
            let (content, sum) = entry.split_last_chunk::<4>()?;
            let is_sound = crc32fast::hash(content) == u32::from_le_bytes(*sum);
            is_sound.then(|| content.first_chunk().map(|key| u64::from_le_bytes(*key)))?
        })
    }

    /// Returns a vector; `None` also for a passage that has none.
    pub(super) fn vector(&self, at: usize) -> Option<(f32, &[u8])> {
        let width = width(self.dimension);
        let entry = self.bytes.get(at.checked_mul(width)?..)?.get(8..width - 4)?;
        let (scale, values) = entry.split_first_chunk::<4>()?;
        let scale = f32::from_le_bytes(*scale);
        (scale > 0.0).then_some((scale, values))
    }
}

/// The file while it is written.
pub(in crate::index) struct Making {
    file: File,
    dimension: usize,
}

impl Making {
    /// Goes on where the last run was stopped.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(in crate::index) fn begin(dir: &Path, model: &ModelName) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(dir.join(name(model)))?;
        // What a power cut left of the last vector would shift all behind it.
        let length = file.metadata()?.len();
        file.set_len(length - length % width(model.dimension) as u64)?;
        Ok(Self { file, dimension: model.dimension })
    }

    /// Appends the vectors of some passages.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(in crate::index) fn add(&mut self, vectors: &[(u64, Option<Quantized>)]) -> io::Result<()> {
        let mut bytes = Vec::with_capacity(vectors.len() * width(self.dimension));
        for (key, vector) in vectors {
            let from = bytes.len();
            bytes.extend_from_slice(&key.to_le_bytes());
            let vector = vector.as_ref().filter(|vector| vector.values.len() == self.dimension);
            bytes.extend_from_slice(&vector.map_or(0.0, |vector| vector.scale).to_le_bytes());
            match vector {
                Some(vector) => bytes.extend_from_slice(&vector.values),
                None => bytes.resize(bytes.len() + self.dimension, 0),
            }
            let sum = crc32fast::hash(bytes.get(from..).unwrap_or_default());
            bytes.extend_from_slice(&sum.to_le_bytes());
        }
        self.file.write_all(&bytes)
    }
}

/// Returns where the file is.
#[cfg(test)]
pub(in crate::index) fn path(dir: &Path, model: &ModelName) -> std::path::PathBuf {
    dir.join(name(model))
}
