//! What is said around what is looked for: 推荐一个好用的 X, 请问有没有 X, what is the best X. It is wanted, not needed.

use std::ops::Range;
use std::sync::LazyLock;

use crate::analysis::fold;
use crate::text::is_han;

/// Pieces of requests, one kind a line.
const LIST: &str = include_str!("fillers.txt");
/// Characters of the longest text in which requests are looked for: longer ones are pasted. It bounds the work.
const MAX_TEXT: usize = 200;

/// What a piece of a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Says that something is asked for: 帮我, 有没有. A request may be this alone.
    Open,
    /// Is a subject by itself, as in 推荐系统, and a request only beside another piece.
    Verb,
    /// The same; what follows it behind a space is looked for: 推荐 RAG 框架, best terminal.
    Wish,
    /// A name or a term that begins like a request: 推荐系统, best practices.
    Term,
    /// How many: 一个. Only behind another piece.
    Many,
    /// How much so, before praise: 最.
    Degree,
    /// Praise, before 的: 好用.
    Praise,
    /// Is about what follows, up to [`Kind::Text`]: 关于 RAG 的文章.
    About,
    /// What is read, behind 的.
    Text,
    /// Ends a question: 哪个好.
    End,
}

/// All pieces, the longest first.
static PIECES: LazyLock<Vec<(Kind, &str)>> = LazyLock::new(|| {
    let mut pieces = Vec::new();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, words)) = line.split_once(':') else { continue };
        let kind = match kind {
            "open" => Kind::Open,
            "verb" => Kind::Verb,
            "wish" => Kind::Wish,
            "term" => Kind::Term,
            "many" => Kind::Many,
            "degree" => Kind::Degree,
            "praise" => Kind::Praise,
            "about" => Kind::About,
            "text" => Kind::Text,
            _ => Kind::End,
        };
        pieces.extend(words.split(',').map(|word| (kind, word.trim())));
    }
    pieces.sort_by_key(|(_, word)| std::cmp::Reverse(word.len()));
    pieces
});

/// A piece of a text that says that something is looked for.
#[derive(Debug)]
pub(super) struct Filler {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// Nothing but a wish says so, which may as well be what is looked for: 推荐 CTR. It is not needed, and tells as much as any word.
    pub(super) is_wish: bool,
}

impl Filler {
    fn plain(range: Range<usize>) -> Self {
        Self { range, is_wish: false }
    }
}

/// Returns the pieces of a text that only say that something is looked for. Where that is all of it, it is what is looked for.
pub(super) fn fillers(text: &str) -> Vec<Filler> {
    if text.chars().count() > MAX_TEXT {
        return Vec::new();
    }
    let lower = simplified(text);
    let mut found = Vec::new();
    let mut before: Option<char> = None;
    let mut at = 0;
    while let Some(c) = lower[at..].chars().next() {
        // A request begins where nothing was typed before it, or only 的.
        let may_begin = before.is_none_or(|c| !c.is_alphanumeric() || c == '的');
        let end = if may_begin && c.is_alphanumeric() { request(&lower, at) } else { None };
        if let Some((end, is_wish)) = end {
            found.push(Filler { range: at..end, is_wish });
            (at, before) = (end, lower[..end].chars().next_back());
        }
        // What follows a request at once is what is looked for.
        if let Some(c) = lower[at..].chars().next() {
            (at, before) = (at + c.len_utf8(), Some(c));
        }
    }
    let is_asked = !found.is_empty();
    found.extend(about(&lower, is_asked).into_iter().flatten().map(Filler::plain));
    found.extend(end(&lower, is_asked).map(Filler::plain));
    found
}

/// Returns a text of the same length in lower case and simplified characters.
fn simplified(text: &str) -> String {
    let simple = |c: char| {
        let folded = if is_han(c) { fold(c.encode_utf8(&mut [0; 4])) } else { String::new() };
        let same = folded.chars().next().filter(|_| folded.len() == c.len_utf8());
        same.unwrap_or_else(|| c.to_ascii_lowercase())
    };
    text.chars().map(simple).collect()
}

/// Finds the longest piece of some kinds that begins at a place.
fn piece(text: &str, at: usize, kinds: &[Kind]) -> Option<(Kind, usize)> {
    let rest = &text[at..];
    let found = PIECES.iter().find(|(kind, word)| {
        kinds.contains(kind) && rest.strip_prefix(word).is_some_and(|behind| is_apart(word, behind))
    });
    found.map(|(kind, word)| (*kind, at + word.len()))
}

/// Returns whether a word does not go on behind a piece: Latin ones end where a space is.
fn is_apart(piece: &str, behind: &str) -> bool {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    !(is_latin(piece.chars().next_back()) && is_latin(behind.chars().next()))
}

/// Returns where the request ends that begins at a place, and whether it is nothing but a wish.
fn request(text: &str, start: usize) -> Option<(usize, bool)> {
    let (mut at, mut end) = (start, None);
    let (mut is_open, mut has_verb, mut is_only_wish) = (false, false, true);
    loop {
        let next = at + text[at..].len() - text[at..].trim_start().len();
        if piece(text, next, &[Kind::Term]).is_some() {
            return end.map(|end| (end, is_only_wish));
        }
        if let Some(behind) = praised(text, next) {
            is_only_wish = false;
            (at, end, is_open) = (behind, Some(behind), true);
            continue;
        }
        match piece(text, next, &[Kind::Open, Kind::Verb, Kind::Wish, Kind::Many]) {
            Some((Kind::Many, behind)) if is_open || has_verb => {
                is_only_wish = false;
                (at, end, is_open) = (behind, Some(behind), true);
            }
            Some((kind @ (Kind::Verb | Kind::Wish), behind)) => {
                let is_wish = kind == Kind::Wish && is_before_subject(text, next..behind);
                (at, has_verb, is_open) = (behind, true, is_open || is_wish);
                // 帮我推荐 is a request, 推荐 may be a subject.
                end = if is_open { Some(behind) } else { end };
            }
            Some((Kind::Open, behind)) => {
                is_only_wish = false;
                (at, end, is_open) = (behind, Some(behind), true);
            }
            _ => return end.map(|end| (end, is_only_wish)),
        }
    }
}

/// Returns whether what is wished for follows behind a space. 推荐 算法 may be a term that was typed apart, and two Latin words are
/// one: best paper, recommend system.
fn is_before_subject(text: &str, wish: Range<usize>) -> bool {
    let behind = &text[wish.end..];
    let subject = behind.trim_start();
    let next = subject.chars().next().filter(|_| subject.len() < behind.len());
    let is_latin = text[wish].is_ascii();
    if is_latin && text.is_ascii() && text.split_whitespace().count() == 2 {
        return false;
    }
    next.is_some_and(|c| c.is_ascii_alphanumeric() || is_latin && c.is_alphanumeric())
}

/// Returns where praise ends that begins at a place: 最好用的.
fn praised(text: &str, start: usize) -> Option<usize> {
    let at = piece(text, start, &[Kind::Degree]).map_or(start, |(_, end)| end);
    let (_, end) =
        piece(text, at, &[Kind::Praise]).or_else(|| piece(text, start, &[Kind::Praise]))?;
    text[end..].starts_with('的').then(|| end + '的'.len_utf8())
}

/// Finds what is around a subject: 关于 and 的文章, or only the latter of what is asked for.
fn about(text: &str, is_asked: bool) -> Option<[Range<usize>; 2]> {
    let trimmed = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let (start, _) = trimmed.rmatch_indices('的').next()?;
    let (_, end) = piece(trimmed, start + '的'.len_utf8(), &[Kind::Text])?;
    let first = text.len() - text.trim_start().len();
    let about = piece(text, first, &[Kind::About]).map(|(_, behind)| behind);
    let behind = about.or(is_asked.then_some(first))?;
    (end == trimmed.len() && behind < start).then_some([first..behind, start..end])
}

/// Finds what ends a question: X 哪个好用, X 推荐.
fn end(text: &str, is_asked: bool) -> Option<Range<usize>> {
    let trimmed = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let trimmed = trimmed.trim_end_matches(['吗', '么', '呢', '呀', '啊', '吧']).trim_end();
    let ends = |kinds: &[Kind]| {
        let found = PIECES.iter().find(|(kind, word)| {
            kinds.contains(kind) && trimmed.len() > word.len() && trimmed.ends_with(word)
        });
        found.map(|(_, word)| trimmed.len() - word.len())
    };
    if let Some(start) = ends(&[Kind::End]) {
        return Some(start..text.len());
    }
    let is_asked = is_asked || text.contains(['哪', '啥']) || text.contains("什么");
    if let Some(start) = ends(&[Kind::Praise]).filter(|_| is_asked) {
        return Some(start..text.len());
    }
    let start = ends(&[Kind::Verb, Kind::Wish])?;
    let is_apart = trimmed[..start].ends_with(|c: char| c.is_whitespace() || c == '求');
    (is_apart || is_asked).then_some(start..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what of a text is looked for.
    #[track_caller]
    fn check(text: &str, left: &str) {
        let mut kept = String::new();
        for (at, c) in text.char_indices() {
            if !fillers(text).iter().any(|filler| filler.range.contains(&at)) {
                kept.push(c);
            }
        }
        let kept: Vec<&str> = kept.split_whitespace().collect();
        assert_eq!(kept.join(" "), left, "{text}");
    }

    #[test]
    fn what_is_said_around_a_subject_is_no_part_of_it() {
        for text in [
            "推荐一个播放器",
            "推荐一款好用的播放器",
            "推荐几个 播放器",
            "求一个播放器",
            "求推荐播放器",
            "请推荐播放器",
            "给我推荐几个最好用的播放器",
            "想找一个播放器",
            "帮我找播放器",
            "麻烦帮忙找一下播放器",
            "有没有比较好的播放器",
            "有什么好用的播放器",
            "好用的播放器",
            "最好的 播放器",
            "播放器 推荐",
            "播放器，求推荐",
            "哪个播放器好用",
            "播放器哪个好？",
            "关于播放器的文章",
            "what is the best 播放器",
            "What's the best 播放器",
            "please recommend a 播放器",
            "i am looking for 播放器",
            "請問有沒有好用的播放器",
            "有什么好用的播放器推荐吗",
            "帮我找播放器的资料",
            "有没有人知道播放器",
            "谁能推荐一款播放器",
            "怎么样才能找到播放器",
            "where can I find a 播放器",
            "best 播放器",
            "Recommend 播放器",
            "is there a good 播放器",
        ] {
            let left = text.strip_prefix("哪个").map_or("播放器", |_| "哪个播放器");
            let left = if text.contains('，') { "播放器，" } else { left };
            check(text, left);
        }
    }

    #[test]
    fn what_is_wished_for_stands_behind_a_space() {
        for text in ["推荐 markdown 编辑器", "best markdown 编辑器", "求 Markdown 编辑器"]
        {
            check(text, &text[text.find(' ').unwrap() + 1..]);
        }
        check("求推荐系统教程", "推荐系统教程");
        check("有没有推荐算法 入门", "推荐算法 入门");
        for text in
            ["推荐 算法", "推荐算法 python", "best practices 编辑器", "bestiary 编辑器", "best"]
        {
            check(text, text);
        }
    }

    #[test]
    fn a_wish_alone_may_be_what_is_looked_for() {
        let is_wish = |text: &str| fillers(text).first().map(|filler| filler.is_wish);
        for text in ["推荐 CTR", "推荐 AI 阅读", "best markdown editor"] {
            assert_eq!(is_wish(text), Some(true), "{text}");
        }
        for text in ["推荐一个 CTR", "求推荐 CTR", "the best editor", "recommend a player"] {
            assert_eq!(is_wish(text), Some(false), "{text}");
        }
        assert_eq!(is_wish("best editor"), None);
    }

    #[test]
    fn what_only_looks_like_it_is_a_subject() {
        for text in [
            "推荐系统",
            "推荐算法 入门",
            "搜索引擎",
            "介绍信",
            "best practices",
            "best paper",
            "Recommend engine",
            "good first issue",
            "finding nemo",
            "用户画像推荐",
            "中国最好的大学",
            "文章的结构",
            "播放器",
            "",
            "，",
        ] {
            check(text, text);
        }
        assert!(fillers(&"推荐一个播放器".repeat(60)).is_empty());
    }
}
