//! Files to be filled in: nothing in them but placeholders.

use lazy_regex::regex;

use super::markdown::{Block, BlockKind};
use super::words::is_listed;

/// So many placeholders show a template; a single one may have been forgotten.
const MIN_PLACEHOLDERS: usize = 2;
/// At least so many of ten texts of a template are placeholders: some say how to fill them in.
const PLACEHOLDERS_OF_TEN: usize = 8;
/// What stands where something is to be filled in, longer words before those that they contain.
const HAN: [&str; 28] = [
    "一句话",
    "标题",
    "题目",
    "链接",
    "地址",
    "网址",
    "描述",
    "简介",
    "介绍",
    "说明",
    "内容",
    "正文",
    "作者",
    "名称",
    "名字",
    "项目",
    "日期",
    "时间",
    "来源",
    "图片",
    "摘要",
    "文章",
    "编辑",
    "推荐人",
    "填写",
    "这里",
    "此处",
    "的",
];
const LATIN: &str = "\
    title|link|url|description|desc|author|name|summary|content|item|date|text|image|source|project|here|your|the|of|a|\
    todo|tbd|yyyy|mm|dd|n|http|https|www|example|com|org|lorem|ipsum";

/// Returns whether nearly all that blocks say is to be filled in.
pub(super) fn is_template(blocks: &[Block]) -> bool {
    let says = |block: &&Block| {
        !matches!(block.kind, BlockKind::Heading(_) | BlockKind::TableRow { head: true })
            && !block.is_blank()
    };
    let all = blocks.iter().filter(says).count();
    let mut left = all - (all * PLACEHOLDERS_OF_TEN).div_ceil(10);
    // Most files show after a few blocks that they are none.
    let mut others = blocks.iter().filter(says).filter(|block| !is_placeholder(block));
    let is_filled = others.any(|_| {
        let is_more = left == 0;
        left = left.saturating_sub(1);
        is_more
    });
    all >= MIN_PLACEHOLDERS && !is_filled
}

fn is_placeholder(block: &Block) -> bool {
    let leads_nowhere = |url: &str| url.is_empty() || url == "#" || is_to_be_filled_in(url);
    block.images.iter().all(|url| leads_nowhere(url))
        && block.links.iter().all(|link| leads_nowhere(&link.url))
        && is_to_be_filled_in(&block.text)
}

fn is_to_be_filled_in(text: &str) -> bool {
    let brackets = regex!(r"\{\{[^}]*\}\}|\$?\{[^}]*\}|<[^<>]*>|\[[^\[\]]*\]|【[^【】]*】");
    let without = brackets.replace_all(text, " ");
    let mut plain = without.into_owned();
    for word in HAN {
        if plain.contains(word) {
            plain = plain.replace(word, " ");
        }
    }
    let is_blank = |word: &str| {
        is_listed(LATIN, word) || word.chars().all(|c| matches!(c, 'x' | 'X')) && word.len() > 1
    };
    plain.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).all(is_blank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_template(&blocks(text, 0)), expected, "{text}");
    }

    #[test]
    fn a_template_is_nothing_but_placeholders() {
        check(
            "# 周报（第 N 期）\n\n## 新闻\n\n1、[标题](链接)\n\n描述\n\n2、[标题](链接)\n\n描述\n",
            true,
        );
        check(
            "# {{title}}\n\n- **{name}**: {description}\n- [Title](url) - description here\n",
            true,
        );
        check("# YYYY-MM-DD\n\n- xxx：https://example.com/xxx\n- TODO\n", true);
        let filled = "- [标题](链接)\n".repeat(8);
        check(&format!("{filled}- 请在周五之前写完。\n- 请不要写得太长。\n"), true);
        check(&format!("{filled}- 请在周五之前写完。\n- 请不要写得太长。\n- 谢谢大家。\n"), false);
    }

    #[test]
    fn a_report_says_something() {
        check("# 新闻\n\n- [松果](http://a.b)：标题党\n- [标题](链接)\n", false);
        check("- [标题](http://a.b/1)\n- [标题](http://a.b/2)\n", false);
        check("# 标题\n\n描述\n", false);
        check("# 标题\n", false);
        check("", false);
    }
}
