//! What words must match, as a tree.

use super::IssueRange;

/// One node of a query.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// All must match.
    All(Vec<Node>),
    /// One must match.
    Any(Vec<Node>),
    /// Must not match.
    Not(Box<Node>),
    /// Words in any order.
    Text(String),
    /// Adjacent, as typed.
    Phrase(String),
    /// A piece of a word with `*` where it may go on: `*rag*`, `rag*`.
    Piece(String),
    /// Words of the title.
    Title(String),
    /// Every item of an issue.
    Issue(IssueRange),
    /// Every item with a link of this canonical form, or with one below it.
    Link(String),
}

impl Node {
    /// Returns whether some part of it must not match.
    #[must_use]
    pub fn excludes(&self) -> bool {
        match self {
            Self::Not(_) => true,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::excludes),
            _ => false,
        }
    }

    /// Returns whether some words must stand together.
    #[must_use]
    pub fn has_phrase(&self) -> bool {
        match self {
            Self::Phrase(_) => true,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::has_phrase),
            _ => false,
        }
    }

    /// Returns whether all that must match are words that stand together.
    #[must_use]
    pub(super) fn is_phrases(&self) -> bool {
        match self {
            Self::Phrase(_) => true,
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter().all(|node| !node.asks() || node.is_phrases())
            }
            _ => false,
        }
    }

    /// Makes words of its phrases, unless they must not match.
    pub(super) fn without_phrases(&self) -> Self {
        let each = |nodes: &[Self]| nodes.iter().map(Self::without_phrases).collect();
        match self {
            Self::Phrase(text) => Self::Text(text.clone()),
            Self::All(nodes) => Self::All(each(nodes)),
            Self::Any(nodes) => Self::Any(each(nodes)),
            other => other.clone(),
        }
    }

    /// Returns the words it asks for as typed, phrases with their quotation marks.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().flat_map(Self::words).collect(),
            Self::Text(text) | Self::Title(text) => {
                text.split_whitespace().map(str::to_owned).collect()
            }
            Self::Phrase(text) => vec![format!("\"{text}\"")],
            Self::Piece(text) => vec![text.clone()],
            Self::Not(_) | Self::Issue(_) | Self::Link(_) => Vec::new(),
        }
    }

    /// Returns whether it asks for something: a query of exclusions alone does not.
    #[must_use]
    pub fn asks(&self) -> bool {
        match self {
            Self::Not(_) => false,
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::asks),
            _ => true,
        }
    }
}
