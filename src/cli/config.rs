//! Where the archive and its index are: options, environment, `baoku.toml` found upwards, defaults; in this order.

use std::env;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::args::Global;
use crate::address::Redirect;
use crate::analysis::read_words;
use crate::archive::{Archive, Source};
use crate::corpus::{Links, SourceRoot, read_text};
use crate::error::{Error, Result};
use crate::query::{SHIPPED_SYNONYMS, Synonyms};
use crate::report::{Every, Layout, ParseOptions, Schedule};

/// Name of the configuration file.
pub(super) const FILE: &str = "baoku.toml";
/// Archive and index without any configuration, in the current folder.
const DEFAULT_ARCHIVE: &str = "corpus";
const DEFAULT_INDEX: &str = "index";

/// Lists that are used where they lie beside the configuration, or in the current folder without one.
const DICTIONARY: &str = "dict.txt";
const SYNONYMS: &str = "synonyms.txt";

/// `baoku.toml`; paths are relative to the folder it lies in.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    archive: Option<PathBuf>,
    index: Option<PathBuf>,
    #[serde(default)]
    sync: bool,
    dictionary: Option<PathBuf>,
    synonyms: Option<PathBuf>,
    shipped_synonyms: Option<bool>,
    aliases: Option<bool>,
    #[serde(default)]
    source: Vec<FileSource>,
}

/// A list of the user's: words of the dictionary, or synonyms.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// Where it is, if there is one.
    pub(super) path: Option<PathBuf>,
    /// What it holds.
    pub(super) text: String,
}

impl List {
    /// Reads the list a configuration names; without a name, the one of the usual name, if it is there.
    fn read(base: &Path, named: Option<&Path>, usual: &str) -> Result<Self> {
        let path = base.join(named.unwrap_or(Path::new(usual)));
        if named.is_none() && !path.is_file() {
            return Ok(Self::default());
        }
        // One that is named may lie anywhere; one that is found may not lead out of where it was found.
        let within = named.is_none().then(|| absolute(base));
        let text = read_text(&path, within.as_deref()).map_err(|error| Error::Config {
            path: path.clone(),
            reason: match named {
                Some(_) => error.to_string(),
                None => format!("{error}; name the list that is meant in {FILE}"),
            },
        })?;
        Ok(Self { path: Some(absolute(&path)), text })
    }
}

/// One `[[source]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSource {
    name: Option<String>,
    path: PathBuf,
    shape: Option<Layout>,
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    sections: Vec<String>,
    #[serde(default)]
    skip_sections: Vec<String>,
    #[serde(default)]
    redirects: Vec<Redirect>,
    base_url: Option<String>,
    first: Option<FirstIssue>,
    every: Option<Every>,
    #[serde(default)]
    follow_links: bool,
}

/// `first = { issue = 1, date = "2016-05-28" }`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstIssue {
    issue: u32,
    date: Day,
}

/// A day in quotes or as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Day {
    Quoted(String),
    Plain(toml::value::Datetime),
}

impl FileSource {
    /// Returns when its issues appear.
    fn schedule(&self) -> std::result::Result<Option<Schedule>, String> {
        let Some(first) = &self.first else {
            return match self.every {
                Some(_) => Err("`every` needs to know one issue and its day: add \
                                `first = { issue = 1, date = \"2024-02-22\" }`"
                    .to_owned()),
                None => Ok(None),
            };
        };
        let written = match &first.date {
            Day::Quoted(text) => text.clone(),
            Day::Plain(date) => date.to_string(),
        };
        let date = written.parse().map_err(|_| {
            format!("`{written}` is not a day; write `first.date` like \"2024-02-22\"")
        })?;
        Ok(Some(Schedule { issue: first.issue, date, every: self.every }))
    }
}

/// The configuration file that counts.
struct Found {
    file: File,
    /// Where it is; `None` if there is none.
    path: Option<PathBuf>,
    /// Folder that its paths are relative to.
    base: PathBuf,
    /// Whether it lies in the folder that was named as the archive.
    is_of_archive: bool,
}

impl Found {
    /// Looks into the archive that was named, then into the current folder and those above it.
    fn of(global: &Global, current: &Path) -> Result<Self> {
        let own = global.archive.as_ref().map(|given| current.join(given).join(FILE));
        let own = own.filter(|file| file.is_file());
        let is_of_archive = own.is_some();
        let upwards = || current.ancestors().map(|folder| folder.join(FILE)).find(|f| f.is_file());
        let path = own.or_else(upwards);
        let base = path.as_deref().and_then(Path::parent).unwrap_or(current).to_path_buf();
        let file = path.as_deref().map(read).transpose()?.unwrap_or_default();
        Ok(Self { file, path, base, is_of_archive })
    }
}

/// What a command works on.
#[expect(clippy::struct_excessive_bools, reason = "switches of a configuration")]
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// Folder of reports, as [`lasting`] makes it; with sources of `baoku.toml`, the folder that file lies in.
    pub(super) archive: PathBuf,
    /// The sources of the archive.
    sources: Vec<Source>,
    /// Folder of the index, absolute.
    pub(super) index: PathBuf,
    /// Whether somebody named the index and left the archive to the index.
    pub(super) index_decides: bool,
    /// Whether searches bring the index in step first.
    pub(super) sync: bool,
    /// Words added to the dictionary.
    pub(super) dictionary: List,
    /// Synonyms added to those shipped.
    pub(super) synonyms: List,
    /// Whether the shipped synonyms are used.
    pub(super) shipped_synonyms: bool,
    /// Whether names are used that the archive explains by others.
    pub(super) aliases: bool,
}

impl Config {
    /// Puts together options, environment, file and defaults.
    pub(super) fn load(global: &Global) -> Result<Self> {
        let current = env::current_dir().map_err(Error::io("cannot find the current folder"))?;
        let found = Found::of(global, &current)?;
        let (file, base) = (found.file, found.base);
        let default_archive = lasting(&match &file.archive {
            Some(archive) => base.join(archive),
            // A file's own place is where its defaults are; without a file that is the current folder.
            None if found.is_of_archive || !file.source.is_empty() => base.clone(),
            None => base.join(DEFAULT_ARCHIVE),
        });
        let named = global.archive.as_ref().filter(|_| !found.is_of_archive);
        let named = named.map(|given| lasting(&current.join(given)));
        let archive = named.clone().unwrap_or_else(|| default_archive.clone());
        let sources = match &found.path {
            Some(path) if named.is_none() && !file.source.is_empty() => {
                sources(path, &base, file.source)?
            }
            _ => vec![root(&archive).into()],
        };
        let index = match &global.index {
            Some(given) => absolute(&current.join(given)),
            None if archive == default_archive => {
                absolute(&base.join(file.index.as_deref().unwrap_or(Path::new(DEFAULT_INDEX))))
            }
            None => cached_index(&archive)?,
        };
        Ok(Self {
            archive,
            sources,
            index,
            index_decides: global.index.is_some() && global.archive.is_none(),
            sync: file.sync,
            dictionary: List::read(&base, file.dictionary.as_deref(), DICTIONARY)?,
            synonyms: List::read(&base, file.synonyms.as_deref(), SYNONYMS)?,
            shipped_synonyms: file.shipped_synonyms.unwrap_or(true),
            aliases: file.aliases.unwrap_or(true),
        })
    }

    /// Returns whether an index that cannot even say of which archive it is may be built again from this one.
    pub(super) fn may_rebuild(&self) -> bool {
        self.archive.exists() && !self.index_decides
    }

    /// Returns the archive as it is configured, or the given paths as one source each.
    pub(super) fn archive_of(&self, paths: &[PathBuf]) -> Archive {
        // One path is the archive itself.
        if paths.len() < 2 {
            return self.with_lists(self.sources.clone());
        }
        let mut roots: Vec<SourceRoot> = Vec::new();
        for path in paths {
            let mut root = root(&lasting(path));
            if roots.iter().any(|known| absolute(&known.path) == absolute(&root.path)) {
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
        self.with_lists(roots.into_iter().map(Source::from).collect())
    }

    fn with_lists(&self, sources: Vec<Source>) -> Archive {
        let lists = [&self.dictionary, &self.synonyms].into_iter();
        Archive {
            sources,
            dictionary: self.dictionary.text.clone(),
            lists: lists.filter_map(|list| list.path.clone()).collect(),
        }
    }

    /// Returns the synonyms, shipped and own; a line that is not a group is an error.
    pub(super) fn synonyms(&self) -> Result<Synonyms> {
        let shipped = if self.shipped_synonyms { SHIPPED_SYNONYMS } else { "" };
        let (synonyms, wrong) = Synonyms::read(&[&self.synonyms.text, shipped]);
        match (wrong.first(), &self.synonyms.path) {
            (Some((0, line)), Some(path)) => Err(Error::Config {
                path: path.clone(),
                reason: format!(
                    "line {line} is not a group of synonyms; write `a, b`, `a => b` or `a, b ^0.5`"
                ),
            }),
            _ => Ok(synonyms),
        }
    }

    /// Says which lines of the user's dictionary are not words.
    pub(super) fn wrong_words(&self) -> Option<String> {
        let (_, wrong) = read_words(&self.dictionary.text);
        let path = self.dictionary.path.as_ref().filter(|_| !wrong.is_empty())?;
        let lines: Vec<String> = wrong.iter().take(5).map(usize::to_string).collect();
        Some(format!(
            "{}: line {} left out; a word is two or more Han characters, then perhaps a frequency",
            path.display(),
            lines.join(", ")
        ))
    }
}

/// Reads the sources of a configuration file.
fn sources(file: &Path, base: &Path, given: Vec<FileSource>) -> Result<Vec<Source>> {
    let wrong = |reason: String| Error::Config { path: file.to_path_buf(), reason };
    let mut sources: Vec<Source> = Vec::new();
    for source in given {
        let path = lasting(&base.join(&source.path));
        let name = source.name.clone().unwrap_or_else(|| root(&path).name);
        if name.trim().is_empty() || name.contains(['/', '\n']) {
            return Err(wrong(format!(
                "`{name}` cannot be the name of a source; ids of items begin with it"
            )));
        }
        if let Some(other) = sources.iter().find(|other| other.root.name == name) {
            return Err(wrong(format!(
                "two sources are called `{name}` ({} and {}); give one of them another `name`",
                other.root.path.display(),
                path.display()
            )));
        }
        let is_web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        if source.base_url.as_deref().is_some_and(|url| !is_web(url)) {
            return Err(wrong(format!(
                "source `{name}`: base_url has to begin with https:// or http://"
            )));
        }
        let schedule =
            source.schedule().map_err(|reason| wrong(format!("source `{name}`: {reason}")))?;
        sources.push(Source {
            schedule,
            root: SourceRoot {
                name,
                path,
                include: source.include,
                exclude: source.exclude,
                links: if source.follow_links { Links::Anywhere } else { Links::Inside },
            },
            parse: ParseOptions {
                layout: source.shape,
                sections: source.sections,
                skip_sections: source.skip_sections,
                redirects: source.redirects,
            },
            base_url: source.base_url,
        });
    }
    Ok(sources)
}

fn root(path: &Path) -> SourceRoot {
    SourceRoot::new(name(path.file_stem().filter(|_| path.is_file()).or(path.file_name())), path)
}

/// Returns a name of a file or folder as text, with a word for the root of a disk, which has none.
pub(super) fn name(name: Option<&OsStr>) -> String {
    name.map_or_else(|| "archive".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Resolves a path as far as it exists, so that one place has one name; on Windows in the usual form of names.
pub(super) fn absolute(path: &Path) -> PathBuf {
    if let Ok(resolved) = dunce::canonicalize(path) {
        return resolved;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => absolute(parent).join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}

/// Makes a path absolute and keeps the links in it, for they may lead elsewhere later; what stands before a `..` cannot be
/// kept. A path without any is as [`absolute`] makes it.
fn lasting(path: &Path) -> PathBuf {
    let given = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let parts: Vec<Component> = given.components().collect();
    let up = parts.iter().rposition(|part| *part == Component::ParentDir).map_or(0, |at| at + 1);
    let (before, after) = parts.split_at(up);
    let mut place: PathBuf = before.iter().collect();
    if up > 0 {
        place = absolute(&place);
    }
    place.extend(after);
    if place.ancestors().any(Path::is_symlink) { place } else { absolute(path) }
}

/// Returns the place in the user's cache folder for the index of an archive: its name and a hash of its path.
fn cached_index(archive: &Path) -> Result<PathBuf> {
    let cache = dirs::cache_dir().ok_or_else(|| Error::Config {
        path: archive.to_path_buf(),
        reason: "the system names no cache folder for its index; choose one with --index DIR"
            .to_owned(),
    })?;
    let hash = blake3::hash(archive.as_os_str().as_encoded_bytes()).to_hex();
    let name = name(archive.file_name());
    Ok(cache.join("baoku").join(format!("{name}-{}", &hash[..12])))
}

fn read(path: &Path) -> Result<File> {
    let wrong = |reason: String| Error::Config { path: path.to_path_buf(), reason };
    let text = read_text(path, None).map_err(|error| wrong(error.to_string()))?;
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let message = unknown_key(error.message())
            .unwrap_or_else(|| error.message().trim().replace('\n', " "));
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        wrong(line.map_or_else(|| message.clone(), |line| format!("line {line}: {message}")))
    })
}

/// Says which key may be meant by one that means nothing, from serde's message: "unknown field `a`, expected one of
/// `b`, `c`". Another message is `None`.
fn unknown_key(message: &str) -> Option<String> {
    let mut names = message.strip_prefix("unknown field ")?.split('`').skip(1).step_by(2);
    let key = names.next()?;
    let known: Vec<&str> = names.collect();
    let nearest = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(known, key), *known))
        .min()
        .filter(|(distance, known)| *distance <= 3.max(known.len() / 2));
    let way_out = match nearest {
        Some((_, nearest)) => format!("did you mean `{nearest}`?"),
        None => format!("there are {}", known.join(", ")),
    };
    Some(format!("unknown key `{key}`; {way_out}"))
}
