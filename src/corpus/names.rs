//! Names of files as text.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::Path;

/// Writes a path with slashes.
pub(super) fn slash_path(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| readable(part.as_os_str())).collect();
    parts.join("/")
}

/// Writes a name as text of one line; two names that differ stay different.
pub(super) fn readable(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            // A name that is written like this by itself must not be taken for another one.
            if c == '\\' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                push_bytes(&mut text, c.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                text.push(c);
            }
        }
        push_bytes(&mut text, chunk.invalid());
    }
    text
}

fn push_bytes(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(text, "\\x{byte:02X}");
    }
}
