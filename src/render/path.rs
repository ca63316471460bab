//! Paths of the pages of items.

use crate::index::StoredItem;
use crate::text::escape_path;

/// Writes the path of an item's page below the root.
#[must_use]
pub fn item_path(item: &StoredItem) -> String {
    id_path(item.id.as_str())
}

/// Writes the path of the page of the item of this id.
#[must_use]
pub fn id_path(id: &str) -> String {
    format!("/items/{}", escape_path(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_an_id_with_its_slashes() {
        assert_eq!(id_path("2024-02-22/5"), "/items/2024-02-22/5");
        assert_eq!(id_path("a_b.c~d/期 1?#%"), "/items/a_b.c~d/%E6%9C%9F%201%3F%23%25");
    }
}
