//! Standard output and error, and what the terminal behind them can show.

use std::io::{self, IsTerminal as _, Write as _};

use anstream::ColorChoice;

use super::args::When;
use crate::error::{Error, Result};
use crate::render::terminal::Look;
use crate::text::escape;

/// Width of a terminal that does not say.
const DEFAULT_COLUMNS: usize = 80;

/// Where a command writes.
#[derive(Clone, Debug)]
pub(super) struct Output {
    color: When,
}

impl Output {
    pub(super) fn new(color: When) -> Self {
        Self { color }
    }

    /// Returns what standard output can show.
    pub(super) fn look(&self) -> Look {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let color = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => anstream::AutoStream::choice(&stdout) != ColorChoice::Never,
        };
        Look {
            color,
            links: terminal
                && color
                && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
            columns: columns_from_environment().or_else(|| terminal.then(terminal_columns)),
        }
    }

    /// Writes text as it is, where it is not a terminal that reads it: for formats that programs read, and for all that
    /// no renderer has made harmless.
    pub(super) fn print_exact(&self, text: &str) -> Result<()> {
        if io::stdout().is_terminal() { self.print(&escape(text)) } else { self.print(text) }
    }

    /// Writes harmless text to standard output. It is not an error if the reader has gone away.
    pub(super) fn print(&self, text: &str) -> Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::Io { what: "cannot write the output".to_owned(), source: error })
            }
            _ => Ok(()),
        }
    }

    /// Returns whether standard error is a terminal.
    pub(super) fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Returns whether colours may be written to standard error.
    pub(super) fn stderr_has_color(&self) -> bool {
        match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => anstream::AutoStream::choice(&io::stderr()) != ColorChoice::Never,
        }
    }

    /// Writes a line to standard error; it is not an error if nobody reads it.
    pub(super) fn note(&self, line: &str) {
        // Names of files are as hostile as what is in them.
        let _ = writeln!(io::stderr().lock(), "{}", self.note_line(line));
    }

    /// Returns the line that [`Output::note`] writes.
    pub(super) fn note_line(&self, line: &str) -> String {
        format!("baoku: {}", escape(line))
    }

    /// Returns the line that [`Output::error`] writes.
    pub(super) fn error_line(&self, error: &Error) -> String {
        let label = if self.stderr_has_color() { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
        format!("{label} {}", escape(&error.one_line()).replace('\n', " "))
    }

    /// Writes an error with its causes as one line.
    pub(super) fn error(&self, error: &Error) {
        let _ = writeln!(io::stderr().lock(), "{}", self.error_line(error));
    }
}

/// `COLUMNS` set by hand wins even for a pipe: it is how tests and pagers ask for a width.
fn columns_from_environment() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|columns| *columns > 0)
}

fn terminal_columns() -> usize {
    terminal_size::terminal_size().map_or(DEFAULT_COLUMNS, |(width, _)| usize::from(width.0))
}

/// Writes what the parser of arguments has to say: help and version to standard output, errors to standard error. It is
/// not an error if nobody reads it.
pub(super) fn print_usage(error: &clap::Error) {
    let plain = error.render().to_string();
    let harmless = escape(&plain);
    let _ = if harmless == plain {
        error.print()
    } else {
        // It quotes an argument that could disturb the terminal: better without colours.
        io::stderr().lock().write_all(harmless.as_bytes())
    };
}
