//! The bytes of a file to text, whatever encoding they are in.

use std::io::{self, Read as _};
use std::path::Path;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use lazy_regex::bytes_regex;

use super::links::open;
use super::{FileEntry, SourceFile};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::text::count;

/// Larger files are reported and left out: a report is written by people, and decoding needs several times its size
/// in memory.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// The largest lists of words have some hundred thousand lines.
const MAX_LIST_BYTES: u64 = 64 * 1024 * 1024;
/// What a file is shows in so many bytes of its beginning; more would only cost time.
const SAMPLE_BYTES: usize = 64 * 1024;
/// A page says its encoding in the first 1,024 bytes, as HTML has it; tools that save pages put something before it.
const DECLARED_BYTES: usize = 4 * 1024;
/// A text has at most one control character in so many bytes, so that a few stray ones do not make a file unreadable.
const BYTES_PER_CONTROL: usize = 20;
/// UTF-16 has at least one zero byte in so many bytes: line ends have one even in a text of Han characters.
const BYTES_PER_ZERO: usize = 100;

/// Reads and decodes one file.
///
/// # Errors
/// A diagnostic of severity error: the file vanished, may not be read, is too large or is not text.
pub fn read(entry: &FileEntry) -> Result<SourceFile, Diagnostic> {
    let error = |message: String| {
        Diagnostic::about_file(&entry.path, Severity::Error, Code::Unreadable, message)
    };
    let bytes = read_bytes(&entry.location, entry.within.as_deref(), MAX_FILE_BYTES)
        .map_err(|source| error(format!("cannot be read ({source}); left out")))?;
    let hash = blake3::hash(&bytes).to_hex()[..32].to_owned();
    let (text, note) =
        decode(&bytes).ok_or_else(|| error("not a text file; left out".to_owned()))?;
    let diagnostics = note
        .into_iter()
        .map(|note| Diagnostic::about_file(&entry.path, Severity::Warning, Code::Encoding, note))
        .collect();
    Ok(SourceFile { entry: entry.clone(), text, size: bytes.len() as u64, hash, diagnostics })
}

/// Reads a file whole if it has at most `limit` bytes; one that is larger never comes into memory.
fn read_bytes(path: &Path, within: Option<&Path>, limit: u64) -> io::Result<Vec<u8>> {
    let too_large =
        |size: u64| io::Error::other(format!("{size} bytes are more than it may have ({limit})"));
    let file = open(path, within)?;
    let size = file.metadata()?.len();
    if size > limit {
        return Err(too_large(size));
    }
    let mut bytes = Vec::new();
    // One byte more than allowed: a file that grows meanwhile is noticed.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    if size > limit { Err(too_large(size)) } else { Ok(bytes) }
}

/// Reads a text in UTF-8 that is not a report but belongs to an archive: its configuration, its lists of words. With
/// `within`, a link out of that folder is not followed.
///
/// # Errors
/// Those of the system; not a file, not UTF-8, larger than 64 MB, or not within the folder.
pub fn read_text(path: &Path, within: Option<&Path>) -> io::Result<String> {
    let bytes = read_bytes(path, within, MAX_LIST_BYTES)?;
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
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
    if let Some(encoding) = declared(bytes) {
        let decoded = decode_as(encoding, bytes);
        if decoded.1.is_none() {
            return Some(decoded);
        }
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

/// Returns the encoding that a page or a feed says it is in.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let pattern = bytes_regex!(
        r#"(?i-u)<(?:meta\s[^>]{0,200}?charset|\?xml\s[^>]{0,200}?encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,40})"#
    );
    let begin = &bytes[..bytes.len().min(DECLARED_BYTES)];
    let label = pattern.captures(begin)?.get(1)?.as_bytes();
    let encoding = Encoding::for_label(label)?;
    Some(if encoding == encoding_rs::GBK { GB18030 } else { encoding })
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> (String, Option<String>) {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let note = had_errors.then(|| {
        let broken = text.matches('\u{FFFD}').count();
        let places = count(broken, "place");
        format!("not valid {} in {places}, read as \u{FFFD}", encoding.name())
    });
    (text.into_owned(), note)
}

/// NUL never stands in a text; other control characters only here and there.
fn looks_binary(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let controls = sample.iter().filter(|b| matches!(b, 1..=8 | 14..=26 | 28..=31)).count();
    sample.contains(&0) || controls * BYTES_PER_CONTROL > sample.len()
}

/// Recognises UTF-16 by where its zero bytes stand: line ends and Latin letters have one each.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let enough = |n: usize| n >= 2 && n * BYTES_PER_ZERO >= sample.len();
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

/// Returns whether bytes are UTF-8 with a few broken places rather than another encoding: GB18030 text read as UTF-8
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
    fn a_page_is_in_the_encoding_that_it_declares() {
        let page = "<html><head><meta http-equiv='Content-Type' content='text/html; charset=big5'></head>繁體";
        let (big5, _, _) = encoding_rs::BIG5.encode(page);
        check(&big5, Some(page), false);
        let feed = "<?xml version='1.0' encoding='gb2312'?><rss>简体</rss>";
        let (gb, _, _) = GB18030.encode(feed);
        check(&gb, Some(feed), false);
        // What is not in the encoding that it declares is read as it is.
        let wrong = page.replace("big5", "ascii");
        check(wrong.as_bytes(), Some(&wrong), false);
    }

    #[test]
    fn a_broken_place_in_utf8_is_noted_and_the_rest_is_read() {
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
    fn a_file_that_is_gone_is_an_error() {
        let entry = FileEntry {
            path: "2024-02-22.md".to_owned(),
            location: "/nowhere/2024-02-22.md".into(),
            within: None,
            source: "x".to_owned(),
            size: 1,
            modified: 0,
            changed: 0,
        };
        let found = read(&entry).unwrap_err();
        assert_eq!((found.path.as_str(), found.severity), ("2024-02-22.md", Severity::Error));
        assert!(
            found.message.starts_with("cannot be read (") && found.message.ends_with("left out")
        );
    }
}
