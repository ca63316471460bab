//! Lines that name the people or the address of an item: `贡献人：@…`, `链接：…`.

use super::words::is_listed;
use crate::address::find_urls;

const CONTRIBUTOR: &str = "贡献人|贡献者|推荐人|投稿人|撰稿人|作者|contributor|contributed by";
const LINK: &str =
    "链接|原文链接|论文链接|项目链接|项目地址|代码链接|原文|地址|网址|来源链接|link|url";
/// Names of people are not longer than this many characters together; a longer line is a sentence.
const MAX_NAMES: usize = 80;

/// What a line that stands before the text of an item says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label<'t> {
    /// `贡献人：@…`
    Contributor(&'t str),
    /// `链接：…`
    Link(&'t str),
}

/// Recognises a labelled line.
pub(super) fn label(line: &str) -> Option<Label<'_>> {
    let line = line.trim();
    let (name, value) = line.split_once(['：', ':'])?;
    let (name, value) = (name.trim(), value.trim());
    if is_listed(CONTRIBUTOR, name) && !value.is_empty() && value.chars().count() <= MAX_NAMES {
        return Some(Label::Contributor(value));
    }
    let url = find_urls(value).first().is_some_and(|url| url.start == 0 && url.end == value.len());
    (is_listed(LINK, name) && url).then_some(Label::Link(value))
}

/// Returns whether a line is an address and nothing else.
pub(super) fn is_address(line: &str) -> bool {
    find_urls(line).first().is_some_and(|url| url.len() == line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_needs_its_value() {
        assert_eq!(label("贡献人：@甲"), Some(Label::Contributor("@甲")));
        assert_eq!(label("链接：http://a.b/c"), Some(Label::Link("http://a.b/c")));
        assert_eq!(label("链接：见下文"), None);
        assert_eq!(label("作者："), None);
    }
}
