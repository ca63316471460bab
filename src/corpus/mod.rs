//! A folder of files to decoded source files, in the same order on every machine.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

use crate::diagnostic::{Diagnostic, Severity};
use crate::error::{Error, Result};

/// Extensions of files that may be reports, lower-case.
pub const EXTENSIONS: [&str; 3] = ["md", "markdown", "txt"];

/// Larger files are told and left out: a report is written by people, and decoding needs several times its size
/// in memory.
pub const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// A file as the walk found it, not yet read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Path below its source's folder, `/`-separated; control characters and bytes that are not UTF-8 are written as `\xFF`.
    pub path: String,
    /// Where to read it.
    pub location: PathBuf,
    /// Name of its source.
    pub source: String,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970; only compared for equality.
    pub modified: u128,
}

/// A folder the walk entered; its time changes when a file in it appears or goes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderEntry {
    /// Where it is.
    pub location: PathBuf,
    /// Nanoseconds since 1970; only compared for equality.
    pub modified: u128,
}

/// One family of reports: a folder and the name its items carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRoot {
    /// Name, unique in the archive.
    pub name: String,
    /// Absolute path of a folder, or of a single file.
    pub path: PathBuf,
    /// Only files that match one of these patterns are read, in the syntax of `.gitignore`; all if empty.
    pub include: Vec<String>,
    /// Files and folders that match one of these patterns are left out.
    pub exclude: Vec<String>,
}

impl SourceRoot {
    /// Makes a source of every report in a folder.
    #[must_use]
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { name: name.into(), path: path.into(), ..Self::default() }
    }
}

/// Every file of an archive, sorted by source and path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Corpus {
    /// The files.
    pub files: Vec<FileEntry>,
    /// The folders they lie in.
    pub folders: Vec<FolderEntry>,
}

/// A file read and decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it came from.
    pub entry: FileEntry,
    /// Its text, without a byte order mark.
    pub text: String,
    /// Bytes read; a file that grew since the walk has another size than its entry.
    pub size: u64,
    /// Hash of its bytes, 32 hexadecimal digits.
    pub hash: String,
    /// What was noticed while decoding.
    pub diagnostics: Vec<Diagnostic>,
}

impl Corpus {
    /// Walks the folders of an archive. Hidden files and what `.gitignore` names are left out.
    ///
    /// # Errors
    /// [`Error::ArchiveUnreadable`] if a root does not exist or cannot be listed, [`Error::Pattern`] for a pattern
    /// that is none. A folder below it that cannot be listed is a diagnostic.
    pub fn walk(roots: &[SourceRoot]) -> Result<(Self, Vec<Diagnostic>)> {
        let mut corpus = Self::default();
        let mut diagnostics = Vec::new();
        for root in roots {
            let unreadable = |source| Error::ArchiveUnreadable { path: root.path.clone(), source };
            let metadata = fs::metadata(&root.path).map_err(unreadable)?;
            if metadata.is_dir() {
                fs::read_dir(&root.path).map_err(unreadable)?;
            }
            walk_root(root, &mut corpus, &mut diagnostics)?;
        }
        tell_twins(&corpus.files, &mut diagnostics);
        corpus.files.sort_by(|a, b| {
            (&a.source, &a.path, &a.location).cmp(&(&b.source, &b.path, &b.location))
        });
        corpus.folders.sort_by(|a, b| a.location.cmp(&b.location));
        corpus.folders.dedup();
        Ok((corpus, diagnostics))
    }
}

/// Tells of files whose names differ only in case: they are one file on other systems.
fn tell_twins(files: &[FileEntry], diagnostics: &mut Vec<Diagnostic>) {
    let mut names: Vec<(String, &FileEntry)> = files
        .iter()
        .map(|file| (format!("{}/{}", file.source, file.path).to_lowercase(), file))
        .collect();
    names.sort_by(|a, b| (&a.0, &a.1.path).cmp(&(&b.0, &b.1.path)));
    for pair in names.windows(2) {
        if pair[0].0 == pair[1].0 {
            let message = format!("differs from `{}` only in case", pair[0].1.path);
            diagnostics.push(Diagnostic::about_file(&pair[1].1.path, Severity::Warning, message));
        }
    }
}

/// Builds the matcher for the patterns of a source.
fn patterns(root: &SourceRoot) -> Result<Override> {
    let mut builder = OverrideBuilder::new(&root.path);
    let wrong = |pattern: &str, error: ignore::Error| Error::Pattern {
        source_name: root.name.clone(),
        pattern: pattern.to_owned(),
        reason: error.to_string(),
    };
    for pattern in &root.include {
        builder.add(pattern).map_err(|error| wrong(pattern, error))?;
    }
    for pattern in &root.exclude {
        builder.add(&format!("!{pattern}")).map_err(|error| wrong(pattern, error))?;
    }
    builder.build().map_err(|error| wrong("", error))
}

fn walk_root(
    root: &SourceRoot,
    corpus: &mut Corpus,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let walk = WalkBuilder::new(&root.path)
        .require_git(false)
        .git_global(false)
        .follow_links(true)
        .overrides(patterns(root)?)
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                diagnostics.push(walk_problem(root, &error));
                continue;
            }
        };
        let Ok(metadata) = fs::metadata(entry.path()) else { continue };
        let modified = modified_nanos(&metadata);
        if metadata.is_dir() {
            corpus.folders.push(FolderEntry { location: entry.path().to_path_buf(), modified });
            continue;
        }
        if !metadata.is_file() || !has_report_extension(entry.path()) {
            continue;
        }
        let below = entry
            .path()
            .strip_prefix(&root.path)
            .ok()
            .filter(|below| !below.as_os_str().is_empty());
        let below = below.unwrap_or_else(|| Path::new(entry.file_name()));
        corpus.files.push(FileEntry {
            path: slash_path(below),
            location: entry.path().to_path_buf(),
            source: root.name.clone(),
            size: metadata.len(),
            modified,
        });
    }
    Ok(())
}

/// Says what could not be walked, and where.
fn walk_problem(root: &SourceRoot, error: &ignore::Error) -> Diagnostic {
    let below = |path: &Path| {
        let below = path.strip_prefix(&root.path).unwrap_or(path);
        if below.as_os_str().is_empty() { ".".to_owned() } else { slash_path(below) }
    };
    let (path, message) = match inner(error) {
        (_, ignore::Error::Loop { ancestor, child }) => {
            (below(child), format!("a link back to `{}`; not followed", below(ancestor)))
        }
        (Some(path), error) => (below(path), format!("cannot be listed ({error}); left out")),
        (None, error) => (".".to_owned(), error.to_string()),
    };
    Diagnostic::about_file(&path, Severity::Warning, message)
}

/// Takes an error of the walk out of what it is wrapped in.
fn inner(error: &ignore::Error) -> (Option<&Path>, &ignore::Error) {
    match error {
        ignore::Error::WithPath { path, err } => (Some(path), inner(err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            inner(err)
        }
        error => (None, error),
    }
}

fn has_report_extension(path: &Path) -> bool {
    path.extension().and_then(|extension| extension.to_str()).is_some_and(|extension| {
        EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}

fn slash_path(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| readable(part.as_os_str())).collect();
    parts.join("/")
}

/// Writes a name as text; two names that differ stay different.
fn readable(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            // A line break in a name would break the lists of ids that stand one a line.
            match u8::try_from(c) {
                Ok(byte) if c.is_ascii_control() => text.push_str(&format!("\\x{byte:02X}")),
                _ => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Returns a file's time of change in nanoseconds since 1970, 0 where the system has none.
#[must_use]
pub fn modified_nanos(metadata: &fs::Metadata) -> u128 {
    metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .map_or(0, |duration| duration.as_nanos())
}

/// Reads and decodes one file.
///
/// # Errors
/// A diagnostic of severity error: the file vanished, may not be read, is too large or is not text.
pub fn read(entry: &FileEntry) -> std::result::Result<SourceFile, Diagnostic> {
    let error = |message: String| Diagnostic::about_file(&entry.path, Severity::Error, message);
    if entry.size > MAX_FILE_BYTES {
        return Err(error(format!(
            "{} bytes are more than a report may have ({MAX_FILE_BYTES}); left out",
            entry.size
        )));
    }
    let bytes = read_bytes(&entry.location)
        .map_err(|source| error(format!("cannot be read ({source}); left out")))?;
    let hash = blake3::hash(&bytes).to_hex()[..32].to_owned();
    let (text, note) =
        decode(&bytes).ok_or_else(|| error("not a text file; left out".to_owned()))?;
    let diagnostics = note
        .into_iter()
        .map(|note| Diagnostic::about_file(&entry.path, Severity::Warning, note))
        .collect();
    Ok(SourceFile { entry: entry.clone(), text, size: bytes.len() as u64, hash, diagnostics })
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than allowed: a file that grew since the walk is noticed and cut nowhere.
    fs::File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Decodes bytes to text; `None` if they are not text. The note says what a reader should know.
fn decode(bytes: &[u8]) -> Option<(String, Option<String>)> {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return Some(decode_as(encoding, &bytes[bom..]));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !looks_binary(bytes) => return Some((text.to_owned(), None)),
        Ok(_) => return utf16_without_mark(bytes).map(|encoding| decode_as(encoding, bytes)),
        Err(_) => {}
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(decode_as(encoding, bytes));
    }
    if looks_binary(bytes) {
        return None;
    }
    if is_damaged_utf8(bytes) {
        return Some(decode_as(UTF_8, bytes));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // GBK is what older Chinese files are called; GB18030 reads all of it and more.
    Some(decode_as(if guess == encoding_rs::GBK { GB18030 } else { guess }, bytes))
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> (String, Option<String>) {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let note = had_errors.then(|| {
        let broken = text.matches('\u{FFFD}').count();
        format!("{broken} places are not valid {}; read as \u{FFFD}", encoding.name())
    });
    (text.into_owned(), note)
}

/// NUL never stands in a text; other control characters only here and there.
fn looks_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(64 * 1024)];
    let controls = sample.iter().filter(|b| matches!(b, 1..=8 | 14..=26 | 28..=31)).count();
    sample.contains(&0) || controls * 20 > sample.len()
}

/// Recognises UTF-16 by where its zero bytes stand: line ends and Latin letters have one each.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(64 * 1024) & !1];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = |n: usize| n >= 2 && n * 100 >= sample.len();
    let encoding = match (even, odd) {
        // Not none on the other side: 一 is U+4E00.
        (even, odd) if enough(odd) && odd > even * 4 => UTF_16LE,
        (even, odd) if enough(even) && even > odd * 4 => UTF_16BE,
        _ => return None,
    };
    let (text, had_errors) = encoding.decode_without_bom_handling(&bytes[..bytes.len() & !1]);
    let control = |c: char| c.is_control() && !c.is_whitespace();
    (!had_errors && !text.contains(control)).then_some(encoding)
}

/// Tells whether bytes are UTF-8 with a few broken places rather than another encoding: GB18030 text read as UTF-8
/// breaks at nearly every character, and hardly ever gives one of three bytes, as Han characters have.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| c.len_utf8() >= 3).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    good >= broken
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# 大模型日报（2月 22日）\r\n\r\n上下文窗口 LongRoPE，一個繁體中文。\r\n";

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<&str>, noted: bool) {
        let decoded = decode(bytes);
        assert_eq!(decoded.as_ref().map(|(text, _)| text.as_str()), expected);
        assert_eq!(decoded.is_some_and(|(_, note)| note.is_some()), noted);
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
            .collect()
    }

    #[test]
    fn the_usual_encodings_of_chinese_files_are_recognised() {
        check(TEXT.as_bytes(), Some(TEXT), false);
        check(format!("\u{FEFF}{TEXT}").as_bytes(), Some(TEXT), false);
        for big in [false, true] {
            check(&utf16(&format!("\u{FEFF}{TEXT}"), big), Some(TEXT), false);
            check(&utf16(TEXT, big), Some(TEXT), false);
        }
        let (gb, _, _) = GB18030.encode(TEXT);
        check(&gb, Some(TEXT), false);
        check(b"", Some(""), false);
    }

    #[test]
    fn a_broken_place_in_utf8_is_told_and_the_rest_is_read() {
        let mut bytes = TEXT.as_bytes().to_vec();
        bytes.splice(2..2, [0xFF]);
        check(&bytes, Some(&TEXT.replacen("# ", "# \u{FFFD}", 1)), true);
        check(
            &["要闻".as_bytes(), b"\xFF\xFE\x80", "另一半".as_bytes()].concat(),
            Some("要闻\u{FFFD}\u{FFFD}\u{FFFD}另一半"),
            true,
        );
    }

    #[test]
    fn binary_files_are_not_text() {
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\xff\xfe", None, false);
        check(&[0; 100], None, false);
    }

    #[test]
    fn a_file_that_is_gone_is_told() {
        let entry = FileEntry {
            path: "2024-02-22.md".to_owned(),
            location: "/nowhere/2024-02-22.md".into(),
            source: "x".to_owned(),
            size: 1,
            modified: 0,
        };
        let told = read(&entry).unwrap_err();
        assert_eq!((told.path.as_str(), told.severity), ("2024-02-22.md", Severity::Error));
        assert!(told.message.starts_with("cannot be read (") && told.message.ends_with("left out"));
    }
}
