//! Makes the dictionary that texts are cut with, the words of jieba as a trie that is loaded in milliseconds, and the table
//! of the names in the shipped list of synonyms, which every search would have to make; says how the program is linked.
//!
//! jieba-rs itself reads its list anew in every process, which takes a tenth of a second.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crawdad::Trie;

#[path = "src/analysis/connector.rs"]
mod connector;
#[path = "src/query/synonym_lines.rs"]
mod synonym_lines;

/// Where the list is in the package.
const LIST: &str = "src/data/dict.txt";
/// The shipped synonyms, joined into one list: those of the first come before those of the last where names are as near.
const SYNONYMS: [&str; 4] = [
    "src/query/synonyms.txt",
    "src/query/synonyms/software.txt",
    "src/query/synonyms/terms.txt",
    "src/query/synonyms/regional.txt",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    if is_linked_once_for_all() {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    for file in ["src/analysis/connector.rs", "src/query/synonym_lines.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let mut synonyms = String::new();
    for file in SYNONYMS {
        println!("cargo::rerun-if-changed={file}");
        synonyms += &fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    }
    let names = names(&synonyms)?;
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("synonyms.in"), format!("{names:?}"))?;
    fs::write(Path::new(&out).join("synonyms.txt"), synonyms)?;
    let list = package("jieba-rs")?.join(LIST);
    println!("cargo::rerun-if-changed={}", list.display());
    let list = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    fs::write(Path::new(&out).join("jieba.words"), compiled(&list)?)?;
    Ok(())
}

/// Returns whether the program gets its addresses when it is linked. A position-independent one has 43,000 of them to write
/// whenever it starts, on pages that it then has to itself: a quarter of the time of a search. Its own code and tables are
/// at known places then; what it allocates, its stack and the libraries are not.
fn is_linked_once_for_all() -> bool {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    // A static program is linked another way.
    let is_static = features.split(',').any(|feature| feature == "crt-static");
    is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && !is_static
}

/// Finds the folder of a package that this one is built with.
fn package(name: &str) -> Result<PathBuf, Box<dyn Error>> {
    // What was not needed to build this may not have been fetched; without a network it need not be.
    let offline = metadata(&["--offline"]);
    let metadata = offline.or_else(|_| metadata(&[]))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let manifest = packages
        .filter(|package| package["name"] == name)
        .find_map(|package| package["manifest_path"].as_str())
        .ok_or_else(|| format!("cargo metadata does not name {name}"))?;
    Ok(Path::new(manifest).with_file_name(""))
}

fn metadata(options: &[&str]) -> Result<serde_json::Value, Box<dyn Error>> {
    let output = Command::new(env::var("CARGO")?)
        .args(["metadata", "--format-version", "1", "--filter-platform", &env::var("TARGET")?])
        .args(["--manifest-path", &format!("{}/Cargo.toml", env::var("CARGO_MANIFEST_DIR")?)])
        .args(options)
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Makes of lines `word frequency tag`, little-endian: the sum of all frequencies (64 bits), the number of different ones
/// (32 bits), these in rising order (32 bits each), and the trie, whose values are places among them.
fn compiled(list: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut words: BTreeMap<&str, u32> = BTreeMap::new();
    let mut total = 0_u64;
    for line in list.lines() {
        let mut fields = line.split_ascii_whitespace();
        let (Some(word), Some(frequency)) = (fields.next(), fields.next()) else {
            return Err(format!("a line of {LIST} is no word with a frequency: {line}").into());
        };
        let frequency: u32 = frequency.parse()?;
        total += u64::from(frequency);
        words.insert(word, frequency);
    }
    let mut frequencies: Vec<u32> = words.values().copied().collect();
    frequencies.sort_unstable();
    frequencies.dedup();
    let mut bytes = total.to_le_bytes().to_vec();
    bytes.extend(u32::try_from(frequencies.len())?.to_le_bytes());
    bytes.extend(frequencies.iter().flat_map(|frequency| frequency.to_le_bytes()));
    let place = |frequency: u32| frequencies.partition_point(|other| *other < frequency);
    let records: Result<Vec<(&str, u32)>, _> = words
        .iter()
        .map(|(word, frequency)| Ok((*word, u32::try_from(place(*frequency))?)))
        .collect();
    let records = records.map_err(|error: std::num::TryFromIntError| error.to_string())?;
    let trie = Trie::from_records(records).map_err(|error| error.to_string())?;
    bytes.extend(trie.serialize_to_vec());
    Ok(bytes)
}

/// The hash of a name, and where its line begins and ends.
type Name = (u64, u32, u32);

/// Lists the names of synonyms, sorted: a hash, and the bytes of the line. They are written in simplified characters, so that
/// folding them is to make them lower-case; a test holds that against how other lists are read.
fn names(list: &str) -> Result<Vec<Name>, Box<dyn Error>> {
    let mut all = Vec::new();
    for (_, start, group) in synonym_lines::groups(list) {
        let line = (u32::try_from(start)?, u32::try_from(start + group.len())?);
        all.extend(synonym_lines::names(group).map(|name| {
            let letters = name.chars().filter(|c| !connector::connects(*c));
            (synonym_lines::hash(letters.map(|c| c.to_ascii_lowercase())), line.0, line.1)
        }));
    }
    all.sort_unstable();
    Ok(all)
}
