//! Numbers of issues as people write them.

use super::numeral::numeral;
use super::quantity::spoken;

/// Issues from one number to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IssueRange {
    /// First number.
    pub from: u32,
    /// Last number.
    pub to: u32,
}

impl std::fmt::Display for IssueRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.from, self.to) {
            (from, to) if from == to => write!(f, "{from}"),
            (from, u32::MAX) => write!(f, "{from}.."),
            (0, to) => write!(f, "..{to}"),
            (from, to) => write!(f, "{from}..{to}"),
        }
    }
}

impl IssueRange {
    /// Reads `290`, `#290`, `第290期`, `290..300`, `290-300`, `290..` or `..300`.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let number = |text: &str| {
            let text = text.trim().trim_start_matches(['#', '＃', '第']).trim_end_matches('期');
            let text = text.trim();
            text.parse::<u32>().ok().or_else(|| u32::try_from(numeral(text)?).ok())
        };
        let typed = typed.trim();
        let ends =
            ["..", "～", "~", "至", "-", "–", "—"].iter().find_map(|sign| typed.split_once(sign));
        let Some((from, to)) = ends else {
            let only = number(typed)?;
            return Some(Self { from: only, to: only });
        };
        let from = if from.trim().is_empty() { 0 } else { number(from)? };
        let to = if to.trim().is_empty() { u32::MAX } else { number(to)? };
        let (from, to) = (from.min(to), from.max(to));
        (from > 0 || to < u32::MAX).then_some(Self { from, to })
    }

    /// Reads a word that names an issue by itself: `第290期`, `#290`, `第二百九十期`; `290期`, unless it may be a phase of
    /// something.
    pub(super) fn named(word: &str) -> Option<Self> {
        let signed = word.strip_prefix(['#', '＃']);
        let numbered = word.strip_prefix('第').and_then(|rest| rest.strip_suffix('期'));
        let bare = word.strip_suffix('期');
        let text = signed.or(numbered).or(bare)?.trim();
        let is_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let is_number = is_digits && text.len() <= 6 || signed.is_none() && numeral(text).is_some();
        let range = is_number.then(|| Self::parse(text)).flatten()?;
        let is_named = signed.is_some() || numbered.is_some() || range.from >= LEAST_BARE;
        is_named.then_some(range)
    }
}

/// Returns how texts name an issue.
pub(super) fn issue_names(number: u32) -> Vec<String> {
    let mut numbers = vec![number.to_string()];
    numbers.extend((1..LEAST_MANY).contains(&number).then(|| spoken(number.into())));
    let named = |number: String| [format!("第{number}期"), format!("{number}期")];
    let bare = if number < LEAST_BARE { 1 } else { 2 };
    numbers.into_iter().flat_map(|number| named(number).into_iter().take(bare)).collect()
}

/// The least number of an issue that nobody writes as it is spoken.
const LEAST_MANY: u32 = 10_000;
/// The least number that names an issue without 第: 三期 is a phase of a trial.
const LEAST_BARE: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<(u32, u32)>) {
        let range = IssueRange::parse(typed).map(|range| (range.from, range.to));
        assert_eq!(range, expected, "{typed}");
    }

    #[test]
    fn one_issue_is_named_in_many_ways() {
        for typed in ["290", " 290 ", "#290", "＃290", "第290期", "第 290 期", "290期"] {
            check(typed, Some((290, 290)));
        }
    }

    #[test]
    fn a_range_has_many_signs_and_may_be_open_or_turned_round() {
        for sign in ["..", "～", "~", "至", "-", "–", "—"] {
            check(&format!("290{sign}300"), Some((290, 300)));
            check(&format!("第300期 {sign} 第290期"), Some((290, 300)));
        }
        check("290..", Some((290, u32::MAX)));
        check("1..", Some((1, u32::MAX)));
        check("..300", Some((0, 300)));
        check("0..0", Some((0, 0)));
    }

    #[test]
    fn what_is_not_a_number_is_not_an_issue() {
        for typed in ["", "x", "..", "-", "1..x", "x..1", "1.5", "４", "4294967296"] {
            check(typed, None);
        }
    }

    #[test]
    fn a_word_names_an_issue_only_with_its_sign() {
        let named = |word: &str| IssueRange::named(word).map(|range| range.from);
        for (word, number) in [
            ("第290期", 290),
            ("第 290 期", 290),
            ("#7", 7),
            ("＃7", 7),
            ("第999999期", 999_999),
            ("290期", 290),
            ("第二百九十期", 290),
            ("第三期", 3),
            ("三百四十六期", 346),
        ] {
            assert_eq!(named(word), Some(number), "{word}");
        }
        for word in [
            "290",
            "第290",
            "3期",
            "三期",
            "学期",
            "#",
            "#tag",
            "第期",
            "#1..2",
            "第1000000期",
            "#-1",
        ] {
            assert_eq!(named(word), None, "{word}");
        }
    }
}
