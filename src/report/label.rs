//! Lines that name the people or the address of an item: `贡献人：@…`, `链接：…`.

use super::words::is_listed;
use crate::address::find_urls;

/// What people do for a report. A label that ends with one of these names who did it: 内容整理, 本期编辑.
const ROLES: &str = "\
    贡献人|贡献者|推荐人|推荐者|投稿人|投稿者|撰稿人|供稿人|分享人|分享者|提供者|作者|译者|编者|编辑|责编|主编|小编|编译|翻译|整理|\
    校对|审校|撰文|供稿|投稿|提问|提问者|主持人|记录人|记录员|contributor|contributors|contributed by|author|authors|editor|\
    editors|translator|curator|edited by|written by|curated by|note taker|scribe";
/// A label of people has at most this many characters before its role, 本期 or 日报维护.
const MAX_BEFORE_ROLE: usize = 6;
/// No label has more bytes: neither one of [`ROLES`] or [`LINK`], nor [`MAX_BEFORE_ROLE`] characters and three before a role.
const MAX_LABEL: usize = 64;
const LINK: &str =
    "链接|原文链接|论文链接|项目链接|项目地址|代码链接|原文|地址|网址|来源链接|link|url";
/// Names of people are not longer than this many characters together; a longer line is a sentence.
const MAX_NAMES: usize = 80;

/// What a line that stands before the text of an item says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label<'t> {
    /// `贡献人：@…`: what they did, and their names.
    People(&'t str, &'t str),
    /// `链接：…`
    Link(&'t str),
}

/// Recognises a labelled line.
pub(super) fn label(line: &str) -> Option<Label<'_>> {
    let line = line.trim();
    let (name, value) = line.split_once(['：', ':'])?;
    let (name, value) = (name.trim(), value.trim());
    if name.len() > MAX_LABEL {
        return None;
    }
    if is_role(name) && value.contains(['：', ':']) {
        // Somebody filled in a line that said it already: `编辑: * 编辑: 甲`.
        let (again, value) = value.trim_start_matches(['*', '-', ' ']).split_once(['：', ':'])?;
        let value = value.trim();
        let is_same = again.trim() == name && is_names(value) && !value.contains(':');
        return is_same.then_some(Label::People(name, value));
    }
    if is_role(name) && is_names(value) {
        return Some(Label::People(name, value));
    }
    let url = find_urls(value).first().is_some_and(|url| url.start == 0 && url.end == value.len());
    (is_listed(LINK, name) && url).then_some(Label::Link(value))
}

/// Returns whether a label says what people did.
pub(super) fn is_role(label: &str) -> bool {
    let longest = MAX_BEFORE_ROLE + 2;
    if is_listed(ROLES, label) {
        return true;
    }
    !label.is_ascii()
        && label.chars().take(longest + 2).count() <= longest + 1
        && label.chars().all(char::is_alphabetic)
        && ROLES.split('|').any(|role| !role.is_ascii() && label.ends_with(role))
}

/// Returns whether a value may be names: no sentence, no number, no address.
fn is_names(value: &str) -> bool {
    (1..=MAX_NAMES).contains(&value.chars().take(MAX_NAMES + 1).count())
        && value.chars().any(char::is_alphabetic)
        && !value.contains(['。', '！', '？', '：', '“', '”'])
        && !value.contains("://")
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
        assert_eq!(label("贡献人：@甲"), Some(Label::People("贡献人", "@甲")));
        assert_eq!(label("链接：http://a.b/c"), Some(Label::Link("http://a.b/c")));
        assert_eq!(label("链接：见下文"), None);
        assert_eq!(label("作者："), None);
        assert_eq!(label("作者：http://a.b/c"), None);
        assert_eq!(label("作者：他说。又说"), None);
        assert_eq!(label("编辑: * 编辑: 甲"), Some(Label::People("编辑", "甲")));
        assert_eq!(label("编辑: 时间: 甲"), None);
        assert_eq!(label(&"编辑：".repeat(100_000)), None);
    }

    #[test]
    fn what_people_did_ends_their_label() {
        for role in ["整理编辑", "本期译者", "日报维护作者", "Editor", "written by"] {
            assert!(is_role(role), "{role}");
        }
        for other in ["编辑器", "作者说", "这是一个很长很长的翻译", "co-editor", "本期 编辑", ""]
        {
            assert!(!is_role(other), "{other}");
        }
    }
}
