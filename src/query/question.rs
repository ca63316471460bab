//! Everything asked at once, as an address writes it, and questions that ask for a little more or less.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use url::form_urlencoded;

use super::written::{each, flag, last};
use super::{DayRange, FilterKind, Filters, IssueRange, parse_days};
use crate::error::{Error, Result};

/// Filters of one question, days aside. Every link of a page repeats all of them.
pub const MAX_FILTERS: usize = 20;

/// Everything asked at once, as it was written. Dates, numbers of issues and the order are read when it is answered,
/// so that a page can show what could not be understood. How many hits an answer has and what it says beside them,
/// counts and explanations, is not part of it: links to other pages and feeds of a question would repeat that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::IntoParams))]
#[serde(default)]
#[cfg_attr(feature = "serve", into_params(parameter_in = Query))]
pub struct Question {
    /// Words, `"phrases"`, `-exclusions`, `OR`, brackets and `field:value`; any text is a query. Without one the
    /// filters list items, newest first.
    #[serde(rename = "q", deserialize_with = "last")]
    #[cfg_attr(feature = "serve", param(value_type = Option<String>, max_length = 2000, example = "LongRoPE"))]
    pub query: String,
    /// Only items of this section: a heading, or a path such as `资讯/研究`. May be repeated; any may match.
    #[serde(rename = "section", deserialize_with = "each")]
    #[cfg_attr(feature = "serve", param(value_type = Option<Vec<String>>))]
    pub sections: Vec<String>,
    /// Only items of this source. May be repeated.
    #[serde(rename = "source", deserialize_with = "each")]
    #[cfg_attr(feature = "serve", param(value_type = Option<Vec<String>>))]
    pub sources: Vec<String>,
    /// Only items brought by this contributor. May be repeated.
    #[serde(rename = "contributor", deserialize_with = "each")]
    #[cfg_attr(feature = "serve", param(value_type = Option<Vec<String>>))]
    pub contributors: Vec<String>,
    /// Only items that link there: a URL in any form, or a host such as `arxiv.org`. May be repeated.
    #[serde(rename = "link", deserialize_with = "each")]
    #[cfg_attr(feature = "serve", param(value_type = Option<Vec<String>>))]
    pub links: Vec<String>,
    /// Only items of this issue, or of a range such as `290..300`. May be repeated.
    #[serde(rename = "issue", deserialize_with = "each")]
    #[cfg_attr(feature = "serve", param(value_type = Option<Vec<String>>))]
    pub issues: Vec<String>,
    /// Only items of this date or later: `2024`, `2024-02`, `2024-02-22`, `2024Q1`, `7d`, `今天`, `上周`.
    #[serde(deserialize_with = "last")]
    #[cfg_attr(feature = "serve", param(value_type = Option<String>))]
    pub since: String,
    /// Only items of this date or earlier.
    #[serde(deserialize_with = "last")]
    #[cfg_attr(feature = "serve", param(value_type = Option<String>))]
    pub until: String,
    /// Order of hits; relevance if empty.
    #[serde(deserialize_with = "last")]
    #[cfg_attr(feature = "serve", param(ignore))]
    pub sort: String,
    /// Only items that have every word whole and as typed: no other names, no mended spelling, nothing related.
    #[serde(deserialize_with = "last")]
    #[cfg_attr(feature = "serve", param(value_type = Option<bool>))]
    pub strict: String,
    /// Page, counted from 1; 0 stands for the first, too.
    #[serde(deserialize_with = "page")]
    #[cfg_attr(feature = "serve", param(ignore))]
    pub page: usize,
}

/// A page that cannot be understood is the first.
fn page<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<usize, D::Error> {
    Ok(last(deserializer)?.parse().unwrap_or(1))
}

/// Order of hits.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, strum::EnumString, strum::IntoStaticStr,
)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Sort {
    /// Best first, then newest first.
    #[default]
    Relevance,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
}

impl Question {
    /// Reads the query part of a URL. Parameters of other names are ignored, so that those of trackers do no harm.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        // Every value is taken as text, so that there is nothing that could be wrong.
        serde_html_form::from_str(raw).unwrap_or_default()
    }

    /// Makes the question of parameters, each a name and a value; those of other names are ignored.
    #[must_use]
    pub fn from_pairs(pairs: &[(&str, &str)]) -> Self {
        Self::parse(&form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    }

    /// Understands its filters; `today` is the day relative dates count from.
    ///
    /// # Errors
    /// [`Error::Date`], [`Error::Issue`].
    pub fn filters(&self, today: Date) -> Result<Filters> {
        let days = |field: &'static str, value: &str| {
            if value.is_empty() {
                return Ok(DayRange::default());
            }
            parse_days(value, today).ok_or_else(|| Error::Date { field, value: value.to_owned() })
        };
        let issue = |value: &String| {
            IssueRange::parse(value).ok_or_else(|| Error::Issue { value: value.clone() })
        };
        Ok(Filters {
            sections: self.sections.clone(),
            sources: self.sources.clone(),
            contributors: self.contributors.clone(),
            links: self.links.clone(),
            issues: self.issues.iter().map(issue).collect::<Result<_>>()?,
            days: DayRange {
                since: days("since", &self.since)?.since,
                until: days("until", &self.until)?.until,
            },
            ..Filters::default()
        })
    }

    /// Understands its order.
    ///
    /// # Errors
    /// [`Error::Choice`].
    pub fn order(&self) -> Result<Sort> {
        if self.sort.is_empty() {
            return Ok(Sort::default());
        }
        self.sort.parse().map_err(|_| Error::Choice {
            field: "sort",
            value: self.sort.clone(),
            choices: "relevance, newest or oldest".to_owned(),
        })
    }

    /// Understands whether only items with every word as typed are wanted.
    ///
    /// # Errors
    /// [`Error::Choice`].
    pub fn is_strict(&self) -> Result<bool> {
        flag("strict", &self.strict)
    }

    /// Returns the values of filters that may be repeated; days are not among them.
    #[must_use]
    pub fn values(&self, kind: FilterKind) -> &[String] {
        match kind {
            FilterKind::Section => &self.sections,
            FilterKind::Source => &self.sources,
            FilterKind::Contributor => &self.contributors,
            FilterKind::Link => &self.links,
            FilterKind::Issue => &self.issues,
            FilterKind::Days => &[],
        }
    }

    fn values_mut(&mut self, kind: FilterKind) -> Option<&mut Vec<String>> {
        Some(match kind {
            FilterKind::Section => &mut self.sections,
            FilterKind::Source => &mut self.sources,
            FilterKind::Contributor => &mut self.contributors,
            FilterKind::Link => &mut self.links,
            FilterKind::Issue => &mut self.issues,
            FilterKind::Days => return None,
        })
    }

    /// Returns its filters in the order they are written, days aside.
    pub fn repeated(&self) -> impl Iterator<Item = (FilterKind, &str)> {
        let values = |kind| self.values(kind).iter().map(move |value| (kind, value.as_str()));
        REPEATED.iter().flat_map(move |(kind, _)| values(*kind))
    }

    /// Counts its filters, days aside.
    #[must_use]
    pub fn filter_count(&self) -> usize {
        self.repeated().count()
    }

    /// Returns whether it asks for nothing.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.query.is_empty() && !self.is_filtered()
    }

    /// Returns whether there are filters beside the query.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.filter_count() > 0 || !self.since.is_empty() || !self.until.is_empty()
    }

    /// The same on the first page, without filters.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { query: self.query.clone(), sort: self.sort.clone(), ..Self::default() }
    }

    /// The same, as a search for something else.
    #[must_use]
    pub fn with_query(&self, query: &str) -> Self {
        Self { query: query.to_owned(), page: 0, strict: String::new(), ..self.clone() }
    }

    /// The same in another order.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        let sort = if sort == Sort::default() { "" } else { sort.into() };
        Self { sort: sort.to_owned(), page: 0, ..self.clone() }
    }

    /// The same on another page.
    #[must_use]
    pub fn with_page(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// The same, but only items that have every word as typed.
    #[must_use]
    pub fn strictly(&self) -> Self {
        Self { strict: "true".to_owned(), page: 0, ..self.clone() }
    }

    /// The same with one more filter.
    #[must_use]
    pub fn with(&self, kind: FilterKind, value: &str) -> Self {
        let mut question = Self { page: 0, ..self.clone() };
        if let Some(values) = question.values_mut(kind) {
            values.push(value.to_owned());
        } else {
            value.clone_into(&mut question.since);
            value.clone_into(&mut question.until);
        }
        question
    }

    /// The same without one filter; of days, without both.
    #[must_use]
    pub fn without(&self, kind: FilterKind, value: &str) -> Self {
        let mut question = Self { page: 0, ..self.clone() };
        if let Some(values) = question.values_mut(kind) {
            values.retain(|known| known != value);
        } else {
            question.since.clear();
            question.until.clear();
        }
        question
    }

    /// Returns its parameters in their order, without those that say nothing.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let repeated = REPEATED.iter().flat_map(|(kind, name)| {
            self.values(*kind).iter().map(move |value| (*name, value.clone()))
        });
        let rest = [
            ("since", &self.since),
            ("until", &self.until),
            ("sort", &self.sort),
            ("strict", &self.strict),
            ("page", &page),
        ];
        [("q", self.query.clone())]
            .into_iter()
            .chain(repeated)
            .chain(rest.map(|(name, value)| (name, value.clone())))
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// Writes the query part of a URL, with its question mark; empty if it asks for nothing.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = self.to_pairs();
        if pairs.is_empty() {
            return String::new();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        format!("?{}", query.finish())
    }
}

/// Filters that may be repeated, with the names of their parameters, in the order they are written.
const REPEATED: [(FilterKind, &str); 5] = [
    (FilterKind::Section, "section"),
    (FilterKind::Source, "source"),
    (FilterKind::Contributor, "contributor"),
    (FilterKind::Link, "link"),
    (FilterKind::Issue, "issue"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2024, 2, 22);

    #[test]
    fn a_question_reads_what_it_writes() {
        let raw = "q=a%26b+%E8%AE%BA&section=%E8%AE%BA%E6%96%87&section=x%2Fy&source=s&contributor=%40c\
                   &link=arxiv.org&issue=290..300&since=2024-02&until=2024Q2&sort=newest&strict=true&page=3";
        let question = Question::parse(raw);
        assert_eq!(question.to_query(), format!("?{raw}"));
        assert_eq!((question.query.as_str(), question.sections.len()), ("a&b 论", 2));
    }

    #[cfg(feature = "serve")]
    #[test]
    fn every_documented_parameter_is_read() {
        let documented = <Question as utoipa::IntoParams>::into_params(|| None);
        for name in documented.iter().map(|parameter| parameter.name.as_str()) {
            let question = Question::parse(&format!("{name}=2024"));
            assert_eq!(question.to_query(), format!("?{name}=2024"));
        }
        assert_eq!(documented.len(), 9);
    }

    #[test]
    fn values_are_read_with_what_surrounds_them() {
        for (raw, written) in [
            ("", ""),
            ("&&=&=1&q", ""),
            ("utm_source=x&fbclid=1&q=x", "?q=x"),
            // What cannot be repeated is what it was last; what can be is there once.
            ("q=a&q=b&q=+", "?q=b"),
            ("link=+a+&link=a&link=&link=b", "?link=a&link=b"),
            ("page=0&q=x", "?q=x"),
            ("page=banana&q=x", "?q=x"),
            ("page=2&page=-1", ""),
            ("q=%FF%00", "?q=%EF%BF%BD%00"),
            // What cannot be understood is kept.
            ("sort=random&since=banana&strict=perhaps", "?since=banana&sort=random&strict=perhaps"),
        ] {
            assert_eq!(Question::parse(raw).to_query(), written, "{raw}");
        }
    }

    #[test]
    fn filters_are_understood_or_refused() {
        let filters = |raw: &str| Question::parse(raw).filters(TODAY);
        let all = filters("section=a&source=b&contributor=c&link=d&issue=7&since=2024&until=2024");
        let all = all.unwrap();
        assert_eq!((all.sections[0].as_str(), all.sources[0].as_str()), ("a", "b"));
        assert_eq!((all.contributors[0].as_str(), all.links[0].as_str()), ("c", "d"));
        assert_eq!(all.issues, [IssueRange { from: 7, to: 7 }]);
        assert_eq!(Some(all.days), parse_days("2024", TODAY));
        assert!(filters("q=x").unwrap().is_empty());
        for (raw, error) in [
            ("since=banana", "since: `banana` is not a date"),
            ("until=2024-13", "until: `2024-13` is not a date"),
            ("issue=1&issue=x", "issue: `x` is not the number of an issue"),
        ] {
            assert_eq!(filters(raw).unwrap_err().to_string(), error);
        }
    }

    #[test]
    fn order_and_strictness_are_understood_or_refused() {
        let order = |raw: &str| Question::parse(raw).order();
        for (raw, sort) in [
            ("", Sort::Relevance),
            ("sort=relevance", Sort::Relevance),
            ("sort=newest", Sort::Newest),
            ("sort=oldest", Sort::Oldest),
        ] {
            let question = Question::parse(raw);
            assert_eq!(question.order().unwrap(), sort);
            assert_eq!(question.with_sort(sort).order().unwrap(), sort);
        }
        assert_eq!(
            order("sort=best").unwrap_err().one_line(),
            "sort: `best` is not known; write relevance, newest or oldest"
        );
        let question = Question::parse("q=x&page=2");
        assert!(!question.is_strict().unwrap() && question.strictly().is_strict().unwrap());
        assert_eq!(question.strictly().to_query(), "?q=x&strict=true");
        assert_eq!(question.strictly().with_query("y").to_query(), "?q=y");
    }

    #[test]
    fn a_filter_leads_back_to_the_first_page() {
        let question = Question::parse("q=x&page=4");
        let filtered = question.with(FilterKind::Section, "论文").with(FilterKind::Days, "2024-02");
        assert_eq!(
            filtered.to_query(),
            "?q=x&section=%E8%AE%BA%E6%96%87&since=2024-02&until=2024-02"
        );
        let back = filtered.without(FilterKind::Section, "论文").without(FilterKind::Days, "");
        assert_eq!(back.to_query(), "?q=x");
        assert!(filtered.is_filtered() && !back.is_filtered());
        assert_eq!(filtered.unfiltered(), back);
        let every = FilterKind::Issue;
        let numbered = question.with(every, "1").with(every, "2").without(every, "1");
        assert_eq!((numbered.values(every), numbered.filter_count()), (&["2".to_owned()][..], 1));
    }

    #[test]
    fn nothing_asked_is_the_home_page() {
        assert!(Question::parse("q=+&section=&page=1&utm_source=x&sort=newest&strict=1").is_home());
        for raw in ["source=a", "q=x", "since=2024", "until=x"] {
            assert!(!Question::parse(raw).is_home(), "{raw}");
        }
    }
}
