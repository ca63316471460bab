//! The rules of the house, held against the code: the table of who may import whom, no circles of files, no long files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// Modules everyone may use.
const COMMON: [&str; 3] = ["error", "diagnostic", "text"];
/// Lines a file may have unless its head says why it has more.
const MAX_LINES: usize = 500;
/// Begins the sentence that says so.
const REASON: &str = "More than 500 lines: ";

/// A path of modules below the crate's root; empty for the root itself.
type ModulePath = Vec<String>;

/// Reads the table of modules in `ARCHITECTURE.md`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let source = read(&project().join("ARCHITECTURE.md"));
    let rows = source.lines().skip_while(|line| !line.starts_with("| module |"));
    let rows = rows.take_while(|line| line.starts_with('|')).filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, module, allowed, _] = cells.as_slice() else { return None };
        let module = module.strip_prefix('`')?.strip_suffix('`')?;
        let allowed = allowed.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some((module.to_owned(), allowed))
    });
    rows.collect()
}

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn root() -> PathBuf {
    project().join("src")
}

#[track_caller]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns all files of a folder and of those in it.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Returns the Rust files of `src/` that are not only for tests, each with its path below `src/` written with slashes.
fn sources() -> Vec<(String, PathBuf)> {
    let below = |path: &Path| {
        let parts = path.strip_prefix(root()).unwrap().iter().map(|part| part.to_str().unwrap());
        parts.collect::<Vec<_>>().join("/")
    };
    let rust = files(&root()).into_iter().filter(|path| path.extension() == Some("rs".as_ref()));
    let all: Vec<(String, PathBuf)> = rust.map(|path| (below(&path), path)).collect();
    let for_tests: BTreeSet<ModulePath> = all
        .iter()
        .flat_map(|(below, path)| {
            let items = syn::parse_file(&read(path)).unwrap().items.into_iter();
            let for_tests = items.filter_map(|item| match item {
                syn::Item::Mod(module) if is_for_tests(&module) => Some(module.ident.to_string()),
                _ => None,
            });
            let parent = module_of(below);
            for_tests.map(move |name| [&parent[..], &[name]].concat()).collect::<Vec<_>>()
        })
        .collect();
    all.into_iter().filter(|(below, _)| !for_tests.contains(&module_of(below))).collect()
}

fn is_for_tests(module: &syn::ItemMod) -> bool {
    module.attrs.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test")
    })
}

/// Returns the module a file is: `["index", "lock"]` of `index/lock.rs`.
fn module_of(file: &str) -> ModulePath {
    let mut parts: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
    if matches!(parts.last(), Some(&("mod" | "lib"))) {
        parts.pop();
    }
    parts.into_iter().map(str::to_owned).collect()
}

/// What a file takes from others: absolute paths, and the names under which it hands them on.
struct Imports {
    module: ModulePath,
    /// Paths that code uses, without those that are only handed on.
    used: BTreeSet<ModulePath>,
    /// Names that can be imported from here, and what they stand for; `*` for all of a module.
    named: Vec<(String, ModulePath)>,
    climbs: bool,
}

impl Imports {
    fn of(file: &str, path: &Path) -> Self {
        let mut imports = Self {
            module: module_of(file),
            used: BTreeSet::new(),
            named: Vec::new(),
            climbs: false,
        };
        imports.visit_file(&syn::parse_file(&read(path)).unwrap());
        imports
    }

    /// Makes a path of this file absolute; `None` for one of another crate.
    fn absolute(&mut self, segments: &[String]) -> Option<ModulePath> {
        self.climbs |= segments.windows(2).any(|pair| pair == ["super", "super"]);
        let mut from = match segments.first()?.as_str() {
            "crate" => Vec::new(),
            "self" => self.module.clone(),
            "super" => self.module[..self.module.len().checked_sub(1)?].to_vec(),
            // A module declared here may be named without `self`.
            _ => {
                let own = self.module.iter().cloned().chain(segments.iter().cloned()).collect();
                return Some(own);
            }
        };
        from.extend_from_slice(&segments[1..]);
        Some(from)
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String], handed_on: bool) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => {
                self.tree(&path.tree, &with(path.ident.to_string()), handed_on);
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before, handed_on));
            }
            syn::UseTree::Name(name) if name.ident == "self" => {
                let name = before.last().cloned().unwrap_or_default();
                self.import(name, before, handed_on);
            }
            syn::UseTree::Name(name) => {
                self.import(name.ident.to_string(), &with(name.ident.to_string()), handed_on);
            }
            syn::UseTree::Rename(rename) => {
                self.import(rename.rename.to_string(), &with(rename.ident.to_string()), handed_on);
            }
            syn::UseTree::Glob(_) => self.import("*".to_owned(), before, handed_on),
        }
    }

    fn import(&mut self, name: String, path: &[String], handed_on: bool) {
        if let Some(path) = self.absolute(path) {
            if !handed_on {
                self.used.insert(path.clone());
            }
            self.named.push((name, path));
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[], !matches!(item.vis, syn::Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if segments.len() > 1
            && let Some(path) = self.absolute(&segments)
        {
            self.used.insert(path);
        }
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Unit tests may use what they like.
        if !is_for_tests(module) {
            visit::visit_item_mod(self, module);
        }
    }
}

/// Follows a path to the file that defines what it names, through names that are handed on.
fn definition(path: &[String], all: &BTreeMap<ModulePath, Imports>, depth: usize) -> ModulePath {
    let length = (0..=path.len()).rev().find(|length| all.contains_key(&path[..*length]));
    let (module, rest) = path.split_at(length.unwrap_or_default());
    if let Some(name) = rest.first()
        && depth < 10
        && let Some(imports) = all.get(module)
    {
        let named = imports.named.iter().find(|(known, target)| known == name && target != path);
        if let Some((_, target)) = named {
            let target: ModulePath = target.iter().chain(&rest[1..]).cloned().collect();
            return definition(&target, all, depth + 1);
        }
    }
    module.to_vec()
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let table = table();
    assert!(table.len() >= 9, "the table of ARCHITECTURE.md was not understood: {table:?}");
    let mut seen = BTreeSet::new();
    for (below, path) in sources() {
        let imports = Imports::of(&below, &path);
        assert!(!imports.climbs, "{below}: super::super");
        let Some(module) = imports.module.first().filter(|module| *module != "main") else {
            continue;
        };
        let common = COMMON.contains(&module.as_str());
        assert!(common || table.contains_key(module), "ARCHITECTURE.md does not name {module}");
        seen.insert(module.clone());
        if module == "cli" {
            continue;
        }
        let named = imports.named.iter().map(|(_, path)| path);
        for import in imports.used.iter().chain(named).filter_map(|path| path.first()) {
            let known = table.contains_key(import) || COMMON.contains(&import.as_str());
            let allowed = import == module
                || COMMON.contains(&import.as_str())
                || !common && table[module].contains(import);
            assert!(!known || allowed, "{below} imports {import}");
        }
    }
    let missing: Vec<_> = table.keys().filter(|module| !seen.contains(*module)).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}, which are not there");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let all: BTreeMap<ModulePath, Imports> = sources()
        .into_iter()
        .filter(|(below, _)| below != "main.rs")
        .map(|(below, path)| (module_of(&below), Imports::of(&below, &path)))
        .collect();
    let arrows: BTreeMap<&ModulePath, BTreeSet<ModulePath>> = all
        .iter()
        .map(|(module, imports)| {
            let targets = imports.used.iter().map(|path| definition(path, &all, 0));
            (module, targets.filter(|target| target != module && !target.is_empty()).collect())
        })
        .collect();
    assert!(arrows.values().map(BTreeSet::len).sum::<usize>() > 300, "imports were not read");
    let reached: BTreeMap<&ModulePath, BTreeSet<ModulePath>> =
        arrows.keys().map(|module| (*module, reached_from(module, &arrows))).collect();
    let circles: BTreeSet<BTreeSet<String>> = reached
        .iter()
        .filter(|(module, reached)| reached.contains(**module))
        .map(|(module, targets)| {
            let both = targets.iter().filter(|target| reached[*target].contains(*module));
            both.map(|target| target.join("/")).collect()
        })
        .collect();
    let circles: Vec<String> = circles
        .iter()
        .map(|circle| {
            let arrows = arrows.iter().filter(|(module, _)| circle.contains(&module.join("/")));
            let lines = arrows.map(|(module, targets)| {
                let targets = targets.iter().map(|target| target.join("/"));
                let targets: Vec<_> = targets.filter(|target| circle.contains(target)).collect();
                format!("  {} → {}", module.join("/"), targets.join(", "))
            });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(circles.is_empty(), "files import each other:\n{}", circles.join("\n\n"));
}

/// Returns all modules that a module imports, directly or through others.
fn reached_from(
    module: &ModulePath,
    arrows: &BTreeMap<&ModulePath, BTreeSet<ModulePath>>,
) -> BTreeSet<ModulePath> {
    let mut reached = BTreeSet::new();
    let mut left: Vec<&ModulePath> = arrows[module].iter().collect();
    while let Some(next) = left.pop() {
        if reached.insert(next.clone()) {
            left.extend(&arrows[next]);
        }
    }
    reached
}

#[test]
fn no_file_is_long_without_a_reason() {
    // Lists of words are as long as they are.
    let is_code = |path: &PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs" || extension == "js")
    };
    for path in files(&root()).into_iter().filter(is_code) {
        let source = read(&path);
        let lines = source.lines().count();
        let has_reason = source.lines().take(20).any(|line| line.contains(REASON));
        assert!(lines <= MAX_LINES || has_reason, "{} has {lines} lines", path.display());
    }
}

#[test]
fn documents_link_to_files_that_are_there() {
    for name in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "README.zh-CN.md"] {
        // What stands between back-ticks is an example.
        let text: String = read(&project().join(name)).split('`').step_by(2).collect();
        let targets: Vec<&str> = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
            .filter(|target| !target.contains("://") && !target.starts_with('#'))
            .collect();
        assert!(!targets.is_empty(), "{name} links to nothing");
        for target in targets {
            let path = target.split('#').next().unwrap_or_default();
            assert!(project().join(path).exists(), "{name} links to {target}");
        }
    }
}

#[test]
fn only_the_outer_modules_touch_files_sockets_clock_and_environment() {
    let forbidden: [(&str, &[&str]); 7] = [
        ("std::fs", &["corpus", "index", "cli"]),
        ("std::env", &["cli"]),
        ("std::net", &["server", "cli"]),
        ("SystemTime", &["index", "cli"]),
        ("Instant", &["index", "server", "cli"]),
        ("thread::", &["index", "server", "cli"]),
        ("ZonedDateTime", &["cli"]),
    ];
    for (below, path) in sources() {
        let module = module_of(&below).into_iter().next().unwrap_or_default();
        let source = read(&path);
        let code: String = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for (name, allowed) in forbidden {
            let used = code.contains(name) && module != "main";
            assert!(!used || allowed.contains(&module.as_str()), "{below} uses {name}");
        }
    }
}
