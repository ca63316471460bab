//! Signals that ask a server to stop: SIGTERM, SIGINT and SIGHUP on Unix, Ctrl-Break and Ctrl-C on Windows.

use std::io;

#[cfg(unix)]
use tokio::signal::unix;
#[cfg(windows)]
use tokio::signal::windows;

use super::status::Status;

/// Listens for signals from the time it is made.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: unix::Signal,
    #[cfg(unix)]
    interrupt: unix::Signal,
    #[cfg(unix)]
    hang_up: unix::Signal,
    #[cfg(windows)]
    terminate: windows::CtrlBreak,
    #[cfg(windows)]
    interrupt: windows::CtrlC,
}

impl Signals {
    /// Begins to listen; needs a runtime.
    #[cfg(unix)]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: unix::signal(unix::SignalKind::terminate())?,
            interrupt: unix::signal(unix::SignalKind::interrupt())?,
            hang_up: unix::signal(unix::SignalKind::hangup())?,
        })
    }

    /// Begins to listen; needs a runtime.
    #[cfg(windows)]
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { terminate: windows::ctrl_break()?, interrupt: windows::ctrl_c()? })
    }

    /// Waits for the first signal. After that, Ctrl-C ends the process at once.
    pub(super) async fn stop(mut self) {
        #[cfg(unix)]
        let hung_up = self.hang_up.recv();
        #[cfg(windows)]
        let hung_up = std::future::pending::<Option<()>>();
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
            // The terminal was closed, or somebody wants it to begin anew.
            _ = hung_up => {}
        }
        tokio::spawn(async move {
            self.interrupt.recv().await;
            std::process::exit(Status::Interrupted as i32);
        });
    }
}
