use super::*;

fn parse(typed: &str) -> Query {
    Query::parse(typed, Date::constant(2024, 7, 1))
}

fn show(node: &Node) -> String {
    let list = |nodes: &[Node], sign: &str| nodes.iter().map(show).collect::<Vec<_>>().join(sign);
    match node {
        Node::All(nodes) => format!("({})", list(nodes, " & ")),
        Node::Any(nodes) => format!("({})", list(nodes, " | ")),
        Node::Not(node) => format!("!{}", show(node)),
        Node::Text(text) => text.clone(),
        Node::Phrase(text) => format!("\"{text}\""),
        Node::Piece(text) => format!("piece={text}"),
        Node::Title(text) => format!("title={text}"),
        Node::Link(link) => format!("link={link}"),
        Node::Issue(range) => format!("issue={}..{}", range.from, range.to),
    }
}

#[track_caller]
fn check(typed: &str, expected: &str) {
    assert_eq!(parse(typed).root.as_ref().map(show).unwrap_or_default(), expected, "{typed}");
}

#[test]
fn words_phrases_exclusions_and_alternatives() {
    check("长上下文 LongRoPE", "长上下文 LongRoPE");
    check("“大模型 推理” 量化", "(\"大模型 推理\" & 量化)");
    check("「大模型」『推理』", "(\"大模型\" & \"推理\")");
    check("模型 -视频 -\"文 生\"", "(模型 & !视频 & !\"文 生\")");
    check("a OR b c", "(a | b c)");
    check("(a OR b) -(c d)", "((a | b) & !c d)");
    check("（a OR b） c", "((a | b) & c)");
    check("*rag* rag* -*rag A* **x**", "(piece=*rag* & piece=rag* & !piece=*rag & A* **x**)");
    check("标题:量化 x", "(title=量化 & x)");
    check("检索增强生成（RAG）", "检索增强生成（RAG）");
    check("GPT-4 - x", "GPT-4 - x");
}

#[test]
fn fields_become_filters_in_both_languages() {
    let query = parse("栏目:论文 by:@论文组 link:arxiv.org since:2024-02 至：2024-05 LongRoPE");
    assert_eq!(query.root.as_ref().map(show).as_deref(), Some("LongRoPE"));
    assert_eq!(query.filters.sections, ["论文"]);
    assert_eq!(query.filters.contributors, ["论文组"]);
    assert_eq!(query.filters.links, ["arxiv.org"]);
    assert_eq!(query.filters.days.since, Some(Date::constant(2024, 2, 1)));
    assert_eq!(query.filters.days.until, Some(Date::constant(2024, 5, 31)));
}

#[test]
fn an_issue_is_named_by_its_number() {
    check("第290期", "(issue=290..290 | 第290期)");
    check("第 290 期 文摘", "((issue=290..290 | 第 290 期) & 文摘)");
    check("#290", "(issue=290..290 | #290)");
    check("第三方 C# #tag 第290", "第三方 C# #tag 第290");
    let issues = |typed: &str| {
        parse(typed).filters.issues.iter().map(|r| (r.from, r.to)).collect::<Vec<_>>()
    };
    assert_eq!(issues("issue:290..300"), [(290, 300)]);
    assert_eq!(issues("期号：第290期 x"), [(290, 290)]);
    assert_eq!(issues("issue:300.."), [(300, u32::MAX)]);
    assert_eq!(issues("issue:banana"), []);
}

#[test]
fn operators_stand_between_operands() {
    check("Rust AND 终端", "Rust 终端");
    check("Rust && 终端", "Rust 终端");
    check("终端 NOT Rust", "(终端 & !Rust)");
    check("终端 AND NOT Rust", "(终端 & !Rust)");
    check("终端 AND (Rust OR Go)", "(终端 & (Rust | Go))");
    check("NOT (甲 乙) 丙", "(!甲 乙 & 丙)");
    check("a || b", "(a | b)");
    check("RAG|检索 论文", "((RAG | 检索) & 论文)");
    check("(a OR b)AND c", "((a | b) & c)");
    check("+必须 其他", "(\"必须\" & 其他)");
    check("+\"a b\" c", "(\"a b\" & c)");
    check("NOT -x y", "x y");
    // Elsewhere they are words.
    for typed in ["AND", "a AND", "AND a", "NOT", "a NOT", "and or not", "+86 1", "C++ 库", "AT&T"]
    {
        check(typed, typed);
    }
    check("a AND OR b", "(a AND | b)");
    check("a and b", "a and b");
}

#[test]
fn names_of_other_searches_are_fields_and_may_be_excluded() {
    let filters = parse("site:github.com author:甲 after:2024-02 before:2024-03 in:论文").filters;
    assert_eq!(
        (&filters.links[..], &filters.places[..]),
        (&["github.com".into()][..], &["论文".into()][..])
    );
    assert_eq!(filters.contributors, ["甲"]);
    assert_eq!(filters.days.until, Some(Date::constant(2024, 3, 31)));
    let query = parse("模型 -site:github.com -(栏目:论文 视频) NOT 作者:乙");
    let excluded = query.filters.excluded.unwrap();
    assert_eq!(query.root.as_ref().map(show).as_deref(), Some("(模型 & !视频)"));
    assert_eq!(
        (excluded.links, excluded.sections),
        (vec!["github.com".into()], vec!["论文".into()])
    );
    assert_eq!(excluded.contributors, ["乙"]);
    assert!(query.filters.links.is_empty());
}

#[test]
fn what_may_be_meant_otherwise_is_said() {
    let said = |typed: &str| parse(typed).notes.iter().map(Note::code).collect::<Vec<_>>();
    for (typed, codes) in [
        ("secton:论文", &["unknown-field"][..]),
        ("rm -rf", &["excluded"]),
        ("温度 -40℃", &["excluded"]),
        ("-40℃", &["not-excluded"]),
        ("TO BE OR NOT TO BE", &["excluded"]),
        ("/Long.*/", &["ignored-sign"]),
        ("模型 -视频", &[]),
        ("终端 NOT Rust", &[]),
        ("C++: x", &[]),
        ("secton: x", &[]),
        ("http://a.b", &[]),
        ("note:x", &[]),
        ("-视频", &[]),
    ] {
        assert_eq!(said(typed), codes, "{typed}");
    }
}

#[test]
fn a_link_is_one_however_it_is_typed() {
    check("2402.13753", "(link=arxiv.org/abs/2402.13753 | 2402.13753)");
    check(
        "论文 arXiv:2402.13753v2。",
        "(论文 & (link=arxiv.org/abs/2402.13753 | arXiv:2402.13753v2。))",
    );
    check("owner/name", "(link=github.com/owner/name | owner/name)");
    check(
        "git@github.com:owner/name.git",
        "(link=github.com/owner/name | git@github.com:owner/name.git)",
    );
    check("https://a.example/b。", "(link=a.example/b | https://a.example/b。)");
    // Beside other words it is one of them.
    check("TCP/IP 协议", "TCP/IP 协议");
    check("模型 -https://a.example/b", "(模型 & !(link=a.example/b | https://a.example/b))");
    check("3.5 Node.js a.example", "3.5 Node.js a.example");
}

#[test]
fn quotation_marks_inside_running_text_are_text() {
    check("发布“双子座 模型”的消息", "发布“双子座 模型”的消息");
    check("“双子座”模型发布", "“双子座”模型发布");
    check("“双子座” 模型", "(\"双子座\" & 模型)");
    check("5\"屏幕", "5\"屏幕");
    assert_eq!(parse("发布“双子座”模型").wanted, ["双子座"]);
    assert_eq!(
        parse("发布“双子座”模型").strictly().root.as_ref().map(show).as_deref(),
        Some("(发布“双子座”模型 & \"双子座\")")
    );
    let loose = |typed: &str| show(parse(typed).loosened().root.as_ref().unwrap());
    assert_eq!(loose("“双子座” 模型 -\"a b\""), "(双子座 & 模型 & !\"a b\")");
    assert_eq!((loose("“双子座”"), loose("双子座")), ("\"双子座\"".into(), "双子座".into()));
    assert_eq!(loose("“双子座” -视频"), "(\"双子座\" & !视频)");
}

#[test]
fn nothing_typed_is_a_syntax_error() {
    for typed in [
        "",
        " ",
        "\"",
        "“",
        "(",
        ")",
        "((((",
        "))))",
        "-",
        "--",
        "-(",
        "OR",
        "OR OR",
        "a OR",
        ":",
        "since:",
        "date:9999-99",
        "since:banana",
        "\0",
        "-word",
        "「",
        "field:value",
        "a:b:c",
        "()",
        "(-a)",
        "\u{202E}x",
    ] {
        let _ = parse(typed);
    }
    assert_eq!(
        parse("date:9999-99").notes[0].to_string(),
        "`date:9999-99` is not a date; searched as text"
    );
    check("query \"with unclosed quote", "query with unclosed quote");
    check("-words", "!words");
    check("-rf", "-rf");
}
