//! An analysis in the compact notation of the golden cases.
//!
//! Words: `token@position[byte from,to)`. Atoms: `·` adjacent, `‖` a gap, `{}` camel-case pieces.
//! Query: `∧` units, `∣` alternatives of one unit, `"…"` literal, `(+)` parts.

use std::fmt::Write as _;

use crate::analysis::{Analysis, Unit, UnitKind};

/// Writes the tokens of the word field.
#[must_use]
pub fn words(analysis: &Analysis) -> String {
    let mut out = String::new();
    for (index, token) in analysis.words.iter().enumerate() {
        let space = if index == 0 { "" } else { " " };
        let _ = write!(
            out,
            "{space}{}@{}[{},{})",
            token.text, token.position, token.span.start, token.span.end
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

/// Writes how the text is asked as a query: one term per unit.
#[must_use]
pub fn query(analysis: &Analysis) -> String {
    let units: Vec<String> = analysis.units.iter().map(|unit| query_unit(analysis, unit)).collect();
    units.join(" ∧ ")
}

fn query_unit(analysis: &Analysis, unit: &Unit) -> String {
    if unit.kind == UnitKind::Url {
        return format!("url:{}", unit.urls.first().map_or("", String::as_str));
    }
    let mut alternatives: Vec<String> = unit.whole.iter().cloned().collect();
    let literal: Vec<&str> = analysis.literal_of(unit).map(|atom| atom.text.as_str()).collect();
    if literal.len() >= 2 || unit.whole.is_none() {
        alternatives.push(format!("\"{}\"", literal.join("·")));
    }
    if !unit.parts.is_empty() {
        alternatives.push(format!("({})", unit.parts.join("+")));
    }
    alternatives.join("∣")
}
