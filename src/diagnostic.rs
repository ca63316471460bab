//! What a lenient reader noticed: a place, a severity and a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a diagnostic matters.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, strum::Display,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// Nothing is lost; shown when details are asked for.
    Note,
    /// Something was read differently from what its author may have meant.
    Warning,
    /// Something could not be read and is not in the index.
    Error,
}

/// One thing noticed while reading a file; printed as `path:line: severity: message`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Path of the file as the user knows it, `/`-separated.
    pub path: String,
    /// Line in that file, counted from 1; `None` where the whole file is meant.
    pub line: Option<usize>,
    /// How much it matters.
    pub severity: Severity,
    /// Lower-case sentence without a full stop.
    pub message: String,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}: {}", self.path, self.severity, self.message),
            None => write!(f, "{}: {}: {}", self.path, self.severity, self.message),
        }
    }
}

impl Diagnostic {
    /// Makes a diagnostic about a whole file.
    #[must_use]
    pub fn about_file(path: &str, severity: Severity, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, severity, message: message.into() }
    }
}
