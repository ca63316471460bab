//! Symbolic links of an archive: where they lead, and which of them are not followed.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path};

use ignore::DirEntry;
use same_file::Handle;

use super::names::readable;

/// Says why an entry of a walk is not read, if it is a link that leads out of the real folder `within` or to what is
/// hidden there.
pub(super) fn astray(entry: &DirEntry, within: &Path) -> Option<String> {
    if !entry.path_is_symlink() {
        return None;
    }
    let real = fs::canonicalize(entry.path()).ok();
    let why = match real.as_deref().map(|real| real.strip_prefix(within)) {
        Some(Ok(below)) if !is_hidden(below) => return None,
        Some(Ok(_)) => "which is hidden",
        _ => "outside of the folder of its source",
    };
    // As it is written: where that is on this machine is nobody's business who reads the index.
    let written = fs::read_link(entry.path()).unwrap_or_default();
    let place = readable(written.as_os_str());
    Some(format!(
        "a link to `{place}`, {why}; not followed (`follow_links = true` in baoku.toml follows it)"
    ))
}

/// Says of a link that what it leads to is missing; `None` for everything else.
pub(super) fn nowhere(path: &Path) -> Option<String> {
    let is_missing =
        matches!(fs::metadata(path), Err(error) if error.kind() == io::ErrorKind::NotFound);
    let written = fs::read_link(path).ok().filter(|_| is_missing)?;
    Some(format!("a link to `{}`, which is missing", readable(written.as_os_str())))
}

fn is_hidden(below: &Path) -> bool {
    below.components().any(|part| match part {
        Component::Normal(name) => name.as_encoded_bytes().starts_with(b"."),
        _ => false,
    })
}

/// Opens a file that lies in the real folder `within` once all links are followed, or anywhere.
///
/// # Errors
/// Those of the system; what is opened is not a file, or lies elsewhere. It may have become so since it was looked at.
pub(super) fn open(path: &Path, within: Option<&Path>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        // A pipe would wait for somebody to write into it.
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.read(true).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("not a file"));
    }
    if let Some(within) = within {
        // Asked after opening, of the file that was opened: a link may be switched at any time.
        let real = fs::canonicalize(path)?;
        let is_it = Handle::from_path(&real)? == Handle::from_file(file.try_clone()?)?;
        if !is_it || !real.starts_with(within) {
            return Err(io::Error::other("outside of the folder that it belongs to"));
        }
    }
    Ok(file)
}
