//! A named list of values.

use crate::date_time::DateTime;
use crate::text;
use crate::value::{Member, Value};

/// An attribute: a name and at least one value. The values may differ in their tags, as in
/// `page-ranges` or `media`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The name, such as `printer-uri`.
    pub name: String,
    /// At least one value, in order.
    pub values: Vec<Value>,
}

impl Attribute {
    /// An attribute with one value.
    pub fn new(name: &str, value: Value) -> Attribute {
        Attribute { name: name.to_owned(), values: vec![value] }
    }

    /// An attribute with these values. A list that is empty becomes `no-value`, because an
    /// attribute without a value cannot be written.
    pub fn set(name: &str, values: impl IntoIterator<Item = Value>) -> Attribute {
        let mut values: Vec<Value> = values.into_iter().collect();
        if values.is_empty() {
            values.push(Value::no_value());
        }
        Attribute { name: name.to_owned(), values }
    }

    /// An `integer` attribute.
    pub fn integer(name: &str, value: i32) -> Attribute {
        Attribute::new(name, Value::Integer(value))
    }

    /// An `enum` attribute.
    pub fn enumeration(name: &str, value: i32) -> Attribute {
        Attribute::new(name, Value::Enum(value))
    }

    /// A `boolean` attribute.
    pub fn boolean(name: &str, value: bool) -> Attribute {
        Attribute::new(name, Value::boolean(value))
    }

    /// A `keyword` attribute.
    pub fn keyword(name: &str, keyword: &str) -> Attribute {
        Attribute::new(name, Value::keyword(keyword))
    }

    /// A `1setOf keyword` attribute.
    pub fn keywords<'a>(name: &str, keywords: impl IntoIterator<Item = &'a str>) -> Attribute {
        Attribute::set(name, keywords.into_iter().map(Value::keyword))
    }

    /// A `1setOf enum` attribute.
    pub fn enumerations(name: &str, values: impl IntoIterator<Item = i32>) -> Attribute {
        Attribute::set(name, values.into_iter().map(Value::Enum))
    }

    /// A `name` attribute.
    pub fn name(name: &str, value: &str) -> Attribute {
        Attribute::new(name, Value::name(value))
    }

    /// A `text` attribute.
    pub fn text(name: &str, value: &str) -> Attribute {
        Attribute::new(name, Value::text(value))
    }

    /// A `uri` attribute.
    pub fn uri(name: &str, uri: &str) -> Attribute {
        Attribute::new(name, Value::uri(uri))
    }

    /// A `mimeMediaType` attribute.
    pub fn mime_type(name: &str, mime_type: &str) -> Attribute {
        Attribute::new(name, Value::mime_type(mime_type))
    }

    /// A `1setOf mimeMediaType` attribute.
    pub fn mime_types<'a>(name: &str, types: impl IntoIterator<Item = &'a str>) -> Attribute {
        Attribute::set(name, types.into_iter().map(Value::mime_type))
    }

    /// A `dateTime` attribute.
    pub fn date_time(name: &str, value: DateTime) -> Attribute {
        Attribute::new(name, Value::DateTime(value))
    }

    /// A `collection` attribute.
    pub fn collection(name: &str, members: Vec<Member>) -> Attribute {
        Attribute::new(name, Value::Collection(members))
    }

    /// An attribute whose only value is `no-value`.
    pub fn no_value(name: &str) -> Attribute {
        Attribute::new(name, Value::no_value())
    }

    /// The first value.
    pub fn first(&self) -> Option<&Value> {
        self.values.first()
    }

    /// The first value as a number, if it is an `integer` or `enum`.
    pub fn as_integer(&self) -> Option<i32> {
        self.first()?.as_integer()
    }

    /// The first value as a truth, if it is a `boolean`.
    pub fn as_boolean(&self) -> Option<bool> {
        self.first()?.as_boolean()
    }

    /// The first value as a string, as [`Value::as_str`] gives it.
    pub fn as_str(&self) -> Option<&str> {
        self.first()?.as_str()
    }

    /// Every `integer` and `enum` value.
    pub fn integers(&self) -> impl Iterator<Item = i32> {
        self.values.iter().filter_map(Value::as_integer)
    }

    /// Every character-string value that is UTF-8, as it came: for keywords, URIs and types, which
    /// are compared and not shown.
    pub fn keywords_as_str(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter_map(Value::as_str)
    }

    /// Every character-string value as text for people: valid, without control characters, at most
    /// `bytes_max` bytes each.
    pub fn plain_strings(&self, bytes_max: usize) -> impl Iterator<Item = String> {
        self.values
            .iter()
            .filter_map(Value::as_bytes)
            .map(move |bytes| text::plain(bytes, bytes_max))
    }
}
