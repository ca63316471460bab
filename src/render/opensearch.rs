//! A description that lets browsers search a site from their address bar (OpenSearch 1.1).

use maud::html;

use super::html::{Language, Site, Text};

/// Writes the description; `site` must know its origin.
#[must_use]
pub fn description(site: &Site, language: Language) -> String {
    let template = site.url("/?q={searchTerms}");
    let suggestions = site.url("/suggestions.json?q={searchTerms}");
    let name = language.choose("报库", "Baoku");
    let text = language.choose("搜索往期报告", "Search past reports");
    let description = html! {
        OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/" {
            ShortName { (name) }
            Description { (text) }
            InputEncoding { "UTF-8" }
            Image height="16" width="16" type="image/svg+xml" { (Text(&site.url("/favicon.svg"))) }
            Url type="text/html" method="get" template=(Text(&template)) {}
            Url type="application/x-suggestions+json" method="get" template=(Text(&suggestions)) {}
        }
    };
    super::xml(&description)
}
