//! `baoku index`.

use std::time::{Duration, Instant};

use super::args;
use super::config::Config;
use super::open::verified;
use super::output::Output;
use super::status::Status;
use super::sync::{bring_in_step, interrupted, summary};
use super::trouble::{Trouble, WELL_AGAIN};
use super::watch::{Means, Seen, Watcher};
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::{Comparison, SyncOptions, Trust};
use crate::text::count;

/// Diagnostics printed without `--verbose`.
const FEW_DIAGNOSTICS: usize = 5;

pub(super) fn run(args: &args::Index, config: &Config, output: &Output) -> Result<Status> {
    if args.check {
        return check(config, output);
    }
    let archive = config.archive_of(&args.paths);
    let options = SyncOptions {
        rebuild: args.rebuild,
        trust: if args.verify { Trust::Checksums } else { Trust::Times },
        comparison: if args.verify { Comparison::Contents } else { Comparison::SizesAndTimes },
        replace: args.replace,
        threads: args.threads,
        patience: Duration::from_secs(args.wait),
    };
    if let Some(wrong) = config.wrong_words() {
        output.note(&wrong);
    }
    let (outcome, elapsed) = bring_in_step(config, &archive, &options, output)?;
    let shown = if args.verbose { usize::MAX } else { FEW_DIAGNOSTICS };
    for diagnostic in outcome.diagnostics.iter().take(shown) {
        output.note(&diagnostic.to_string());
    }
    if outcome.diagnostics.len() > shown {
        output.note(&format!(
            "{} more; `baoku index --verbose` prints all",
            outcome.diagnostics.len() - shown
        ));
    }
    output.print(&(summary(&outcome, elapsed) + "\n"))?;
    if args.watch || args.poll.is_some() {
        follow(args, config, &archive, &options, output)?;
    }
    Ok(Status::Found)
}

/// Reads all of the index and says whether it is as it was written.
fn check(config: &Config, output: &Output) -> Result<Status> {
    let snapshot = verified(config)?;
    let (files, bytes) = snapshot.size();
    output.print(&format!(
        "{} is as it was written: {}, {bytes} bytes\n",
        config.index.display(),
        count(files, "file")
    ))?;
    Ok(Status::Found)
}

/// Brings the index in step whenever a file changes, until Ctrl-C.
fn follow(
    args: &args::Index,
    config: &Config,
    archive: &Archive,
    options: &SyncOptions,
    output: &Output,
) -> Result<()> {
    let say = |line: &str| output.note(line);
    let mut watcher = Watcher::new(archive.clone(), &config.index, Means::of(args.poll), &say);
    output.note("following the files; Ctrl-C stops");
    // What changed between the first sync and the first event.
    let mut pending = true;
    let mut trouble = Trouble::default();
    let again = SyncOptions {
        rebuild: false,
        trust: Trust::Lengths,
        comparison: Comparison::SizesAndTimes,
        ..options.clone()
    };
    while !interrupted() {
        if std::mem::take(&mut pending) {
            match bring_in_step(config, archive, &again, output) {
                Ok((outcome, elapsed)) => {
                    if trouble.succeeded() {
                        output.note(WELL_AGAIN);
                    }
                    if outcome.changed > 0 || outcome.removed > 0 {
                        output.print(&(summary(&outcome, elapsed) + "\n"))?;
                    }
                }
                Err(Error::Interrupted) => return Ok(()),
                // The folder may come back, the disk may be emptied: it is tried again.
                Err(error) if trouble.failed(&error.one_line(), Instant::now()) => {
                    output.error(&error);
                }
                Err(_) => {}
            }
        }
        pending = watcher.look(&say) == Seen::Change || trouble.is_due(Instant::now());
    }
    Ok(())
}
