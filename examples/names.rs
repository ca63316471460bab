//! Makes lists of other names of public tables, for `src/query/synonyms/regional.txt` and `terms.txt`.
//!
//! ```text
//! cargo run --example names -- regional FOLDER > src/query/synonyms/regional.txt
//! cargo run --example names -- terms PATH […] > src/query/synonyms/terms.txt
//! ```
//!
//! `FOLDER` has the tables of phrases of `OpenCC`, in which a line is a word, a tab and what it is elsewhere. `PATH` is a file
//! with a table of terms in Markdown (`| English | Chinese |`) or with a line `Chinese，English` for each, or a folder of pages
//! named after an English term with the Chinese one as `title`. What is listed already is left out, and so are pairs that
//! would do harm, as somebody found who read all of them: words that mean something else where the other one is used, terms
//! that are words of every day, and mistakes.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people who make the lists"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use baoku::analysis::fold;
use baoku::query::{Synonyms, Thesaurus};

/// What is listed already.
const LISTED: [&str; 2] = ["src/query/synonyms.txt", "src/query/synonyms/software.txt"];

/// Tables of `OpenCC`, and whether what is used elsewhere stands first.
const TABLES: [(&str, bool); 4] = [
    ("TWPhrases.txt", false),
    ("TWPhrasesRev.txt", true),
    ("HKPhrases.txt", false),
    ("HKPhrasesRev.txt", true),
];

/// Words of Taiwan and Hong Kong that mean something else on the mainland, or are as usual there.
const MEAN_MORE: &str = "互动 互动式 核心 单核心 模拟 类比 建立 重新整理 剪下 引数 释出 传送 联络 文件 档案 物件 清单 复制 指标 元件 \
    连线 执行 程序 行程 呼叫 过载 列举 宣告 永珍 检视 即时 进阶 高阶 低阶 卷轴 装置 资讯 通道 影像 影片 正规化 控制代码 智慧 新增 \
    启用 开启 简报 向量 永续性 通话卡 真实模式 序列 狮子山 资料 存取 视窗 设定 预设 支援 全形 半形 元素 效能 讯号 讯息 型别 \
    专案 模组 使用者 登入 登出 快取 套件 社群 选单 字型 品质 协定 连结 整合 全域性 区域性 运算元 多型 例项 外接 参数列 资料包 \
    现在 建构 表示式 溢位 点选 位址 内建 原生代码 目的码 拨出 回拨 扩音 放弃 概率 载入 遮蔽 取样 感测 \
    尼日 存档 叮当 叮叮当 叮叮当当 布林 查德 路兰 那杜 拉罗 拉摩 佛瑞 萨提 奥福 凯吉 迦纳 贝南 莱许 \
    梅湘 韦本 尤拉 批次 通话记录 行动式 烧录 堆叠 图示 扫描器 实体地址 丢掷 停用 优先顺序";

/// Terms that are left out, and why: their Chinese is wrong, a sentence, or means more than they do.
const NOT_TERMS: &str = "augmented reality|ordering principal|ubiquitous computing|windows presentation foundation|\
    windows comminication foundation|person-to-person|graphical user interface|web scraping|air waves|over-post|under-post|\
    bitnik|non-optional|round-tripping|reinforcement learning|value object|box|handle error|test suite|call stack|follow up|\
    extra large|extra small|in assignment|square brackets|angle brackets|two-word object|unit type|file system|entity tags|\
    the least significant bit|the most significant bit|business layer|command prompt|vip swap|web role|worker role|\
    feature sketch|effect sketch|smart endpoint|zone list|zone transfer|windows workflow|search results|style guide|\
    contributor ladder|how to contribute|object|service|node|retail|response group|data pump|event data pump|hook point|\
    key space|media service|mobile service|notification hub|input endpoint|internal endpoint|production load|immersion approach|\
    context word|multiple bounds|data example|data instance|zero tensor|attention cue|parent scope|test double|main function|\
    carbon copy|cell|format item|format string|local function|non-managed code|pass-through|parent|raw pointer|\
    user interface|virtual private network|full packaged product|garbage collection|garbage collector|\
    resource release is destruction|separate domain from presentation|ref return|apocalyptic defect|brownfield project|\
    entourage anti-pattern|partial translate|server affinity|unit-testing harnesses|volume licensing for organizations|\
    synchronized multimedia integration language|illegitimate injection|geo redundant|hypertext-driven|\
    point of invocation of the method|polyrot programming|programming by difference|protected variation|\
    reverse proxy module|requirements churn|agent-based interface|affinity group|cosmetic issue|big design up front|\
    definition of done|low fidelity prototype|commingled bits|user acceptance test|application programming interface|\
    possibility of absence|generalizing specialist|technical bankruptcy|weighted method per class|\
    program managment document|high avaliability|segmenatation fault|mutiple patterns|continous bag-of-words|\
    statically dispatch|diverge function|device drive|non-generic|add parameter|unnecessary overhead|variable binding|\
    dot operator|real-time discussions|transportation network providers|answering machine|acoustic coupler";

fn main() {
    let mut args = std::env::args().skip(1);
    let kind = args.next().expect("`regional` or `terms`");
    let listed = LISTED.map(|file| std::fs::read_to_string(file).expect("a list"));
    let known = Synonyms::read(&listed.each_ref().map(String::as_str)).0;
    match kind.as_str() {
        "regional" => regional(Path::new(&args.next().expect("a folder")), &known),
        _ => terms(&args.collect::<Vec<_>>(), &known),
    }
}

fn regional(folder: &Path, known: &Synonyms) {
    let mean_more: BTreeSet<&str> = MEAN_MORE.split_whitespace().collect();
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (table, is_turned) in TABLES {
        let text = std::fs::read_to_string(folder.join(table)).expect("a table of OpenCC");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        for (own, others) in lines.filter_map(|line| line.split_once('\t')) {
            for other in others.split(' ') {
                let (own, other) = (fold(own), fold(other));
                let (from, to) = if is_turned { (own, other) } else { (other, own) };
                let is_short = |name: &str| name.chars().nth(1).is_none();
                if !is_short(&from)
                    && !is_short(&to)
                    && from != to
                    && !mean_more.contains(from.as_str())
                    && !is_known(known, &from, &to)
                {
                    groups.entry(from).or_default().insert(to);
                }
            }
        }
    }
    println!(
        "# Words of Taiwan and Hong Kong that are others elsewhere, in simplified characters as all text is compared."
    );
    println!(
        "# Made by examples/names.rs from tables of OpenCC (https://github.com/BYVoid/OpenCC, Apache-2.0), and read."
    );
    for (from, to) in groups {
        println!("{from} => {}", to.into_iter().collect::<Vec<_>>().join(", "));
    }
}

fn terms(paths: &[String], known: &Synonyms) {
    let not_terms: BTreeSet<&str> = NOT_TERMS.split('|').map(str::trim).collect();
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (english, chinese) in paths.iter().flat_map(|path| pairs(Path::new(path))) {
        let english = fold(without_brackets(&english).trim_matches(['`', '*', ' ']));
        let is_term = english.split([' ', '-']).nth(1).is_some()
            && english.chars().all(|c| c.is_ascii_alphanumeric() || " -".contains(c))
            && !not_terms.contains(english.as_str());
        if !is_term {
            continue;
        }
        for name in without_brackets(&chinese).split(['，', ',', '、', '；', '/']) {
            let name = fold(name.trim());
            let han = name.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
            if (3..=9).contains(&han)
                && han == name.chars().count()
                && !name.ends_with('的')
                && !is_known(known, &english, &name)
            {
                groups.entry(english.clone()).or_default().insert(name);
            }
        }
    }
    println!(
        "# Terms of several words and what they are in Chinese, as translators of technical texts agreed on them."
    );
    println!(
        "# Made by examples/names.rs, and read, from the glossaries of Dive into Deep Learning (d2l-ai/d2l-zh, Apache-2.0),"
    );
    println!(
        "# the CNCF (cncf/glossary, CC-BY-4.0), Rust (rust-lang-cn/english-chinese-glossary-of-rust, CC0) and"
    );
    println!("# EarsEyesMouth/computerese-cross-references (MIT).");
    for (english, names) in groups {
        println!("{english}, {}", names.into_iter().collect::<Vec<_>>().join(", "));
    }
}

fn is_known(known: &Synonyms, from: &str, to: &str) -> bool {
    let atoms: Vec<&str> = from.split([' ', '-']).collect();
    known.other_names(&atoms).iter().any(|name| fold(&name.text) == *to)
}

/// Returns English terms with Chinese ones.
fn pairs(path: &Path) -> Vec<(String, String)> {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).expect("a folder");
        let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        let page = |path: &std::path::PathBuf| {
            let text = std::fs::read_to_string(path).ok()?;
            let title = text.lines().find_map(|line| line.strip_prefix("title:"))?;
            let name = path.file_stem()?.to_str()?.replace('-', " ");
            Some((name, title.trim().trim_matches('"').to_owned()))
        };
        return files.iter().filter_map(page).collect();
    }
    let text = std::fs::read_to_string(path).expect("a file");
    let pair = |line: &str| {
        let line = line.trim().trim_start_matches('|');
        if let Some((english, rest)) = line.split_once('|') {
            return Some((english.trim().to_owned(), rest.split('|').next()?.trim().to_owned()));
        }
        let (chinese, english) = line.rsplit_once('，')?;
        Some((english.trim().to_owned(), chinese.to_owned()))
    };
    text.lines().filter_map(pair).collect()
}

fn without_brackets(text: &str) -> String {
    let (mut depth, mut kept) = (0_usize, String::new());
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '<' => depth += 1,
            ')' | '）' | ']' | '>' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}
