use super::*;
use crate::report::markdown::blocks;

fn passages(blocks: &[Block]) -> Vec<Passage<'_>> {
    blocks.iter().map(Passage::of).collect()
}

/// Holds the Markdown of a body against what is expected; it reads as the text that it was made of.
#[track_caller]
fn check(source: &str, expected: &str) {
    let blocks = blocks(source, 0);
    let written = markdown(&passages(&blocks));
    assert_eq!(written, expected, "{source:?}");
    let again = crate::report::markdown::blocks(&written, 0);
    assert_eq!(reading(&passages(&again)), reading(&passages(&blocks)), "{source:?}");
}

#[track_caller]
fn same(source: &str) {
    check(source, source);
}

#[track_caller]
fn reads(source: &str, expected: &str) {
    assert_eq!(reading(&passages(&blocks(source, 0))), expected, "{source:?}");
}

#[test]
fn forms_are_written_where_they_stood() {
    same("文 **粗** *斜* ~~删~~ `code` [字](http://a.b/c) 尾");
    same("**粗 [链 `x`](http://a.b) 字** 尾");
    same("![图 一](http://a.b/i.png)文 ![](j.png) 尾");
    check("__粗__ _斜_ [甲][1]\n\n[1]: http://a.b", "**粗** *斜* [甲](http://a.b)");
    check("**重点：**内容", "**重点：**内容");
    check("见 <http://a.b/c>。", "见 <http://a.b/c>。");
    check("[甲](<a b>)", "[甲](<a b>)");
    check("`` a`b ``", "``a`b``");
}

#[test]
fn blocks_are_written_as_what_they_are() {
    same("段一\n\n- 甲\n  - 乙\n- 丙\n1. 一\n   - 二\n2. 三\n\n> 引\n>\n> 用\n\n尾");
    same("```rust\nfn a() {\n    b\n\n}\n```\n\n尾");
    same("| 甲 | 乙 |\n|---|---|\n| **1** | 丙 |\n\n尾");
    same("|  | 乙 |\n|---|---|\n| 甲 |  |\n| 甲 | a\\|b |");
    same("#### 小题\n\n文");
    same("- 甲\n\n  乙\n- 丙");
    check("甲\\\n乙", "甲  \n乙");
    check("````\n```\n````", "````\n```\n````");
}

#[test]
fn plain_text_means_nothing_else() {
    check(
        "2\\*3\\*4 \\_a\\_ a_b_c \\[甲\\](b) 1 < 2 \\<b>",
        "2\\*3\\*4 \\_a\\_ a_b_c \\[甲](b) 1 < 2 \\<b>",
    );
    check("1\\. 甲", "1\\. 甲");
    check("\\# 甲", "\\# 甲");
    check("\\- 甲", "\\- 甲");
    same("C# 与 a-b，1.5 倍，~3 天");
    same("https://a.b/x_y?a=1&b=2 与 AT&T");
}

#[test]
fn what_stands_for_a_picture_is_read_where_it_tells_something() {
    reads("![架构图](a.png)", "架构图");
    reads("甲![架构图](a.png)乙", "甲 架构图 乙");
    reads("甲 ![](a.png) ![image](b.png) ![1.PNG](c.png) ![图片](d.png)", "甲");
    reads("- 甲\n- ![流程](a.png)", "- 甲\n- 流程");
    reads("<img src='a.png' alt='架构 图'> 文", "架构 图 文");
    reads("<p>文<img src='a.png' alt='图中字'></p>", "文 图中字");
}

#[test]
fn code_keeps_its_lines_and_what_is_typed_in_it() {
    reads("```\na\n    b\n\n  c\n```", "a\n    b\n\n  c");
    reads("`f(**a, **b)` 与 `**c**`", "f(**a, **b) 与 **c**");
}

#[test]
fn rows_without_names_of_columns_are_lines() {
    let blocks = blocks("| 甲 | 乙 |\n|--|--|\n| 1 | 2 |\n| 3 | 4 |", 0);
    assert_eq!(markdown(&passages(&blocks[1..])), "1 | 2  \n3 | 4");
}

#[test]
fn what_is_left_of_a_block_keeps_its_forms() {
    let block = blocks("**甲**：看 [乙](http://a.b) 与 `丙`", 0).remove(0);
    let rest = block.showing("乙 与 丙".to_owned());
    assert_eq!(markdown(&[Passage::of(&rest)]), "[乙](http://a.b) 与 `丙`");
    let row = blocks("| a | b | c |\n|-|-|-|\n| *1* | 2 | **3** |", 0).remove(1);
    let rest = row.showing("1 | 3".to_owned());
    assert_eq!(markdown(&[Passage::of(&rest)]), "*1* | **3**");
}

#[test]
fn what_is_written_leads_where_it_led_and_nowhere_else() {
    check("[[译] **题** 后](http://x.y/a)", "[\\[译\\] **题** 后](http://x.y/a)");
    check("甲\\![l](http://x.y/e)", "甲\\![l](http://x.y/e)");
    check("[x](javascript&#58;alert) [y](http://x.y/&#x202e;gpj)", "x [y](http://x.y/gpj)");
    check("[t](http://x.y/a&#9;b)", "[t](http://x.y/a%09b)");
    check("[u](http://x.y/&amp;copy;z)", "[u](http://x.y/&amp;copy;z)");
    check("![a\\`b](http://x.y/p.png)见 `code`", "![a\\`b](http://x.y/p.png)见 `code`");
    check("[http://a b](<http://a b>)", "[http://a b](<http://a b>)");
    check("[甲](other.md) [乙](MAILTO:a@b.c)", "[甲](other.md) [乙](MAILTO:a@b.c)");
    check("~~~ru`st\n[a](http://x.y)\n~~~", "```ru\n[a](http://x.y)\n```");
}
