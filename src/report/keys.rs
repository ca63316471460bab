//! Names of keys in front matter that are spelled in many ways, read word by word.

use super::words::is_listed;

/// Words that names of the day of appearance are made of, in any spelling: `pubDate`, `published_at`, `post-date`,
/// `article:published_time`. Those of an earlier line are believed before those of a later.
const DATE: [&str; 4] = [
    "published|publish|publishing|publication|pub|release|released|issued|posted|发布|发表|发行",
    "date|datetime|day|日期|时间|日",
    "created|create|creation|written|创建|撰写",
    "time|timestamp",
];
/// Words that may stand beside them.
const BESIDE_DATE: &str = "at|on|of|the|post|issue|article|page|report|original|first|dc|og|meta|utc|local|string|文章|本期|于";
/// Returns whether a key is a name of the day of appearance: how well it says so, from 0 for the best.
pub(super) fn names_a_date(key: &str) -> Option<usize> {
    let words = words_of(key);
    let rank = |word: &str| DATE.iter().position(|list| is_listed(list, word));
    let is_known = |word: &String| rank(word).is_some() || is_listed(BESIDE_DATE, word);
    // What is one word in some spellings: `pubdate`.
    let parts = words.iter().flat_map(|word| divided(word));
    let words: Vec<String> = parts.collect();
    words.iter().filter_map(|word| rank(word)).min().filter(|_| words.iter().all(is_known))
}

/// Takes a name apart where its spelling divides it, in lower case.
fn words_of(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last_is_small = false;
    for c in key.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && last_is_small {
            words.push(String::new());
        }
        last_is_small = c.is_lowercase();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Divides a word that is two names of a date written together.
fn divided(word: &str) -> Vec<String> {
    let is_known =
        |part: &str| DATE.iter().any(|list| is_listed(list, part)) || is_listed(BESIDE_DATE, part);
    let both = (!is_known(word)).then(|| {
        let mut edges = word.char_indices().skip(1).map(|(at, _)| word.split_at(at));
        edges.find(|(a, b)| is_known(a) && is_known(b))
    });
    match both.flatten() {
        Some((a, b)) => vec![a.to_owned(), b.to_owned()],
        None => vec![word.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_appearance_has_a_name_in_any_spelling() {
        for key in [
            "date",
            "Date",
            "pubDate",
            "pubdate",
            "pubDatetime",
            "publishedAt",
            "published_at",
            "published-at",
            "published",
            "Publish Date",
            "publishDate",
            "datePublished",
            "article:published_time",
            "created",
            "createdAt",
            "create_time",
            "posted",
            "post_date",
            "releaseDate",
            "日期",
            "发布日期",
            "发布时间",
            "发表于",
        ] {
            assert!(names_a_date(key).is_some(), "{key}");
        }
        for key in
            ["updated", "lastmod", "modified_at", "update_time", "deadline", "candidate", "post"]
        {
            assert_eq!(names_a_date(key), None, "{key}");
        }
        assert!(names_a_date("published") < names_a_date("date"));
    }
}
