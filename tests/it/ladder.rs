//! What answers when a query is not in the archive as typed: other names, mended spelling, pinyin, fewer words.

use baoku::query::{Way, Zone};
use baoku::render::terminal::Look;
use baoku::search::{Request, Results, Step};

use crate::harness::{Fixture, notes_of, request};

#[track_caller]
fn answers(archive: &Fixture, query: &str, matched: Step, searched: Option<&str>, first: &str) {
    let results = archive.results(query);
    let title = results.hits.first().map(|hit| hit.item.item.title.as_str());
    assert_eq!(
        (results.matched, results.searched.as_deref(), title),
        (matched, searched, Some(first)),
        "{query}: {:?}",
        results.notes
    );
}

/// What is marked in title and snippet of the first hit.
fn marked(results: &Results) -> Vec<String> {
    let hit = &results.hits[0];
    let title = hit.title_marks.iter().map(|mark| mark.of(&hit.item.item.title));
    let body = hit.snippet.marks.iter().map(|mark| mark.of(&hit.snippet.text));
    title.chain(body).map(str::to_owned).collect()
}

fn names() -> Fixture {
    Fixture::new(&[
        ("Transformer 结构详解", "注意力与前馈层。"),
        ("Kubernetes 入门", "容器与调度。"),
        ("Karpathy 的课程", "从零写起。"),
        ("英伟达发布新卡", "显存更大。"),
        ("谁是怪物猎人", "一款游戏的数据面板。"),
        ("神经网络的可视化", "画出每一层。"),
        ("Rust 与 trust", "语言。"),
    ])
}

#[test]
fn a_slip_in_a_latin_word_is_mended_and_said() {
    let archive = names();
    for (typed, meant, title) in [
        ("tranformer", "transformer", "Transformer 结构详解"),
        ("kuberntes", "kubernetes", "Kubernetes 入门"),
        ("karpaty", "karpathy", "Karpathy 的课程"),
    ] {
        // The beginning of a word is not a slip.
        answers(&archive, typed, Step::Spelling, Some(meant), title);
        let notes = notes_of(&archive.results(typed));
        assert_eq!(
            notes,
            [format!("no item has all words as typed; searched for: {meant}")],
            "{typed}"
        );
    }
    answers(&archive, "kuberntes 容器", Step::Spelling, Some("kubernetes 容器"), "Kubernetes 入门");
}

#[test]
fn short_words_numbers_and_known_words_are_never_mended() {
    let archive = names();
    for query in ["rsut", "gtp4", "lora"] {
        let results = archive.results(query);
        assert_eq!((results.matched, results.searched), (Step::None, None), "{query}");
    }
    answers(&archive, "rust", Step::Words, None, "Rust 与 trust");
}

#[test]
fn a_character_that_sounds_like_the_one_meant_is_mended_where_the_typed_one_stands_nowhere() {
    let archive = names();
    answers(&archive, "英维达", Step::Spelling, Some("英伟达"), "英伟达发布新卡");
    answers(&archive, "怪物列人", Step::Spelling, Some("怪物猎人"), "谁是怪物猎人");
    // Single characters that stand apart do not answer a name.
    let apart =
        Fixture::new(&[("区块链入门", "账本。"), ("地区与链条", "快递很快。"), ("别的", "无关。")]);
    answers(&apart, "区快链", Step::Spelling, Some("区块链"), "区块链入门");
    let known = Fixture::new(&[("实时渲染", "一"), ("事实核查", "二")]);
    answers(&known, "事实", Step::Words, None, "事实核查");
}

#[test]
fn latin_letters_that_stand_nowhere_are_read_as_pinyin() {
    let archive = names();
    answers(&archive, "shenjingwangluo", Step::Pinyin, Some("神经网络"), "神经网络的可视化");
    answers(&archive, "sjwl", Step::Pinyin, Some("神经网络"), "神经网络的可视化");
    answers(&archive, "guaiwulieren", Step::Pinyin, Some("怪物猎人"), "谁是怪物猎人");
    assert_eq!(marked(&archive.results("sjwl")), ["神经网络"]);
}

#[test]
fn the_item_that_covers_most_comes_first() {
    let archive = Fixture::new(&[
        ("微信", "微信。"),
        ("消息助手", "到点自动发送微信消息，代码开放，开源。"),
        ("开源", "开源。"),
        ("闹钟", "定时。"),
    ]);
    let results = archive.results("定时 发 微信 消息 开源 手环");
    assert_eq!(results.matched, Step::Fewer);
    assert_eq!(results.hits[0].item.item.title, "消息助手");
    assert_eq!(results.missing, ["手环"]);
}

#[test]
fn a_word_typed_twice_counts_once() {
    let archive = Fixture::new(&[("量化", "甲。"), ("推理", "乙。"), ("别的", "丙。")]);
    let covered = |query: &str| {
        let results = archive.ask(&Request { explain: true, ..request(query) });
        results.hits[0].explanation.clone().unwrap().covered
    };
    assert!((covered("量化 量化 量化 推理") - covered("量化 推理")).abs() < 0.01);
}

#[test]
fn items_with_fewer_words_follow_those_that_match() {
    let archive = Fixture::new(&[
        ("量化推理", "让大模型在手机上推理，先量化。"),
        ("量化训练", "训练时就量化。"),
        ("别的", "没有关系。"),
    ]);
    let results = archive.results("量化 推理");
    assert_eq!((results.matched, results.total, results.related), (Step::Words, 1, 1));
    let listed: Vec<(&str, bool)> =
        results.hits.iter().map(|hit| (hit.item.item.title.as_str(), hit.related)).collect();
    assert_eq!(listed, [("量化推理", false), ("量化训练", true)]);
}

#[test]
fn strict_means_as_typed() {
    let archive = names();
    let strict = |query: &str| archive.ask(&Request { strict: true, ..request(query) });
    assert_eq!(strict("tranformer").matched, Step::None);
    let apart = strict("容器 课程");
    assert_eq!(apart.matched, Step::None);
    assert_eq!(notes_of(&apart), ["nothing found: none of 7 items has all words as typed"]);
    let results = strict("容器");
    assert_eq!((results.total, results.related), (1, 0));
}

#[test]
fn synonyms_find_at_less_worth_and_are_marked() {
    let archive = Fixture::new(&[
        ("显卡降价", "便宜了。"),
        ("GPU 降价", "便宜了。"),
        ("内存降价", "便宜了，显卡没有。"),
        ("k8s 集群", "一"),
    ]);
    assert_eq!(archive.titles("GPU")[..2], ["GPU 降价", "显卡降价"]);
    assert_eq!(archive.titles("显卡"), ["显卡降价", "GPU 降价", "内存降价"]);
    archive.finds("kubernetes", &["k8s 集群"]);
    let hit = &archive.results("GPU").hits[1];
    assert_eq!(
        hit.title_marks.iter().map(|mark| mark.of("显卡降价")).collect::<Vec<_>>(),
        ["显卡"]
    );
    archive.finds("title:GPU", &["显卡降价", "GPU 降价"]);
    archive.finds("title:便宜", &[]);
    // Words of Taiwan, and names of several words.
    let archive = Fixture::new(&[("软件更新", "一"), ("大语言模型综述", "二")]);
    archive.finds("軟體", &["软件更新"]);
    archive.finds("large language model", &["大语言模型综述"]);
}

#[test]
fn names_that_the_archive_explains_are_used_where_it_agrees_with_itself() {
    let explained = |name: &str| (name.to_owned(), "用灵犀对齐法（LXA）训练。".to_owned());
    let mut items: Vec<(String, String)> = ["甲", "乙", "丙"].map(explained).to_vec();
    items.push(("LXA 的改进".to_owned(), "没有中文名。".to_owned()));
    items.push(("再谈灵犀对齐法".to_owned(), "没有英文名。".to_owned()));
    for name in ["编辑器", "播放器", "浏览器", "下载器"] {
        items.push((name.to_owned(), format!("下载{name}（Windows）安装。")));
    }
    let items: Vec<(&str, &str)> = items.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let archive = Fixture::new(&items);
    let titles = archive.titles("LXA");
    assert!(titles.contains(&"再谈灵犀对齐法".to_owned()), "{titles:?}");
    let titles = archive.titles("灵犀对齐法");
    assert!(titles.contains(&"LXA 的改进".to_owned()), "{titles:?}");
    assert!(
        !archive.titles("编辑器").iter().any(|title| title == "播放器"),
        "a remark is not a name"
    );
    let listed = baoku::search::aliases(&archive.reader).unwrap();
    let listed: Vec<(&str, &str, u64)> =
        listed.iter().map(|a| (a.latin.as_str(), a.chinese.as_str(), a.items)).collect();
    assert_eq!(listed, [("lxa", "灵犀对齐法", 3)]);
    let without = archive.reader.clone().without_aliases();
    let found = baoku::search::answer(&without, &request("LXA")).unwrap();
    assert!(!found.hits.iter().any(|hit| hit.item.item.title == "再谈灵犀对齐法"));
}

#[test]
fn a_match_is_a_match_of_words() {
    let archive = Fixture::new(&[
        ("RAG 综述", "一"),
        ("ApeRAG 发布", "二"),
        ("GraphRAG 论文", "三"),
        ("rag-service 部署", "四"),
        ("localStorage 指南", "五"),
        ("AnyDrag 工具", "六"),
        ("检索增强生成入门", "七"),
    ]);
    let whole = ["RAG 综述", "ApeRAG 发布", "GraphRAG 论文", "rag-service 部署"];
    let with_names = [&whole[..], &["检索增强生成入门"]].concat();
    archive.finds("RAG", &with_names);
    let mut related = archive.related("RAG");
    related.sort();
    assert_eq!(related, ["AnyDrag 工具", "localStorage 指南"]);
    let asked = |change: &dyn Fn(&mut Request)| {
        let mut asked = request("RAG");
        change(&mut asked);
        let found = baoku::search::answer(&archive.reader, &asked).unwrap();
        (found.total, found.related, found.hits.len())
    };
    // Behind the matches, and nowhere else.
    assert_eq!(asked(&|_| {}), (5, 2, 7));
    assert_eq!(asked(&|asked| asked.limit = 4), (5, 0, 4));
    assert_eq!(asked(&|asked| asked.limit = 5), (5, 2, 5));
    assert_eq!(asked(&|asked| asked.limit = 6), (5, 2, 6));
    assert_eq!(asked(&|asked| asked.offset = 6), (5, 2, 1));
    assert_eq!(asked(&|asked| asked.sort = baoku::query::Sort::Newest), (5, 0, 5));
    assert_eq!(asked(&|asked| asked.only_matching = true), (5, 0, 5));
    // As typed, other names do not count either.
    assert_eq!(asked(&|asked| asked.strict = true), (4, 0, 4));
    // What is no word anywhere is a piece, and the answer says so.
    archive.finds("orag", &["localStorage 指南"]);
    assert_eq!(notes_of(&archive.results("orag")), ["found only inside other words: `orag`"]);
    let strict = Request { strict: true, ..request("orag") };
    assert_eq!(baoku::search::answer(&archive.reader, &strict).unwrap().total, 0);
    // A piece of a text may begin and end inside words.
    archive.finds("orage 指", &["localStorage 指南"]);
}

#[test]
fn a_word_that_no_item_has_is_missing_as_a_whole() {
    let archive = Fixture::new(&[
        ("月度总结", "暗处有光，面向未来，之后再说。"),
        ("硅谷见闻", "灵感来自硅谷，火焰与狐狸。"),
        ("下载工具", "迅速的雷鸣，工具箱。"),
    ]);
    for (query, missing) in [
        // Of the list of synonyms, of the dictionary, and known to nobody.
        ("月之暗面", "月之暗面"),
        ("火狐", "火狐"),
        ("火速", "火速"),
        ("硅灵", "硅灵"),
    ] {
        let found = archive.results(query);
        assert_eq!((found.matched, found.searched.as_deref()), (Step::None, None), "{query}");
        assert_eq!(found.missing, [missing]);
    }
    // Beside a word that the archive has, what is near is shown.
    let found = archive.results("火速 工具");
    assert_eq!(found.matched, Step::Fewer);
    assert_eq!(found.missing, ["火速"]);
    // Particles alone find what has them, but nothing that lacks the rest.
    assert_eq!(archive.results("火速 的").matched, Step::None);
}

#[test]
fn a_character_is_mended_to_a_word_only() {
    let archive = Fixture::new(&[("神经网络入门", "讲神经网络。"), ("和灵", "他和灵都在。")]);
    answers(&archive, "神经网洛", Step::Spelling, Some("神经网络"), "神经网络入门");
    assert_eq!(archive.results("河灵").searched, None);
}

#[test]
fn what_is_related_is_in_no_range_of_matches() {
    let archive =
        Fixture::new(&[("RAG 一", "一"), ("RAG 二", "二"), ("RAG 三", "三"), ("AnyDrag", "四")]);
    let summary = |offset, limit| {
        let results = archive.ask(&Request { offset, limit, ..request("RAG") });
        let text = baoku::render::terminal::results(&results, Look::PLAIN);
        text.lines().last().unwrap_or_default().to_owned()
    };
    assert_eq!(summary(0, 2), "3 items, 1–2 shown");
    assert_eq!(summary(2, 2), "3 items, 3–3 shown; 1 related");
    assert_eq!(summary(3, 2), "3 items; 1 related");
    assert_eq!(summary(0, 9), "3 items; 1 related");
}

#[test]
fn the_parts_of_a_name_apart_are_not_the_name() {
    let archive =
        Fixture::new(&[("GPT-4 发布", "于 9 月发布。"), ("年报", "https://a.example/2026/x")]);
    let found = archive.results("GPT-9");
    assert_eq!((found.matched, found.missing), (Step::None, vec!["GPT-9".to_owned()]));
    archive.finds("GPT-4", &["GPT-4 发布"]);
    archive.finds("gpt 4", &["GPT-4 发布"]);
}

#[test]
fn what_is_excluded_is_excluded_as_a_word() {
    let archive = Fixture::new(&[("和服", "一"), ("产品和服务", "二"), ("产品", "三")]);
    archive.finds("产品 -和服", &["产品和服务", "产品"]);
    assert_eq!(archive.related("产品 -和服"), Vec::<String>::new());
}

#[test]
fn short_names_with_digits_are_not_found_in_addresses() {
    let archive = Fixture::new(&[
        ("M2 芯片", "一"),
        ("周报", "见 https://a.example/2026/m2/4o 与 https://b.example/7f3m2c9"),
        ("别的", "M25 与 GPT-4o-mini"),
    ]);
    archive.finds("M2", &["M2 芯片"]);
    archive.finds("4o", &["别的"]);
    // Longer ones are looked for there, too.
    archive.finds("7f3m2c9", &["周报"]);
}

#[test]
fn pieces_of_latin_words_are_found_below_whole_words_and_marked_alone() {
    let archive = Fixture::new(&[
        ("CPython 内部", "解释器。"),
        ("Python 教程", "入门。"),
        ("Anthropic 融资", "公司。"),
        ("LongRoPE 论文", "窗口。"),
        ("别的", "无关。"),
    ]);
    // Where it is a word, it is no other one.
    archive.ranks("python", &["Python 教程"]);
    assert_eq!(archive.related("python"), ["CPython 内部"]);
    archive.finds("ython", &["CPython 内部", "Python 教程"]);
    for (piece, title, marked_piece) in [
        ("ropic", "Anthropic 融资", "ropic"),
        ("Longro", "LongRoPE 论文", "LongRo"),
        ("ngr", "LongRoPE 论文", "ngR"),
    ] {
        archive.finds(piece, &[title]);
        assert_eq!(marked(&archive.results(piece)), [marked_piece], "{piece}");
    }
}

#[test]
fn a_hit_says_where_it_was_found() {
    let archive = Fixture::new(&[
        ("一个工具", "https://github.com/octocat/wonderful-tool\n\n很好用。"),
        ("另一个", "https://example.com/x\n\n也好用。"),
    ]);
    let results = archive.results("wonderful");
    assert_eq!((results.total, &results.hits[0].matched_in), (1, &vec![Zone::Link]));
    assert_eq!(archive.results("octocat/wonder").total, 1, "a piece of an address");
    assert_eq!(archive.results("论文").hits[0].matched_in, [Zone::Meta]);
}

#[test]
fn an_explanation_tells_every_word() {
    let archive = names();
    let results = archive.ask(&Request { explain: true, ..request("发布 手环") });
    let explanation = results.hits[0].explanation.clone().unwrap();
    let words: Vec<(&str, Option<Way>, &[Zone])> = explanation
        .words
        .iter()
        .map(|word| (word.word.as_str(), word.way, word.zones.as_slice()))
        .collect();
    assert_eq!(words[0], ("发布", Some(Way::Word), &[Zone::Title][..]));
    assert!(words[1..].iter().all(|(_, way, _)| way.is_none()), "{words:?}");
    assert!(explanation.covered > 0.0 && explanation.covered < 1.0);
    assert!(archive.results("发布").hits[0].explanation.is_none());
    let begins = archive.ask(&Request { explain: true, ..request("英伟达发布") });
    let explanation = begins.hits[0].explanation.clone().unwrap();
    assert_eq!(
        (explanation.together, explanation.begins),
        (vec!["英伟达发布".into()], vec!["英伟达发布".into()])
    );
}

#[test]
fn the_work_of_a_query_is_bounded() {
    let archive = names();
    let words = "模型 ".repeat(1_000);
    let notes = notes_of(&archive.results(&words));
    assert!(notes.iter().any(|note| note == "only the first 32 words were searched"), "{notes:?}");
    let long = "模".repeat(10_000);
    let notes = notes_of(&archive.results(&long));
    assert!(
        notes.iter().any(|note| note.starts_with("only the first 2000 characters")),
        "{notes:?}"
    );
    let phrase = format!("\"{}\"", "注意力".repeat(170));
    assert_eq!(archive.results(&phrase).total, 0);
}
