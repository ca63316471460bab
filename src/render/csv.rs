//! Results as comma-separated values, one hit a line under a head line.

use crate::report::ReportDate;
use crate::search::Results;

/// Columns, in order. Lists are joined by spaces.
const HEAD: [&str; 9] =
    ["rank", "id", "date", "section", "contributors", "title", "link", "snippet", "score"];

/// Writes results; fields are quoted where they must be, and a field that a spreadsheet would run as a formula begins
/// with an apostrophe.
#[must_use]
pub fn results(results: &Results) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(HEAD);
    for (index, hit) in results.matching().enumerate() {
        let stored = &hit.item;
        let fields = [
            (results.offset + index + 1).to_string(),
            harmless(stored.id.as_str()),
            stored.date.as_ref().map_or_else(String::new, ReportDate::display),
            harmless(&stored.item.section.join("/")),
            harmless(&stored.item.contributors.join(" ")),
            harmless(&stored.item.title),
            harmless(stored.item.links.first().map_or("", |link| &link.url)),
            harmless(&hit.snippet.text),
            format!("{}", hit.score),
        ];
        let _ = writer.write_record(fields);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn harmless(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_begins_with_an_apostrophe() {
        for formula in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for text in ["", "a=1", " =1", "论文"] {
            assert_eq!(harmless(text), text);
        }
    }
}
