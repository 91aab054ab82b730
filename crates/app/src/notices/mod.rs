//! Notices: mail that the server writes by itself, to whoever has to know something.
//!
//! Cast:
//! - [`tell_agency`] writes a notice for each person who answers for an agency, in the transaction of what is told, and a job.
//! - [`SendNotice`] is the job: it gives the notice to the world's [`crate::mail::Mailer`], and tries again when that fails.
//! - [`tell`] tells people of a location, by mail, by SMS, or inside the app, where they read it
//!   (`GET /leadhold/v1/notices`).
//! - Without a mailer (nothing configured, or the sandbox) a notice stays in the **outbox**, which the log tells of and
//!   `GET /leadhold/v1/sandbox/outbox` shows.

mod outbox;
mod people;
mod routes;
mod send;
mod sql;

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::{NewJob, enqueue};
use leadhold_store::{Sql, Tx, params};
use serde_json::json;

pub use self::outbox::outbox;
pub use self::people::{Reader, Way, tell};
pub use self::routes::routes;
pub use self::send::SendNotice;
use crate::companies;
use crate::tenant::CompanyScope;
use crate::users;

/// Every statement of this slice.
pub const STATEMENTS: &[Sql] = sql::ALL;

/// How many administrators are told where the agency has no address of its own.
const MOST: i64 = 5;

/// Tells whoever answers for the agency: at its own address, or else its administrators.
///
/// # Errors
/// When the store fails.
pub fn tell_agency(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    subject: &str,
    text: &str,
) -> Result<(), Error> {
    let recipients = match companies::get(tx, agency)?.email {
        Some(email) => vec![email],
        None => users::administrators(tx, agency, MOST)?,
    };
    if recipients.is_empty() {
        tracing::warn!(company = %agency.company_id(), subject, "nobody to tell: the agency has no address");
    }
    for recipient in recipients {
        let id = Id::<id::Notice>::generate(cx.random.as_ref());
        tx.exec(
            sql::INSERT,
            params![
                &id,
                agency.company_id(),
                &recipient,
                subject,
                text,
                cx.now,
                Way::Email.name(),
                None::<&str>,
                None::<&str>,
                "waiting"
            ],
        )?;
        let payload = json!({ "companyId": agency.company_id(), "noticeId": id });
        enqueue(tx, cx, &NewJob { queue: send::QUEUE, kind: send::KIND, payload, run_at: cx.now })?;
    }
    Ok(())
}
