//! Runs the program in a fresh folder and compares everything it says; keeps golden files.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use baoku::corpus::{FileEntry, SourceFile};
use tempfile::TempDir;

/// Long enough for a loaded machine; what is waited for comes within seconds.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Compares with `tests/cases/NAME`, or rewrites what follows its introduction when `UPDATE` is set.
#[track_caller]
pub fn golden(name: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    let file = fs::read_to_string(&path).unwrap();
    let start = file.find("\n## ").map_or(file.len(), |at| at + 1);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{}\n\n{}", file[..start].trim_end(), actual)).unwrap();
        return;
    }
    for (line, (expected, actual)) in file[start..].lines().zip(actual.lines()).enumerate() {
        assert_eq!(actual, expected, "{name}, line {} of its cases", line + 1);
    }
    assert_eq!(actual.lines().count(), file[start..].lines().count(), "{name} has another length");
}

/// A fresh folder to run the program in, without configuration of the machine.
pub struct Place {
    folder: TempDir,
}

/// A program that runs beside the test, and what it says; it is killed when it is dropped.
pub struct Running {
    pub child: Child,
    said: Arc<Mutex<Vec<String>>>,
}

impl Running {
    pub fn begin(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, keeps) = (BufReader::new(child.stderr.take().unwrap()), Arc::clone(&said));
        thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                keeps.lock().unwrap().push(line);
            }
        });
        Self { child, said }
    }

    /// Counts the lines it said that hold `part`.
    pub fn said(&self, part: &str) -> usize {
        self.said.lock().unwrap().iter().filter(|line| line.contains(part)).count()
    }

    /// Returns what follows `before` where it was said first.
    pub fn said_after(&self, before: &str) -> Option<String> {
        let said = self.said.lock().unwrap();
        said.iter().find_map(|line| Some(line.split_once(before)?.1.to_owned()))
    }

    #[track_caller]
    pub fn waits(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < PATIENCE, "{what}; said: {:#?}", self.said.lock().unwrap());
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of the archive with that text.
pub fn source_file(path: &str, text: impl Into<String>) -> SourceFile {
    let text = text.into();
    let size = text.len() as u64;
    let entry = FileEntry {
        path: path.to_owned(),
        location: path.into(),
        within: None,
        source: "x".to_owned(),
        size,
        modified: 0,
        changed: 0,
    };
    SourceFile { entry, text, size, hash: String::new(), diagnostics: Vec::new() }
}

/// What a run of the program left.
#[derive(Debug)]
pub struct Ran {
    /// Exit status; -1 if a signal ended it.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Place {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place whose archive holds the given files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let place = Self::new();
        for (name, text) in files {
            place.write(&format!("corpus/{name}"), text.as_bytes());
        }
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Prepares the program without running it.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = self.command_of(env!("CARGO_BIN_EXE_baoku"));
        command.args(args);
        command
    }

    /// Prepares any program.
    pub fn command_of(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.as_encoded_bytes().starts_with(b"BAOKU_")) {
            command.env_remove(name);
        }
        for name in ["COLUMNS", "NO_COLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.env("XDG_CACHE_HOME", self.path("cache")).env("HOME", self.folder.path());
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    /// Runs the program and returns standard output; it must succeed.
    #[track_caller]
    pub fn stdout(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.status, 0, "{args:?}: {}", ran.stderr);
        ran.stdout
    }

    /// What matches, best first: the name of its report and its place there, which says more to a reader than its id.
    #[track_caller]
    pub fn ids(&self, args: &[&str]) -> Vec<String> {
        let ran = self.run(&[&["search", "--format", "jsonl", "-n", "1000"], args].concat());
        assert!(ran.status <= 1, "{args:?}: {}", ran.stderr);
        let place = |hit: serde_json::Value| {
            let (report, _) = hit["id"].as_str().unwrap().rsplit_once('/').unwrap();
            format!("{report}/{}", hit["position"])
        };
        let hits = ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap());
        hits.filter(|hit: &serde_json::Value| hit["related"] != true).map(place).collect()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Checks status and standard error; the folder of the test is written as `$DIR`.
    #[track_caller]
    pub fn fails_with(&self, place: &Place, status: i32, expected: &str) {
        let folder = fs::canonicalize(place.path(".")).unwrap();
        let stderr = self.stderr.replace(folder.to_str().unwrap(), "$DIR");
        assert_eq!((self.status, stderr.trim_end()), (status, expected));
    }
}

/// Copies a folder with everything in it to `to`, which may be there.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

/// Numbers that are the same on every run.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// An index over made-up items, asked in process.
pub struct Fixture {
    _folder: TempDir,
    pub reader: baoku::search::Reader,
    titles: Vec<String>,
}

/// Day on which relative dates of the tests count.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2024, 7, 1);

impl Fixture {
    /// Builds an index over items of `(title, text)`; the text may begin with a line that is a link.
    pub fn new(items: &[(&str, &str)]) -> Self {
        let mut report = String::from("# 示例\n\n# 论文\n\n");
        for (title, text) in items {
            report.push_str(&format!("### {title}\n\n贡献人：@甲\n\n{text}\n\n"));
        }
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("corpus")).unwrap();
        fs::write(folder.path().join("corpus/2024-02-22.md"), report).unwrap();
        let reader = open(&folder.path().join("corpus"), &folder.path().join("index"));
        assert_eq!(reader.snapshot().head().items, items.len());
        let titles = items.iter().map(|(title, _)| (*title).to_owned()).collect();
        Self { _folder: folder, reader, titles }
    }

    pub fn ask(&self, request: &baoku::search::Request) -> baoku::search::Results {
        baoku::search::answer(&self.reader, request).unwrap()
    }

    pub fn results(&self, query: &str) -> baoku::search::Results {
        baoku::search::answer(&self.reader, &request(query)).unwrap()
    }

    /// Titles found in their order, if every word matched.
    pub fn titles(&self, query: &str) -> Vec<String> {
        let results = self.results(query);
        if results.matched != baoku::search::Step::Words {
            return Vec::new();
        }
        let matching = results.hits.into_iter().filter(|hit| !hit.related);
        matching.map(|hit| hit.item.item.title).collect()
    }

    /// Titles of items that are only related, in their order.
    pub fn related(&self, query: &str) -> Vec<String> {
        let related = self.results(query).hits.into_iter().filter(|hit| hit.related);
        related.map(|hit| hit.item.item.title).collect()
    }

    /// Checks that `query` finds exactly the items of these titles, in any order.
    #[track_caller]
    pub fn finds(&self, query: &str, expected: &[&str]) {
        let mut found = self.titles(query);
        found.sort_by_key(|title| self.titles.iter().position(|known| known == title));
        assert_eq!(found, expected, "{query}");
    }

    /// Checks that `query` finds exactly the items of these titles, in this order.
    #[track_caller]
    pub fn ranks(&self, query: &str, expected: &[&str]) {
        assert_eq!(self.titles(query), expected, "{query}");
    }
}

/// What an answer says about itself, as sentences.
pub fn notes_of(results: &baoku::search::Results) -> Vec<String> {
    results.notes.iter().map(ToString::to_string).collect()
}

/// Builds and opens an index.
pub fn open(archive: &Path, index: &Path) -> baoku::search::Reader {
    sync(archive, index, 0);
    baoku::search::Reader::new(baoku::index::Snapshot::open(index).unwrap())
}

/// Copies the files of an index into memory.
pub fn in_memory(index: &Path) -> tantivy::directory::RamDirectory {
    use tantivy::Directory as _;
    let memory = tantivy::directory::RamDirectory::create();
    for entry in fs::read_dir(index).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        if entry.file_type().unwrap().is_file() {
            memory.atomic_write(Path::new(&name), &fs::read(entry.path()).unwrap()).unwrap();
        }
    }
    memory
}

/// Brings an index in step.
pub fn sync(archive: &Path, index: &Path, threads: usize) -> baoku::index::SyncOutcome {
    struct Quiet;
    impl baoku::index::Progress for Quiet {}
    let archive = fs::canonicalize(archive).unwrap();
    let root = baoku::corpus::SourceRoot::new("corpus", archive);
    let options = baoku::index::SyncOptions { threads, ..Default::default() };
    baoku::index::sync(
        index,
        &baoku::archive::Archive { sources: vec![root.into()], ..Default::default() },
        &options,
        &Quiet,
    )
    .unwrap()
}

/// A request for every hit of a query.
pub fn request(query: &str) -> baoku::search::Request {
    baoku::search::Request::new(baoku::query::Query::parse(query, TODAY))
}
