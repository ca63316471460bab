//! Front matter in YAML, TOML, JSON or plain `Key: value` lines, and the items it may hold.

use serde_json::{Map, Value};

use super::dating::date_of;
use super::keys::names_a_date;
use super::words::is_listed;

/// Front matter longer than this many bytes is text.
const MAX_BYTES: usize = 1024 * 1024;
/// Lists inside lists deeper than this hold no items.
const MAX_DEPTH: usize = 6;

/// Names under which front matter says a thing, most usual first.
const TITLE: &str = "title|name|headline|subject|标题";
const ISSUE: &str = "issue|number|no|issue_number|vol|volume|期号|期数";
const LINK: &str = "url|link|href|link_url|source_url|repo|github|链接|permalink";
const BODY: &str =
    "description|desc|summary|abstract|intro|excerpt|content|text|body|comment|note|简介|描述";
const CONTRIBUTOR: &str =
    "contributor|contributors|author|authors|by|editor|editors|recommender|submitter|贡献人|作者";
const SECTION: &str = "section|category|categories|topic|type|group|栏目|分类";
const TAGS: &str = "tags|tag|keywords|标签";
const IMAGE: &str = "image|images|cover|thumbnail|img|picture";

/// What the front matter of a file says.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    /// As written.
    pub(super) date: Option<String>,
    pub(super) issue: Option<u32>,
    pub(super) contributors: Vec<String>,
    pub(super) section: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) summary: Option<String>,
    pub(super) images: Vec<String>,
    pub(super) entries: Vec<Entry>,
    /// Everything it says beside its entries.
    pub(super) said: Vec<String>,
}

/// One item written in front matter.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) title: String,
    pub(super) section: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) body: String,
    pub(super) contributors: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) images: Vec<String>,
    pub(super) date: Option<String>,
}

/// Front matter found in a file.
#[derive(Debug)]
pub(super) struct Found {
    /// What it says; the reason if it cannot be understood.
    pub(super) content: Result<FrontMatter, String>,
    /// Byte of the file behind it.
    pub(super) end: usize,
}

/// Finds the front matter a text begins with.
pub(super) fn find(text: &str) -> Option<Found> {
    let start = text.len() - text.trim_start_matches(['\u{FEFF}', '\n', '\r', ' ']).len();
    let body = &text[start..];
    let fenced = |fence: &str, closing: &[&str]| {
        let inner = after_line(body, fence)?;
        let end = closing_line(inner, closing)?;
        let behind = &inner[end..];
        let len = text.len() - behind.len() + behind.find('\n').map_or(behind.len(), |at| at + 1);
        Some((&inner[..end], len))
    };
    if let Some((yaml, end)) = fenced("---", &["---", "..."])
        && looks_like_keys(yaml)
    {
        return Some(Found { content: from_yaml(yaml), end });
    }
    if let Some((toml, end)) = fenced("+++", &["+++"]) {
        return Some(Found { content: from_toml(toml), end });
    }
    if body.starts_with('{') {
        return json(body).map(|(content, len)| Found { content, end: start + len });
    }
    plain_lines(body).map(|(content, len)| Found { content: Ok(content), end: start + len })
}

/// Returns what follows a first line that is `fence`.
fn after_line<'t>(text: &'t str, fence: &str) -> Option<&'t str> {
    let (line, rest) = text.split_once('\n')?;
    (line.trim_end() == fence).then_some(rest)
}

/// Returns the byte at which a line that closes front matter begins.
fn closing_line(text: &str, closing: &[&str]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if closing.contains(&line.trim_end()) {
            return Some(at);
        }
        at += line.len();
        if at > MAX_BYTES {
            return None;
        }
    }
    None
}

/// Returns whether a text is front matter and not one between two rules: its first line that says something is `key:` or a list.
fn looks_like_keys(text: &str) -> bool {
    let line =
        text.lines().map(str::trim_end).find(|line| !line.is_empty() && !line.starts_with('#'));
    line.is_none_or(|line| {
        let key = line.split([':', '：']).next().unwrap_or_default();
        key.len() < line.len()
            && !key.is_empty()
            && key.chars().count() <= 40
            && !key.contains([' ', '，', '。'])
            || line.starts_with("- ")
            || line.starts_with('{')
    })
}

fn from_yaml(text: &str) -> Result<FrontMatter, String> {
    // Anchors that multiply are stopped by the parser's budget.
    let value: Value =
        serde_saphyr::from_str(text).map_err(|error| first_line(&error.to_string()))?;
    understand(&value).ok_or_else(|| "it is not a table of keys".to_owned())
}

fn from_toml(text: &str) -> Result<FrontMatter, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| first_line(error.message()))?;
    understand(&toml_value(&toml::Value::Table(table)))
        .ok_or_else(|| "it is not a table of keys".to_owned())
}

/// Dates of TOML become text as written.
fn toml_value(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::Bool(*truth),
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => Value::Array(values.iter().map(toml_value).collect()),
        toml::Value::Table(table) => Value::Object(
            table.iter().map(|(key, value)| (key.clone(), toml_value(value))).collect(),
        ),
    }
}

/// Reads a JSON object; returns what it says and its length. Text that only begins with a brace is none.
fn json(text: &str) -> Option<(Result<FrontMatter, String>, usize)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match values.next()? {
        Ok(value @ Value::Object(_)) => {
            let end = values.byte_offset();
            let rest = &text[end..];
            let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
            if !rest[..line_end].trim().is_empty() {
                return None;
            }
            Some((understand(&value).ok_or_else(String::new), end + line_end))
        }
        Ok(_) => None,
        Err(error) => {
            // Broken, but meant: a brace alone on its line, and one that closes it.
            let first = text.lines().next()?.trim_end();
            let end = closing_line(text, &["}"])?;
            let line = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
            (first == "{").then(|| (Err(error.to_string()), line))
        }
    }
}

/// Reads `Title: …`, `Date: …` lines before the first empty one.
fn plain_lines(text: &str) -> Option<(FrontMatter, usize)> {
    const KNOWN: &str = "title|date|number|slug|category|author|tags|summary";
    let mut table = Map::new();
    let mut known = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            break;
        }
        let (key, value) = trimmed.split_once(':')?;
        let is_key = !key.is_empty()
            && key.len() <= 20
            && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
        if !is_key || value.starts_with("//") {
            return None;
        }
        known += usize::from(is_listed(KNOWN, key));
        table.insert(key.to_lowercase(), Value::String(value.trim().to_owned()));
        at += line.len();
    }
    if known < 2 {
        return None;
    }
    Some((understand(&Value::Object(table))?, at))
}

fn first_line(message: &str) -> String {
    message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("cannot be read")
        .trim()
        .to_owned()
}

fn understand(value: &Value) -> Option<FrontMatter> {
    let table = match value {
        Value::Object(table) => table,
        Value::Null => return Some(FrontMatter::default()),
        // A list of items without anything around it.
        Value::Array(values) => {
            let mut front = FrontMatter::default();
            entries(values, &[], 0, &mut front.entries);
            return (!front.entries.is_empty()).then_some(front);
        }
        _ => return None,
    };
    let mut front = FrontMatter {
        title: text_of(table, TITLE),
        date: date_text(table),
        issue: text_of(table, ISSUE).and_then(|issue| leading_number(&issue)),
        contributors: list_of(table, CONTRIBUTOR),
        section: list_of(table, SECTION),
        tags: list_of(table, TAGS),
        summary: text_of(table, BODY),
        images: list_of(table, IMAGE),
        entries: Vec::new(),
        said: table.values().filter(|value| !holds_tables(value)).flat_map(texts_of).collect(),
    };
    for (key, value) in table {
        if let Value::Array(values) = value {
            entries(values, &section_of_key(key), 0, &mut front.entries);
        } else if let Value::Object(inner) = value {
            for (key, value) in inner {
                if let Value::Array(values) = value {
                    entries(values, &section_of_key(key), 1, &mut front.entries);
                }
            }
        }
    }
    Some(front)
}

fn holds_tables(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|values| values.iter().any(Value::is_object))
}

/// Names of lists that say nothing about what is in them.
fn section_of_key(key: &str) -> Vec<String> {
    const PLAIN: &str =
        "items|entries|links|list|content|contents|sections|data|条目|内容|resources";
    if is_listed(PLAIN, key) { Vec::new() } else { vec![key.to_owned()] }
}

/// Collects the items of a list: tables with a title or a link; tables that hold lists are sections.
fn entries(values: &[Value], section: &[String], depth: usize, out: &mut Vec<Entry>) {
    if depth > MAX_DEPTH {
        return;
    }
    for value in values {
        let Value::Object(table) = value else { continue };
        let lists: Vec<&Vec<Value>> = table
            .values()
            .filter_map(Value::as_array)
            .filter(|list| list.iter().any(Value::is_object))
            .collect();
        if !lists.is_empty() {
            let mut inner = section.to_vec();
            inner.extend(text_of(table, TITLE));
            for list in lists {
                entries(list, &inner, depth + 1, out);
            }
            continue;
        }
        let links = list_of(table, LINK);
        let title = text_of(table, TITLE);
        if title.is_none() && links.is_empty() {
            continue;
        }
        let mut own_section = section.to_vec();
        own_section.extend(list_of(table, SECTION));
        let mut body: Vec<String> = BODY.split('|').filter_map(|key| text_of(table, key)).collect();
        body.extend(other_values(table));
        out.push(Entry {
            title: title.unwrap_or_default(),
            section: own_section,
            links,
            body: body.join("\n\n"),
            contributors: list_of(table, CONTRIBUTOR),
            tags: list_of(table, TAGS),
            images: list_of(table, IMAGE),
            date: date_text(table),
        });
    }
}

/// Returns what an item says under names nobody knows, so that nothing of it is lost.
fn other_values(table: &Map<String, Value>) -> Vec<String> {
    let lists = [TITLE, LINK, BODY, CONTRIBUTOR, SECTION, TAGS, IMAGE];
    let known =
        |key: &str| lists.iter().any(|list| is_listed(list, key)) || names_a_date(key).is_some();
    let mut texts = Vec::new();
    for (key, value) in table {
        let values = texts_of(value);
        if !known(key) && !values.is_empty() && !value.is_boolean() {
            texts.push(format!("{key}：{}", values.join("、")));
        }
    }
    texts
}

fn get<'v>(table: &'v Map<String, Value>, names: &str) -> Option<&'v Value> {
    names.split('|').find_map(|name| {
        table.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// Returns the text that says a day under the name that tells most clearly of it; one that says none is taken where
/// nothing else is there.
fn date_text(table: &Map<String, Value>) -> Option<String> {
    let mut found: Vec<(bool, usize, String)> = table
        .iter()
        .filter_map(|(key, value)| {
            let rank = names_a_date(key)?;
            let text = texts_of(value).into_iter().next()?;
            Some((date_of(&text).is_none(), rank, text))
        })
        .collect();
    found.sort_by_key(|(says_none, rank, _)| (*says_none, *rank));
    found.into_iter().next().map(|(.., text)| text)
}

fn text_of(table: &Map<String, Value>, names: &str) -> Option<String> {
    texts_of(get(table, names)?).into_iter().next()
}

fn list_of(table: &Map<String, Value>, names: &str) -> Vec<String> {
    get(table, names).map(texts_of).unwrap_or_default()
}

/// Texts and numbers of a value or of the list it is; a person may be a table with a name.
fn texts_of(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(table) => match table.get("name").or_else(|| table.get("title")) {
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            _ => None,
        },
        _ => None,
    };
    let texts: Vec<String> = match value {
        Value::Array(values) => values.iter().filter_map(text).collect(),
        value => text(value).into_iter().collect(),
    };
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn leading_number(text: &str) -> Option<u32> {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(text: &str) -> FrontMatter {
        find(text).unwrap().content.unwrap()
    }

    #[test]
    fn yaml_toml_json_and_plain_lines_say_the_same() {
        for text in [
            "---\ntitle: 周报\ndate: 2024-02-22\nissue: 7\ntags: [甲, 乙]\n---\n正文",
            "+++\ntitle = \"周报\"\ndate = 2024-02-22\nissue = 7\ntags = [\"甲\", \"乙\"]\n+++\n正文",
            "{\n\"title\": \"周报\", \"date\": \"2024-02-22\", \"issue\": \"7\",\n\"tags\": [\"甲\", \"乙\"]\n}\n正文",
            "Title: 周报\nDate: 2024-02-22\nNumber: 7\nTags: 甲\n\n正文",
        ] {
            let found = find(text).unwrap();
            let front = found.content.unwrap();
            assert_eq!(front.title.as_deref(), Some("周报"), "{text}");
            assert_eq!(front.date.as_deref(), Some("2024-02-22"), "{text}");
            assert_eq!(front.issue, Some(7), "{text}");
            assert_eq!(front.tags[0], "甲");
            assert_eq!(text[found.end..].trim(), "正文");
        }
    }

    #[test]
    fn lists_of_tables_are_items_and_tables_of_lists_are_sections() {
        let front = front(
            "+++\ntitle = \"t\"\n[[items]]\ntitle = \"甲\"\nurl = \"http://a.b\"\nstars = 3\n[[items]]\ntitle = \"乙\"\n+++\n",
        );
        let titles: Vec<&str> = front.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["甲", "乙"]);
        assert_eq!(front.entries[0].links, ["http://a.b"]);
        assert_eq!(front.entries[0].body, "stars：3");
        let nested = find(
            "---\nsections:\n  - title: 论文\n    items:\n      - title: 甲\n        link: http://a.b\n        by: 丙\n---\n",
        );
        let entries = nested.unwrap().content.unwrap().entries;
        assert_eq!(entries[0].section, ["论文"]);
        assert_eq!(entries[0].contributors, ["丙"]);
    }

    #[test]
    fn of_several_dates_the_clearest_that_says_a_day_counts() {
        let several =
            "---\ncreated: 2024-02-20\npublished: true\ntime: 3 分钟\ndate: 2024-02-22\n---\n";
        assert_eq!(front(several).date.as_deref(), Some("2024-02-22"));
    }

    #[test]
    fn broken_front_matter_is_reported_and_ends_where_it_ends() {
        let text = "---\ntitle: \"未闭合\ndate: [\n---\n# 正文\n";
        let found = find(text).unwrap();
        assert!(found.content.is_err());
        assert_eq!(&text[found.end..], "# 正文\n");
    }

    #[test]
    fn text_between_rules_is_not_front_matter() {
        for text in [
            "---\n这是一段话。\n---\n",
            "---\n未闭合: 是\n",
            "正文：如此\n",
            "{见下}\n",
            "https://a.b\n\n文",
        ] {
            assert!(find(text).is_none(), "{text}");
        }
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut bomb = String::from("---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = format!("*a{}, ", level - 1).repeat(9);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", before.trim_end_matches(", ")));
        }
        bomb.push_str("---\n正文\n");
        assert!(find(&bomb).unwrap().content.is_err());
    }
}
