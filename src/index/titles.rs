//! The titles of a segment in order, and how it writes names: what completions are looked up in.
//!
//! They are in the items as well, which are too many to be read when somebody types. Beside the segment stands of every
//! title only what tells it from the others; its text is read from one of its items when it is shown.

mod list;
mod spellings;

use std::borrow::Cow;
use std::io::{Read as _, Write as _};
use std::path::Path;

use serde::Deserialize;
use tantivy::directory::TerminatingWrite as _;
use tantivy::index::SegmentId;
use tantivy::schema::{Field, Value as _};
use tantivy::{Directory, directory::error::OpenReadError};
use tantivy::{DocId, SegmentReader, TantivyDocument};

use super::directory::IndexDirectory;
use super::packed::{Packed, Stream, push_number};
use super::schema::Fields;

pub use list::Titles;
pub use spellings::Spellings;

/// Extension of the file, beside those of its segment.
const EXTENSION: &str = "titles";
/// Begins the file; another version is not read.
const MAGIC: &[u8] = b"baoku titles 1\n";
/// How hard zstd tries; more saves next to nothing.
const LEVEL: i32 = 9;
/// Blocks of stored items that are kept while all are read in order; each is needed once.
const BLOCKS_WHEN_READING_ALL: usize = 4;

/// What completions need of an item.
#[derive(Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    body: Cow<'a, str>,
}

fn name(segment: SegmentId) -> String {
    format!("{}.{EXTENSION}", segment.uuid_string())
}

/// Returns whether the titles of a segment are beside it.
pub(super) fn is_written(
    directory: &IndexDirectory,
    segment: SegmentId,
) -> Result<bool, OpenReadError> {
    directory.exists(Path::new(&name(segment)))
}

/// Writes the titles of a segment beside it.
pub(super) fn write(
    directory: &IndexDirectory,
    segment: &SegmentReader,
    fields: &Fields,
) -> tantivy::Result<()> {
    let (titles, spellings) = gather(segment, fields.doc)?;
    let mut all = MAGIC.to_vec();
    for stream in titles.iter().chain(&spellings) {
        let packed = zstd::bulk::compress(stream, LEVEL)?;
        push_number(&mut all, packed.len() as u64);
        all.extend_from_slice(&packed);
    }
    let mut file = directory.open_write(Path::new(&name(segment.segment_id())))?;
    file.write_all(&all)?;
    Ok(file.terminate()?)
}

/// Reads the titles of a segment, and how it writes names. Without the file, or if it is damaged, they are gathered from
/// the items.
///
/// # Errors
/// If the items have to be read and cannot.
pub(super) fn open(
    files: &dyn Directory,
    segment: &SegmentReader,
    doc: Field,
) -> tantivy::Result<(Titles, Spellings)> {
    let file = files.atomic_read(Path::new(&name(segment.segment_id()))).ok();
    let written = file.and_then(|file| {
        let (titles, spellings) = parts(&file)?;
        Titles::unpack(&titles, segment.max_doc()).zip(Spellings::unpack(spellings))
    });
    if let Some(written) = written {
        return Ok(written);
    }
    let (titles, spellings) = gather(segment, doc)?;
    let titles = Titles::unpack(&titles, segment.max_doc()).unwrap_or_default();
    Ok((titles, Spellings::unpack(spellings).unwrap_or_default()))
}

/// Takes a file apart.
fn parts(file: &[u8]) -> Option<([Stream; list::STREAMS], [Stream; spellings::STREAMS])> {
    let mut packed = Packed(file.strip_prefix(MAGIC)?);
    let mut stream = || {
        let length = packed.count()?;
        let mut bytes = Stream::new();
        let mut decoder = zstd::Decoder::with_buffer(packed.bytes(length)?).ok()?;
        decoder.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    let mut titles = [const { Stream::new() }; list::STREAMS];
    let mut spellings = [const { Stream::new() }; spellings::STREAMS];
    for part in titles.iter_mut().chain(&mut spellings) {
        *part = stream()?;
    }
    packed.is_empty().then_some((titles, spellings))
}

/// Gathers titles and spellings from the items, deleted ones among them.
fn gather(
    segment: &SegmentReader,
    doc: Field,
) -> tantivy::Result<([Stream; list::STREAMS], [Stream; spellings::STREAMS])> {
    let (mut titles, mut spellings) = (list::Unsorted::default(), spellings::Unsorted::default());
    let store = segment.get_store_reader(BLOCKS_WHEN_READING_ALL)?;
    for (id, document) in (0..).zip(store.iter::<TantivyDocument>(None)) {
        with_told(&document?, doc, |title, body| {
            titles.add(title, id);
            spellings.add(title);
            spellings.add(body);
        });
    }
    Ok((titles.packed(segment.max_doc()), spellings.packed()))
}

/// Shows title and body of a stored item.
pub(super) fn with_told(document: &TantivyDocument, doc: Field, show: impl FnOnce(&str, &str)) {
    let json = document.get_first(doc).and_then(|value| value.as_str()).unwrap_or_default();
    if let Ok(Told { title, body }) = serde_json::from_str(json) {
        show(&title, &body);
    }
}

/// Returns the title of an item.
///
/// # Errors
/// If it cannot be read.
pub(super) fn title_of(
    searcher: &tantivy::Searcher,
    at: tantivy::DocAddress,
    doc: Field,
) -> tantivy::Result<String> {
    let mut found = String::new();
    with_told(&searcher.doc(at)?, doc, |title, _| title.clone_into(&mut found));
    Ok(found)
}

/// Returns how some items of a segment write names.
///
/// # Errors
/// If an item cannot be read.
pub(super) fn spellings_of(
    segment: &SegmentReader,
    ids: &[DocId],
    doc: Field,
) -> tantivy::Result<Spellings> {
    let mut spellings = spellings::Unsorted::default();
    let store = segment.get_store_reader(BLOCKS_WHEN_READING_ALL)?;
    for id in ids {
        with_told(&store.get(*id)?, doc, |title, body| {
            spellings.add(title);
            spellings.add(body);
        });
    }
    Ok(Spellings::unpack(spellings.packed()).unwrap_or_default())
}
