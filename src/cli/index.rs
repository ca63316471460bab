//! `baoku index`.

use std::cmp::Reverse;
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
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::index::{Comparison, SyncOptions, SyncOutcome, Trust};
use crate::render::findings::{self, Detail, Finding};
use crate::render::terminal::Look;
use crate::text::count;

/// Lines about what was noticed that are printed without `--verbose`.
const FEW_LINES: usize = 5;

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
        encoder: None,
    };
    if let Some(wrong) = config.wrong_words() {
        output.note(&wrong);
    }
    let (outcome, elapsed) = bring_in_step(config, &archive, &options, output)?;
    say_noticed(&archive, &outcome, args.verbose, output);
    output.print(&(summary(&outcome, elapsed) + "\n"))?;
    if args.watch || args.poll.is_some() {
        follow(args, config, &archive, &options, output)?;
    }
    Ok(Status::Found)
}

/// Says what was noticed, the worst first: many of one kind in a line, and not more than a few lines, unless each is wanted.
fn say_noticed(archive: &Archive, outcome: &SyncOutcome, all: bool, output: &Output) {
    let one = |(source, found): &(String, Diagnostic)| {
        let is_of_one = archive.sources.len() < 2 || source.is_empty();
        let shown = (!is_of_one).then(|| format!("{source}/{}", found.path));
        Finding::new(found.clone(), source.clone(), shown)
    };
    let mut findings: Vec<Finding> = outcome.diagnostics.iter().map(one).collect();
    findings.sort_by_key(|finding| Reverse(finding.severity));
    let (detail, most) =
        if all { (Detail::Everything, usize::MAX) } else { (Detail::Notes, FEW_LINES) };
    let lines = findings::lines(&findings, detail, Look::PLAIN);
    for (_, line) in lines.iter().take(most) {
        output.note(line);
    }
    let left: usize = lines.iter().skip(most).map(|(findings, _)| findings).sum();
    if left > 0 {
        output.note(&format!("{left} more; `baoku index --verbose` prints all"));
    }
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
