//! What a server says while it runs.

use std::io::Write as _;

use tracing_appender::non_blocking::{NonBlocking, WorkerGuard};

use super::args::LogFormat;
use super::output::Output;
use crate::error::Error;
use crate::text::escape;

/// Messages of the server: notes for people, or lines of the structured log. Nobody reading them keeps nothing waiting.
pub(super) struct Log<'o> {
    format: LogFormat,
    output: &'o Output,
    writer: NonBlocking,
    /// Writes what is left when it is dropped.
    _rest: WorkerGuard,
}

impl<'o> Log<'o> {
    pub(super) fn start(format: LogFormat, output: &'o Output) -> Self {
        let (writer, rest) = tracing_appender::non_blocking(std::io::stderr());
        let builder = tracing_subscriber::fmt().with_writer(writer.clone()).with_target(false);
        match format {
            LogFormat::Text => builder.with_ansi(output.stderr_has_color()).init(),
            LogFormat::Json => builder.json().flatten_event(true).init(),
            LogFormat::None => {}
        }
        Self { format, output, writer, _rest: rest }
    }

    pub(super) fn say(&self, line: &str) {
        match self.format {
            LogFormat::Json => tracing::info!("{line}"),
            LogFormat::Text | LogFormat::None => self.write(&self.output.note_line(line)),
        }
    }

    pub(super) fn error(&self, error: &Error) {
        match self.format {
            LogFormat::Json => tracing::error!("{}", error.one_line()),
            LogFormat::Text | LogFormat::None => self.write(&self.output.error_line(error)),
        }
    }

    /// Returns what writes where a panic was.
    pub(super) fn panics(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let (format, writer) = (self.format, self.writer.clone());
        move |line| match format {
            LogFormat::Json => tracing::error!("{line}"),
            LogFormat::Text | LogFormat::None => {
                let _ = writer.clone().write_all(format!("error: {}\n", escape(line)).as_bytes());
            }
        }
    }

    fn write(&self, line: &str) {
        // As with other notes, it does not matter if nobody reads it.
        let _ = self.writer.clone().write_all(format!("{line}\n").as_bytes());
    }
}
