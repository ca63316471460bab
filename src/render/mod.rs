//! Results to bytes. Pure: no files, no clock, no terminal; escaping for each form lives here.

pub mod address;
pub mod check;
pub mod cite;
pub mod csv;
pub mod feed;
pub mod html;
pub mod json;
pub mod markdown;
pub mod opensearch;
pub mod stats;
pub mod terminal;
pub mod tokens;
pub mod words;
