//! Values of parameters as they are written: repeated, empty, with spaces around them.

use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};

/// Reads the last value that says something; empty if none does. A parameter that cannot be repeated is not an error
/// where it is.
pub fn last<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<String, D::Error> {
    Ok(each(deserializer)?.pop().unwrap_or_default())
}

/// Reads the last value with the spaces around it: a space ends the word that is being completed.
pub fn as_typed<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<String, D::Error> {
    Ok(Vec::<String>::deserialize(deserializer)?.pop().unwrap_or_default())
}

/// Reads every value that says something, each once.
pub fn each<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Vec<String>, D::Error> {
    let mut values: Vec<String> = Vec::new();
    for value in Vec::<String>::deserialize(deserializer)? {
        let value = value.trim();
        if !value.is_empty() && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    Ok(values)
}

/// Reads a number from 0 to `most`; `None` if nothing is written.
///
/// # Errors
/// [`Error::NotANumber`], [`Error::OutOfRange`].
pub fn number(field: &'static str, value: &str, most: usize) -> Result<Option<usize>> {
    if value.is_empty() {
        return Ok(None);
    }
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let (value, expected) = (value.to_owned(), format!("write a number from 0 to {most}"));
    if !is_number {
        return Err(Error::NotANumber { field, value, expected });
    }
    match value.parse() {
        Ok(number) if number <= most => Ok(Some(number)),
        _ => Err(Error::OutOfRange { field, value, expected }),
    }
}

/// Reads `true` or `false`, `1` or `0`; `false` if nothing is written.
///
/// # Errors
/// [`Error::Choice`].
pub fn flag(field: &'static str, value: &str) -> Result<bool> {
    match value {
        "true" | "1" => Ok(true),
        "" | "false" | "0" => Ok(false),
        _ => Err(Error::Choice {
            field,
            value: value.to_owned(),
            choices: "true or false".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_within_its_range() {
        for (value, read) in [("", None), ("0", Some(0)), ("7", Some(7)), ("10", Some(10))] {
            assert_eq!(number("limit", value, 10).unwrap(), read, "{value}");
        }
        for value in ["11", "-1", "99999999999999999999999"] {
            let read = number("limit", value, 10);
            assert!(matches!(read, Err(Error::OutOfRange { .. })), "{value}: {read:?}");
        }
        for value in ["abc", "1.5", "-", "1 0", "٣"] {
            let read = number("limit", value, 10);
            assert!(matches!(read, Err(Error::NotANumber { .. })), "{value}: {read:?}");
        }
    }

    #[test]
    fn a_flag_is_true_or_false() {
        for (value, read) in
            [("", false), ("false", false), ("0", false), ("true", true), ("1", true)]
        {
            assert_eq!(flag("strict", value).unwrap(), read, "{value}");
        }
        let error = flag("strict", "perhaps").unwrap_err();
        assert_eq!(error.one_line(), "strict: `perhaps` is not known; write true or false");
    }
}
