//! The table of who may import whom, held against the code.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// Modules everyone may use.
const COMMON: [&str; 3] = ["error", "diagnostic", "text"];

/// Reads the table in the documentation of `src/lib.rs`.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let source = fs::read_to_string(root().join("lib.rs")).unwrap();
    let mut table = BTreeMap::new();
    for line in source.lines() {
        let cells: Vec<&str> = line.trim_start_matches("//!").split('|').map(str::trim).collect();
        let [_, module, allowed, _] = cells.as_slice() else { continue };
        let Some(module) = module.strip_prefix("[`").and_then(|module| module.strip_suffix("`]"))
        else {
            continue;
        };
        let allowed = allowed.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        table.insert(module.to_owned(), allowed);
    }
    table
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs")
            // Helpers of unit tests may use what they like, as the tests do.
            && !path.ends_with("testing.rs")
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every module of this crate that a file names, and whether it climbs more than one module up.
#[derive(Default)]
struct Imports {
    modules: BTreeSet<String>,
    climbs: bool,
}

impl Imports {
    fn path(&mut self, segments: &[String]) {
        if let [first, module, ..] = segments
            && first == "crate"
        {
            self.modules.insert(module.clone());
        }
        self.climbs |= segments.windows(2).any(|pair| pair[0] == "super" && pair[1] == "super");
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: String| before.iter().cloned().chain([name]).collect::<Vec<_>>();
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &with(path.ident.to_string())),
            syn::UseTree::Name(name) => self.path(&with(name.ident.to_string())),
            syn::UseTree::Rename(rename) => self.path(&with(rename.ident.to_string())),
            syn::UseTree::Glob(_) => self.path(before),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before));
            }
        }
    }
}

impl<'ast> Visit<'ast> for Imports {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(
            &path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>(),
        );
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        // Unit tests may use what they like.
        if module.ident != "tests" {
            visit::visit_item_mod(self, module);
        }
    }
}

#[test]
fn modules_import_only_what_stands_before_them() {
    let table = table();
    assert!(table.len() >= 9, "the table of src/lib.rs was not understood: {table:?}");
    let mut seen = BTreeSet::new();
    for file in files(&root()) {
        let below = file.strip_prefix(root()).unwrap();
        let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = first.trim_end_matches(".rs");
        let mut imports = Imports::default();
        imports.visit_file(&syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap());
        assert!(!imports.climbs, "{}: super::super", below.display());
        if ["main", "lib", "cli"].contains(&module) {
            continue;
        }
        let common = COMMON.contains(&module);
        assert!(common || table.contains_key(module), "{module} is not in the table of src/lib.rs");
        for import in imports.modules {
            let allowed = import == module
                || COMMON.contains(&import.as_str())
                || !common && table[module].contains(&import);
            assert!(allowed, "{} imports {import}", below.display());
        }
        seen.insert(module.to_owned());
    }
    for module in table.keys().filter(|module| *module != "cli") {
        assert!(seen.contains(module), "the table names {module}, which is not there");
    }
}

#[test]
fn only_the_outer_modules_touch_files_sockets_clock_and_environment() {
    let forbidden: [(&str, &[&str]); 5] = [
        ("std::fs", &["corpus", "index", "cli"]),
        ("std::env", &["cli"]),
        ("std::net", &["server", "cli"]),
        ("SystemTime", &["cli"]),
        ("ZonedDateTime", &["cli"]),
    ];
    for file in files(&root()) {
        let below = file.strip_prefix(root()).unwrap();
        let module = below
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        let source = fs::read_to_string(&file).unwrap();
        let code: String = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .collect::<Vec<_>>()
            .join("\n");
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for (name, allowed) in forbidden {
            let used = code.contains(name) && module != "main";
            assert!(!used || allowed.contains(&module), "{} uses {name}", below.display());
        }
    }
}
