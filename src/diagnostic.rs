//! What a lenient reader noticed: a place, a severity, a code and a sentence.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::count;

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

/// What kind of thing was noticed. Programs compare the name of the variant, which therefore never changes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    strum::Display,
    strum::VariantArray,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Code {
    /// A file or folder that cannot be read or listed.
    #[default]
    Unreadable,
    /// Bytes that were read as another text than they may be.
    Encoding,
    /// A file that is left out for what it is: made of another one, a template.
    NotAReport,
    /// A file about the archive that has entries as a report has.
    AboutTheArchive,
    /// Files whose names differ only in case.
    SameNameInCase,
    /// A file that is longer than anybody writes.
    TooLong,
    /// Front matter that is none.
    FrontMatter,
    /// A file without items.
    NoItems,
    /// A heading that is written as none.
    HeadingWithoutSpace,
    /// A heading without text.
    EmptyHeading,
    /// A heading as long as a paragraph.
    LongHeading,
    /// A heading that jumps over a level.
    HeadingJump,
    /// An item that has neither text nor link.
    EmptyItem,
    /// An item without a link among items with links.
    NoLink,
    /// A contributor whose name has no letter.
    NameWithoutLetters,
    /// A report that nothing dates.
    NoDate,
    /// A date that something else contradicts.
    DateContradicted,
    /// Reports of one day.
    SameDay,
    /// Reports with one number.
    SameIssue,
    /// A report with far fewer items than those around it.
    FewItems,
    /// A report with far more items than those around it.
    ManyItems,
    /// A report that is laid out otherwise than those around it.
    OtherLayout,
    /// A report without a section that those around it have.
    MissingSection,
    /// An item that is called like a section of the reports around.
    SectionAsItem,
    /// An item with far more links than others have.
    ManyLinks,
    /// A file that is one item although it is a list of links.
    PageOfLinks,
    /// A title that items of many reports have.
    RepeatedTitle,
    /// A report much of whose text is in no item.
    LeftOut,
}

impl Code {
    /// Writes that several things of this kind were noticed.
    #[must_use]
    pub fn of_many(self, number: usize) -> String {
        let (noun, what) = match self {
            Self::Unreadable => ("file", "cannot be read"),
            Self::Encoding => ("file", "may not be read in their encoding"),
            Self::NotAReport => ("file", "are left out for what they are"),
            Self::AboutTheArchive => ("file", "are about the archive by their names"),
            Self::SameNameInCase => ("file", "differ from others only in case"),
            Self::TooLong => ("file", "are too long to be read whole"),
            Self::FrontMatter => ("report", "have front matter that cannot be read"),
            Self::NoItems => ("file", "have no items"),
            Self::HeadingWithoutSpace => ("heading", "have no space behind their #"),
            Self::EmptyHeading => ("heading", "are empty"),
            Self::LongHeading => ("heading", "are as long as paragraphs"),
            Self::HeadingJump => ("heading", "jump over a level"),
            Self::EmptyItem => ("item", "have neither text nor link"),
            Self::NoLink => ("item", "have no link, as most items of their reports have"),
            Self::NameWithoutLetters => ("contributor", "have no letter in their names"),
            Self::NoDate => ("report", "have no date"),
            Self::DateContradicted => ("date", "are contradicted"),
            Self::SameDay => ("report", "are of the day of another"),
            Self::SameIssue => ("report", "have the number of another"),
            Self::FewItems => ("report", "have far fewer items than those around them"),
            Self::ManyItems => ("report", "have far more items than those around them"),
            Self::OtherLayout => ("report", "are laid out otherwise than those around them"),
            Self::MissingSection => ("section", "are missing that the reports around have"),
            Self::SectionAsItem => ("item", "are called like sections of the reports around"),
            Self::ManyLinks => ("item", "have far more links than others"),
            Self::PageOfLinks => ("report", "are one item with many links"),
            Self::RepeatedTitle => ("title", "stand in many reports"),
            Self::LeftOut => ("report", "have much text that is in no item"),
        };
        format!("{} {what}", count(number, noun))
    }
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
    /// What kind of thing it is.
    #[serde(default)]
    pub code: Code,
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
    pub fn about_file(
        path: &str,
        severity: Severity,
        code: Code,
        message: impl Into<String>,
    ) -> Self {
        Self { path: path.to_owned(), line: None, severity, code, message: message.into() }
    }

    /// Makes a diagnostic about a line of a file, counted from 1.
    #[must_use]
    pub fn at_line(
        path: &str,
        line: usize,
        severity: Severity,
        code: Code,
        message: impl Into<String>,
    ) -> Self {
        Self { line: Some(line), ..Self::about_file(path, severity, code, message) }
    }
}
