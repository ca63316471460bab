//! What somebody typed to a query: plain data, never an error.
//!
//! Words, `"phrases"` in any quotation marks, `-exclusion`, `+needed`, `AND`, `OR`, `NOT`, brackets and `field:value`.
//! Anything that could not be understood is searched as text and noted.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::address::{typed_link, typed_repository};

use super::dated::dated;
use super::field::{Field, field, nearest_field};
use super::recent::{Recent, recent};
use super::sign::{closing_quote, is_ignored_sign, is_option, is_piece};
use super::{Dated, DayRange, Filters, IssueRange, Node, Note, parse_days};

/// Characters of a query that are looked at; more are cut off and noted. A pasted paragraph fits.
pub const MAX_QUERY_CHARS: usize = 2_000;
/// Brackets inside brackets deeper than this are text.
const MAX_DEPTH: usize = 20;

/// A query, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// As typed, cut to [`MAX_QUERY_CHARS`].
    pub text: String,
    /// What words must match; `None` if there are none.
    pub root: Option<Node>,
    /// Conditions given as `field:value`.
    pub filters: Filters,
    /// Phrases inside running text: they are among its words, and need not stand together unless it is asked strictly.
    pub wanted: Vec<String>,
    /// The date that narrows it, if it has items; else its words are searched.
    pub dated: Option<Dated>,
    /// What in it asks for the newest, if no date narrows it.
    pub recent: Option<Recent>,
    /// What was read differently from what it may have meant.
    pub notes: Vec<Note>,
}

impl Query {
    /// Asks for nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            text: String::new(),
            root: None,
            filters: Filters::default(),
            wanted: Vec::new(),
            dated: None,
            recent: None,
            notes: Vec::new(),
        }
    }

    /// Parses what was typed; `today` is the day relative dates count from.
    #[must_use]
    pub fn parse(typed: &str, today: Date) -> Self {
        let mut notes = Vec::new();
        let mut text: String = typed.chars().take(MAX_QUERY_CHARS).collect();
        if text.len() < typed.len() {
            notes.push(Note::FirstCharacters(MAX_QUERY_CHARS));
        }
        if text.contains('\0') {
            text = text.replace('\0', " ");
        }
        let mut parser = Parser {
            chars: text.chars().collect(),
            at: 0,
            depth: 0,
            today,
            filters: Filters::default(),
            is_excluding: false,
            wanted: Vec::new(),
            notes,
        };
        let mut nodes = Vec::new();
        while parser.at < parser.chars.len() {
            nodes.extend(parser.any());
            // A bracket nobody opened.
            if parser.at < parser.chars.len() {
                parser.at += 1;
            }
        }
        let root = all(nodes);
        let Parser { filters, wanted, mut notes, .. } = parser;
        let typed = text.trim();
        // `-40℃` alone excludes nothing from nothing.
        let root = match root {
            Some(root) if !root.asks() && filters.is_empty() && is_option(typed) => {
                notes = vec![Note::NotExcluded(typed.to_owned())];
                Some(Node::Text(typed.to_owned()))
            }
            Some(Node::Text(word)) => Some(match typed_repository(&word) {
                Some(link) => Node::Any(vec![Node::Link(link), Node::Text(word)]),
                None => Node::Text(word),
            }),
            root => root,
        };
        let dated = root.as_ref().and_then(|root| dated(root, today));
        let recent = root.as_ref().filter(|_| dated.is_none()).and_then(recent);
        Self { text, root, filters, wanted, dated, recent, notes }
    }

    /// Returns what is wanted where nothing has all of it: phrases as words that may stand apart, unless it asks for nothing
    /// else.
    #[must_use]
    pub fn loosened(&self) -> Cow<'_, Self> {
        match &self.root {
            Some(root) if root.has_phrase() && !root.is_phrases() => {
                Cow::Owned(Self { root: Some(root.without_phrases()), ..self.clone() })
            }
            _ => Cow::Borrowed(self),
        }
    }

    /// Returns the query with everything that was put in quotation marks as typed.
    #[must_use]
    pub fn strictly(&self) -> Self {
        let root = self.root.iter().cloned();
        let phrases = self.wanted.iter().map(|text| Node::Phrase(text.clone()));
        Self { root: all(root.chain(phrases).collect()), wanted: Vec::new(), ..self.clone() }
    }
}

fn all(mut nodes: Vec<Node>) -> Option<Node> {
    match nodes.len() {
        0 => None,
        1 => nodes.pop(),
        _ => Some(Node::All(nodes)),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    today: Date,
    filters: Filters,
    /// What is read must not match.
    is_excluding: bool,
    wanted: Vec<String>,
    notes: Vec<Note>,
}

/// A word between other ones that says how they belong together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    And,
    Or,
    Not,
}

impl Parser {
    /// Reads alternatives up to a closing bracket or the end.
    fn any(&mut self) -> Option<Node> {
        let mut alternatives = Vec::new();
        let mut nodes = Vec::new();
        let mut plain = String::new();
        loop {
            self.skip_spaces();
            let Some(&c) = self.chars.get(self.at) else { break };
            if is_close(c) && self.depth > 0 {
                break;
            }
            let is_first = plain.is_empty() && nodes.is_empty();
            let operand = match self.takes_operator(is_first) {
                Some(Operator::And) => continue,
                Some(Operator::Or) => {
                    flush(&mut plain, &mut nodes);
                    alternatives.extend(all(std::mem::take(&mut nodes)));
                    continue;
                }
                Some(Operator::Not) => {
                    self.skip_spaces();
                    self.excluded()
                }
                None => self.operand(),
            };
            match operand {
                Some(Node::Text(text)) => {
                    plain.push(' ');
                    plain.push_str(&text);
                }
                Some(node) => {
                    flush(&mut plain, &mut nodes);
                    nodes.push(node);
                }
                None => {}
            }
        }
        flush(&mut plain, &mut nodes);
        alternatives.extend(all(nodes));
        if alternatives.len() > 1 { Some(Node::Any(alternatives)) } else { alternatives.pop() }
    }

    fn skip_spaces(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
    }

    /// Returns the operator that stands at a place, and its length.
    fn operator_at(&self, at: usize) -> Option<(Operator, usize)> {
        let ends = |c: &&char| c.is_whitespace() || is_open(**c) || is_close(**c);
        let word: String = self.chars[at..].iter().take_while(|c| !ends(c)).collect();
        let operator = match word.as_str() {
            "OR" | "ＯＲ" | "|" | "||" | "｜" => Operator::Or,
            "AND" | "ＡＮＤ" | "&&" | "＆＆" => Operator::And,
            "NOT" | "ＮＯＴ" => Operator::Not,
            _ => return None,
        };
        Some((operator, word.chars().count()))
    }

    /// Takes a lone `OR`, an `AND` between two operands, or a `NOT` before one; elsewhere these are words.
    fn takes_operator(&mut self, is_first: bool) -> Option<Operator> {
        let (operator, len) = self.operator_at(self.at)?;
        let behind = self.chars[self.at + len..].iter().position(|c| !c.is_whitespace());
        let behind = behind.map(|spaces| self.at + len + spaces);
        let next = behind.filter(|at| !is_close(self.chars[*at]));
        let next_operator = next.and_then(|at| self.operator_at(at)).map(|(operator, _)| operator);
        let has_operand = next.is_some() && next_operator.is_none();
        let is_operator = match operator {
            Operator::Or => true,
            Operator::And => !is_first && (has_operand || next_operator == Some(Operator::Not)),
            Operator::Not => has_operand,
        };
        if !is_operator {
            return None;
        }
        let typed: String = self.chars[self.at + len..].iter().collect();
        // A name in capitals says no more than that: `TO BE OR NOT TO BE`.
        let in_capitals =
            || !self.chars.iter().any(|c| c.is_lowercase() || crate::text::is_han(*c));
        if operator == Operator::Not && in_capitals() {
            let word = typed.split_whitespace().next().unwrap_or_default();
            self.notes.push(Note::Excluded(word.to_owned()));
        }
        self.at += len;
        Some(operator)
    }

    /// Takes what must not match.
    fn excluded(&mut self) -> Option<Node> {
        let outer = self.is_excluding;
        self.is_excluding = !outer;
        let operand = self.operand();
        self.is_excluding = outer;
        operand.map(|node| match node {
            Node::Not(inner) => *inner,
            node => Node::Not(Box::new(node)),
        })
    }

    fn operand(&mut self) -> Option<Node> {
        let c = *self.chars.get(self.at)?;
        let next = self.chars.get(self.at + 1).copied().filter(|next| !next.is_whitespace());
        if matches!(c, '-' | '－' | '−') && next.is_some_and(|next| next != c) {
            let start = self.at;
            self.at += 1;
            let excluded = self.excluded();
            if let Some(Node::Not(inner)) = &excluded
                && let Node::Text(word) = inner.as_ref()
                && is_option(&self.chars[start..self.at].iter().collect::<String>())
            {
                self.notes.push(Note::Excluded(word.clone()));
            }
            return excluded;
        }
        // `+86` is a number.
        if matches!(c, '+' | '＋') && next.is_some_and(|next| next != c && !next.is_numeric()) {
            self.at += 1;
            return self.operand().map(|node| match node {
                Node::Text(text) => Node::Phrase(text),
                node => node,
            });
        }
        if is_open(c) && self.depth < MAX_DEPTH && self.closes_later() {
            self.at += 1;
            self.depth += 1;
            let inner = self.any();
            self.depth -= 1;
            self.at += 1;
            return inner;
        }
        if !self.is_quoted_in_text()
            && let Some(phrase) = self.quoted()
        {
            return (!phrase.trim().is_empty()).then_some(Node::Phrase(phrase));
        }
        self.word()
    }

    /// Returns whether text follows at once what is in quotation marks here.
    fn is_quoted_in_text(&self) -> bool {
        let Some(end) = self.quote_end(self.at) else { return false };
        self.chars.get(end).is_some_and(|c| c.is_alphanumeric())
    }

    /// Returns where the quotation ends that begins at a place, if it does.
    fn quote_end(&self, at: usize) -> Option<usize> {
        let closing = closing_quote(*self.chars.get(at)?)?;
        let inside = self.chars.get(at + 1..)?;
        let len = inside.iter().position(|c| closing.contains(c))?;
        Some(at + 1 + len + 1)
    }

    /// Returns whether the bracket at the current place is closed.
    fn closes_later(&self) -> bool {
        let mut open = 0_usize;
        for &c in &self.chars[self.at..] {
            if is_open(c) {
                open += 1;
            } else if is_close(c) {
                open -= 1;
                if open == 0 {
                    return true;
                }
            }
        }
        false
    }

    /// Takes a phrase in quotation marks, if one begins here and ends somewhere.
    fn quoted(&mut self) -> Option<String> {
        closing_quote(*self.chars.get(self.at)?)?;
        let start = self.at + 1;
        let Some(end) = self.quote_end(self.at) else {
            self.notes.push(Note::UnpairedQuote);
            self.at += 1;
            return None;
        };
        self.at = end;
        Some(self.chars[start..end - 1].iter().collect())
    }

    /// Takes characters up to a space, and with them what is in quotation marks inside running text; `field:value` becomes
    /// a filter.
    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(&c) = self.chars.get(self.at) {
            if c.is_whitespace() {
                break;
            }
            if let Some(end) = self.quote_end(self.at) {
                let phrase: String = self.chars[self.at + 1..end - 1].iter().collect();
                if !phrase.trim().is_empty() && !self.is_excluding {
                    self.wanted.push(phrase);
                }
                self.at = end;
                continue;
            }
            if is_open(c) {
                open += 1;
            } else if is_close(c) {
                if open == 0 && self.depth > 0 {
                    break;
                }
                open = open.saturating_sub(1);
            }
            self.at += 1;
            if matches!(c, ':' | '：') {
                let name: String = self.chars[start..self.at - 1].iter().collect();
                if let Some(field) = field(&name) {
                    return self.field_value(field, &name);
                }
                let has_value = self.chars.get(self.at).is_some_and(|c| !c.is_whitespace());
                if let Some(nearest) = nearest_field(&name).filter(|_| has_value) {
                    self.notes.push(Note::UnknownField { typed: name, nearest });
                }
            }
        }
        if self.at == start {
            return None;
        }
        // `第 290 期` is one name, however it is spaced.
        if self.at == start + 1 && self.chars[start] == '第' {
            self.take_spaced_number();
        }
        let word: String = self.chars[start..self.at].iter().collect();
        if is_ignored_sign(&word) {
            self.notes.push(Note::IgnoredSign(word.clone()));
        }
        if is_piece(&word) {
            return Some(Node::Piece(word));
        }
        let parts: Vec<&str> = word.split('|').filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 {
            return Some(Node::Any(parts.iter().map(|part| named((*part).to_owned())).collect()));
        }
        Some(named(word))
    }

    /// Goes on behind `第` over ` 290 期`, if that is what follows.
    fn take_spaced_number(&mut self) {
        let mut at = self.at;
        let skip = |at: &mut usize, is: fn(&char) -> bool| {
            let start = *at;
            while self.chars.get(*at).is_some_and(is) {
                *at += 1;
            }
            *at > start
        };
        skip(&mut at, |c| c.is_whitespace());
        let digits = skip(&mut at, char::is_ascii_digit);
        skip(&mut at, |c| c.is_whitespace());
        if digits && self.chars.get(at) == Some(&'期') {
            self.at = at + 1;
        }
    }

    /// Takes the value of a field; what it cannot be is searched as text.
    fn field_value(&mut self, field: Field, name: &str) -> Option<Node> {
        let value = self.value();
        let value = value.trim();
        if value.is_empty() {
            return Some(Node::Text(name.to_owned()));
        }
        let owned = || value.to_owned();
        let mut filters = Filters::default();
        match field {
            Field::Section => filters.sections.push(owned()),
            Field::Contributor => {
                filters.contributors.push(value.trim_start_matches('@').to_owned());
            }
            Field::Source => filters.sources.push(owned()),
            Field::Place => filters.places.push(owned()),
            Field::Link => filters.links.push(owned()),
            Field::Title => return Some(Node::Title(owned())),
            Field::Issue => {
                let Some(range) = IssueRange::parse(value) else {
                    self.notes.push(Note::NotAnIssue(format!("{name}:{value}")));
                    return Some(Node::Text(owned()));
                };
                filters.issues.push(range);
            }
            Field::Since | Field::Until | Field::Days => {
                let Some(days) = parse_days(value, self.today) else {
                    self.notes.push(Note::NotADate(format!("{name}:{value}")));
                    return Some(Node::Text(owned()));
                };
                filters.days = match field {
                    Field::Since => DayRange { until: None, ..days },
                    Field::Until => DayRange { since: None, ..days },
                    _ => days,
                };
            }
        }
        if self.is_excluding {
            filters = Filters { excluded: Some(Box::new(filters)), ..Filters::default() };
        }
        self.filters.add(&filters);
        None
    }

    /// Takes a phrase in quotation marks, or else characters up to a space.
    fn value(&mut self) -> String {
        if let Some(value) = self.quoted() {
            return value;
        }
        let start = self.at;
        let ends = |c: &char| c.is_whitespace() || self.depth > 0 && is_close(*c);
        let len = self.chars[start..].iter().position(ends).unwrap_or(self.chars.len() - start);
        self.at = start + len;
        self.chars[start..self.at].iter().collect()
    }
}

/// The text of an item may name another issue or mention a link, and is found as well.
fn named(word: String) -> Node {
    let name: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    let names = IssueRange::named(&name).map(Node::Issue);
    match names.or_else(|| typed_link(&word).map(Node::Link)) {
        Some(named) => Node::Any(vec![named, Node::Text(word)]),
        None => Node::Text(word),
    }
}

fn flush(plain: &mut String, nodes: &mut Vec<Node>) {
    let text = plain.trim();
    if !text.is_empty() {
        nodes.push(Node::Text(text.to_owned()));
    }
    plain.clear();
}

fn is_open(c: char) -> bool {
    matches!(c, '(' | '（')
}

fn is_close(c: char) -> bool {
    matches!(c, ')' | '）')
}

#[cfg(test)]
mod tests;
