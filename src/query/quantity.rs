//! Quantities, and the other ways to write them: 两百万, 200 万, 2M and 2,000,000 are one.

use super::numeral::{is_numeral, numeral};

/// The least number that has other forms: smaller ones are written with digits or are something else, 4K and 7B.
const LEAST: u64 = 10_000;
/// Characters of the longest quantity that is read.
const MAX_QUANTITY: usize = 24;
/// Characters of the longest thing that is counted in one word with the unit: 亿美元.
const MAX_COUNTED: usize = 3;
/// Digits of a number without a unit from which on it may be the name of something, such as a day, unless it is round.
const ROUND: u64 = 1_000;
const TEN_THOUSAND: u64 = 10_000;
const MILLION: u64 = 1_000_000;
const HUNDRED_MILLION: u64 = 100_000_000;
/// What is said instead of many zeros, the largest first so that 百万 is not 万.
const UNITS: [(&str, u64); 12] = [
    ("万亿", TEN_THOUSAND * HUNDRED_MILLION),
    ("千亿", 1_000 * HUNDRED_MILLION),
    ("百亿", 100 * HUNDRED_MILLION),
    ("亿", HUNDRED_MILLION),
    ("千万", 10 * MILLION),
    ("百万", MILLION),
    ("十万", 10 * TEN_THOUSAND),
    ("万", TEN_THOUSAND),
    // `2m` is two metres, `7B` a size.
    ("M", MILLION),
    ("k", 1_000),
    ("K", 1_000),
    (" million", MILLION),
];

/// Returns the other ways to write a quantity or a share; none if a text is neither. The commas of what is written with digits
/// do not matter, as they are not in the index: 2,000,000 is 2000000.
pub(super) fn other_forms(text: &str) -> Vec<String> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit() || is_numeral(c))
        && !SHARES.iter().any(|(spoken, _)| text.starts_with(spoken))
        || text.chars().count() > MAX_QUANTITY
    {
        return Vec::new();
    }
    let forms = share(text).or_else(|| degrees(text));
    let forms = forms.unwrap_or_else(|| quantity(text).map(forms_of).unwrap_or_default());
    let typed: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    forms.into_iter().filter(|form| *form != typed).collect()
}

/// Returns the other ways to write a quantity that ends inside the last word of a text, with what is counted: 五百亿美元, where 亿美元
/// is a word.
pub(super) fn other_forms_of_counted(text: &str, last: &str) -> Vec<String> {
    let start = text.len() - last.len();
    let Some((at, unit)) = last.char_indices().rfind(|(_, c)| matches!(c, '万' | '亿')) else {
        return Vec::new();
    };
    let (number, counted) = text.split_at(start + at + unit.len_utf8());
    let is_counted = (1..=MAX_COUNTED).contains(&counted.chars().count());
    if !is_counted || number.chars().count() < 2 {
        return Vec::new();
    }
    other_forms(number).into_iter().map(|form| form + counted).collect()
}

/// Reads `两百万`, `200 万`, `1.5亿`, `2M`, `2,000,000`.
fn quantity(text: &str) -> Option<u64> {
    let value = numeral(text).or_else(|| {
        let (number, unit) = UNITS
            .iter()
            .find_map(|(unit, times)| Some((text.strip_suffix(unit)?.trim_end(), *times)))
            .unwrap_or((text, 1));
        let value = decimal(number).or_else(|| spoken_decimal(number))?.checked_mul(unit)?;
        // Two decimals are counted with.
        let value = value.is_multiple_of(HUNDREDTHS).then_some(value / HUNDREDTHS)?;
        (unit > 1 || value.is_multiple_of(ROUND)).then_some(value)
    })?;
    (value >= LEAST).then_some(value)
}

/// Digits as they are spoken.
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
/// How many of them are one: two decimals are read.
const HUNDREDTHS: u64 = 100;

/// Reads `200`, `1.5` or `2,000,000` as hundredths.
fn decimal(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let are_thousands = groups.iter().skip(1).all(|group| group.len() == 3);
    let whole = groups.concat();
    if whole.is_empty() || !are_thousands || !digits(&whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(HUNDREDTHS)?
        .checked_add(format!("{part:0<2}").parse().ok()?)
}

/// Reads `一点五` as hundredths.
fn spoken_decimal(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('点')?;
    let digit = |c: char| numeral(c.encode_utf8(&mut [0; 4])).filter(|digit| *digit < 10);
    let digits: Option<Vec<u64>> = part.chars().map(digit).collect();
    let hundredths = match digits?[..] {
        [tenths] => tenths * 10,
        [tenths, hundredths] => tenths * 10 + hundredths,
        _ => return None,
    };
    numeral(whole)?.checked_mul(HUNDREDTHS)?.checked_add(hundredths)
}

/// Writes `0.5` as it is spoken.
fn decimal_spoken(text: &str) -> Option<String> {
    let (whole, part) = text.split_once('.')?;
    let whole: u64 = whole.parse().ok().filter(|whole| *whole < TEN_THOUSAND)?;
    let whole = if whole == 0 { "零".to_owned() } else { spoken(whole) };
    let digit = |c: char| DIGITS.get(c.to_digit(10)? as usize);
    let part: Option<String> = part.chars().map(digit).collect();
    part.filter(|part| !part.is_empty()).map(|part| format!("{whole}点{part}"))
}

/// Writes a quantity in every usual way.
fn forms_of(value: u64) -> Vec<String> {
    let mut forms = vec![value.to_string()];
    let mut with = |unit: u64, name: &str| {
        let hundredths = value.checked_mul(HUNDREDTHS).filter(|many| many.is_multiple_of(unit));
        if let Some(many) = hundredths.map(|many| many / unit).filter(|many| *many >= HUNDREDTHS) {
            let many = shown(many);
            // 一点五亿.
            let is_spoken = matches!(name, "万" | "亿");
            let spoken = decimal_spoken(&many).filter(|_| is_spoken);
            forms.extend(spoken.map(|many| format!("{many}{name}")));
            forms.push(format!("{many}{name}"));
        }
    };
    with(TEN_THOUSAND, "万");
    with(HUNDRED_MILLION, "亿");
    with(MILLION, "M");
    with(MILLION, " million");
    let is_even = |unit: u64, most: u64| value.is_multiple_of(unit) && value / unit <= most;
    for (name, unit) in [("千万", 10 * MILLION), ("百万", MILLION)] {
        if is_even(unit, 9) {
            forms.push(format!("{}{name}", value / unit));
        }
    }
    if is_even(1_000, 9_999) {
        forms.push(format!("{}k", value / 1_000));
    }
    for (name, unit) in [("亿", HUNDRED_MILLION), ("万", TEN_THOUSAND)] {
        if is_even(unit, 9_999) {
            let spoken = spoken(value / unit);
            // Both are said for two.
            if let Some(rest) = spoken.strip_prefix('二').filter(|rest| !rest.starts_with('十')) {
                forms.push(format!("两{rest}{name}"));
            }
            forms.push(format!("{spoken}{name}"));
            break;
        }
    }
    forms
}

/// Writes hundredths without zeros at the end.
fn shown(hundredths: u64) -> String {
    let (whole, part) = (hundredths / HUNDREDTHS, hundredths % HUNDREDTHS);
    if part == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{part:02}").trim_end_matches('0').to_owned()
    }
}

/// Writes a number below ten thousand as it is spoken.
pub(super) fn spoken(number: u64) -> String {
    let mut written = String::new();
    let mut has_gap = false;
    for (place, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / place % 10;
        if digit == 0 {
            has_gap = !written.is_empty();
            continue;
        }
        if has_gap {
            written.push('零');
        }
        has_gap = false;
        let is_ten = place == 10 && digit == 1 && written.is_empty();
        if !is_ten {
            written.extend(usize::try_from(digit).ok().and_then(|digit| DIGITS.get(digit)));
        }
        written.push_str(name);
    }
    written
}

/// What is said before a share, and the sign that is written behind it.
const SHARES: [(&str, char); 2] = [("百分之", '%'), ("千分之", '‰')];

/// Returns the other forms of `百分之八十`, `80%` and `3‰`.
fn share(text: &str) -> Option<Vec<String>> {
    SHARES.iter().find_map(|(name, sign)| share_of(text, name, *sign))
}

fn share_of(text: &str, name: &str, sign: char) -> Option<Vec<String>> {
    let is_hundred = |number: &str| sign == '%' && matches!(number, "百" | "100");
    if let Some(number) = text.strip_prefix(name) {
        let value = if is_hundred(number) { Some(100) } else { numeral(number) };
        let read = value.map(|number| number.to_string());
        let read = read.or_else(|| spoken_decimal(number).map(shown));
        let number = read.unwrap_or_else(|| number.to_owned());
        let is_number = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        return (is_number && !number.is_empty()).then(|| vec![format!("{number}{sign}")]);
    }
    let full_width = if sign == '%' { '％' } else { sign };
    let number = text.strip_suffix([sign, full_width])?.trim_end();
    if !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let spoken = if is_hundred(number) {
        Some("百".to_owned())
    } else {
        number.parse().ok().filter(|number| (1..TEN_THOUSAND).contains(number)).map(spoken)
    };
    let spoken = spoken.or_else(|| decimal_spoken(number));
    let spoken = spoken.map(|spoken| format!("{name}{spoken}"));
    Some(spoken.into_iter().chain([format!("{name}{number}")]).collect())
}

/// What degrees are of: how it is said, and how it is written.
const DEGREES: [(&str, &str); 3] = [("摄氏度", "°C"), ("华氏度", "°F"), ("度", "°")];
/// The least number of degrees that is read as it is spoken: 一度 and 三度 say how often, too.
const LEAST_SPOKEN: u64 = 10;

/// Returns the other forms of `37度`, `90°` and `25 摄氏度`.
fn degrees(text: &str) -> Option<Vec<String>> {
    let written = text.replace('℃', "°C").replace('℉', "°F").replace(['˚', 'º'], "°");
    let (number, name, sign) = DEGREES.iter().find_map(|(name, sign)| {
        let spoken = text.strip_suffix(name);
        let at = written.len().checked_sub(sign.len())?;
        let signed = || {
            let (number, end) = written.split_at_checked(at)?;
            end.eq_ignore_ascii_case(sign).then_some(number)
        };
        Some((spoken.or_else(signed)?.trim_end(), *name, *sign))
    })?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let read = |value: &u64| *value >= LEAST_SPOKEN || name != "度";
    let value = if is_number { None } else { Some(numeral(number).filter(read)?.to_string()) };
    let number = value.as_deref().unwrap_or(number);
    let value =
        number.parse().ok().filter(|value| read(value) && (1..TEN_THOUSAND).contains(value));
    let spoken = value.map(|value| format!("{}{name}", spoken(value)));
    let forms = [format!("{number}{name}"), format!("{number}{sign}")].into_iter().chain(spoken);
    let is_typed = |form: &String| form == text || form.eq_ignore_ascii_case(&written);
    Some(forms.filter(|form| !is_typed(form)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantity_is_one_however_it_is_written() {
        for text in [
            "两百万",
            "二百万",
            "200万",
            "200 万",
            "2M",
            "2,000,000",
            "2000000",
            "2000k",
            "2百万",
            "2 million",
        ] {
            let mut forms = other_forms(text);
            forms.push(text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect());
            for form in ["2000000", "200万", "2M", "2百万", "2000k", "两百万", "二百万"] {
                assert!(forms.iter().any(|known| known == form), "{text}: {form} in {forms:?}");
            }
        }
        let has = |text: &str, form: &str| other_forms(text).iter().any(|known| known == form);
        assert!(has("10 亿", "十亿") && has("十亿", "10亿") && has("10亿", "1000000000"));
        assert!(
            has("1.5 亿", "150000000") && has("1.5亿", "15000万") && has("一亿五千万", "1.5亿")
        );
        assert!(has("一点五亿", "1.5亿") && has("1.5亿", "一点五亿") && has("三点二万", "32000"));
        assert!(has("128k", "12.8万") && has("一万二", "1.2万") && has("一百二十万", "120万"));
    }

    #[test]
    fn a_share_is_one_too() {
        assert_eq!(other_forms("百分之八十"), ["80%"]);
        assert_eq!(other_forms("80%"), ["百分之八十", "百分之80"]);
        assert_eq!(other_forms("百分之12.5"), ["12.5%"]);
        assert_eq!(other_forms("百分之零点五"), ["0.5%"]);
        assert_eq!(other_forms("99.95%"), ["百分之九十九点九五", "百分之99.95"]);
        assert_eq!(other_forms("100%"), ["百分之百", "百分之100"]);
        assert_eq!(other_forms("千分之三"), ["3‰"]);
        assert_eq!(other_forms("3.5‰"), ["千分之三点五", "千分之3.5"]);
    }

    #[test]
    fn degrees_are_one_too() {
        assert_eq!(other_forms("37度"), ["37°", "三十七度"]);
        assert_eq!(other_forms("90°"), ["90度", "九十度"]);
        assert_eq!(other_forms("九十度"), ["90度", "90°"]);
        assert_eq!(other_forms("36.5℃"), ["36.5摄氏度"]);
        assert_eq!(other_forms("25 摄氏度"), ["25°C", "二十五摄氏度"]);
        assert_eq!(other_forms("77ºF"), ["77华氏度", "七十七华氏度"]);
        for text in ["一度", "三度", "高度", "°", "度", "5.5.度x", "°C"] {
            assert_eq!(other_forms(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_is_no_quantity_has_no_other_forms() {
        for text in [
            "",
            "7B",
            "3.5",
            "v2",
            "4K",
            "2m",
            "20240222",
            "12345",
            "2402.13753",
            "M",
            "万",
            "三百",
            "一二三",
            "1,23,456",
            "两百万人",
            "1.234万",
            "99999999999999999999",
            "大模型",
            "万一",
            "十",
            "百分之",
            "百分之百分",
            "三点",
            "三点五",
            "十点五五五万",
        ] {
            assert_eq!(other_forms(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn numbers_are_spoken_as_they_are_read() {
        for number in 1..10_000 {
            assert_eq!(numeral(&spoken(number)), Some(number), "{}", spoken(number));
        }
    }
}
