//! An analysis in the compact notation of the golden cases.
//!
//! Words: `token@position[byte from,to)`, `?` behind a token where the text may be divided otherwise. Atoms: `·` adjacent, `‖` a gap, `{}` camel-case pieces.
//! Query: `∧` all, `[∨]` one, `¬` not; `∣` the ways an item may have one word: as a word, as a literal `"·"` (`‖` a gap,
//! `/` the same character written another way, `…` where it may be a piece of a longer word), in parts `(+)`, as a link.
//! `⟨⟩` holds words typed without a space, with all of them as a literal behind. `^` is what a way is worth, `×` what a
//! word says; without them it is 1.

use std::fmt::Write as _;

use crate::analysis::{Analysis, without_doubt};
use crate::query::{
    Alternative, Clause, CutOff, DayRange, Filters, Group, Matcher, Named, Plan, Query, Slot, Span,
    Way, Word,
};

/// Writes the tokens of the word field.
#[must_use]
pub fn words(analysis: &Analysis) -> String {
    let mut out = String::new();
    for (index, token) in analysis.words.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        let _ = write!(
            out,
            "{space}{}@{}[{},{})",
            without_doubt(&token.text)
                .map_or_else(|| token.text.to_string(), |word| format!("{word}?")),
            token.position,
            token.span.start,
            token.span.end
        );
    }
    out
}

/// Writes the tokens of the atom field.
#[must_use]
pub fn atoms(analysis: &Analysis) -> String {
    let mut out = String::new();
    let mut last_position = None;
    let mut open = false;
    for atom in &analysis.atoms {
        if atom.is_piece {
            out.push_str(if open { "," } else { "{" });
            out.push_str(&atom.text);
            open = true;
            continue;
        }
        if open {
            out.push('}');
            open = false;
        }
        if let Some(last) = last_position {
            out.push_str(if atom.position > last + 1 { " ‖ " } else { "·" });
        }
        out.push_str(&atom.text);
        last_position = Some(atom.position);
    }
    if open {
        out.push('}');
    }
    out
}

/// Writes the tokens of the URL field.
#[must_use]
pub fn urls(analysis: &Analysis) -> String {
    let tokens: Vec<&str> =
        analysis.units.iter().flat_map(|unit| &unit.urls).map(String::as_str).collect();
    tokens.join(" ")
}

/// Writes a plan: what must match, every word with the ways an item may have it.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    plan.root.as_ref().map(|root| clause(plan, root)).unwrap_or_default()
}

/// Writes the other names of the words of a plan, one run of words a line.
#[must_use]
pub fn names(plan: &Plan) -> Vec<String> {
    let names =
        |span: &Span| format!("{} ≈ {}", typed(plan, span), alternatives(&span.alternatives));
    plan.spans.iter().map(names).collect()
}

/// What knows the other names of a plan, as each line of them begins.
const SOURCES: [(&str, &[Way]); 6] = [
    ("names", &[Way::Word, Way::Synonym]),
    ("alias", &[Way::Alias]),
    ("pinyin", &[Way::Pinyin]),
    ("slip", &[Way::Slip]),
    ("related", &[Way::Related]),
    ("number", &[Way::Variant]),
];

/// Writes how a query was read, one thing a line with what it is before: dates, orders, filters, notes, words that need not match,
/// and other names by where they come from.
#[must_use]
pub fn reading(query: &Query, plan: &Plan) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(dated) = &query.dated {
        let only = if dated.is_number { ", if nothing has it as a word" } else { "" };
        lines.push(("date", format!("{}: {}{only}", dated.typed(), dated.days.sentence())));
    }
    if let Some(recent) = &query.recent {
        lines.push(("order", format!("{}: newest first", recent.typed)));
    }
    lines.extend(filtered(&query.filters).into_iter().map(|filter| ("filter", filter)));
    if let Some(excluded) = &query.filters.excluded {
        let excluded =
            filtered(excluded).into_iter().map(|filter| ("filter", format!("not {filter}")));
        lines.extend(excluded);
    }
    let wanted = plan.words.iter().filter(|word| word.positive && !word.needed);
    let wanted: Vec<&str> = wanted.map(|word| word.text.as_str()).collect();
    if !wanted.is_empty() {
        lines.push(("wanted", format!("{}, and not needed", wanted.join(" "))));
    }
    for (source, ways) in SOURCES {
        for span in &plan.spans {
            let own: Vec<Alternative> = span
                .alternatives
                .iter()
                .filter(|other| ways.contains(&other.way))
                .cloned()
                .collect();
            if own.iter().any(|other| other.way != Way::Word) {
                lines.push((source, format!("{} ≈ {}", typed(plan, span), alternatives(&own))));
            }
        }
    }
    lines.extend(query.notes.iter().chain(&plan.notes).map(|note| ("note", note.to_string())));
    lines
}

/// Writes each filter as a field with its value.
fn filtered(filters: &Filters) -> Vec<String> {
    let Filters { sections, sources, places, contributors, links, issues, days, .. } = filters;
    let named = [
        ("section", sections),
        ("source", sources),
        ("in", places),
        ("author", contributors),
        ("link", links),
    ];
    let named = named
        .into_iter()
        .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}:{value}")));
    let issues = issues.iter().map(|range| format!("issue:{range}"));
    let days = (*days != DayRange::default()).then(|| days.sentence());
    named.chain(issues).chain(days).collect()
}

fn typed(plan: &Plan, span: &Span) -> String {
    let words = plan.words.get(span.words.clone()).unwrap_or_default();
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn clause(plan: &Plan, of: &Clause) -> String {
    let each = |clauses: &[Clause], sign: &str| {
        let clauses: Vec<String> = clauses.iter().map(|of| clause(plan, of)).collect();
        clauses.join(sign)
    };
    match of {
        Clause::All(clauses) => each(clauses, " ∧ "),
        Clause::Any(clauses) => format!("[{}]", each(clauses, " ∨ ")),
        Clause::Not(inner) => format!("¬[{}]", clause(plan, inner)),
        Clause::Groups(groups) => {
            let groups = plan.groups.get(groups.clone()).unwrap_or_default();
            groups.iter().map(|of| group(plan, of)).collect::<Vec<_>>().join(" ∧ ")
        }
        Clause::Phrase(at) => plan.groups.get(*at).map_or(String::new(), |of| literal(&of.literal)),
        Clause::Named(Named::Issue(range)) => format!("issue:{}..{}", range.from, range.to),
        Clause::Named(Named::Link(link)) => format!("link:{link}"),
        Clause::Named(Named::Below(link)) => format!("link:{link}/…"),
    }
}

fn group(plan: &Plan, of: &Group) -> String {
    let words = plan.words.get(of.words.clone()).unwrap_or_default();
    let shown = words.iter().map(word).collect::<Vec<_>>().join(" ∧ ");
    if words.len() > 1 { format!("⟨{shown}⟩{}", literal(&of.literal)) } else { shown }
}

#[expect(clippy::float_cmp, reason = "a word that says all it can is planned with exactly 1")]
fn word(of: &Word) -> String {
    let weight =
        if of.information == 1.0 { String::new() } else { format!("×{}", of.information) };
    alternatives(&of.alternatives) + &weight
}

#[expect(
    clippy::float_cmp,
    reason = "an alternative as good as the word is planned with exactly 1"
)]
fn alternatives(of: &[Alternative]) -> String {
    // Any word of Han characters may be one that is doubtful.
    let is_doubtful = |of: &&Alternative| matches!(&of.matcher, Matcher::Word(word) if without_doubt(word).is_some());
    let shown = of.iter().filter(|other| !is_doubtful(other)).map(|alternative| {
        let matcher = match &alternative.matcher {
            Matcher::Word(word) => word.clone(),
            Matcher::Literal(slots) => literal(slots),
            Matcher::Parts(parts) => format!("({})", parts.join("+")),
            Matcher::UrlToken(url) => format!("url:{url}"),
            Matcher::Link(link) => format!("link:{link}"),
        };
        let weight = alternative.weight;
        if weight == 1.0 { matcher } else { format!("{matcher}^{weight}") }
    });
    shown.collect::<Vec<_>>().join("∣")
}

fn literal(slots: &[Slot]) -> String {
    let mut out = String::from("\"");
    for (at, slot) in slots.iter().enumerate() {
        if at > 0 {
            out.push_str(if slot.step > 1 { " ‖ " } else { "·" });
        }
        let before = matches!(slot.cut, CutOff::Start | CutOff::Both);
        let behind = matches!(slot.cut, CutOff::End | CutOff::Both);
        out.push_str(if before { "…" } else { "" });
        out.push_str(&slot.atom);
        for other in &slot.others {
            out.push('/');
            out.push_str(other);
        }
        out.push_str(if behind { "…" } else { "" });
    }
    out + "\""
}
