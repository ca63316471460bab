//! Formulas in Markdown, which has no notion of them: `$x_i$`, `$$…$$`, `\(…\)`, `\[…\]`. Their signs mean nothing else.

use std::borrow::Cow;
use std::ops::Range;

use lazy_regex::regex;
use pulldown_cmark::Event;

use crate::text::is_han;

/// No formula has more bytes; what stands between signs that far apart is text.
const MAX_FORMULA: usize = 2_000;
/// How formulas begin and end, longer signs before those that they begin with.
const SIGNS: [(&str, &str); 4] = [("\\(", "\\)"), ("\\[", "\\]"), ("$$", "$$"), ("$", "$")];

/// Returns a text of the same length in which formulas have no signs that Markdown could read.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains(['$', '\\']) {
        return Cow::Borrowed(text);
    }
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
    for formula in found {
        masked.push_str(&text[at..formula.start]);
        masked.extend(
            text[formula.clone()].chars().map(|c| if c.is_ascii_punctuation() { 'x' } else { c }),
        );
        at = formula.end;
    }
    masked.push_str(&text[at..]);
    Cow::Owned(masked)
}

/// Returns an event with what was typed where it stands, if it only shows that.
pub(super) fn as_typed<'t>(event: Event<'t>, typed: &'t str) -> Event<'t> {
    match event {
        Event::Text(text) if text.len() == typed.len() => Event::Text(typed.into()),
        Event::Html(text) if text.len() == typed.len() => Event::Html(typed.into()),
        Event::InlineHtml(text) if text.len() == typed.len() => Event::InlineHtml(typed.into()),
        event => event,
    }
}

/// Finds formulas outside of code, in bytes.
fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut paragraph, mut fence, mut at) = (0..0, None, 0);
    for line in text.split_inclusive('\n') {
        let own = line.trim_start_matches([' ', '>', '\t']);
        let bounds = ["```", "~~~"].into_iter().find(|sign| own.starts_with(sign));
        let is_code = fence.is_some() || bounds.is_some();
        match (fence, bounds) {
            (None, Some(_)) => fence = bounds,
            (Some(open), Some(sign)) if open == sign => fence = None,
            _ => {}
        }
        let begin = at;
        at += line.len();
        if is_code || line.trim().is_empty() {
            find_in(text, paragraph, &mut found);
            paragraph = at..at;
        } else if paragraph.is_empty() {
            paragraph = begin..at;
        } else {
            paragraph.end = at;
        }
    }
    find_in(text, paragraph, &mut found);
    found
}

/// Finds the formulas of a paragraph.
fn find_in(text: &str, paragraph: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut at = paragraph.start;
    // Where no further one of these signs ends is known once.
    let mut ended = [false; SIGNS.len()];
    while let Some(next) = text[at..paragraph.end].find(['$', '\\', '`']) {
        at += next;
        let rest = &text[at..paragraph.end];
        if rest.starts_with('`') {
            let ticks = rest.len() - rest.trim_start_matches('`').len();
            let close = rest[ticks..].find(&rest[..ticks]);
            at += close.map_or(ticks, |close| close + 2 * ticks);
            continue;
        }
        let sign = SIGNS.iter().position(|(open, _)| rest.starts_with(open));
        let formula = sign.filter(|sign| !ended[*sign]).and_then(|sign| {
            let (open, close) = SIGNS[sign];
            let end = rest[open.len()..].find(close);
            ended[sign] = end.is_none();
            let inner = &rest[open.len()..][..end?];
            is_formula(inner, open).then_some(open.len() + inner.len() + close.len())
        });
        if let Some(length) = formula {
            found.push(at..at + length);
            at += length;
        } else {
            // What a stroke sets aside is no sign.
            let skipped = rest.chars().take(1 + usize::from(rest.starts_with('\\')));
            at += skipped.map(char::len_utf8).sum::<usize>();
        }
    }
}

/// Returns whether something between signs is a formula and not prices or a text in brackets.
fn is_formula(inner: &str, open: &str) -> bool {
    let is_tight = open != "$"
        || !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
    let is_text = inner.contains("](") || inner.contains("://") || inner.contains('`');
    let has_han = inner.contains(is_han);
    let command = regex!(r"\\[A-Za-z]{2,}");
    let index =
        regex!(r"(?:^|[^A-Za-z0-9])[A-Za-z]_[A-Za-z0-9{\\]|[}\])]_|_\{|\^[A-Za-z0-9{\\*(+-]");
    is_tight
        && inner.len() <= MAX_FORMULA
        && !is_text
        && (command.is_match(inner)
            || !has_han && (index.is_match(inner) || open == "$$" || inner.contains('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = find(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, expected, "{text}");
        let masked = masked(text);
        assert_eq!(masked.len(), text.len());
        assert_eq!(expected.is_empty(), masked == text);
    }

    #[test]
    fn formulas_stand_between_their_signs() {
        check("设 $a_b*c_d*e$ 为", &["$a_b*c_d*e$"]);
        check(
            "设 \\(x_1 + y_2\\) 与 \\[ E = mc^2 \\] 。",
            &["\\(x_1 + y_2\\)", "\\[ E = mc^2 \\]"],
        );
        check(
            "则\n$$\n\\sum_{i=1}^n x_i \\le C_{*}\n$$\n完",
            &["$$\n\\sum_{i=1}^n x_i \\le C_{*}\n$$"],
        );
        check("速度 $\\text{米}/s$，$n^2$", &["$\\text{米}/s$", "$n^2$"]);
    }

    #[test]
    fn prices_names_brackets_and_code_are_no_formulas() {
        for text in [
            "价格 $5 到 $10 之间",
            "从 $5，见[链接](http://a.b/c_d)，到 $6^",
            "$HOME 和 $PATH_A",
            "\\[1\\] 与 \\(注\\) 与 \\[foo_bar\\]",
            "`$a_b$` 与 ``\\(x_1\\)``",
            "```\n$a_b$\n\n$$x$$\n```\n",
            "\\$a_b\\$",
            "$$ 说明 $$",
            "$a_b",
            "",
        ] {
            check(text, &[]);
        }
    }
}
