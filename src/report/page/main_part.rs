//! The part of a page that a reader came for, without what stands around it on every page of a site.
//!
//! What an element is called and which role it has is believed; classes and ids of sites are not looked at. Beside that,
//! only what shows by itself that it leads elsewhere is taken away: short links close together.

use dom_query::{Document, NodeRef};

use crate::report::words::is_listed;
use crate::text::display_width;

/// Elements that are not text.
const GONE: &str = "script|style|template|noscript|iframe|object|svg|math|canvas|video|audio|button|select|\
                    input|textarea|option|dialog|head|meta|link";
/// Roles of what stands around the text.
const AROUND_ROLES: &str = "navigation|banner|contentinfo|complementary|search|menu|menubar|toolbar|dialog|\
                            alertdialog|tablist|tooltip";
/// Elements that are written as a part of its own, which Markdown has no signs for.
const PARTS: &str = "main|header|footer|aside|figure|figcaption|details|summary|address|hgroup|center|dl|dt|dd|nav|\
                     menu|dir";
/// In a table that only lays a page out, a cell holds one of these.
const NOT_IN_CELLS: &str = "h1|h2|h3|h4|h5|h6|ul|ol|blockquote|pre|table|article|section";
/// A part that holds at least so many of ten characters is where the text is.
const MOST_OF_TEN: usize = 5;
/// At least so many links lead around a site.
const MIN_LINKS: usize = 3;
/// Links around a site have names of this width on average: six Han characters; titles are longer.
const MAX_LINK_WIDTH: usize = 12;
/// Of ten columns of text that leads around a site, at least so many are links.
const LINKED_OF_TEN: usize = 8;

/// The text of a page.
pub(super) struct MainPart<'d> {
    pub(super) node: NodeRef<'d>,
    /// What stands around it, in the order of the page.
    pub(super) around: Vec<String>,
}

/// One node, in the order of the page.
struct Place<'d> {
    node: NodeRef<'d>,
    parent: usize,
    mark: Mark,
    width: usize,
    linked: usize,
    links: usize,
}

/// What an element is named as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Main,
    Article,
    None,
}

/// Finds the main part, and makes the tree ready to be written as Markdown.
pub(super) fn find(document: &Document) -> Option<MainPart<'_>> {
    let body = document.body()?;
    let mut around = Vec::new();
    let mut places = places(body, &mut around);
    sum(&mut places);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); places.len()];
    for (at, place) in places.iter().enumerate().skip(1) {
        children[place.parent].push(at);
    }
    let start = named(&places).unwrap_or(0);
    let mut path = start;
    while path > 0 {
        let parent = places[path].parent;
        let others = children[parent].iter().filter(|at| **at != path);
        around.extend(others.map(|at| text(&places[*at].node)));
        path = parent;
    }
    let chosen = descend(&places, &children, start, &mut around);
    lay_out_tables(&places);
    around.retain(|text| !text.is_empty());
    Some(MainPart { node: places.into_iter().nth(chosen)?.node, around })
}

/// Lists the nodes of a tree, parents first, and takes out of it what is no text.
fn places<'d>(body: NodeRef<'d>, around: &mut Vec<String>) -> Vec<Place<'d>> {
    let has_main = body.descendants_it().any(|node| is_main(&node) || node.has_name("article"));
    let mut places: Vec<Place<'d>> = Vec::new();
    let mut stack = vec![(body, 0, false, false)];
    while let Some((node, parent, is_in_main, is_linked)) = stack.pop() {
        let name = node.node_name().unwrap_or_default();
        if !places.is_empty() && node.is_element() {
            if is_listed(GONE, &name) || node.has_attr("hidden") {
                node.remove_from_parent();
                continue;
            }
            if is_around(&node, &name, is_in_main, has_main) {
                around.push(text(&node));
                node.remove_from_parent();
                continue;
            }
        }
        let mark = match () {
            () if is_main(&node) => Mark::Main,
            () if &*name == "article" => Mark::Article,
            () => Mark::None,
        };
        // The foot of a quotation says who said it.
        let is_in_main = is_in_main || mark != Mark::None || &*name == "blockquote";
        let is_link = &*name == "a" && node.has_attr("href");
        let is_linked = is_linked || is_link;
        let width = match &*name {
            // A picture shows something.
            "img" => 1,
            _ if node.is_text() => display_width(node.text().trim()),
            _ => 0,
        };
        let at = places.len();
        let mut children = node.children();
        children.reverse();
        stack.extend(children.into_iter().map(|child| (child, at, is_in_main, is_linked)));
        if is_listed(PARTS, &name) {
            node.rename("div");
        }
        places.push(Place {
            node,
            parent,
            mark,
            width,
            linked: if is_linked { width } else { 0 },
            links: usize::from(is_link),
        });
    }
    places
}

fn is_main(node: &NodeRef<'_>) -> bool {
    node.has_name("main")
        || node.attr("role").is_some_and(|role| is_listed("main", &role))
        || node.attr("itemprop").is_some_and(|prop| is_listed("articleBody", &prop))
}

fn is_around(node: &NodeRef<'_>, name: &str, is_in_main: bool, has_main: bool) -> bool {
    if node.attr("role").is_some_and(|role| is_listed(AROUND_ROLES, &role)) {
        return true;
    }
    match name {
        "nav" => true,
        // Inside of the text they are the head of an article, who said a quotation, a remark.
        "header" => has_main && !is_in_main && !holds_main(node),
        "footer" | "aside" => !is_in_main && !holds_main(node),
        _ => false,
    }
}

fn holds_main(node: &NodeRef<'_>) -> bool {
    node.descendants_it().any(|node| is_main(&node) || node.has_name("article"))
}

/// Adds what nodes hold to those they stand in.
fn sum(places: &mut [Place<'_>]) {
    for at in (1..places.len()).rev() {
        let Place { parent, width, linked, links, .. } = places[at];
        places[parent].width += width;
        places[parent].linked += linked;
        places[parent].links += links;
    }
}

/// Finds the one part that is named as the main one and holds most of the text.
fn named(places: &[Place<'_>]) -> Option<usize> {
    let only = |mark: Mark| {
        let mut found = (0..places.len()).filter(|at| places[*at].mark == mark);
        let first = found.next()?;
        let is_one = found.all(|at| is_below(places, at, first));
        let is_most = places[first].width * 10 >= places[0].width * MOST_OF_TEN;
        (is_one && is_most).then_some(first)
    };
    only(Mark::Article).or_else(|| only(Mark::Main))
}

fn is_below(places: &[Place<'_>], mut at: usize, above: usize) -> bool {
    while at > above {
        at = places[at].parent;
    }
    at == above
}

/// Goes down to where the text is, as long as all beside it leads elsewhere; takes that out.
fn descend(
    places: &[Place<'_>],
    children: &[Vec<usize>],
    mut at: usize,
    around: &mut Vec<String>,
) -> usize {
    loop {
        let place = &places[at];
        for child in children[at].iter().map(|child| &places[*child]) {
            if leads_around(child) {
                around.push(text(&child.node));
                child.node.remove_from_parent();
            }
        }
        let kept = || children[at].iter().filter(|child| !leads_around(&places[**child]));
        let filled: Vec<usize> = kept().copied().filter(|child| places[*child].width > 0).collect();
        match filled[..] {
            [only] if place.node.is_element() && is_part(&places[only].node) => at = only,
            _ => return at,
        }
    }
}

fn is_part(node: &NodeRef<'_>) -> bool {
    node.node_name().is_some_and(|name| is_listed("div|section|article", &name))
}

/// Returns whether a part is nothing but short links to other places.
fn leads_around(place: &Place<'_>) -> bool {
    place.node.is_element()
        && place.links >= MIN_LINKS
        && place.linked <= place.links * MAX_LINK_WIDTH
        && place.linked * 10 >= place.width * LINKED_OF_TEN
}

/// Makes parts of the rows and cells of tables that only lay the page out.
fn lay_out_tables(places: &[Place<'_>]) {
    for (at, place) in places.iter().enumerate() {
        if !place.node.has_name("table") {
            continue;
        }
        let inside = || {
            places
                .iter()
                .skip(at + 1)
                .take_while(|inner| inner.parent >= at)
                .map(|inner| &inner.node)
        };
        let holds = |names: &str| {
            inside().any(|node| node.node_name().is_some_and(|name| is_listed(names, &name)))
        };
        let is_presented =
            place.node.attr("role").is_some_and(|role| is_listed("presentation|none", &role));
        let columns = inside().filter(|node| node.has_name("tr")).map(|row| {
            row.children_it(false).filter(|cell| cell.has_name("td") || cell.has_name("th")).count()
        });
        if is_presented || holds(NOT_IN_CELLS) || columns.max().unwrap_or_default() < 2 {
            place.node.rename("div");
            for node in inside() {
                if node
                    .node_name()
                    .is_some_and(|name| is_listed("tr|td|th|tbody|thead|tfoot|caption", &name))
                    && !is_in_inner_table(node, &place.node)
                {
                    node.rename("div");
                }
            }
        }
    }
}

fn is_in_inner_table(node: &NodeRef<'_>, table: &NodeRef<'_>) -> bool {
    node.ancestors_it(None)
        .take_while(|above| above.id != table.id)
        .any(|above| above.has_name("table"))
}

/// Returns the text of a part with single spaces.
fn text(node: &NodeRef<'_>) -> String {
    let text = node.formatted_text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the text of the main part, and what is around it.
    #[track_caller]
    fn check(body: &str, expected: &str, around: &[&str]) {
        let document = Document::from(format!("<body>{body}</body>"));
        let found = find(&document).unwrap();
        assert_eq!(text(&found.node), expected, "{body}");
        assert_eq!(found.around, around, "{body}");
    }

    const TEXT: &str = "<p>松鼠在树上存了很多松果，冬天慢慢吃。</p>";
    const SHOWN: &str = "松鼠在树上存了很多松果，冬天慢慢吃。";

    #[test]
    fn what_is_named_as_around_the_text_is_left_out() {
        check(
            &format!(
                "<header>某站</header><nav>首页</nav><main>{TEXT}</main><footer>备案</footer>"
            ),
            SHOWN,
            &["某站", "首页", "备案"],
        );
        check(&format!("<div role=navigation>首页</div>{TEXT}"), SHOWN, &["首页"]);
        check(&format!("<div>别处</div><article>{TEXT}</article>"), SHOWN, &["别处"]);
        // Who said a quotation, and the only head that there is, are text.
        let quoted = format!("<article>{TEXT}<footer>甲</footer></article>");
        check(&quoted, &format!("{SHOWN} 甲"), &[]);
        let quoted = format!("{TEXT}<blockquote>乙<footer>甲</footer></blockquote>");
        check(&quoted, &format!("{SHOWN} 乙 甲"), &[]);
        check(&format!("<header>标题</header>{TEXT}"), &format!("标题 {SHOWN}"), &[]);
    }

    #[test]
    fn short_links_close_together_lead_around() {
        let links = |name: &str| format!("<a href=/a>{name}</a> ").repeat(4);
        check(
            &format!("<div>{}</div><div>{TEXT}</div>", links("归档")),
            SHOWN,
            &["归档 归档 归档 归档"],
        );
        let titles = links("松鼠过冬的十个办法");
        let all = text(&Document::from(titles.as_str()).body().unwrap());
        check(&format!("<div>{titles}</div><div>{TEXT}</div>"), &format!("{all} {SHOWN}"), &[]);
        // A few links and words between them are text.
        check("<p><a href=/a>甲</a> 和 <a href=/b>乙</a></p>", "甲 和 乙", &[]);
    }

    #[test]
    fn several_articles_are_all_text() {
        let all = format!("<article>{TEXT}</article><article>{TEXT}</article>");
        check(&all, &format!("{SHOWN} {SHOWN}"), &[]);
    }

    #[test]
    fn what_is_hidden_or_no_text_is_gone() {
        check(
            &format!("<p hidden>甲</p><svg><text>乙</text></svg><button>丙</button>{TEXT}"),
            SHOWN,
            &[],
        );
    }

    #[test]
    fn tables_that_lay_a_page_out_are_none() {
        let markdown = |body: &str| {
            let document = Document::from(body);
            find(&document).unwrap().node.md(None).to_string()
        };
        let laid_out = "<table><tr><td><h2>甲</h2><p>一段</p></td><td>乙</td></tr></table>";
        assert_eq!(markdown(laid_out), "## 甲\n\n一段\n\n乙");
        let mail =
            "<table><tr><td><table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>";
        assert!(markdown(mail).contains("| 甲 | 乙 |"), "{}", markdown(mail));
        let table = "<table><tr><th>名</th><th>值</th></tr><tr><td>甲</td><td>1</td></tr></table>";
        assert_eq!(markdown(table), "| 名 | 值 |\n| --- | --- |\n| 甲 | 1 |");
    }
}
