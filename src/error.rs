//! The one error type of the library.

use std::io;
use std::path::PathBuf;

/// Everything that can stop a command. Messages are lower case, name the object and the way out; the cause is the
/// [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder to search does not exist or cannot be listed.
    #[error("cannot read the archive {}; name a folder of reports with --archive DIR", path.display())]
    ArchiveUnreadable {
        /// The folder as given.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The folder holds no file that could be a report.
    #[error(
        "no reports in {}: baoku reads .md, .markdown and .txt files that are not hidden or ignored by .gitignore",
        path.display()
    )]
    NoReports {
        /// The folder as given.
        path: PathBuf,
    },
    /// No index and none may be built here.
    #[error("no index in {}; run `baoku index` first", path.display())]
    NoIndex {
        /// The index folder.
        path: PathBuf,
    },
    /// The index cannot be opened.
    #[error("the index {} is damaged ({reason}); run `baoku index --rebuild`", path.display())]
    IndexDamaged {
        /// The index folder.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// The index was made by another version of baoku, of its dictionary or of its schema.
    #[error("the index {} was made by {found}, this is {expected}; run `baoku index`", path.display())]
    IndexVersion {
        /// The index folder.
        path: PathBuf,
        /// What its manifest says.
        found: String,
        /// What this program writes.
        expected: String,
    },
    /// The index belongs to other files.
    #[error(
        "the index {} belongs to the archive {belongs_to}; name another index with --index DIR, or replace it with \
         `baoku index --replace`",
        path.display()
    )]
    IndexOfAnotherArchive {
        /// The index folder.
        path: PathBuf,
        /// The archive its manifest names.
        belongs_to: String,
    },
    /// The folder named as index holds something else.
    #[error("{} is not an index and not empty; name another folder with --index DIR", path.display())]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
    },
    /// Another process writes.
    #[error("the index {} is being written by {holder}; try again when it has finished", path.display())]
    IndexLocked {
        /// The index folder.
        path: PathBuf,
        /// The process holding the lock.
        holder: String,
    },
    /// Writing the index failed; the last good index is still there.
    #[error(
        "cannot write the index {}; what was there before is still usable, check that the disk has room",
        path.display()
    )]
    IndexWrite {
        /// The index folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A question to the index failed.
    #[error("the search failed; if it happens again, run `baoku index --rebuild`")]
    Search(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A date that cannot be understood.
    #[error(
        "{field}: `{value}` is not a date; write 2024, 2024-02, 2024-02-22, 2024Q1, 7d, today, yesterday, \
         今天, 上周, 近7天"
    )]
    Date {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
    },
    /// A filter value that no item has.
    #[error("{}", unknown_value(field, value, nearest))]
    UnknownValue {
        /// The option or parameter: `section`, `contributor`, `source`.
        field: &'static str,
        /// What was written.
        value: String,
        /// The closest values there are, best first.
        nearest: Vec<String>,
    },
    /// A link filter that is neither a URL nor a host.
    #[error(
        "link: `{value}` is neither a URL nor a host; write arxiv.org or https://arxiv.org/abs/2402.13753"
    )]
    Link {
        /// What was written.
        value: String,
    },
    /// A filter that is no number of an issue.
    #[error("issue: `{value}` is no number of an issue; write 290, 290..300 or 300..")]
    Issue {
        /// What was written.
        value: String,
    },
    /// A parameter outside its range.
    #[error("{field}: {value} is out of range; {expected}")]
    Limit {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
        /// The range, as a sentence.
        expected: String,
    },
    /// No item of that id.
    #[error("{}", no_item(id, nearest.as_ref()))]
    NoItem {
        /// The id asked for.
        id: String,
        /// An id that exists and is close.
        nearest: Option<String>,
    },
    /// A file that cannot be read as a report.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The file as given.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The configuration file cannot be used.
    #[error("cannot use {}: {reason}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A pattern of `include` or `exclude` that is none.
    #[error(
        "source `{source_name}`: `{pattern}` is no pattern ({reason}); write patterns as in .gitignore"
    )]
    Pattern {
        /// The source.
        source_name: String,
        /// As written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A base URL that is none.
    #[error("`{value}` is no base URL; write https://example.com or https://example.com/search")]
    BaseUrl {
        /// As given.
        value: String,
    },
    /// An origin that is none.
    #[error("`{value}` is no origin; write https://example.com, without a path")]
    Origin {
        /// As given.
        value: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}; choose another address with --addr HOST:PORT")]
    Listen {
        /// The address.
        addr: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Reading or writing failed outside the index.
    #[error("{what}")]
    Io {
        /// What was being done.
        what: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The user pressed Ctrl-C.
    #[error("interrupted; nothing was changed")]
    Interrupted,
}

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

fn unknown_value(field: &str, value: &str, nearest: &[String]) -> String {
    if nearest.is_empty() {
        return format!("no item has the {field} `{value}`");
    }
    let nearest: Vec<String> = nearest.iter().map(|value| format!("`{value}`")).collect();
    format!("no item has the {field} `{value}`; there are {}", nearest.join(", "))
}

fn no_item(id: &str, nearest: Option<&String>) -> String {
    match nearest {
        Some(nearest) => format!("no item `{id}`; did you mean `{nearest}`?"),
        None => format!(
            "no item `{id}`; ids look like 2024-02-22/17 and are printed by `baoku search --format ids`"
        ),
    }
}

impl Error {
    /// Returns the error with its causes joined into one line.
    #[must_use]
    pub fn one_line(&self) -> String {
        let mut line = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let text = error.to_string();
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        line
    }
}
