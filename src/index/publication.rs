//! `manifest.json`: the one file that says what an index is. Every other file is written once, under a new name, and
//! counts when the manifest names it; replacing the manifest is the moment of change.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tantivy::Directory;
use tantivy::index::SegmentId;

use super::directory::IndexDirectory;
use super::manifest::{FileRecord, Head, Manifest, Versions};
use super::records::{self, Entries, Part, Wanted};
use super::sum::{Flaw, Sum, Sums};
use super::times::{Times, times_of, verify_changed};
use super::vectors;
use crate::diagnostic::Diagnostic;

/// File name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// A manifest that is being written.
pub(super) const PENDING: &str = "manifest.json.new";
/// What a manifest begins with.
const BEGINNING: &[u8] = b"{\"head\":";
/// What tantivy's lists of deleted documents end with.
const DELETED: &str = ".del";
/// The first format whose manifest ends with a seal.
const FIRST_SEALED: u32 = 6;

/// One published state of an index.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Publication {
    pub(super) head: Head,
    /// Tantivy's commit.
    commit: Box<RawValue>,
    /// Every file that is part of it.
    pub(super) files: Sums,
    /// When they had changed before they were last known to be as they were written.
    #[serde(default)]
    times: Times,
    /// The records of files and folders.
    parts: Vec<Part>,
    /// Sum of the fingerprints of all records.
    #[serde(with = "hexadecimal")]
    content: u128,
    /// What was noticed about the archive as a whole.
    diagnostics: Vec<Diagnostic>,
    /// Hash of everything before it: the second line.
    #[serde(skip)]
    seal: String,
}

/// A state with all that its manifest says.
pub(super) struct Current {
    pub(super) publication: Publication,
    pub(super) manifest: Manifest,
}

/// Why a manifest cannot be used.
#[derive(Debug)]
pub(super) enum Unusable {
    /// Another version wrote it.
    OtherVersion(Box<Head>),
    /// It begins as a manifest does, but is not one; its head may be readable all the same.
    Damaged { reason: String, head: Option<Box<Head>> },
    /// It is something else.
    Foreign,
}

impl Publication {
    /// Reads what a manifest says.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Unusable> {
        if !text.starts_with(BEGINNING) {
            return Err(Unusable::Foreign);
        }
        let damaged = |reason: &str, head| {
            Err(Unusable::Damaged { reason: format!("{MANIFEST}: {reason}"), head })
        };
        let Some((line, seal)) = unseal(text) else {
            return match first_head(text) {
                Some(head) if head.versions.format < FIRST_SEALED => {
                    Err(Unusable::OtherVersion(head))
                }
                head => damaged("it was cut or changed", head),
            };
        };
        let publication = match serde_json::from_slice::<Self>(line) {
            Ok(publication) if publication.head.versions == Versions::current() => publication,
            // What else another version writes is not known.
            read => {
                return match (first_head(line), read) {
                    (Some(head), _) if head.versions != Versions::current() => {
                        Err(Unusable::OtherVersion(head))
                    }
                    (head @ Some(_), Err(error)) => damaged(&error.to_string(), head),
                    _ => damaged("its head cannot be read", None),
                };
            }
        };
        Ok(Self { seal: seal.to_owned(), ..publication })
    }

    /// Returns the seal of a manifest; `None` if something is missing or different.
    pub(super) fn seal_of(text: &[u8]) -> Option<&str> {
        unseal(text).map(|(_, seal)| seal)
    }

    /// Describes the commit of a directory and the files it was made of, and writes the records that have changed since
    /// `old` beside it.
    pub(super) fn new(
        directory: &IndexDirectory,
        manifest: &Manifest,
        old: Option<&Current>,
    ) -> io::Result<Self> {
        // tantivy writes many lines; a manifest has two.
        let commit: serde_json::Value =
            serde_json::from_str(&directory.commit().unwrap_or_default())?;
        let commit = RawValue::from_string(commit.to_string())?;
        let old = old.map(|old| (&old.publication, &old.manifest));
        let (mut files, mut parts, before) = old.map_or_else(Default::default, |(old, _)| {
            (old.files.clone(), old.parts.clone(), old.content)
        });
        let known: (&[_], &[Arc<FileRecord>]) =
            old.map_or((&[], &[]), |(_, manifest)| (&manifest.folders, &manifest.files));
        let (entries, moved) = Entries::between(known, (&manifest.folders, &manifest.files));
        let content = before.wrapping_add(moved);
        entries.write(directory, &mut parts, &files)?;
        files.extend(directory.written());
        let named = files_of(&commit, &parts)?;
        let model = manifest.head.meaning.as_ref();
        files.retain(|name, _| {
            named.iter().any(|named| named.matches(name)) && vectors::is_wanted(name, model)
        });
        let mut times = old.map_or_else(Times::new, |(old, _)| old.times.clone());
        times.retain(|name, _| files.contains_key(name));
        let written = directory.written();
        times.extend(times_of(
            directory.path(),
            written.keys().filter(|name| files.contains_key(*name)),
        ));
        let diagnostics = manifest.diagnostics.clone();
        let mut head = Head { generation: String::new(), ..manifest.head.clone() };
        let content_of_all = serde_json::to_vec(&(&head, content.to_string(), &diagnostics))?;
        // The same archive gives the same name.
        blake3::hash(&content_of_all).to_hex()[..32].clone_into(&mut head.generation);
        let mut publication =
            Self { head, commit, files, times, parts, content, diagnostics, seal: String::new() };
        publication.seal = seal(&serde_json::to_vec(&publication)?);
        Ok(publication)
    }

    /// Makes this the state of the index in `dir`: from now on it is what readers open. It lasts, whatever happens to
    /// the machine, after [`sync_folder`].
    pub(super) fn publish(&self, dir: &Path) -> io::Result<()> {
        // Whatever somebody did to the folder meanwhile: what is named is there.
        self.check_lengths(dir)?;
        let pending = dir.join(PENDING);
        // A power cut must not take away the name of a file that the manifest names.
        let written = self.write(&pending).and_then(|()| sync_folder(dir));
        let written = written.and_then(|()| fs::rename(&pending, dir.join(MANIFEST)));
        if written.is_err() {
            let _ = fs::remove_file(&pending);
        }
        written
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec(self)?;
        text.extend_from_slice(format!("\n{}\n", self.seal).as_bytes());
        let mut file = fs::File::create(path)?;
        file.write_all(&text)?;
        file.sync_all()
    }

    /// Names this state among all others of the index.
    pub(super) fn seal(&self) -> &str {
        &self.seal
    }

    /// Tantivy's commit, as JSON.
    pub(super) fn commit(&self) -> &str {
        self.commit.get()
    }

    /// Returns the names of the files that hold the records, oldest first.
    pub(super) fn part_names(&self) -> impl Iterator<Item = &str> {
        records::names(&self.parts)
    }

    /// Reads the records, for the whole manifest.
    pub(super) fn manifest(&self, files: &dyn Directory, wanted: Wanted) -> Result<Manifest, Flaw> {
        let (folders, files) = records::read(files, &self.parts, &self.files, wanted)?;
        let diagnostics = self.diagnostics.clone();
        Ok(Manifest { head: self.head.clone(), folders, files, diagnostics })
    }

    /// Checks that every file is there and as long as it was written.
    pub(super) fn check_lengths(&self, dir: &Path) -> Result<(), Flaw> {
        self.files.iter().try_for_each(|(name, sum)| {
            sum.check_length(&dir.join(name)).map_err(|flaw| flaw.of(name))
        })
    }

    /// Checks every file, reading all of those that show a change since they were last known to be as they were written.
    pub(super) fn verify_changed(&mut self, dir: &Path) -> Result<(), Flaw> {
        self.times = verify_changed(dir, &self.files, &self.times)?;
        Ok(())
    }

    /// Checks the files of some segments, reading all of each.
    pub(super) fn verify_segments(&self, dir: &Path, segments: &[SegmentId]) -> Result<(), Flaw> {
        let ids: Vec<String> = segments.iter().map(SegmentId::uuid_string).collect();
        self.verify_some(dir, |name, _| ids.iter().any(|id| name.starts_with(id.as_str())))
    }

    /// Checks every file, reading all of it.
    pub(super) fn verify(&self, dir: &Path) -> Result<(), Flaw> {
        self.verify_some(dir, |_, _| true)
    }

    /// Checks the files that are wanted, reading all of each.
    pub(super) fn verify_some(
        &self,
        dir: &Path,
        is_wanted: impl Fn(&str, Sum) -> bool,
    ) -> Result<(), Flaw> {
        let mut wanted = self.files.iter().filter(|(name, sum)| is_wanted(name, **sum));
        wanted.try_for_each(|(name, sum)| sum.check(&dir.join(name)).map_err(|flaw| flaw.of(name)))
    }
}

/// A file, or all files of a segment but old lists of its deleted documents.
enum Named<'a> {
    File(&'a str),
    Segment { id: String, deleted: Option<String> },
}

impl Named<'_> {
    fn matches(&self, name: &str) -> bool {
        match self {
            Self::File(file) => *file == name,
            Self::Segment { id, deleted } => match name.strip_prefix(id.as_str()) {
                Some(rest) => !rest.contains(DELETED) || deleted.as_deref() == Some(rest),
                None => false,
            },
        }
    }
}

/// Returns what belongs to a commit and to parts.
fn files_of<'a>(commit: &RawValue, parts: &'a [Part]) -> io::Result<Vec<Named<'a>>> {
    #[derive(Deserialize)]
    struct Commit {
        segments: Vec<Segment>,
    }
    #[derive(Deserialize)]
    struct Segment {
        segment_id: String,
        deletes: Option<Deletes>,
    }
    #[derive(Deserialize)]
    struct Deletes {
        opstamp: u64,
    }
    let commit: Commit = serde_json::from_str(commit.get())?;
    let segments = commit.segments.into_iter().map(|segment| Named::Segment {
        id: segment.segment_id.replace('-', ""),
        deleted: segment.deletes.map(|deletes| format!(".{}{DELETED}", deletes.opstamp)),
    });
    Ok(segments.chain(records::files(parts).map(Named::File)).collect())
}

/// Makes the names of files in a folder last. Windows has no such call, and some file systems refuse it.
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match fs::File::open(dir)?.sync_all() {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) =>
        {
            Ok(())
        }
        synced => synced,
    }
}

fn seal(line: &[u8]) -> String {
    blake3::hash(line).to_hex()[..32].to_owned()
}

/// Returns the line that is sealed, and the seal, if nothing is missing or different.
fn unseal(text: &[u8]) -> Option<(&[u8], &str)> {
    let text = text.strip_suffix(b"\n")?;
    let end = memchr::memrchr(b'\n', text)?;
    let (line, found) = (text.get(..end)?, text.get(end + 1..)?);
    let found = std::str::from_utf8(found).ok()?;
    (seal(line) == found).then_some((line, found))
}

/// Reads the head of a manifest and nothing else.
fn first_head(text: &[u8]) -> Option<Box<Head>> {
    let mut values =
        serde_json::Deserializer::from_slice(text.strip_prefix(BEGINNING)?).into_iter();
    values.next()?.ok()
}

/// JSON has no numbers of this size.
mod hexadecimal {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(number: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&format!("{number:032x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        u128::from_str_radix(&text, 16).map_err(D::Error::custom)
    }
}

/// Makes the index in `all` one of the segments of `parts`, which hold the same items.
#[cfg(test)]
pub(crate) fn divide(all: &Path, parts: &[std::path::PathBuf]) {
    let read = |dir: &Path| Publication::parse(&fs::read(dir.join(MANIFEST)).unwrap()).unwrap();
    let mut whole = read(all);
    let mut commit: serde_json::Value = serde_json::from_str(whole.commit()).unwrap();
    let mut segments = Vec::new();
    for part in parts {
        let published = read(part);
        let of_part: serde_json::Value = serde_json::from_str(published.commit()).unwrap();
        segments.extend(of_part["segments"].as_array().unwrap().clone());
        for (name, sum) in published.files {
            fs::copy(part.join(&name), all.join(&name)).unwrap();
            whole.files.insert(name, sum);
        }
    }
    commit["segments"] = segments.into();
    whole.commit = RawValue::from_string(commit.to_string()).unwrap();
    whole.seal = seal(&serde_json::to_vec(&whole).unwrap());
    whole.publish(all).unwrap();
}

#[cfg(test)]
mod tests;
