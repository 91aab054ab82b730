//! Sessions: made at each sign-in, and ended.

use std::net::IpAddr;

use leadhold_kernel::{Cx, Error, Id, Timestamp, id};
use leadhold_store::{Tx, params};
use serde::Serialize;

use super::{ABSOLUTE_MILLIS, IDLE_MILLIS, cookie, sql};
use crate::http::Visitor;
use crate::http::authenticate::session_ended;
use crate::secret;
use crate::users::User;

/// Characters of a browser's description that are kept.
const AGENT: usize = 200;

/// From where a session is made.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub peer: Option<IpAddr>,
    /// What the browser says that it is.
    pub agent: String,
    /// The cookie that it brought: its session ends.
    pub former: Option<String>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The session, never its cookie.
    pub id: Id<id::Session>,
    /// When its owner signed in.
    pub created_at: String,
    /// When it was used last, to within some minutes.
    pub last_seen_at: String,
    /// From which address.
    pub address: Option<String>,
    /// By which browser, in its own words.
    pub agent: String,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A new session and its cookie's value, which is known to nobody else. A session that the browser had ends, so that
/// nobody can have planted it (session fixation), and so do those of the person that have run out.
///
/// # Errors
/// 401 when the account was deleted meanwhile; when the store fails.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, user: &User, origin: &Origin) -> Result<String, Error> {
    let (id, secret) = (Id::<id::Session>::generate(cx.random.as_ref()), cookie::fresh(cx.random.as_ref()));
    if let Some(former) = &origin.former {
        tx.exec(sql::END_BY_COOKIE, params![secret::kept(former)])?;
    }
    let (oldest, idlest) = limits(cx.now);
    tx.exec(sql::END_EXPIRED, params![&user.company_id, &user.id, oldest, idlest])?;
    let owner = params![&user.company_id, &user.id];
    let password: Option<String> = tx.query_opt(sql::PASSWORD, owner, |row| row.get(0))?;
    let mark = secret::kept(&password.ok_or_else(session_ended)?);
    let agent: String = origin.agent.chars().take(AGENT).collect();
    let address = origin.peer.map(|peer| peer.to_string());
    tx.exec(
        sql::INSERT,
        params![&id, secret::kept(&secret), &user.company_id, &user.id, cx.now, mark, address, agent],
    )?;
    Ok(secret)
}

/// Sessions made before the first moment or unused since the second have ended.
fn limits(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_millis(-ABSOLUTE_MILLIS), now.plus_millis(-IDLE_MILLIS))
}

/// Whether a session lives at `now`.
#[must_use]
pub fn lives(created_at: Timestamp, seen_at: Timestamp, now: Timestamp) -> bool {
    let (oldest, idlest) = limits(now);
    created_at > oldest && seen_at > idlest
}

/// The person's sessions, the one used last first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, visitor: &Visitor, now: Timestamp) -> Result<Vec<Session>, Error> {
    let (oldest, idlest) = limits(now);
    Ok(tx.query(sql::LIST, params![&visitor.company_id, &visitor.user_id, oldest, idlest], |row| {
        let id: Id<id::Session> = row.get(0)?;
        let moment = |i| row.get::<Timestamp>(i).map(Timestamp::iso);
        Ok(Session {
            current: id == visitor.session_id,
            id,
            created_at: moment(1)?,
            last_seen_at: moment(2)?,
            address: row.get(3)?,
            agent: row.get(4)?,
        })
    })?)
}

/// Notes that the person's session is in use at `now`: for whoever has turned the clock, and sat before it meanwhile.
///
/// # Errors
/// When the store fails.
pub fn note_use(tx: &mut Tx<'_>, visitor: &Visitor, now: Timestamp) -> Result<(), Error> {
    tx.exec(sql::SEEN, params![&visitor.company_id, &visitor.session_id, now])?;
    Ok(())
}

/// Ends one session of the person.
///
/// # Errors
/// 404 when the person has no such session; when the store fails.
pub fn end(tx: &mut Tx<'_>, visitor: &Visitor, id: &str) -> Result<(), Error> {
    match tx.exec(sql::END, params![&visitor.company_id, &visitor.user_id, id])? {
        0 => Err(Error::NotFound(format!("There is no session with id {id}."))),
        _ => Ok(()),
    }
}

/// Ends all sessions of the person; answers how many. For the person, and for whoever deletes or locks the account.
///
/// # Errors
/// When the store fails.
pub fn end_all(tx: &mut Tx<'_>, company: &Id<id::Company>, user: &Id<id::User>) -> Result<u64, Error> {
    Ok(tx.exec(sql::END_ALL, params![company, user])?)
}
