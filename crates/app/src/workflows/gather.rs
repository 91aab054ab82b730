//! Reads from the database what a run knows.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Event, Timestamp};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::action::Done;
use super::definition::{Names, Settings};
use super::engine::RunState;
use super::facts::{Facts, LocationFacts};
use super::trigger::{Kind, Subject};
use super::{around, booked, deals, records};
use crate::links::Urls;
use crate::locations::templates;
use crate::tenant::LocationScope;
use crate::{forms, inbound_hooks, links, locations};

/// What a run is about, as its effects made it.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The contact.
    pub contact: Option<Id<id::Contact>>,
    /// The opportunity.
    pub opportunity: Option<Id<id::Opportunity>>,
    /// The appointment.
    pub appointment: Option<Id<id::Appointment>>,
    /// The moment that waits before and after the event refer to.
    pub event_start: Option<Timestamp>,
}

impl About {
    /// What a run is about by its state.
    #[must_use]
    pub fn of(state: &RunState) -> Self {
        Self {
            contact: state.contact.clone(),
            opportunity: state.opportunity.clone(),
            appointment: state.appointment.clone(),
            event_start: state.event_start,
        }
    }

    /// What a run would be about that an event begins. The appointment is as the event says, which the trigger's data tell.
    #[must_use]
    pub fn begun_by(subject: &Subject) -> Self {
        Self { contact: subject.contact.clone(), opportunity: subject.opportunity.clone(), ..Self::default() }
    }

    /// What it is about behind an effect.
    #[must_use]
    pub fn after(self, done: &Done) -> Self {
        Self {
            contact: done.contact.clone().or(self.contact),
            opportunity: done.opportunity.clone().or(self.opportunity),
            appointment: done.appointment.clone().or(self.appointment),
            event_start: done.event_start.or(self.event_start.filter(|_| done.appointment.is_none())),
        }
    }
}

/// Facts in the making: the location is read once, the contact again whenever a step may have changed it.
pub struct Gather {
    here: LocationScope,
    facts: Facts,
    /// The links that the workflow names.
    links: Vec<String>,
    /// What the templates name that its steps send.
    named_by_templates: Names,
    /// Whether the location's custom values were read, and nothing has changed one since.
    knows_custom_values: bool,
}

impl Gather {
    /// Facts about the location and the time, and nobody yet.
    ///
    /// # Errors
    /// When the store fails.
    pub fn begin(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope) -> Result<Self, Error> {
        let location = locations::get(tx, here)?;
        let zone = location.zone();
        let owner = around::location_owner(&location);
        let text = Option::unwrap_or_default;
        let facts = Facts {
            now: cx.now,
            zone,
            contact: None,
            location: LocationFacts {
                id: location.id.to_string(),
                name: location.name,
                address: text(location.address),
                city: text(location.city),
                state: text(location.state),
                country: location.country,
                postal_code: text(location.postal_code),
                email: text(location.email),
                phone: text(location.phone),
                website: text(location.website),
                logo_url: String::new(),
            },
            workflow_id: String::new(),
            workflow_name: String::new(),
            trigger_object: None,
            trigger_data: json!({}),
            trigger_links: Map::new(),
            templates: BTreeMap::new(),
            custom_values: Map::new(),
            settings: Settings::default(),
            objects: Map::from_iter([("location_owner".to_owned(), owner)]),
            steps: Map::new(),
        };
        Ok(Self {
            here: here.clone(),
            facts,
            links: Vec::new(),
            named_by_templates: Names::default(),
            knows_custom_values: false,
        })
    }

    /// The facts so far.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What started the run, and with what.
    pub fn set_trigger(&mut self, kind: &Kind, data: Value) {
        if kind.changes.is_some() {
            self.facts.objects.insert("changed".to_owned(), data["changed"].clone());
        }
        if kind.appointment {
            self.set_appointment(Some(&data));
        }
        self.facts.trigger_object = kind.object;
        self.facts.trigger_data = data;
    }

    /// The appointment and its calendar; none when it is gone.
    fn set_appointment(&mut self, data: Option<&Value>) {
        let objects = data.map_or_else(booked::gone, |data| booked::spelled(data, &self.facts.zone));
        self.facts.objects.extend(objects.map(|(name, fields)| (name.to_owned(), fields)));
    }

    /// As [`Gather::set_trigger`], by the trigger's type; a type that is no more has no object.
    pub fn set_trigger_type(&mut self, name: &str, data: Value) {
        match Kind::named(name) {
            Some(kind) => self.set_trigger(kind, data),
            None => self.facts.trigger_data = data,
        }
    }

    /// Which workflow it is.
    pub fn set_workflow(&mut self, id: &Id<id::Workflow>, name: &str) {
        self.facts.workflow_id = id.to_string();
        name.clone_into(&mut self.facts.workflow_name);
    }

    /// Which trigger links the workflow's definition names; those that the location has count.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_links(&mut self, tx: &mut Tx<'_>, named: &[String]) -> Result<(), Error> {
        for link in named {
            if links::exists(tx, &self.here, link)? {
                self.links.push(link.clone());
            }
        }
        Ok(())
    }

    /// Which e-mail templates the workflow's steps send; those that the location has count, and with them what their texts
    /// name.
    ///
    /// # Errors
    /// When the store fails.
    pub fn set_templates(&mut self, tx: &mut Tx<'_>, named: &[String]) -> Result<(), Error> {
        for id in named {
            let template = match templates::get(tx, &self.here, id) {
                Ok(template) if template.kind == templates::Kind::Email => template.message,
                Ok(_) | Err(Error::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let texts = json!([template.subject, template.body, template.attachments]);
            self.named_by_templates.objects.extend(Names::in_json(&texts).objects);
            self.set_links(tx, &links::mentioned(&texts.to_string()))?;
            self.facts.templates.insert(id.clone(), template);
        }
        Ok(())
    }

    /// What holds for the whole workflow.
    pub fn set_settings(&mut self, settings: &Settings) {
        self.facts.settings = settings.clone();
    }

    /// What earlier steps of the run brought.
    pub fn set_outputs(&mut self, outputs: &Map<String, Value>) {
        self.facts.steps.clone_from(outputs);
    }

    /// The links' URLs, for the contact as it is known by now.
    pub fn write_links(&mut self, urls: &Urls) {
        let contact = self.facts.contact.as_ref().map(|contact| &contact.id);
        let written = self.links.iter().map(|link| (link.clone(), Value::from(urls.of(link, contact))));
        self.facts.trigger_links = written.collect();
    }

    /// Reads the location's custom values, for whoever uses them: there may be thousands.
    ///
    /// # Errors
    /// When the store fails.
    fn read_custom_values(&mut self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.facts.custom_values = locations::custom_values::by_key(tx, &self.here)?;
        self.knows_custom_values = true;
        Ok(())
    }

    /// A custom value is another than it was: they are read again before the next step.
    pub fn forget_custom_values(&mut self) {
        self.knows_custom_values = false;
    }

    /// The opportunity as it is now; none when it is gone.
    ///
    /// # Errors
    /// When the store fails.
    fn set_opportunity(
        &mut self,
        tx: &mut Tx<'_>,
        opportunity: Option<&Id<id::Opportunity>>,
    ) -> Result<(), Error> {
        let fields = match opportunity {
            Some(opportunity) => deals::fields(tx, &self.here, opportunity)?,
            None => None,
        };
        self.facts.objects.insert("opportunity".to_owned(), fields.unwrap_or_default());
        Ok(())
    }

    /// Reads what an effect may have changed, as far as `names` names it: records as they are now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn read(&mut self, tx: &mut Tx<'_>, names: &Names, about: &About) -> Result<(), Error> {
        self.set_contact(tx, about.contact.as_ref())?;
        let more;
        let names = if self.named_by_templates.objects.is_empty() {
            names
        } else {
            more = names.clone().and(&self.named_by_templates);
            &more
        };
        if names.object("opportunity") || names.object("user") {
            self.set_opportunity(tx, about.opportunity.as_ref())?;
        }
        if names.object("custom_values") && !self.knows_custom_values {
            self.read_custom_values(tx)?;
        }
        let here = self.here.clone();
        if let Some(appointment) = &about.appointment
            && (names.object("appointment") || names.object("calendar"))
        {
            let now = booked::now(tx, &here, appointment)?;
            self.set_appointment(now.as_ref());
        }
        if names.object("user") {
            let user = around::user(tx, &here, &self.assigned())?;
            self.facts.objects.insert("user".to_owned(), user);
        }
        if names.object("company") {
            let (business, name) = match &self.facts.contact {
                Some(contact) => (contact.business_id.clone(), contact.company_name.clone()),
                None => Default::default(),
            };
            let company = around::company(tx, &here, &business, &name)?;
            self.facts.objects.insert("company".to_owned(), company);
        }
        if names.object("campaign") {
            let stated = self.facts.trigger_data["eventStartTime"].as_str().and_then(Timestamp::parse);
            let campaign = around::campaign(about.event_start.or(stated), &self.facts.zone);
            self.facts.objects.insert("campaign".to_owned(), campaign);
        }
        Ok(())
    }

    /// Who looks after the contact, or else after the opportunity; empty when nobody does.
    fn assigned(&self) -> String {
        let contact = self.facts.contact.as_ref().map(|contact| contact.assigned_to.clone());
        let opportunity = || {
            let opportunity = self.facts.objects.get("opportunity");
            opportunity
                .and_then(|opportunity| opportunity["assigned_to"].as_str())
                .unwrap_or_default()
                .to_owned()
        };
        contact.filter(|user| !user.is_empty()).unwrap_or_else(opportunity)
    }

    /// The contact as it is now; none when it is gone.
    ///
    /// # Errors
    /// When the store fails.
    fn set_contact(&mut self, tx: &mut Tx<'_>, contact: Option<&Id<id::Contact>>) -> Result<(), Error> {
        self.facts.contact = match contact {
            Some(contact) => records::contact(tx, &self.here, contact)?,
            None => None,
        };
        if self.facts.settings.in_contact_zone {
            let contact = self.facts.contact.as_ref();
            if let Some(zone) = contact.and_then(|contact| TimeZone::get(&contact.timezone).ok()) {
                self.facts.zone = zone;
            }
        }
        Ok(())
    }
}

/// What the trigger brought: the body of the stored request, the answers of the submission, or what the event itself says.
///
/// # Errors
/// When the store fails.
pub fn trigger_data(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    kind: &Kind,
    event: &Event,
    subject: &Subject,
) -> Result<Value, Error> {
    let stored = match (&subject.request, &subject.submission) {
        (Some(request), _) => inbound_hooks::request_body(tx, here, request)?,
        (None, Some(submission)) => forms::facts(tx, here, submission.as_str())?,
        (None, None) => return Ok((kind.data)(event)),
    };
    Ok(stored.unwrap_or_else(|| json!({})))
}
