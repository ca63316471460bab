//! The straightforward evaluation, to hold the quick one against: everything is gathered of every item, every item is
//! scored, and what does not belong is thrown away at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::date;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tantivy::{DocAddress, DocId};

use super::closeness::{CLOSELY_LOOKED_AT, Neighbours};
use super::evaluate::{Evaluation, Standing, literals};
use super::filter::{Filter, of_named};
use super::findings::Hold;
use super::ladder::plan;
use super::part::{Part, Scope};
use super::rank::{ALL_TYPED, Information, Ranking};
use crate::query::{
    Alternative, Clause, DayRange, FacetKind, Filters, Named, Plan, Query, Sort, Word,
};
use crate::search::reader::Reader;
use crate::search::side_by_side::SideBySide;
use crate::search::testing::{Fixture, report};

/// What is found: how many, and the best, each with its score in steps.
type Found = (usize, Vec<(DocAddress, i64)>);

/// One item, with what it has of every word and every literal: where it must match, and where it may be related.
struct Item {
    address: DocAddress,
    words: Vec<Option<Hold>>,
    literals: Vec<Option<Hold>>,
    near: Vec<Option<Hold>>,
    near_literals: Vec<Option<Hold>>,
    /// It holds the whole query as typed.
    piece: bool,
    begins: Vec<bool>,
    title_words: u32,
}

struct Oracle<'a> {
    reader: &'a Reader,
    plan: &'a Plan,
    root: &'a Clause,
    information: Information,
    parts: Vec<Part<'a>>,
    items: Vec<Item>,
    /// Nothing matched, and so what holds the query as typed does.
    is_cut_out: bool,
}

impl<'a> Oracle<'a> {
    fn new(
        reader: &'a Reader,
        plan: &'a Plan,
        root: &'a Clause,
        literals: &'a [Vec<Alternative>],
    ) -> Self {
        let segments = reader.segments().unwrap().into_iter();
        let parts: Vec<Part<'a>> =
            segments.map(|segment| Part::new(reader, segment, plan, literals)).collect();
        let items = reader.snapshot().head().items;
        // Pieces count of what no item has whole.
        let whole = Scope::made_of(vec![false; plan.words.len()]);
        let is_nowhere =
            |word: usize| parts.iter().all(|part| part.all_of_word(word, &whole).is_empty());
        let scope = Scope::made_of((0..plan.words.len()).map(is_nowhere).collect());
        let widest = scope.widened(plan);
        let mut oracle = Self {
            reader,
            plan,
            root,
            information: Information::of(plan, &parts, &widest, items, reader.weights()).unwrap(),
            items: Self::items(plan, &parts, &scope, &widest),
            parts,
            is_cut_out: false,
        };
        let matches = oracle.items.iter().any(|item| oracle.matches(item, root, false));
        if !matches && oracle.items.iter().any(|item| item.piece) {
            oracle.is_cut_out = true;
            oracle.items = Self::items(plan, &oracle.parts, &widest, &widest);
        }
        oracle
    }

    fn items(plan: &Plan, parts: &[Part<'a>], scope: &Scope, widest: &Scope) -> Vec<Item> {
        let mut items = Vec::new();
        for (ordinal, part) in (0..).zip(parts) {
            let all = part.segment().everything();
            let by_doc = |holds: Vec<Hold>| -> BTreeMap<DocId, Hold> {
                holds.into_iter().map(|hold| (hold.doc, hold)).collect()
            };
            let words = |scope: &Scope| -> Vec<_> {
                let words = 0..plan.words.len();
                words.map(|word| by_doc(part.all_of_word(word, scope))).collect()
            };
            let literals = |scope: &Scope| -> Vec<_> {
                let groups = 0..plan.groups.len();
                groups.map(|group| by_doc(part.all_of_literal(group, scope))).collect()
            };
            let (near, near_literals) = (words(widest), literals(widest));
            let (words, literals) = (words(scope), literals(scope));
            let piece = by_doc(part.all_of_piece());
            let begins: Vec<_> =
                (0..plan.groups.len()).map(|group| part.begins(group, &all).unwrap()).collect();
            items.extend(all.iter().map(|doc| Item {
                address: DocAddress::new(ordinal, *doc),
                words: words.iter().map(|holds| holds.get(doc).copied()).collect(),
                literals: literals.iter().map(|holds| holds.get(doc).copied()).collect(),
                near: near.iter().map(|holds| holds.get(doc).copied()).collect(),
                near_literals: near_literals.iter().map(|holds| holds.get(doc).copied()).collect(),
                piece: piece.contains_key(doc),
                begins: begins.iter().map(|begins| begins.contains(doc)).collect(),
                title_words: part.segment().title_words(*doc),
            }));
        }
        items
    }

    fn is_of(&self, item: &Item, named: &Named) -> bool {
        let segment = &self.parts[item.address.segment_ord as usize].segment().reader;
        of_named(self.reader, segment, named, None).unwrap().contains(&item.address.doc_id)
    }

    fn matches(&self, item: &Item, clause: &Clause, loosely: bool) -> bool {
        if self.is_cut_out && !loosely && std::ptr::eq(clause, self.root) {
            return item.piece;
        }
        self.has(item, clause, loosely, Standing::Matching)
    }

    /// Returns whether an item matches if pieces count.
    fn is_near(&self, item: &Item, clause: &Clause) -> bool {
        self.has(item, clause, false, Standing::Related)
    }

    fn has(&self, item: &Item, clause: &Clause, loosely: bool, standing: Standing) -> bool {
        let (of_words, of_literals) = match standing {
            Standing::Matching => (&item.words, &item.literals),
            Standing::Related => (&item.near, &item.near_literals),
        };
        match clause {
            Clause::Groups(_) if loosely => true,
            Clause::Groups(groups) => groups.clone().all(|group| {
                let words = self.plan.groups[group].words.clone();
                let needed: Vec<usize> =
                    words.clone().filter(|word| self.plan.words[*word].needed).collect();
                let apart =
                    needed.len() > 1 && self.plan.words[words].iter().all(Word::is_single_han);
                let all = !apart && needed.iter().all(|word| of_words[*word].is_some());
                all || of_literals[group].is_some()
            }),
            Clause::Phrase(group) => {
                let mut words = self.plan.groups[*group].words.clone();
                of_literals[*group].is_some() || words.any(|word| of_words[word].is_some())
            }
            Clause::Named(named) => self.is_of(item, named),
            Clause::Not(inner) => !self.has(item, inner, false, standing),
            Clause::Any(any) => any.iter().any(|clause| self.has(item, clause, loosely, standing)),
            Clause::All(all) => all.iter().all(|clause| self.has(item, clause, loosely, standing)),
        }
    }

    fn passes(&self, item: &Item, filter: &Filter) -> bool {
        let segment = self.parts[item.address.segment_ord as usize].segment();
        filter.all(segment).unwrap().contains(&item.address.doc_id)
    }

    fn cover(&self, item: &Item) -> f32 {
        let mut cover = 0.0;
        for (index, hold) in item.near.iter().enumerate() {
            if let Some(hold) = hold.filter(|_| self.plan.words[index].positive) {
                cover += self.information.share(index) * hold.strength;
            }
        }
        cover
    }

    fn score(&self, item: &Item, standing: Standing) -> f32 {
        let (words, literals) = match standing {
            Standing::Matching => (&item.words, &item.literals),
            Standing::Related => (&item.near, &item.near_literals),
        };
        let (weights, total) = (self.reader.weights(), self.information.total);
        let (mut score, mut typed, mut in_title, mut words_in_title) = (0.0, 0.0, 0.0, 0_u8);
        for (index, hold) in words.iter().enumerate() {
            let share = self.information.share(index);
            let Some(hold) = hold.filter(|_| self.plan.words[index].positive) else { continue };
            score += share * hold.value;
            typed += if hold.is_in_title { share } else { 0.0 };
            if hold.in_title > 0.0 {
                in_title += share * hold.in_title;
                words_in_title += 1;
            }
        }
        for (index, group) in self.plan.groups.iter().enumerate() {
            let single = group.words.len() == 1;
            if let Some(hold) = literals[index].filter(|_| !single) {
                score += weights.literal * self.information.literals[index] / total * hold.value;
            }
            let first = words[group.words.start];
            let first = first.filter(|_| self.plan.words[group.words.start].positive);
            let whole = first.is_some_and(|hold| hold.strength >= 1.0);
            if item.begins[index] && (!single || whole) {
                let said: f32 = group.words.clone().map(|word| self.information.words[word]).sum();
                score += weights.title_begins * said / total;
            }
        }
        if words_in_title > 0 {
            #[expect(clippy::cast_precision_loss, reason = "titles are short")]
            let share = f32::from(words_in_title) / item.title_words.max(1) as f32;
            score += weights.title_whole * share.min(1.0) * in_title;
            score += if typed >= ALL_TYPED { weights.title_typed } else { 0.0 };
        }
        score + self.of_issue(item, self.root)
    }

    fn of_issue(&self, item: &Item, clause: &Clause) -> f32 {
        match clause {
            Clause::Named(named) if self.is_of(item, named) => 100.0,
            Clause::All(clauses) | Clause::Any(clauses) => {
                clauses.iter().map(|clause| self.of_issue(item, clause)).sum()
            }
            _ => 0.0,
        }
    }

    /// Orders some items as an answer does.
    fn best(&self, items: &[&Item], standing: Standing, sort: Sort, keep: usize) -> Found {
        let ranking = Ranking {
            plan: self.plan,
            information: &self.information,
            weights: self.reader.weights(),
        };
        let all = self.reader.collector(sort, usize::MAX, &[]);
        let mut best = Vec::new();
        for (ordinal, part) in (0..).zip(&self.parts) {
            let own = items.iter().filter(|item| item.address.segment_ord == ordinal);
            let scored = own.map(|item| (item.address.doc_id, self.score(item, standing)));
            best.extend(all.best(part.segment(), scored).unwrap());
        }
        all.order(&mut best);
        if let Some(neighbours) = Neighbours::of(ranking).filter(|_| sort == Sort::Relevance) {
            for found in best.iter_mut().take(CLOSELY_LOOKED_AT) {
                let segment = self.parts[found.address.segment_ord as usize].segment();
                found.gain(neighbours.closeness(segment, &[found.address.doc_id]).unwrap()[0]);
            }
        }
        all.order(&mut best);
        let shown = best.iter().take(keep).map(|found| (found.address, found.score));
        (items.len(), shown.collect())
    }

    fn matching(&self, filter: &Filter, sort: Sort, keep: usize) -> Found {
        let matching = self.items.iter().filter(|item| self.matches(item, self.root, false));
        let matching: Vec<&Item> = matching.filter(|item| self.passes(item, filter)).collect();
        self.best(&matching, Standing::Matching, sort, keep)
    }

    fn related(&self, filter: &Filter, sort: Sort, keep: usize, few: usize) -> Found {
        let candidates = self.items.iter().filter(|item| {
            !self.matches(item, self.root, false)
                && self.has(item, self.root, true, Standing::Related)
        });
        let is_missing = |word: &usize| self.information.having[*word] == Some(0);
        let missing = (0..self.plan.words.len()).filter(is_missing);
        let missing: f32 = missing.map(|word| self.information.share(word)).sum();
        let findable = if missing < ALL_TYPED { 1.0 - missing } else { 1.0 };
        let having_most = |candidates: &[&'_ Item]| {
            let most = candidates.iter().map(|item| self.cover(item)).fold(0.0, f32::max);
            let of_half = candidates.iter().filter(|item| self.cover(item) >= most / 2.0).count();
            let usual = self.reader.weights().related * findable;
            let usual = if of_half < few { usual } else { f32::INFINITY };
            usual.min(most / 2.0).max(0.1 * findable)
        };
        let all: Vec<&Item> = candidates.collect();
        let passing = all.iter().copied().filter(|item| self.passes(item, filter));
        let passing: Vec<&Item> = passing.collect();
        let having = |enough: f32| -> Vec<&Item> {
            passing.iter().copied().filter(|item| self.cover(item) >= enough).collect()
        };
        let mut related = having(having_most(&all));
        if related.is_empty() {
            related = having(having_most(&passing));
        }
        self.best(&related, Standing::Related, sort, keep)
    }

    /// Returns the items that match only if pieces of something else count, too.
    fn by_pieces(&self, filter: &Filter, sort: Sort, keep: usize) -> Found {
        let found = self.items.iter().filter(|item| {
            !self.matches(item, self.root, false)
                && self.is_near(item, self.root)
                && self.passes(item, filter)
        });
        self.best(&found.collect::<Vec<_>>(), Standing::Related, sort, keep)
    }
}

/// Words that archives and queries are made of: Han in each other and across borders, Latin in pieces and variants, common
/// and rare.
const WORDS: [&str; 26] = [
    "體",
    "体",
    "模型",
    "大模型",
    "语言模型",
    "量化",
    "推理",
    "和服",
    "产品和服务",
    "的",
    "的",
    "的",
    "学习",
    "机器学习",
    "GPT-4",
    "gpt4",
    "GPT",
    "python",
    "cpython",
    "pythonic",
    "agent",
    "agents",
    "Rust",
    "LongRoPE",
    "long rope",
    "x.example/rust",
];

/// Chance that is the same in every run.
struct Random(TestRng);

impl Random {
    /// Returns a number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.0.next_u32() as usize % end
    }

    fn of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }
}

fn text(random: &mut Random, most: usize) -> String {
    let words: Vec<&str> = (0..=random.below(most)).map(|_| random.of(&WORDS)).collect();
    words.join(random.of(&["", " ", " "]))
}

fn archive(random: &mut Random) -> Vec<(String, String)> {
    let reports = (1..=2 + random.below(3)).map(|number| {
        let items: Vec<(String, String)> =
            (0..4 + random.below(36)).map(|_| (text(random, 3), text(random, 14))).collect();
        let items: Vec<(&str, &str)> =
            items.iter().map(|(title, text)| (title.as_str(), text.as_str())).collect();
        (format!("2024-02-{number:02}-issue-{number}.md"), report(&items))
    });
    reports.collect()
}

fn query(random: &mut Random) -> String {
    let parts = (0..=random.below(3)).map(|_| {
        let text = text(random, 2);
        match random.below(12) {
            0 => format!("-{text}"),
            1 => format!("\"{text}\""),
            2 => format!("title:{text}"),
            3 => format!("{text} OR {}", self::text(random, 2)),
            4 => format!("#{}", 1 + random.below(3)),
            5 => text.chars().skip(1).take(3).collect(),
            _ => text,
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// An item by its report and place, with its score.
type Shown = (String, u64, i64);

/// Compares both evaluations of some queries; returns how many items were found, and what each query shows.
fn check(
    reader: &Reader,
    random: &mut Random,
    queries: usize,
) -> ([usize; 3], Vec<(String, Vec<Shown>)>) {
    let (mut found, mut shown) = ([0; 3], Vec::new());
    let mut forgetful = reader.clone();
    for at in 0..queries {
        let typed = query(random);
        let asked = Query::parse(&typed, date(2024, 7, 1));
        let plan = plan(reader, &asked).unwrap();
        // What only excludes gives no item a score.
        let asks = asked.root.is_some_and(|root| root.asks());
        let Some(root) = plan.root.as_ref().filter(|_| asks) else { continue };
        let days = DayRange { since: Some(date(2024, 2, 2)), until: None };
        let filters = if random.below(3) == 0 {
            Filters { days, ..Filters::default() }
        } else {
            Filters::default()
        };
        let filter = Filter::new(reader, &filters).unwrap();
        let sorts = [Sort::Relevance, Sort::Relevance, Sort::Newest, Sort::Oldest];
        let most = random.of(&[5, 99]);
        let (sort, keep) = (random.of(&sorts), 1 + random.below(most));
        let literals = literals(&plan);
        // What the straightforward one reads must not help the quick one, which now and then begins with what it has read before.
        let aside = reader.clone().with_new_lists();
        let oracle = Oracle::new(&aside, &plan, root, &literals);
        if at % 4 == 0 {
            forgetful = reader.clone().with_new_lists();
        }
        let mut quick = Evaluation::new(&forgetful, &plan, root, &literals, false).unwrap();
        (quick.many, quick.few) = (0, random.of(&[0, 10, 1_000]));
        let few = quick.few;
        quick.work.most = random.of(&[0, usize::MAX]);
        let collector = reader.collector(sort, keep, &[FacetKind::Source]);
        let mut of_query = Vec::new();
        let (matching, near) = (Standing::Matching, Standing::Related);
        for (kind, (sets, standing, expected)) in [
            (quick.matching(&filter), matching, oracle.matching(&filter, sort, keep)),
            (quick.related(&filter), near, oracle.related(&filter, sort, keep, few)),
            (quick.by_pieces(&filter), near, oracle.by_pieces(&filter, sort, keep)),
        ]
        .into_iter()
        .enumerate()
        {
            let quick = quick.collect(&collector, &sets.unwrap(), standing).unwrap();
            let best: Vec<_> =
                quick.best.iter().map(|found| (found.address, found.score)).collect();
            assert_eq!((quick.total, best), expected, "{typed} by {sort:?}");
            assert_eq!(quick.facets[0].values().sum::<usize>(), quick.total, "{typed}");
            found[kind] += expected.0;
            let items = quick.best.iter();
            of_query.extend(items.map(|item| (item.report.to_string(), item.ordinal, item.score)));
        }
        shown.push((typed, of_query));
    }
    (found, shown)
}

/// Does every task on a thread of its own.
#[derive(Debug)]
struct Scattered;

impl SideBySide for Scattered {
    fn worth_from(&self) -> usize {
        0
    }

    fn each(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        std::thread::scope(|scope| {
            for at in 0..tasks {
                scope.spawn(move || task(at));
            }
        });
    }
}

#[test]
fn the_quick_evaluation_finds_what_the_straightforward_one_does() {
    let mut random = Random(TestRng::from_seed(RngAlgorithm::ChaCha, &[13; 32]));
    let mut found = [0; 3];
    for _ in 0..8 {
        let reports = archive(&mut random);
        let reports: Vec<(&str, &str)> =
            reports.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let mut again = Random(random.0.clone());
        let one = check(&Fixture::of_reports(&reports).reader, &mut random, 60);
        let divided = Fixture::in_segments(&reports).reader.with_side_by_side(Arc::new(Scattered));
        let (one, divided) = (one, check(&divided, &mut again, 60));
        for (one, divided) in one.1.iter().zip(&divided.1) {
            assert_eq!(one, divided);
        }
        assert_eq!(one.0, divided.0);
        (0..3).for_each(|at| found[at] += one.0[at]);
    }
    // It would say nothing if nothing was found.
    assert!(found.iter().all(|found| *found > 300), "{found:?}");
}
