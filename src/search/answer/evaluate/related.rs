//! What does not match, but has most of a query.

use tantivy::DocId;

use super::{Evaluation, ROUNDING};
use crate::error::Result;
use crate::search::answer::filter::Filter;
use crate::search::answer::gather::weigh::{Strengths, kept, leaves_out_many};
use crate::search::answer::matching::{Extent, Found, Matching};
use crate::search::answer::part::{Part, Scoped};
use crate::search::docs::{Docs, difference, union_of_all};
use crate::search::reader::read_once;

/// Share of what can be found of a query's information below which an item has nothing to do with it. Chosen by eye; with 0,
/// one particle in common would relate items to a long question.
const LEAST_COVERED: f32 = 0.1;
/// Share that is looked for first where less costs much more to find.
const FIRST_LOOKED_FOR: f32 = 0.5;
/// Items of all lists of a query from which on it does.
const MANY_TO_READ: usize = 200_000;

impl Evaluation<'_> {
    /// Returns the items that do not match and pass a filter, but have most of the query. How much that is does not depend on
    /// filters, so that what is counted is what a filter leaves, unless it leaves nothing: then the best there are.
    pub(crate) fn related(&self, filter: &Filter) -> Result<Vec<Docs>> {
        let all = read_once(&self.related, || self.having_most(None))?;
        let left = self.parts.iter().zip(all);
        let left = left.map(|(part, all)| filter.passing(part.segment().reader, all.clone()));
        let left: Vec<Docs> = left.collect::<Result<_>>()?;
        if all.iter().all(Vec::is_empty) || left.iter().any(|docs| !docs.is_empty()) {
            return Ok(left);
        }
        self.having_most(Some(filter))
    }

    /// Returns the items that do not match but have half of what the best has of the query, and less where these are few; of
    /// all or of those that pass a filter.
    fn having_most(&self, filter: Option<&Filter>) -> Result<Vec<Docs>> {
        // What no item has, none can cover.
        let findable = self.information.findable();
        let least_covered = LEAST_COVERED * findable;
        let usual = (self.reader.weights().related * findable).max(least_covered);
        let mut least = if self.work.most < MANY_TO_READ { usual } else { FIRST_LOOKED_FOR };
        loop {
            let covered = self.covered(least, filter)?;
            let most = most_covered(&covered);
            let mut enough = (most / 2.0).max(least_covered);
            if enough < least {
                least = if most < least { (least / 2.0).max(least_covered) } else { enough };
                continue;
            }
            if enough > usual && count(&covered, enough) < self.few {
                if usual < least {
                    least = usual;
                    continue;
                }
                enough = usual;
            }
            let related = covered.into_iter().map(|of_part| {
                let related = of_part.into_iter().filter(|(_, cover)| *cover >= enough);
                related.map(|(doc, _)| doc).collect()
            });
            return Ok(related.collect());
        }
    }

    /// Returns the items of every segment that do not match, and pass a filter, with the share of the query that they cover; all
    /// of those that cover at least `least`.
    fn covered(&self, least: f32, filter: Option<&Filter>) -> Result<Vec<Vec<(DocId, f32)>>> {
        let essential = self.essential(least);
        self.work.of_parts(&self.parts, |at, part| {
            let found = Scoped { part, scope: &self.widest };
            let lists = essential.iter().map(|word| found.of_word(*word, None));
            let mut docs = union_of_all(lists.collect::<Result<_>>()?);
            if let Some(filter) = filter {
                docs = filter.passing(part.segment().reader, docs)?;
            }
            let docs = difference(&docs, &self.whole[at]);
            let asked = Matching { plan: self.plan, found: &found };
            let docs = asked.of(self.root, Extent::Explicit, Some(&docs))?;
            let (docs, strengths) = self.strengths(part, docs, least)?;
            let covers = self.ranking().covers(docs.len(), &strengths);
            Ok(docs.into_iter().zip(covers).collect())
        })
    }

    /// Returns how surely some items are about each word; without those that cannot cover `least` of the query. What is cheap
    /// to find out comes first, for all words, and leaves out most.
    fn strengths(
        &self,
        part: &Part<'_>,
        mut docs: Docs,
        least: f32,
    ) -> Result<(Docs, Vec<Vec<f32>>)> {
        let (words, most) = (&self.plan.words, self.reader.weights().most());
        let order = self.ranking().words();
        let mut strengths: Vec<Strengths> = words.iter().map(|_| Strengths::default()).collect();
        let mut covers = vec![0.0; docs.len()];
        let mut left: f32 = order.iter().map(|word| self.information.share(*word)).sum();
        let keep = |docs: &mut Docs, covers: &mut Vec<f32>, all: &mut Vec<Strengths>, left: f32| {
            let keeps = covers.iter().map(|cover| cover + left * most >= least - ROUNDING);
            let keeps: Vec<bool> = keeps.collect();
            if leaves_out_many(&keeps) {
                kept(docs, &keeps);
                kept(covers, &keeps);
                for strengths in all {
                    strengths.keep(&keeps);
                }
            }
        };
        for &word in &order {
            let share = self.information.share(word);
            let found = part.strengths(word, &self.widest, &docs)?;
            let of_all = covers.iter_mut().enumerate();
            of_all.for_each(|(at, cover)| *cover += share * found.most(at));
            strengths[word] = found;
            left -= share;
            keep(&mut docs, &mut covers, &mut strengths, left);
        }
        for &word in &order {
            let share = self.information.share(word);
            let mut found = std::mem::take(&mut strengths[word]);
            if found.most_beside > 0.0 {
                let before: Vec<f32> = (0..docs.len()).map(|at| found.most(at)).collect();
                part.add_other_strengths(word, &self.widest, &docs, &mut found)?;
                let known = found.known.iter().zip(before);
                let of_all = covers.iter_mut().zip(known);
                of_all.for_each(|(cover, (known, before))| *cover += share * (known - before));
            }
            strengths[word] = found;
            keep(&mut docs, &mut covers, &mut strengths, 0.0);
        }
        Ok((docs, strengths.into_iter().map(|strengths| strengths.known).collect()))
    }

    /// Returns the words of which an item must have one to cover `least` of the query: the others are not enough together.
    fn essential(&self, least: f32) -> Vec<usize> {
        let words = 0..self.plan.words.len();
        let mut words: Vec<usize> =
            words.filter(|word| self.information.words[*word] > 0.0).collect();
        words.sort_by(|a, b| self.information.words[*a].total_cmp(&self.information.words[*b]));
        let (mut together, most) = (0.0, self.reader.weights().most());
        words.retain(|word| {
            together += self.information.share(*word);
            together * most >= least - ROUNDING
        });
        words
    }
}

/// Counts the items that cover a share of the query.
fn count(covered: &[Vec<(DocId, f32)>], share: f32) -> usize {
    covered.iter().flatten().filter(|(_, cover)| *cover >= share).count()
}

/// Returns the largest share that one of some items covers.
fn most_covered(covered: &[Vec<(DocId, f32)>]) -> f32 {
    covered.iter().flatten().map(|(_, cover)| *cover).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use crate::query::FacetKind;
    use crate::search::answer::answer;
    use crate::search::testing::{Fixture, report, request};

    #[test]
    fn a_filter_leaves_what_is_counted_without_it() {
        let titles: Vec<String> = (0..2_600).map(|number| format!("number {number}")).collect();
        let items = |text: &'static str, from: usize, most: usize| {
            titles[from..from + most].iter().map(move |title| (title.as_str(), text))
        };
        // Two words of three are enough, and one by itself is not.
        let first = items("alpha beta", 0, 210).chain(items("gamma", 210, 260));
        let first = first.chain(items("other", 500, 2_000));
        let second = items("alpha", 2_500, 30).chain(items("alpha beta", 2_530, 5));
        let (first, second) =
            (report(&first.collect::<Vec<_>>()), report(&second.collect::<Vec<_>>()));
        let reports = [("2024-02-22.md", first.as_str()), ("2024-03-23.md", second.as_str())];
        let fixture = Fixture::of_reports(&reports);
        let mut asked = request("alpha beta gamma");
        asked.facets = vec![FacetKind::Month];
        let all = answer(&fixture.reader, &asked).unwrap();
        let months = all.facets[0].1.iter().map(|month| (month.value.as_str(), month.count));
        assert_eq!(months.collect::<Vec<_>>(), [("2024-02", 210), ("2024-03", 5)]);
        assert_eq!(all.total, 215);
        asked.filters.days.since = Some(jiff::civil::date(2024, 3, 1));
        assert_eq!(answer(&fixture.reader, &asked).unwrap().total, 5);
    }
}
