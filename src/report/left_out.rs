//! What of a report is in no item, and why.

/// Text of a report that is in no item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// First and last line, counted from 1.
    pub lines: (usize, usize),
    /// Why.
    pub reason: Reason,
    /// What it says.
    pub text: String,
}

/// Why a text is in no item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Reason {
    /// It names the report.
    Title,
    /// It speaks of the report itself.
    Introduction,
    /// It names those who made a section or the report; their names are with its items.
    Byline,
    /// Its section stands in every issue.
    Boilerplate,
    /// Other reports of the series say the same.
    Repeated,
    /// It leads to places in the file.
    Contents,
    /// It names the columns of a table of items.
    Columns,
    /// Nothing stands below the heading.
    Empty,
    /// The heading only holds other headings.
    Container,
    /// The settings of the source leave the section out.
    Skipped,
    /// It is front matter.
    FrontMatter,
    /// It labels an item that is not there.
    Label,
    /// A tool that exported the report left it.
    Noise,
    /// The whole file is about the archive.
    About,
    /// It stands around the text of a page, as on other pages of the site.
    Around,
    /// It says who came to a meeting, and when and where that was.
    Attendance,
}

impl Reason {
    /// Returns the short phrase that users see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title of the report",
            Self::Introduction => "introduction",
            Self::Byline => "names of people",
            Self::Boilerplate => "boilerplate section",
            Self::Repeated => "repeated by the series",
            Self::Contents => "table of contents",
            Self::Columns => "names of columns",
            Self::Empty => "heading without text",
            Self::Container => "heading that only holds others",
            Self::Skipped => "section left out by baoku.toml",
            Self::FrontMatter => "front matter",
            Self::Label => "label without an item",
            Self::Noise => "left by an exporting tool",
            Self::About => "a file about the archive",
            Self::Around => "around the text of a page",
            Self::Attendance => "who came",
        }
    }

    /// Returns the code that programs compare: the name of the variant, which therefore never changes.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}
