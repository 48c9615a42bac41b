//! One value of an attribute, with its own tag and every byte of its content.

use crate::date_time::DateTime;
use crate::registry::ValueTag;

/// A value. Strings are kept as the bytes that came, because they may be longer than the standard
/// allows or not UTF-8; [`Value::as_str`] and [`crate::text`] give them to the rest of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `integer`.
    Integer(i32),
    /// `boolean`: 0 is false, 1 is true; some devices send other bytes, which read as true.
    Boolean(u8),
    /// `enum`.
    Enum(i32),
    /// `octetString`.
    OctetString(Vec<u8>),
    /// `dateTime`.
    DateTime(DateTime),
    /// `resolution`.
    Resolution(Resolution),
    /// `rangeOfInteger`.
    Range {
        /// The lowest number of the range.
        lower: i32,
        /// The highest number of the range.
        upper: i32,
    },
    /// `textWithLanguage`.
    TextWithLanguage(Box<LanguageString>),
    /// `nameWithLanguage`.
    NameWithLanguage(Box<LanguageString>),
    /// `textWithoutLanguage`.
    Text(Vec<u8>),
    /// `nameWithoutLanguage`.
    Name(Vec<u8>),
    /// `keyword`.
    Keyword(Vec<u8>),
    /// `uri`.
    Uri(Vec<u8>),
    /// `uriScheme`.
    UriScheme(Vec<u8>),
    /// `charset`.
    Charset(Vec<u8>),
    /// `naturalLanguage`.
    Language(Vec<u8>),
    /// `mimeMediaType`.
    MimeType(Vec<u8>),
    /// `collection`: its members in order; a name may come twice.
    Collection(Vec<Member>),
    /// A value that says why there is none.
    OutOfBand(OutOfBand),
    /// A value of a tag that this crate does not interpret, 0x7f extensions among them.
    Other {
        /// The tag as it came.
        tag: ValueTag,
        /// The content as it came.
        bytes: Vec<u8>,
    },
}

/// One member attribute of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member's name, such as `media-size`.
    pub name: String,
    /// At least one value.
    pub values: Vec<Value>,
}

impl Member {
    /// A member with one value.
    pub fn new(name: &str, value: Value) -> Member {
        Member { name: name.to_owned(), values: vec![value] }
    }
}

/// Text or name with its own natural language (RFC 8010 section 3.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageString {
    /// The natural language, such as `sv`.
    pub language: Vec<u8>,
    /// The text or name itself.
    pub string: Vec<u8>,
}

/// Dots per length in both directions (RFC 8011 section 5.1.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// Across the feed direction.
    pub cross_feed: i32,
    /// Along the feed direction.
    pub feed: i32,
    /// 3 is dots per inch, 4 dots per centimetre.
    pub units: i8,
}

impl Resolution {
    /// The code for dots per inch in `units`.
    pub const DOTS_PER_INCH: i8 = 3;
}

/// A tag that stands for a missing value (RFC 8010 section 3.5.2). It has no content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OutOfBand(u8);

impl OutOfBand {
    /// The printer does not support this attribute.
    pub const UNSUPPORTED: OutOfBand = OutOfBand(0x10);
    /// The value exists and is not known.
    pub const UNKNOWN: OutOfBand = OutOfBand(0x12);
    /// There is no value yet, or none configured.
    pub const NO_VALUE: OutOfBand = OutOfBand(0x13);
    /// The attribute cannot be set (RFC 3380).
    pub const NOT_SETTABLE: OutOfBand = OutOfBand(0x15);
    /// Remove this attribute from the object (RFC 3380).
    pub const DELETE_ATTRIBUTE: OutOfBand = OutOfBand(0x16);
    /// An administrator has to set it (RFC 3380).
    pub const ADMIN_DEFINE: OutOfBand = OutOfBand(0x17);

    /// The tag, if it lies in the out-of-band range 0x10 to 0x1f.
    pub fn new(tag: u8) -> Option<OutOfBand> {
        (0x10..=0x1f).contains(&tag).then_some(OutOfBand(tag))
    }

    /// The tag byte.
    pub fn tag(self) -> u8 {
        self.0
    }
}

impl Value {
    /// A `textWithoutLanguage`.
    pub fn text(text: &str) -> Value {
        Value::Text(text.as_bytes().to_vec())
    }

    /// A `nameWithoutLanguage`.
    pub fn name(name: &str) -> Value {
        Value::Name(name.as_bytes().to_vec())
    }

    /// A `keyword`.
    pub fn keyword(keyword: &str) -> Value {
        Value::Keyword(keyword.as_bytes().to_vec())
    }

    /// A `uri`.
    pub fn uri(uri: &str) -> Value {
        Value::Uri(uri.as_bytes().to_vec())
    }

    /// A `uriScheme`.
    pub fn uri_scheme(scheme: &str) -> Value {
        Value::UriScheme(scheme.as_bytes().to_vec())
    }

    /// A `charset`.
    pub fn charset(charset: &str) -> Value {
        Value::Charset(charset.as_bytes().to_vec())
    }

    /// A `naturalLanguage`.
    pub fn language(language: &str) -> Value {
        Value::Language(language.as_bytes().to_vec())
    }

    /// A `mimeMediaType`.
    pub fn mime_type(mime_type: &str) -> Value {
        Value::MimeType(mime_type.as_bytes().to_vec())
    }

    /// A `boolean`.
    pub fn boolean(value: bool) -> Value {
        Value::Boolean(u8::from(value))
    }

    /// A `rangeOfInteger`, both ends included.
    pub fn range(lower: i32, upper: i32) -> Value {
        Value::Range { lower, upper }
    }

    /// A `resolution` in dots per inch, the same in both directions.
    pub fn dots_per_inch(dots: i32) -> Value {
        let units = Resolution::DOTS_PER_INCH;
        Value::Resolution(Resolution { cross_feed: dots, feed: dots, units })
    }

    /// The out-of-band value `no-value`.
    pub fn no_value() -> Value {
        Value::OutOfBand(OutOfBand::NO_VALUE)
    }

    /// The out-of-band value `unsupported`, for the unsupported-attributes group.
    pub fn unsupported() -> Value {
        Value::OutOfBand(OutOfBand::UNSUPPORTED)
    }

    /// The tag of the value as it stands on the wire.
    pub fn tag(&self) -> ValueTag {
        match self {
            Value::Integer(_) => ValueTag::INTEGER,
            Value::Boolean(_) => ValueTag::BOOLEAN,
            Value::Enum(_) => ValueTag::ENUM,
            Value::OctetString(_) => ValueTag::OCTET_STRING,
            Value::DateTime(_) => ValueTag::DATE_TIME,
            Value::Resolution(_) => ValueTag::RESOLUTION,
            Value::Range { .. } => ValueTag::RANGE_OF_INTEGER,
            Value::TextWithLanguage(_) => ValueTag::TEXT_WITH_LANGUAGE,
            Value::NameWithLanguage(_) => ValueTag::NAME_WITH_LANGUAGE,
            Value::Text(_) => ValueTag::TEXT_WITHOUT_LANGUAGE,
            Value::Name(_) => ValueTag::NAME_WITHOUT_LANGUAGE,
            Value::Keyword(_) => ValueTag::KEYWORD,
            Value::Uri(_) => ValueTag::URI,
            Value::UriScheme(_) => ValueTag::URI_SCHEME,
            Value::Charset(_) => ValueTag::CHARSET,
            Value::Language(_) => ValueTag::NATURAL_LANGUAGE,
            Value::MimeType(_) => ValueTag::MIME_MEDIA_TYPE,
            Value::Collection(_) => ValueTag::BEGIN_COLLECTION,
            Value::OutOfBand(out_of_band) => ValueTag::new(out_of_band.tag()),
            Value::Other { tag, .. } => *tag,
        }
    }

    /// The number of an `integer` or `enum`.
    pub fn as_integer(&self) -> Option<i32> {
        match self {
            Value::Integer(number) | Value::Enum(number) => Some(*number),
            _ => None,
        }
    }

    /// The truth of a `boolean`; every byte but 0 is true, as CUPS reads it.
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Value::Boolean(byte) => Some(*byte != 0),
            _ => None,
        }
    }

    /// The bytes of any character string, with or without language.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::TextWithLanguage(with_language) | Value::NameWithLanguage(with_language) => {
                Some(&with_language.string)
            }
            Value::Text(bytes)
            | Value::Name(bytes)
            | Value::Keyword(bytes)
            | Value::Uri(bytes)
            | Value::UriScheme(bytes)
            | Value::Charset(bytes)
            | Value::Language(bytes)
            | Value::MimeType(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The character string, if it is UTF-8. It may hold control characters and be long: text for
    /// people goes through [`crate::text::plain`] instead.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(self.as_bytes()?).ok()
    }

    /// The members of a `collection`.
    pub fn as_collection(&self) -> Option<&[Member]> {
        match self {
            Value::Collection(members) => Some(members),
            _ => None,
        }
    }

    /// The first value of this member, if the value is a collection that has it.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.as_collection()?.iter().find(|member| member.name == name)?.values.first()
    }
}
