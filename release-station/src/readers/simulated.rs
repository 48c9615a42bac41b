//! A reader without hardware: the number is typed or a button on the touch page.

use station_protocol::{CardError, CardNumber, ReaderName};

use super::{Unusable, usable};

/// The name under which a simulated reader is known when nobody names another.
pub const NAME: &str = "simulated";

/// The reader's name for the server.
pub fn reader() -> ReaderName {
    ReaderName::cut(NAME)
}

/// Reads a card's number as people write it: hex with or without colons, dashes and spaces.
///
/// # Errors
/// It is not a number, or one that a real reader would refuse too.
pub fn parse(text: &str) -> Result<CardNumber, Unusable> {
    // A number has at most 64 digits; separators may double that.
    if text.len() > 256 {
        return Err(Unusable::Malformed(CardError::TooLong));
    }
    let hex: String = text.chars().filter(|c| !matches!(c, ':' | '-' | ' ')).collect();
    usable(CardNumber::parse(&hex).map_err(Unusable::Malformed)?.bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let number = CardNumber::from_bytes(&[0x04, 0xA1, 0xB2, 0xC3]).unwrap();
        for text in ["04A1B2C3", "04:a1:b2:c3", "04 A1 B2 C3", "04-a1-b2-c3"] {
            assert_eq!(parse(text).as_ref(), Ok(&number));
        }
    }

    #[test]
    fn random_and_malformed_numbers_are_refused_with_their_reason() {
        assert_eq!(parse("08A1B2C3"), Err(Unusable::Random));
        assert!(parse("08A1B2C3D4E5F6").is_ok(), "seven bytes are never random");
        assert_eq!(parse(""), Err(Unusable::Malformed(CardError::Empty)));
        assert_eq!(parse("card"), Err(Unusable::Malformed(CardError::NotHex)));
        assert_eq!(parse(&"0".repeat(300)), Err(Unusable::Malformed(CardError::TooLong)));
    }
}
