//! Parameters and rows, the same for both databases: whole numbers, text, bytes, and nothing else.

use std::fmt::Display;
use std::str::FromStr;
use std::vec::IntoIter;

use print_core::time::AccountingDay;
use print_core::{Amount, Timestamp};
use serde_json::Value as Json;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Decode, Postgres, Row as _, Sqlite, TypeInfo, ValueRef};

use crate::database::error::{Result, StoreError};

/// One parameter or one cell. A missing value keeps its kind, because PostgreSQL wants to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($from:ty => $kind:ident, |$value:ident| $to:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                Self::$kind(Some($to))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$kind(value.map(|$value| $to))
            }
        }
    )*};
}

value_from! {
    i64 => Int, |value| value;
    i32 => Int, |value| i64::from(value);
    u32 => Int, |value| i64::from(value);
    bool => Int, |value| i64::from(value);
    Timestamp => Int, |value| value.micros();
    AccountingDay => Int, |value| i64::from(value.number());
    Amount => Int, |value| value.ten_thousandths();
    &str => Text, |value| value.to_owned();
    String => Text, |value| value;
    &String => Text, |value| value.clone();
    Vec<u8> => Bytes, |value| value;
    &[u8] => Bytes, |value| value.to_vec();
    [u8; 32] => Bytes, |value| value.to_vec();
}

macro_rules! value_from_id {
    ($($id:ty),*) => { value_from! { $($id => Text, |value| value.to_string();)* } };
}

value_from_id!(
    print_core::AttemptId,
    print_core::CardId,
    print_core::CodeId,
    print_core::DepartmentId,
    print_core::GroupId,
    print_core::JobId,
    print_core::LinkId,
    print_core::NoticeId,
    print_core::PersonId,
    print_core::PrinterId,
    print_core::QueueId,
    print_core::RequestId,
    print_core::StationId,
    print_core::TariffVersionId
);

/// The parameters of one statement, in the order of `$1`, `$2`, ….
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::database::value::Value::from($value)),*] };
}
pub(crate) use values;

pub(crate) fn sqlite_arguments(values: Vec<Value>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Int(value) => Arguments::add(&mut arguments, value),
            Value::Text(value) => Arguments::add(&mut arguments, value),
            Value::Bytes(value) => Arguments::add(&mut arguments, value),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

pub(crate) fn postgres_arguments(values: Vec<Value>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), values.len() * 16);
    for value in values {
        let added = match value {
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// One row, read from left to right: each call takes the next column.
#[derive(Debug)]
pub(crate) struct Row(IntoIter<Value>);

impl TryFrom<&SqliteRow> for Row {
    type Error = StoreError;

    fn try_from(row: &SqliteRow) -> Result<Self> {
        let mut cells = Vec::with_capacity(row.len());
        for index in 0..row.len() {
            let raw = row.try_get_raw(index)?;
            let kind = raw.type_info().into_owned();
            cells.push(match kind.name() {
                _ if raw.is_null() => Value::Int(None),
                "INTEGER" => Value::Int(Some(decode::<i64, Sqlite>(raw)?)),
                "TEXT" => Value::Text(Some(decode::<String, Sqlite>(raw)?)),
                "BLOB" => Value::Bytes(Some(decode::<Vec<u8>, Sqlite>(raw)?)),
                other => return Err(StoreError::corrupt(format!("a column of type {other}"))),
            });
        }
        Ok(Self(cells.into_iter()))
    }
}

impl TryFrom<&PgRow> for Row {
    type Error = StoreError;

    fn try_from(row: &PgRow) -> Result<Self> {
        let mut cells = Vec::with_capacity(row.len());
        for index in 0..row.len() {
            let raw = row.try_get_raw(index)?;
            let kind = raw.type_info().into_owned();
            cells.push(match kind.name() {
                _ if raw.is_null() => Value::Int(None),
                "INT8" => Value::Int(Some(decode::<i64, Postgres>(raw)?)),
                "INT4" => Value::Int(Some(i64::from(decode::<i32, Postgres>(raw)?))),
                "TEXT" | "NAME" => Value::Text(Some(decode::<String, Postgres>(raw)?)),
                "BYTEA" => Value::Bytes(Some(decode::<Vec<u8>, Postgres>(raw)?)),
                other => return Err(StoreError::corrupt(format!("a column of type {other}"))),
            });
        }
        Ok(Self(cells.into_iter()))
    }
}

fn decode<'r, T, DB>(raw: <DB as sqlx::Database>::ValueRef<'r>) -> Result<T>
where
    DB: sqlx::Database,
    T: Decode<'r, DB>,
{
    T::decode(raw).map_err(|error| StoreError::corrupt(error.to_string()))
}

impl Row {
    fn next(&mut self) -> Result<Value> {
        self.0.next().ok_or_else(|| StoreError::corrupt("a row with too few columns"))
    }

    fn must<T>(value: Option<T>) -> Result<T> {
        value.ok_or_else(|| StoreError::corrupt("an empty column that must not be empty"))
    }

    pub(crate) fn opt_int(&mut self) -> Result<Option<i64>> {
        match self.next()? {
            Value::Int(value) => Ok(value),
            other => Err(StoreError::corrupt(format!("{other:?} instead of a number"))),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        Self::must(self.opt_int()?)
    }

    /// A number of a smaller type.
    pub(crate) fn small<T: TryFrom<i64>>(&mut self) -> Result<T> {
        let value = self.int()?;
        T::try_from(value).map_err(|_| StoreError::corrupt(format!("the number {value}")))
    }

    pub(crate) fn flag(&mut self) -> Result<bool> {
        Ok(self.int()? != 0)
    }

    pub(crate) fn opt_time(&mut self) -> Result<Option<Timestamp>> {
        Ok(self.opt_int()?.map(Timestamp::from_micros))
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp> {
        self.int().map(Timestamp::from_micros)
    }

    pub(crate) fn day(&mut self) -> Result<AccountingDay> {
        self.small::<i32>().map(AccountingDay::from_number)
    }

    pub(crate) fn amount(&mut self) -> Result<Amount> {
        self.int().map(Amount::from_ten_thousandths)
    }

    pub(crate) fn opt_text(&mut self) -> Result<Option<String>> {
        match self.next()? {
            Value::Text(value) => Ok(value),
            Value::Int(None) => Ok(None),
            other => Err(StoreError::corrupt(format!("{other:?} instead of a text"))),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        Self::must(self.opt_text()?)
    }

    pub(crate) fn opt_bytes(&mut self) -> Result<Option<Vec<u8>>> {
        match self.next()? {
            Value::Bytes(value) => Ok(value),
            Value::Int(None) => Ok(None),
            other => Err(StoreError::corrupt(format!("{other:?} instead of bytes"))),
        }
    }

    pub(crate) fn bytes(&mut self) -> Result<Vec<u8>> {
        Self::must(self.opt_bytes()?)
    }

    /// A hash of 32 bytes.
    pub(crate) fn opt_hash(&mut self) -> Result<Option<[u8; 32]>> {
        let Some(bytes) = self.opt_bytes()? else { return Ok(None) };
        bytes.try_into().map(Some).map_err(|_| StoreError::corrupt("a hash of another length"))
    }

    pub(crate) fn hash(&mut self) -> Result<[u8; 32]> {
        Self::must(self.opt_hash()?)
    }

    /// A text that is parsed: an identifier, a state.
    pub(crate) fn opt_parsed<T: FromStr<Err: Display>>(&mut self) -> Result<Option<T>> {
        let Some(text) = self.opt_text()? else { return Ok(None) };
        text.parse().map(Some).map_err(|error: T::Err| StoreError::corrupt(error.to_string()))
    }

    pub(crate) fn parsed<T: FromStr<Err: Display>>(&mut self) -> Result<T> {
        Self::must(self.opt_parsed()?)
    }

    /// A text that `parse` understands.
    pub(crate) fn opt_named<T, E: Display>(
        &mut self,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>> {
        let Some(text) = self.opt_text()? else { return Ok(None) };
        parse(&text).map(Some).map_err(|error| StoreError::corrupt(error.to_string()))
    }

    pub(crate) fn named<T, E: Display>(
        &mut self,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T> {
        Self::must(self.opt_named(parse)?)
    }

    /// A word of a closed list.
    pub(crate) fn word<T>(&mut self, from_word: impl FnOnce(&str) -> Option<T>) -> Result<T> {
        let text = self.text()?;
        from_word(&text).ok_or_else(|| StoreError::corrupt(format!("the word {text:?}")))
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&mut self) -> Result<T> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|error| StoreError::corrupt(error.to_string()))
    }

    pub(crate) fn opt_json(&mut self) -> Result<Option<Json>> {
        let Some(text) = self.opt_text()? else { return Ok(None) };
        let value = serde_json::from_str(&text);
        value.map(Some).map_err(|error| StoreError::corrupt(error.to_string()))
    }
}
