//! Stories: what several items tell, found when it is asked for, from what the index holds anyway.
//!
//! Two items tell the same thing if they are about the same link and agree, or have nearly the same title and text
//! ([`alike`]). A story is all items that are connected so. Nothing of it is kept: which items may tell the same is
//! looked up by their links and by the rarest atoms of their titles, so that an index that followed its files
//! finds what one built at once does.

mod alike;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet as _, TERMINATED, Term};

use self::alike::{MAX_LINKED, Telling, stamps_of};
use crate::error::Result;
use crate::index::schema::names;
use crate::index::{StoredItem, day_number};
use crate::query::{Matcher, Slot, Sort, Zone};
use crate::report::{ItemId, ItemKey, Which};
use crate::search::answer::order::compare;
use crate::search::docs::{Among, Docs};
use crate::search::lists::Lists;
use crate::search::reader::{Reader, failed};
use crate::search::segment::Segment;

/// Items that tell one story at most. A column that is much the same in every issue connects all of them, and is none.
pub const MAX_TELLINGS: usize = 32;
/// Items with one title up to which it names a story; what more have is the name of a column.
const MAX_TITLED: usize = 8;
/// Items with most of the atoms of a title up to which they are read.
const MAX_SIMILAR: usize = 32;
/// Share of its atoms that a title has in common with one that is nearly the same.
const SHARED_ATOMS: f64 = 0.7;
/// Items that are looked through for a title: a millisecond.
const MAX_LOOKED_THROUGH: u64 = 20_000;
/// Atoms of a title that are looked for; no title of a story has as many.
const MAX_ATOMS: usize = 64;

/// What several items tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The items that tell it, oldest first: two at least, [`MAX_TELLINGS`] at most.
    pub tellings: Vec<StoredItem>,
}

impl Story {
    /// Returns the item that told it first, by whose id the story is known.
    #[must_use]
    pub fn first(&self) -> Option<&StoredItem> {
        self.tellings.first()
    }
}

/// Returns the story of an item; `None` if no other item tells it.
///
/// # Errors
/// [`Error::Search`] or [`Error::IndexDamaged`] if the index cannot be read.
///
/// [`Error::Search`]: crate::error::Error::Search
/// [`Error::IndexDamaged`]: crate::error::Error::IndexDamaged
pub fn story(reader: &Reader, item: &StoredItem) -> Result<Option<Story>> {
    let mut known = Known::new(reader)?;
    let Some(mut tellings) = connected(&mut known, item, &|_, _| true)? else { return Ok(None) };
    let stamps: Vec<_> = tellings.iter().map(stamps_of).filter(|all| !all.is_empty()).collect();
    if stamps.iter().any(|one| stamps.iter().any(|other| one.is_disjoint(other))) {
        // Which of several versions, years or issues an item tells of that names none of them is not known.
        let is_alike =
            |a: &StoredItem, b: &StoredItem| stamps_of(a).is_empty() == stamps_of(b).is_empty();
        let Some(alike) = connected(&mut known, item, &is_alike)? else { return Ok(None) };
        tellings = alike;
    }
    tellings.sort_by(|a, b| {
        let by_time = compare(Sort::Oldest, (0, time(a)), (0, time(b)));
        let place = |item: &StoredItem| (item.id.report().to_owned(), item.item.ordinal);
        by_time.then_with(|| place(a).cmp(&place(b)))
    });
    Ok((tellings.len() > 1).then_some(Story { tellings }))
}

/// Returns the items that are connected with one, itself among them, by those that `may` be; `None` if they are too many.
fn connected(
    known: &mut Known<'_>,
    item: &StoredItem,
    may: &dyn Fn(&StoredItem, &StoredItem) -> bool,
) -> Result<Option<Vec<StoredItem>>> {
    let mut tellings = vec![item.clone()];
    let mut at = 0;
    while let Some(item) = tellings.get(at).cloned() {
        for other in known.told_again(&item)? {
            // Both find each other: one title may be too frequent to look for what is like it, and another one not.
            if tellings.iter().all(|known| known.id != other.id)
                && may(&item, &other)
                && known.told_again(&other)?.iter().any(|back| back.id == item.id)
            {
                tellings.push(other);
            }
        }
        if tellings.len() > MAX_TELLINGS {
            return Ok(None);
        }
        at += 1;
    }
    Ok(Some(tellings))
}

/// Returns when an item appeared at the latest, as a number: its day, else its issue, which is smaller. What is only known to be
/// of a month sums up its days more often than it comes before them.
fn time(item: &StoredItem) -> u64 {
    let day = item.date.as_ref().map(|date| day_number(date.end()));
    day.or(item.issue.map(u64::from)).unwrap_or(0)
}

/// Items that were read while a story is looked for.
struct Known<'a> {
    reader: &'a Reader,
    segments: Vec<Segment<'a>>,
    read: BTreeMap<DocAddress, Telling>,
    again: BTreeMap<ItemId, Vec<StoredItem>>,
}

impl<'a> Known<'a> {
    fn new(reader: &'a Reader) -> Result<Self> {
        let segments = reader.segments()?;
        Ok(Self { reader, segments, read: BTreeMap::new(), again: BTreeMap::new() })
    }

    /// Returns the items that tell the same as one, itself not among them, as far as they are found from it.
    fn told_again(&mut self, item: &StoredItem) -> Result<Vec<StoredItem>> {
        if let Some(again) = self.again.get(&item.id) {
            return Ok(again.clone());
        }
        self.reader.check()?;
        let again = self.look_for(&Telling::new(item.clone()))?;
        self.again.insert(item.id.clone(), again.clone());
        Ok(again)
    }

    fn look_for(&mut self, telling: &Telling) -> Result<Vec<StoredItem>> {
        let (carriers, mut addresses) = self.linked(telling)?;
        let similar = self.titled(telling)?;
        let mut titled = 0;
        for address in &similar {
            titled += usize::from(self.telling(*address)?.is_titled_like(telling));
        }
        let is_usual = titled > MAX_TITLED;
        addresses.extend(similar.iter().copied());
        addresses.sort_unstable();
        addresses.dedup();
        let mut again = Vec::new();
        for address in addresses {
            let other = self.telling(address)?;
            let itself = other.item.id == telling.item.id;
            if !itself && telling.is_one_with(other, carriers, is_usual) {
                again.push(other.item.clone());
            }
        }
        Ok(again)
    }

    fn telling(&mut self, address: DocAddress) -> Result<&Telling> {
        match self.read.entry(address) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(slot) => Ok(slot.insert(Telling::new(self.reader.stored(address)?))),
        }
    }

    /// Returns how many items have the link that one is about, and which are about it, too.
    fn linked(&self, telling: &Telling) -> Result<(usize, Vec<DocAddress>)> {
        let Some(link) = telling.link() else { return Ok((0, Vec::new())) };
        let Some((_, Which::Key(key))) = telling.item.id.split() else {
            return Ok((0, Vec::new()));
        };
        let field = self.reader.fields().link;
        let (mut carriers, mut found) = (0, Vec::new());
        for segment in &self.segments {
            let index = segment.reader.inverted_index(field).map_err(failed)?;
            let keys = segment.reader.fast_fields().u64(names::KEY).map_err(failed)?;
            let term = Term::from_field_text(field, &link.canonical);
            let list = index.read_postings(&term, IndexRecordOption::Basic);
            let Some(mut list) = list.map_err(|error| failed(error.into()))? else { continue };
            while list.doc() != TERMINATED {
                let doc = list.doc();
                list.advance();
                if segment.reader.is_deleted(doc) {
                    continue;
                }
                carriers += 1;
                if carriers > MAX_LINKED {
                    return Ok((carriers, Vec::new()));
                }
                // A key is made of the first link.
                let own = keys.first(doc).map(|key| ItemKey::of_number(key).first());
                if own == Some(key.first()) {
                    found.push(DocAddress::new(segment.ordinal, doc));
                }
            }
        }
        Ok((carriers, found))
    }

    /// Returns the items whose titles have most of the atoms of one. What has so many misses few of the rarest: each of
    /// them has one of these.
    fn titled(&self, telling: &Telling) -> Result<Vec<DocAddress>> {
        let all = &telling.atoms;
        if !telling.has_title() || all.len() > MAX_ATOMS {
            return Ok(Vec::new());
        }
        let mut atoms = Vec::with_capacity(all.len());
        for atom in all {
            atoms.push(self.atom(atom)?);
        }
        atoms.sort_by_key(|atom| atom.items);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a share of at most as many atoms as are looked for"
        )]
        let needed = (SHARED_ATOMS * atoms.len() as f64).ceil() as usize;
        let lead = atoms.len() + 1 - needed;
        let sum = |atoms: &[Atom]| atoms.iter().map(|atom| atom.items).sum::<u64>();
        // Where even the rare ones are frequent, only what has all is looked for.
        let (lead, needed) = match &atoms[..lead] {
            leading if sum(leading) <= MAX_LOOKED_THROUGH => (lead, needed),
            [rarest, ..] if rarest.items <= MAX_LOOKED_THROUGH => (1, atoms.len()),
            _ => return Ok(Vec::new()),
        };
        let mut found = Vec::new();
        for (at, segment) in self.segments.iter().enumerate() {
            let lists = atoms.iter().map(|atom| atom.lists.get(at).and_then(Option::as_ref));
            let docs = with_most(segment, &lists.collect::<Vec<_>>(), lead, needed)?;
            found.extend(docs.into_iter().map(|doc| DocAddress::new(segment.ordinal, doc)));
            if found.len() > MAX_SIMILAR {
                return Ok(Vec::new());
            }
        }
        Ok(found)
    }

    /// Looks up which titles have an atom.
    fn atom(&self, atom: &str) -> Result<Atom> {
        let slot = Matcher::Literal(vec![Slot::whole(atom)]);
        let mut found = Atom { items: 0, lists: Vec::with_capacity(self.segments.len()) };
        for segment in &self.segments {
            let lists = segment.lists(Zone::Title, &slot, &|_| 1.0).map_err(failed)?;
            if let Some(lists) = &lists {
                found.items += segment.frequency(lists).map_err(failed)?.unwrap_or(0);
            }
            found.lists.push(lists);
        }
        Ok(found)
    }
}

/// The titles that have an atom.
struct Atom {
    /// How many.
    items: u64,
    /// Which, by segment.
    lists: Vec<Option<Lists>>,
}

/// Returns the items that are in `needed` of some lists; each is in one of the first `lead`.
fn with_most(
    segment: &Segment<'_>,
    lists: &[Option<&Lists>],
    lead: usize,
    needed: usize,
) -> Result<Docs> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for list in lists.iter().take(lead).flatten() {
        for doc in segment.docs(list, Among::default()).map_err(failed)? {
            *counts.entry(doc).or_default() += 1;
        }
    }
    for (at, list) in lists.iter().enumerate().skip(lead) {
        let left = lists.len() - at;
        counts.retain(|_, count| *count + left >= needed);
        if counts.is_empty() {
            return Ok(Docs::new());
        }
        let Some(list) = list else { continue };
        let only: Docs = counts.keys().copied().collect();
        let among = Among { only: Some(&only), ..Among::default() };
        for doc in segment.docs(list, among).map_err(failed)? {
            *counts.entry(doc).or_default() += 1;
        }
    }
    Ok(counts.into_iter().filter(|(_, count)| *count >= needed).map(|(doc, _)| doc).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::archive::item::for_each_item;
    use crate::search::testing::Fixture;

    /// The stories of an archive, each as the titles of those who tell it, oldest first; every item of one knows it.
    #[track_caller]
    fn stories(fixture: &Fixture) -> Vec<String> {
        let reader = &fixture.reader;
        let mut items = Vec::new();
        for_each_item(reader, &mut |item| items.push(item.clone())).unwrap();
        let mut found = BTreeMap::new();
        for item in &items {
            let Some(story) = story(reader, item).unwrap() else { continue };
            for telling in &story.tellings {
                let theirs = super::story(reader, telling).unwrap();
                assert_eq!(theirs.as_ref(), Some(&story), "{} and {}", item.id, telling.id);
            }
            let titles = story.tellings.iter().map(|item| item.item.title.as_str());
            let name = story.first().unwrap().id.to_string();
            found.insert(name, titles.collect::<Vec<_>>().join(" = "));
        }
        found.into_values().collect()
    }

    /// A report of items of title, link and text.
    fn report(items: &[(&str, &str, &str)]) -> String {
        let item = |(title, link, text): &(&str, &str, &str)| {
            let link = if link.is_empty() {
                String::new()
            } else {
                format!("链接：https://{link}\n\n")
            };
            format!("## {title}\n\n{link}{text}\n\n")
        };
        format!("# 示例\n\n{}", items.iter().map(item).collect::<String>())
    }

    #[test]
    fn versions_are_not_one_story_by_an_item_that_names_none() {
        let of = |titles: &[&str]| {
            let items: Vec<_> = titles
                .iter()
                .map(|title| (*title, "lantern.example/fish", "一缸会发光的鱼。"))
                .collect();
            let text = report(&items);
            stories(&Fixture::of_reports(&[("2024-02-22.md", &text)]))
        };
        let (one, two, none) =
            ("Lanternfish 1.2 发布", "Lanternfish 1.3 发布", "Lanternfish：终端里的鱼缸");
        assert_eq!(of(&[one, none]), [format!("{one} = {none}")]);
        assert_eq!(of(&[one, none, two]), [""; 0]);
    }

    #[test]
    fn a_story_is_the_same_from_each_of_its_items_however_they_lie() {
        let first = report(&[
            ("终端里的鱼缸", "github.com/a/lanternfish", "把鱼养在终端里"),
            ("怎样烤面包", "bread.example/1", "先揉面"),
        ]);
        let second = report(&[
            ("Lanternfish：终端里的鱼缸", "github.com/a/lanternfish", "一条会发光的鱼"),
            ("今天的天气很好", "", "适合散步"),
        ]);
        let third = report(&[
            ("Lanternfish：终端里的鱼缸", "fish.example", "一条会发光的鱼"),
            ("怎样烤蛋糕", "cake.example/1", "先打蛋"),
        ]);
        let files = [
            ("2024-01-03.md", third.as_str()),
            ("2024-01-01.md", first.as_str()),
            ("2024-01-02.md", second.as_str()),
        ];
        let expected = ["终端里的鱼缸 = Lanternfish：终端里的鱼缸 = Lanternfish：终端里的鱼缸"];
        assert_eq!(stories(&Fixture::of_reports(&files)), expected);
        assert_eq!(stories(&Fixture::in_segments(&files)), expected);
    }

    #[test]
    fn the_first_telling_is_of_a_day_before_the_month_that_sums_it_up() {
        let told = |title| report(&[(title, "github.com/a/lanternfish", "把鱼养在终端里")]);
        let [month, day] = ["终端里的鱼缸", "终端鱼缸"].map(told);
        let fixture = Fixture::of_reports(&[("2024-01.md", &month), ("2024-01-20.md", &day)]);
        assert_eq!(stories(&fixture), ["终端鱼缸 = 终端里的鱼缸"]);
    }

    #[test]
    fn a_column_of_every_issue_and_a_page_that_all_give_are_no_story() {
        let reports: Vec<(String, String)> = (10..=10 + MAX_LINKED)
            .map(|day| {
                let text = format!("这一期我们说说第{day}件事，欢迎来信");
                let column = ("本期我们要谈的几件大事和小事", "", text.as_str());
                let page = ("欢迎报名", "meet.example/join", "每个周末都有聚会，欢迎大家报名参加");
                (format!("2024-01-{day}.md"), report(&[column, page]))
            })
            .take(MAX_LINKED + 1)
            .collect();
        let files: Vec<(&str, &str)> =
            reports.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(stories(&Fixture::of_reports(&files)), Vec::<String>::new());
        assert_eq!(stories(&Fixture::of_reports(&files[..3])).len(), 2);
    }
}
