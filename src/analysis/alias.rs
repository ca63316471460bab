//! Names that a text explains by others: `检索增强生成（RAG）`, `MoE（混合专家模型）`.

use super::{Cutter, connects, fold};
use crate::text::is_han;

/// Characters in brackets that may be a name.
const MAX_IN_BRACKETS: usize = 60;
/// Characters before a bracket that may be a Chinese name.
const MAX_HAN: usize = 12;
/// Letters of a Latin name.
const MAX_LATIN: usize = 40;
/// Single characters that stand before names and begin none.
const BEFORE_NAMES: &str = "的了在是和与及或也都就而但并把被将给让对从到由以为有没不很更最这那其他她它我你们个种款些用讲叫称即说看做学写谈如等新旧本该各每某";
/// Pairs one text may give.
const MAX_PAIRS: usize = 200;

/// Returns the pairs of names a text explains by each other, folded, the Chinese one first. How far a Chinese name
/// reaches back from the bracket cannot be seen in one text, so every beginning at a word is given: what occurs most
/// often decides.
#[must_use]
pub fn explained_names(text: &str, cutter: &dyn Cutter) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (open, sign) in text.match_indices(['（', '(']) {
        let inside = &text[open + sign.len()..];
        let Some(len) = inside.find(['）', ')', '\n', '（', '(']) else { continue };
        let inside = &inside[..len];
        if inside.chars().count() > MAX_IN_BRACKETS || pairs.len() >= MAX_PAIRS {
            continue;
        }
        let before = text[..open].trim_end_matches([' ', '”', '"', '》', '」', '*']);
        let names = inside.split([',', '，', '、', ';', '；', '/', '：', ':']).map(str::trim);
        for name in names {
            if is_latin_name(name) {
                for chinese in chinese_ends(before, cutter) {
                    pairs.push((chinese, fold(name)));
                }
            } else if name == inside.trim() && is_chinese_name(name) {
                for latin in latin_ends(before) {
                    pairs.push((fold(name), fold(&latin)));
                }
            }
        }
    }
    pairs.sort();
    pairs.dedup();
    pairs
}

/// Returns a name as thesauri look it up: folded, without spaces and connectors.
#[must_use]
pub fn name_key(name: &str) -> String {
    fold(name).chars().filter(|c| !connects(*c)).collect()
}

/// A name has letters, and capitals that set it apart from a remark.
fn is_latin_name(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '+' | '#' | '&' | '\'')
    };
    letters >= 2
        && text.chars().count() <= MAX_LATIN
        && text.chars().all(plain)
        && text.chars().any(|c| c.is_ascii_uppercase())
}

fn is_chinese_name(text: &str) -> bool {
    (2..=MAX_HAN).contains(&text.chars().count()) && text.chars().all(is_han)
}

/// Returns the ends of a text that may be a Chinese name: from a word of two or more characters on, or longer.
fn chinese_ends(before: &str, cutter: &dyn Cutter) -> Vec<String> {
    let run: Vec<char> = before.chars().rev().take_while(|c| is_han(*c)).take(MAX_HAN).collect();
    let run: String = run.into_iter().rev().collect();
    let run = fold(&run);
    if run.chars().count() < 2 {
        return Vec::new();
    }
    let starts: Vec<usize> = run.char_indices().map(|(at, _)| at).chain([run.len()]).collect();
    cutter
        .cut(&run)
        .iter()
        // 讲检索增强生成: what is said about a name is not part of it.
        .filter(|cut| {
            let word = run.chars().skip(cut.word.start).take(cut.word.len());
            cut.word.len() > 1 || !word.into_iter().any(|c| BEFORE_NAMES.contains(c))
        })
        .filter_map(|cut| starts.get(cut.word.start))
        .map(|start| &run[*start..])
        .filter(|name| name.chars().count() >= 2)
        .map(str::to_owned)
        .collect()
}

/// Returns the last word, the last two and the last three of a text that ends in Latin words.
fn latin_ends(before: &str) -> Vec<String> {
    let end: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '.' | '+' | '#'))
        .take(MAX_LATIN)
        .collect();
    let end: String = end.chars().rev().collect();
    let words: Vec<&str> = end.split_whitespace().collect();
    (1..=words.len().min(3))
        .map(|count| words[words.len() - count..].join(" "))
        .filter(|name| is_latin_name(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Dictionary;

    #[test]
    fn names_in_brackets_are_paired_with_what_stands_before() {
        let dictionary = Dictionary::load("");
        let pairs = |text: &str| explained_names(text, &dictionary);
        let has = |text: &str, chinese: &str, latin: &str| {
            let found = pairs(text);
            assert!(found.contains(&(chinese.to_owned(), latin.to_owned())), "{text}: {found:?}");
        };
        has("用检索增强生成（RAG）回答", "检索增强生成", "rag");
        has("混合专家模型（Mixture of Experts, MoE）", "混合专家模型", "moe");
        has("混合专家模型（Mixture of Experts, MoE）", "混合专家模型", "mixture of experts");
        has("基于 CoT（思维链）的推理", "思维链", "cot");
        has(
            "使用 Retrieval Augmented Generation（检索增强生成）",
            "检索增强生成",
            "retrieval augmented generation",
        );
        for text in [
            "价格（2024 年）",
            "见图（beta 版）",
            "下载（pdf）",
            "（RAG）",
            "中文（中文）",
            "没有闭合（RAG",
        ] {
            assert_eq!(pairs(text), Vec::new(), "{text}");
        }
    }
}
