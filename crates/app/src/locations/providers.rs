//! The services that a location sends messages by, with its own accounts there. Their secrets are sealed: they are kept for
//! sending, and no answer shows them.

use leadhold_kernel::{Error, Patch};
use leadhold_store::{Sql, Tx, params};

use super::sql;
use crate::tenant::LocationScope;
use crate::world::World;

/// A service that messages go out by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Text messages.
    Twilio,
    /// E-mail.
    Mailgun,
}

impl Provider {
    /// Both.
    pub const ALL: [Provider; 2] = [Provider::Twilio, Provider::Mailgun];

    /// How answers name it: its id and its name.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Twilio => ("twilio_provider", "Twilio"),
            Self::Mailgun => ("mailgun_provider", "Mailgun"),
        }
    }

    /// The kind of messages that it sends.
    pub(super) fn channel(self) -> &'static str {
        match self {
            Self::Twilio => "SMS",
            Self::Mailgun => "Email",
        }
    }

    /// What the secret is sealed for.
    fn purpose(self) -> &'static str {
        match self {
            Self::Twilio => "locations.twilio",
            Self::Mailgun => "locations.mailgun",
        }
    }

    fn statement(self) -> Sql {
        match self {
            Self::Twilio => sql::SET_TWILIO,
            Self::Mailgun => sql::SET_MAILGUN,
        }
    }
}

/// The accounts of a request, in the order of [`Provider::ALL`]: as JSON text, or sealed.
pub type Accounts = [Patch<String>; 2];

/// Seals accounts, before the transaction that stores them.
///
/// # Errors
/// Internal, should sealing fail.
pub fn seal(world: &World, accounts: Accounts) -> Result<Accounts, Error> {
    let [twilio, mailgun] = accounts;
    let seal = |provider: Provider, account| match account {
        Patch::Value(account) => {
            let account: String = account;
            let sealed = world.seal.seal(provider.purpose(), account.as_bytes(), world.random.as_ref())?;
            Ok::<_, Error>(Patch::Value(sealed))
        }
        other => Ok(other),
    };
    Ok([seal(Provider::Twilio, twilio)?, seal(Provider::Mailgun, mailgun)?])
}

/// Stores sealed accounts; those that are not mentioned stay.
///
/// # Errors
/// When the store fails.
pub(super) fn store(tx: &mut Tx<'_>, here: &LocationScope, accounts: &Accounts) -> Result<(), Error> {
    for (provider, account) in Provider::ALL.into_iter().zip(accounts) {
        let account = match account {
            Patch::Absent => continue,
            Patch::Null => None,
            Patch::Value(sealed) => Some(sealed.as_str()),
        };
        tx.exec(provider.statement(), params![here.location_id(), here.company_id(), account])?;
    }
    Ok(())
}

/// The services that the location has accounts at.
///
/// # Errors
/// When the store fails.
pub fn configured(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Provider>, Error> {
    let row = params![here.location_id(), here.company_id()];
    let has: Option<[bool; 2]> = tx.query_opt(sql::CHANNELS, row, |row| Ok([row.get(0)?, row.get(1)?]))?;
    let has = Provider::ALL.into_iter().zip(has.unwrap_or_default());
    Ok(has.filter_map(|(provider, has)| has.then_some(provider)).collect())
}
