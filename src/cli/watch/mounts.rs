//! Whether file systems were mounted or taken away: what is mounted again looks as before, but is no longer followed.

/// The table of what is mounted; `None` where the system has none to wait on.
#[cfg(target_os = "linux")]
pub(super) struct Mounts(Option<linux::Table>);

#[cfg(target_os = "linux")]
impl Mounts {
    /// Looks at the table from now on.
    pub(super) fn new() -> Self {
        Self(linux::Table::open().ok())
    }

    /// Returns whether the table has changed since the last time.
    pub(super) fn have_changed(&mut self) -> bool {
        self.0.as_mut().is_some_and(linux::Table::has_changed)
    }
}

/// No table of what is mounted: this system has none to wait on.
#[cfg(not(target_os = "linux"))]
pub(super) struct Mounts;

#[cfg(not(target_os = "linux"))]
impl Mounts {
    /// Looks at nothing.
    pub(super) fn new() -> Self {
        Self
    }

    /// Returns `false`.
    pub(super) fn have_changed(&mut self) -> bool {
        false
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::time::Duration;

    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};

    /// See proc_pid_mounts(5): the table is ready, as something urgent, when it has changed.
    pub(super) struct Table {
        poll: Poll,
        _file: File,
    }

    impl Table {
        pub(super) fn open() -> io::Result<Self> {
            let file = File::open("/proc/self/mountinfo")?;
            let poll = Poll::new()?;
            let fd = file.as_raw_fd();
            poll.registry().register(&mut SourceFd(&fd), Token(0), Interest::PRIORITY)?;
            Ok(Self { poll, _file: file })
        }

        pub(super) fn has_changed(&mut self) -> bool {
            let mut events = Events::with_capacity(1);
            self.poll.poll(&mut events, Some(Duration::ZERO)).is_ok() && !events.is_empty()
        }
    }
}
