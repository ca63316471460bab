//! What only one kind of system has stands behind a `cfg`, since other targets are not compiled everywhere.

use std::fs;
use std::path::PathBuf;

use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Stmt};

use crate::architecture::{files, root};

/// Beginnings of paths that only some systems have.
const OF_ONE_SYSTEM: [&str; 6] = [
    "std::os::fd",
    "std::os::linux",
    "std::os::unix",
    "std::os::windows",
    "tokio::signal::unix",
    "tokio::signal::windows",
];

/// The paths of one system that no `cfg` guards.
#[derive(Default)]
struct Unguarded {
    guards: usize,
    found: Vec<String>,
}

impl Unguarded {
    fn of(source: &str) -> Vec<String> {
        let mut unguarded = Self::default();
        unguarded.visit_file(&syn::parse_file(source).unwrap());
        unguarded.found
    }

    fn path(&mut self, path: &str) {
        let begins = |name: &&str| path == *name || path.starts_with(&format!("{name}::"));
        if self.guards == 0 && (path.starts_with("libc::") || OF_ONE_SYSTEM.iter().any(begins)) {
            self.found.push(path.to_owned());
        }
    }

    fn tree(&mut self, tree: &syn::UseTree, before: &str) {
        match tree {
            syn::UseTree::Path(path) => self.tree(&path.tree, &format!("{before}{}::", path.ident)),
            syn::UseTree::Name(name) => self.path(&format!("{before}{}", name.ident)),
            syn::UseTree::Rename(rename) => self.path(&format!("{before}{}", rename.ident)),
            syn::UseTree::Glob(_) => self.path(before.trim_end_matches("::")),
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.tree(tree, before));
            }
        }
    }

    fn inside(&mut self, attributes: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let guarded =
            usize::from(attributes.iter().any(|attribute| attribute.path().is_ident("cfg")));
        self.guards += guarded;
        visit(self);
        self.guards -= guarded;
    }
}

impl<'ast> Visit<'ast> for Unguarded {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Const(item) => &item.attrs,
            Item::Enum(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Mod(item) => &item.attrs,
            Item::Static(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Use(item) => &item.attrs,
            _ => &Vec::new(),
        };
        self.inside(attributes, |visitor| visit::visit_item(visitor, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let ImplItem::Fn(function) = item else { return visit::visit_impl_item(self, item) };
        self.inside(&function.attrs, |visitor| visit::visit_impl_item(visitor, item));
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        let attributes = match statement {
            Stmt::Local(local) => &local.attrs,
            Stmt::Expr(syn::Expr::Block(block), _) => &block.attrs,
            _ => &Vec::new(),
        };
        self.inside(attributes, |visitor| visit::visit_stmt(visitor, statement));
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.inside(&field.attrs, |visitor| visit::visit_field(visitor, field));
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, "");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.path(&names.join("::"));
        visit::visit_path(self, path);
    }
}

#[test]
fn what_one_system_has_is_guarded() {
    let is_rust = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    for file in files(&root()).into_iter().filter(is_rust) {
        let found = Unguarded::of(&fs::read_to_string(&file).unwrap());
        assert!(found.is_empty(), "{}: {found:?} without cfg", file.display());
    }
}

#[test]
fn what_is_not_guarded_is_found() {
    for (source, found) in [
        ("use std::os::unix::fs::MetadataExt;", vec!["std::os::unix::fs::MetadataExt"]),
        ("use tokio::{net, signal::unix};", vec!["tokio::signal::unix"]),
        ("fn f() { libc::getpid(); }", vec!["libc::getpid"]),
        ("fn f() { let a: std::os::fd::RawFd = 0; }", vec!["std::os::fd::RawFd"]),
        ("#[cfg(unix)] use std::os::unix::fs::MetadataExt;", vec![]),
        ("#[cfg(unix)] mod a { use std::os::unix::*; fn f() { libc::getpid(); } }", vec![]),
        ("struct S { #[cfg(unix)] a: tokio::signal::unix::Signal }", vec![]),
        (
            "fn f() { #[cfg(unix)] { libc::getpid(); } #[cfg(unix)] let a = libc::getpid(); }",
            vec![],
        ),
        ("impl S { #[cfg(unix)] fn f() { libc::getpid(); } }", vec![]),
        ("use std::os::raw::c_int; use tokio::signal::ctrl_c;", vec![]),
    ] {
        assert_eq!(Unguarded::of(source), found, "{source}");
    }
}
