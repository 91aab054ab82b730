//! Templates: messages written in advance, for SMS, e-mail and WhatsApp.
//!
//! The public API only lists and deletes them; making and changing one is an API of our own. A deleted template is kept and
//! listed with `deleted=true`.

mod routes;
mod sql;
mod wire;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{DbError, Dynamic, Json, Row, Sql, Tx, json_text, params};
use serde::{Deserialize, Serialize};

pub use self::routes::routes;
use crate::tenant::LocationScope;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many a location can have, deleted ones among them.
pub const MAX_TEMPLATES: i64 = 10_000;

/// A message written in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its id.
    pub id: Id<id::Template>,
    /// Which channel it is for.
    pub kind: Kind,
    /// What people read.
    pub name: String,
    /// Where it comes from: the location itself, or whatever a client said.
    pub origin_id: String,
    /// The message.
    pub message: Message,
    /// Whether it was deleted.
    pub deleted: bool,
    /// When it was made.
    pub date_added: Timestamp,
    /// When it was last changed.
    pub date_updated: Timestamp,
}

/// Which channel a template is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// A WhatsApp message.
    WhatsApp,
}

impl Kind {
    /// The words that clients write.
    pub const NAMES: &[&str] = &["sms", "email", "whatsapp"];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Sms, Self::Email, Self::WhatsApp].into_iter().find(|kind| kind.name() == name)
    }
}

/// The message of a template; stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Message {
    /// Of an e-mail.
    pub subject: String,
    /// The text, of an e-mail as HTML. It may hold merge fields.
    pub body: String,
    /// Addresses of files to send along.
    pub attachments: Vec<String>,
}

/// A template to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTemplate {
    /// Which channel it is for.
    pub kind: Kind,
    /// What people read.
    pub name: String,
    /// Where it comes from; without it the location itself.
    pub origin_id: Option<String>,
    /// The message.
    pub message: Message,
}

/// What a change changes; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// What people read.
    pub name: Option<String>,
    /// The subject.
    pub subject: Option<String>,
    /// The text.
    pub body: Option<String>,
    /// The addresses of files, all of them.
    pub attachments: Option<Vec<String>>,
}

/// Makes a template.
///
/// # Errors
/// 400 at [`MAX_TEMPLATES`]; when the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, new: &NewTemplate) -> Result<Template, Error> {
    tx.lock(&format!("templates:{}", here.location_id()))?;
    let made = tx.query_opt(sql::COUNT_ALL, params![here.location_id()], |row| row.get::<i64>(0))?;
    if made.unwrap_or(0) >= MAX_TEMPLATES {
        let refusal = format!("A location can have at most {MAX_TEMPLATES} templates.");
        return Err(Error::bad_request(refusal));
    }
    let template = Template {
        id: Id::generate(cx.random.as_ref()),
        kind: new.kind,
        name: new.name.trim().to_owned(),
        origin_id: new.origin_id.clone().unwrap_or_else(|| here.location_id().to_string()),
        message: new.message.clone(),
        deleted: false,
        date_added: cx.now,
        date_updated: cx.now,
    };
    let Template { id, kind, name, origin_id, message, date_added, .. } = &template;
    tx.exec(
        sql::INSERT,
        params![id, here.location_id(), kind.name(), name, origin_id, json_text(message), *date_added],
    )?;
    Ok(template)
}

/// Changes a template. Its kind stays.
///
/// # Errors
/// 404 when there is no such template; when the store fails.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &str,
    changes: &Changes,
) -> Result<Template, Error> {
    tx.lock(&format!("template:{id}"))?;
    let before = get(tx, here, id)?;
    let of = changes.clone();
    let message = Message {
        subject: of.subject.unwrap_or(before.message.subject.clone()),
        body: of.body.unwrap_or(before.message.body.clone()),
        attachments: of.attachments.unwrap_or(before.message.attachments.clone()),
    };
    let name = of.name.map_or(before.name.clone(), |name| name.trim().to_owned());
    let after = Template { name, message, date_updated: cx.now, ..before };
    tx.exec(
        sql::UPDATE,
        params![here.location_id(), &after.id, &after.name, json_text(&after.message), cx.now],
    )?;
    Ok(after)
}

/// Deletes a template: it is listed among the deleted ones from here on.
///
/// # Errors
/// 404 when there is no such template, or it was deleted; when the store fails.
pub fn delete(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, id: &str) -> Result<(), Error> {
    match tx.exec(sql::DELETE, params![here.location_id(), id, cx.now])? {
        0 => Err(unknown(id)),
        _ => Ok(()),
    }
}

/// One template that was not deleted.
///
/// # Errors
/// 404 when there is none; when the store fails.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &str) -> Result<Template, Error> {
    tx.query_opt(sql::GET, params![here.location_id(), id], read)?.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> Error {
    Error::NotFound(format!("Template with id {id} not found"))
}

/// What a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where its templates come from.
    pub origin_id: String,
    /// Only those of one channel.
    pub kind: Option<Kind>,
    /// Whether the deleted ones are asked for.
    pub deleted: bool,
    /// How many to leave out.
    pub skip: i64,
    /// How many to show.
    pub limit: i64,
}

/// A page of templates, oldest first, and how many there are in all.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope, page: &Page) -> Result<(Vec<Template>, i64), Error> {
    let count = asked(sql::COUNT_HEAD, here, page);
    let total = tx.query_dynamic(&count, |row| row.get::<i64>(0))?.first().copied().unwrap_or(0);
    let mut sql = asked(sql::head(), here, page);
    sql.push(" order by date_added, id limit ").bind(page.limit).push(" offset ").bind(page.skip);
    Ok((tx.query_dynamic(&sql, read)?, total))
}

fn asked(head: &str, here: &LocationScope, page: &Page) -> Dynamic {
    let mut sql = Dynamic::in_location(head, here.location_id());
    sql.push(" and deleted = ").bind(page.deleted);
    sql.push(" and origin_id = ").bind(page.origin_id.clone());
    if let Some(kind) = page.kind {
        sql.push(" and type = ").bind(kind.name());
    }
    sql
}

fn read(row: &Row<'_>) -> Result<Template, DbError> {
    let kind: String = row.get(1)?;
    let Json(message) = row.get(4)?;
    Ok(Template {
        id: row.get(0)?,
        kind: Kind::parse(&kind).ok_or_else(|| DbError::Inconsistent {
            place: "templates".to_owned(),
            fault: format!("`{kind}` is no kind of template"),
        })?,
        name: row.get(2)?,
        origin_id: row.get(3)?,
        message,
        deleted: row.get(5)?,
        date_added: row.get(6)?,
        date_updated: row.get(7)?,
    })
}
