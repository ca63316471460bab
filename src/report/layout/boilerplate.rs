//! What every issue of a report repeats and nobody searches for.

use lazy_regex::{Regex, regex};

use crate::report::item::tidy_title;
use crate::report::markdown::{Block, BlockKind};
use crate::report::marker;
use crate::report::words::is_listed;

/// Sections that hold no items: legal text, contents, how to subscribe.
const SECTIONS: &str = "\
    声明|免责声明|版权声明|目录|本期目录|订阅|欢迎订阅|订阅方式|关注我们|留言|留言板|关于我们|联系我们|版权|许可|许可证|contents|\
    table of contents|toc|license|subscribe";

/// Headings that only hold other headings; they are not part of a section path.
const CONTAINERS: &str = "内容|正文|本期内容|以下为本期内容";

/// Words that an introduction says about the report itself: where it appears, how to follow or to contribute.
fn about_itself() -> &'static Regex {
    regex!(
        "(?i)投稿|订阅|公众号|欢迎|每周值得|周五发布|更新于|本刊|本杂志|本周刊|讨论区|扫码|二维码|赞助|收费服务|编辑:|归档|subscribe|newsletter|\
         welcome|sponsor"
    )
}

/// Words that mean it in a short paragraph and may mean anything in a longer one.
fn about_itself_if_short() -> &'static Regex {
    regex!(
        "(?i)开源|关注|微信|邮件|邮箱|每周|每日|每天|每月|周刊|日报|周报|月刊|目录|点击|推送|issue|this week in"
    )
}

/// A paragraph longer than this many characters has something of its own to say.
const MAX_ABOUT_ITSELF: usize = 160;
/// The same for words that may mean anything.
const MAX_SHORT: usize = 60;

/// The label of a fact about a section has at most this many characters.
const MAX_IMPRINT_LABEL: usize = 12;

/// Titles of chapters: a text with two of them is an article and not a digest.
const CHAPTERS: &str = "\
    引言|前言|背景|概述|概要|内容概要|摘要|简介|介绍|总结|结语|小结|结论|后记|最后|参考|参考资料|参考文献|附录|讨论|更多讨论|精读|introduction|\
    conclusion|background|references|appendix";

/// Returns a heading without its number, emoji and brackets, in the case in which it is written.
fn bare(name: &str) -> String {
    let name = marker::read(name).map_or(name, |marker| &name[marker.end..]);
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    // `1 引言`: a number without a sign.
    let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '));
    tidy_title(name)
}

pub(super) fn is_boilerplate(name: &str) -> bool {
    is_listed(SECTIONS, &bare(name))
}

/// Returns whether what stands below a heading never divides: boilerplate, and the references of an article.
pub(super) fn is_whole(name: &str) -> bool {
    const REFERENCES: &str =
        "参考|参考资料|参考文献|参考链接|延伸阅读|相关链接|相关阅读|references|further reading";
    let name = bare(name);
    is_listed(SECTIONS, &name) || is_listed(REFERENCES, &name)
}

pub(super) fn is_container(name: &str) -> bool {
    is_listed(CONTAINERS, &bare(name))
}

pub(super) fn is_chapter(name: &str) -> bool {
    is_listed(CHAPTERS, &bare(name))
}

/// Returns whether a block only speaks of the report itself.
pub(super) fn is_about_itself(block: &Block) -> bool {
    if matches!(block.kind, BlockKind::Html | BlockKind::TableRow { .. }) || block.is_contents() {
        return true;
    }
    let has_letters = block.text.chars().filter(|c| c.is_alphanumeric()).take(2).count() == 2;
    !has_letters || says(block, MAX_ABOUT_ITSELF, about_itself())
}

/// Returns whether a block may only speak of the report itself, where nothing else is said around it.
pub(super) fn may_be_about_itself(block: &Block) -> bool {
    is_about_itself(block) || says(block, MAX_SHORT, about_itself_if_short())
}

/// Returns whether an entry of a list beside the items of a section is a fact about the section and not an item: 存档：….
pub(super) fn is_imprint(block: &Block) -> bool {
    let label = block.text.split_once(['：', ':']).map_or("", |(label, _)| label.trim());
    matches!(block.kind, BlockKind::ListItem { .. })
        && (1..=MAX_IMPRINT_LABEL).contains(&label.chars().take(MAX_IMPRINT_LABEL + 1).count())
        && !label.contains(['，', '。', '、'])
}

fn says(block: &Block, limit: usize, words: &Regex) -> bool {
    block.text.chars().take(limit + 1).count() <= limit && words.is_match(&block.text)
}

/// Returns whether a block says what the picture above it shows.
pub(super) fn is_caption(block: &Block) -> bool {
    let text = block.text.trim_start_matches(['（', '(', ' ', '>']);
    ["封面图", "封面照片", "封面", "题图", "图片说明", "上图", "图："]
        .iter()
        .any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::markdown::blocks;

    #[test]
    fn names_are_known_without_numbers_signs_and_case() {
        for name in
            ["声明", "一、声明", "## 📮 订阅方式", "【目录】", "3. Table of Contents", "License"]
        {
            assert!(is_boilerplate(name), "{name}");
            assert!(is_whole(name), "{name}");
        }
        for name in ["声明式界面", "订阅数据流", "新闻", ""] {
            assert!(!is_boilerplate(name), "{name}");
        }
        assert!(is_whole("参考资料") && !is_boilerplate("参考资料"));
        assert!(is_container("本期内容：") && !is_container("内容安全"));
        assert!(is_chapter("1 引言") && is_chapter("Conclusion") && !is_chapter("背景音乐"));
    }

    #[track_caller]
    fn check(text: &str, is_about: bool, may_be_about: bool) {
        let block = blocks(text, 0).remove(0);
        assert_eq!(is_about_itself(&block), is_about, "{text}");
        assert_eq!(may_be_about_itself(&block), may_be_about, "{text}");
    }

    #[test]
    fn what_a_report_says_of_itself_shows_in_its_words_and_length() {
        check("欢迎投稿。", true, true);
        check("Subscribe to us", true, true);
        check("每周更新", false, true);
        check("一条新闻。", false, false);
        check("好", true, true);
        check("[新闻](#新闻)", true, true);
        check("<div>文字</div>", true, true);
        let long = |word: &str, length: usize| format!("{word}{}", "长".repeat(length - 2));
        check(&long("订阅", MAX_ABOUT_ITSELF), true, true);
        check(&long("订阅", MAX_ABOUT_ITSELF + 1), false, false);
        check(&long("开源", MAX_SHORT), false, true);
        check(&long("开源", MAX_SHORT + 1), false, false);
    }

    #[test]
    fn a_caption_begins_with_what_it_describes() {
        let is_caption = |text: &str| is_caption(&blocks(text, 0)[0]);
        assert!(is_caption("（题图：一座桥）") && is_caption("封面照片：一座桥"));
        assert!(!is_caption("这张题图是一座桥"));
    }
}
