//! The one error type of the library.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// Everything that can stop a command. What went wrong is its text, lower case and naming the object; what to do about
/// it is its [`hint`](Error::hint), the cause its [`source`](std::error::Error::source). [`Error::one_line`] joins them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder to search does not exist or cannot be listed.
    #[error("cannot read the archive {}", path.display())]
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
    #[error("no index in {}", path.display())]
    NoIndex {
        /// The index folder.
        path: PathBuf,
    },
    /// The index cannot be opened.
    #[error("the index {} is damaged ({reason})", path.display())]
    IndexDamaged {
        /// The index folder.
        path: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// The index is there and cannot be read.
    #[error("cannot read the index {}", path.display())]
    IndexUnreadable {
        /// The index folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The index was made by another version of baoku, of its dictionary or of its schema.
    #[error("the index {} was made by {found}, this is {expected}", path.display())]
    IndexVersion {
        /// The index folder.
        path: PathBuf,
        /// What its manifest says.
        found: String,
        /// What this program writes.
        expected: String,
    },
    /// The index belongs to other files.
    #[error("the index {} belongs to the archive {belongs_to}", path.display())]
    IndexOfAnotherArchive {
        /// The index folder.
        path: PathBuf,
        /// The archive its manifest names.
        belongs_to: String,
    },
    /// The folder named as index holds something else.
    #[error("{} is not an index and not empty", path.display())]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
    },
    /// The folder named as index is, or lies below, a symbolic link whose target is missing.
    #[error("the index cannot be in {}: `{}` is a link to `{}`, which is missing", path.display(), link.display(), target.display())]
    IndexNowhere {
        /// The index folder.
        path: PathBuf,
        /// The link.
        link: PathBuf,
        /// What it leads to, as it is written.
        target: PathBuf,
    },
    /// Another process writes.
    #[error("the index {} is being written by {holder}", path.display())]
    IndexLocked {
        /// The index folder.
        path: PathBuf,
        /// The process holding the lock.
        holder: String,
    },
    /// Writing the index failed; the last good index is still there.
    #[error("cannot write the index {}", path.display())]
    IndexWrite {
        /// The index folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A question to the index failed.
    #[error("the search failed")]
    Search(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A date that cannot be understood.
    #[error("{field}: `{value}` is not a date")]
    Date {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
    },
    /// A filter value that no item has.
    #[error("no item has the {} `{}`", .0.field, .0.value)]
    UnknownValue(UnknownValue),
    /// A link filter that is neither a URL nor a host.
    #[error("link: `{value}` is neither a URL nor a host")]
    Link {
        /// What was written.
        value: String,
    },
    /// A filter that is not the number of an issue.
    #[error("issue: `{value}` is not the number of an issue")]
    Issue {
        /// What was written.
        value: String,
    },
    /// A parameter that is not a number.
    #[error("{field}: `{value}` is not a number")]
    NotANumber {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
        /// The range, as a sentence.
        expected: String,
    },
    /// A number outside the range of its parameter.
    #[error("{field}: {value} is out of range")]
    OutOfRange {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
        /// The range, as a sentence.
        expected: String,
    },
    /// A parameter that takes one of a few values, and was given another.
    #[error("{field}: `{value}` is not known")]
    Choice {
        /// The option or parameter.
        field: &'static str,
        /// What was written.
        value: String,
        /// The values it takes, as a list.
        choices: String,
    },
    /// No item of that id.
    #[error("no item `{id}`")]
    NoItem {
        /// The id asked for.
        id: String,
        /// An id that exists and is close.
        nearest: Option<String>,
        /// Whether the id is one that an item had: there is no other item of its key.
        is_gone: bool,
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
    /// A model of sentences that cannot be used.
    #[error("cannot use the model in {}: {reason}", path.display())]
    Model {
        /// The folder of the model.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A pattern of `include` or `exclude` that cannot be understood.
    #[error("source `{source_name}`: `{pattern}` is not a pattern ({reason})")]
    Pattern {
        /// The source.
        source_name: String,
        /// As written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A base URL that cannot be understood.
    #[error("`{value}` is not a base URL")]
    BaseUrl {
        /// As given.
        value: String,
    },
    /// An origin that cannot be understood.
    #[error("`{value}` is not an origin")]
    Origin {
        /// As given.
        value: String,
    },
    /// A name of a host that cannot be understood.
    #[error("`{value}` is not the name of a host")]
    Host {
        /// As given.
        value: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {addr}")]
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
    /// Something that must not happen.
    #[error("something is wrong in baoku itself: {what}")]
    Internal {
        /// What a programmer wants to know.
        what: String,
    },
    /// The user pressed Ctrl-C, or the client that asked has gone.
    #[error("interrupted")]
    Interrupted,
}

/// Result with [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// How a date may be written, as a hint.
const DATES: &str =
    "write 2024, 2024-02, 2024-02-22, 2024Q1, 7d, today, yesterday, 今天, 上周, 近7天";

/// A filter value that no item has: an error of the shell, a note of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownValue {
    /// The option or parameter: `section`, `contributor`, `source`.
    pub field: &'static str,
    /// What was written.
    pub value: String,
    /// The closest values there are, best first.
    pub nearest: Vec<String>,
}

impl Error {
    /// Makes the error for an index in `path` that cannot be written.
    pub(crate) fn index_write(
        path: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::IndexWrite { path: path.to_path_buf(), source: source.into() }
    }

    /// Makes the error for something that failed outside the index, from what was being done.
    #[cfg(feature = "cli")]
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { what: what.into(), source }
    }

    /// Returns what to do about it, a sentence as the error's own; `None` where nothing can be said.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        let hint = match self {
            Self::ArchiveUnreadable { .. } => "name a folder of reports with --archive DIR",
            Self::NoIndex { .. } => "run `baoku index` first",
            Self::IndexDamaged { .. } | Self::IndexVersion { .. } => "run `baoku index`",
            Self::IndexUnreadable { .. } => "check who may read it",
            Self::IndexOfAnotherArchive { .. } => {
                "name another index with --index DIR, or replace it with `baoku index --replace`"
            }
            Self::IndexNowhere { .. } => {
                "make that folder, remove the link, or name another folder with --index DIR"
            }
            Self::NotAnIndex { .. } => "name another folder with --index DIR",
            Self::IndexLocked { .. } => "try again when it has finished",
            Self::IndexWrite { source, .. } if is_forbidden(source.as_ref()) => {
                "nothing was changed, name a folder that you may write with --index DIR"
            }
            Self::IndexWrite { .. } => "nothing was changed, check that the disk has room",
            Self::Search(_) => "if it happens again, run `baoku index --check`",
            Self::Date { .. } => DATES,
            Self::UnknownValue(unknown) => return there_are(&unknown.nearest),
            Self::Link { .. } => "write arxiv.org or https://arxiv.org/abs/2402.13753",
            Self::Issue { .. } => "write 290, 290..300 or 300..",
            Self::NotANumber { expected, .. } | Self::OutOfRange { expected, .. } => {
                return Some(expected.clone().into());
            }
            Self::Choice { choices, .. } => return Some(format!("write {choices}").into()),
            Self::NoItem { nearest: Some(nearest), .. } => {
                return Some(format!("did you mean `{nearest}`?").into());
            }
            Self::NoItem { nearest: None, .. } => {
                "ids look like 2024-02-22/m31tx7 and are printed by `baoku search --format ids`"
            }
            Self::Pattern { .. } => "write patterns as in .gitignore",
            Self::BaseUrl { .. } => "write https://example.com or https://example.com/search",
            Self::Origin { .. } => "write https://example.com, without a path, or * for any",
            Self::Host { .. } => "write search.example.com, without a scheme",
            Self::Listen { .. } => "choose another address with --addr HOST:PORT",
            Self::Internal { .. } => "please report it with the command that led to it",
            Self::Interrupted => "nothing was changed",
            Self::NoReports { .. }
            | Self::Unreadable { .. }
            | Self::Config { .. }
            | Self::Model { .. }
            | Self::Io { .. } => return None,
        };
        Some(hint.into())
    }

    /// Returns the error with its hint and its causes joined into one line.
    #[must_use]
    pub fn one_line(&self) -> String {
        let mut line = self.to_string();
        if let Some(hint) = self.hint() {
            line.push_str("; ");
            line.push_str(&hint);
        }
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

/// Returns whether an error says that nobody may write there.
fn is_forbidden(error: &(dyn std::error::Error + 'static)) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem))
}

fn there_are(nearest: &[String]) -> Option<Cow<'static, str>> {
    let nearest: Vec<String> = nearest.iter().map(|value| format!("`{value}`")).collect();
    (!nearest.is_empty()).then(|| format!("there are {}", nearest.join(", ")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: &Error, text: &str, hint: Option<&str>, line: &str) {
        assert_eq!(error.to_string(), text);
        assert_eq!(error.hint().as_deref(), hint);
        assert_eq!(error.one_line(), line);
    }

    #[test]
    fn what_went_wrong_and_what_to_do_are_joined_only_in_one_line() {
        check(
            &Error::Date { field: "since", value: "a; b".to_owned() },
            "since: `a; b` is not a date",
            Some(DATES),
            &format!("since: `a; b` is not a date; {DATES}"),
        );
        check(
            &Error::NoReports { path: "x".into() },
            "no reports in x: baoku reads .md, .markdown and .txt files that are not hidden or ignored by .gitignore",
            None,
            "no reports in x: baoku reads .md, .markdown and .txt files that are not hidden or ignored by .gitignore",
        );
        let source = io::Error::other("taken");
        check(
            &Error::Listen { addr: "a:1".to_owned(), source },
            "cannot listen on a:1",
            Some("choose another address with --addr HOST:PORT"),
            "cannot listen on a:1; choose another address with --addr HOST:PORT: taken",
        );
        let nearest = vec!["甲".to_owned(), "乙".to_owned()];
        check(
            &Error::UnknownValue(UnknownValue {
                field: "section",
                value: "丙".to_owned(),
                nearest,
            }),
            "no item has the section `丙`",
            Some("there are `甲`, `乙`"),
            "no item has the section `丙`; there are `甲`, `乙`",
        );
    }
}
