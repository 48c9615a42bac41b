//! A card's number as a keyboard or network reader writes it: a text, from which the bytes are had that a PC/SC reader
//! would have read. The server so knows a card by one number, whatever it is held to.

use serde::Deserialize;
use station_protocol::{CARD_BYTES_MAX, CardError, CardNumber};

use super::{Unusable, usable};

/// How a reader writes a number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Digits {
    /// Hexadecimal digits, the card's first byte first.
    #[default]
    Hex,
    /// Hexadecimal digits, the card's last byte first.
    HexReversed,
    /// A decimal number, of which the card's first byte is the most significant.
    Decimal,
    /// A decimal number, of which the card's first byte is the least significant.
    DecimalReversed,
}

/// How a reader writes a number, and how many bytes a decimal one stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// How it is written.
    pub digits: Digits,
    /// The bytes of a decimal number: its zeros in front are not written.
    pub bytes: usize,
}

impl Form {
    /// Takes a text as the reader wrote it; colons, dashes, dots and blanks in a hexadecimal number do not count.
    ///
    /// # Errors
    /// It is no number of this form, or one that names nobody.
    pub fn read(self, text: &[u8]) -> Result<CardNumber, Unusable> {
        let malformed = Unusable::Malformed;
        let text = str::from_utf8(text).map_err(|_| malformed(CardError::NotHex))?.trim();
        if text.len() > CARD_BYTES_MAX * 3 {
            return Err(malformed(CardError::TooLong));
        }
        let mut bytes = match self.digits {
            Digits::Hex | Digits::HexReversed => {
                let hex: String = text.chars().filter(|c| !":-. ".contains(*c)).collect();
                CardNumber::parse(&hex).map_err(malformed)?.bytes().to_vec()
            }
            Digits::Decimal | Digits::DecimalReversed => self.decimal(text).map_err(malformed)?,
        };
        if matches!(self.digits, Digits::HexReversed | Digits::DecimalReversed) {
            bytes.reverse();
        }
        usable(&bytes)
    }

    /// The number's bytes, the most significant first.
    fn decimal(self, text: &str) -> Result<Vec<u8>, CardError> {
        if text.is_empty() {
            return Err(CardError::Empty);
        }
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CardError::NotHex);
        }
        let number: u128 = text.parse().map_err(|_| CardError::TooLong)?;
        let all = number.to_be_bytes();
        let (zeros, bytes) =
            all.split_at_checked(all.len().saturating_sub(self.bytes)).ok_or(CardError::TooLong)?;
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(CardError::TooLong);
        }
        Ok(bytes.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(digits: Digits, bytes: usize, text: &str) -> Result<String, Unusable> {
        Form { digits, bytes }.read(text.as_bytes()).map(|number| number.to_hex())
    }

    #[test]
    fn one_card_has_one_number_whatever_reader_wrote_it() {
        for (digits, text) in [
            (Digits::Hex, "E43AC9D2"),
            (Digits::Hex, " e4:3a:c9:d2 "),
            (Digits::HexReversed, "D2C93AE4"),
            (Digits::Decimal, "3829058002"),
            (Digits::DecimalReversed, "3536403172"),
        ] {
            assert_eq!(read(digits, 4, text).as_deref(), Ok("E43AC9D2"), "{digits:?} {text}");
        }
    }

    #[test]
    fn zeros_in_front_of_a_decimal_number_are_part_of_the_card() {
        assert_eq!(read(Digits::Decimal, 7, "5").as_deref(), Ok("00000000000005"));
        assert_eq!(read(Digits::DecimalReversed, 4, "0000000005").as_deref(), Ok("05000000"));
    }

    #[test]
    fn what_is_no_number_of_the_form_is_refused() {
        for (digits, text) in [
            (Digits::Hex, ""),
            (Digits::Hex, "E43AC9D"),
            (Digits::Hex, "card"),
            (Digits::Decimal, ""),
            (Digits::Decimal, "-5"),
            (Digits::Decimal, "4294967296"),
            (Digits::Decimal, "99999999999999999999999999999999999999999999"),
        ] {
            let read = read(digits, 4, text);
            assert!(matches!(read, Err(Unusable::Malformed(_))), "{digits:?} {text}: {read:?}");
        }
        assert_eq!(read(Digits::Hex, 4, "08A1B2C3"), Err(Unusable::Random));
    }
}
