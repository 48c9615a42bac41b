//! Texts with a length limit and without characters that could mislead a reader.

use std::fmt;
use std::ops::Deref;

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

/// A text of at most `MAX` characters, without control characters and without the marks that turn
/// the direction of writing (a document's title must not be able to dress up as another one).
///
/// The server makes them with [`Text::cut`], which never fails; the receiver parses strictly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// An identifier that only its maker understands: a job, a printer.
pub type Id = Text<64>;
/// One line: a title, a name, an amount, a time.
pub type Line = Text<255>;
/// What a person reads: one or a few sentences.
pub type Sentence = Text<1023>;
/// The name of a card reader, as PC/SC tells it.
pub type ReaderName = Text<128>;
/// A new random name (36 characters, as a UUID) for each start of a station, so that its first tap
/// after a restart is not mistaken for an earlier one with the same number.
pub type BootId = Text<36>;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// It has more characters than its limit.
    TooLong,
    /// It holds a control character or a mark of writing direction.
    Forbidden,
}

impl fmt::Display for TextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::TooLong => "the text is too long",
            Self::Forbidden => "the text holds a character that is not allowed",
        })
    }
}

impl std::error::Error for TextError {}

impl<const MAX: usize> Text<MAX> {
    /// Takes a text as it is.
    ///
    /// # Errors
    /// It is too long or holds a forbidden character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        if text.chars().any(is_forbidden) {
            return Err(TextError::Forbidden);
        }
        // Bytes first: counting the characters of a huge text is then never needed.
        if text.len() > MAX * 4 || text.chars().count() > MAX {
            return Err(TextError::TooLong);
        }
        Ok(Self(text.to_owned()))
    }

    /// Makes any text fit: forbidden characters become spaces, and what is too long is cut and ends
    /// with an ellipsis.
    #[must_use]
    pub fn cut(text: impl AsRef<str>) -> Self {
        let clean = |c: char| if is_forbidden(c) { ' ' } else { c };
        let text = text.as_ref();
        let mut kept: String = text.chars().take(MAX).map(clean).collect();
        if text.chars().nth(MAX).is_some() {
            kept.pop();
            kept.push('…');
        }
        Self(kept)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, line separators, and the marks that reorder what is shown.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<const MAX: usize>;
        impl<const MAX: usize> Visitor<'_> for TextVisitor<MAX> {
            type Value = Text<MAX>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "a text of at most {MAX} characters")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Text::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(TextVisitor)
    }
}

/// The two languages of the product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Swedish.
    #[default]
    Sv,
    /// English.
    En,
}
