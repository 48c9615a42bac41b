//! How a card's number is written in digits. Nothing here knows which bytes of a reading are meant.

use std::fmt::Write as _;

use super::reading::BadCard;

/// Longer texts are no card numbers.
const TEXT_BYTES_MAX: usize = 80;

/// A facility's own number has five decimal digits at most, because it has 16 bits.
const NUMBER_DIGITS: usize = 5;

/// Why a text is no number of a card in the form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    /// Nothing stands there.
    #[error("there is no number")]
    Empty,
    /// Something else than the digits of this form.
    #[error("there are other characters than the digits of this form")]
    Digits,
    /// A spreadsheet made a rounded number of it: digits are lost.
    #[error("a spreadsheet has rounded it: make the column a text column and export it again")]
    Rounded,
    /// More than the form has room for.
    #[error("the number is too large for this form")]
    TooLarge,
    /// The parity bits contradict the number.
    #[error("the parity bits do not fit the number: a digit is wrong")]
    Parity,
    /// The number as a whole is none that a card gives.
    #[error(transparent)]
    Card(#[from] BadCard),
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notation {
    /// `04A1B2C3`, `04:a1:b2:c3`, `0x4a1b2c3`.
    Hex,
    /// `3536403172`, with or without leading zeros.
    Decimal,
    /// The characters of the hexadecimal digits, again in hexadecimal digits: `3934364542443238` is `946EBD28`.
    AsciiHex,
    /// Facility (8 bits) and number (16 bits) as they are printed on cards: `123,45678` or `12345678`.
    Wiegand26,
    /// All 26 bits, parity included, in hexadecimal digits.
    Wiegand26Hex,
    /// All 26 bits, parity included, in decimal digits.
    Wiegand26Decimal,
    /// Facility (16 bits) and number (16 bits): `01234,45678` or `0123445678`.
    Wiegand34,
    /// All 34 bits, parity included, in hexadecimal digits.
    Wiegand34Hex,
    /// All 34 bits, parity included, in decimal digits.
    Wiegand34Decimal,
}

impl Notation {
    /// Every notation.
    pub const ALL: [Self; 9] = [
        Self::Hex,
        Self::Decimal,
        Self::AsciiHex,
        Self::Wiegand26,
        Self::Wiegand26Hex,
        Self::Wiegand26Decimal,
        Self::Wiegand34,
        Self::Wiegand34Hex,
        Self::Wiegand34Decimal,
    ];

    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Decimal => "decimal",
            Self::AsciiHex => "ascii-hex",
            Self::Wiegand26 => "wiegand26",
            Self::Wiegand26Hex => "wiegand26-hex",
            Self::Wiegand26Decimal => "wiegand26-decimal",
            Self::Wiegand34 => "wiegand34",
            Self::Wiegand34Hex => "wiegand34-hex",
            Self::Wiegand34Decimal => "wiegand34-decimal",
        }
    }

    /// How many bytes it writes, where that is fixed.
    #[must_use]
    pub fn bytes(self) -> Option<usize> {
        match self {
            Self::Hex | Self::Decimal | Self::AsciiHex => None,
            Self::Wiegand26 | Self::Wiegand26Hex | Self::Wiegand26Decimal => Some(3),
            Self::Wiegand34 | Self::Wiegand34Hex | Self::Wiegand34Decimal => Some(4),
        }
    }

    /// Reads a text.
    ///
    /// # Errors
    /// [`BadNumber`] when it is not written so.
    pub fn read(self, text: &str) -> Result<Digits, BadNumber> {
        let text = text.trim().trim_matches('\'');
        if text.is_empty() {
            return Err(BadNumber::Empty);
        }
        if is_rounded(text) {
            return Err(BadNumber::Rounded);
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(BadNumber::TooLarge);
        }
        match self {
            Self::Hex => hex(text),
            Self::Decimal => decimal(text),
            Self::AsciiHex => ascii_hex(text),
            Self::Wiegand26 => pair(text, 8),
            Self::Wiegand34 => pair(text, 16),
            Self::Wiegand26Hex => without_parity(hex(text)?, 24),
            Self::Wiegand26Decimal => without_parity(decimal(text)?, 24),
            Self::Wiegand34Hex => without_parity(hex(text)?, 32),
            Self::Wiegand34Decimal => without_parity(decimal(text)?, 32),
        }
    }

    /// Writes a number of so many bytes, in capitals and without separators where it needs none.
    #[must_use]
    pub fn write(self, value: u128, bytes: usize) -> String {
        match self {
            Self::Hex => format!("{value:0width$X}", width = bytes * 2),
            Self::Decimal => value.to_string(),
            Self::AsciiHex => {
                let digits = format!("{value:0width$X}", width = bytes * 2);
                digits.bytes().fold(String::new(), |mut text, digit| {
                    // Writing to a string does not fail.
                    let _ = write!(text, "{digit:02X}");
                    text
                })
            }
            Self::Wiegand26 => format!("{:03},{:05}", value >> 16, value & 0xFFFF),
            Self::Wiegand34 => format!("{:05},{:05}", value >> 16, value & 0xFFFF),
            Self::Wiegand26Hex => format!("{:07X}", with_parity(value, 24)),
            Self::Wiegand26Decimal => with_parity(value, 24).to_string(),
            Self::Wiegand34Hex => format!("{:09X}", with_parity(value, 32)),
            Self::Wiegand34Decimal => with_parity(value, 32).to_string(),
        }
    }
}

/// A number that was read, and with how many digits it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// The number.
    pub value: u128,
    /// Its digits, separators left out.
    pub count: usize,
}

/// `1,23E+09`: what a spreadsheet makes of a long number.
fn is_rounded(text: &str) -> bool {
    let Some((head, tail)) = text.split_once(['E', 'e']) else { return false };
    head.contains([',', '.']) && tail.starts_with('+')
}

fn hex(text: &str) -> Result<Digits, BadNumber> {
    let text = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    number(text, 16, &[':', '-', ' ', '.'])
}

fn decimal(text: &str) -> Result<Digits, BadNumber> {
    number(text, 10, &[' '])
}

fn number(text: &str, base: u32, separators: &[char]) -> Result<Digits, BadNumber> {
    let (mut value, mut count) = (0_u128, 0);
    for c in text.chars().filter(|c| !separators.contains(c)) {
        let digit = c.to_digit(base).ok_or(BadNumber::Digits)?;
        let next = value.checked_mul(base.into()).and_then(|value| value.checked_add(digit.into()));
        value = next.ok_or(BadNumber::TooLarge)?;
        count += 1;
    }
    if count == 0 { Err(BadNumber::Digits) } else { Ok(Digits { value, count }) }
}

fn ascii_hex(text: &str) -> Result<Digits, BadNumber> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(BadNumber::Digits);
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).map(char::from);
    let inner: Result<String, _> = (0..text.len()).step_by(2).map(byte).collect();
    number(&inner.map_err(|_| BadNumber::Digits)?, 16, &[])
}

/// Facility and number, in two groups of decimal digits or in one.
fn pair(text: &str, facility_bits: u32) -> Result<Digits, BadNumber> {
    let mut groups =
        text.split([',', ';', ':', '/', '-', '.', ' ']).filter(|part| !part.is_empty());
    let (facility, number) = match (groups.next(), groups.next(), groups.next()) {
        (Some(facility), Some(number), None) => (decimal(facility)?, decimal(number)?),
        (Some(joined), None, None) => {
            let all = decimal(joined)?;
            let place = joined.len().saturating_sub(NUMBER_DIGITS);
            let (facility, number) = joined.split_at(place);
            let facility = if facility.is_empty() { "0" } else { facility };
            let (facility, number) = (decimal(facility)?, decimal(number)?);
            (facility, Digits { count: all.count, ..number })
        }
        _ => return Err(BadNumber::Digits),
    };
    if facility.value >> facility_bits != 0 || number.value >> 16 != 0 {
        return Err(BadNumber::TooLarge);
    }
    Ok(Digits { value: facility.value << 16 | number.value, count: number.count })
}

/// The first bit makes the first half even, the last bit the second half odd.
fn with_parity(value: u128, bits: u32) -> u128 {
    let (even, odd) = parity(value, bits);
    even << (bits + 1) | value << 1 | odd
}

fn parity(value: u128, bits: u32) -> (u128, u128) {
    let half = bits / 2;
    let (first, second) = (value >> half, value & ((1 << half) - 1));
    (u128::from(first.count_ones() % 2), u128::from(1 - second.count_ones() % 2))
}

fn without_parity(digits: Digits, bits: u32) -> Result<Digits, BadNumber> {
    if digits.value >> (bits + 2) != 0 {
        return Err(BadNumber::TooLarge);
    }
    let value = digits.value >> 1 & ((1 << bits) - 1);
    if with_parity(value, bits) != digits.value {
        return Err(BadNumber::Parity);
    }
    Ok(Digits { value, ..digits })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(notation: Notation, text: &str) -> Result<u128, BadNumber> {
        notation.read(text).map(|digits| digits.value)
    }

    #[test]
    fn the_same_number_is_read_from_every_way_of_writing_it() {
        use Notation::*;
        for (notation, text, value) in [
            (Hex, "04A1B2C3", 0x04A1_B2C3),
            (Hex, " 04:a1:b2:c3 ", 0x04A1_B2C3),
            (Hex, "0x4a1b2c3", 0x04A1_B2C3),
            (Hex, "'04-A1-B2-C3'", 0x04A1_B2C3),
            (Decimal, "3536403172", 0xD2C9_3AE4),
            (Decimal, "0003536403172", 0xD2C9_3AE4),
            (AsciiHex, "3934364542443238", 0x946E_BD28),
            (Wiegand26, "123,45678", 123 << 16 | 45678),
            (Wiegand26, "123:45678", 123 << 16 | 45678),
            (Wiegand26, "12345678", 123 << 16 | 45678),
            (Wiegand26, "7,00042", 7 << 16 | 42),
            (Wiegand26, "700042", 7 << 16 | 42),
            (Wiegand26, "42", 42),
            (Wiegand34, "01234-45678", 1234 << 16 | 45678),
            (Wiegand34, "123445678", 1234 << 16 | 45678),
        ] {
            assert_eq!(read(notation, text), Ok(value), "{notation:?} {text}");
        }
    }

    #[test]
    fn what_is_no_number_of_a_form_is_refused_with_its_reason() {
        use Notation::*;
        for (notation, text, fault) in [
            (Hex, "", BadNumber::Empty),
            (Hex, "*)(uid=*", BadNumber::Digits),
            (Hex, ":", BadNumber::Digits),
            (Hex, "1.23E+09", BadNumber::Rounded),
            (Decimal, "3,5364E+09", BadNumber::Rounded),
            (Decimal, "04A1B2C3", BadNumber::Digits),
            (Decimal, "9999999999999999999999999999999999999999", BadNumber::TooLarge),
            (Hex, &"0".repeat(81), BadNumber::TooLarge),
            (AsciiHex, "ZZ", BadNumber::Digits),
            (AsciiHex, "393", BadNumber::Digits),
            (AsciiHex, "åäö", BadNumber::Digits),
            (Wiegand26, "256,1", BadNumber::TooLarge),
            (Wiegand26, "1,65536", BadNumber::TooLarge),
            (Wiegand26, "1,2,3", BadNumber::Digits),
            (Wiegand26, "ååååååå", BadNumber::Digits),
            (Wiegand26Hex, "8000000", BadNumber::TooLarge),
            (Wiegand26Hex, "2F764DF", BadNumber::Parity),
        ] {
            assert_eq!(read(notation, text), Err(fault), "{notation:?} {text}");
        }
    }

    #[test]
    fn a_wrong_digit_is_noticed_where_there_is_parity() {
        let right = Notation::Wiegand26Decimal.write(123 << 16 | 45678, 3);
        assert_eq!(read(Notation::Wiegand26Decimal, &right), Ok(123 << 16 | 45678));
        let next = (right.parse::<u128>().expect("digits") ^ 0b100).to_string();
        assert_eq!(read(Notation::Wiegand26Decimal, &next), Err(BadNumber::Parity));
    }
}
