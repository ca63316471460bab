//! One value for every zone of an item, and sets of zones.

use std::ops::Index;

use crate::query::Zone;

/// One value for every zone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct PerZone<T> {
    pub(crate) title: T,
    pub(crate) body: T,
    pub(crate) meta: T,
    pub(crate) link: T,
}

impl<T> Index<Zone> for PerZone<T> {
    type Output = T;

    fn index(&self, zone: Zone) -> &T {
        match zone {
            Zone::Title => &self.title,
            Zone::Body => &self.body,
            Zone::Meta => &self.meta,
            Zone::Link => &self.link,
        }
    }
}

impl<T> PerZone<T> {
    pub(crate) fn of_mut(&mut self, zone: Zone) -> &mut T {
        match zone {
            Zone::Title => &mut self.title,
            Zone::Body => &mut self.body,
            Zone::Meta => &mut self.meta,
            Zone::Link => &mut self.link,
        }
    }
}

/// Some of the zones, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ZoneSet(u8);

impl ZoneSet {
    pub(crate) const EMPTY: Self = Self(0);

    pub(crate) fn insert(&mut self, zone: Zone) {
        self.0 |= 1 << zone as u8;
    }

    pub(crate) fn contains(self, zone: Zone) -> bool {
        self.0 & (1 << zone as u8) != 0
    }

    pub(crate) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Lists them in the order of [`Zone::ALL`].
    pub(crate) fn list(self) -> Vec<Zone> {
        Zone::ALL.into_iter().filter(|zone| self.contains(*zone)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_has_its_own_value() {
        let names = PerZone { title: "title", body: "body", meta: "meta", link: "link" };
        let listed: Vec<&str> = Zone::ALL.into_iter().map(|zone| names[zone]).collect();
        assert_eq!(listed, ["title", "body", "meta", "link"]);
    }

    #[test]
    fn a_set_lists_what_was_put_in() {
        let mut set = ZoneSet::EMPTY;
        set.insert(Zone::Link);
        let mut other = ZoneSet::EMPTY;
        other.insert(Zone::Body);
        assert_eq!(set.union(other).list(), [Zone::Body, Zone::Link]);
        assert!(!set.contains(Zone::Body));
    }
}
