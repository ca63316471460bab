//! The command line as typed.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args as ClapArgs, CommandFactory as _, Parser, Subcommand, ValueEnum, value_parser};

use crate::query::Sort;
use crate::report::Which;

/// Values of `--poll`: without a pause there would be nothing but looking, and a day is not following.
const POLL_SECONDS: RangeInclusive<u64> = 1..=86_400;

/// Searches archives of Chinese reports kept as Markdown.
#[derive(Debug, Parser)]
#[command(
    name = "baoku",
    version,
    about = "Search archives of past reports, Chinese and English, word by word and character by character",
    after_help = "Examples:\n  \
        baoku search LongRoPE\n  \
        baoku search --section 论文 --since 2024-02\n  \
        baoku search '“上下文窗口” -视频' --contributor 论文组 -n 5\n\n\
        Run `baoku COMMAND --help` for everything a command can do.",
    max_term_width = 100,
    disable_help_subcommand = true,
    args_override_self = true
)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Folder of reports to search [default: corpus]
    #[arg(short = 'C', long, global = true, env = "BAOKU_ARCHIVE", value_name = "DIR")]
    pub(super) archive: Option<PathBuf>,
    /// Folder of the index [default: index, or one in the cache folder for an archive elsewhere]
    #[arg(long, global = true, env = "BAOKU_INDEX", value_name = "DIR")]
    pub(super) index: Option<PathBuf>,
    /// When to use colour; `auto` asks the terminal and NO_COLOR
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Search the archive; without a query, list what the filters leave, newest first
    Search(Search),
    /// Build the index, or bring it in step with the files
    Index(Index),
    /// Print one item in full
    Show(Show),
    /// Show what was understood of an archive and what is wrong with it
    Check(Check),
    /// Count what the index holds
    Stats(Stats),
    /// Write a baoku.toml for the reports in a folder
    Init(Init),
    /// Find words the dictionary lacks, and names the archive explains by others
    Dict(Dict),
    /// Complete what is being typed
    Suggest(Suggest),
    /// Show how a text is analysed and how a query is planned
    Tokens(Tokens),
    /// Serve the search page, the API and a box for other sites over HTTP
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Wait for the end of a server, and say so if it could not
    #[cfg(feature = "serve")]
    #[command(hide = true)]
    LastWords,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How hits are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum HitFormat {
    /// For people
    Text,
    /// One object, as from the HTTP API
    Json,
    /// One hit per line
    Jsonl,
    /// For spreadsheets
    Csv,
    /// A Markdown list
    Md,
    /// One item id per line
    Ids,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SortArg {
    /// Best first, then newest
    Relevance,
    Newest,
    Oldest,
}

impl From<SortArg> for Sort {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Relevance => Self::Relevance,
            SortArg::Newest => Self::Newest,
            SortArg::Oldest => Self::Oldest,
        }
    }
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Query language:\n  \
    words            all must match, in any order\n  \
    \"a phrase\"       exactly this; “…”, 「…」 and 『…』 work as well\n  \
    -word, NOT word  without this (after `--` if it looks like an option); fields, too: -site:github.com\n  \
    +word            needed as typed\n  \
    a OR b, a|b, (…) either; brackets group; AND is what a space is\n  \
    section:论文 by:NAME source: link: title: since: until: date:2024-02..2024-05 issue:290..300\n                   \
    or 栏目: 贡献人: 来源: 链接: 标题: 自: 至: 日期: 期号:, and as elsewhere site: author: before: after: in:\n  \
    第290期, #290    items of that issue\n\n\
    上个月的 words   a date at either end or with 的 narrows; in quotes it is words\n\n\
    Dates: 2024, 2024-02, 2024-02-22, 2024Q1, 2月, 7d, 近7天, today, 昨天, 上周, 上个月, 去年下半年, March 2024\n\n\
    Exit status: 0 found, 1 nothing found or only with fewer words, 2 error.")]
#[expect(clippy::struct_excessive_bools, reason = "options of a command line")]
pub(super) struct Search {
    /// Words to search for
    #[arg(value_name = "QUERY")]
    pub(super) query: Vec<String>,
    /// Only items of this section: a heading, or a path such as 资讯/研究 (repeat for several)
    #[arg(short, long, value_name = "NAME")]
    pub(super) section: Vec<String>,
    /// Only items of this source (repeat for several)
    #[arg(long, value_name = "NAME")]
    pub(super) source: Vec<String>,
    /// Only items by this contributor (repeat for several)
    #[arg(short, long, value_name = "NAME")]
    pub(super) contributor: Vec<String>,
    /// Only items that link there: a URL in any form, or a host such as arxiv.org (repeat for several)
    #[arg(short, long, value_name = "URL|HOST")]
    pub(super) link: Vec<String>,
    /// Only this issue, or a range such as 290..300 (repeat for several)
    #[arg(long, value_name = "N")]
    pub(super) issue: Vec<String>,
    /// Only reports of this date or later
    #[arg(long, value_name = "DATE")]
    pub(super) since: Option<String>,
    /// Only reports of this date or earlier
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
    /// Order of hits
    #[arg(long, value_name = "ORDER", default_value = "relevance")]
    pub(super) sort: SortArg,
    /// Hits per page
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(super) limit: usize,
    /// Which page, counted from 1
    #[arg(short, long, value_name = "P", default_value_t = 1)]
    pub(super) page: usize,
    /// How to write the results
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: HitFormat,
    /// Print only the number of matching items
    #[arg(long)]
    pub(super) count: bool,
    /// Count matching items by section, source, contributor, host and month
    #[arg(long)]
    pub(super) facets: bool,
    /// Only items that have every word whole and as typed: no other names, no corrected spelling, nothing related
    #[arg(long)]
    pub(super) strict: bool,
    /// Show why each hit stands where it does
    #[arg(long)]
    pub(super) explain: bool,
    /// Bring the index in step with the files first
    #[arg(long)]
    pub(super) sync: bool,
}

#[expect(clippy::struct_excessive_bools, reason = "options of a command line")]
#[derive(Debug, ClapArgs)]
pub(super) struct Index {
    /// Folders or files to index instead of the archive; each is a source named after it
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Build everything again
    #[arg(long)]
    pub(super) rebuild: bool,
    /// Check every file of the index against the checksum it was written with; writes nothing
    #[arg(long, conflicts_with_all = ["paths", "rebuild", "replace", "watch", "verify"])]
    pub(super) check: bool,
    /// Compare what files hold with what was read, whatever their sizes and times say: reads all of them, and the index
    #[arg(long)]
    pub(super) verify: bool,
    /// Replace an index that belongs to another archive
    #[arg(long)]
    pub(super) replace: bool,
    /// Threads that read and analyse; 0 for one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Seconds to wait for another process that is writing the index
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    pub(super) wait: u64,
    /// Print every diagnostic
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// Follow the files: bring the index in step whenever one changes, until Ctrl-C
    #[arg(short, long)]
    pub(super) watch: bool,
    /// Look at all files again after so many seconds instead of waiting for the system to report changes: for network folders
    /// and others without events; follows the files as --watch does
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(POLL_SECONDS))]
    pub(super) poll: Option<u64>,
}

/// How everything but hits and words is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Text,
    /// One object
    Json,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Exit status: 0 nothing is wrong, 1 something is, 2 the archive cannot be read."
)]
pub(super) struct Check {
    /// Folders or files to check instead of the archive
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Show how one file is read: its layout and why, where each item begins and ends, what its date comes from
    #[arg(long, value_name = "FILE", conflicts_with_all = ["strict", "left_out"])]
    pub(super) explain: Option<PathBuf>,
    /// Count notes as problems, too
    #[arg(long)]
    pub(super) strict: bool,
    /// Print notes, too
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// List the text that is in no item
    #[arg(long)]
    pub(super) left_out: bool,
    /// How to write the findings
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Stats {
    /// How to write the counts
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Init {
    /// Folder of reports; the file is written there
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) folder: PathBuf,
    /// Replace an existing baoku.toml
    #[arg(long)]
    pub(super) force: bool,
    /// Print it instead of writing it
    #[arg(long)]
    pub(super) stdout: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Show {
    /// Id of the item, such as 2024-02-22/m31tx7; `baoku search` prints it in brackets. 2024-02-22/7 is the seventh of its report
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// How to write the item
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Dict {
    #[command(subcommand)]
    pub(super) command: DictCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum DictCommand {
    /// List words that the dictionary lacks, with counts and an example; review them, then put them into dict.txt
    Suggest(DictList),
    /// List names that the archive explains by others, as in 检索增强生成（RAG）, with how many items do
    Aliases(DictList),
}

/// How words are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DictFormat {
    /// For people
    Text,
    /// Lines for dict.txt or synonyms.txt
    List,
    /// One array
    Json,
}

#[derive(Debug, ClapArgs)]
#[command(
    after_help = "dict.txt and synonyms.txt are read from beside baoku.toml, or from the current folder without \
    one; the keys `dictionary` and `synonyms` name others.\n\n  \
    dict.txt        one word [frequency] per line, `#` begins a comment; Han characters only\n  \
    synonyms.txt    a, b, c    the same;    a => b    one way;    a ~> b    as related;    ^0.5 at the end: its weight\n\n\
    Exit status: 0 found, 1 nothing found, 2 error."
)]
pub(super) struct DictList {
    /// At most this many
    #[arg(short = 'n', long, value_name = "N", default_value_t = 100)]
    pub(super) limit: usize,
    /// How to write them
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: DictFormat,
}

#[derive(Debug, ClapArgs)]
#[command(after_help = "Exit status: 0 found, 1 nothing found, 2 error.")]
pub(super) struct Suggest {
    /// What was typed so far: the beginning of a word, its pinyin or its initials
    #[arg(value_name = "TEXT", required = true)]
    pub(super) text: Vec<String>,
    /// At most this many, up to 20
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(super) limit: usize,
    /// How to write them; text is tab-separated: completion, what it is, number of items
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Tokens {
    /// The text; standard input if it is `-`
    #[arg(value_name = "TEXT", required = true)]
    pub(super) text: Vec<String>,
}

/// How the log of a server is written.
#[cfg(feature = "serve")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// For people
    Text,
    /// One object per line
    Json,
    /// No requests, only what concerns the server
    None,
}

#[cfg(feature = "serve")]
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The search page is at /, the API at /api/v1/ and described at /api, a box for other sites at \
    /embed.js.\nWithout an index one is built first; the page shows how far it is. When another process \
    writes the index, the server takes up the new one.\nSIGTERM, SIGHUP and Ctrl-C let requests under way end.\n\n\
    Exit status: 0 stopped, 2 error."
)]
#[expect(clippy::struct_excessive_bools, reason = "options of a command line")]
pub(super) struct Serve {
    /// Address to listen on; with port 0 any free one is taken and shown
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:7700", env = "BAOKU_ADDR")]
    pub(super) addr: String,
    /// Follow the files: new and changed reports appear by themselves
    #[arg(short, long, conflicts_with = "read_only")]
    pub(super) watch: bool,
    /// Look at all files again after so many seconds instead of waiting for the system to report changes: for network folders
    /// and others without events; follows the files as --watch does
    #[arg(long, value_name = "SECONDS", value_parser = value_parser!(u64).range(POLL_SECONDS), conflicts_with = "read_only")]
    pub(super) poll: Option<u64>,
    /// Never write the index; it must exist
    #[arg(long)]
    pub(super) read_only: bool,
    /// Megabytes an index may have to be read into memory, where nothing can cut or change it; a larger one is mapped
    #[arg(long, value_name = "MB", default_value_t = 64, value_parser = value_parser!(u64).range(..=65_536))]
    pub(super) in_memory: u64,
    /// Address that visitors see, such as `https://example.com/search`, for links in feeds and citations
    #[arg(long, value_name = "URL", env = "BAOKU_BASE_URL")]
    pub(super) base_url: Option<String>,
    /// Site whose pages may call the API and show the search box, such as `https://example.com`; `*` for any (repeat for
    /// several)
    #[arg(long, value_name = "ORIGIN")]
    pub(super) allow_origin: Vec<String>,
    /// Name by which the server is asked, beside IP addresses, localhost and the name of --base-url (repeat for several)
    #[arg(long, value_name = "NAME")]
    pub(super) allow_host: Vec<String>,
    /// Tell clients apart by the last address in X-Forwarded-For; only behind a proxy that sets it
    #[arg(long)]
    pub(super) forwarded: bool,
    /// How to log requests on standard error
    #[arg(long, value_name = "FORMAT", default_value = "text", env = "BAOKU_LOG_FORMAT")]
    pub(super) log_format: LogFormat,
    /// Log what people search for, too
    #[arg(long)]
    pub(super) log_queries: bool,
}

#[cfg(feature = "serve")]
impl Serve {
    /// Returns how many bytes an index may have to be read into memory.
    pub(super) fn bytes_in_memory(&self) -> u64 {
        self.in_memory << 20
    }
}

/// Stands for the `-` of an exclusion until the arguments are parsed.
const MINUS: char = '\u{2212}';

/// Shields those arguments that begin with a hyphen and are not options.
pub(super) fn shielded(
    arguments: impl IntoIterator<Item = OsString>,
) -> impl Iterator<Item = OsString> {
    let mut shows = false;
    arguments.into_iter().map(move |argument| {
        shows |= argument == "show";
        if shows { shield_id(argument) } else { shield_exclusion(argument) }
    })
}

/// Lets `-draft/1` be the id of an item.
fn shield_id(argument: OsString) -> OsString {
    const OPTIONS_WITH_PATHS: [&str; 3] = ["-C", "--archive=", "--index="];
    let shielded = argument.to_str().and_then(|text| {
        let (report, which) = text.strip_prefix('-')?.rsplit_once('/')?;
        let is_item = which.parse::<Which>().is_ok();
        let is_path = OPTIONS_WITH_PATHS.iter().any(|option| text.starts_with(option));
        (is_item && !is_path).then(|| format!("{MINUS}{report}/{which}"))
    });
    shielded.map_or(argument, OsString::from)
}

/// Lets `-视频` and `-"a phrase"` stand among the words of a query: no option begins like that.
fn shield_exclusion(argument: OsString) -> OsString {
    let shielded = argument.to_str().and_then(|text| {
        let rest = text.strip_prefix('-')?;
        let is_option =
            rest.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '='));
        (!rest.is_empty() && !is_option).then(|| format!("{MINUS}{rest}"))
    });
    shielded.map_or(argument, OsString::from)
}

/// Undoes [`shielded`] in words.
pub(super) fn unshield(words: &[String]) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|word| {
            word.strip_prefix(MINUS).map_or_else(|| word.clone(), |rest| format!("-{rest}"))
        })
        .collect();
    words.join(" ")
}

/// Writes the completion script for a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "baoku", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }
}
