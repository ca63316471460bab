//! The Latin atoms of a segment, one a line: a piece of a word is found by looking through them.
//!
//! They are the beginning of the term dictionaries, written once more beside the segment: walking through a dictionary
//! takes milliseconds, looking through text a tenth of one.

use std::io::{self, Write as _};
use std::path::Path;

use memchr::memmem;
use tantivy::HasLen as _;
use tantivy::directory::{FileSlice, OwnedBytes, TerminatingWrite as _};
use tantivy::index::SegmentId;
use tantivy::termdict::TermDictionary;
use tantivy::{Directory, SegmentReader};

use super::directory::IndexDirectory;
use super::schema::Fields;

/// Extension of the file, beside those of its segment.
const EXTENSION: &str = "latin";
/// Begins the file; another version is not read.
const MAGIC: &[u8] = b"baoku latin 2\n";

/// The Latin atoms of one zone of one segment.
#[derive(Debug, Default)]
pub struct LatinTerms {
    /// Every term between two line ends.
    text: Vec<u8>,
}

/// Returns the fields whose atoms are kept: title, body, meta, link.
fn kept(fields: &Fields) -> [tantivy::schema::Field; 4] {
    let [title, body, meta] = fields.zones();
    [title.atoms, body.atoms, meta.atoms, fields.address]
}

fn name(segment: SegmentId) -> String {
    format!("{}.{EXTENSION}", segment.uuid_string())
}

/// Returns whether the Latin atoms of a segment are beside it.
pub(crate) fn is_written(directory: &IndexDirectory, segment: SegmentId) -> tantivy::Result<bool> {
    Ok(directory.exists(Path::new(&name(segment)))?)
}

/// Writes the Latin atoms of a segment beside it.
pub(crate) fn write(
    directory: &IndexDirectory,
    segment: &SegmentReader,
    fields: &Fields,
) -> tantivy::Result<()> {
    let mut head = MAGIC.to_vec();
    let mut zones = Vec::new();
    for field in kept(fields) {
        let terms = LatinTerms::gather(segment.inverted_index(field)?.terms())?;
        let packed = lz4_flex::block::compress_prepend_size(&terms.text);
        head.extend_from_slice(&(packed.len() as u64).to_le_bytes());
        zones.push(packed);
    }
    let mut file = directory.open_write(Path::new(&name(segment.segment_id())))?;
    file.write_all(&head)?;
    zones.iter().try_for_each(|zone| file.write_all(zone))?;
    Ok(file.terminate()?)
}

/// What may stand before or behind a piece of an atom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Anything.
    Open,
    /// Nothing: the atom begins or ends there.
    Closed,
}

impl End {
    fn sign(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Closed => "\n",
        }
    }
}

impl LatinTerms {
    /// Reads the atoms of a zone, counted in the order title, body, meta, link.
    ///
    /// # Errors
    /// If the dictionary has to be read and cannot.
    pub fn open(
        files: &dyn Directory,
        segment: &SegmentReader,
        zone: usize,
        terms: &TermDictionary,
    ) -> io::Result<Self> {
        // The dictionary has everything as well.
        let written = files.open_read(Path::new(&name(segment.segment_id()))).ok();
        let written = written.and_then(|file| Self::read(&file, zone));
        written.map_or_else(|| Self::gather(terms), Ok)
    }

    /// Reads one zone of a file: after [`MAGIC`] stand the lengths of all zones, then the zones.
    fn read(file: &FileSlice, zone: usize) -> Option<Self> {
        const HEAD: usize = MAGIC.len() + 4 * 8;
        let part = |from: usize, len: usize| -> Option<OwnedBytes> {
            let to = from.checked_add(len).filter(|to| *to <= file.len())?;
            file.read_bytes_slice(from..to).ok()
        };
        let head = part(0, HEAD)?;
        let lengths = head.strip_prefix(MAGIC)?;
        let lengths: Vec<u64> = lengths
            .chunks_exact(8)
            .filter_map(|bytes| Some(u64::from_le_bytes(bytes.try_into().ok()?)))
            .collect();
        let size = |length: &u64| usize::try_from(*length).ok();
        let before = lengths.iter().take(zone);
        let before = before.map(size).try_fold(HEAD, |sum, length| sum.checked_add(length?))?;
        let packed = part(before, size(lengths.get(zone)?)?)?;
        let text = lz4_flex::block::decompress_size_prepended(&packed).ok()?;
        Some(Self { text })
    }

    fn gather(terms: &TermDictionary) -> io::Result<Self> {
        let mut text = vec![b'\n'];
        // Everything before the symbols, kana and Han characters; single signs do no harm.
        let mut stream = terms.range().ge(b"0").lt("\u{2190}".as_bytes()).into_stream()?;
        while stream.advance() {
            text.extend_from_slice(stream.key());
            text.push(b'\n');
        }
        Ok(Self { text })
    }

    /// Returns whether some atom holds `piece`.
    #[must_use]
    pub fn has(&self, piece: &str) -> bool {
        memmem::find(&self.text, piece.as_bytes()).is_some()
    }

    /// Returns at most `most` atoms that hold `piece` between these ends, each with whether it begins with it.
    #[must_use]
    pub fn with(&self, piece: &str, start: End, end: End, most: usize) -> Vec<(&str, bool)> {
        let needle = format!("{}{piece}{}", start.sign(), end.sign());
        let mut found: Vec<(&str, bool)> = Vec::new();
        let mut behind = 0;
        for at in memmem::find_iter(&self.text, needle.as_bytes()) {
            let inside = at + start.sign().len();
            if inside < behind {
                continue;
            }
            let start = memchr::memrchr(b'\n', &self.text[..inside]).map_or(0, |at| at + 1);
            let end = memchr::memchr(b'\n', &self.text[inside..])
                .map_or(self.text.len(), |len| inside + len);
            behind = end;
            if let Ok(term) = std::str::from_utf8(&self.text[start..end]) {
                found.push((term, term.starts_with(piece)));
            }
            if found.len() >= most {
                break;
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_found_where_they_may_stand() {
        let terms = LatinTerms { text: b"\ncpython\npython\npythonic\nthong\n".to_vec() };
        let with = |piece: &str, start: End, end: End| -> Vec<&str> {
            terms.with(piece, start, end, 10).into_iter().map(|(term, _)| term).collect()
        };
        assert_eq!(with("ython", End::Open, End::Open), ["cpython", "python", "pythonic"]);
        assert_eq!(with("ython", End::Open, End::Closed), ["cpython", "python"]);
        assert_eq!(with("pyth", End::Closed, End::Open), ["python", "pythonic"]);
        assert_eq!(with("python", End::Closed, End::Closed), ["python"]);
        assert_eq!(with("o", End::Open, End::Open), ["cpython", "python", "pythonic", "thong"]);
        assert_eq!(
            terms.with("thon", End::Open, End::Open, 2),
            [("cpython", false), ("python", false)]
        );
        assert_eq!(terms.with("pyth", End::Closed, End::Open, 1), [("python", true)]);
        assert!(terms.has("hong") && !terms.has("java"));
    }
}
