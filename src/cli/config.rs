//! Where the archive and its index are: options, environment, `baoku.toml` found upwards, defaults; in this order.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::args::Global;
use crate::corpus::SourceRoot;
use crate::error::{Error, Result};
use crate::index::Archive;

/// Name of the configuration file.
const FILE: &str = "baoku.toml";
/// Archive and index without any configuration, in the current folder.
const DEFAULT_ARCHIVE: &str = "corpus";
const DEFAULT_INDEX: &str = "index";

/// `baoku.toml`; paths are relative to the folder it lies in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    archive: Option<PathBuf>,
    index: Option<PathBuf>,
    #[serde(default)]
    sync: bool,
}

/// What a command works on.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// Folder of reports, absolute where it exists.
    pub(super) archive: PathBuf,
    /// Folder of the index, absolute.
    pub(super) index: PathBuf,
    /// Whether somebody named the index and left the archive to the index.
    pub(super) index_decides: bool,
    /// Whether searches bring the index in step first.
    pub(super) sync: bool,
}

impl Config {
    /// Puts together options, environment, file and defaults.
    pub(super) fn load(global: &Global) -> Result<Self> {
        let current = env::current_dir().map_err(|source| Error::Io {
            what: "cannot tell the current folder".to_owned(),
            source,
        })?;
        let found = find_upwards(&current);
        let (file, base) = match &found {
            Some(path) => (read(path)?, path.parent().unwrap_or(&current).to_path_buf()),
            None => (File::default(), current.clone()),
        };
        // A file's own place is where its defaults are; without a file that is the current folder.
        let default_archive =
            base.join(file.archive.as_deref().unwrap_or(Path::new(DEFAULT_ARCHIVE)));
        let default_index = base.join(file.index.as_deref().unwrap_or(Path::new(DEFAULT_INDEX)));
        let archive = absolute(
            &global.archive.as_ref().map_or(default_archive.clone(), |given| current.join(given)),
        );
        let index = match &global.index {
            Some(given) => absolute(&current.join(given)),
            None if archive == absolute(&default_archive) => absolute(&default_index),
            None => cached_index(&archive)?,
        };
        let index_decides = global.index.is_some() && global.archive.is_none();
        Ok(Self { archive, index, index_decides, sync: file.sync })
    }

    /// Returns the archive as one source, or the given paths as one source each.
    pub(super) fn archive_of(&self, paths: &[PathBuf]) -> Archive {
        if paths.is_empty() {
            return Archive { roots: vec![root(&self.archive)] };
        }
        let mut roots: Vec<SourceRoot> = Vec::new();
        for path in paths {
            let mut root = root(&absolute(path));
            if roots.iter().any(|known| known.path == root.path) {
                continue;
            }
            let own = root.name.clone();
            let mut number = 2;
            while roots.iter().any(|known| known.name == root.name) {
                root.name = format!("{own}-{number}");
                number += 1;
            }
            roots.push(root);
        }
        Archive { roots }
    }
}

fn root(path: &Path) -> SourceRoot {
    let name = path.file_stem().filter(|_| path.is_file()).or(path.file_name());
    let name =
        name.map_or_else(|| "archive".to_owned(), |name| name.to_string_lossy().into_owned());
    SourceRoot { name, path: path.to_path_buf() }
}

/// Resolves a path as far as it exists, so that one place has one name.
fn absolute(path: &Path) -> PathBuf {
    if let Ok(resolved) = fs::canonicalize(path) {
        return resolved;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => absolute(parent).join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}

/// Returns the place in the user's cache folder for the index of an archive: its name and a hash of its path.
fn cached_index(archive: &Path) -> Result<PathBuf> {
    let cache = dirs::cache_dir().ok_or_else(|| Error::Config {
        path: archive.to_path_buf(),
        reason: "there is no cache folder for its index; name one with --index DIR".to_owned(),
    })?;
    let hash = blake3::hash(archive.as_os_str().as_encoded_bytes()).to_hex();
    let name = archive
        .file_name()
        .map_or_else(|| "archive".to_owned(), |name| name.to_string_lossy().into_owned());
    Ok(cache.join("baoku").join(format!("{name}-{}", &hash[..12])))
}

fn find_upwards(from: &Path) -> Option<PathBuf> {
    from.ancestors().map(|folder| folder.join(FILE)).find(|file| file.is_file())
}

fn read(path: &Path) -> Result<File> {
    let wrong = |reason: String| Error::Config { path: path.to_path_buf(), reason };
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    toml::from_str(&text).map_err(|error| wrong(error.to_string().trim().replace('\n', " ")))
}
