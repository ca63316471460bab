//! What connects the parts of a name. It is compiled into the build script as well, and needs nothing.

/// Returns whether a character only connects the parts of a name.
pub(crate) fn connects(c: char) -> bool {
    matches!(c, ' ' | '-' | '_' | '.' | '/' | '\'' | '·')
}
