//! The sync that commands begin with: its progress on a terminal, Ctrl-C, and one line about it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::config::Config;
use super::output::Output;
use super::panics::attempt;
use super::status::Status;
use crate::archive::Archive;
use crate::error::Result;
use crate::index::{Progress, SyncOptions, SyncOutcome, sync};
use crate::text::count;

/// Set by Ctrl-C and SIGTERM while an index is built.
static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Returns whether Ctrl-C or SIGTERM came.
pub(super) fn interrupted() -> bool {
    INTERRUPT.load(Ordering::Relaxed)
}

/// Syncs with a progress bar where somebody watches; Ctrl-C leaves the last good index.
pub(super) fn bring_in_step(
    config: &Config,
    archive: &Archive,
    options: &SyncOptions,
    output: &Output,
) -> Result<(SyncOutcome, Duration)> {
    // A second Ctrl-C ends the program at once. Without a handler, Ctrl-C ends it at once.
    let _ = ctrlc::set_handler(|| {
        if INTERRUPT.swap(true, Ordering::Relaxed) {
            std::process::exit(Status::Interrupted as i32);
        }
    });
    let start = Instant::now();
    let bar = Bar::new(output);
    let outcome = attempt(|| sync(&config.index, archive, options, &bar));
    bar.finish();
    Ok((outcome?, start.elapsed()))
}

/// Says what is in the index now.
pub(super) fn summary(outcome: &SyncOutcome, elapsed: Duration) -> String {
    let mut line = format!(
        "{} from {} in {:.1} s, {}",
        count(outcome.items, "item"),
        count(outcome.reports, "report"),
        elapsed.as_secs_f64(),
        count(outcome.diagnostics.len(), "diagnostic"),
    );
    if outcome.changed == 0 && outcome.removed == 0 {
        line.push_str("; nothing changed");
    } else {
        line.push_str(&format!("; {} read", count(outcome.changed, "file")));
        if outcome.unnoticed > 0 {
            line.push_str(&format!(" ({} of the size and time it had)", outcome.unnoticed));
        }
        if outcome.removed > 0 {
            line.push_str(&format!(", {} gone", outcome.removed));
        }
    }
    line
}

struct Bar<'o> {
    output: &'o Output,
    drawn: Mutex<Option<ProgressBar>>,
    items: AtomicUsize,
}

impl<'o> Bar<'o> {
    fn new(output: &'o Output) -> Self {
        Self { output, drawn: Mutex::new(None), items: AtomicUsize::new(0) }
    }

    fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if let Some(bar) = &*self.drawn.lock().unwrap_or_else(PoisonError::into_inner) {
            act(bar);
        }
    }

    fn finish(&self) {
        self.with(ProgressBar::finish_and_clear);
    }
}

impl Progress for Bar<'_> {
    fn begin(&self, files: usize) {
        if !self.output.stderr_is_terminal() {
            return;
        }
        let bar = ProgressBar::with_draw_target(
            Some(files as u64),
            ProgressDrawTarget::stderr_with_hz(10),
        );
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {msg}") {
            bar.set_style(style);
        }
        *self.drawn.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn file_done(&self, items: usize) {
        let items = self.items.fetch_add(items, Ordering::Relaxed) + items;
        self.with(|bar| {
            bar.set_message(format!("{items} items"));
            bar.inc(1);
        });
    }

    fn writing(&self) {
        self.with(|bar| bar.set_message("writing the index"));
    }

    fn note(&self, line: &str) {
        self.output.note(line);
    }

    fn interrupted(&self) -> bool {
        interrupted()
    }
}
