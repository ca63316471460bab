//! Names of files as text.

use std::ffi::OsStr;
use std::path::Path;

/// Writes a path with slashes.
pub(super) fn slash_path(path: &Path) -> String {
    let parts: Vec<String> = path.components().map(|part| readable(part.as_os_str())).collect();
    parts.join("/")
}

/// Writes a name as text; two names that differ stay different.
pub(super) fn readable(name: &OsStr) -> String {
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
