//! Words at the beginning of a query that ask for its order and not for its subject: 最近的 RAG is RAG, newest first.

use super::Node;

/// What asks for the newest, before 的 or a space.
const NEWEST: [&str; 7] = ["最近", "最新", "近期", "新近", "latest", "newest", "recent"];

/// A query that asks for the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// What asks for it, as typed.
    pub typed: String,
    /// The query without it.
    pub rest: Node,
}

/// Finds what asks for the newest.
pub(super) fn recent(root: &Node) -> Option<Recent> {
    let nodes = match root {
        Node::All(nodes) => nodes.as_slice(),
        node => std::slice::from_ref(node),
    };
    let Some(Node::Text(text)) = nodes.first() else { return None };
    let behind = NEWEST.iter().find_map(|word| {
        let beginning = text.get(..word.len())?;
        beginning.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
    })?;
    let rest = behind.trim_start();
    // 最近邻 is a word, recently is another one.
    let rest = match rest.strip_prefix('的') {
        Some(rest) => rest.trim_start(),
        None if rest.len() < behind.len() => rest,
        None => return None,
    };
    if !rest.contains(char::is_alphanumeric) {
        return None;
    }
    let typed = text[..text.len() - rest.len()].trim_end().to_owned();
    let first = Node::Text(rest.to_owned());
    let rest = match nodes {
        [_] => first,
        [_, others @ ..] => {
            Node::All(std::iter::once(first).chain(others.iter().cloned()).collect())
        }
        [] => return None,
    };
    Some(Recent { typed, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let found = recent(&Node::Text(text.to_owned()));
        let expected = expected.map(|(typed, rest)| Recent {
            typed: typed.to_owned(),
            rest: Node::Text(rest.to_owned()),
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn what_is_newest_is_an_order() {
        check("最近的 RAG", Some(("最近的", "RAG")));
        check("最新的RAG 工具", Some(("最新的", "RAG 工具")));
        check("最近 RAG", Some(("最近", "RAG")));
        check("Latest RAG papers", Some(("Latest", "RAG papers")));
        for text in
            ["最近邻", "最近", "最近的", "最新 ，", "recently", "latestRAG", "RAG 最近", "最"]
        {
            check(text, None);
        }
    }
}
