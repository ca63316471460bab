//! What was read differently, loosened or not found, said to a visitor.

use maud::{Markup, html};

use super::context::Context;
use super::language::Language;
use super::text::Text;
use crate::error::UnknownValue;
use crate::query::{DayRange, FilterKind, Note, WhyNothing, grouped, shortened};

/// Writes a note; in English it is the sentence of every other answer, with a capital letter and a full stop.
pub(super) fn note(context: &Context<'_>, note: &Note) -> Markup {
    if let Note::UnknownValue(unknown) = note {
        return unknown_value(context, unknown);
    }
    let sentence = match context.language {
        Language::Chinese => chinese(note),
        Language::English => english(note),
    };
    html! { (Text(&sentence)) }
}

/// Says that no item has a value, and offers the nearest that there are.
fn unknown_value(context: &Context<'_>, unknown: &UnknownValue) -> Markup {
    let UnknownValue { field, value, nearest } = unknown;
    let (kind, chinese) = match *field {
        "section" => (FilterKind::Section, "栏目"),
        "contributor" => (FilterKind::Contributor, "贡献人"),
        "host" => (FilterKind::Link, "网站"),
        _ => (FilterKind::Source, "来源"),
    };
    let without = context.question.without(kind, value);
    // Typed with the query, it is the query that would have to change.
    let is_chosen = without != *context.question;
    html! {
        (context.say("没有", "No item has the ")) (context.say(chinese, field))
        (context.say("为“", " “")) (Text(&shortened(value))) (context.say("”的条目", "”"))
        @if !nearest.is_empty() { (context.say("；相近的有 ", "; there are ")) }
        @for (at, other) in nearest.iter().enumerate() {
            @if at > 0 { (context.say("、", ", ")) }
            @if is_chosen {
                a href=(context.search(&without.with(kind, other))) rel="nofollow" { (Text(other)) }
            } @else {
                "“" (Text(other)) "”"
            }
        }
        (context.say("。", "."))
    }
}

fn english(note: &Note) -> String {
    // A phrase has quotation marks of its own.
    let sentence = note.sentence(|quoted| format!("“{}”", quoted.trim_matches(['“', '”'])));
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

fn chinese(note: &Note) -> String {
    let quoted = |words: &[String]| {
        let words: Vec<String> = words
            .iter()
            .map(|word| format!("“{}”", shortened(word.trim_matches(['“', '”']))))
            .collect();
        words.join("、")
    };
    match note {
        Note::FirstCharacters(most) => format!("查询太长，只用了前 {most} 个字符。"),
        Note::FirstWords(most) => format!("词语太多，只用了前 {most} 个。"),
        Note::UnpairedQuote => "有一个引号没有成对，已忽略。".to_owned(),
        Note::UnknownField { typed, nearest } => {
            format!("没有“{typed}”这个字段，是不是想用 {nearest}？")
        }
        Note::Excluded(word) => {
            format!("已排除“{}”；要搜索它，请加引号。", shortened(word))
        }
        Note::NotExcluded(text) => {
            format!("没有可以排除“{}”的内容，已当作文字搜索。", shortened(text))
        }
        Note::Dated { typed, days } => {
            format!("“{typed}”已理解为日期（{}）；要搜索这个词，请加引号。", chinese_days(*days))
        }
        Note::NothingDated { typed, days } => {
            format!(
                "“{typed}”可以理解为日期（{}），但没有找到，已当作词语搜索。",
                chinese_days(*days)
            )
        }
        Note::OutOfDays { days, known } => {
            let known = match known {
                None => "所有期刊都没有日期".to_owned(),
                Some((_, newest)) if days.since.is_some_and(|since| since > *newest) => {
                    format!("最新一期是 {newest}")
                }
                Some((oldest, _)) if days.until.is_some_and(|until| until < *oldest) => {
                    format!("最早一期是 {oldest}")
                }
                Some((oldest, newest)) => format!("各期从 {oldest} 到 {newest}"),
            };
            format!("{}没有内容；{known}。", chinese_days(*days))
        }
        Note::OutOfIssues { issues, known } => {
            let issues: Vec<String> = issues.iter().map(ToString::to_string).collect();
            let known = match known {
                Some((first, last)) => format!("期号从 {first} 到 {last}"),
                None => "所有期刊都没有期号".to_owned(),
            };
            format!("没有第 {} 期；{known}。", issues.join("、"))
        }
        Note::IgnoredSign(text) => format!("“{}”里的符号已忽略。", shortened(text)),
        Note::NotADate(typed) => format!("“{typed}”不是日期，已当作文字搜索。"),
        Note::NotAnIssue(typed) => format!("“{typed}”不是期号，已当作文字搜索。"),
        Note::NotALink(typed) => format!("“{typed}”既不是链接也不是域名，已忽略。"),
        // Said with links.
        Note::UnknownValue(unknown) => format!("没有“{}”。", unknown.value),
        Note::WordsAlone => "语义模型没有及时回应，只按词语搜索。".to_owned(),
        Note::NoWords => "查询里没有可以搜索的词语。".to_owned(),
        Note::Mended { searched, others } => {
            let others = if others.is_empty() {
                String::new()
            } else {
                format!("也可能是{}。", quoted(others))
            };
            format!("没有条目含有原来的全部词语，已改为搜索“{searched}”。{others}")
        }
        Note::DidYouMean { typed, words } => {
            format!("“{}”是不是想输入{}？", shortened(typed), quoted(words))
        }
        Note::Newest(typed) => {
            format!("“{}”理解为按时间从新到旧；要搜索这个词，请加引号。", shortened(typed))
        }
        Note::Pinyin { typed, words } => {
            format!("“{}”按拼音读作{}。", shortened(typed), quoted(words))
        }
        Note::Pieces(words) => format!("{}只出现在别的词里面。", quoted(words)),
        Note::SomeWords { has: Some(0), .. } => {
            "没有条目含有所输入的词语本身，以下只是与之相近的。".to_owned()
        }
        Note::SomeWords { has: Some(has), of } => {
            format!("没有条目含有全部 {of} 个词，第一条含有其中 {has} 个。")
        }
        Note::SomeWords { has: None, .. } => {
            "没有条目含有全部词语，以下只含其中一部分。".to_owned()
        }
        Note::Nothing { items, why } => {
            let items = grouped(*items);
            match why {
                WhyNothing::Missing(words) => {
                    format!("{items} 条里都没有{}。", quoted(words))
                }
                WhyNothing::NotAsTyped => format!("{items} 条里没有一条按原样含有全部词语。"),
                WhyNothing::Filters => format!("{items} 条里，没有既匹配又符合筛选的条目。"),
                WhyNothing::Exclusions => {
                    format!("{items} 条里，排除这些词之后没有匹配的条目。")
                }
                WhyNothing::Other => format!("{items} 条里没有匹配的条目。"),
            }
        }
    }
}

fn chinese_days(days: DayRange) -> String {
    match (days.since, days.until) {
        (Some(since), Some(until)) if since == until => since.to_string(),
        (Some(since), Some(until)) => format!("{since} 至 {until}"),
        (Some(since), None) => format!("{since} 起"),
        (None, Some(until)) => format!("{until} 止"),
        (None, None) => "任何日期".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(note: &Note, english_sentence: &str, chinese_sentence: &str) {
        assert_eq!(
            (english(note), chinese(note)),
            (english_sentence.into(), chinese_sentence.into())
        );
    }

    #[test]
    fn what_was_typed_stands_in_quotation_marks() {
        check(
            &Note::NotADate("since:`x`".to_owned()),
            "“since:`x`” is not a date; searched as text.",
            "“since:`x`”不是日期，已当作文字搜索。",
        );
        let words = vec!["“a b”".to_owned(), "c".to_owned()];
        check(
            &Note::Nothing { items: 1_234, why: WhyNothing::Missing(words) },
            "Nothing found: “a b”, “c” are in none of 1,234 items.",
            "1,234 条里都没有“a b”、“c”。",
        );
        check(
            &Note::NoWords,
            "Nothing to search for: the query has no words.",
            "查询里没有可以搜索的词语。",
        );
    }
}
