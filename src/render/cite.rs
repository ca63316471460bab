//! How to cite an item: as a sentence, in Markdown, in BibTeX.

use super::html::Language;
use super::markdown;
use crate::index::StoredItem;
use crate::report::ReportDate;
use crate::text::clean;

/// Returns where the item can be read: its permalink if that is known, else its report on the web or its first link.
fn address<'a>(stored: &'a StoredItem, permalink: &'a str) -> &'a str {
    if !permalink.is_empty() {
        return permalink;
    }
    let link = || stored.item.links.first().map(|link| link.url.as_str());
    stored.report_url.as_deref().or_else(link).unwrap_or_default()
}

fn date(stored: &StoredItem) -> Option<String> {
    stored.date.as_ref().map(ReportDate::display)
}

/// Writes a sentence; `permalink` is the whole URL of the item's page, or empty.
#[must_use]
pub fn sentence(stored: &StoredItem, permalink: &str, language: Language) -> String {
    let title = clean(&stored.item.title);
    let url = address(stored, permalink);
    let by = stored.item.contributors.join(language.choose("、", ", "));
    let issue = stored.issue.map(|issue| match language {
        Language::Chinese => format!("第 {issue} 期"),
        Language::English => format!("no. {issue}"),
    });
    let parts = [(!by.is_empty()).then_some(by), Some(stored.source.clone()), issue, date(stored)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match language {
        Language::Chinese => format!("《{title}》，{}。{url}", parts.join("，")),
        Language::English => format!("“{title}”, {}. {url}", parts.join(", ")),
    }
    .trim_end()
    .to_owned()
}

/// Writes a link in Markdown.
#[must_use]
pub fn markdown(stored: &StoredItem, permalink: &str) -> String {
    let title = markdown::escape(&clean(&stored.item.title));
    let url = address(stored, permalink);
    // Angle brackets only where the address would end early without them.
    let is_plain = !url.contains(['(', ')', '<', '>', ' ', '\\']);
    let title = match url {
        "" => title,
        url if is_plain => format!("[{title}]({url})"),
        url => format!("[{title}](<{}>)", markdown::address(url)),
    };
    let date = date(stored).map(|date| format!("（{date}）")).unwrap_or_default();
    format!("{title}{date}")
}

/// Writes an entry of BibTeX, as `@misc` with the fields biblatex and BibTeX share.
#[must_use]
pub fn bibtex(stored: &StoredItem, permalink: &str) -> String {
    let item = &stored.item;
    let key = stored.id.as_str().chars();
    let key: String =
        key.map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' }).collect();
    let mut fields = vec![("title", format!("{{{}}}", tex(&item.title)))];
    if !item.contributors.is_empty() {
        let names = item.contributors.iter().map(|name| format!("{{{}}}", tex(name)));
        fields.push(("author", names.collect::<Vec<_>>().join(" and ")));
    }
    fields.push(("howpublished", tex(&stored.source)));
    fields.extend(stored.issue.map(|issue| ("number", issue.to_string())));
    let date = date(stored).unwrap_or_default();
    let parts = date.split('-').filter(|part| !part.is_empty()).map(str::to_owned);
    fields.extend(["year", "month"].into_iter().zip(parts));
    let url = address(stored, permalink);
    if !url.is_empty() {
        // Braces would end the field; they are escaped in addresses.
        fields.push(("url", url.replace('{', "%7B").replace('}', "%7D")));
    }
    let fields: Vec<String> =
        fields.into_iter().map(|(name, value)| format!("  {name} = {{{value}}}")).collect();
    format!("@misc{{{key},\n{}\n}}", fields.join(",\n"))
}

/// Escapes what TeX would read as markup.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '\\' => out.push_str(r"\textbackslash{}"),
            '{' | '}' | '#' | '$' | '%' | '&' | '_' => out.extend(['\\', c]),
            '~' => out.push_str(r"\textasciitilde{}"),
            '^' => out.push_str(r"\textasciicircum{}"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tex_reads_as_markup_is_escaped() {
        assert_eq!(
            tex("a_{b}#$%&~^\\\u{202E}论文"),
            r"a\_\{b\}\#\$\%\&\textasciitilde{}\textasciicircum{}\textbackslash{}论文"
        );
    }
}
