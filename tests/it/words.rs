//! Lists of words: dict.txt, synonyms.txt, what is mined, and completions.

use crate::harness::Place;

const REPORT: &str = "# 日报\n\n# 资讯\n\n### 硅灵科技发布新品\n\n贡献人：@张三\n\n硅灵科技的新品很轻。\n\n\
    ### 霓虹计划开源\n\n贡献人：@李四\n\n霓虹计划（Neon Project）开源了。\n";

#[test]
fn own_words_and_synonyms_are_used_and_changes_build_again() {
    let place = Place::with(&[("2024-02-22.md", REPORT)]);
    place.stdout(&["index"]);
    place.write("dict.txt", "\u{feff}# 公司\n硅灵科技 5 nz\n".as_bytes());
    place.write("synonyms.txt", "硅灵科技, Siling\n".as_bytes());
    let ran = place.run(&["search", "Siling", "--format", "ids"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "2024-02-22/ez3j7e\n"), "{}", ran.stderr);
    assert!(
        ran.stderr.starts_with(
            "baoku: the words of the dictionary have changed; building the index again\n"
        ),
        "{}",
        ran.stderr
    );
    let tokens = place.stdout(&["tokens", "硅灵科技"]);
    assert!(tokens.contains("硅灵科技: in 2 titles and bodies"), "{tokens}");
    assert_eq!(place.run(&["search", "Siling"]).stderr, "", "the second time nothing is built");
    // An own word is one also where no item has it, and no slip of another.
    place.write("dict.txt", "硅灵科技 5 nz\n硅灵科计\n".as_bytes());
    let ran = place.run(&["search", "硅灵科计"]);
    assert!(
        ran.stderr.contains("nothing found: `硅灵科计` is in none of 2 items"),
        "{}",
        ran.stderr
    );
    // The pieces of an own word stay findable.
    assert_eq!(place.ids(&["科技"]), ["2024-02-22/1"]);
}

#[test]
fn lists_beside_the_configuration_are_no_reports() {
    let place = Place::new();
    place.write("baoku.toml", b"aliases = false\n[[source]]\npath = \".\"\nname = \"all\"\n");
    place.write("2024-02-22.md", REPORT.as_bytes());
    place.write("dict.txt", "硅灵科技\n".as_bytes());
    place.write("synonyms.txt", "硅灵科技, Siling\n".as_bytes());
    assert_eq!(place.stdout(&["search", "--count"]), "2\n");
}

#[test]
fn mistakes_in_lists_are_reported() {
    let place = Place::with(&[("2024-02-22.md", REPORT)]);
    place.write("dict.txt", "C语言\n硅灵科技\n".as_bytes());
    let ran = place.run(&["index"]);
    assert_eq!(ran.status, 0);
    let expected =
        "dict.txt: line 1 left out; a word is two or more Han characters, then perhaps a frequency";
    assert!(ran.stderr.lines().any(|line| line.ends_with(expected)), "{}", ran.stderr);
    place.write("synonyms.txt", b"a, b\nalone\n");
    place.run(&["search", "x"]).fails_with(
        &place,
        2,
        "error: cannot use $DIR/synonyms.txt: line 2 is not a group of synonyms; write `a, b`, `a => b` or `a, b ^0.5`",
    );
    place.write("synonyms.txt", b"");
    place.write("baoku.toml", b"dictionary = \"gone.txt\"\n");
    let ran = place.run(&["search", "x"]);
    assert_eq!(ran.status, 2);
    assert!(ran.stderr.contains("gone.txt: "), "{}", ran.stderr);
}

#[test]
fn words_the_dictionary_lacks_are_listed_for_review() {
    let mut report = String::from("# 日报\n\n# 资讯\n");
    let around = ["关于", "使用", "介绍", "评测", "更新", "发布", "体验", "支持"];
    for (at, before) in around.iter().enumerate() {
        let after = around[(at + 3) % around.len()];
        report.push_str(&format!("\n### 第{at}条\n\n贡献人：@甲\n\n{before}稀宇{after}。\n"));
    }
    let filler: String = ('\u{4E00}'..'\u{6000}').collect();
    report.push_str(&format!("\n### 字表\n\n贡献人：@甲\n\n{filler}\n"));
    let place = Place::with(&[("2024-02-22.md", &report)]);
    assert_eq!(place.stdout(&["dict", "suggest", "--format", "list"]), "稀宇\n");
    assert_eq!(place.stdout(&["dict", "suggest"]), "8  稀宇  …关于稀宇评测…\n");
    let json = place.stdout(&["dict", "suggest", "--format", "json"]);
    assert!(json.contains("\"word\": \"稀宇\"") && json.contains("\"count\": 8"), "{json}");
    place.write("dict.txt", "稀宇\n".as_bytes());
    assert_eq!(place.run(&["dict", "suggest"]).status, 1, "a listed word is not suggested");
}

#[test]
fn aliases_are_listed() {
    let item =
        |n: usize| format!("\n### 第{n}条\n\n贡献人：@甲\n\n讲检索增强生成（RAG）的一篇。\n");
    let report = format!("# 日报\n\n# 论文\n{}", (1..=3).map(item).collect::<String>());
    let place = Place::with(&[("2024-02-22.md", &report)]);
    assert_eq!(place.stdout(&["dict", "aliases"]), "3  rag = 检索增强生成\n");
    assert_eq!(place.stdout(&["dict", "aliases", "--format", "list"]), "rag, 检索增强生成\n");
}

#[test]
fn what_is_typed_is_completed_by_beginning_pinyin_and_initials() {
    let mut report = String::from("# 日报\n\n# 论文\n");
    for n in 1..=4 {
        report.push_str(&format!(
            "\n### 智能体 {n}\n\n贡献人：@张三\n\n音乐与智能体，重庆，LongRoPE。\n"
        ));
    }
    let place = Place::with(&[("2024-02-22.md", &report)]);
    let first = |typed: &str| {
        let out = place.stdout(&["suggest", typed]);
        out.lines().next().unwrap_or_default().to_owned()
    };
    assert!(place.stdout(&["suggest", "智能"]).contains("智能体\tword\t4\n"));
    assert_eq!(first("zhinengti"), "智能体\tword\t4");
    assert_eq!(first("znt"), "智能体\tword\t4");
    assert_eq!(first("yinyue"), "音乐\tword\t4");
    assert_eq!(first("chongqing"), "重庆\tword\t4");
    assert_eq!(first("longr"), "LongRoPE\tword\t4");
    assert_eq!(first("论"), "论文\tsection\t4");
    assert_eq!(first("zhangs"), "张三\tcontributor\t4");
    let json = place.stdout(&["suggest", "智能体 zhangs", "--format", "json"]);
    assert!(json.contains("\"query\": \"智能体 by:张三\""), "{json}");
    assert_eq!(place.run(&["suggest", "xyzxyz"]).status, 1);
}
