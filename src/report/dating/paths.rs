//! Days that a path names, in the name of its file or in its folders.

use lazy_regex::{Regex, regex};

use super::patterns::{Written, YEARS, date, day_in_path, digits_in_path, first_date, week};

/// Names that say nothing of a report, which is then called like its folder.
const NAMELESS: [&str; 3] = ["index", "_index", "readme"];
/// A number before one of these counts issues or weeks: `2024/02/03期.md` is not of the third day.
const COUNTED: [char; 12] =
    ['期', '周', '週', '刊', '辑', '集', '卷', '章', '回', '号', '篇', '次'];

/// Returns the name of a report: the stem of its file, or the folder where every file is called the same.
pub(super) fn own_name(path: &str) -> &str {
    let stem = crate::text::file_stem(path);
    let is_nameless = NAMELESS.iter().any(|name| stem.eq_ignore_ascii_case(name));
    let folder = path.rsplit('/').nth(1).filter(|folder| is_nameless && !folder.is_empty());
    folder.unwrap_or(stem)
}

/// Finds a date that stands in a path; that of the name comes before those of the folders.
pub(super) fn date_in_path(path: &str) -> Option<Written> {
    let whole =
        |text: &str| first_date(day_in_path(), text).or_else(|| first_date(digits_in_path(), text));
    whole(own_name(path)).or_else(|| date_in_folders(path)).or_else(|| whole(path))
}

/// Returns whether the number that a report is called by is the day of its folders.
pub(super) fn is_called_by_its_day(path: &str) -> bool {
    let name = own_name(path);
    let parts = parts(path);
    let at = parts.iter().rposition(|part| *part == name);
    at.is_some_and(|at| day_below(&parts[..at], name, at + 1 == parts.len()).is_some())
}

/// The folders of a path and the stem of its file.
fn parts(path: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    parts.push(crate::text::file_stem(path));
    parts
}

/// `2024/1125.md`, `2024/11/25.md`, `202411/25/标题.md`, `2024/11/1125.md`, `2024年/11月25日.md`
fn date_in_folders(path: &str) -> Option<Written> {
    let parts = parts(path);
    let last = parts.len() - 1;
    (1..=last).rev().find_map(|at| day_below(&parts[..at], parts[at], at == last))
}

/// Reads the day that a name is of below folders that are a year, or a year and a month. Behind the day of a file may
/// stand more.
fn day_below(folders: &[&str], name: &str, is_file: bool) -> Option<Written> {
    let (year, month, from) = year_and_month(folders)?;
    let read = regex!(
        r"^(?:(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])|(0?[1-9]|1[0-2])[-_.月](0?[1-9]|[12][0-9]|3[01])[日号]?|(0?[1-9]|[12][0-9]|3[01])日?)(?:$|([^0-9]))"
    );
    let found = read.captures(name)?;
    let next = found.get(6).and_then(|next| next.as_str().chars().next());
    if next.is_some_and(|next| !is_file || COUNTED.contains(&next)) {
        return None;
    }
    let group = |at: usize| found.get(at).map(|found| found.as_str());
    let (own_month, day) = match (group(1).or(group(3)), group(2).or(group(4)).or(group(5))) {
        (Some(own), Some(day)) => {
            let fits = month.is_none_or(|month| month.parse::<u8>() == own.parse::<u8>());
            (fits.then_some(own)?, day)
        }
        (None, Some(day)) => (month?, day),
        _ => return None,
    };
    let end = next.map_or(found[0].len(), |next| found[0].len() - next.len_utf8());
    let mut written = folders[from..].join("/");
    written.push('/');
    written.push_str(&name[..end]);
    Some(Written { date: date(year, own_month, day)?, written })
}

/// Reads the year and perhaps the month that the last folders are, and where they begin.
fn year_and_month<'p>(folders: &[&'p str]) -> Option<(&'p str, Option<&'p str>, usize)> {
    let year = regex!(r"^((?:19|20|21)[0-9]{2})年?$");
    let both = regex!(r"^((?:19|20|21)[0-9]{2})[-_.年]?(0[1-9]|1[0-2]|[1-9]月)月?$");
    let month = regex!(r"^(0?[1-9]|1[0-2])月?$");
    let year_of = |at: usize| Some(year.captures(folders.get(at)?)?.get(1)?.as_str());
    let month_of = |at: usize| Some(month.captures(folders.get(at)?)?.get(1)?.as_str());
    let last = folders.len().checked_sub(1)?;
    if let Some(found) = both.captures(folders[last]) {
        let month = found.get(2)?.as_str().trim_end_matches('月');
        return Some((found.get(1)?.as_str(), Some(month), last));
    }
    if let Some(year) = year_of(last) {
        return Some((year, None, last));
    }
    let before = last.checked_sub(1)?;
    Some((year_of(before)?, Some(month_of(last)?), before))
}

/// Returns whether a name or a title is of more than one day: `20240219-20240225`, `2024.2.19～2.25`, `2024-W08`.
pub(super) fn names_span(text: &str) -> bool {
    span().is_match(text) || week().is_match(text)
}

/// Two days with their signs between.
pub(super) fn span() -> &'static Regex {
    regex!(
        r"(?x)(?:19|20|21)[0-9]{2}
        (?:\s?[-_./年]\s?[0-9]{1,2}\s?[-_./月]\s?[0-9]{1,2}\s?日?|[0-9]{4,5})
        \s*(?:[-–—_~～至到]|to)+\s*
        (?:(?:(?:19|20|21)[0-9]{2}\s?[-_./年]\s?)?[0-9]{1,2}\s?[-_./月]\s?[0-9]{1,2}
            |(?:(?:19|20|21)[0-9]{2})?[0-9]{4}|[0-9]{1,2}\s?日)
        (?:[^0-9]|$)"
    )
}

/// Finds the year that a path names, if it is only one.
pub(super) fn year_in_path(path: &str) -> Option<i16> {
    let year_in = |text: &str| {
        let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| part.len() == 4);
        let mut years = numbers.filter_map(|part| part.parse().ok()).filter(|y| YEARS.contains(y));
        let first = years.next()?;
        years.all(|year| year == first).then_some(first)
    };
    year_in(own_name(path)).or_else(|| year_in(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: Option<(&str, &str)>) {
        let found = date_in_path(path);
        let shown = found.as_ref().map(|found| (found.date.to_string(), found.written.as_str()));
        let shown = shown.as_ref().map(|(date, written)| (date.as_str(), *written));
        assert_eq!(shown, expected, "{path}");
    }

    #[test]
    fn a_day_may_be_divided_among_folders() {
        for (path, written) in [
            ("2024/0222.md", "2024/0222"),
            ("a/2024/0222-标题.md", "2024/0222"),
            ("2024/02/22.md", "2024/02/22"),
            ("2024/2/22.md", "2024/2/22"),
            ("2024/02/0222.md", "2024/02/0222"),
            ("202402/22.md", "202402/22"),
            ("202402/0222.md", "202402/0222"),
            ("2024-02/22 周四.md", "2024-02/22"),
            ("2024年/2月/22日.md", "2024年/2月/22日"),
            ("2024年/2月22日.md", "2024年/2月22日"),
            ("2024年2月/22日.md", "2024年2月/22日"),
            ("2024/02-22.md", "2024/02-22"),
            ("2024/02/22/标题.md", "2024/02/22"),
            ("2024/0222/index.md", "2024/0222"),
            ("2023/12/2024-02-22.md", "2024-02-22"),
            ("周刊-20240222/index.md", "20240222"),
        ] {
            check(path, Some(("2024-02-22", written)));
        }
    }

    #[test]
    fn other_numbers_below_a_year_are_not_days() {
        for path in [
            "2024/1305.md",
            "2024/290.md",
            "2024/12.md",
            "2024/02/290.md",
            "2024/02/03期.md",
            "2024/02/3周.md",
            "2024/03/0222.md",
            "a/0222.md",
            "2024/issues/0222.md",
            "2024/02220.md",
            "2024/第2期/1.md",
        ] {
            check(path, None);
        }
    }

    #[test]
    fn a_report_is_called_by_its_day_or_not() {
        for path in ["2024/0222.md", "2024/02/22.md", "2024/0222/index.md", "2024/02/0222.md"] {
            assert!(is_called_by_its_day(path), "{path}");
        }
        for path in ["2024/1305.md", "a/0222.md", "2024/02/22/12.md", "2024/12.md"] {
            assert!(!is_called_by_its_day(path), "{path}");
        }
    }

    #[test]
    fn a_span_is_two_days_or_a_week() {
        for text in [
            "20240219-20240225",
            "20230925-1001",
            "周刊 2024.2.19～2.25",
            "2024-W08",
            "2024年2月19日至25日",
            "202402190-20240225",
        ] {
            assert!(names_span(text), "{text}");
        }
        for text in ["2024-02-22", "20240222-标题", "2024-02-22-12 条", "2024"] {
            assert!(!names_span(text), "{text}");
        }
    }

    #[test]
    fn a_year_in_a_path_is_the_only_one() {
        assert_eq!(year_in_path("README-2019.md"), Some(2019));
        assert_eq!(year_in_path("2019/README.md"), Some(2019));
        assert_eq!(year_in_path("2019/README-2020.md"), Some(2020));
        assert_eq!(year_in_path("2018-2020.md"), None);
        assert_eq!(year_in_path("README.md"), None);
    }
}
