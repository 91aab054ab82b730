//! `internal_notification`: tells the location's own people something, by e-mail, SMS or inside the app.
//!
//! ```json
//! {"via": "email", "to": {"assignedUser": true, "users": ["ocQHyuzHvysMo5N5VsXc"], "addresses": ["boss@example.com"]},
//!  "subject": "New lead", "message": "{{contact.name}} asks for a quote: {{contact.phone}}"}
//! ```
//!
//! `via` is `email`, `sms` or `app`. `to` names the user who looks after the contact, users by id, `everybody` (all users of
//! the location), and for e-mail and SMS further addresses or numbers. Nobody is told twice.

use std::collections::BTreeSet;
use std::sync::Arc;

use leadhold_kernel::Error;
use leadhold_kernel::id::Id;
use leadhold_kernel::merge_field::Place;
use leadhold_store::Tx;
use serde_json::{Value, json};

use crate::notices::{self, Reader, Way};
use crate::tenant::CompanyScope;
use crate::users::{self, Access, Search, User};
use crate::workflows::action::{Action, At, Done, Effect, Kind, Turn, Visit};
use crate::workflows::definition::reader::Fields;
use crate::workflows::messages;

/// The kind.
pub const KIND: Kind = Kind {
    name: "internal_notification",
    parse,
    attributes: r#"{"required": ["via", "to", "message"], "properties": {
        "via": {"enum": ["email", "sms", "app"]}, "subject": {"type": "string"}, "message": {"type": "string"},
        "to": {"type": "object", "minProperties": 1, "additionalProperties": false, "properties": {
            "assignedUser": {"type": "boolean"}, "everybody": {"type": "boolean"},
            "users": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
            "addresses": {"type": "array", "maxItems": 50, "items": {"type": "string"}}}}}}"#,
};

/// The most people that one step tells, of each sort.
const MAX_READERS: usize = 50;
const MAX_USERS: i64 = 100;

#[derive(Clone, Debug)]
struct To {
    assigned_user: bool,
    everybody: bool,
    users: Vec<String>,
    addresses: Vec<String>,
}

#[derive(Debug)]
struct InternalNotification {
    via: Way,
    to: To,
    subject: Option<String>,
    message: String,
}

fn parse(from: &Fields<'_>) -> Option<Arc<dyn Action>> {
    let via = from.choice("via", &[("email", Way::Email), ("sms", Way::Sms), ("app", Way::App)]);
    let to = from.object("to", |to| {
        let list = |key| if to.has(key) { to.templates_or_one(key, MAX_READERS) } else { Vec::new() };
        let to_whom = To {
            assigned_user: to.flag("assignedUser").unwrap_or(false),
            everybody: to.flag("everybody").unwrap_or(false),
            users: list("users"),
            addresses: list("addresses"),
        };
        if !to_whom.assigned_user
            && !to_whom.everybody
            && to_whom.users.is_empty()
            && to_whom.addresses.is_empty()
        {
            to.fault(
                "assignedUser",
                "nobody is named: say `assignedUser`, `everybody`, `users` or `addresses`",
            );
        }
        if via == Some(Way::App) && !to_whom.addresses.is_empty() {
            to.fault("addresses", "inside the app only users can be told");
        }
        Some(to_whom)
    });
    let subject = from.optional_template("subject");
    let message = from.template("message");
    Some(Arc::new(InternalNotification { via: via?, to: to?, subject, message: message? }))
}

impl Action for InternalNotification {
    fn arrive(&self, visit: &Visit<'_>) -> Turn {
        let rendered = |templates: &[String]| {
            templates
                .iter()
                .filter_map(|template| messages::line(Some(template), visit.fields))
                .collect::<Vec<_>>()
        };
        let mut users = rendered(&self.to.users);
        if self.to.assigned_user {
            let assigned = visit.facts.contact.as_ref().map(|contact| contact.assigned_to.clone());
            users.extend(assigned.filter(|user| !user.is_empty()));
        }
        let subject = messages::line(self.subject.as_ref(), visit.fields);
        let subject = subject.unwrap_or_else(|| visit.facts.workflow_name.clone());
        let text = messages::text(Place::Plain, &self.message, visit.fields);
        if text.trim().is_empty() {
            return Turn::Skip("The message came out empty, so nobody was told.".to_owned());
        }
        Turn::perform(Tell {
            via: self.via,
            everybody: self.to.everybody,
            users,
            addresses: rendered(&self.to.addresses),
            subject,
            text,
        })
    }
}

#[derive(Debug)]
struct Tell {
    via: Way,
    everybody: bool,
    users: Vec<String>,
    addresses: Vec<String>,
    subject: String,
    text: String,
}

impl Effect for Tell {
    fn shown(&self) -> Value {
        json!({
            "effect": "notify", "via": self.via.name(), "users": self.users, "everybody": self.everybody,
            "addresses": self.addresses, "subject": self.subject,
        })
    }

    fn perform(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<Done, Error> {
        let (readers, left_out) = self.readers(tx, at)?;
        if readers.is_empty() {
            let why = if left_out.is_empty() { String::new() } else { format!(" {}.", left_out.join("; ")) };
            return Err(Error::bad_request(format!(
                "There was nobody to tell: the contact is assigned to nobody, or nobody named has an address.{why}"
            )));
        }
        for reader in &readers {
            notices::tell(tx, at.cx, at.here, self.via, reader, &self.subject, &self.text)?;
        }
        let told: Vec<&str> = readers.iter().map(|reader| reader.address.as_str()).collect();
        let mut output = json!({"told": told});
        if !left_out.is_empty() {
            output["leftOut"] = json!(left_out);
        }
        Ok(Done::with(output))
    }
}

impl Tell {
    /// Who is told, each once, and why others are not.
    fn readers(&self, tx: &mut Tx<'_>, at: &At<'_>) -> Result<(Vec<Reader>, Vec<String>), Error> {
        let (mut readers, mut left_out) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for user in self.people(tx, at, &mut left_out)? {
            let address = match self.via {
                Way::Email => Some(user.email.clone()),
                Way::Sms => user.phone.clone().filter(|phone| !phone.is_empty()),
                Way::App => Some(user.name()),
            };
            match address {
                Some(address) if seen.insert(user.id.to_string()) => {
                    seen.insert(address.clone());
                    readers.push(Reader { user: Some(user.id), address });
                }
                Some(_) => {}
                None => left_out.push(format!("{} has no telephone number", user.name())),
            }
        }
        for address in &self.addresses {
            if seen.insert(address.clone()) {
                readers.push(Reader { user: None, address: address.clone() });
            }
        }
        Ok((readers, left_out))
    }

    fn people(&self, tx: &mut Tx<'_>, at: &At<'_>, left_out: &mut Vec<String>) -> Result<Vec<User>, Error> {
        let agency = CompanyScope::proven(at.here.company_id().clone());
        let mut people = Vec::new();
        for id in &self.users {
            let found = match Id::parse(id) {
                Some(id) => users::get(tx, &agency, &id)?,
                None => None,
            };
            match found.filter(|user| user.may_enter(at.here.location_id())) {
                Some(user) => people.push(user),
                None => left_out.push(format!("{id} is no user of this location")),
            }
        }
        if self.everybody {
            let all = Search {
                location: Some(at.here.location_id().to_string()),
                limit: MAX_USERS,
                ..Search::default()
            };
            people.extend(users::search(tx, &Access::at(at.here), &all)?.0);
        }
        Ok(people)
    }
}
