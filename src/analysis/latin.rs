//! Latin compounds: `GPT-4V`, `LLaMA2-7B`, `Node.js`, `C++`, `2402.13753v1`, `@karpathy`.

use std::ops::Range;

use super::normalize::NormalChar;
use super::scanner::{Class, Scanner, classify};
use super::token::{Token, Unit, UnitKind};
use crate::text::ByteSpan;

/// Latin runs longer than this many characters (hashes, base64) keep only their beginning as a word.
const MAX_LATIN_RUN: usize = 64;

/// Latin runs longer than this many characters give no atoms: nobody reads them, and the term dictionary would fill
/// with them.
const MAX_LATIN_ATOM: usize = 1_000;
/// Compounds of more parts than this are indexed by their parts only: nobody types `a-b-c-d-e-f` as one word.
const MAX_PARTS_OF_WHOLE: usize = 5;
/// After so many parts another compound begins: nobody writes longer ones, and the work on one grows with their square.
const MAX_PARTS: usize = 64;
/// Compounds longer than this many characters are indexed by their parts only.
const MAX_WHOLE: usize = 40;

fn is_alnum(chars: &[NormalChar], at: usize) -> bool {
    chars.get(at).is_some_and(|n| classify(n.c) == Class::Alnum)
}

fn is_digit(chars: &[NormalChar], at: usize) -> bool {
    chars.get(at).is_some_and(|n| n.c.is_ascii_digit())
}

fn char_at(chars: &[NormalChar], at: usize) -> Option<char> {
    chars.get(at).map(|n| n.c)
}

/// Returns whether `at` is a sign that belongs to the compound behind it: `.NET`, `#AIGC`, `@karpathy`.
pub(super) fn is_prefix_sign(chars: &[NormalChar], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| char_at(chars, before));
    let first_of_its_kind = |sign| before != Some(sign) && !(at > 0 && is_alnum(chars, at - 1));
    match char_at(chars, at) {
        Some('.') => first_of_its_kind('.') && is_alnum(chars, at + 1) && !is_digit(chars, at + 1),
        Some(sign @ ('#' | '@')) => first_of_its_kind(sign) && is_alnum(chars, at + 1),
        _ => false,
    }
}

/// What stands between two runs of letters and digits of one compound.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// `-`, `_`, `/`, or `.` beside a letter: separates parts.
    Part(usize),
    /// `&` or `@`: separates parts and stays in the whole form.
    Sign,
    /// `.` between digits: stays in the part.
    Dot,
    /// An apostrophe or a comma between thousands: vanishes from words.
    Silent,
}

/// Finds the joint at `at`, right behind a run that started at `run_start`.
fn joint(chars: &[NormalChar], run_start: usize, at: usize) -> Option<Joint> {
    let c = char_at(chars, at)?;
    match c {
        '_' => {
            let width = chars[at..].iter().take_while(|n| n.c == '_').count();
            (width <= 2 && is_alnum(chars, at + width)).then_some(Joint::Part(width))
        }
        '.' if is_digit(chars, at - 1) && is_digit(chars, at + 1) => Some(Joint::Dot),
        '-' | '.' if is_alnum(chars, at + 1) => Some(Joint::Part(1)),
        '\'' if is_alnum(chars, at + 1) => Some(Joint::Silent),
        '&' | '@' if is_alnum(chars, at + 1) => Some(Joint::Sign),
        ',' => {
            let thousands = (1..=3).all(|i| is_digit(chars, at + i)) && !is_alnum(chars, at + 4);
            (thousands && is_digit(chars, at - 1)).then_some(Joint::Silent)
        }
        '/' => {
            let capitals = |range: Range<usize>| {
                (1..=4).contains(&range.len())
                    && chars[range].iter().all(|n| n.upper && n.c.is_alphabetic())
            };
            let right_end =
                (at + 1..chars.len()).find(|&i| !is_alnum(chars, i)).unwrap_or(chars.len());
            (capitals(run_start..at) && capitals(at + 1..right_end)).then_some(Joint::Part(1))
        }
        _ => None,
    }
}

/// One part of a compound: its letters and digits, the dots between digits among them, without silent joints.
type Part = Vec<usize>;

/// Reads the compound at `at` and returns the first index behind it.
pub(super) fn scan(scanner: &mut Scanner<'_>, at: usize) -> usize {
    let chars = scanner.chars;
    let prefix = is_prefix_sign(chars, at).then(|| chars[at].c);
    let start = at + usize::from(prefix.is_some());
    let mut parts = vec![Part::new()];
    // Sign joints in order of the parts they follow.
    let mut signs: Vec<(usize, char)> = Vec::new();
    let mut run_start = start;
    let mut end = start;
    let mut is_email = false;
    loop {
        let run = end..chars.len();
        let run_end = run.clone().find(|&i| !is_alnum(chars, i)).unwrap_or(run.end);
        extend_last(&mut parts, end..run_end);
        end = run_end;
        let Some(joint) = joint(chars, run_start, end) else { break };
        match joint {
            Joint::Part(width) if parts.len() == MAX_PARTS => {
                end += width;
                break;
            }
            Joint::Sign if parts.len() == MAX_PARTS => {
                end += 1;
                break;
            }
            Joint::Part(width) => {
                parts.push(Part::new());
                end += width;
            }
            Joint::Sign => {
                is_email |= chars[end].c == '@';
                signs.push((parts.len() - 1, chars[end].c));
                parts.push(Part::new());
                end += 1;
            }
            Joint::Dot => {
                extend_last(&mut parts, end..end + 1);
                end += 1;
            }
            // OpenAI's: the possessive ends the compound and is dropped.
            Joint::Silent if char_at(chars, end) == Some('\'') && is_possessive(chars, end) => {
                end += 2;
                break;
            }
            Joint::Silent => end += 1,
        }
        run_start = end;
    }
    let core_end = parts.last().and_then(|part| part.last()).map_or(end, |last| last + 1);
    let suffix = suffix_signs(chars, start, end);
    let of_last = is_of_last_part(chars, start..end, &suffix);
    let end = end + suffix.len();
    emit(
        scanner,
        &Compound { at, prefix, start, core_end, end, parts, signs, suffix, of_last, is_email },
    );
    end
}

fn extend_last(parts: &mut [Part], indices: Range<usize>) {
    if let Some(part) = parts.last_mut() {
        part.extend(indices);
    }
}

fn is_possessive(chars: &[NormalChar], apostrophe: usize) -> bool {
    char_at(chars, apostrophe + 1) == Some('s') && !is_alnum(chars, apostrophe + 2)
}

/// Finds `+`, `++`, `#` or `*` right behind a compound, and what a number is of, behind a space, too: `%`, `‰`, `°`, `℃`. What may be
/// typed as a name counts whatever follows it: `C++` in `C++17`, `120°` in `120°E`.
fn suffix_signs(chars: &[NormalChar], start: usize, end: usize) -> Range<usize> {
    let one_letter = end == start + 1 && chars[start].c.is_alphabetic();
    let counts = end > start && is_digit(chars, end - 1);
    let space = usize::from(char_at(chars, end) == Some(' '));
    let is_degree = matches!(char_at(chars, end + space + 1), Some('c' | 'f'))
        && !is_alnum(chars, end + space + 2);
    let goes_on = is_alnum(chars, end + 1);
    let width = match char_at(chars, end + space) {
        Some('%' | '‰') if counts => space + 1,
        Some('°') if counts => space + 1 + usize::from(is_degree),
        _ if space > 0 => 0,
        Some('#') if one_letter || is_number(chars, start..end) => 1,
        Some('+') => {
            let width = chars[end..].iter().take_while(|n| n.c == '+').count();
            if width <= 2 { width } else { 0 }
        }
        Some('*') if one_letter && chars[start].upper && !goes_on => {
            let starred =
                start > 0 && chars[start - 1].c == '*' || char_at(chars, end + 1) == Some('*');
            usize::from(!starred)
        }
        _ => 0,
    };
    end..end + width
}

fn is_number(chars: &[NormalChar], range: Range<usize>) -> bool {
    chars[range].iter().all(|n| n.c.is_ascii_digit() || matches!(n.c, '.' | ','))
}

/// Returns whether signs behind a compound are no part of the whole: what its last part is of, `20-30%`, and what joins it to
/// another, `a+b`.
fn is_of_last_part(chars: &[NormalChar], core: Range<usize>, suffix: &Range<usize>) -> bool {
    let joins = suffix.len() == 1 && chars[suffix.start].c == '+' && is_alnum(chars, suffix.end);
    let is_measure = chars[suffix.clone()].iter().any(|n| matches!(n.c, '%' | '‰' | '°'));
    joins || is_measure && !is_number(chars, core)
}

struct Compound {
    at: usize,
    prefix: Option<char>,
    start: usize,
    core_end: usize,
    end: usize,
    parts: Vec<Part>,
    signs: Vec<(usize, char)>,
    suffix: Range<usize>,
    /// The suffix belongs to the last part alone.
    of_last: bool,
    is_email: bool,
}

fn emit(scanner: &mut Scanner<'_>, compound: &Compound) {
    let chars = scanner.chars;
    let text = |part: &Part| part.iter().map(|&i| chars[i].c).collect();
    let parts: Vec<String> = compound.parts.iter().map(text).collect();
    let suffix: String =
        chars[compound.suffix.clone()].iter().map(|n| n.c).filter(|c| *c != ' ').collect();
    let of_whole = if compound.of_last { "" } else { suffix.as_str() };
    let last = if suffix.is_empty() { compound.core_end } else { compound.end };
    let unit = scanner.begin(UnitKind::Latin, scanner.span(compound.at..last));

    let whole = whole_form(chars, compound, &parts, of_whole);
    if let Some(whole) = &whole {
        let last = if of_whole.is_empty() { compound.core_end } else { compound.end };
        let span = scanner.span(compound.at..last);
        scanner.push_word(whole.clone(), scanner.place.word, span);
    }
    for (at, (part, text)) in compound.parts.iter().zip(&parts).enumerate() {
        emit_words(scanner, part, text, whole.as_deref());
        let is_last = at + 1 == parts.len();
        if let (true, true, Some(first)) = (compound.of_last, is_last, part.first())
            && text.len() <= MAX_LATIN_RUN
            && text.chars().all(is_digit_or_dot)
        {
            let span = scanner.span(*first..compound.end);
            scanner.push_word(format!("{text}{suffix}"), scanner.place.word, span);
        }
        scanner.place.word += 1;
    }
    for part in &compound.parts {
        emit_atoms(scanner, part);
    }
    for index in compound.suffix.clone().filter(|index| chars[*index].c != ' ') {
        let span = scanner.span(index..index + 1);
        scanner.push_atom(chars[index].c.to_string(), span);
    }

    let joined = parts.len() >= 2 && whole.is_some() && compound.signs.is_empty();
    let parts = if joined { parts } else { Vec::new() };
    scanner.end(Unit { whole: whole.map(Into::into), parts, ..unit });
}

/// Emits the word of a part, unless that is the whole, and the form it is also known by.
fn emit_words(scanner: &mut Scanner<'_>, part: &[usize], text: &str, whole: Option<&str>) {
    let (Some(&first), Some(&last)) = (part.first(), part.last()) else { return };
    let position = scanner.place.word;
    let is_word = text.chars().count() >= 2 || text.chars().all(|c| c.is_ascii_digit());
    if whole != Some(text) && is_word {
        let word: String = text.chars().take(MAX_LATIN_RUN).collect();
        scanner.push_word(word, position, scanner.span(first..last + 1));
    }
    if let Some((form, chars)) = derived_forms(text) {
        scanner.push_word(form, position, scanner.span(part[chars.start]..part[chars.end - 1] + 1));
    }
}

/// Returns the form that stands for the whole compound, if it should have one.
fn whole_form(
    chars: &[NormalChar],
    compound: &Compound,
    parts: &[String],
    suffix: &str,
) -> Option<String> {
    let special = compound.prefix.is_some() || !suffix.is_empty() || !compound.signs.is_empty();
    if parts.len() == 1 && !special {
        return Some(parts[0].chars().take(MAX_LATIN_RUN).collect());
    }
    let mut whole = String::new();
    whole.extend(compound.prefix);
    if compound.is_email {
        whole.extend(chars[compound.start..compound.core_end].iter().map(|n| n.c));
    } else {
        for (index, part) in parts.iter().enumerate() {
            whole.push_str(part);
            whole.extend(
                compound.signs.iter().filter(|(after, _)| *after == index).map(|(_, sign)| *sign),
            );
        }
    }
    whole.push_str(suffix);
    let has_letter = whole.chars().any(char::is_alphabetic);
    let short = parts.len() <= MAX_PARTS_OF_WHOLE && whole.chars().count() <= MAX_WHOLE;
    (special && whole.chars().count() <= MAX_LATIN_RUN || has_letter && short).then_some(whole)
}

/// Finds forms a part is also known by: `v1.5` is 1.5, `2402.13753v1` is 2402.13753, `llama2` is llama.
///
/// Each comes with its range of characters in the part.
fn derived_forms(part: &str) -> Option<(String, Range<usize>)> {
    // Everything looked at is ASCII, so bytes are characters.
    if !part.is_ascii() {
        return None;
    }
    let is_number =
        |s: &str| s.starts_with(|c: char| c.is_ascii_digit()) && s.chars().all(is_digit_or_dot);
    if let Some(version) = part.strip_prefix('v')
        && is_number(version)
        && version.contains('.')
    {
        return Some((version.to_owned(), 1..part.len()));
    }
    if let Some((number, version)) = part.split_once('v')
        && is_number(number)
        && number.contains('.')
        && !version.is_empty()
        && version.chars().all(|c| c.is_ascii_digit())
    {
        return Some((number.to_owned(), 0..number.len()));
    }
    let letters = part.bytes().take_while(u8::is_ascii_alphabetic).count();
    if letters >= 3 && letters < part.len() && part[letters..].chars().all(is_digit_or_dot) {
        return Some((part[..letters].to_owned(), 0..letters));
    }
    None
}

fn is_digit_or_dot(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// Emits one atom per run of letters or digits; camel-case pieces follow at the same position.
fn emit_atoms(scanner: &mut Scanner<'_>, indices: &[usize]) {
    let chars = scanner.chars;
    let kind = |i: usize| {
        let c = chars[i].c;
        if c == '.' { None } else { Some(c.is_numeric()) }
    };
    // A run of the text without any joint is what the length limit is about.
    let longest = indices.chunk_by(|a, b| a + 1 == *b).map(<[usize]>::len).max().unwrap_or(0);
    if longest > MAX_LATIN_ATOM {
        return;
    }
    for run in indices.chunk_by(|&a, &b| a + 1 == b && kind(a) == kind(b)) {
        let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
        if kind(first).is_none() {
            continue;
        }
        let position = scanner.place.atom;
        let span = scanner.span(first..last + 1);
        scanner.push_atom(scanner.string(first..last + 1), span);
        for piece in camel_pieces(&chars[first..=last]) {
            let piece = first + piece.start..first + piece.end;
            let span: ByteSpan = scanner.span(piece.clone());
            let text = scanner.string(piece);
            scanner.out.atoms.push(Token { text, position, span, is_piece: true });
        }
    }
}

/// Splits a run of letters where its capitals suggest words: `LongRoPE` is long + rope, `MoE` stays whole.
///
/// Returns no piece or at least two.
fn camel_pieces(run: &[NormalChar]) -> Vec<Range<usize>> {
    let upper = |i: usize| run.get(i).is_some_and(|n| n.upper);
    let lower = |i: usize| run.get(i).is_some_and(|n| !n.upper);
    let mut cuts = vec![0];
    for i in 1..run.len() {
        if !upper(i) {
            continue;
        }
        // ...eM...: a new word, unless the small letter is alone inside capitals (LLaMA, QLoRA).
        let alone = i >= 3 && upper(i - 2) && upper(i - 3);
        let after_small = lower(i - 1) && !alone;
        // ...PTModel: the last capital of a run begins the next word.
        let before_small = upper(i - 1) && lower(i + 1) && lower(i + 2);
        if after_small || before_small {
            cuts.push(i);
        }
    }
    if cuts.len() == 1 {
        return Vec::new();
    }
    cuts.push(run.len());
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for pair in cuts.windows(2) {
        let piece = pair[0]..pair[1];
        match pieces.last_mut() {
            Some(last)
                if piece.len() == 1 || last.len() == 1 || piece.len() <= 2 && last.len() <= 2 =>
            {
                last.end = piece.end;
            }
            _ => pieces.push(piece),
        }
    }
    if pieces.len() < 2 { Vec::new() } else { pieces }
}
