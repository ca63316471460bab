//! Results to bytes. Pure: no files, no clock, no terminal; escaping for each form lives here.

pub mod check;
#[cfg(feature = "serve")]
pub mod cite;
pub mod csv;
pub mod explained;
pub mod failure;
#[cfg(feature = "serve")]
pub mod feed;
pub mod findings;
#[cfg(feature = "serve")]
pub mod html;
pub mod json;
pub mod markdown;
pub mod noted;
#[cfg(feature = "serve")]
pub mod opensearch;
pub mod path;
pub mod stats;
pub mod terminal;
pub mod tokens;
pub mod words;

/// Writes a document of XML. What it is made of must have an end for every beginning: `link href="…" {}`.
#[cfg(feature = "serve")]
fn xml(document: &maud::Markup) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", document.0)
}
