//! The fields of the index.

use tantivy::schema::{
    FAST, Field, IndexRecordOption, NumericOptions, STORED, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

use super::encoded::TOKENIZER;

/// Version of the fields and files of an index; an index of another version is built again.
pub const FORMAT_VERSION: u32 = 13;

/// Tantivy's tokenizer that leaves a value as it is.
const RAW: &str = "raw";

/// One zone of an item in both kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneFields {
    /// Words, with frequencies.
    pub words: Field,
    /// Atoms, with positions.
    pub atoms: Field,
}

/// Handles of every field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The title.
    pub title: ZoneFields,
    /// The body.
    pub body: ZoneFields,
    /// Section path, contributors and, where there are several, the source.
    pub meta: ZoneFields,
    /// Atoms of links as written, so that any piece of an address is found.
    pub address: Field,
    /// Names the item explains by another, both ways; see [`crate::index::alias_prefix`].
    pub alias: Field,
    /// Tokens of links.
    pub url: Field,
    /// Canonical links, whole.
    pub link: Field,
    /// Hosts of links.
    pub host: Field,
    /// Parts of the section path, folded.
    pub section: Field,
    /// The section path as written.
    pub section_path: Field,
    /// Contributors, folded.
    pub contributor: Field,
    /// Contributors as written.
    pub contributor_name: Field,
    /// Name of the source.
    pub source: Field,
    /// Name of the report in ids.
    pub report: Field,
    /// Place in the report.
    pub ordinal: Field,
    /// Key in the report as a number.
    pub key: Field,
    /// Number of the issue.
    pub issue: Field,
    /// First day of the date as the number `YYYYMMDD`.
    pub date: Field,
    /// Last day of the date as the number `YYYYMMDD`.
    pub date_end: Field,
    /// The item as JSON.
    pub doc: Field,
}

/// Names of the fast fields, as tantivy's readers want them.
pub mod names {
    /// See [`super::Fields::host`].
    pub const HOST: &str = "host";
    /// See [`super::Fields::section_path`].
    pub const SECTION_PATH: &str = "section_path";
    /// See [`super::Fields::contributor_name`].
    pub const CONTRIBUTOR_NAME: &str = "contributor_name";
    /// See [`super::Fields::source`].
    pub const SOURCE: &str = "source";
    /// See [`super::Fields::report`].
    pub const REPORT: &str = "report";
    /// See [`super::Fields::ordinal`].
    pub const ORDINAL: &str = "ordinal";
    /// See [`super::Fields::key`].
    pub const KEY: &str = "key";
    /// See [`super::Fields::issue`].
    pub const ISSUE: &str = "issue";
    /// See [`super::Fields::date`].
    pub const DATE: &str = "date";
    /// See [`super::Fields::date_end`].
    pub const DATE_END: &str = "date_end";
}

impl Fields {
    /// Returns title, body and meta, in this order.
    #[must_use]
    pub fn zones(&self) -> [ZoneFields; 3] {
        [self.title, self.body, self.meta]
    }

    /// Makes the schema.
    #[must_use]
    pub fn schema() -> (Schema, Self) {
        let mut builder = Schema::builder();
        let fields = Self {
            title: zone(&mut builder, "title"),
            body: zone(&mut builder, "body"),
            meta: zone(&mut builder, "meta"),
            address: builder.add_text_field(
                "link_c",
                tokens(IndexRecordOption::WithFreqsAndPositions, Norms::None),
            ),
            alias: builder.add_text_field("alias", whole()),
            url: builder.add_text_field("url", tokens(IndexRecordOption::Basic, Norms::None)),
            link: builder.add_text_field("link", whole()),
            host: builder.add_text_field(names::HOST, whole().set_fast(RAW)),
            section: builder.add_text_field("section", whole()),
            section_path: builder
                .add_text_field(names::SECTION_PATH, TextOptions::default().set_fast(RAW)),
            contributor: builder.add_text_field("contributor", whole()),
            contributor_name: builder
                .add_text_field(names::CONTRIBUTOR_NAME, TextOptions::default().set_fast(RAW)),
            source: builder.add_text_field(names::SOURCE, whole().set_fast(RAW)),
            report: builder.add_text_field(names::REPORT, whole().set_fast(RAW)),
            ordinal: builder.add_u64_field(names::ORDINAL, FAST),
            key: builder.add_u64_field(names::KEY, FAST),
            issue: builder.add_u64_field(names::ISSUE, number()),
            date: builder.add_u64_field(names::DATE, number()),
            date_end: builder.add_u64_field(names::DATE_END, number()),
            doc: builder.add_text_field("doc", STORED),
        };
        (builder.build(), fields)
    }
}

fn zone(builder: &mut SchemaBuilder, name: &str) -> ZoneFields {
    ZoneFields {
        words: builder.add_text_field(
            &format!("{name}_w"),
            tokens(IndexRecordOption::WithFreqs, Norms::Kept),
        ),
        atoms: builder.add_text_field(
            &format!("{name}_c"),
            tokens(IndexRecordOption::WithFreqsAndPositions, Norms::Kept),
        ),
    }
}

/// Whether the lengths of texts are kept, for scores.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Norms {
    Kept,
    None,
}

/// A field whose tokens are made by our own analyzer and come as [`super::encoded`] writes them.
fn tokens(record: IndexRecordOption, norms: Norms) -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(record)
        .set_fieldnorms(norms == Norms::Kept);
    TextOptions::default().set_indexing_options(indexing)
}

/// A field whose values are compared whole.
fn whole() -> TextOptions {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(RAW)
        .set_index_option(IndexRecordOption::Basic)
        .set_fieldnorms(false);
    TextOptions::default().set_indexing_options(indexing)
}

/// A number that filters look for and hits are ordered by. The flag `INDEXED` would keep lengths, too: a byte an item.
fn number() -> NumericOptions {
    NumericOptions::default().set_indexed().set_fast()
}
