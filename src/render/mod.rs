//! Results to bytes. Pure: no files, no clock, no terminal; escaping for each form lives here.

pub mod check;
pub mod csv;
pub mod json;
pub mod markdown;
pub mod stats;
pub mod terminal;
pub mod tokens;
pub mod words;
