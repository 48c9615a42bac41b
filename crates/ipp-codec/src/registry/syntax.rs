//! What values an attribute may have, as its registration says.

use crate::attribute::Attribute;
use crate::value::{OutOfBand, Value};

/// The longest `text`, `uri` and `octetString` (RFC 8011 section 5.1).
const LONG_MAX: usize = 1_023;
/// The longest `name`, `keyword` and `mimeMediaType` (RFC 8011 section 5.1).
const SHORT_MAX: usize = 255;
/// The longest `charset`, `naturalLanguage` and `uriScheme` (RFC 8011 section 5.1).
const TINY_MAX: usize = 63;

/// The registered syntax of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// Whether the attribute may have several values (`1setOf`).
    pub set: bool,
    /// What each value may be.
    pub kinds: Vec<SyntaxKind>,
}

/// One alternative of a syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The variants are the names of RFC 8011 section 5.1.
pub enum SyntaxKind {
    Integer { min: i32, max: i32 },
    Boolean,
    Enum,
    OctetString { bytes_max: usize },
    DateTime,
    Resolution,
    RangeOfInteger { min: i32, max: i32 },
    Collection,
    Text { bytes_max: usize },
    Name { bytes_max: usize },
    Keyword,
    Uri { bytes_max: usize },
    UriScheme,
    Charset,
    NaturalLanguage,
    MimeMediaType,
    OutOfBand(OutOfBand),
}

/// What is wrong with an attribute, compared with its syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxFault {
    /// Several values where one is allowed.
    #[error("it must have one value")]
    SeveralValues,
    /// A value of another kind.
    #[error("it has a value of the wrong type")]
    WrongKind,
    /// A number outside its range.
    #[error("it has a number out of range")]
    OutOfRange,
    /// A string that is too long.
    #[error("it has a value that is too long")]
    TooLong,
}

impl Syntax {
    /// Reads a syntax as the registry writes it, such as `1setOf (type2 keyword | name(MAX))`.
    /// `None` if a word in it is unknown.
    pub fn parse(registered: &str) -> Option<Syntax> {
        let set = registered.contains("1setOf");
        let kinds = registered.replace("1setOf", " ");
        let kinds: Option<Vec<SyntaxKind>> = kinds.split('|').map(SyntaxKind::parse).collect();
        Some(Syntax { set, kinds: kinds? })
    }

    /// Compares an attribute with this syntax.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self, attribute: &Attribute) -> Result<(), SyntaxFault> {
        if attribute.values.len() > 1 && !self.set {
            return Err(SyntaxFault::SeveralValues);
        }
        attribute.values.iter().try_for_each(|value| self.check_value(value))
    }

    fn check_value(&self, value: &Value) -> Result<(), SyntaxFault> {
        let mut fault = SyntaxFault::WrongKind;
        for kind in &self.kinds {
            match kind.check(value) {
                Ok(()) => return Ok(()),
                Err(SyntaxFault::WrongKind) => {}
                Err(nearer) => fault = nearer,
            }
        }
        Err(fault)
    }
}

impl SyntaxKind {
    fn parse(alternative: &str) -> Option<SyntaxKind> {
        let unquoted = alternative.trim().trim_start_matches(['(', ' ']).trim_matches('\'');
        let word = unquoted
            .strip_prefix("type1 ")
            .or_else(|| unquoted.strip_prefix("type2 "))
            .unwrap_or(unquoted)
            .trim();
        let (word, argument) = match word.split_once('(') {
            Some((word, rest)) => (word, rest.trim_end_matches([')', ' '])),
            None => (word.trim_end_matches([')', '\'']), ""),
        };
        Some(match word {
            "integer" => {
                let (min, max) = bounds(argument)?;
                SyntaxKind::Integer { min, max }
            }
            "rangeOfInteger" => {
                let (min, max) = bounds(argument)?;
                SyntaxKind::RangeOfInteger { min, max }
            }
            "boolean" => SyntaxKind::Boolean,
            "enum" => SyntaxKind::Enum,
            "octetString" => SyntaxKind::OctetString { bytes_max: length(argument, LONG_MAX)? },
            "dateTime" => SyntaxKind::DateTime,
            "resolution" => SyntaxKind::Resolution,
            "collection" => SyntaxKind::Collection,
            "text" => SyntaxKind::Text { bytes_max: length(argument, LONG_MAX)? },
            "name" => SyntaxKind::Name { bytes_max: length(argument, SHORT_MAX)? },
            "keyword" => SyntaxKind::Keyword,
            "uri" => SyntaxKind::Uri { bytes_max: length(argument, LONG_MAX)? },
            "uriScheme" => SyntaxKind::UriScheme,
            "charset" => SyntaxKind::Charset,
            "naturalLanguage" => SyntaxKind::NaturalLanguage,
            "mimeMediaType" => SyntaxKind::MimeMediaType,
            "no-value" => SyntaxKind::OutOfBand(OutOfBand::NO_VALUE),
            "unknown" => SyntaxKind::OutOfBand(OutOfBand::UNKNOWN),
            _ => return None,
        })
    }

    fn check(self, value: &Value) -> Result<(), SyntaxFault> {
        let fits = |bytes: &[u8], bytes_max: usize| {
            if bytes.len() > bytes_max { Err(SyntaxFault::TooLong) } else { Ok(()) }
        };
        match (self, value) {
            (SyntaxKind::Integer { min, max }, Value::Integer(number)) => {
                let inside = (min..=max).contains(number);
                inside.then_some(()).ok_or(SyntaxFault::OutOfRange)
            }
            (SyntaxKind::RangeOfInteger { min, max }, Value::Range { lower, upper }) => {
                let inside = min <= *lower && lower <= upper && *upper <= max;
                inside.then_some(()).ok_or(SyntaxFault::OutOfRange)
            }
            (SyntaxKind::Boolean, Value::Boolean(_))
            | (SyntaxKind::Enum, Value::Enum(_))
            | (SyntaxKind::DateTime, Value::DateTime(_))
            | (SyntaxKind::Resolution, Value::Resolution(_))
            | (SyntaxKind::Collection, Value::Collection(_)) => Ok(()),
            (SyntaxKind::OctetString { bytes_max }, Value::OctetString(bytes))
            | (SyntaxKind::Text { bytes_max }, Value::Text(bytes))
            | (SyntaxKind::Name { bytes_max }, Value::Name(bytes))
            | (SyntaxKind::Uri { bytes_max }, Value::Uri(bytes)) => fits(bytes, bytes_max),
            (SyntaxKind::Text { bytes_max }, Value::TextWithLanguage(with_language))
            | (SyntaxKind::Name { bytes_max }, Value::NameWithLanguage(with_language)) => {
                fits(&with_language.language, TINY_MAX)?;
                fits(&with_language.string, bytes_max)
            }
            (SyntaxKind::Keyword, Value::Keyword(bytes))
            | (SyntaxKind::MimeMediaType, Value::MimeType(bytes)) => fits(bytes, SHORT_MAX),
            (SyntaxKind::UriScheme, Value::UriScheme(bytes))
            | (SyntaxKind::Charset, Value::Charset(bytes))
            | (SyntaxKind::NaturalLanguage, Value::Language(bytes)) => fits(bytes, TINY_MAX),
            (SyntaxKind::OutOfBand(allowed), Value::OutOfBand(given)) if allowed == *given => {
                Ok(())
            }
            _ => Err(SyntaxFault::WrongKind),
        }
    }
}

/// The longest content that the standard allows for a value of this tag, in bytes; `None` for
/// values without a length of their own.
pub fn standard_bytes_max(value: &Value) -> Option<usize> {
    match value {
        Value::Text(_) | Value::TextWithLanguage(_) | Value::Uri(_) | Value::OctetString(_) => {
            Some(LONG_MAX)
        }
        Value::Name(_) | Value::NameWithLanguage(_) | Value::Keyword(_) | Value::MimeType(_) => {
            Some(SHORT_MAX)
        }
        Value::UriScheme(_) | Value::Charset(_) | Value::Language(_) => Some(TINY_MAX),
        _ => None,
    }
}

fn length(argument: &str, longest: usize) -> Option<usize> {
    match argument {
        "" | "MAX" => Some(longest),
        number => number.parse().ok(),
    }
}

/// `1:MAX` and the like. The registry has `MIN:MIN` and a lone `MAX` where it means no bound.
fn bounds(argument: &str) -> Option<(i32, i32)> {
    let Some((low, high)) = argument.split_once(':') else {
        return matches!(argument, "" | "MAX").then_some((i32::MIN, i32::MAX));
    };
    let low = if low.trim() == "MIN" { i32::MIN } else { low.trim().parse().ok()? };
    let unbounded = matches!(high.trim(), "MAX" | "MIN");
    let high = if unbounded { i32::MAX } else { high.trim().parse().ok()? };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_syntaxes_are_understood() {
        let name = SyntaxKind::Name { bytes_max: 255 };
        let table = [
            ("1setOf (type2 keyword | name(MAX))", true, vec![SyntaxKind::Keyword, name]),
            ("text(127)", false, vec![SyntaxKind::Text { bytes_max: 127 }]),
            ("integer(1:MAX)", false, vec![SyntaxKind::Integer { min: 1, max: i32::MAX }]),
            (
                "dateTime|unknown",
                false,
                vec![SyntaxKind::DateTime, SyntaxKind::OutOfBand(OutOfBand::UNKNOWN)],
            ),
            (
                "octetString(64) | 'no-value'",
                false,
                vec![
                    SyntaxKind::OctetString { bytes_max: 64 },
                    SyntaxKind::OutOfBand(OutOfBand::NO_VALUE),
                ],
            ),
        ];
        for (registered, set, kinds) in table {
            assert_eq!(Syntax::parse(registered), Some(Syntax { set, kinds }), "{registered}");
        }
    }

    #[test]
    fn values_are_compared_with_kind_range_and_length() {
        let copies = Syntax::parse("integer(1:MAX)").unwrap();
        assert_eq!(copies.check(&Attribute::integer("copies", 1)), Ok(()));
        assert_eq!(copies.check(&Attribute::integer("copies", 0)), Err(SyntaxFault::OutOfRange));
        assert_eq!(copies.check(&Attribute::keyword("copies", "two")), Err(SyntaxFault::WrongKind));
        let two = Attribute::set("copies", [Value::Integer(1), Value::Integer(2)]);
        assert_eq!(copies.check(&two), Err(SyntaxFault::SeveralValues));
        let name = Syntax::parse("name(MAX)").unwrap();
        let long = Attribute::name("job-name", &"a".repeat(256));
        assert_eq!(name.check(&long), Err(SyntaxFault::TooLong));
    }
}
