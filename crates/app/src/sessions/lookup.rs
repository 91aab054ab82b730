//! From a cookie to its person: a few reads by key per request. Nothing is cached, so that signing out holds at once, on
//! every node.

use leadhold_kernel::{Error, Id, Timestamp, id};
use leadhold_store::{Tx, params};

use super::{permissions, session, sql};
use crate::companies;
use crate::http::authenticate::{Lookup, Visit};
use crate::http::caller::{forbidden_resource, no_access};
use crate::http::visitor::csrf_of;
use crate::http::{Brand, Caller, CredentialKind, SessionLookup, Visitor};
use crate::locations;
use crate::secret;
use crate::tenant::CompanyScope;
use crate::users::{self, Role, Type, User};
use crate::world::World;

/// Use is noted when the last note is older than this: a write for each request would be dear.
const NOTED_EVERY: i64 = 5 * 60_000;

/// The sessions of the store.
pub struct Sessions(World);

/// A session that lives, and its person.
struct Signed {
    id: Id<id::Session>,
    seen_at: Timestamp,
    agency: CompanyScope,
    user: User,
}

impl Sessions {
    /// Those of `world`.
    #[must_use]
    pub fn new(world: World) -> Self {
        Self(world)
    }

    async fn caller(&self, cookie: &str, location: Option<&str>) -> Result<Option<Caller>, Error> {
        let (hash, now, named) = (secret::kept(cookie), self.0.clock.now(), location.map(str::to_owned));
        let found = self.0.store.read_by_key(move |tx| {
            let Some(signed) = find(tx, &hash, now)? else { return Ok(None) };
            let place = place(tx, &signed, named.as_deref())?;
            Ok::<_, Error>(Some((signed, place)))
        });
        let Some((signed, location_id)) = found.await? else { return Ok(None) };
        self.note_use(&signed, now).await;
        Ok(Some(Caller {
            token_id: Id::parse(signed.id.as_str())
                .ok_or_else(|| Error::internal("a session's id is none"))?,
            kind: CredentialKind::Session,
            company_id: signed.user.company_id.clone(),
            scopes: permissions::scopes(&signed.user, location_id.is_some()),
            location_id,
            app: None,
            user_id: Some(signed.user.id),
        }))
    }

    async fn visit(&self, cookie: Option<&str>) -> Result<(Option<Visitor>, Brand), Error> {
        let (hash, now) = (cookie.map(secret::kept), self.0.clock.now());
        let found = self.0.store.read_by_key(move |tx| {
            let signed = hash.as_ref().map_or(Ok(None), |hash| find(tx, hash, now))?;
            let brand = match &signed {
                Some(signed) => companies::brand(tx, &signed.user.company_id)?,
                None => companies::sole_brand(tx)?,
            };
            Ok::<_, Error>((signed, brand))
        });
        let (signed, brand) = found.await?;
        let Some(signed) = signed else { return Ok((None, brand)) };
        self.note_use(&signed, now).await;
        let visitor = Visitor {
            session_id: signed.id,
            name: signed.user.name(),
            agency: signed.user.kind == Type::Agency,
            admin: signed.user.role == Role::Admin,
            user_id: signed.user.id,
            company_id: signed.user.company_id,
            email: signed.user.email,
            csrf: csrf_of(cookie.unwrap_or_default()),
        };
        Ok((Some(visitor), brand))
    }

    async fn note_use(&self, signed: &Signed, now: Timestamp) {
        if now.millis() - signed.seen_at.millis() < NOTED_EVERY {
            return;
        }
        let (agency, id) = (signed.agency.clone(), signed.id.clone());
        let noted = self.0.store.write(move |tx| tx.exec(sql::SEEN, params![agency.company_id(), &id, now]));
        if let Err(error) = noted.await {
            let error: leadhold_store::DbError = error;
            tracing::warn!(%error, "the use of a session was not noted; it may end early");
        }
    }
}

fn find(tx: &mut Tx<'_>, hash: &[u8], now: Timestamp) -> Result<Option<Signed>, Error> {
    let row = tx.query_opt(sql::BY_COOKIE, params![hash], |row| {
        let ids: (Id<id::Session>, Id<id::Company>, Id<id::User>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let moments: (Timestamp, Timestamp) = (row.get(3)?, row.get(4)?);
        Ok((ids, moments, row.get::<Vec<u8>>(5)?, row.get::<String>(6)?))
    })?;
    let Some(((id, company, user), (created_at, seen_at), mark, password)) = row else { return Ok(None) };
    if !session::lives(created_at, seen_at, now) || mark != secret::kept(&password) {
        return Ok(None);
    }
    // The cookie is the proof.
    let agency = CompanyScope::proven(company);
    Ok(users::get(tx, &agency, &user)?.map(|user| Signed { id, seen_at, agency, user }))
}

/// Where a person calls: at the location named, or at the agency when none is; who has only one location is there without
/// naming it.
fn place(tx: &mut Tx<'_>, signed: &Signed, named: Option<&str>) -> Result<Option<Id<id::Location>>, Error> {
    let user = &signed.user;
    let asked = match (named, user.kind, &user.location_ids[..]) {
        (Some(named), _, _) => Id::parse(named).ok_or_else(no_access)?,
        (None, Type::Agency, _) => return Ok(None),
        (None, Type::Account, [only]) => only.clone(),
        (None, Type::Account, _) => return Err(forbidden_resource()),
    };
    let there = locations::of_company(tx, &signed.agency, &asked)?.filter(|_| user.may_enter(&asked));
    there.map(|_| Some(asked)).ok_or_else(no_access)
}

impl SessionLookup for Sessions {
    fn look_up<'a>(&'a self, cookie: &'a str, location: Option<&'a str>) -> Lookup<'a> {
        Box::pin(self.caller(cookie, location))
    }

    fn visitor<'a>(&'a self, cookie: Option<&'a str>) -> Visit<'a> {
        Box::pin(self.visit(cookie))
    }
}
