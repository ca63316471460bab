//! A list of synonyms to its lines and their names. It is compiled into the build script as well, which hashes the
//! names of the shipped list once for all, and needs nothing.

/// Returns the groups of a list, without comments: number, counted from 1, first byte and text of each.
pub(super) fn groups(list: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let text = list.strip_prefix('\u{feff}').unwrap_or(list);
    let mut next = list.len() - text.len();
    let lines = text.split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        let group = without_comment(line);
        (start + (line.len() - line.trim_start().len()), group)
    });
    let numbered = lines.enumerate().map(|(at, (start, group))| (at + 1, start, group));
    numbered.filter(|(_, _, group)| !group.is_empty())
}

/// Returns the names that a group is found by, as written.
pub(super) fn names(group: &str) -> impl Iterator<Item = &str> {
    let arrow = group.split_once("=>").or_else(|| group.split_once("~>"));
    let names = arrow.map_or(group, |(from, _)| from);
    let names = names.rsplit_once('^').map_or(names, |(names, _)| names);
    names.split([',', '，'])
}

/// Hashes a name (FNV-1a).
pub(super) fn hash(name: impl Iterator<Item = char>) -> u64 {
    let mix = |hash: u64, c: char| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3);
    name.fold(0xcbf2_9ce4_8422_2325, mix)
}

fn without_comment(line: &str) -> &str {
    let end = if line.trim_start().starts_with('#') {
        0
    } else {
        line.find(" #").or_else(|| line.find("\t#")).unwrap_or(line.len())
    };
    line[..end].trim()
}
