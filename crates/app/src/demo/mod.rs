//! A demo agency: what a newcomer finds after `leadhold init --demo`, made by the same services that requests use, in
//! one transaction.

mod automation;
mod fields;

use leadhold_kernel::{Cx, Error, Id, Random, ScopeSet, id};
use leadhold_store::Tx;
use serde::Serialize;

pub use self::automation::App;
use crate::companies::{self, NewCompany};
use crate::founding::{Founded, Founding, found};
use crate::locations::{self, NewLocation, Settings};
use crate::opportunities::pipelines::{self, PipelineFields};
use crate::tenant::CompanyScope;
use crate::tokens::{self, Kind, Owner};
use crate::users::{self, NewUser, Role, Type};

const ADMIN: &str = "admin@demo.example";
const COUNTRY: &str = "US";
const TIMEZONE: &str = "America/Chicago";

/// What must be known beforehand: hashing a password takes tens of milliseconds and has no place in a transaction.
#[derive(Clone)]
pub struct Plan {
    password: String,
    password_hash: String,
    other_hash: String,
    webhook_url: Option<String>,
}

impl Plan {
    /// Draws the passwords. The demo's app will be told of all events at `webhook_url`.
    ///
    /// # Errors
    /// When a password cannot be hashed.
    pub fn draw(random: &dyn Random, webhook_url: Option<String>) -> Result<Self, Error> {
        let password = Id::<id::Token>::generate(random).to_string();
        let unknown = Id::<id::Token>::generate(random).to_string();
        let password_hash = users::hash(&password, random)?;
        Ok(Self { password, password_hash, other_hash: users::hash(&unknown, random)?, webhook_url })
    }
}

/// Everything that somebody needs to use the demo.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Demo {
    /// The agency.
    pub company_id: Id<id::Company>,
    /// Its first location, which has everything else of the demo.
    pub location_id: Id<id::Location>,
    /// Its second location, which is empty.
    pub second_location_id: Id<id::Location>,
    /// The agency's administrator.
    pub user_id: Id<id::User>,
    /// The administrator's sign-in.
    pub admin_email: String,
    /// The administrator's password.
    pub admin_password: String,
    /// The agency's API key.
    pub agency_key: String,
    /// The agency's private integration token.
    pub agency_token: String,
    /// The first location's private integration token.
    pub location_token: String,
    /// The second location's private integration token.
    pub second_location_token: String,
    /// The first location's pipeline.
    pub pipeline_id: Id<id::Pipeline>,
    /// Its stages in order.
    pub pipeline_stage_ids: Vec<Id<id::Stage>>,
    /// The published workflow that turns a posted form into a tagged contact.
    pub workflow_id: Id<id::Workflow>,
    /// Where the form is posted to, in the guide's form.
    pub inbound_hook_path: String,
    /// The same hook in today's form.
    #[serde(rename = "inboundHookPathV2")]
    pub inbound_hook_path_v2: String,
    /// The app on the first location.
    pub app: App,
    /// Another agency, to see that nothing of one reaches the other.
    pub other_agency: OtherAgency,
}

/// The second agency.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherAgency {
    /// The agency.
    pub company_id: Id<id::Company>,
    /// Its only location.
    pub location_id: Id<id::Location>,
    /// The location's private integration token.
    pub location_token: String,
    /// The agency's API key.
    pub agency_key: String,
}

/// Makes the demo.
///
/// # Errors
/// When the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, plan: &Plan) -> Result<Demo, Error> {
    let agency = companies::create(tx, cx, &company("Bright Path Marketing", ADMIN))?;
    let first = locations::create(tx, cx, &agency, &location("Riverside Dental", "+13125550100"))?;
    // A moment later each: lists of locations and agencies begin with the first.
    let later = |millis| Cx { now: cx.now.plus_millis(millis), ..cx.clone() };
    let second = location("Lakeview Fitness", "+13125550101");
    let second = locations::create(tx, &later(1), &agency, &second)?;
    let here = [first.clone(), second.clone()];
    let admin = user(ADMIN, ["Alex", "Rivera"], plan.password_hash.clone(), Type::Agency, Role::Admin);
    let user_id = users::create(tx, cx, &agency, &admin, &here)?;
    // The colleague signs in once an administrator has set a password.
    let colleague =
        user("sam@demo.example", ["Sam", "Okafor"], plan.other_hash.clone(), Type::Account, Role::User);
    users::create(tx, cx, &agency, &colleague, &here[..1])?;
    let pipeline = pipelines::create(tx, cx, &first, &sales())?;
    fields::define(tx, cx, &first)?;
    let listening = automation::workflow(tx, cx, &first)?;
    let app = automation::app(tx, cx, &agency, &first, plan.webhook_url.as_deref())?;
    Ok(Demo {
        company_id: agency.company_id().clone(),
        location_id: first.location_id().clone(),
        second_location_id: second.location_id().clone(),
        user_id,
        admin_email: ADMIN.to_owned(),
        admin_password: plan.password.clone(),
        agency_key: agency_key(tx, cx, &agency)?,
        agency_token: token(tx, cx, Owner::Company(agency))?,
        location_token: token(tx, cx, Owner::Location(first))?,
        second_location_token: token(tx, cx, Owner::Location(second))?,
        pipeline_id: pipeline.id,
        pipeline_stage_ids: pipeline.stages.into_iter().map(|stage| stage.id).collect(),
        workflow_id: listening.workflow_id,
        inbound_hook_path: listening.guide_path,
        inbound_hook_path_v2: listening.path,
        app,
        other_agency: other_agency(tx, &later(2), plan)?,
    })
}

fn other_agency(tx: &mut Tx<'_>, cx: &Cx, plan: &Plan) -> Result<OtherAgency, Error> {
    let founding = Founding {
        agency: "North Star Media".to_owned(),
        location: "Harbor Coffee".to_owned(),
        email: "admin@other.example".to_owned(),
        name: ["Noor", "Haddad"].map(str::to_owned),
        password_hash: plan.other_hash.clone(),
        country: COUNTRY.to_owned(),
        timezone: TIMEZONE.to_owned(),
    };
    let Founded { company_id, location_id, location_token, agency_key, .. } = found(tx, cx, &founding)?;
    Ok(OtherAgency { company_id, location_id, location_token, agency_key })
}

fn company(name: &str, email: &str) -> NewCompany {
    NewCompany {
        name: name.to_owned(),
        email: Some(email.to_owned()),
        country: COUNTRY.to_owned(),
        timezone: TIMEZONE.to_owned(),
    }
}

fn location(name: &str, phone: &str) -> NewLocation {
    NewLocation {
        name: name.to_owned(),
        email: None,
        phone: Some(phone.to_owned()),
        country: COUNTRY.to_owned(),
        timezone: TIMEZONE.to_owned(),
        settings: Settings::default(),
    }
}

fn user(email: &str, name: [&str; 2], password_hash: String, kind: Type, role: Role) -> NewUser {
    let [first_name, last_name] = name.map(str::to_owned);
    NewUser { email: email.to_owned(), first_name, last_name, password_hash, kind, role }
}

fn sales() -> PipelineFields {
    PipelineFields::named("Sales", &["New Lead", "Contacted", "Proposal Sent", "Closed"])
}

fn token(tx: &mut Tx<'_>, cx: &Cx, owner: Owner) -> Result<String, Error> {
    credential(tx, cx, &owner, Kind::Private)
}

fn agency_key(tx: &mut Tx<'_>, cx: &Cx, agency: &CompanyScope) -> Result<String, Error> {
    credential(tx, cx, &Owner::Company(agency.clone()), Kind::AgencyKey)
}

fn credential(tx: &mut Tx<'_>, cx: &Cx, owner: &Owner, kind: Kind) -> Result<String, Error> {
    Ok(tokens::create(tx, cx, owner, kind, "Demo", ScopeSet::all())?.secret)
}
