//! Names that the archive explains by others in brackets: counted, and used only where the archive agrees with itself.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::remembered::Aliases;
use crate::analysis::name_key;
use crate::error::Result;
use crate::index::{Terms, alias_parts, alias_prefix};
use crate::query::{OtherName, Thesaurus, Way};
use crate::search::reader::{Reader, failed};
use crate::text::is_han;

/// Items that must explain a name before it is believed.
const MIN_ITEMS: u64 = 3;
/// Of the ways a Chinese name may begin, the longest that occurs in this share of the items of the commonest.
const SAME_NAME: f64 = 0.7;
/// Other names of one name.
const MAX_NAMES: usize = 3;
/// Names of one key that are looked at.
const MAX_CANDIDATES: usize = 200;
/// Characters of the shortest name that has others: a letter stands for many things.
const SHORTEST_NAME: usize = 2;

/// Two names for one thing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Alias {
    /// The Chinese name, folded.
    pub chinese: String,
    /// The Latin name, folded.
    pub latin: String,
    /// Items that explain one by the other.
    pub items: u64,
}

/// The aliases of one snapshot.
pub(crate) struct ArchiveAliases<'a> {
    /// `None` if none are wanted.
    names: Option<Terms>,
    known: &'a Aliases,
}

/// Lists the names the archive explains by others, the most often explained first.
///
/// # Errors
/// [`crate::error::Error::Search`] if the index cannot be read.
pub fn aliases(reader: &Reader) -> Result<Vec<Alias>> {
    let all = ArchiveAliases::open(reader)?;
    let mut found: Vec<Alias> = Vec::new();
    for (term, items) in all.terms("", None) {
        let Some((key, name)) = alias_parts(&term) else { continue };
        if items >= MIN_ITEMS && !key.chars().any(is_han) && name.chars().all(is_han) {
            let believed = all.believed(key);
            for (latin, other) in believed.into_iter().filter(|(_, other)| other.0 == name) {
                found.push(Alias { chinese: other.0, latin, items: other.1 });
            }
        }
    }
    found.sort_by(|a, b| b.items.cmp(&a.items).then_with(|| a.latin.cmp(&b.latin)));
    found.dedup();
    Ok(found)
}

impl<'a> ArchiveAliases<'a> {
    /// Opens the aliases that queries use: all there are, or none.
    pub(crate) fn of(reader: &'a Reader) -> Result<Self> {
        let none = Self { names: None, known: &reader.caches().aliases };
        if reader.uses_aliases() { Self::open(reader) } else { Ok(none) }
    }

    fn open(reader: &'a Reader) -> Result<Self> {
        let names = Terms::open(reader.snapshot(), reader.fields().alias).map_err(failed)?;
        Ok(Self { names: Some(names), known: &reader.caches().aliases })
    }

    /// Returns terms of the alias field that begin with `prefix`, with how many items have each.
    fn terms(&self, prefix: &str, most: Option<usize>) -> BTreeMap<String, u64> {
        let mut terms: BTreeMap<String, u64> = BTreeMap::new();
        let mut add = |term: &str, items: u64| {
            if !term.starts_with(prefix) || most.is_some_and(|most| terms.len() >= most) {
                return ControlFlow::Break(());
            }
            terms.insert(term.to_owned(), items);
            ControlFlow::Continue(())
        };
        if let Some(names) = &self.names {
            // Names that cannot be read are no names.
            let _ = names.each(prefix, None, &mut add);
        }
        terms
    }

    /// Returns the names that explain the name of this key, with how many items do.
    fn names(&self, key: &str) -> Vec<(String, u64)> {
        let terms = self.terms(&alias_prefix(key), Some(MAX_CANDIDATES));
        let name = |term: &str| alias_parts(term).map(|(_, name)| name.to_owned());
        terms.iter().filter_map(|(term, items)| Some((name(term)?, *items))).collect()
    }

    /// Returns the Chinese name a Latin one stands for, if the archive says so and nothing else as often.
    fn chinese_of(&self, latin_key: &str) -> Option<(String, u64)> {
        let mut names = self.names(latin_key);
        names.retain(|(name, _)| name.chars().all(is_han));
        let most = names.iter().map(|(_, items)| *items).max()?;
        #[expect(clippy::cast_precision_loss, reason = "counts are small")]
        let common = |items: u64| items as f64 >= most as f64 * SAME_NAME;
        let best = names
            .iter()
            .filter(|(_, items)| *items >= MIN_ITEMS && common(*items))
            .max_by_key(|(name, items)| (name.chars().count(), *items))?
            .clone();
        // A name in brackets behind many different things is a remark: （Windows）.
        let related = |name: &str| name.ends_with(&best.0) || best.0.ends_with(name);
        let strangers: u64 =
            names.iter().filter(|(name, _)| !related(name)).map(|(_, items)| *items).sum();
        if best.1 <= strangers {
            return None;
        }
        // And a Chinese word in brackets behind many names says something about them: （英文）.
        let others = self.names(&name_key(&best.0));
        let related = |other: &str| {
            let other = name_key(other);
            other.contains(latin_key) || latin_key.contains(other.as_str())
        };
        let strangers: u64 =
            others.iter().filter(|(name, _)| !related(name)).map(|(_, items)| *items).sum();
        (best.1 > strangers).then_some(best)
    }

    /// Returns the believed pairs of a name: its Latin name as written, and the Chinese one with its count.
    fn believed(&self, key: &str) -> Vec<(String, (String, u64))> {
        if key.chars().any(is_han) {
            let mut pairs = Vec::new();
            for (latin, items) in self.names(key) {
                let latin_key = name_key(&latin);
                if items < MIN_ITEMS {
                    continue;
                }
                if let Some(chinese) = self.chinese_of(&latin_key)
                    && name_key(&chinese.0) == key
                {
                    pairs.push((latin, chinese));
                }
            }
            return pairs;
        }
        let Some(chinese) = self.chinese_of(key) else { return Vec::new() };
        let written = self.names(&name_key(&chinese.0));
        let written = written.into_iter().map(|(name, _)| name).find(|name| name_key(name) == key);
        written.map(|latin| (latin, chinese)).into_iter().collect()
    }
}

impl Thesaurus for ArchiveAliases<'_> {
    fn other_names(&self, atoms: &[&str]) -> Vec<OtherName> {
        let key = atoms.concat();
        if self.names.is_none() || key.chars().count() < SHORTEST_NAME {
            return Vec::new();
        }
        if let Some(known) = self.known.get(&key) {
            return known;
        }
        let is_chinese = key.chars().any(is_han);
        let mut names = self.believed(&key);
        names.sort_by(|a, b| b.1.1.cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
        names.truncate(MAX_NAMES);
        let other = |(latin, (chinese, _)): (String, (String, u64))| OtherName {
            text: if is_chinese { latin } else { chinese },
            weight: 1.0,
            way: Way::Alias,
        };
        let names: Vec<OtherName> = names.into_iter().map(other).collect();
        self.known.put(key, names.clone());
        names
    }
}
