//! What can be bound to a statement and read from a row, on both engines alike.

use std::borrow::Cow;

use leadhold_kernel::{Id, Timestamp};
use postgres::types::{IsNull, Type, private::BytesMut};
use serde::de::DeserializeOwned;

use crate::error::DbError;

/// A bound value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// SQL null.
    Null,
    /// A whole number: counters, and moments in milliseconds.
    Int(i64),
    /// A number with decimals.
    Real(f64),
    /// A truth value.
    Bool(bool),
    /// Text, also JSON text.
    Text(Cow<'a, str>),
    /// Bytes as they are.
    Bytes(Cow<'a, [u8]>),
}

/// The bound values of a statement, in the order of `$1`, `$2`, …
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*] };
}

macro_rules! into_value {
    ($($from:ty => |$v:ident| $to:expr;)*) => {
        $(impl<'a> From<$from> for Value<'a> { fn from($v: $from) -> Self { $to } })*
    };
}

into_value! {
    i64 => |v| Value::Int(v);
    u32 => |v| Value::Int(i64::from(v));
    f64 => |v| Value::Real(v);
    bool => |v| Value::Bool(v);
    Timestamp => |v| Value::Int(v.0);
    String => |v| Value::Text(Cow::Owned(v));
    &'a str => |v| Value::Text(Cow::Borrowed(v));
    &'a String => |v| Value::Text(Cow::Borrowed(v));
    Vec<u8> => |v| Value::Bytes(Cow::Owned(v));
    &'a [u8] => |v| Value::Bytes(Cow::Borrowed(v));
    &'a Vec<u8> => |v| Value::Bytes(Cow::Borrowed(v));
}

impl<'a, K> From<&'a Id<K>> for Value<'a> {
    fn from(id: &'a Id<K>) -> Self {
        Self::Text(Cow::Borrowed(id.as_str()))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(v) => ValueRef::Integer(*v),
            Self::Real(v) => ValueRef::Real(*v),
            Self::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Self::Text(v) => ValueRef::Text(v.as_bytes()),
            Self::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

impl postgres::types::ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            // PostgreSQL takes a parameter's type from its place: a whole number may meet a column with decimals.
            #[expect(clippy::cast_precision_loss, reason = "a double column holds what a double can hold")]
            Self::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(ty, out),
            Self::Real(v) => v.to_sql(ty, out),
            Self::Bool(v) => v.to_sql(ty, out),
            Self::Text(v) => v.as_ref().to_sql(ty, out),
            Self::Bytes(v) => v.as_ref().to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    postgres::types::to_sql_checked!();
}

/// A row of either engine.
pub struct Row<'a>(pub(crate) Inner<'a>);

pub(crate) enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value of column `i`, counted from 0 in the order of the select list.
    ///
    /// # Errors
    /// [`DbError::Inconsistent`] when the column holds something else.
    pub fn get<T: Column>(&self, i: usize) -> Result<T, DbError> {
        let raw: Result<T::Raw, String> = match self.0 {
            Inner::Sqlite(row) => row.get(i).map_err(|e| e.to_string()),
            Inner::Postgres(row) => row.try_get(i).map_err(|e| e.to_string()),
        };
        raw.and_then(T::from_raw)
            .map_err(|fault| DbError::Inconsistent { place: format!("column {i} of the row"), fault })
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// The engines' own type underneath.
    type Raw: rusqlite::types::FromSql + for<'a> postgres::types::FromSql<'a>;
    /// The value, or what is wrong with it.
    ///
    /// # Errors
    /// A sentence for the log.
    fn from_raw(raw: Self::Raw) -> Result<Self, String>;
}

macro_rules! plain_columns {
    ($($t:ty),*) => { $(impl Column for $t {
        type Raw = $t;
        fn from_raw(raw: $t) -> Result<Self, String> { Ok(raw) }
    })* };
}
plain_columns!(String, i64, f64, bool, Vec<u8>);

impl<T: Column> Column for Option<T> {
    type Raw = Option<T::Raw>;
    fn from_raw(raw: Self::Raw) -> Result<Self, String> {
        raw.map(T::from_raw).transpose()
    }
}

impl Column for Timestamp {
    type Raw = i64;
    fn from_raw(raw: i64) -> Result<Self, String> {
        Ok(Self(raw))
    }
}

impl<K> Column for Id<K> {
    type Raw = String;
    fn from_raw(raw: String) -> Result<Self, String> {
        Self::parse(&raw).ok_or_else(|| format!("`{raw}` is no id"))
    }
}

/// A JSON text column read as a `T`.
#[derive(Clone, Debug, PartialEq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Column for Json<T> {
    type Raw = String;
    fn from_raw(raw: String) -> Result<Self, String> {
        serde_json::from_str(&raw).map(Self).map_err(|e| format!("its JSON does not fit: {e}"))
    }
}

/// The JSON text of `value`, ready to be bound. Types of ours always have one; a map with keys that are no strings
/// would not, and answers `null`.
pub fn json_text<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
