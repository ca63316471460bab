//! How little askers say a word: what stands in every other question tells little of what this one is about.

use std::sync::LazyLock;

/// Words that are frequent in questions, as `examples/asked.rs` counts them.
const LIST: &str = include_str!("asked.txt");
/// A word that is rarer in questions than this tells all it can: the natural logarithm, times ten, of how many there are for one
/// that has it. The list has no rarer ones.
const RARE: f32 = 80.0;
/// Power to which the share of that is raised. Judged queries of both halves of a set hold it between 0.3 and 0.6; at 1 what is
/// about a frequent word, as 手机, falls behind.
const POWER: f32 = 0.5;

/// The words of the list, in order, with how rare they are.
static RARITIES: LazyLock<Vec<(&str, f32)>> = LazyLock::new(|| {
    let lines = LIST.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            line.split_once(' ').and_then(|(word, of)| Some((word, of.parse().ok()?)))
        })
        .collect()
});

/// Returns how much a word tells in a question, beside how rare it is in an archive: 1 for what askers hardly say; in hundredths.
pub(crate) fn telling(word: &str) -> f32 {
    let known = RARITIES.binary_search_by_key(&word, |(known, _)| known);
    let share = known.map_or(1.0, |at| (RARITIES[at].1 / RARE).min(1.0).powf(POWER));
    (share * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_askers_say_tells_less() {
        assert!(RARITIES.is_sorted_by_key(|(word, _)| *word) && RARITIES.len() > 3_000);
        let all: Vec<f32> = ["如何", "推荐", "电脑", "壁纸", "抓包"].map(telling).to_vec();
        assert!(all.is_sorted() && all[0] > 0.4 && all[1] < 0.75 && all[3] > 0.95, "{all:?}");
        for word in ["抓包", "", "longrope", "#"] {
            assert!((telling(word) - 1.0).abs() < f32::EPSILON, "{word}");
        }
    }
}
