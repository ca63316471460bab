//! When files were last changed, by the clock of their file system: one that shows no change since it was summed needs
//! not be read again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use super::sum::{Flaw, Sums};
use crate::corpus::changed_nanos;

/// A file whose last change is older keeps the time of it only until it changes again: FAT counts in 2 seconds, and the
/// clock of files lags some milliseconds behind.
const SETTLING: Duration = Duration::from_millis(2_500);

/// When the content or status of files had changed, nanoseconds since 1970, by their names. One whose time says too
/// little is not among them.
pub(super) type Times = BTreeMap<String, u128>;

/// Returns what is so old now that whatever changes later has another time, nanoseconds since 1970.
pub(super) fn settled() -> u128 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    now.saturating_sub(SETTLING).as_nanos()
}

/// Returns the times of files in a folder.
pub(super) fn times_of<'n>(dir: &Path, names: impl Iterator<Item = &'n String>) -> Times {
    let settled = settled();
    let time = |name: &'n String| {
        let changed = changed_nanos(&fs::metadata(dir.join(name)).ok()?)?;
        (changed <= settled).then(|| (name.clone(), changed))
    };
    names.filter_map(time).collect()
}

/// Checks the lengths of files, and the sums of those that show a change since they were `known` to have them. Returns
/// the times by which they are known from now on.
pub(super) fn verify_changed(dir: &Path, files: &Sums, known: &Times) -> Result<Times, Flaw> {
    // Before they are read: what changes meanwhile will show it.
    let times = times_of(dir, files.keys());
    for (name, sum) in files {
        let path = dir.join(name);
        let time = times.get(name);
        let checked = match known.get(name) {
            known @ Some(_) if known == time => sum.check_length(&path),
            _ => sum.check(&path),
        };
        checked.map_err(|flaw| flaw.of(name))?;
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::sum::Sum;

    #[cfg(unix)]
    #[test]
    fn a_file_is_read_again_when_it_shows_a_change() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        fs::write(&path, "1").unwrap();
        let files = Sums::from([("a".to_owned(), Sum::of(b"1"))]);
        let wrong = Sums::from([("a".to_owned(), Sum::of(b"2"))]);
        assert_eq!(verify_changed(dir.path(), &files, &Times::new()).unwrap(), Times::new());
        let changed = changed_nanos(&fs::metadata(&path).unwrap()).unwrap();
        while settled() < changed {
            std::thread::sleep(Duration::from_millis(50));
        }
        let known = verify_changed(dir.path(), &files, &Times::new()).unwrap();
        assert_eq!(known, Times::from([("a".to_owned(), changed)]));
        // Nobody looks into it.
        verify_changed(dir.path(), &wrong, &known).unwrap();
        fs::write(&path, "3").unwrap();
        assert!(verify_changed(dir.path(), &files, &known).is_err());
        fs::write(&path, "11").unwrap();
        assert!(verify_changed(dir.path(), &files, &known).is_err());
        fs::remove_file(&path).unwrap();
        assert!(verify_changed(dir.path(), &files, &known).is_err());
    }
}
