//! What an index holds, for people and for programs.

use serde::Serialize;

use super::terminal::escape;
use crate::index::Head;
use crate::query::FacetKind;
use crate::search::{FacetValue, Overview};

/// Values of one kind shown to people.
const MAX_SHOWN: usize = 8;
/// Columns of the longest bar of the months.
const BAR: usize = 40;

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
    /// Items of every section path, most first.
    pub sections: Vec<FacetValue>,
    /// Items of every contributor, most first.
    pub top_contributors: Vec<FacetValue>,
    /// Items with a link to every host, most first.
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
        let contributors = overview.values(FacetKind::Contributor).to_vec();
        Self {
            baoku: env!("CARGO_PKG_VERSION"),
            items: head.items,
            reports: head.reports,
            contributors: contributors.len(),
            links: overview.links,
            first_month: months.first().map(|month| month.value.clone()),
            last_month: months.last().map(|month| month.value.clone()),
            undated_reports: overview.undated_reports,
            diagnostics: overview.diagnostics,
            sources: overview.values(FacetKind::Source).to_vec(),
            sections: overview.values(FacetKind::Section).to_vec(),
            top_contributors: contributors,
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
    let mut lines = vec![format!("{} items in {} reports", stats.items, stats.reports)];
    let list = |values: &[FacetValue]| {
        let shown: Vec<String> = values
            .iter()
            .take(MAX_SHOWN)
            .map(|value| format!("{} {}", escape(&value.value), value.count))
            .collect();
        let more = values.len().saturating_sub(MAX_SHOWN);
        shown.join(", ") + &if more > 0 { format!(", {more} more") } else { String::new() }
    };
    let months = match (&stats.first_month, &stats.last_month) {
        (Some(first), Some(last)) => {
            format!("{first} to {last}, {} with items", stats.months.len())
        }
        _ => "none known".to_owned(),
    };
    lines.push(format!("  sources       {}", list(&stats.sources)));
    lines.push(format!("  sections      {}", list(&stats.sections)));
    lines.push(format!(
        "  contributors  {}: {}",
        stats.contributors,
        list(&stats.top_contributors)
    ));
    lines.push(format!("  links         {}: {}", stats.links, list(&stats.hosts)));
    lines.push(format!("  months        {months}"));
    if stats.undated_reports > 0 {
        lines.push(format!("  not dated     {} reports", stats.undated_reports));
    }
    if stats.diagnostics > 0 {
        lines.push(format!("  diagnostics   {} (`baoku check` prints them)", stats.diagnostics));
    }
    if let (Some(size), Some(path)) = (stats.index_bytes, &stats.index) {
        lines.push(format!("  index         {} in {}", bytes(size), escape(path)));
    }
    lines.push(format!(
        "  versions      baoku {}, format {}, analyzer {}, dictionary {}",
        stats.baoku, stats.versions.format, stats.versions.analyzer, stats.versions.dictionary
    ));
    if stats.months.len() > 1 {
        lines.push(String::new());
    }
    // A long archive is shown by years.
    let by_year = stats.months.len() > 24;
    let mut rows: Vec<(String, usize)> = Vec::new();
    for month in &stats.months {
        let name = if by_year { month.value.get(..4).unwrap_or_default() } else { &month.value };
        match rows.last_mut() {
            Some((last, count)) if last == name => *count += month.count,
            _ => rows.push((name.to_owned(), month.count)),
        }
    }
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(1).max(1);
    if rows.len() > 1 {
        for (name, count) in rows {
            lines.push(format!(
                "  {name:<7}  {count:>6}  {}",
                "█".repeat((count * BAR).div_ceil(most))
            ));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_to_three_digits() {
        assert_eq!(bytes(999), "999 bytes");
        assert_eq!(bytes(20_440_000), "20.4 MB");
    }
}
