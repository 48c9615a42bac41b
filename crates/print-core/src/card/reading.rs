//! Card numbers as readers give them. A card number is an identifier, not a secret, and never logged.

use std::fmt;

/// What kind of number a card gave. Numbers of different kinds are never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// 4 bytes (ISO/IEC 14443-3 single size). Not unique in the world.
    Uid4,
    /// 7 bytes (double size).
    Uid7,
    /// 10 bytes (triple size).
    Uid10,
}

impl CardKind {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Uid4 => "uid4",
            Self::Uid7 => "uid7",
            Self::Uid10 => "uid10",
        }
    }
}

/// Why a reading is no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCard {
    /// Not an even number of hexadecimal digits.
    #[error("a card number is written in hexadecimal digits, two a byte")]
    NotHex,
    /// Not 4, 7 or 10 bytes.
    #[error("a card number has 4, 7 or 10 bytes")]
    Length,
    /// The card gives another number at each tap, as phones do.
    #[error("this card gives a new number at each tap and needs a reader that can sign it in")]
    Random,
}

/// One reading of one card.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardReading {
    kind: CardKind,
    bytes: Vec<u8>,
}

impl CardReading {
    /// The reading of these bytes.
    ///
    /// # Errors
    /// [`BadCard`] when no card gives such a number, or when the number is a random one
    /// (4 bytes beginning with 08, as NXP's application note AN10927 says).
    pub fn from_uid(bytes: &[u8]) -> Result<Self, BadCard> {
        let kind = match bytes.len() {
            4 if bytes[0] == 0x08 => return Err(BadCard::Random),
            4 => CardKind::Uid4,
            7 => CardKind::Uid7,
            10 => CardKind::Uid10,
            _ => return Err(BadCard::Length),
        };
        Ok(Self { kind, bytes: bytes.to_vec() })
    }

    /// The reading written as hexadecimal digits, upper or lower case, with or without `:` and `-`.
    ///
    /// # Errors
    /// [`BadCard`] as for [`CardReading::from_uid`], and when there are other characters.
    pub fn parse_hex(text: &str) -> Result<Self, BadCard> {
        let digits: Vec<u8> = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ':' | '-' | ' '))
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect::<Option<_>>()
            .ok_or(BadCard::NotHex)?;
        if digits.len() % 2 == 1 {
            return Err(BadCard::NotHex);
        }
        let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        Self::from_uid(&bytes)
    }

    /// What kind of number it is.
    #[must_use]
    pub fn kind(&self) -> CardKind {
        self.kind
    }

    /// How many bits it has.
    #[must_use]
    pub fn bits(&self) -> i32 {
        i32::try_from(self.bytes.len() * 8).expect("a card number has at most 80 bits")
    }

    /// The bytes in the order in which the card gave them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes in every order in which a reader may give them: as they are, and reversed.
    #[must_use]
    pub fn forms(&self) -> Vec<Vec<u8>> {
        let reversed: Vec<u8> = self.bytes.iter().rev().copied().collect();
        if reversed == self.bytes { vec![reversed] } else { vec![self.bytes.clone(), reversed] }
    }

    /// The last four digits: all that a page ever shows.
    #[must_use]
    pub fn last4(&self) -> String {
        let tail = &self.bytes[self.bytes.len() - 2..];
        format!("{:02X}{:02X}", tail[0], tail[1])
    }
}

/// Shows only the last four digits, so that no log holds a card number.
impl fmt::Debug for CardReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardReading(…{})", self.last4())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_of_4_7_and_10_bytes_are_cards() {
        for (text, bits) in [("04A1B2C3", 32), ("04:a1:b2:c3:d4:e5:80", 56)] {
            assert_eq!(CardReading::parse_hex(text).map(|card| card.bits()), Ok(bits));
        }
        assert_eq!(CardReading::parse_hex("04A1B2C3D4"), Err(BadCard::Length));
        assert_eq!(CardReading::parse_hex("04A1B2C"), Err(BadCard::NotHex));
        assert_eq!(CardReading::parse_hex("*)(uid=*"), Err(BadCard::NotHex));
        assert_eq!(CardReading::parse_hex(""), Err(BadCard::Length));
    }

    #[test]
    fn a_random_number_is_refused() {
        assert_eq!(CardReading::parse_hex("08112233"), Err(BadCard::Random));
        assert!(CardReading::parse_hex("08112233445566").is_ok());
    }

    #[test]
    fn debug_output_holds_only_the_last_four_digits() {
        let card = CardReading::parse_hex("04A1B2C3D4E580").expect("a card");
        assert_eq!(format!("{card:?}"), "CardReading(…E580)");
        assert_eq!(card.forms().len(), 2);
    }
}
