use jiff::civil::Date;

use super::*;
use crate::query::{MAX_LITERAL_ATOMS, Synonyms};
use crate::render::tokens;

fn plan(typed: &str) -> Plan {
    let list = "显卡, GPU ^0.6\nlarge language model, LLM\n阅读器, reader, e-reader\n";
    let (synonyms, _) = Synonyms::read(&[list]);
    let canonical_link = |url: &str| url.strip_prefix("https://").map(str::to_owned);
    let planner = Planner { cutter: &NoCutter, thesauri: &[&synonyms], canonical_link };
    planner.plan(&Query::parse(typed, Date::constant(2024, 2, 22)))
}

#[track_caller]
fn check(typed: &str, expected: &str) {
    assert_eq!(tokens::plan(&plan(typed)), expected, "{typed}");
}

#[test]
fn a_latin_name_may_be_written_in_other_ways_or_be_a_piece() {
    check("MoE", r#"moe∣moes∣"moe"∣"…moe…""#);
    check("LongRoPE", r#"longrope∣longropes∣"long·rope"∣"longrope"∣"…longrope…""#);
    check("GPT-4", r#"gpt4∣"gpt·4"∣(gpt+4)∣"…gpt·4…""#);
    check(".NET", r#".net∣"net"^0.5∣"…net…"^0.5"#);
    check("x", r#"x∣"x""#);
}

#[test]
fn a_word_of_han_is_a_word_or_its_characters() {
    check("模型", r#"模型∣"模·型""#);
    check("云", r#"云∣"云"×0.5"#);
    check("的", r#"的∣"的"×0.08"#);
    check("體", r#"体∣"体/體"×0.5"#);
}

#[test]
fn words_without_a_space_are_a_literal_too_open_only_at_its_latin_ends() {
    check("abc模型", r#"⟨abc∣abcs∣"abc"∣"…abc…" ∧ 模型∣"模·型"⟩"…abc·模·型""#);
    check("模型abc", r#"⟨模型∣"模·型" ∧ abc∣abcs∣"abc"∣"…abc…"⟩"模·型·abc…""#);
}

#[test]
fn only_the_outer_ends_of_a_text_may_be_cut_off() {
    check("ab GPT-4 cd", r#"ab∣"ab"∣"…ab…"∣"…ab" ∧ gpt4∣"gpt·4"∣(gpt+4) ∧ cd∣"cd"∣"…cd…"∣"cd…""#);
    // Longer ones are looked for inside words anyway.
    check("abcd efgh", r#"abcd∣abcds∣"abcd"∣"…abcd…" ∧ efgh∣efghs∣"efgh"∣"…efgh…""#);
}

#[test]
fn a_link_is_looked_for_as_written_and_in_its_canonical_form() {
    check("https://a.b/c", "[[link:a.b/c ∨ link:a.b/c/…] ∨ url:a.b/c∣link:a.b/c]");
}

#[test]
fn clauses_follow_the_query() {
    check("\"大 模型\"", r#""大·模·型""#);
    check("标题:云", r#"云∣"云"×0.5"#);
    check("云 -体", r#"云∣"云"×0.5 ∧ ¬[体∣"体"×0.5]"#);
    check("云 OR 体", r#"[云∣"云"×0.5 ∨ 体∣"体"×0.5]"#);
    check("#7", r#"[issue:7..7 ∨ #7∣"7"^0.5∣"第·7·期"∣"第·七·期"]"#);
    check("12期", r#"[issue:12..12 ∨ "12·期"∣#12∣"第·12·期"∣"第·十·二·期"∣"十·二·期"]"#);
    check("-云", r#"¬[云∣"云"×0.5]"#);
    // What must not match is not loosened.
    check("云 -LongRoPE", r#"云∣"云"×0.5 ∧ ¬[longrope∣longropes∣"longrope"]"#);
    assert_eq!(plan("标题:云").words[0].zones, [Zone::Title]);
}

#[test]
fn a_word_of_a_quantity_counts_where_all_of_it_stands() {
    let plan = plan("200 万 token");
    let shown: Vec<(Way, bool)> = plan
        .words
        .iter()
        .flat_map(|word| {
            word.alternatives.iter().map(|other| {
                (other.way, matches!(&other.matcher, Matcher::Literal(slots) if slots.len() == 2))
            })
        })
        .collect();
    assert_eq!(shown[0], (Way::Variant, true));
    assert!(
        shown.iter().filter(|(way, together)| *way == Way::Parts && !together).count() >= 4,
        "{shown:?}"
    );
    assert_eq!(plan.words[2].alternatives[0].way, Way::Word);
}

#[test]
fn a_run_of_words_has_the_other_names_of_the_longest_that_has_any() {
    let names = |typed: &str| tokens::names(&plan(typed));
    assert_eq!(names("显卡"), ["显卡 ≈ gpu^0.6"]);
    assert_eq!(names("a large language model"), ["large language model ≈ llm^0.7"]);
    // A query that is a name has it as such, too, and its words apart are worth less.
    assert_eq!(
        names("large language model"),
        [r#"large language model ≈ "large·language·model"∣llm^0.7"#]
    );
    let apart = &plan("large language model").words[0].alternatives[0];
    assert_eq!(apart.weight.to_bits(), APART.to_bits());
    assert_eq!(names("LLM"), [r#"LLM ≈ "large·language·model"^0.7"#]);
    // A long name may be a part of a written one; one with a sign has its own word.
    assert_eq!(names("阅读器"), [r#"阅读器 ≈ "reader"^0.7∣ereader^0.7"#]);
    assert_eq!(names("large language"), Vec::<String>::new());
    assert_eq!(names("云 -显卡"), Vec::<String>::new());
}

#[test]
fn a_word_says_what_it_says_once() {
    let said =
        |typed: &str| plan(typed).words.iter().map(|word| word.information).collect::<Vec<_>>();
    assert_eq!(said("模型 模型"), [1.0, 0.0]);
    assert_eq!(said("模型 -模型"), [1.0, 0.0]);
    assert_eq!(said("-模型 模型"), [1.0, 1.0]);
}

#[test]
fn a_long_text_is_planned_in_part_with_a_note() {
    let many = "模型 ".repeat(MAX_WORDS + 1);
    let long = plan(&many);
    assert_eq!((long.words.len(), long.notes), (MAX_WORDS, vec![Note::FirstWords(MAX_WORDS)]));
    assert!(plan(&"模型 ".repeat(MAX_WORDS)).notes.is_empty());
    let run = plan(&"字".repeat(MAX_LITERAL_ATOMS + 1));
    assert_eq!(run.groups[0].literal.len(), MAX_LITERAL_ATOMS);
}
