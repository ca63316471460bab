//! Addresses of the search page: what they ask for, and addresses that ask for a little more or less.

use url::form_urlencoded;

use crate::index::StoredItem;
use crate::search::{FacetKind, Sort};

/// Filters of one address, days aside. Every link of a page repeats all of them.
pub const MAX_FILTERS: usize = 20;

/// What the address of a page or of an answer asks for, as written there. Dates and numbers of issues are read when the
/// request is made, so that a page can show what could not be understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Address {
    /// The query.
    pub query: String,
    /// Sections, any of which may match.
    pub sections: Vec<String>,
    /// Sources, any of which may match.
    pub sources: Vec<String>,
    /// Contributors, any of which may match.
    pub contributors: Vec<String>,
    /// URLs or hosts, any of which may match.
    pub links: Vec<String>,
    /// Numbers or ranges of issues, any of which may match.
    pub issues: Vec<String>,
    /// First day; empty if open.
    pub since: String,
    /// Last day; empty if open.
    pub until: String,
    /// Order; relevance if empty.
    pub sort: String,
    /// Page, counted from 1; 0 stands for the first, too.
    pub page: usize,
    /// Only items that have every word as typed.
    pub strict: bool,
}

/// One filter of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterKind {
    /// A section.
    Section,
    /// A source.
    Source,
    /// A contributor.
    Contributor,
    /// A URL or host.
    Link,
    /// A number of an issue.
    Issue,
    /// First and last day.
    Days,
}

impl From<FacetKind> for FilterKind {
    fn from(kind: FacetKind) -> Self {
        match kind {
            FacetKind::Section => Self::Section,
            FacetKind::Source => Self::Source,
            FacetKind::Contributor => Self::Contributor,
            FacetKind::Host => Self::Link,
            FacetKind::Month => Self::Days,
        }
    }
}

impl Address {
    /// Reads the query part of a URL; names not known are left to the caller, or to nobody.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        let mut address = Self::default();
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            address.set(&name, value.trim());
        }
        address
    }

    /// Takes one parameter; tells whether its name is one of an address.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        if let Some(values) = self.named(name) {
            if !value.is_empty() && !values.iter().any(|known| known == value) {
                values.push(value.to_owned());
            }
            return true;
        }
        match name {
            "q" => value.clone_into(&mut self.query),
            "since" => value.clone_into(&mut self.since),
            "until" => value.clone_into(&mut self.until),
            "sort" => value.clone_into(&mut self.sort),
            "page" => self.page = value.parse().unwrap_or(1),
            "strict" => self.strict = matches!(value, "true" | "1"),
            _ => return false,
        }
        true
    }

    fn named(&mut self, name: &str) -> Option<&mut Vec<String>> {
        Some(match name {
            "section" => &mut self.sections,
            "source" => &mut self.sources,
            "contributor" => &mut self.contributors,
            "link" => &mut self.links,
            "issue" => &mut self.issues,
            _ => return None,
        })
    }

    /// Returns the values of filters that may be repeated; days are none of them.
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

    /// Counts its filters, days aside.
    #[must_use]
    pub fn filter_count(&self) -> usize {
        let lists = [&self.sections, &self.sources, &self.contributors, &self.links, &self.issues];
        lists.into_iter().map(Vec::len).sum()
    }

    /// Tells whether it asks for nothing.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.query.is_empty() && !self.is_filtered()
    }

    /// Tells whether there are filters beside the query.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.pairs().iter().all(|(name, _)| matches!(*name, "q" | "sort" | "page" | "strict"))
    }

    /// The same on the first page, without filters.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self { query: self.query.clone(), sort: self.sort.clone(), ..Self::default() }
    }

    /// The same, as a search for something else.
    #[must_use]
    pub fn with_query(&self, query: &str) -> Self {
        Self { query: query.to_owned(), page: 0, strict: false, ..self.clone() }
    }

    /// The same in another order.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        let sort = match sort {
            Sort::Relevance => "",
            Sort::Newest => "newest",
            Sort::Oldest => "oldest",
        };
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
        Self { strict: true, page: 0, ..self.clone() }
    }

    /// The same with one more filter.
    #[must_use]
    pub fn with(&self, kind: FilterKind, value: &str) -> Self {
        let mut address = Self { page: 0, ..self.clone() };
        match kind {
            FilterKind::Section => address.sections.push(value.to_owned()),
            FilterKind::Source => address.sources.push(value.to_owned()),
            FilterKind::Contributor => address.contributors.push(value.to_owned()),
            FilterKind::Link => address.links.push(value.to_owned()),
            FilterKind::Issue => address.issues.push(value.to_owned()),
            FilterKind::Days => {
                value.clone_into(&mut address.since);
                value.clone_into(&mut address.until);
            }
        }
        address
    }

    /// The same without one filter; of days, without both.
    #[must_use]
    pub fn without(&self, kind: FilterKind, value: &str) -> Self {
        let mut address = Self { page: 0, ..self.clone() };
        let remove = |values: &mut Vec<String>| values.retain(|known| known != value);
        match kind {
            FilterKind::Section => remove(&mut address.sections),
            FilterKind::Source => remove(&mut address.sources),
            FilterKind::Contributor => remove(&mut address.contributors),
            FilterKind::Link => remove(&mut address.links),
            FilterKind::Issue => remove(&mut address.issues),
            FilterKind::Days => {
                address.since.clear();
                address.until.clear();
            }
        }
        address
    }

    /// Returns its parameters in their order, without those that say nothing.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        let mut add = |name, value: &str| {
            if !value.is_empty() {
                pairs.push((name, value.to_owned()));
            }
        };
        add("q", &self.query);
        for (name, values) in [
            ("section", &self.sections),
            ("source", &self.sources),
            ("contributor", &self.contributors),
            ("link", &self.links),
            ("issue", &self.issues),
        ] {
            for value in values {
                add(name, value);
            }
        }
        add("since", &self.since);
        add("until", &self.until);
        add("sort", &self.sort);
        if self.strict {
            add("strict", "true");
        }
        if self.page > 1 {
            add("page", &self.page.to_string());
        }
        pairs
    }

    /// Writes the query part of a URL, with its question mark; empty if it asks for nothing.
    #[must_use]
    pub fn to_query(&self) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return String::new();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        format!("?{}", query.finish())
    }
}

/// Writes the path of an item's page below the root; everything but unreserved characters and slashes is escaped.
#[must_use]
pub fn item_path(item: &StoredItem) -> String {
    id_path(item.id.as_str())
}

/// Writes the path of the page of the item of this id.
#[must_use]
pub fn id_path(id: &str) -> String {
    let mut path = String::from("/items/");
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_what_it_writes() {
        let raw = "q=a%26b+%E8%AE%BA&section=%E8%AE%BA%E6%96%87&section=x%2Fy&link=arxiv.org&issue=290..300\
                   &since=2024-02&until=2024Q2&sort=newest&strict=true&page=3";
        let address = Address::parse(raw);
        assert_eq!(address.to_query(), format!("?{raw}"));
        assert_eq!((address.query.as_str(), address.sections.len()), ("a&b 论", 2));
    }

    #[test]
    fn a_filter_leads_back_to_the_first_page() {
        let address = Address::parse("q=x&page=4");
        let filtered = address.with(FilterKind::Section, "论文").with(FilterKind::Days, "2024-02");
        assert_eq!(
            filtered.to_query(),
            "?q=x&section=%E8%AE%BA%E6%96%87&since=2024-02&until=2024-02"
        );
        let back = filtered.without(FilterKind::Section, "论文").without(FilterKind::Days, "");
        assert_eq!(back.to_query(), "?q=x");
        assert!(filtered.is_filtered() && !back.is_filtered());
    }

    #[test]
    fn nothing_asked_is_the_home_page() {
        assert!(Address::parse("q=+&section=&page=1&utm_source=x").is_home());
        assert!(!Address::parse("source=a").is_home());
    }
}
