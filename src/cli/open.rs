//! Which index a command asks, and what there is to do before it can be asked.

use std::sync::Arc;

use super::config::Config;
use super::output::Output;
use super::sync::{bring_in_step, summary};
use super::threads::Threads;
use crate::error::{Error, Result};
use crate::index::{Behind, Belonging, Snapshot, SyncOptions, Trust};
use crate::search::Reader;

/// Bytes of a file of the index that is read whole before the shell answers. Damaged columns and lengths give another order
/// without a word; of twenty thousand items they are half a megabyte, read in a tenth of a millisecond. Reading all of such
/// an index made a cold search half as slow again.
const CHECKED: u64 = 1 << 20;

/// What there is before a command.
pub(super) enum Existing {
    /// An index of this archive, read as it is configured.
    Usable(Box<Snapshot>),
    /// Nothing that can be used; why, if that is worth a line that the sync does not write itself.
    ToBuild(Option<String>),
}

impl Existing {
    /// Returns why there is something to build, if that is worth a line.
    #[cfg(feature = "serve")]
    pub(super) fn why_to_build(self) -> Option<String> {
        match self {
            Self::Usable(_) => None,
            Self::ToBuild(why) => why,
        }
    }
}

/// Looks at the index, and whether it is of this archive.
pub(super) fn existing(config: &Config) -> Result<Existing> {
    let snapshot = match Snapshot::open(&config.index) {
        Ok(snapshot) => snapshot,
        Err(Error::NoIndex { .. }) => {
            let archive = config.archive.display();
            return Ok(Existing::ToBuild(Some(format!(
                "no index yet; building one from {archive}"
            ))));
        }
        // The sync says what is wrong with the index and builds it again.
        Err(Error::IndexVersion { .. }) if config.archive.exists() => {
            return Ok(Existing::ToBuild(None));
        }
        Err(Error::IndexDamaged { .. }) if config.may_rebuild() => {
            return Ok(Existing::ToBuild(None));
        }
        Err(error) => return Err(error),
    };
    if config.index_decides || !config.archive.exists() {
        return Ok(Existing::Usable(Box::new(snapshot)));
    }
    match snapshot.head().belonging(&config.index, &config.archive_of(&[])) {
        Belonging::Same | Belonging::Below => Ok(Existing::Usable(Box::new(snapshot))),
        // The index in place answers for what is gone.
        Belonging::Sources | Belonging::Words => Ok(Existing::ToBuild(None)),
        Belonging::Other => Err(snapshot.head().belongs_elsewhere(&config.index)),
    }
}

/// Opens the index; builds it first if there is none or if this program cannot use it, and brings it in step first if
/// `baoku.toml` says so.
pub(super) fn open(config: &Config, output: &Output) -> Result<Snapshot> {
    let snapshot = open_unchecked(config, output)?;
    check(&snapshot)?;
    Ok(snapshot)
}

/// Opens the index as [`open`] does, for who calls [`check`] before anything of it is shown.
pub(super) fn open_unchecked(config: &Config, output: &Output) -> Result<Snapshot> {
    if config.sync {
        return match synced(config, output) {
            Err(error @ (Error::IndexWrite { .. } | Error::IndexLocked { .. })) => {
                last_good(config, output, error)
            }
            outcome => outcome,
        };
    }
    match existing(config)? {
        Existing::Usable(snapshot) => Ok(*snapshot),
        Existing::ToBuild(why) => {
            if let Some(why) = why {
                output.note(&why);
            }
            synced(config, output)
        }
    }
}

/// Opens what is there, where it could not be brought in step.
fn last_good(config: &Config, output: &Output, error: Error) -> Result<Snapshot> {
    match existing(config) {
        Ok(Existing::Usable(snapshot)) => {
            output.note(&format!("this is how it was: {}", error.one_line()));
            Ok(*snapshot)
        }
        _ => Err(error),
    }
}

/// Builds an index again that is damaged, and says so.
pub(super) fn rebuilt(config: &Config, output: &Output) -> Result<Snapshot> {
    bring(config, output, &SyncOptions { trust: Trust::Checksums, ..SyncOptions::default() })
}

/// Brings the index in step and opens it.
pub(super) fn synced(config: &Config, output: &Output) -> Result<Snapshot> {
    bring(config, output, &SyncOptions::default())
}

fn bring(config: &Config, output: &Output, options: &SyncOptions) -> Result<Snapshot> {
    let archive = config.archive_of(&[]);
    let (outcome, elapsed) = bring_in_step(config, &archive, options, output)?;
    if outcome.changed > 0 || outcome.removed > 0 {
        output.note(&summary(&outcome, elapsed));
    }
    Snapshot::open(&config.index)
}

/// Checks that the small files of an index are as they were written, so that their damage never shows as a wrong answer.
pub(super) fn check(snapshot: &Snapshot) -> Result<()> {
    snapshot.verify_small(CHECKED)
}

/// Opens an index and reads all of it; again where a writer has published another state meanwhile.
pub(super) fn verified(config: &Config) -> Result<Snapshot> {
    loop {
        let snapshot = Snapshot::open(&config.index)?;
        match snapshot.verify(None) {
            Err(_) if !snapshot.is_current() => {}
            outcome => return outcome.map(|()| snapshot),
        }
    }
}

/// Makes a reader with the lists of the configuration.
pub(super) fn reader(snapshot: Snapshot, config: &Config) -> Result<Reader> {
    let reader = Reader::new(snapshot).with_synonyms(config.synonyms()?);
    let reader = reader.with_own_words(&config.dictionary.text);
    let reader = reader.with_side_by_side(Arc::new(Threads::new()));
    Ok(if config.aliases { reader } else { reader.without_aliases() })
}

/// Says how far an index is behind its files, as far as `may_go_on` lets them be compared; `None` if it is in step.
pub(super) fn behind(snapshot: &Snapshot, may_go_on: &dyn Fn() -> bool) -> Option<Distance> {
    let Behind { changed, left } = snapshot.behind(may_go_on)?;
    let what = match changed {
        0 if left == 0 => return None,
        0 => return Some(Distance::Unknown),
        1 => "file or folder has",
        _ => "files or folders have",
    };
    let at_least = if left == 0 { "" } else { "at least " };
    Some(Distance::Known(format!("{at_least}{changed} {what} changed since the index was built")))
}

/// How far an index is behind its files.
pub(super) enum Distance {
    /// A sentence about it.
    Known(String),
    /// There was no time to compare all files, and those that were compared have not changed.
    Unknown,
}
