//! baoku 报库 searches archives of past reports: newsletters kept as Markdown, Chinese mixed with English names.
//!
//! # What is promised
//!
//! 1. **Everything visible is findable.** Any literal piece of an item's title, body, section, contributor or link, typed
//!    as a reader sees it, finds that item: Han characters at any offset; Latin names, numbers and versions at any offset
//!    from two letters, in links from four; in any width, case or script variant.
//! 2. **The best hit comes first.** How much of what was asked an item covers comes before where, how often and how close.
//! 3. **Archives are read as they are.** What could not be read is a diagnostic, never silently dropped.
//! 4. **Cold and fast.** A search from the shell opens the index, answers and ends in milliseconds: it never loads the
//!    dictionary that texts are cut with.
//! 5. **The index is disposable, the answers are exact.** It is built beside and swapped in, and can be built again
//!    from the files at any time; counts are exact; the same files give the same answers.
//! 6. **One language everywhere.** The same queries, dates and JSON in the shell and over HTTP.
//!
//! # The flow
//!
//! ```text
//! files ── corpus ──▶ SourceFile ── report ──▶ Report {items} ── analysis ──▶ tokens ── index ──▶ index on disk
//!                                                                                                   │
//! typed ── query ──▶ Query ── query::Planner (index vocabulary) ──▶ Plan ── search ◀──────────── Snapshot
//!                                                                                      │
//!                                terminal, JSON, CSV, Markdown, HTML, feeds ◀── render ◀── Results
//!                                                         │            │
//!                                                        cli         server
//! ```
//!
//! Data flows down; a module imports only what stands before it. The table, which a test holds against the code:
//!
//! | module | may import (plus `error`, `diagnostic`, `text`) |
//! |---|---|
//! | [`address`] | – |
//! | [`corpus`] | – |
//! | [`report`] | `address`, `corpus` |
//! | [`archive`] | `corpus`, `report` |
//! | [`analysis`] | `address` |
//! | [`index`] | `address`, `corpus`, `report`, `archive`, `analysis` |
//! | [`query`] | `analysis`, `index` (its fields only) |
//! | [`search`] | `address`, `index`, `query`, `report`, `analysis` |
//! | [`render`] | `address`, `search`, `query`, `report`, `index`, `analysis` |
//! | [`server`] | `address`, `render`, `search`, `query`, `report` |
//! | [`cli`] | everything |
//!
//! The features `cli` and `serve`, both on by default, are the program and its server; without them this is a library
//! that reads, indexes and searches.
//!
//! # Invariants
//!
//! - [`report::parse`] and [`query::Query::parse`] never fail and never panic, on any bytes.
//! - Only [`corpus`], [`index`] and [`cli`] touch files; only [`server`] and [`cli`] touch sockets; only [`cli`] reads
//!   the clock, the environment and the current folder.
//! - One analyzer for text and queries. Its version, that of the fields and the fingerprint of the dictionary are in
//!   the manifest; a mismatch is repaired by building again, with a line that says so.
//! - Spans are ranges of bytes of the original text, on character boundaries. JSON shows them in code points.
//! - Hits are ordered by score, then date, then id; no output depends on hash order, thread count or time.
//! - Every visible sentence of a report's body is in exactly one item or listed as left out, with the reason.
//! - What a report is dated by depends on its neighbours; a sync writes again what a changed report dates anew, so that
//!   an index that followed its files is the one built at once.
//! - A commit and the manifest that describes it change at one moment, the replacing of `meta.json`. Whatever stops a
//!   writer, the last good index stays usable.
//! - A plan is plain data; what it asks is evaluated over tantivy's postings by [`search`], not by tantivy's queries.
//! - The work of one query is bounded by named constants: [`query::MAX_QUERY_CHARS`], [`query::MAX_WORDS`],
//!   [`query::MAX_LITERAL_ATOMS`], and those of the files of [`search`].
//! - Every answer of the server is of one immutable snapshot, which is swapped whole. Its limits are named constants
//!   of [`server`]; a client that is slow, silent or gone keeps no other one waiting.
//! - A page is complete without scripts. The script asks for the part of the page that changes, so that a hit is written
//!   and escaped in one place.
//! - Escaping lives in the renderers: what could hide or reorder text is left out, only addresses of the web are links.
//!
//! # Words
//!
//! *archive* everything searched; *source* one family of reports in it; *report* one issue, one file; *item* one entry
//! of a report, the unit that is found; *section* the heading path an item stands under; *issue* the number of a report
//! in its series; *layout* how a report lays out its items; *evidence* what shows a date; *word*
//! of a query one analysed unit of it, *group* words typed without a space between them, *way* how an item may have a word;
//! *synonym* another name from a list, *alias* one that the archive explains itself; *hit* one returned item; *related* a
//! hit behind those that match; *mark* a highlighted span; *snippet* an excerpt with marks;
//! *diagnostic* something a lenient reader noticed. *Document, field, term, token, segment, posting, searcher,
//! collector* mean what they mean in tantivy; dividing a text into words is called *cutting* here.

pub mod address;
pub mod analysis;
pub mod archive;
#[cfg(feature = "cli")]
pub mod cli;
pub mod corpus;
pub mod diagnostic;
pub mod error;
pub mod index;
pub mod query;
pub mod render;
pub mod report;
pub mod search;
#[cfg(feature = "serve")]
pub mod server;
pub mod text;
