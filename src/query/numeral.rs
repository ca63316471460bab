//! Numerals written with Han characters.

/// The longest numeral that is read, in characters: `九千九百九十九万九千九百九十九亿` has sixteen.
const MAX_NUMERAL: usize = 24;

/// Returns the digit of a character; both `两` and `俩` are two.
fn digit(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '两' | '俩' | '兩' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// Returns what a digit before it counts.
fn place(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        _ => return None,
    })
}

/// Returns what everything before it counts.
pub(super) fn myriad(c: char) -> Option<u64> {
    Some(match c {
        '万' | '萬' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// Returns whether a character may be part of a numeral.
pub(super) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || place(c).is_some() || myriad(c).is_some()
}

/// Reads a numeral that is all of a text: `三百四十六`, `两百万`, `一亿五千万`, `十二`, or digit by digit `二〇二四`.
pub(super) fn numeral(text: &str) -> Option<u64> {
    let chars: Vec<char> = text.chars().take(MAX_NUMERAL + 1).collect();
    if chars.is_empty() || chars.len() > MAX_NUMERAL || !chars.iter().all(|c| is_numeral(*c)) {
        return None;
    }
    if chars.iter().all(|c| digit(*c).is_some()) {
        // Two digits side by side are no number: 三四 is three or four.
        let is_number = chars.len() == 1 || chars.len() > 2;
        let digits = chars.iter().filter_map(|c| digit(*c));
        let add = |number: u64, digit| number.checked_mul(10)?.checked_add(digit);
        return if is_number { digits.into_iter().try_fold(0, add) } else { None };
    }
    // `section` is below 万, `unit` the digit that no place follows yet.
    let (mut total, mut section, mut unit): (u64, u64, Option<u64>) = (0, 0, None);
    let mut smallest = u64::MAX;
    for c in &chars {
        if let Some(digit) = digit(*c) {
            if unit.is_some_and(|unit| unit > 0) {
                return None;
            }
            unit = Some(digit);
        } else if let Some(place) = place(*c) {
            let many = match unit {
                Some(0) => return None,
                Some(unit) => unit,
                // 十二 is twelve; 百二 is nothing.
                None if place == 10 => 1,
                None => return None,
            };
            if place >= smallest {
                return None;
            }
            (section, unit, smallest) = (section + many * place, None, place);
        } else {
            let myriad = myriad(*c)?;
            let before = section + unit.unwrap_or(0);
            // 万亿 counts 万 in 亿.
            if before == 0 && (total == 0 || total >= myriad) {
                return None;
            }
            total = if total > 0 && total < myriad {
                total.checked_add(before)?.checked_mul(myriad)?
            } else {
                total.checked_add(before.checked_mul(myriad)?)?
            };
            (section, unit, smallest) = (0, None, u64::MAX);
        }
    }
    let last = unit.unwrap_or(0);
    // 一万二 is 12,000, 三百五 is 350.
    let before = chars.len().checked_sub(2).map(|at| chars[at]);
    let counts = before.map_or(1, |c| match (place(c), myriad(c)) {
        (Some(place), _) if place > 10 => place / 10,
        (_, Some(myriad)) => myriad / 10,
        _ => 1,
    });
    total.checked_add(section)?.checked_add(last.checked_mul(counts)?)
}

/// The least number that is no part of a date where it is spoken with its places: 两千 is no year, 二〇〇〇 is.
const MANY: u64 = 1_000;

/// Writes the numerals of a date with digits: `二月十二日` becomes `2月12日`.
pub(super) fn with_digits(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let len = rest.find(|c| !is_numeral(c)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(len.max(c.len_utf8()));
        let is_year = run.chars().all(|c| digit(c).is_some());
        match numeral(run).filter(|number| *number < MANY || is_year) {
            Some(number) => written.push_str(&number.to_string()),
            None => written.push_str(run),
        }
        rest = behind;
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numeral_is_read_as_it_is_spoken() {
        for (text, number) in [
            ("零", 0),
            ("两", 2),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("九十九", 99),
            ("一百零五", 105),
            ("三百四十六", 346),
            ("三百五", 350),
            ("两千", 2_000),
            ("一千零一", 1_001),
            ("一万", 10_000),
            ("一万二", 12_000),
            ("一万零二", 10_002),
            ("两百万", 2_000_000),
            ("十亿", 1_000_000_000),
            ("一亿五千万", 150_000_000),
            ("两万亿", 2_000_000_000_000),
            ("二〇二四", 2_024),
            ("一二三", 123),
        ] {
            assert_eq!(numeral(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_numeral_is_not_read() {
        for text in [
            "",
            "三四",
            "百",
            "百二",
            "万",
            "亿",
            "十百",
            "一三百",
            "三x",
            "零百",
            "九".repeat(22).as_str(),
            "九".repeat(25).as_str(),
            "九千九百九十九亿亿亿",
        ] {
            assert_eq!(numeral(text), None, "{text}");
        }
    }

    #[test]
    fn numerals_inside_a_text_become_digits() {
        for (text, written) in [
            ("二月十二日", "2月12日"),
            ("近三个月", "近3个月"),
            ("三四天", "三四天"),
            ("二〇二四年", "2024年"),
            ("两千", "两千"),
            ("两千零五年", "两千零五年"),
            ("大模型", "大模型"),
            ("", ""),
        ] {
            assert_eq!(with_digits(text), written);
        }
    }
}
