//! Vectors in one byte a number, and how near a query is to them.

/// Numbers of a vector, at most: what the sums of [`Asked::similarity`] have room for. Known models have a few hundred.
pub const MAX_DIMENSION: usize = 4_096;
/// What the largest number of a vector becomes.
const MOST: f32 = 127.0;
/// The same of a query's, which is kept more exactly: `MAX_DIMENSION` products of the largest numbers are less than 2³¹.
const MOST_ASKED: f32 = 2_047.0;

/// A vector of length 1 as whole numbers and what one of them stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantized {
    /// What 1 stands for.
    pub scale: f32,
    /// Each as the two's complement of a number of -127 to 127.
    pub values: Vec<u8>,
}

impl Quantized {
    /// Rounds the direction of a vector; `None` for one that has none or is not made of numbers.
    #[must_use]
    pub fn of(vector: &[f32]) -> Option<Self> {
        let (scale, values) = rounded(vector, MOST)?;
        #[expect(clippy::cast_possible_truncation, reason = "-127 to 127")]
        let values = values.map(|value| (value as i8).cast_unsigned()).collect();
        Some(Self { scale, values })
    }
}

/// Returns the whole numbers of a direction, the largest `most`, and what 1 of them stands for.
fn rounded(vector: &[f32], most: f32) -> Option<(f32, impl Iterator<Item = f32>)> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let is_usable = length.is_normal() && largest > 0.0 && vector.len() <= MAX_DIMENSION;
    let values = vector.iter().map(move |value| (value / largest * most).round());
    is_usable.then(|| (largest / length / most, values))
}

/// The vector of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    scale: f32,
    values: Vec<i16>,
}

impl Asked {
    /// Rounds the direction of a vector; `None` for one that has none or is not made of numbers.
    #[must_use]
    pub fn of(vector: &[f32]) -> Option<Self> {
        let (scale, values) = rounded(vector, MOST_ASKED)?;
        #[expect(clippy::cast_possible_truncation, reason = "-2047 to 2047")]
        let values = values.map(|value| value as i16).collect();
        Some(Self { scale, values })
    }

    /// Returns how many numbers it has.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.values.len()
    }

    /// Returns the cosine of the angle to a vector of as many numbers, kept as [`Quantized`] has it: -1 to 1.
    #[must_use]
    pub fn similarity(&self, scale: f32, values: &[u8]) -> f32 {
        // The compiler makes eight or more products of this at once.
        let products = self.values.iter().zip(values);
        let sum: i32 = products.map(|(a, b)| i32::from(*a) * i32::from(b.cast_signed())).sum();
        #[expect(clippy::cast_precision_loss, reason = "24 bits are exact enough")]
        let sum = sum as f32;
        sum * self.scale * scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &[f32], b: &[f32], expected: f32) {
        let (asked, kept) = (Asked::of(a).unwrap(), Quantized::of(b).unwrap());
        let found = asked.similarity(kept.scale, &kept.values);
        assert!((found - expected).abs() < 0.01, "{found}, not {expected}");
    }

    #[test]
    fn similarity_is_the_cosine_whatever_the_lengths_are() {
        check(&[3.0, 4.0], &[3.0, 4.0], 1.0);
        check(&[3.0, 4.0], &[-30.0, -40.0], -1.0);
        check(&[1.0, 0.0], &[0.0, 0.1], 0.0);
        check(&[1.0, 0.0, 0.0], &[1.0, 1.0, 0.0], 0.5_f32.sqrt());
    }

    #[test]
    fn the_largest_sums_have_room() {
        check(&[1.0; MAX_DIMENSION], &[1.0; MAX_DIMENSION], 1.0);
        check(&[1.0; MAX_DIMENSION], &[-1.0; MAX_DIMENSION], -1.0);
    }

    #[test]
    fn what_has_no_direction_is_no_vector() {
        for vector in [&[][..], &[0.0, 0.0], &[f32::NAN, 1.0], &[f32::INFINITY, 1.0]] {
            assert_eq!(Asked::of(vector), None, "{vector:?}");
            assert_eq!(Quantized::of(vector), None, "{vector:?}");
        }
        assert_eq!(Quantized::of(&vec![1.0; MAX_DIMENSION + 1]), None);
    }
}
