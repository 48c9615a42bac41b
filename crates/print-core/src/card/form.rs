//! The form of a site's list: which bytes of a reading it holds, in which order, in which digits.
//!
//! A form is written as words: `hex`, `reversed-decimal`, `last3-wiegand26`. Reading from the left: what is done
//! to the bytes that a reader gives, and how the rest is written.

use std::fmt;
use std::str::FromStr;

use super::notation::{BadNumber, Digits, Notation};
use super::reading::{BadCard, CardReading};

/// The sizes of a whole number, in bytes.
const WHOLE_SIZES: [usize; 3] = [4, 7, 10];
/// Parts of fewer bytes would be the same for half of a campus; longer ones are whole numbers.
const PART_BYTES: std::ops::RangeInclusive<usize> = 2..=9;

/// In which order a list has the bytes of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// As our readers give them.
    AsRead,
    /// The last byte first.
    Reversed,
}

/// Which of the ordered bytes a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cut {
    /// All.
    Whole,
    /// So many of the first.
    First(usize),
    /// So many of the last.
    Last(usize),
}

/// How a site's list writes what its readers read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CardForm {
    order: Order,
    cut: Cut,
    notation: Notation,
}

/// A text is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no form of card numbers: write [reversed-][first2…first9- or last2…last9-] and one of hex, \
     decimal, ascii-hex, wiegand26, wiegand26-hex, wiegand26-decimal, wiegand34, wiegand34-hex, \
     wiegand34-decimal; wiegand26 holds 3 bytes, wiegand34 holds 4"
)]
pub struct BadForm(pub String);

/// A card's number as a list has it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum CardNumber {
    /// All of what a reader gives.
    Whole(CardReading),
    /// Some bytes of it: more than one card may have them.
    Part(CardPart),
}

/// Some bytes of a number, in the list's order.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CardPart {
    order: Order,
    cut: Cut,
    notation: Notation,
    bytes: Vec<u8>,
}

impl CardForm {
    /// The form of these parts; none when the notation writes another number of bytes.
    #[must_use]
    pub fn new(order: Order, cut: Cut, notation: Notation) -> Option<Self> {
        let fits = match (cut, notation.bytes()) {
            (Cut::Whole, wanted) => wanted.is_none_or(|bytes| WHOLE_SIZES.contains(&bytes)),
            (Cut::First(bytes) | Cut::Last(bytes), wanted) => {
                PART_BYTES.contains(&bytes) && wanted.is_none_or(|wanted| wanted == bytes)
            }
        };
        fits.then_some(Self { order, cut, notation })
    }

    /// Every form that there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let cuts = || {
            let parts = PART_BYTES.flat_map(|bytes| [Cut::First(bytes), Cut::Last(bytes)]);
            std::iter::once(Cut::Whole).chain(parts)
        };
        let orders = [Order::AsRead, Order::Reversed].into_iter();
        orders.flat_map(move |order| {
            cuts().flat_map(move |cut| {
                Notation::ALL
                    .into_iter()
                    .filter_map(move |notation| Self::new(order, cut, notation))
            })
        })
    }

    /// Whether it holds a part of the number only, so that two cards may have the same.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.cut != Cut::Whole
    }

    /// How many of the ordered bytes it holds; none when all.
    #[must_use]
    pub fn part_bytes(&self) -> Option<usize> {
        match self.cut {
            Cut::Whole => None,
            Cut::First(bytes) | Cut::Last(bytes) => Some(bytes),
        }
    }

    /// What a list in this form has for a card; none when the reading is too short or too long for it.
    #[must_use]
    pub fn of(&self, reading: &CardReading) -> Option<CardNumber> {
        let mut bytes = reading.bytes().to_vec();
        if self.order == Order::Reversed {
            bytes.reverse();
        }
        let bytes = match self.cut {
            Cut::Whole => {
                let fits = self.notation.bytes().is_none_or(|wanted| wanted == bytes.len());
                return fits.then(|| CardNumber::Whole(reading.clone()));
            }
            Cut::First(count) => bytes.get(..count)?.to_vec(),
            Cut::Last(count) => bytes.get(bytes.len().checked_sub(count)?..)?.to_vec(),
        };
        Some(CardNumber::Part(self.part(bytes)))
    }

    fn part(&self, bytes: Vec<u8>) -> CardPart {
        CardPart { order: self.order, cut: self.cut, notation: self.notation, bytes }
    }

    /// The number that a list in this form means. Leading zeros that were eaten are put back.
    ///
    /// # Errors
    /// [`BadNumber`]: the text is not written so, or no card gives such a number.
    pub fn read(&self, text: &str) -> Result<CardNumber, BadNumber> {
        let digits = self.notation.read(text)?;
        let Some(count) = self.part_bytes() else { return self.whole(digits) };
        let bytes = bytes(digits.value, count).ok_or(BadNumber::TooLarge)?;
        Ok(CardNumber::Part(self.part(bytes)))
    }

    fn whole(&self, digits: Digits) -> Result<CardNumber, BadNumber> {
        let size = match self.notation {
            Notation::Hex
                if WHOLE_SIZES.contains(&(digits.count / 2)) && digits.count.is_multiple_of(2) =>
            {
                Some(digits.count / 2)
            }
            notation => notation.bytes(),
        };
        let fits = |size: &usize| bytes(digits.value, *size).is_some();
        let size =
            size.or_else(|| WHOLE_SIZES.into_iter().find(fits)).ok_or(BadNumber::TooLarge)?;
        let mut bytes = bytes(digits.value, size).ok_or(BadNumber::TooLarge)?;
        if self.order == Order::Reversed {
            bytes.reverse();
        }
        Ok(CardNumber::Whole(CardReading::from_uid(&bytes).map_err(|fault| match fault {
            BadCard::NotHex | BadCard::Length => BadNumber::TooLarge,
            fault @ BadCard::Random => BadNumber::Card(fault),
        })?))
    }

    /// Whether the text lacks zeros that this form writes in front.
    #[must_use]
    pub fn lacks_zeros(&self, text: &str) -> bool {
        let Ok(digits) = self.notation.read(text) else { return false };
        match (self.notation, self.part_bytes()) {
            (Notation::Hex, Some(bytes)) => digits.count < bytes * 2,
            (Notation::Hex, None) => {
                !WHOLE_SIZES.iter().any(|size| size * 2 == digits.count)
                    && WHOLE_SIZES.iter().any(|size| size * 2 > digits.count)
            }
            _ => false,
        }
    }

    /// The ways in which a directory may write this card, for a question that names each; empty when the form
    /// cannot hold the reading.
    #[must_use]
    pub fn spellings(&self, reading: &CardReading) -> Vec<String> {
        let Some(number) = self.of(reading) else { return Vec::new() };
        let bytes = match number {
            CardNumber::Part(part) => part.bytes,
            CardNumber::Whole(reading) if self.order == Order::AsRead => reading.bytes().to_vec(),
            CardNumber::Whole(reading) => reading.bytes().iter().rev().copied().collect(),
        };
        let text = self.notation.write(value(&bytes), bytes.len());
        let widest =
            Notation::Decimal.write(u128::MAX >> (128 - 8 * bytes.len()), bytes.len()).len();
        let mut texts = vec![text.to_lowercase()];
        match self.notation {
            Notation::Decimal => texts.push(format!("{text:0>widest$}")),
            Notation::Wiegand26 | Notation::Wiegand34 => {
                texts.extend([":", "-", "/", " ", ""].map(|between| text.replace(',', between)));
            }
            _ => {}
        }
        texts.push(text);
        texts.sort();
        texts.dedup();
        texts
    }
}

impl fmt::Display for CardForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Place(self.order, self.cut), self.notation.as_str())
    }
}

/// The bytes that are meant, as the beginning of a form's text.
struct Place(Order, Cut);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == Order::Reversed {
            f.write_str("reversed-")?;
        }
        match self.1 {
            Cut::Whole => Ok(()),
            Cut::First(bytes) => write!(f, "first{bytes}-"),
            Cut::Last(bytes) => write!(f, "last{bytes}-"),
        }
    }
}

impl FromStr for CardForm {
    type Err = BadForm;

    fn from_str(text: &str) -> Result<Self, BadForm> {
        let wanted = text.trim().to_ascii_lowercase();
        Self::all().find(|form| form.to_string() == wanted).ok_or_else(|| BadForm(text.into()))
    }
}

impl CardNumber {
    /// The last four digits as a list or a reader writes them: all that is ever shown.
    #[must_use]
    pub fn last4(&self) -> String {
        let part = match self {
            Self::Whole(reading) => return reading.last4(),
            Self::Part(part) => part,
        };
        let text = part.notation.write(value(&part.bytes), part.bytes.len());
        let digits: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).collect();
        digits[digits.len().saturating_sub(4)..].iter().collect()
    }
}

impl CardPart {
    /// What kind of number it is: parts of another place are never compared with it.
    #[must_use]
    pub fn kind(&self) -> String {
        format!("part-{}", Place(self.order, self.cut).to_string().trim_end_matches('-'))
    }

    /// How many bits it has.
    #[must_use]
    pub fn bits(&self) -> i32 {
        i32::try_from(self.bytes.len() * 8).expect("a part has at most 9 bytes")
    }

    /// The bytes in the list's order.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Shows only the last four digits, so that no log holds a card number.
impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(…{})", self.last4())
    }
}

/// Shows only where the bytes are from.
impl fmt::Debug for CardPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardPart({})", self.kind())
    }
}

fn value(bytes: &[u8]) -> u128 {
    bytes.iter().fold(0, |value, byte| value << 8 | u128::from(*byte))
}

/// The number in so many bytes, when it fits.
fn bytes(value: u128, count: usize) -> Option<Vec<u8>> {
    let all = value.to_be_bytes();
    let (zeros, bytes) = all.split_at(all.len() - count);
    zeros.iter().all(|byte| *byte == 0).then(|| bytes.to_vec())
}
