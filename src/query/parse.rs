//! What somebody typed to a query: plain data, never an error.
//!
//! Words, `"phrases"` in any quotation marks, `-exclusion`, `OR`, brackets and `field:value`. Anything that could not
//! be understood is searched as text and noted.

use jiff::civil::Date;

use super::{DayRange, Filters, IssueRange, Node, Note, parse_days};

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
    /// What was read differently from what it may have meant.
    pub notes: Vec<Note>,
}

impl Query {
    /// Asks for nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self { text: String::new(), root: None, filters: Filters::default(), notes: Vec::new() }
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
        let root = all(nodes).filter(Node::asks);
        let Parser { filters, notes, .. } = parser;
        Self { text, root, filters, notes }
    }
}

fn all(mut nodes: Vec<Node>) -> Option<Node> {
    match nodes.len() {
        0 => None,
        1 => nodes.pop(),
        _ => Some(Node::All(nodes)),
    }
}

/// Fields that may stand before a colon.
#[derive(Clone, Copy)]
enum Field {
    Section,
    Contributor,
    Source,
    Link,
    Since,
    Until,
    Days,
    Title,
    Issue,
}

fn field(name: &str) -> Option<Field> {
    Some(match name.to_lowercase().as_str() {
        "section" | "栏目" | "板块" => Field::Section,
        "by" | "contributor" | "贡献人" | "作者" => Field::Contributor,
        "source" | "来源" => Field::Source,
        "link" | "链接" => Field::Link,
        "since" | "自" => Field::Since,
        "until" | "至" => Field::Until,
        "date" | "日期" => Field::Days,
        "title" | "标题" => Field::Title,
        "issue" | "期号" | "期" | "期数" => Field::Issue,
        _ => return None,
    })
}

/// Returns a query without quotation marks, so that the words of its phrases may stand apart.
#[must_use]
pub fn without_quotes(text: &str) -> String {
    let is_quote = |c: char| closing_quote(c).is_some() || matches!(c, '」' | '』');
    let words: Vec<&str> = text
        .split(|c: char| is_quote(c) || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Returns what closes a quotation mark.
fn closing_quote(open: char) -> Option<&'static [char]> {
    match open {
        '"' | '＂' | '“' | '”' => Some(&['"', '＂', '”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    today: Date,
    filters: Filters,
    notes: Vec<Note>,
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
            if self.takes_or() {
                flush(&mut plain, &mut nodes);
                alternatives.extend(all(std::mem::take(&mut nodes)));
                continue;
            }
            if let Some(node) = self.operand() {
                match node {
                    Node::Text(text) => {
                        plain.push(' ');
                        plain.push_str(&text);
                    }
                    node => {
                        flush(&mut plain, &mut nodes);
                        nodes.push(node);
                    }
                }
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

    /// Takes a lone `OR`.
    fn takes_or(&mut self) -> bool {
        let word: String =
            self.chars[self.at..].iter().take_while(|c| !c.is_whitespace()).collect();
        let is_or = matches!(word.as_str(), "OR" | "ＯＲ" | "|" | "||" | "｜");
        if is_or {
            self.at += word.chars().count();
        }
        is_or
    }

    fn operand(&mut self) -> Option<Node> {
        let c = *self.chars.get(self.at)?;
        let next = self.chars.get(self.at + 1).copied();
        if matches!(c, '-' | '－' | '−')
            && next.is_some_and(|next| !next.is_whitespace() && next != c)
        {
            self.at += 1;
            return self.operand().map(|node| match node {
                Node::Not(inner) => *inner,
                node => Node::Not(Box::new(node)),
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
        if let Some(phrase) = self.quoted() {
            return (!phrase.trim().is_empty()).then_some(Node::Phrase(phrase));
        }
        self.word()
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
        let closing = closing_quote(*self.chars.get(self.at)?)?;
        let inside = self.at + 1;
        let Some(len) = self.chars[inside..].iter().position(|c| closing.contains(c)) else {
            self.notes.push(Note::UnpairedQuote);
            self.at += 1;
            return None;
        };
        self.at = inside + len + 1;
        Some(self.chars[inside..inside + len].iter().collect())
    }

    /// Takes characters up to a space; `field:value` becomes a filter.
    fn word(&mut self) -> Option<Node> {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(&c) = self.chars.get(self.at) {
            let quote = closing_quote(c).is_some() && self.at > start;
            if c.is_whitespace()
                || quote && closing_quote(c).is_some_and(|closing| !closing.contains(&'」'))
            {
                break;
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
            }
        }
        if self.at == start {
            return None;
        }
        // `第 290 期` is one name, however it is spaced.
        if self.at == start + 1 && self.chars[start] == '第' {
            self.take_spaced_number();
        }
        Some(named(self.chars[start..self.at].iter().collect()))
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
        match field {
            Field::Section => self.filters.sections.push(owned()),
            Field::Contributor => {
                self.filters.contributors.push(value.trim_start_matches('@').to_owned());
            }
            Field::Source => self.filters.sources.push(owned()),
            Field::Link => self.filters.links.push(owned()),
            Field::Title => return Some(Node::Title(owned())),
            Field::Issue => {
                let Some(range) = IssueRange::parse(value) else {
                    self.notes.push(Note::NotAnIssue(format!("{name}:{value}")));
                    return Some(Node::Text(owned()));
                };
                self.filters.issues.push(range);
            }
            Field::Since | Field::Until | Field::Days => {
                let Some(days) = parse_days(value, self.today) else {
                    self.notes.push(Note::NotADate(format!("{name}:{value}")));
                    return Some(Node::Text(owned()));
                };
                let days = match field {
                    Field::Since => DayRange { until: None, ..days },
                    Field::Until => DayRange { since: None, ..days },
                    _ => days,
                };
                self.filters.add(&Filters { days, ..Filters::default() });
            }
        }
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

/// The text of an item may name another issue, which is found as well.
fn named(word: String) -> Node {
    let name: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    match IssueRange::named(&name) {
        Some(range) => Node::Any(vec![Node::Issue(range), Node::Text(word)]),
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
