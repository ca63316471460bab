//! How little askers say a word: what stands in every other question tells little of what this one is about.

use std::cmp::Ordering;

/// Words that are frequent in questions, as `examples/asked.rs` counts them.
const LIST: &str = include_str!("asked.txt");
/// A word that is rarer in questions than this tells all it can: the natural logarithm, times ten, of how many there are for one
/// that has it. The list has no rarer ones.
const RARE: f32 = 80.0;
/// Power to which the share of that is raised. Judged queries of both halves of a set hold it between 0.3 and 0.6; at 1 what is
/// about a frequent word, as 手机, falls behind.
const POWER: f32 = 0.5;

/// Returns how much a word tells in a question, beside how rare it is in an archive: 1 for what askers hardly say; in hundredths.
pub(crate) fn telling(word: &str) -> f32 {
    let share = rarity(word).map_or(1.0, |rarity| (rarity / RARE).min(1.0).powf(POWER));
    (share * 100.0).round() / 100.0
}

/// Finds a word in the list as it is: a search from the shell asks for a few words, and taking all apart takes a tenth of a
/// millisecond.
fn rarity(word: &str) -> Option<f32> {
    let mut lines = LIST;
    while !lines.is_empty() {
        let half = &lines.as_bytes()[..lines.len() / 2];
        let start = half.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let (before, rest) = lines.split_at(start);
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        // Comments stand before all words.
        let (known, rarity) = line.split_once(' ').unwrap_or_default();
        match word.cmp(if line.starts_with("# ") { "" } else { known }) {
            Ordering::Less => lines = before,
            Ordering::Equal => return rarity.parse().ok(),
            Ordering::Greater => lines = behind,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_askers_say_tells_less() {
        let lines = LIST.lines().filter(|line| !line.starts_with("# "));
        let words: Vec<&str> = lines.map(|line| line.split_once(' ').unwrap().0).collect();
        assert!(words.is_sorted() && words.len() > 3_000);
        assert!(words.iter().all(|word| rarity(word).is_some()));
        let all: Vec<f32> = ["如何", "推荐", "电脑", "壁纸", "抓包"].map(telling).to_vec();
        assert!(all.is_sorted() && all[0] > 0.4 && all[1] < 0.75 && all[3] > 0.95, "{all:?}");
        for word in ["抓包", "", "longrope", "#"] {
            assert!((telling(word) - 1.0).abs() < f32::EPSILON, "{word}");
        }
    }
}
