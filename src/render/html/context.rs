//! What every page is made with: where it is, its language, and what was asked.

use super::language::Language;
use crate::query::{Question, grouped};

/// Where the pages are, and what they are made for.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Scheme, host and path of the root without a slash at the end, as visitors see it; empty if not known.
    pub origin: String,
    /// Path of the root without a slash at the end: empty, or `/search`.
    pub prefix: String,
    /// Names the style sheet and script of this version, so that browsers may keep them.
    pub assets: &'static str,
}

impl Site {
    /// Returns the path of a page, given from the root of the site.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns the whole URL of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// What every page is made with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Where the page is.
    pub site: &'a Site,
    /// In which language.
    pub language: Language,
    /// What is in the search box and which filters are in use.
    pub question: &'a Question,
    /// The page itself with its parameters, from the root of the site, for the switch of languages.
    pub here: &'a str,
}

impl Context<'_> {
    /// Chooses the text of the page's language.
    #[must_use]
    pub fn say<'t>(&self, chinese: &'t str, english: &'t str) -> &'t str {
        self.language.choose(chinese, english)
    }

    /// Returns the path of the search page that asks a question.
    pub(super) fn search(&self, question: &Question) -> String {
        self.site.path(&format!("/{}", question.to_query()))
    }

    /// Says how many items.
    pub(super) fn items(&self, count: usize) -> String {
        let plural = if count == 1 { " item" } else { " items" };
        format!("{}{}", grouped(count), self.say(" 条", plural))
    }
}
