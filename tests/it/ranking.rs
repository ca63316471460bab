//! What a query must find, and in which order, on small made-up archives.

use baoku::search::Step;

use crate::harness::{Fixture, notes_of};

#[test]
fn every_piece_of_a_han_word_finds_its_item() {
    let archive = Fixture::new(&[
        ("具身智能的数据", "机器人需要数据。"),
        ("机器人周报", "本周谈具身智能体与仿真。"),
        ("修身与智慧", "身体和智力。"),
    ]);
    for query in ["具身智", "身智能", "身智"] {
        archive.finds(query, &["具身智能的数据", "机器人周报"]);
    }
    archive.finds("身", &["具身智能的数据", "机器人周报", "修身与智慧"]);
}

#[test]
fn the_same_characters_across_words_are_only_related() {
    let archive = Fixture::new(&[
        ("模型和服务部署", "把模型和服务放在一起，服务更快。"),
        ("传统和服配色", "和服的颜色与花纹。"),
        ("软件和服务", "产品和服务的定价。"),
    ]);
    archive.finds("和服", &["传统和服配色"]);
    assert_eq!(archive.related("和服"), ["软件和服务", "模型和服务部署"]);
    // As typed it is a piece of a text.
    archive.finds("型和服", &["模型和服务部署"]);
}

#[test]
fn java_ranks_java_above_javascript() {
    let archive = Fixture::new(&[
        ("JavaScript 引擎", "一个 JavaScript 引擎。"),
        ("Java 虚拟机", "讲 Java 的内存模型。"),
        ("Python 工具", "与此无关。"),
    ]);
    archive.ranks("java", &["Java 虚拟机", "JavaScript 引擎"]);
}

#[test]
fn case_width_hyphens_and_spaces_do_not_hide_a_name() {
    let archive =
        Fixture::new(&[("LongRoPE：扩展上下文窗口", "位置插值。"), ("别的论文", "没有关系。")]);
    for query in ["LongRoPE", "long rope", "LongRope", "long-rope", "LONGROPE", "ＬｏｎｇＲｏＰＥ"]
    {
        assert_eq!(
            archive.results(query).hits[0].item.item.title,
            "LongRoPE：扩展上下文窗口",
            "{query}"
        );
    }
}

#[test]
fn a_name_typed_without_its_space_is_taken_apart_and_the_other_way_round() {
    let apart = Fixture::new(&[("Long RoPE 扩展", "位置插值。"), ("别的论文", "没有关系。")]);
    let results = apart.results("longrope");
    assert_eq!((results.matched, results.total), (Step::Spelling, 1));
    assert_eq!(notes_of(&results), ["no item has all words as typed; searched for: long rope"]);
    assert_eq!(results.hits[0].title_marks.len(), 2);

    let joined = Fixture::new(&[
        ("longbench 评测", "长文本评测。"),
        ("bench 与 long", "这一条两个词不相邻"),
    ]);
    assert_eq!(joined.titles("long bench")[0], "bench 与 long");
    let only = Fixture::new(&[("longbench 评测", "长文本评测。"), ("别的", "x")]);
    let results = only.results("long bench");
    assert_eq!((results.matched, results.total), (Step::Words, 1), "pieces of one word");
}

#[test]
fn every_spelling_of_gpt_4_finds_every_other() {
    let archive = Fixture::new(&[
        ("GPT4 写代码", "一"),
        ("GPT-4 的能力", "二"),
        ("GPT 4 的价格", "三"),
        ("GPT-4o 发布", "四"),
        ("GPT-4V 看图", "五"),
        ("GPT-3.5 将于 4 月停用", "六"),
        ("Claude 发布", "七"),
    ]);
    for query in ["gpt4", "GPT-4", "GPT 4", "ＧＰＴ－４"] {
        let titles = archive.titles(query);
        let place =
            |title: &str| titles.iter().position(|found| found == title).unwrap_or(usize::MAX);
        for found in ["GPT4 写代码", "GPT-4 的能力", "GPT 4 的价格", "GPT-4o 发布", "GPT-4V 看图"]
        {
            assert!(place(found) < usize::MAX, "{query} misses {found}");
        }
        if query != "GPT 4" {
            for whole in ["GPT4 写代码", "GPT-4 的能力"] {
                assert!(
                    place(whole) < place("GPT-4o 发布") && place(whole) < place("GPT-4V 看图"),
                    "{query}: {titles:?}"
                );
            }
            assert!(place("GPT-4o 发布") < place("GPT-3.5 将于 4 月停用"), "{query}: {titles:?}");
        }
    }
}

#[test]
fn a_compound_is_found_whole_then_joined_then_in_parts() {
    let archive = Fixture::new(&[
        ("DeepSeek R1 论文解读", "推理模型"),
        ("DeepSeekR1 本地部署", "推理模型"),
        ("DeepSeek-R1 技术报告", "推理模型"),
        ("DeepSeek-V2", "混合专家"),
    ]);
    archive.ranks(
        "deepseek-r1",
        &["DeepSeek-R1 技术报告", "DeepSeekR1 本地部署", "DeepSeek R1 论文解读"],
    );
}

#[test]
fn signs_belong_to_names_of_languages() {
    let archive = Fixture::new(&[
        ("C 语言入门", "c 与指针"),
        ("C++ 推理引擎", "用 C++ 写成"),
        ("C# 桌面程序", "用 C# 和 .NET 写成"),
        ("Network 工具", "net 相关"),
    ]);
    assert_eq!(archive.titles("C++"), ["C++ 推理引擎"]);
    assert_eq!(archive.titles("C#"), ["C# 桌面程序"]);
    assert_eq!(archive.titles(".NET")[0], "C# 桌面程序");
}

#[test]
fn an_item_is_found_by_its_link() {
    let archive = Fixture::new(&[
        ("LongRoPE", "http://arxiv.org/abs/2402.13753v1\n\n扩展窗口。"),
        ("另一篇", "http://arxiv.org/abs/2402.13754v1\n\n无关。"),
    ]);
    for query in [
        "2402.13753",
        "arXiv:2402.13753",
        "https://arxiv.org/abs/2402.13753",
        "https://arxiv.org/pdf/2402.13753v2.pdf",
    ] {
        archive.ranks(query, &["LongRoPE"]);
    }
    let by_filter = archive.results("link:arxiv.org/abs/2402.13753");
    assert_eq!((by_filter.matched, by_filter.total), (Step::All, 1));
}

#[test]
fn traditional_queries_find_simplified_texts_and_marks_are_on_the_source() {
    let archive = Fixture::new(&[
        ("资料库设计", "简体的资料库。"),
        ("資料庫設計", "繁體的資料庫。"),
        ("数据", "无关"),
    ]);
    archive.finds("資料庫", &["资料库设计", "資料庫設計"]);
    archive.finds("资料库", &["资料库设计", "資料庫設計"]);
    for hit in archive.results("资料库").hits {
        let title = &hit.item.item.title;
        let marked: Vec<&str> = hit.title_marks.iter().map(|mark| mark.of(title)).collect();
        assert!(marked == ["资料库"] || marked == ["資料庫"], "{marked:?}");
    }
}

#[test]
fn a_name_of_single_characters_ranks_where_it_stands_together() {
    let archive = Fixture::new(&[
        ("三种引擎与智能体", "三个智能体，一体三用。"),
        ("《三体》动画", "科幻。"),
        ("读三体有感", "小说。"),
    ]);
    let titles = archive.titles("三体");
    let two: std::collections::BTreeSet<&str> = titles[..2].iter().map(String::as_str).collect();
    assert_eq!(two, ["《三体》动画", "读三体有感"].into());
}

#[test]
fn punctuation_between_words_is_no_adjacency() {
    let archive = Fixture::new(&[("一", "先说模型，训练另说。"), ("二", "模型训练很贵。")]);
    archive.ranks("模型训练", &["二", "一"]);
    archive.ranks("\"模型训练\"", &["二"]);
}

#[test]
fn a_phrase_in_any_quotation_marks_is_exact() {
    let archive = Fixture::new(&[
        ("大模型推理加速", "一"),
        ("推理大模型", "二"),
        ("大模型的推理", "三"),
        ("大模型 推理", "四"),
    ]);
    for query in ["\"大模型 推理\"", "“大模型 推理”", "「大模型推理」", "『大模型推理』"]
    {
        archive.finds(query, &["大模型推理加速", "大模型 推理"]);
    }
    archive.finds("推理 -\"大模型推理\"", &["推理大模型", "大模型的推理"]);
}

#[test]
fn nothing_to_search_for_finds_nothing_and_says_so() {
    let archive = Fixture::new(&[("一", "模型"), ("二", "推理")]);
    let results = archive.results("！！！");
    assert_eq!((results.matched, results.total), (Step::None, 0));
    assert_eq!(notes_of(&results), ["nothing to search for: the query has no words"]);
    assert_eq!(archive.results("").total, 2, "no query lists everything");
    assert_eq!(archive.results("-模型").total, 1, "a query may only exclude");
}

#[test]
fn odd_queries_are_answered() {
    let archive = Fixture::new(&[("哈哈哈镜", "的的确确"), ("二", "推理")]);
    let long = "大模型的推理与训练".repeat(150);
    let phrase = format!("\"{}\"", "模型".repeat(300));
    for query in [
        "哈哈哈",
        "的的",
        "的",
        "x",
        &long,
        &phrase,
        "👨‍👩‍👧",
        "\u{301}\u{301}",
        "مرحبا",
        "a.*b",
        "(((",
        "\"",
        "NOT",
        "-",
        "OR",
        "栏目:",
        "section:无",
        "a\u{0}b",
        "\u{202E}abc",
        "since:banana",
        "https://",
        "@",
        "#",
        "%",
        "…",
    ] {
        let _ = archive.results(query);
    }
    archive.finds("哈哈哈", &["哈哈哈镜"]);
    archive.finds("的的", &["哈哈哈镜"]);
}

#[test]
fn fewer_words_answer_when_no_item_has_all() {
    let archive = Fixture::new(&[("量化 推理", "一"), ("量化", "二"), ("别的", "三")]);
    let results = archive.results("量化 推理 显卡");
    // What no item has says nothing about which of them is near.
    assert_eq!((results.matched, results.total), (Step::Fewer, 2));
    assert_eq!(results.hits[0].item.item.title, "量化 推理");
    assert_eq!(notes_of(&results), ["no item has all 3 words; the first has 2 of them"]);
}

#[test]
fn equal_scores_are_ordered_by_place_in_the_report() {
    let archive = Fixture::new(&[("甲 量化", "同"), ("乙 量化", "同"), ("丙 量化", "同")]);
    archive.ranks("量化", &["甲 量化", "乙 量化", "丙 量化"]);
}

#[test]
fn a_snippet_of_any_text_contains_its_match() {
    for repeat in [0, 1, 5, 20, 100] {
        let filler = "前面的话很长，".repeat(repeat);
        let archive =
            Fixture::new(&[("一", &format!("{filler}中国科学院{filler}")), ("二", "无关")]);
        let snippet = &archive.results("中国科学院").hits[0].snippet;
        let marked: Vec<&str> = snippet.marks.iter().map(|mark| mark.of(&snippet.text)).collect();
        assert_eq!(marked, ["中国科学院"], "{}", snippet.text);
    }
}
