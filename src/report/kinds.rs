//! A file of any kind to a report: what it is shows in its extension.

use super::model::{ParseOptions, Report};
use super::parse::{self, markdown};
use super::series::{Lesson, Traits};
use super::{feed, foreign, page};
use crate::corpus::SourceFile;
use crate::diagnostic::Diagnostic;

/// Parses a file by itself; never fails.
#[must_use]
pub fn parse(file: &SourceFile, options: &ParseOptions) -> (Report, Vec<Diagnostic>) {
    parse_with(file, options, &Lesson::default())
}

/// Parses a file with what its series says about it; never fails.
#[must_use]
pub fn parse_with(
    file: &SourceFile,
    options: &ParseOptions,
    lesson: &Lesson,
) -> (Report, Vec<Diagnostic>) {
    let path = &file.entry.path;
    match () {
        () if page::is_page(path) => foreign::page(file, options, lesson),
        () if feed::is_feed(path) => foreign::feed(file, options),
        () => markdown(file, options, lesson),
    }
}

/// Returns the traits of a file that [`parse()`] finds, and does less for it; never fails.
#[must_use]
pub fn traits(file: &SourceFile, options: &ParseOptions) -> Traits {
    let path = &file.entry.path;
    match () {
        () if page::is_page(path) => foreign::page_traits(file, options),
        () if feed::is_feed(path) => foreign::feed(file, options).0.traits,
        () => parse::traits(file, options),
    }
}
