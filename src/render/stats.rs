//! What an index holds, for people and for programs.

use serde::Serialize;

use crate::index::Head;
use crate::query::FacetKind;
use crate::search::{FacetValue, Overview};
use crate::text::escape;

/// Values of one kind shown to people.
const MAX_SHOWN: usize = 8;
/// Columns of the longest bar.
const BAR: usize = 40;
/// Months that have a bar each; more are summed by year.
const MAX_MONTHS: usize = 24;

/// Counts of one index.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Stats {
    /// Version of this program.
    pub baoku: &'static str,
    /// Items.
    pub items: usize,
    /// Files that gave items.
    pub reports: usize,
    /// Different contributors.
    pub contributors: usize,
    /// Different addresses, in canonical form.
    pub links: usize,
    /// First month that is known.
    pub first_month: Option<String>,
    /// Last month that is known.
    pub last_month: Option<String>,
    /// Reports without a date.
    pub undated_reports: usize,
    /// Files that could not be read without a warning.
    pub diagnostics: usize,
    /// Items of every source.
    pub sources: Vec<FacetValue>,
    /// Items of every section path, most first; the server lists as many as of facets.
    pub sections: Vec<FacetValue>,
    /// Items of every contributor, most first; as many.
    pub top_contributors: Vec<FacetValue>,
    /// Items with a link to every host, most first; as many.
    pub hosts: Vec<FacetValue>,
    /// Items of every month, in order.
    pub months: Vec<FacetValue>,
    /// The index folder, for those who may know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// Bytes on disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_bytes: Option<u64>,
    /// Versions that decide whether a program can use the index.
    pub versions: Versions,
    /// Names the commit.
    pub generation: String,
}

/// Versions of an index.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct Versions {
    /// Of its fields and files.
    pub format: u32,
    /// Of the analyzer.
    pub analyzer: u32,
    /// Of the dictionary.
    pub dictionary: String,
}

impl Stats {
    /// Shows what an archive holds, and the head of its index.
    #[must_use]
    pub fn new(overview: &Overview, head: &Head) -> Self {
        let months = overview.values(FacetKind::Month).to_vec();
        Self {
            baoku: env!("CARGO_PKG_VERSION"),
            items: head.items,
            reports: head.reports,
            contributors: overview.different(FacetKind::Contributor),
            links: overview.links,
            first_month: months.first().map(|month| month.value.clone()),
            last_month: months.last().map(|month| month.value.clone()),
            undated_reports: overview.undated_reports,
            diagnostics: overview.diagnostics,
            sources: overview.values(FacetKind::Source).to_vec(),
            sections: overview.values(FacetKind::Section).to_vec(),
            top_contributors: overview.values(FacetKind::Contributor).to_vec(),
            hosts: overview.values(FacetKind::Host).to_vec(),
            months,
            index: None,
            index_bytes: None,
            versions: Versions {
                format: head.versions.format,
                analyzer: head.versions.analyzer,
                dictionary: head.versions.dictionary.clone(),
            },
            generation: head.generation.clone(),
        }
    }

    /// Lists at most so many sections, contributors and hosts: those that have most items.
    #[must_use]
    pub fn with_at_most(mut self, values: usize) -> Self {
        for list in [&mut self.sections, &mut self.top_contributors, &mut self.hosts] {
            list.truncate(values);
        }
        self
    }
}

/// Writes a number of bytes for people.
fn bytes(count: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let count_f = count as f64;
    match count {
        0..1_000 => format!("{count} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", count_f / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", count_f / 1e6),
        _ => format!("{:.1} GB", count_f / 1e9),
    }
}

/// Writes counts for people.
#[must_use]
pub fn text(stats: &Stats) -> String {
    let mut text = format!("{} items in {} reports\n", stats.items, stats.reports);
    for (what, found) in counts(stats) {
        text.push_str(&format!("  {what:<12}  {found}\n"));
    }
    text + &bars(&stats.months)
}

/// Returns what is counted and what was found, in the order shown.
fn counts(stats: &Stats) -> Vec<(&'static str, String)> {
    let months = match (&stats.first_month, &stats.last_month) {
        (Some(first), Some(last)) => {
            format!("{first} to {last}, {} with items", stats.months.len())
        }
        _ => "none known".to_owned(),
    };
    let contributors = list(&stats.top_contributors);
    let mut counts = vec![
        ("sources", list(&stats.sources)),
        ("sections", list(&stats.sections)),
        ("contributors", format!("{}: {contributors}", stats.contributors)),
        ("links", format!("{}: {}", stats.links, list(&stats.hosts))),
        ("months", months),
    ];
    if stats.undated_reports > 0 {
        counts.push(("not dated", format!("{} reports", stats.undated_reports)));
    }
    if stats.diagnostics > 0 {
        counts.push(("diagnostics", format!("{} (`baoku check` prints them)", stats.diagnostics)));
    }
    if let (Some(size), Some(path)) = (stats.index_bytes, &stats.index) {
        counts.push(("index", format!("{} in {}", bytes(size), escape(path))));
    }
    let Versions { format, analyzer, dictionary } = &stats.versions;
    let versions = format!(
        "baoku {}, format {format}, analyzer {analyzer}, dictionary {dictionary}",
        stats.baoku
    );
    counts.push(("versions", versions));
    counts
}

/// Writes the first values with their counts.
fn list(values: &[FacetValue]) -> String {
    let shown = values.iter().take(MAX_SHOWN);
    let shown = shown.map(|value| format!("{} {}", escape(&value.value), value.count));
    let more = values.len().saturating_sub(MAX_SHOWN);
    let more = (more > 0).then(|| format!("{more} more"));
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// Writes the months as bars, under an empty line; a long archive by years.
fn bars(months: &[FacetValue]) -> String {
    let by_year = months.len() > MAX_MONTHS;
    let mut rows: Vec<(&str, usize)> = Vec::new();
    for month in months {
        let name = if by_year { month.value.get(..4).unwrap_or_default() } else { &month.value };
        match rows.last_mut() {
            Some((last, count)) if *last == name => *count += month.count,
            _ => rows.push((name, month.count)),
        }
    }
    if rows.len() < 2 {
        return String::new();
    }
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    let row = |(name, count): (&str, usize)| {
        format!("  {name:<7}  {count:>6}  {}\n", "█".repeat((count * BAR).div_ceil(most)))
    };
    rows.into_iter().map(row).fold("\n".to_owned(), |text, row| text + &row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_to_three_digits() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(20_440_000), "20.4 MB");
    }

    #[test]
    fn months_are_bars_and_those_of_a_long_archive_are_summed_by_year() {
        let month = |n: usize| FacetValue {
            value: format!("{}-{:02}", 2022 + n / 12, n % 12 + 1),
            count: if n < 12 { 1 } else { 2 },
        };
        let months = |most: usize| bars(&(0..most).map(month).collect::<Vec<_>>());
        assert_eq!((months(0), months(1)), (String::new(), String::new()));
        let bar = |length: usize| "█".repeat(length);
        let two = format!("\n  2022-01       1  {0}\n  2022-02       1  {0}\n", bar(40));
        assert_eq!(months(2), two);
        assert_eq!(months(24).lines().count(), 1 + 24);
        let years = format!(
            "\n  2022         12  {}\n  2023         24  {}\n  2024          2  {}\n",
            bar(20),
            bar(40),
            bar(4)
        );
        assert_eq!(months(25), years);
    }
}
