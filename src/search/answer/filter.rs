//! Filters to conditions, and what to say when a value does not exist.

use std::collections::BTreeSet;

use jiff::civil::Date;
use tantivy::collector::Count;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query as IndexQuery, TermQuery, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::address::canonical_filter;
use crate::analysis::fold;
use crate::error::{Error, Result, UnknownValue};
use crate::index::schema::names;
use crate::index::{Fields, day_number};
use crate::query::{DayRange, Filters, IssueRange, Named, Note};
use crate::search::docs::{Docs, difference};
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;

/// Closest values shown for one that does not exist.
const MAX_NEAREST: usize = 5;
/// What a value that holds the wanted one, or is held by it, gains in likeness: more than the difference of spellings
/// makes, so that `论文` brings `论文/翻译` before `作文`.
const INSIDE: f64 = 0.5;

/// How like a host must be to another one to be named instead of it, 0 to 1: half of `foo.com` is in every `bar.com`.
const LIKE_HOST: f64 = 0.7;

/// Returns the filter values that no item has. Of a host that is excluded nothing is said: most are in no archive.
pub(super) fn unknown_values(reader: &Reader, filters: &Filters) -> Result<Vec<Note>> {
    let Fields { section, contributor, source, .. } = *reader.fields();
    let named = [
        ("section", &filters.sections, &[section][..], names::SECTION_PATH),
        ("contributor", &filters.contributors, &[contributor], names::CONTRIBUTOR_NAME),
        ("source", &filters.sources, &[source], names::SOURCE),
        // More often meant as a section.
        ("section", &filters.places, &[section, source], names::SECTION_PATH),
    ];
    let mut unknown = Vec::new();
    if let Some(excluded) = &filters.excluded {
        let links = Vec::new();
        unknown = unknown_values(reader, &Filters { links, ..Filters::clone(excluded) })?;
    }
    for (name, values, fields, column) in named {
        for value in values {
            let mut is_known = false;
            for field in fields {
                is_known = is_known || has_value(reader, *field, value)?;
            }
            if !is_known {
                let nearest = nearest(reader, fields[0], column, value)?;
                let value = value.clone();
                let unknown_value = UnknownValue { field: name, value, nearest };
                unknown.push(Note::UnknownValue(unknown_value));
            }
        }
    }
    unknown.extend(unknown_hosts(reader, filters)?);
    Ok(unknown)
}

/// Names the hosts of a filter that no item has a link to. Of a whole address nothing is said: most are in no archive.
fn unknown_hosts(reader: &Reader, filters: &Filters) -> Result<Vec<Note>> {
    let fields = reader.fields();
    let mut unknown = Vec::new();
    for value in &filters.links {
        let Some(host) = canonical_filter(value).filter(|link| !link.contains('/')) else {
            continue;
        };
        let condition = any_link(fields, std::slice::from_ref(value))?;
        if reader.snapshot().searcher.search(&condition, &Count).map_err(failed)? == 0 {
            let mut nearest = nearest(reader, fields.host, names::HOST, &host)?;
            nearest.retain(|other| is_like_host(other, &host));
            let value = value.clone();
            unknown.push(Note::UnknownValue(UnknownValue { field: "host", value, nearest }));
        }
    }
    Ok(unknown)
}

/// Returns whether one host may be meant by another: it is spelt nearly so, or below it.
fn is_like_host(one: &str, other: &str) -> bool {
    let is_below = |one: &str, other: &str| one.ends_with(&format!(".{other}"));
    let likeness = strsim::normalized_damerau_levenshtein(one, other);
    is_below(one, other) || is_below(other, one) || likeness >= LIKE_HOST
}

/// Says which days and issues there are, where no item is of those asked for.
pub(super) fn out_of_range(reader: &Reader, filters: &Filters) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    let has_any = |only: Filters| -> Result<bool> {
        let filter = Filter::new(reader, &only)?;
        for segment in reader.segments()? {
            if !filter.all(&segment)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let Filters { days, issues, .. } = filters;
    if *days != DayRange::default() && !has_any(Filters { days: *days, ..Filters::default() })? {
        let (first, last) = (ends(reader, names::DATE)?, ends(reader, names::DATE_END)?);
        let known = first.zip(last).and_then(|(first, last)| Some((day(first.0)?, day(last.1)?)));
        notes.push(Note::OutOfDays { days: *days, known });
    }
    if !issues.is_empty() && !has_any(Filters { issues: issues.clone(), ..Filters::default() })? {
        let known = ends(reader, names::ISSUE)?;
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let known = known.map(|(first, last)| (number(first), number(last)));
        notes.push(Note::OutOfIssues { issues: issues.clone(), known });
    }
    Ok(notes)
}

/// Returns the least and the greatest number of a column.
fn ends(reader: &Reader, column: &str) -> Result<Option<(u64, u64)>> {
    let mut ends: Option<(u64, u64)> = None;
    for segment in reader.snapshot().searcher.segment_readers() {
        let numbers = segment.fast_fields().u64(column).map_err(failed)?;
        // Deleted items are still in the column.
        let docs = segment.doc_ids_alive().filter_map(|doc| numbers.first(doc));
        for number in docs {
            ends = Some(
                ends.map_or((number, number), |(from, to)| (from.min(number), to.max(number))),
            );
        }
    }
    Ok(ends)
}

/// Returns the day of a number as it is in the index.
fn day(number: u64) -> Option<Date> {
    let part = |number: u64| i8::try_from(number % 100).ok();
    Date::new(i16::try_from(number / 10_000).ok()?, part(number / 100)?, part(number)?).ok()
}

/// Returns whether some item has a value.
fn has_value(reader: &Reader, field: Field, value: &String) -> Result<bool> {
    let condition = BooleanQuery::new(any_value(field, std::slice::from_ref(value)));
    let count = reader.snapshot().searcher.search(&condition, &Count).map_err(failed)?;
    Ok(count > 0)
}

/// Returns every value of a text column; section paths with their parts.
fn values(reader: &Reader, column: &str) -> Result<BTreeSet<String>> {
    let mut values = BTreeSet::new();
    for segment in reader.snapshot().searcher.segment_readers() {
        let Some(column_values) = segment.fast_fields().str(column).map_err(failed)? else {
            continue;
        };
        let mut stream =
            column_values.dictionary().stream().map_err(|error| Error::Search(Box::new(error)))?;
        while stream.advance() {
            let value = String::from_utf8_lossy(stream.key()).into_owned();
            if column == names::SECTION_PATH {
                values.extend(value.split('/').map(str::to_owned));
            }
            values.insert(value);
        }
    }
    Ok(values)
}

fn nearest(reader: &Reader, field: Field, column: &str, wanted: &str) -> Result<Vec<String>> {
    let wanted = fold(wanted.trim_start_matches('@'));
    let likeness = |value: &String| {
        let folded = fold(value);
        let inside = folded.contains(&wanted) || wanted.contains(&folded);
        strsim::normalized_damerau_levenshtein(&folded, &wanted) + if inside { INSIDE } else { 0.0 }
    };
    let mut rated: Vec<(f64, String)> =
        values(reader, column)?.into_iter().map(|value| (likeness(&value), value)).collect();
    rated.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| a.1.chars().count().cmp(&b.1.chars().count()))
    });
    let mut nearest = Vec::new();
    for (_, value) in rated {
        // Values of deleted items are still listed.
        if has_value(reader, field, &value)? {
            nearest.push(value);
        }
        if nearest.len() == MAX_NEAREST {
            break;
        }
    }
    Ok(nearest)
}

/// What items must be to pass: every one of some conditions.
pub(super) struct Filter(Vec<Condition>);

enum Condition {
    /// Not all of these hold.
    Not(Vec<Condition>),
    /// Found by terms.
    Terms(Box<dyn Weight>),
    /// One of the numbers of a field lies in one of the ranges, whose ends belong to them.
    Numbers { field: Field, column: &'static str, ranges: Vec<(u64, u64)> },
}

impl Filter {
    /// Understands filters.
    pub(super) fn new(reader: &Reader, filters: &Filters) -> Result<Self> {
        let (each, days) = conditions(reader, filters)?;
        let mut all: Vec<Condition> = each.into_iter().chain(days).collect();
        if let Some(excluded) = &filters.excluded {
            let (each, days) = conditions(reader, excluded)?;
            all.extend(each.into_iter().map(|condition| Condition::Not(vec![condition])));
            // What is inside a range is what both its ends hold for.
            if !days.is_empty() {
                all.push(Condition::Not(days));
            }
        }
        Ok(Self(all))
    }

    /// Returns those of some items that pass.
    pub(super) fn passing(&self, segment: &SegmentReader, mut docs: Docs) -> Result<Docs> {
        for condition in &self.0 {
            docs = condition.among(segment, docs)?;
        }
        Ok(docs)
    }

    /// Returns all existing items that pass.
    pub(super) fn all(&self, segment: &Segment<'_>) -> Result<Docs> {
        let Some((first, others)) = self.0.split_first() else { return Ok(segment.everything()) };
        let mut docs = first.all(segment.reader)?;
        docs.retain(|doc| !segment.reader.is_deleted(*doc));
        for condition in others {
            docs = condition.among(segment.reader, docs)?;
        }
        Ok(docs)
    }
}

/// Returns the conditions that filters make: each of which excludes by itself, and those of a range of days.
fn conditions(reader: &Reader, filters: &Filters) -> Result<(Vec<Condition>, Vec<Condition>)> {
    let fields = reader.fields();
    let scoring = EnableScoring::disabled_from_searcher(&reader.snapshot().searcher);
    let terms = |query: BooleanQuery| -> Result<Condition> {
        Ok(Condition::Terms(query.weight(scoring).map_err(failed)?))
    };
    let (mut each, mut days) = (Vec::new(), Vec::new());
    for (values, in_fields) in [
        (&filters.sections, &[fields.section][..]),
        (&filters.contributors, &[fields.contributor]),
        (&filters.sources, &[fields.source]),
        (&filters.places, &[fields.section, fields.source]),
    ] {
        if !values.is_empty() {
            let any = in_fields.iter().flat_map(|field| any_value(*field, values));
            each.push(terms(BooleanQuery::new(any.collect()))?);
        }
    }
    if !filters.links.is_empty() {
        each.push(terms(any_link(fields, &filters.links)?)?);
    }
    if !filters.issues.is_empty() {
        each.push(issues(fields, &filters.issues));
    }
    // A report dated by its month is inside a range that any of its days is in.
    if let Some(since) = filters.days.since {
        let ranges = vec![(day_number(since), u64::MAX)];
        let (field, column) = (fields.date_end, names::DATE_END);
        days.push(Condition::Numbers { field, column, ranges });
    }
    if let Some(until) = filters.days.until {
        let ranges = vec![(0, day_number(until))];
        let (field, column) = (fields.date, names::DATE);
        days.push(Condition::Numbers { field, column, ranges });
    }
    Ok((each, days))
}

impl Condition {
    /// Returns those of some items that it holds for.
    fn among(&self, segment: &SegmentReader, mut docs: Docs) -> Result<Docs> {
        match self {
            Self::Not(conditions) => {
                let mut held = docs.clone();
                for condition in conditions {
                    held = condition.among(segment, held)?;
                }
                docs = difference(&docs, &held);
            }
            Self::Terms(weight) => {
                let mut found = weight.scorer(segment, 1.0).map_err(failed)?;
                docs.retain(|doc| {
                    if found.doc() < *doc {
                        found.seek(*doc);
                    }
                    found.doc() == *doc
                });
            }
            Self::Numbers { column, ranges, .. } => {
                let numbers = segment.fast_fields().u64(column).map_err(failed)?;
                let inside =
                    |number: u64| ranges.iter().any(|(from, to)| (*from..=*to).contains(&number));
                docs.retain(|doc| numbers.values_for_doc(*doc).any(inside));
            }
        }
        Ok(docs)
    }

    /// Returns all items that it holds for, whether they exist or not.
    fn all(&self, segment: &SegmentReader) -> Result<Docs> {
        let mut docs = Docs::new();
        match self {
            Self::Not(_) => return self.among(segment, (0..segment.max_doc()).collect()),
            Self::Terms(weight) => {
                let mut found = weight.scorer(segment, 1.0).map_err(failed)?;
                while found.doc() != TERMINATED {
                    docs.push(found.doc());
                    found.advance();
                }
            }
            Self::Numbers { field, ranges, .. } => {
                let index = segment.inverted_index(*field).map_err(failed)?;
                for (from, to) in ranges {
                    let [from, to] = [from, to].map(|end| Term::from_field_u64(*field, *end));
                    let range = index.terms().range();
                    let range = range.ge(from.serialized_value_bytes());
                    let mut numbers = range
                        .le(to.serialized_value_bytes())
                        .into_stream()
                        .map_err(|error| failed(error.into()))?;
                    while numbers.advance() {
                        let option = IndexRecordOption::Basic;
                        let list = index.read_postings_from_terminfo(numbers.value(), option);
                        let mut list = list.map_err(|error| failed(error.into()))?;
                        while list.doc() != TERMINATED {
                            docs.push(list.doc());
                            list.advance();
                        }
                    }
                }
                docs.sort_unstable();
                docs.dedup();
            }
        }
        Ok(docs)
    }
}

/// Returns the existing items of a segment that are named, of all or of some.
pub(super) fn of_named(
    reader: &Reader,
    segment: &SegmentReader,
    named: &Named,
    among: Option<&[DocId]>,
) -> Result<Docs> {
    let fields = reader.fields();
    let terms = |query: BooleanQuery| -> Result<Condition> {
        let scoring = EnableScoring::disabled_from_searcher(&reader.snapshot().searcher);
        Ok(Condition::Terms(query.weight(scoring).map_err(failed)?))
    };
    let condition = match named {
        Named::Issue(range) => issues(fields, &[*range]),
        Named::Link(link) => terms(BooleanQuery::new(vec![term_condition(fields.link, link)]))?,
        Named::Below(link) => terms(BooleanQuery::new(at_or_below(fields, link)))?,
    };
    if let Some(docs) = among {
        return condition.among(segment, docs.to_vec());
    }
    let mut docs = condition.all(segment)?;
    docs.retain(|doc| !segment.is_deleted(*doc));
    Ok(docs)
}

fn issues(fields: &Fields, ranges: &[IssueRange]) -> Condition {
    let ranges = ranges.iter().map(|range| (u64::from(range.from), u64::from(range.to)));
    Condition::Numbers { field: fields.issue, column: names::ISSUE, ranges: ranges.collect() }
}

/// Returns a condition for any of the links: the link itself, everything of a host, or everything below an address.
pub(crate) fn any_link(fields: &Fields, links: &[String]) -> Result<BooleanQuery> {
    let mut any: Vec<(Occur, Box<dyn IndexQuery>)> = Vec::new();
    for value in links {
        let link = canonical_filter(value).ok_or_else(|| Error::Link { value: value.clone() })?;
        any.extend(at_or_below(fields, &link));
    }
    Ok(BooleanQuery::new(any))
}

fn at_or_below(fields: &Fields, link: &str) -> Vec<(Occur, Box<dyn IndexQuery>)> {
    let lower = link.to_lowercase();
    let places = [(fields.link, link), (fields.host, link), (fields.url, lower.as_str())];
    places.map(|(field, form)| term_condition(field, form)).into()
}

fn term_condition(field: Field, text: &str) -> (Occur, Box<dyn IndexQuery>) {
    let term = Term::from_field_text(field, text);
    (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
}

/// Returns a condition for any of the values, folded as they are in the index. A source is compared as written.
fn any_value(field: Field, values: &[String]) -> Vec<(Occur, Box<dyn IndexQuery>)> {
    let mut any: Vec<(Occur, Box<dyn IndexQuery>)> = Vec::new();
    for value in values {
        let value = value.trim().trim_start_matches('@');
        let parts: Vec<&str> = value.split('/').map(str::trim).collect();
        let mut forms = vec![fold(&parts.join("/")), value.to_owned()];
        forms.dedup();
        any.extend(forms.iter().map(|form| term_condition(field, form)));
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::Fixture;

    fn fixture() -> Fixture {
        Fixture::of_reports(&[
            ("2024-02-22.md", "# 示例\n\n# 论文\n\n## 翻译\n\n### 甲\n\n贡献人：@林李挚\n\n正文\n"),
            ("2024-03.md", "# 示例\n\n# 产品\n\n### 乙\n\n[x](https://x.example/y/z)\n"),
            ("2024-05-01.md", "# 示例\n\n# 产品\n\n### 丙\n\n[x](https://x.example/yz)\n"),
        ])
    }

    #[track_caller]
    fn check(filters: &Filters, expected: &[&str]) {
        let fixture = fixture();
        let filter = Filter::new(&fixture.reader, filters).unwrap();
        let segment = &fixture.reader.segments().unwrap()[0];
        let all = filter.all(segment).unwrap();
        assert_eq!(all, filter.passing(segment.reader, segment.everything()).unwrap());
        let mut titles = fixture.titles(all);
        titles.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(titles, expected, "{filters:?}");
    }

    fn values(values: &[&str]) -> Vec<String> {
        values.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn values_of_one_filter_add_up_and_filters_narrow() {
        let of = |sections: &[&str]| Filters { sections: values(sections), ..Filters::default() };
        check(&Filters::default(), &["甲", "乙", "丙"]);
        check(&of(&["论文"]), &["甲"]);
        check(&of(&["翻译"]), &["甲"]);
        check(&of(&["论文 / 翻译"]), &["甲"]);
        check(&of(&["论文", "产品"]), &["甲", "乙", "丙"]);
        check(&Filters { contributors: values(&["@林李挚"]), ..of(&["产品"]) }, &[]);
        check(&Filters { contributors: values(&["@林李挚"]), ..Filters::default() }, &["甲"]);
    }

    #[test]
    fn a_link_filter_is_a_link_a_host_or_what_is_below() {
        let of = |link: &str| Filters { links: values(&[link]), ..Filters::default() };
        check(&of("x.example"), &["乙", "丙"]);
        check(&of("https://x.example/y"), &["乙"]);
        check(&of("https://x.example/yz"), &["丙"]);
        let wrong = Filter::new(&fixture().reader, &of("no link"));
        assert!(matches!(wrong, Err(Error::Link { .. })));
    }

    #[test]
    fn a_report_of_a_month_is_in_every_range_that_meets_it() {
        let of = |since: Option<i8>, until: Option<i8>| {
            let day = |month: Option<i8>| month.map(|month| jiff::civil::date(2024, month, 20));
            Filters {
                days: DayRange { since: day(since), until: day(until) },
                ..Filters::default()
            }
        };
        check(&of(Some(3), None), &["乙", "丙"]);
        check(&of(None, Some(3)), &["甲", "乙"]);
        check(&of(Some(4), Some(5)), &["丙"]);
    }

    #[test]
    fn an_unknown_value_is_said_with_the_nearest() {
        let filters = Filters {
            sections: values(&["论文", "论"]),
            contributors: values(&["林李"]),
            sources: values(&["file"]),
            ..Filters::default()
        };
        let unknown = unknown_values(&fixture().reader, &filters).unwrap();
        let said: Vec<String> = unknown
            .iter()
            .map(|note| match note {
                Note::UnknownValue(UnknownValue { field, value, nearest }) => {
                    format!("{field} {value}: {}", nearest[0])
                }
                other => other.to_string(),
            })
            .collect();
        assert_eq!(said, ["section 论: 论文", "contributor 林李: 林李挚", "source file: files"]);
    }
}
