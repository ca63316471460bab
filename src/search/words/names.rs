//! Everything that knows words of a query by other names.

use super::aliases::ArchiveAliases;
use super::cutter::QueryCutter;
use super::slips::Slips;
use super::spoken::Spoken;
use crate::error::Result;
use crate::query::{OtherName, Synonyms, Thesaurus};
use crate::search::reader::Reader;

/// Returns what cuts the queries of an archive.
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read.
pub(crate) fn query_cutter(reader: &Reader) -> Result<QueryCutter<'_>> {
    let (names, words) = (reader.synonyms(), reader.known_words());
    Ok(QueryCutter { vocabulary: reader.vocabulary()?, names, words })
}

/// The other names of the words of one query.
pub(crate) struct Names<'a> {
    synonyms: &'a Synonyms,
    aliases: ArchiveAliases<'a>,
    spoken: Spoken<'a>,
    slips: Slips<'a>,
}

impl<'a> Names<'a> {
    /// Prepares to name what is in `typed`, the query as it was typed.
    ///
    /// # Errors
    /// [`crate::error::Error::Search`] if the index cannot be read.
    pub(crate) fn of(reader: &'a Reader, typed: &str) -> Result<Self> {
        Ok(Self {
            synonyms: reader.synonyms(),
            aliases: ArchiveAliases::of(reader)?,
            spoken: Spoken::new(reader, typed),
            slips: Slips::new(reader, typed),
        })
    }
}

impl Thesaurus for Names<'_> {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        let mut names = self.synonyms.other_names(atoms);
        names.extend(self.aliases.other_names(atoms));
        // Of a name that is known it is known what it means: weibo is 微博 and not 微波.
        if names.is_empty() {
            names.extend(self.spoken.other_names(atoms));
        }
        names.extend(self.slips.other_names(atoms));
        names
    }
}
