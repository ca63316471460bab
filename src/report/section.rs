//! Names of sections, and which of them a source wants.

use super::marker;
use super::model::ParseOptions;

/// Returns the name of a section without its number and without signs around it: `一、🦄 新闻` is 新闻.
#[must_use]
pub fn section_name(name: &str) -> &str {
    let rest = marker::read(name).map_or(name, |marker| &name[marker.end..]);
    let bare = rest.trim_matches(|c: char| {
        !c.is_alphanumeric() && !matches!(c, ')' | '）' | '》' | '」' | '+' | '#')
    });
    let bare = bare.trim_start_matches(['#', '）', ')']).trim();
    if bare.is_empty() { name } else { bare }
}

/// Returns whether a source wants the item `title` under `section`; an item that is a whole section is called like it.
pub(super) fn is_wanted(options: &ParseOptions, section: &[String], title: &str) -> bool {
    let path = section.join("/");
    let names: Vec<&str> =
        section.iter().map(String::as_str).chain([path.as_str(), title]).collect();
    let is_in = |wanted: &[String]| names.iter().any(|name| is_named(wanted, name));
    !is_in(&options.skip_sections) && (options.sections.is_empty() || is_in(&options.sections))
}

fn is_named(wanted: &[String], name: &str) -> bool {
    wanted.iter().any(|wanted| {
        wanted.eq_ignore_ascii_case(name) || wanted.eq_ignore_ascii_case(section_name(name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_signs_are_not_part_of_a_name() {
        for (name, expected) in [
            ("一、🦄 新闻", "新闻"),
            ("3. 工具（Tools）", "工具（Tools）"),
            ("《书》", "书》"),
            ("C++", "C++"),
            ("C#", "C#"),
            ("# 新闻", "新闻"),
            ("🔥", "🔥"),
        ] {
            assert_eq!(section_name(name), expected, "{name}");
        }
    }

    #[test]
    fn sections_are_wanted_by_name_path_or_title() {
        let check = |sections: &[&str], skip: &[&str], expected: bool| {
            let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
            let options = ParseOptions {
                sections: owned(sections),
                skip_sections: owned(skip),
                ..ParseOptions::default()
            };
            let section = ["一、AI".to_owned(), "论文".to_owned()];
            assert_eq!(is_wanted(&options, &section, "标题"), expected, "{sections:?} {skip:?}");
        };
        check(&[], &[], true);
        check(&["ai"], &[], true);
        check(&["一、AI/论文"], &[], true);
        check(&["标题"], &[], true);
        check(&["工具"], &[], false);
        check(&["AI"], &["论文"], false);
        check(&[], &["标题"], false);
    }
}
