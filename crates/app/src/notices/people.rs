//! Telling people of a location something, each by e-mail, SMS or inside the app.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::{NewJob, enqueue};
use leadhold_store::{Tx, params};
use serde_json::json;

use super::{send, sql};
use crate::tenant::LocationScope;

/// How somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By mail, to an address.
    Email,
    /// By SMS, to a number.
    Sms,
    /// Inside the app, a user.
    App,
}

impl Way {
    /// As the table spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::App => "app",
        }
    }
}

/// Who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The person, where it is a user.
    pub user: Option<Id<id::User>>,
    /// The address or number; inside the app the person's name.
    pub address: String,
}

/// Tells somebody something about a location.
///
/// # Errors
/// When the store fails.
pub fn tell(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    way: Way,
    reader: &Reader,
    subject: &str,
    text: &str,
) -> Result<Id<id::Notice>, Error> {
    let id = Id::<id::Notice>::generate(cx.random.as_ref());
    let state = if way == Way::App { "unread" } else { "waiting" };
    let (company, location) = (here.company_id(), here.location_id());
    let row = params![
        &id,
        company,
        &reader.address,
        subject,
        text,
        cx.now,
        way.name(),
        location,
        reader.user.as_ref(),
        state
    ];
    tx.exec(sql::INSERT, row)?;
    if way != Way::App {
        let payload = json!({ "companyId": company, "noticeId": id });
        enqueue(tx, cx, &NewJob { queue: send::QUEUE, kind: send::KIND, payload, run_at: cx.now })?;
    }
    Ok(id)
}
