//! A query to tantivy queries: words first, the literal of every group always, fragments below.
//!
//! Score of a group: `Σ units max-ish(field · word, 0.15 or 0.6 · literal, …) + 2.5 · Σ fields field · literal`, every
//! term scored by BM25 as tantivy computes it. The weights come from known-item tests on real archives.

use std::ops::{Bound, Range};

use tantivy::query::{
    Bm25StatisticsProvider as _, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery,
    Occur, Query as IndexQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::literal::{Literal, Statistics, adjacent};
use super::{Node, Query};
use crate::analysis::{Analysis, Segmenter, Unit, UnitKind, analyze};
use crate::index::{Fields, TITLE_START};
use crate::text::is_han;

/// Units of a query beyond this many are not searched; a pasted page would otherwise open thousands of lists.
const MAX_UNITS: usize = 256;
/// A literal is compared up to this many atoms.
const MAX_LITERAL_ATOMS: usize = 512;

/// Title, body and meta.
const ALL_ZONES: [usize; 3] = [0, 1, 2];
/// Weights of title, body and meta.
const FIELD_WEIGHTS: [f32; 3] = [2.0, 1.0, 0.8];
/// Share of weaker alternatives of one unit that is added to the strongest.
const TIE: f32 = 0.3;
/// A unit found as characters only: inside another word.
const UNIT_LITERAL: f32 = 0.15;
/// A Latin compound found as its pieces in order: `GPT 4` for `GPT-4`.
const COMPOUND_LITERAL: f32 = 0.6;
/// A Latin compound found as its parts anywhere.
const PARTS: f32 = 0.2;
/// A name found in a link.
const URL: f32 = 0.3;
/// The other number of a Latin word: `LLM` for `LLMs`.
const PLURAL: f32 = 0.8;
/// The literal of a whole group.
const GROUP_LITERAL: f32 = 2.5;
/// An item of the issue that was named; more than any text that mentions it.
const ISSUE: f32 = 100.0;
/// A title that begins with the group: it is what the item is about.
const TITLE_BEGINS: f32 = 1.0;
/// The words of a group that holds single characters, where its literal exists: 三 and 体 also stand apart.
const LOOSE_GROUP: f32 = 0.2;

/// Words that end in s and are not the plural of the word without it.
const NOT_PLURAL: [&str; 14] = [
    "news",
    "windows",
    "https",
    "canvas",
    "redis",
    "pandas",
    "kubernetes",
    "jenkins",
    "aws",
    "ios",
    "dos",
    "css",
    "rss",
    "os",
];

/// What to mark in a hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    /// Adjacent atoms; empty where only whole words count.
    pub atoms: Vec<String>,
    /// Whole Latin words, any of them.
    pub words: Vec<String>,
    /// Which unit of the query it stands for; a group's literal stands for its units.
    pub units: Range<usize>,
}

/// A query ready to run.
#[derive(Debug)]
pub struct Plan {
    /// What to ask the index; `None` where no words were given.
    pub query: Option<Box<dyn IndexQuery>>,
    /// What to mark.
    pub needles: Vec<Needle>,
    /// Every unit by itself, for answers with fewer words.
    pub units: Vec<PlannedUnit>,
    /// What could not be done as typed.
    pub notes: Vec<String>,
}

/// One unit of a query, by itself.
#[derive(Debug)]
pub struct PlannedUnit {
    /// How it was typed.
    pub text: String,
    /// How it is asked.
    pub query: Box<dyn IndexQuery>,
    /// A single Han character: nearly always a particle, which alone answers nothing.
    pub is_single_han: bool,
}

/// Makes plans for one snapshot.
pub struct Planner<'a> {
    /// The snapshot's searcher.
    pub searcher: &'a Searcher,
    /// Its fields.
    pub fields: &'a Fields,
    /// Its statistics.
    pub statistics: &'a Statistics,
    /// Cuts the query; the index's own vocabulary.
    pub segmenter: &'a dyn Segmenter,
    /// Returns the canonical form of a URL.
    pub canonical_link: fn(&str) -> Option<String>,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

type Clause = Box<dyn IndexQuery>;

fn boosted(query: Clause, boost: f32) -> Clause {
    Box::new(BoostQuery::new(query, boost))
}

/// Adds to the score of what matches, and lets nothing more match.
fn with_bonus(clause: Clause, bonus: Option<Clause>) -> Clause {
    match bonus {
        Some(bonus) => {
            Box::new(BooleanQuery::new(vec![(Occur::Must, clause), (Occur::Should, bonus)]))
        }
        None => clause,
    }
}

fn must(mut queries: Vec<Clause>) -> Option<Clause> {
    match queries.len() {
        0 => None,
        1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::intersection(queries))),
    }
}

fn should(mut queries: Vec<Clause>) -> Option<Clause> {
    match queries.len() {
        0 => None,
        1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    }
}

impl Planner<'_> {
    /// Plans a query.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn plan(&self, query: &Query) -> tantivy::Result<Plan> {
        let mut plan =
            Plan { query: None, needles: Vec::new(), units: Vec::new(), notes: Vec::new() };
        if let Some(root) = &query.root {
            plan.query = self.node(root, true, &mut plan)?;
        }
        Ok(plan)
    }

    /// Rewrites a query that found nothing: words run together are taken apart, words apart are joined, where the
    /// archive has the result.
    #[must_use]
    pub fn respell(&self, query: &Query) -> Option<Query> {
        let mut changed = false;
        let root = query.root.as_ref().map(|root| self.respell_node(root, &mut changed))?;
        changed.then(|| Query { root: Some(root), ..query.clone() })
    }

    fn respell_node(&self, node: &Node, changed: &mut bool) -> Node {
        let mut all =
            |nodes: &[Node]| nodes.iter().map(|node| self.respell_node(node, changed)).collect();
        match node {
            Node::All(nodes) => Node::All(all(nodes)),
            Node::Any(nodes) => Node::Any(all(nodes)),
            Node::Text(text) => match self.respell_text(text) {
                Some(text) => {
                    *changed = true;
                    Node::Text(text)
                }
                None => node.clone(),
            },
            other => other.clone(),
        }
    }

    fn respell_text(&self, text: &str) -> Option<String> {
        let analysis = analyze(text, self.segmenter);
        let word = |unit: &Unit| match (&unit.whole, unit.kind) {
            (Some(whole), UnitKind::Latin) if whole.chars().all(|c| c.is_ascii_alphabetic()) => {
                Some(whole.clone())
            }
            _ => None,
        };
        let mut out = String::new();
        let mut at = 0;
        let mut changed = false;
        let mut units = analysis.units.iter().peekable();
        while let Some(unit) = units.next() {
            let Some(own) = word(unit) else { continue };
            let joined = units.peek().and_then(|next| Some((word(next)?, next.span)));
            if let Some((next, span)) =
                joined.filter(|(next, _)| self.exists(&format!("{own}{next}")))
            {
                out.push_str(&text[at..unit.span.start]);
                out.push_str(&own);
                out.push_str(&next);
                at = span.end;
                units.next();
                changed = true;
            } else if !self.exists(&own)
                && let Some((left, right)) = self.split(&own)
            {
                out.push_str(&text[at..unit.span.start]);
                out.push_str(&format!("{left} {right}"));
                at = unit.span.end;
                changed = true;
            }
        }
        out.push_str(&text[at..]);
        changed.then_some(out)
    }

    fn exists(&self, word: &str) -> bool {
        self.word_frequency(word) > 0
    }

    fn word_frequency(&self, word: &str) -> u64 {
        let zones = self.fields.zones();
        let frequency =
            |field| self.searcher.doc_freq(&Term::from_field_text(field, word)).unwrap_or(0);
        zones.iter().map(|zone| frequency(zone.words)).sum()
    }

    /// Splits an unknown word into two known ones, the rarer of which is as frequent as possible.
    fn split<'w>(&self, word: &'w str) -> Option<(&'w str, &'w str)> {
        let splits = (2..word.len().saturating_sub(1)).map(|at| word.split_at(at));
        let scored = splits.map(|(left, right)| {
            (self.word_frequency(left).min(self.word_frequency(right)), left, right)
        });
        scored.filter(|(frequency, ..)| *frequency > 0).max().map(|(_, left, right)| (left, right))
    }

    fn node(
        &self,
        node: &Node,
        positive: bool,
        plan: &mut Plan,
    ) -> tantivy::Result<Option<Clause>> {
        match node {
            Node::Text(text) => self.text(text, &ALL_ZONES, positive, plan),
            Node::Title(text) => self.text(text, &[0], positive, plan),
            Node::Phrase(text) => self.phrase(text, positive, plan),
            Node::Not(inner) => self.node(inner, false, plan),
            Node::Issue(range) => {
                let term = |number: u32| Term::from_field_u64(self.fields.issue, u64::from(number));
                let range = RangeQuery::new(
                    Bound::Included(term(range.from)),
                    Bound::Included(term(range.to)),
                );
                Ok(Some(Box::new(ConstScoreQuery::new(Box::new(range), ISSUE))))
            }
            Node::Any(nodes) => {
                let mut any = Vec::new();
                for node in nodes {
                    any.extend(self.node(node, positive, plan)?);
                }
                Ok(should(any))
            }
            Node::All(nodes) => {
                let mut clauses: Vec<(Occur, Clause)> = Vec::new();
                for node in nodes {
                    let (occur, positive) = match node {
                        Node::Not(_) => (Occur::MustNot, false),
                        _ => (Occur::Must, positive),
                    };
                    clauses.extend(self.node(node, positive, plan)?.map(|clause| (occur, clause)));
                }
                if !clauses.iter().any(|(occur, _)| *occur == Occur::Must) {
                    return Ok(None);
                }
                Ok(Some(Box::new(BooleanQuery::new(clauses))))
            }
        }
    }

    fn text(
        &self,
        text: &str,
        zones: &[usize],
        positive: bool,
        plan: &mut Plan,
    ) -> tantivy::Result<Option<Clause>> {
        let analysis = analyze(text, self.segmenter);
        if analysis.units.len() > MAX_UNITS {
            plan.notes.push(format!("only the first {MAX_UNITS} words were searched"));
        }
        let units = &analysis.units[..analysis.units.len().min(MAX_UNITS)];
        let mut groups = Vec::new();
        for group in units.chunk_by(|a, b| a.group == b.group) {
            groups.extend(self.group(&analysis, group, text, zones, positive, plan)?);
        }
        Ok(must(groups))
    }

    /// Adjacent atoms in the order typed; nothing else counts.
    fn phrase(
        &self,
        text: &str,
        positive: bool,
        plan: &mut Plan,
    ) -> tantivy::Result<Option<Clause>> {
        let analysis = analyze(text, self.segmenter);
        let atoms: Vec<String> = literal_atoms(&analysis, &analysis.units);
        if atoms.is_empty() {
            return self.text(text, &ALL_ZONES, positive, plan);
        }
        let clause = should(self.literals(&atoms, &ALL_ZONES, GROUP_LITERAL)?);
        if positive {
            let unit = plan.units.len();
            plan.needles.push(Needle { atoms, words: Vec::new(), units: unit..unit + 1 });
            if let Some(clause) = &clause {
                let query = clause.box_clone();
                plan.units.push(PlannedUnit {
                    text: format!("“{text}”"),
                    query,
                    is_single_han: false,
                });
            }
        }
        Ok(Some(clause.unwrap_or_else(|| Box::new(tantivy::query::EmptyQuery))))
    }

    fn group(
        &self,
        analysis: &Analysis,
        units: &[Unit],
        text: &str,
        zones: &[usize],
        positive: bool,
        plan: &mut Plan,
    ) -> tantivy::Result<Option<Clause>> {
        let mut words = Vec::new();
        let first_unit = plan.units.len();
        for unit in units {
            let Some(clause) = self.unit(analysis, unit, text, zones, units.len() > 1)? else {
                continue;
            };
            if positive {
                plan.needles.extend(needles_of(analysis, unit, plan.units.len()));
                let is_single_han = is_single_han(unit);
                let text = unit.span.of(text).to_owned();
                plan.units.push(PlannedUnit { text, query: clause.box_clone(), is_single_han });
            }
            words.push(clause);
        }
        let count = words.len();
        let Some(words) = must(words) else { return Ok(None) };
        let atoms = literal_atoms(analysis, units);
        // The pieces of a compound are weaker evidence than the compound, which a word match covers.
        let in_pieces = matches!(units, [unit] if !unit.parts.is_empty());
        let begins = if in_pieces { None } else { self.title_begins(&atoms)? };
        if units.len() < 2 {
            return Ok(Some(with_bonus(words, begins)));
        }
        if positive && atoms.len() >= 2 {
            let units = first_unit..first_unit + count;
            plan.needles.push(Needle { atoms: atoms.clone(), words: Vec::new(), units });
        }
        let literals = self.literals(&atoms, zones, GROUP_LITERAL)?;
        if literals.is_empty() {
            return Ok(Some(with_bonus(words, begins)));
        }
        let loose = if units.iter().any(is_single_han) { LOOSE_GROUP } else { 1.0 };
        let mut either = vec![boosted(words, loose)];
        either.extend(literals);
        either.extend(begins);
        Ok(should(either))
    }

    /// Returns titles that begin with `atoms`.
    fn title_begins(&self, atoms: &[String]) -> tantivy::Result<Option<Clause>> {
        if atoms.is_empty() || atoms.len() >= MAX_LITERAL_ATOMS {
            return Ok(None);
        }
        let marked: Vec<String> =
            std::iter::once(TITLE_START.to_owned()).chain(atoms.iter().cloned()).collect();
        let literal = self.literal(self.fields.title.atoms, &marked)?;
        Ok(literal.map(|literal| boosted(literal, TITLE_BEGINS * FIELD_WEIGHTS[0])))
    }

    /// Returns the literal of `atoms` in every zone that has it, weighted.
    fn literals(
        &self,
        atoms: &[String],
        zones: &[usize],
        weight: f32,
    ) -> tantivy::Result<Vec<Clause>> {
        let atoms = &atoms[..atoms.len().min(MAX_LITERAL_ATOMS)];
        let mut clauses = Vec::new();
        for &zone in zones {
            let field = self.fields.zones()[zone].atoms;
            if let Some(literal) = self.literal(field, atoms)? {
                clauses.push(boosted(literal, weight * FIELD_WEIGHTS[zone]));
            }
        }
        Ok(clauses)
    }

    /// Returns the literal of `atoms` in a field, `None` if no item has it.
    fn literal(&self, field: Field, atoms: &[String]) -> tantivy::Result<Option<Clause>> {
        let terms: Vec<Term> =
            atoms.iter().map(|atom| Term::from_field_text(field, atom)).collect();
        for term in &terms {
            if self.statistics.doc_freq(term)? == 0 {
                return Ok(None);
            }
        }
        if terms.len() < 2 {
            return Ok(terms
                .into_iter()
                .next()
                .map(|term| -> Clause { Box::new(term_query(term)) }));
        }
        let frequency = adjacent(terms.clone()).count(self.searcher)? as u64;
        Ok((frequency > 0).then(|| -> Clause { Box::new(Literal::new(terms, frequency)) }))
    }

    /// Returns everything a unit may be found by, the strongest counting; `None` for a unit without tokens.
    fn unit(
        &self,
        analysis: &Analysis,
        unit: &Unit,
        text: &str,
        zones: &[usize],
        in_group: bool,
    ) -> tantivy::Result<Option<Clause>> {
        let mut any: Vec<Clause> = Vec::new();
        if unit.kind == UnitKind::Url {
            any.extend(unit.urls.first().map(|url| self.url_term(url)));
            let canonical = (self.canonical_link)(unit.span.of(text));
            any.extend(canonical.map(|link| -> Clause {
                Box::new(TermQuery::new(
                    Term::from_field_text(self.fields.link, &link),
                    IndexRecordOption::Basic,
                ))
            }));
            return Ok(any_of(any));
        }
        if let Some(whole) = &unit.whole {
            any.extend(self.word(whole, zones, 1.0)?);
            if unit.kind == UnitKind::Latin {
                for plural in plurals(whole) {
                    any.extend(self.word(&plural, zones, PLURAL)?);
                }
                if whole.chars().count() >= 3 && zones.len() > 1 {
                    any.push(boosted(self.url_term(whole), URL));
                }
            }
        }
        let atoms: Vec<String> =
            analysis.literal_of(unit).map(|atom| atom.text.to_string()).collect();
        let weight = if unit.kind == UnitKind::Latin && atoms.len() >= 2 {
            COMPOUND_LITERAL
        } else {
            UNIT_LITERAL
        };
        // A single character inside a group is covered by the group's literal.
        let covered = in_group && atoms.len() == 1 && atoms[0].chars().all(is_han);
        if !covered && !atoms.is_empty() {
            any.extend(self.literals(&atoms, zones, weight)?);
        }
        if !unit.parts.is_empty() {
            let mut parts = Vec::new();
            for part in &unit.parts {
                let clause = any_of(self.word(part, zones, 1.0)?);
                parts.push(clause.unwrap_or_else(|| Box::new(tantivy::query::EmptyQuery)));
            }
            any.extend(must(parts).map(|parts| boosted(parts, PARTS)));
        }
        if any.is_empty() && (unit.whole.is_some() || !atoms.is_empty()) {
            // A word the archive does not have: nothing matches, and nothing must match by leaving it out.
            return Ok(Some(Box::new(tantivy::query::EmptyQuery)));
        }
        Ok(any_of(any))
    }

    /// Returns a word in every zone that has it, weighted.
    fn word(&self, word: &str, zones: &[usize], weight: f32) -> tantivy::Result<Vec<Clause>> {
        let mut clauses: Vec<Clause> = Vec::new();
        for &zone in zones {
            let term = Term::from_field_text(self.fields.zones()[zone].words, word);
            if self.statistics.doc_freq(&term)? > 0 {
                clauses.push(boosted(Box::new(term_query(term)), weight * FIELD_WEIGHTS[zone]));
            }
        }
        Ok(clauses)
    }

    fn url_term(&self, token: &str) -> Clause {
        Box::new(TermQuery::new(
            Term::from_field_text(self.fields.url, token),
            IndexRecordOption::Basic,
        ))
    }
}

fn is_single_han(unit: &Unit) -> bool {
    unit.kind == UnitKind::Han && unit.atoms.len() == 1
}

fn term_query(term: Term) -> TermQuery {
    TermQuery::new(term, IndexRecordOption::WithFreqs)
}

fn any_of(mut clauses: Vec<Clause>) -> Option<Clause> {
    match clauses.len() {
        0 => None,
        1 => clauses.pop(),
        _ => Some(Box::new(DisjunctionMaxQuery::with_tie_breaker(clauses, TIE))),
    }
}

/// Returns the atoms of neighbouring units in order.
fn literal_atoms(analysis: &Analysis, units: &[Unit]) -> Vec<String> {
    units
        .iter()
        .flat_map(|unit| analysis.literal_of(unit))
        .map(|atom| atom.text.to_string())
        .collect()
}

fn plurals(word: &str) -> Vec<String> {
    let letters = word.bytes().all(|b| b.is_ascii_alphabetic());
    if !letters || word.len() < 3 || NOT_PLURAL.contains(&word) {
        return Vec::new();
    }
    match word.strip_suffix('s') {
        Some(stem) if word.ends_with("ies") && stem.len() >= 5 => {
            vec![stem.to_owned(), format!("{}y", stem.trim_end_matches("ie"))]
        }
        Some(stem) if stem.len() >= 3 && !stem.ends_with('s') => vec![stem.to_owned()],
        Some(_) => Vec::new(),
        None => {
            let plural = format!("{word}s");
            if NOT_PLURAL.contains(&plural.as_str()) { Vec::new() } else { vec![plural] }
        }
    }
}

/// Returns what to mark for a unit: its literal, and the words it is also found by.
fn needles_of(analysis: &Analysis, unit: &Unit, index: usize) -> Vec<Needle> {
    let atoms: Vec<String> = analysis.literal_of(unit).map(|atom| atom.text.to_string()).collect();
    let mut words: Vec<String> = Vec::new();
    if unit.kind == UnitKind::Latin {
        words.extend(unit.whole.clone());
        words.extend(unit.whole.as_deref().map(plurals).unwrap_or_default());
    }
    let mut needles = vec![Needle { atoms, words, units: index..index + 1 }];
    if !unit.parts.is_empty() {
        needles.push(Needle {
            atoms: Vec::new(),
            words: unit.parts.clone(),
            units: index..index + 1,
        });
    }
    needles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_guessed_with_care() {
        assert_eq!(plurals("llms"), ["llm"]);
        assert_eq!(plurals("agent"), ["agents"]);
        assert_eq!(plurals("queries"), ["querie", "query"]);
        for word in ["news", "new", "windows", "window", "css", "gpt4", "os", "http", "class"] {
            assert_eq!(plurals(word), Vec::<String>::new(), "{word}");
        }
    }
}
