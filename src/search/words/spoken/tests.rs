use super::*;
use crate::search::testing::Fixture;

/// Checks what letters, divided by spaces into atoms, are read as in an archive where `typed` was typed.
#[track_caller]
fn check(items: &[(&str, &str)], typed: &str, expected: &str) {
    let fixture = Fixture::new(items);
    let spoken = Spoken::new(&fixture.reader, typed);
    let folded = typed.to_lowercase().replace('ü', "u");
    let atoms: Vec<&str> = folded.split(' ').collect();
    let names: Vec<String> = spoken.other_names(&atoms).into_iter().map(|name| name.text).collect();
    assert_eq!(names.join(" "), expected, "{typed}");
}

fn often(times: usize, text: &str) -> Vec<(&str, &str)> {
    vec![("标题", text); times]
}

#[test]
fn all_words_of_a_sound_are_known_the_frequent_first() {
    let mut items = often(3, "智能");
    items.extend(often(5, "只能"));
    check(&items, "zhineng", "只能 智能");
    check(&items, "zhi neng", "只能 智能");
    check(&items, "智 neng", "智能");
    check(&items, "zhi 能", "只能 智能");
    check(&items, "zn", "只能 智能");
    check(&items, "zhinen", "只能 智能");
    check(&items, "zhinengx", "");
    check(&[("标题", "旅行")], "lüxing", "旅行");
}

#[test]
fn a_rare_handle_yields_to_a_frequent_word_and_not_the_other_way_round() {
    let mut items = often(5, "视频");
    items.push(("shipin", ""));
    check(&items, "shipin", "视频");
    items.push(("shipin", ""));
    check(&items, "shipin", "");
}

#[test]
fn english_words_and_names_in_capitals_stay_what_they_are() {
    let mut items = often(9, "嫦娥");
    check(&items, "change", "嫦娥");
    let fixture = Fixture::new(&items);
    let spoken = Spoken::new(&fixture.reader, "change the world");
    assert!(spoken.other_names(&["change"]).is_empty());
    items.push(("a change", ""));
    check(&items, "change", "");
    let mut items = often(9, "模型");
    check(&items, "MOXING", "模型");
    items.push(("Moxing", ""));
    check(&items, "moxing", "模型");
    check(&items, "MoXing", "");
    // Initials in capitals are a name of their own.
    let items = often(9, "超参数");
    check(&items, "css", "超参数");
    check(&items, "CSS", "");
    // One word of several that stands in capitals, and what stands by itself.
    let mut items = often(9, "爱工具");
    check(&items, "ai gongju", "爱工具");
    items.push(("AI", ""));
    check(&items, "AI gongju", "");
    check(&[("标题", "爱，工具"), ("ai", "")], "ai gongju", "");
}

#[test]
fn syllables_typed_apart_begin_where_they_were_typed() {
    let items = [("标题", "方案"), ("标题", "反感")];
    check(&items, "fangan", "反感 方案");
    check(&items, "fang an", "方案");
    check(&items, "fan gan", "反感");
}

#[test]
fn initials_are_more_than_a_chance_piece() {
    let mut items = often(4, "数据库");
    check(&items, "sjk", "数据库");
    items.push(("xsjky", ""));
    check(&items, "sjk", "");
    items.push(("标题", "数据库"));
    check(&items, "sjk", "数据库");
    // Two letters of a word are a piece of it.
    let mut items = often(9, "方面和我");
    check(&items, "fm", "方面");
    check(&items, "wo", "我");
    items.push(("Sorafm", "hello world"));
    check(&items, "fm", "");
    check(&items, "wo", "");
    // A syllable begins too many words.
    check(&items, "shu", "");
}

#[test]
fn several_words_are_read_only_where_they_stand_together() {
    check(&[("标题", "模型推理")], "moxingtuili", "模型推理");
    check(&[("标题", "模型，推理")], "moxingtuili", "");
    // The last of them may be unfinished, down to a letter.
    let mut items = often(3, "这里讲机器学习，也讲数据分析");
    items.push(("标题", "这是机器选择的"));
    check(&items, "jiqixuex", "机器学习");
    check(&items, "jiqix", "机器学习 机器选择");
    check(&items, "shujufenx", "数据分析");
    check(&items, "shuju fenx", "数据分析");
    check(&items, "shujux", "");
    check(&items, "JIQIX", "");
}

#[test]
fn what_is_looked_up_alone_is_what_is_looked_up_among_all() {
    let items = [
        ("机器学习和数据分析", "银行的数据库，嫦娥的旅行，数据分析师学习"),
        ("长城", "重庆的方案和反感，绿色的女性，分析机器人的选择"),
    ];
    let (alone, among) = (Fixture::new(&items), Fixture::new(&items));
    by_sound(&among.reader).unwrap();
    let mut found = 0;
    for typed in [
        "sjk",
        "sjfx",
        "jiqix",
        "jiqixuex",
        "shujufenx",
        "shujuk",
        "chongq",
        "zhongqing",
        "fangan",
        "nvx",
        "jqr",
        "sjfxs",
        "shujuf",
        "xuanz",
        "hedeshu",
        "sjkcedlx",
        "yinhangdeshuju",
        "css",
        "dns",
        "h",
        "xyz",
        "lvs",
    ] {
        let names = |fixture: &Fixture| {
            let spoken = Spoken::new(&fixture.reader, typed);
            spoken.other_names(&[typed])
        };
        let (one, other) = (names(&alone), names(&among));
        assert_eq!(one, other, "{typed}");
        found += one.len();
    }
    assert!(alone.reader.caches().readings.get().is_none() && found > 15, "{found}");
}
