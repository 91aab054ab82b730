//! Unsubscribing from e-mail: the link in a message, and the page that it leads to.
//!
//! A link names its message and has a signature over it (128 bits), so that nobody makes one for another message, and nothing
//! is looked up for whoever tries. Its page asks with a button: programs that look at every link of an e-mail unsubscribe
//! nobody. The same address takes the one-click request of mailbox providers (RFC 8058), which is what the button sends.

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error};
use leadhold_store::{Tx, params};
use serde_json::json;

use super::model::{Direction, Kind, Message, Source};
use super::report::{Happened, Report, report};
use super::sql;
use crate::contacts::dnd::{Channel, DndStatus};
use crate::http::page::{Brand, public_error, public_page};
use crate::http::{Query, Reply, Request, Route, get, is_multipart, post};
use crate::seal::Seal;
use crate::tenant::LocationScope;
use crate::{companies, contacts, locations};

/// Stands in the text of an e-mail where the link of this very message belongs. No text that came from outside has U+0000
/// in it, so none can be taken for it.
pub const LINK_PLACE: &str = "\0unsubscribe\0";

const PATH: &str = "/unsubscribe/{unsubscribeToken}";
/// The name and the value of what RFC 8058 (section 3.2) sends.
const ONE_CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");
const PURPOSE: &str = "unsubscribe";

/// Writes links.
#[derive(Clone)]
pub struct Unsubscribing {
    base_url: String,
    seal: Arc<Seal>,
}

impl Unsubscribing {
    /// Links to the server that clients reach at `base_url`.
    #[must_use]
    pub fn new(base_url: &str, seal: Arc<Seal>) -> Self {
        Self { base_url: base_url.to_owned(), seal }
    }

    /// The page on which whoever got the message unsubscribes.
    #[must_use]
    pub fn link(&self, message: &Id<id::Message>) -> String {
        format!("{}/unsubscribe/{message}.{}", self.base_url, self.seal.sign(PURPOSE, message.as_str()))
    }

    /// `text` with the link in its places.
    #[must_use]
    pub fn written_into(&self, text: &str, message: &Id<id::Message>) -> String {
        text.replace(LINK_PLACE, &self.link(message))
    }

    /// The headers by which a mailbox provider offers to unsubscribe (RFC 2369, RFC 8058): of e-mails that automation sends,
    /// and not of what a person writes to another.
    #[must_use]
    pub fn headers(&self, message: &Message) -> Vec<(&'static str, String)> {
        let sent_by_itself =
            matches!(message.origin.source, Source::Workflow | Source::Campaign | Source::BulkActions);
        if message.kind != Kind::Email || message.direction != Direction::Outbound || !sent_by_itself {
            return Vec::new();
        }
        vec![
            ("List-Unsubscribe", format!("<{}>", self.link(&message.id))),
            ("List-Unsubscribe-Post", format!("{}={}", ONE_CLICK.0, ONE_CLICK.1)),
        ]
    }
}

/// The message that a link's last part names; `None` when this server did not write it.
fn message_of(seal: &Seal, token: &str) -> Option<Id<id::Message>> {
    let (message, signature) = token.split_once('.')?;
    seal.is_signed(PURPOSE, message, signature).then(|| Id::parse(message))?
}

/// The page's routes.
pub(super) fn routes() -> Vec<Route> {
    vec![get(PATH, show), post(PATH, unsubscribe)]
}

/// What a link leads to.
struct Opened {
    here: LocationScope,
    contact: String,
    /// The location's name.
    name: String,
    brand: Brand,
}

fn open(tx: &mut Tx<'_>, message: &Id<id::Message>) -> Result<Opened, Error> {
    // Who shows a link that this server has signed has proven access to its message.
    let found = tx.query_opt(sql::BY_LINK, params![message], |row| {
        Ok((LocationScope::proven(row.get(0)?, row.get(1)?), row.get::<String>(2)?))
    })?;
    let (here, contact) = found.ok_or_else(ended)?;
    let (name, brand) = (locations::get(tx, &here)?.name, companies::brand(tx, here.company_id())?);
    Ok(Opened { here, contact, name, brand })
}

/// Whether the contact gets no e-mail already.
fn is_closed(tx: &mut Tx<'_>, opened: &Opened) -> Result<bool, Error> {
    let contact = contacts::find(tx, &opened.here, &opened.contact)?.ok_or_else(ended)?;
    Ok(contact.dnd_settings.status(Channel::Email) != DndStatus::Inactive)
}

fn ended() -> Error {
    Error::NotFound("This link is not complete, or has ended.".to_owned())
}

async fn show(request: Request) -> Result<Reply, Error> {
    let shown = async {
        let message = asked(&request)?;
        let read = request.app.world.store.read(move |tx| {
            let opened = open(tx, &message)?;
            Ok::<_, Error>((is_closed(tx, &opened)?, opened))
        });
        let (closed, opened) = read.await?;
        sheet(&request, &opened, closed)
    };
    let shown = shown.await;
    shown.or_else(|error| public_error(&request, error)).map(unreferred)
}

async fn unsubscribe(request: Request) -> Result<Reply, Error> {
    let done = async {
        let message = asked(&request)?;
        if !is_one_click(&request) {
            return Err(Error::bad_request("Open the link and press the button."));
        }
        if request.app.config.rate_limit {
            let key = format!("unsubscribe {message}");
            request.app.visitor_pace.admit(&key, request.peer, request.now)?;
        }
        let cx = request.cx();
        let opened = request.app.world.write(move |tx| close(tx, &cx, &message)).await?;
        sheet(&request, &opened, true)
    };
    let done = done.await;
    done.or_else(|error| public_error(&request, error)).map(unreferred)
}

/// The address is the secret: what the page loads and where it leads shall not be told of it, nor the request log.
fn unreferred(mut reply: Reply) -> Reply {
    reply.headers.retain(|(name, _)| name != "referrer-policy");
    reply.header("referrer-policy", "no-referrer")
}

fn asked(request: &Request) -> Result<Id<id::Message>, Error> {
    message_of(&request.app.world.seal, request.path(0)).ok_or_else(ended)
}

/// Whether the body is that of RFC 8058, as a form of either kind.
fn is_one_click(request: &Request) -> bool {
    let (name, value) = ONE_CLICK;
    if is_multipart(&request.headers) {
        let body = String::from_utf8_lossy(&request.body);
        return body.contains(&format!("name=\"{name}\"")) && body.contains(value);
    }
    Query::parse(&request.body).get(name) == Some(value)
}

/// Closes the contact's channel e-mail, as a report `unsubscribed` does; where it is closed already, nothing happens.
fn close(tx: &mut Tx<'_>, cx: &Cx, message: &Id<id::Message>) -> Result<Opened, Error> {
    let opened = open(tx, message)?;
    contacts::hold_existing(tx, &opened.here, &opened.contact)?; // who presses twice is announced once
    if !is_closed(tx, &opened)? {
        report(tx, cx, &opened.here, message.as_str(), &Report::of(Happened::Unsubscribed))?;
    }
    Ok(opened)
}

fn sheet(request: &Request, opened: &Opened, done: bool) -> Result<Reply, Error> {
    let given = json!({ "location": opened.name, "done": done, "name": ONE_CLICK.0, "value": ONE_CLICK.1 });
    public_page(request, &opened.brand, StatusCode::OK, "unsubscribe.html", given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_own_message_and_no_other() {
        let seal = Arc::new(Seal::new(&[1; 32]).unwrap());
        let message = Id::parse("ocQHyuzHvysMo5N5VsXc").unwrap();
        let link = Unsubscribing::new("http://x", Arc::clone(&seal)).link(&message);
        let token = link.strip_prefix("http://x/unsubscribe/").unwrap();
        assert_eq!(message_of(&seal, token), Some(message));
        assert_eq!(message_of(&Seal::new(&[2; 32]).unwrap(), token), None);
        for forged in
            [&token.replace("ocQH", "ocQI"), "ocQHyuzHvysMo5N5VsXc", "ocQHyuzHvysMo5N5VsXc.", ".", ""]
        {
            assert_eq!(message_of(&seal, forged), None, "{forged}");
        }
    }
}
