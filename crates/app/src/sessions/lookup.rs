//! From a cookie to its person: one read by key per request. Nothing is cached, so that signing out holds at once, on every
//! node.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::{DbError, Tx, params};

use super::person::{self, Identity, Signed};
use super::{cookie, permissions, session, sql};
use crate::http::authenticate::{Lookup, Visit};
use crate::http::caller::{forbidden_resource, no_access};
use crate::http::visitor::csrf_of;
use crate::http::{Brand, Caller, CredentialKind, SessionLookup, Visitor};
use crate::world::World;

/// Use is noted when the last note is older than this: a write for each request would be dear.
const NOTED_EVERY: i64 = 5 * 60_000;

/// The sessions of the store.
pub struct Sessions(World);

impl Sessions {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    /// The person behind a cookie whose session lives.
    async fn find(&self, cookie: &str) -> Result<Option<Signed>, Error> {
        let hash = cookie::hash(cookie);
        let found = self.0.store.read_by_key(move |tx| person::by_cookie(tx, &hash)).await;
        let now = self.0.clock.now();
        let signed = found.map_err(|e: DbError| e)?;
        let Some(signed) = signed.filter(|s| session::lives(s.created_at, s.seen_at, now)) else {
            return Ok(None);
        };
        if now.millis() - signed.seen_at.millis() >= NOTED_EVERY {
            let (company, id) = (signed.identity.company_id.clone(), signed.session_id.clone());
            let noted = self.0.store.write(move |tx| tx.exec(sql::SEEN, params![&company, &id, now]));
            if let Err(error) = noted.await {
                let error: DbError = error;
                tracing::warn!(%error, "the use of a session was not noted; it may end early");
            }
        }
        Ok(Some(signed))
    }

    async fn caller(&self, cookie: &str, location: Option<&str>) -> Result<Option<Caller>, Error> {
        let Some(Signed { identity, session_id, .. }) = self.find(cookie).await? else { return Ok(None) };
        let (who, named) = (identity.clone(), location.map(str::to_owned));
        let location_id = self.0.store.read_by_key(move |tx| place(tx, &who, named.as_deref())).await?;
        Ok(Some(Caller {
            token_id: Id::parse(session_id.as_str())
                .ok_or_else(|| Error::internal("a session's id is none"))?,
            kind: CredentialKind::Session,
            company_id: identity.company_id.clone(),
            scopes: permissions::scopes(&identity, location_id.is_some()),
            location_id,
            app: None,
            user_id: Some(identity.user_id),
        }))
    }

    async fn visit(&self, cookie: Option<&str>) -> Result<(Option<Visitor>, Brand), Error> {
        let Some(cookie) = cookie else { return Ok((None, Brand::default())) };
        let Some(signed) = self.find(cookie).await? else { return Ok((None, Brand::default())) };
        let Identity { user_id, company_id, name, email, agency, admin } = signed.identity;
        let visitor = Visitor {
            session_id: signed.session_id,
            user_id,
            company_id,
            name,
            email,
            agency,
            admin,
            csrf: csrf_of(cookie),
        };
        Ok((Some(visitor), Brand::default()))
    }
}

/// Where a person calls: at the location named, or at the agency when none is; who has only one location is there without
/// naming it.
fn place(tx: &mut Tx<'_>, who: &Identity, named: Option<&str>) -> Result<Option<Id<id::Location>>, Error> {
    let (company, user) = (&who.company_id, &who.user_id);
    let found = match (who.agency, named) {
        (true, None) => return Ok(None),
        (true, Some(named)) => {
            tx.query_opt(sql::LOCATION_OF_COMPANY, params![company, named], |row| row.get(0))?
        }
        (false, Some(named)) => {
            tx.query_opt(sql::LOCATION_OF_USER, params![company, user, named], |row| row.get(0))?
        }
        (false, None) => {
            let mut own = tx.query(sql::LOCATIONS_OF_USER, params![company, user], |row| row.get(0))?;
            let only = own.pop().filter(|_| own.is_empty());
            return only.map(Some).ok_or_else(forbidden_resource);
        }
    };
    found.map(Some).ok_or_else(no_access)
}

impl SessionLookup for Sessions {
    fn look_up<'a>(&'a self, cookie: &'a str, location: Option<&'a str>) -> Lookup<'a> {
        Box::pin(self.caller(cookie, location))
    }

    fn visitor<'a>(&'a self, cookie: Option<&'a str>) -> Visit<'a> {
        Box::pin(self.visit(cookie))
    }
}
