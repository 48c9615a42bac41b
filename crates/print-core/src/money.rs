//! Money, in ten-thousandths of the unit (of the krona, say), without floats.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Neg, Sub};

use serde::{Deserialize, Serialize};

/// An amount of money: an `i64` of ten-thousandths of the unit. It is rounded once, on the statement.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The amount of this many ten-thousandths.
    #[must_use]
    pub const fn from_ten_thousandths(value: i64) -> Self {
        Self(value)
    }

    /// The ten-thousandths of this amount, as the database keeps them.
    #[must_use]
    pub const fn ten_thousandths(self) -> i64 {
        self.0
    }

    /// This amount `count` times; at the end of the range it stays there, which no sum of prints reaches.
    #[must_use]
    pub const fn times(self, count: u32) -> Self {
        Self(self.0.saturating_mul(count as i64))
    }

    /// The amount in hundredths, rounded half away from zero, so that a charge and its reversal cancel.
    #[must_use]
    pub const fn rounded_hundredths(self) -> i64 {
        let away = if self.0 < 0 { -50 } else { 50 };
        self.0.saturating_add(away) / 100
    }

    /// Reads `0.45`, `0,45` or `12`: at most four decimals, point or comma.
    ///
    /// # Errors
    /// [`BadAmount`] when it is not such a number.
    pub fn parse(text: &str) -> Result<Self, BadAmount> {
        let bad = || BadAmount(text.chars().take(32).collect());
        let (negative, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.trim()),
        };
        let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
        let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let sizes = 1..=12;
        if !sizes.contains(&whole.len()) || decimals.len() > 4 {
            return Err(bad());
        }
        if !only_digits(whole) || !only_digits(decimals) {
            return Err(bad());
        }
        let value: i64 = format!("{whole}{decimals:0<4}").parse().map_err(|_| bad())?;
        Ok(Self(if negative { -value } else { value }))
    }
}

/// A text that is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an amount: write it as 0.45 or 0,45, with at most four decimals")]
pub struct BadAmount(String);

impl Add for Amount {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Amount {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Amount {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// With a point and two decimals, rounded: for logs and commands. Pages and exports have their own forms.
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.rounded_hundredths();
        let sign = if cents < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_point_or_comma_and_refused_otherwise() {
        for (text, value) in [
            ("0.45", 4_500),
            ("0,45", 4_500),
            ("12", 120_000),
            ("-1.0001", -10_001),
            ("3.", 30_000),
        ] {
            assert_eq!(Amount::parse(text), Ok(Amount(value)), "{text}");
        }
        for text in ["", ".5", "1.23456", "1 000", "1e3", "kr", "--1", "9999999999999"] {
            assert!(Amount::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_charge_and_its_reversal_cancel_after_rounding() {
        for value in [49, 50, 51, 149, 150, 12_345, 1] {
            let amount = Amount(value);
            assert_eq!(amount.rounded_hundredths(), -(-amount).rounded_hundredths());
        }
        assert_eq!(Amount(150).rounded_hundredths(), 2);
        assert_eq!(Amount(-150).to_string(), "-0.02");
    }
}
