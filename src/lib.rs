//! baoku 报库 searches archives of past reports: newsletters kept as Markdown, Chinese mixed with English names.
//!
//! Files become reports ([`corpus`], [`report`], [`archive`]), the items of reports become words and atoms in an index
//! ([`analysis`], [`index`]); what is asked becomes a plan ([`query`]), a plan becomes hits ([`search`]), and hits become
//! text, JSON, pages and feeds ([`render`]).
#![cfg_attr(feature = "serve", doc = "[`server`] answers over HTTP.")]
#![cfg_attr(feature = "cli", doc = "[`cli`] is the program.")]
//!
//! `ARCHITECTURE.md` says where everything is, which module may import which, how an index is stored, and what always
//! holds.

pub mod address;
pub mod analysis;
pub mod archive;
#[cfg(feature = "cli")]
pub mod cli;
pub mod corpus;
pub mod diagnostic;
pub mod error;
pub mod index;
pub mod meaning;
pub mod query;
pub mod render;
pub mod report;
pub mod search;
#[cfg(feature = "serve")]
pub mod server;
pub mod text;
