//! The sync that commands begin with: its progress on a terminal, Ctrl-C, and one line about it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::config::Config;
use super::output::Output;
use super::panics::attempt;
use super::status::Status;
use crate::archive::Archive;
use crate::error::{Error, Result};
use crate::index::{Progress, Steps, SyncOptions, SyncOutcome, Trust, merge, sync};
use crate::text::count;

/// How long a sync may go on after Ctrl-C. It looks for it between files; one large file or one merge can take longer, and
/// is left behind then.
const GRACE: Duration = Duration::from_millis(400);
/// How often Ctrl-C is looked for.
const GLANCE: Duration = Duration::from_millis(50);

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
    let call = |options: &SyncOptions| {
        let (dir, archive, options) = (config.index.clone(), archive.clone(), options.clone());
        watched(output, move |bar| sync(&dir, &archive, &options, bar))
    };
    let mut outcome = call(options)?;
    let elapsed = start.elapsed();
    if outcome.changed == 0 && outcome.removed == 0 {
        return Ok((outcome, elapsed));
    }
    let (dir, archive, own) = (config.index.clone(), archive.clone(), options.clone());
    match watched(output, move |bar| merge(&dir, &archive, &own, bar)) {
        // The index is in step already.
        Ok(_) | Err(Error::Interrupted) => Ok((outcome, elapsed)),
        // What was to be copied is damaged: it is built again.
        Err(Error::IndexDamaged { .. }) => {
            outcome = call(&SyncOptions { trust: Trust::Checksums, ..options.clone() })?;
            Ok((outcome, start.elapsed()))
        }
        Err(error) => {
            let why = error.one_line();
            output.note(&format!("all is found, but segments could not be merged: {why}"));
            Ok((outcome, elapsed))
        }
    }
}

/// Lets a thread write the index under the eyes of whoever waits for it.
fn watched<T: Send + 'static>(
    output: &Output,
    write: impl FnOnce(&Bar) -> Result<T> + Send + 'static,
) -> Result<T> {
    let bar = Arc::new(Bar::new(output.clone()));
    let (sender, receiver) = channel();
    let own = Arc::clone(&bar);
    thread::spawn(move || {
        // Nobody waits for what was given up.
        let _ = sender.send(attempt(|| write(&own)));
    });
    let outcome = outcome(&receiver, &bar);
    bar.finish();
    outcome
}

/// Waits for what writes; gives it up if it does not end soon after Ctrl-C and has not begun to publish.
fn outcome<T>(receiver: &Receiver<Result<T>>, bar: &Bar) -> Result<T> {
    let mut since = None;
    loop {
        match receiver.recv_timeout(GLANCE) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Disconnected) => {
                return Err(Error::Internal { what: "a sync has ended without a word".to_owned() });
            }
            Err(RecvTimeoutError::Timeout) if interrupted() => {
                let since = since.get_or_insert_with(Instant::now);
                if since.elapsed() >= GRACE && bar.decide() {
                    return Err(Error::Interrupted);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
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

struct Bar {
    output: Output,
    drawn: Mutex<Option<ProgressBar>>,
    steps: Steps,
    items: AtomicUsize,
    /// Set by whichever comes first: that the sync publishes, or that it is given up.
    decided: AtomicBool,
}

impl Bar {
    fn new(output: Output) -> Self {
        Self {
            output,
            drawn: Mutex::new(None),
            steps: Steps::default(),
            items: AtomicUsize::new(0),
            decided: AtomicBool::new(false),
        }
    }

    /// Returns whether the caller is the one who decides what becomes of the sync.
    fn decide(&self) -> bool {
        !self.decided.swap(true, Ordering::Relaxed)
    }

    fn with(&self, act: impl FnOnce(&ProgressBar)) {
        if let Some(bar) = &*self.drawn.lock().unwrap_or_else(PoisonError::into_inner) {
            act(bar);
        }
    }

    /// Draws how far the sync is: in files, how many a second, and how long it takes yet.
    fn draw(&self) {
        self.with(|bar| {
            let (taken, all) = self.steps.taken();
            let (files, of) = self.steps.files();
            let items = self.items.load(Ordering::Relaxed);
            let rate = files as u128 * 1000 / bar.elapsed().as_millis().max(100);
            bar.set_length(all as u64);
            bar.set_position(taken as u64);
            bar.set_message(format!("{files}/{of} files, {rate} a second, {items} items"));
        });
    }

    fn finish(&self) {
        self.with(ProgressBar::finish_and_clear);
    }
}

impl Progress for Bar {
    fn begin(&self, files: usize) {
        self.steps.begin(files);
        if !self.output.stderr_is_terminal() {
            return;
        }
        let bar = ProgressBar::with_draw_target(
            Some(self.steps.taken().1 as u64),
            ProgressDrawTarget::stderr_with_hz(10),
        );
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}, {eta} left") {
            bar.set_style(style);
        }
        *self.drawn.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar);
    }

    fn file_read(&self) {
        self.steps.file_read();
        self.draw();
    }

    fn file_done(&self, items: usize) {
        self.items.fetch_add(items, Ordering::Relaxed);
        self.steps.file_done();
        self.draw();
    }

    fn writing(&self) {
        self.with(|bar| {
            // Nobody knows how long that takes.
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {msg}") {
                bar.set_style(style);
            }
            bar.set_message("writing the index");
        });
    }

    fn note(&self, line: &str) {
        self.output.note(line);
    }

    fn interrupted(&self) -> bool {
        interrupted()
    }

    fn may_publish(&self) -> bool {
        !interrupted() && self.decide()
    }
}
