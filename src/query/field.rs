//! Names that may stand before a colon, and names that are nearly one.

/// Fields that may stand before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Section,
    Contributor,
    Source,
    /// A section or a source.
    Place,
    Link,
    Since,
    Until,
    Days,
    Title,
    Issue,
}

/// Fields with their names, the one that is offered first. Those of well-known searches are among them.
const FIELDS: [(Field, &[&str]); 10] = [
    (Field::Section, &["section", "栏目", "板块", "分类", "栏"]),
    (Field::Contributor, &["author", "by", "contributor", "贡献人", "作者", "投稿人", "编辑"]),
    (Field::Source, &["source", "来源", "出处"]),
    (Field::Place, &["in", "在"]),
    (Field::Link, &["link", "site", "host", "url", "链接", "网址", "网站", "站点", "域名"]),
    (Field::Since, &["since", "after", "自", "从", "晚于"]),
    (Field::Until, &["until", "before", "至", "到", "早于"]),
    (Field::Days, &["date", "year", "month", "day", "日期", "时间", "年份", "月份"]),
    (Field::Title, &["title", "intitle", "标题", "题目"]),
    (Field::Issue, &["issue", "期号", "期", "期数"]),
];

/// Letters of the shortest name that may be misspelt: shorter ones are a letter away from half of all short words.
const MIN_MISSPELT: usize = 4;
/// Letters from which on any letter may be wrong; of shorter names letters may only be swapped, missing or doubled, as
/// `data` and `line` are no slips of `date` and `link`.
const MIN_WRONG_LETTER: usize = 5;
/// Letters from which on two may be wrong.
const MIN_TWO_WRONG: usize = 9;

/// Returns the field of a name, in any case.
pub(super) fn field(name: &str) -> Option<Field> {
    let name = name.to_lowercase();
    FIELDS.into_iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| field)
}

/// Returns the name that one is a slip of, if it is nearly one.
pub(super) fn nearest_field(typed: &str) -> Option<&'static str> {
    let typed = typed.to_lowercase();
    if !typed.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let names = FIELDS.into_iter().flat_map(|(_, names)| names);
    let near = names.filter_map(|name| {
        let slips = strsim::osa_distance(&typed, name);
        let most = if name.len() >= MIN_TWO_WRONG { 2 } else { 1 };
        let is_near = name.is_ascii() && name.len() >= MIN_MISSPELT && (1..=most).contains(&slips);
        let is_slip = name.len() >= MIN_WRONG_LETTER || has_the_same_letters(&typed, name);
        (is_near && is_slip).then_some((slips, *name))
    });
    near.min_by_key(|(slips, _)| *slips).map(|(_, name)| name)
}

/// Returns whether two words are of the same letters, but for one too many or too few.
fn has_the_same_letters(typed: &str, name: &str) -> bool {
    let mut left: Vec<u8> = typed.bytes().collect();
    let mut missing = 0;
    for letter in name.bytes() {
        match left.iter().position(|other| *other == letter) {
            Some(at) => _ = left.swap_remove(at),
            None => missing += 1,
        }
    }
    missing == 0 || left.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_known_by_each_of_its_names_in_any_case() {
        for (of, names) in FIELDS {
            for name in names {
                assert_eq!(field(name), Some(of));
                assert_eq!(field(&name.to_uppercase()), Some(of));
                assert_eq!(nearest_field(name).filter(|near| near == name), None);
            }
        }
        assert_eq!(field("colour"), None);
    }

    #[test]
    fn a_slip_of_the_hand_is_near_a_field() {
        for (typed, name) in [
            ("secton", "section"),
            ("sectoin", "section"),
            ("Secttion", "section"),
            ("sections", "section"),
            ("contributer", "contributor"),
            ("conributer", "contributor"),
            ("autor", "author"),
            ("befor", "before"),
            ("sorce", "source"),
            ("titel", "title"),
            ("lnik", "link"),
            ("sitte", "site"),
            ("hsot", "host"),
            ("dat", "date"),
            ("isue", "issue"),
            ("unitl", "until"),
        ] {
            assert_eq!(nearest_field(typed), Some(name), "{typed}");
        }
    }

    #[test]
    fn what_is_another_word_is_near_none() {
        for typed in [
            "", "x", "c++", "rust", "http", "https", "note", "data", "line", "like", "size",
            "bite", "post", "most", "ins", "buy", "action", "thread", "error", "label", "文",
            "拦目", "备注",
        ] {
            assert_eq!(nearest_field(typed), None, "{typed}");
        }
    }
}
