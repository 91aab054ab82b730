//! The one list: each slice's routes, consumers, jobs and statements. Adding a slice is adding lines here.

use std::sync::Arc;

use leadhold_queue::{Consumer, Job};
use leadhold_store::Sql;

use crate::credentials::Credentials;
use crate::forms;
use crate::http::{self, LocationLookup, Route, SessionLookup, TokenLookup, get};
use crate::world::World;
use crate::{
    Config, associations, audit, batch, businesses, calendars, campaigns, closing, companies, contacts,
    conversations, custom_fields, custom_menus, files, imports, inbound_hooks, inspect, installation, links,
    locations, marketplace, medias, merging, notes, notices, oauth, objects, opportunities, portal, records,
    requests, sandbox, sessions, tasks, tokens, users, webhook_keys, webhooks, workflows,
};

/// Every handler.
#[must_use]
pub fn routes() -> Vec<Route> {
    let edge = vec![
        get("/leadhold/v1/health", http::health::get),
        get("/metrics", http::metrics::get),
        get("/openapi.json", http::openapi::get),
        get("/leadhold/style.css", http::page::style),
    ];
    [
        edge,
        sandbox::routes(),
        requests::routes(),
        audit::routes(),
        forms::routes(),
        oauth::routes(),
        sessions::routes(),
        companies::routes(),
        locations::routes(),
        closing::routes(),
        users::routes(),
        files::routes(),
        medias::routes(),
        links::routes(),
        custom_menus::routes(),
        businesses::routes(),
        associations::routes(),
        objects::routes(),
        records::routes(),
        locations::tags::routes(),
        locations::custom_values::routes(),
        locations::templates::routes(),
        marketplace::routes(),
        custom_fields::routes(),
        custom_fields::properties::routes(),
        contacts::routes(),
        conversations::routes(),
        notices::routes(),
        notes::routes(),
        tasks::routes(),
        tasks::recurring::routes(),
        calendars::routes(),
        campaigns::routes(),
        oauth::apps::routes(),
        oauth::apps::subscriptions::routes(),
        tokens::routes(),
        portal::routes(),
        webhooks::routes(),
        webhooks::listener_routes(),
        webhooks::key_routes(),
        webhooks::catalogue_routes(),
        opportunities::routes(),
        batch::routes(),
        imports::routes(),
        merging::routes(),
        inbound_hooks::routes(),
        inspect::routes(),
        workflows::routes(),
    ]
    .concat()
}

/// Who listens to events.
#[must_use]
pub fn consumers(_world: &World, _config: &Config) -> Vec<Arc<dyn Consumer>> {
    vec![
        Arc::new(marketplace::InstallToFutureLocations),
        Arc::new(opportunities::FollowContacts),
        Arc::new(forms::ForgetContacts),
        Arc::new(workflows::WakeRuns),
        Arc::new(workflows::StartRuns),
        Arc::new(workflows::CampaignRuns),
        Arc::new(webhooks::FanOut),
    ]
}

/// Who does which work.
#[must_use]
pub fn jobs(world: &World, config: &Config, faults: Option<&Arc<sandbox::Faults>>) -> Vec<Arc<dyn Job>> {
    let own: Vec<Arc<dyn Job>> = vec![
        Arc::new(workflows::StepRun::new(world.clone(), &config.base_url)),
        Arc::new(workflows::Call::new(world.clone())),
        Arc::new(workflows::Ring::new(world.clone())),
        Arc::new(files::DeleteBlob::new(world.clone())),
        Arc::new(notices::SendNotice::new(world.clone())),
        Arc::new(conversations::SendMessage::new(world.clone(), channels(faults))),
    ];
    [
        own,
        associations::jobs(world),
        objects::jobs(world),
        contacts::jobs(world),
        opportunities::jobs(world),
        imports::jobs(world),
        webhooks::jobs(world, faults),
        tasks::recurring::jobs(world),
        forms::jobs(world),
    ]
    .concat()
}

/// What carries messages out of the house, in the order in which they are asked. In the sandbox nothing leaves it.
fn channels(faults: Option<&Arc<sandbox::Faults>>) -> Vec<Arc<dyn conversations::Channel>> {
    faults
        .map(|faults| conversations::SandboxOutbox::new(Arc::clone(faults)))
        .map(|outbox| Arc::new(outbox) as _)
        .into_iter()
        .collect()
}

/// Who knows credentials.
#[must_use]
pub fn token_lookup(world: &World, uses: &tokens::Uses) -> Arc<dyn TokenLookup> {
    Arc::new(Credentials::new(world, uses.clone()))
}

/// Who knows an agency's locations.
#[must_use]
pub fn location_lookup(world: &World) -> Arc<dyn LocationLookup> {
    Arc::new(locations::Locations::new(world.clone()))
}

/// Who knows the people behind cookies.
#[must_use]
pub fn session_lookup(world: &World) -> Arc<dyn SessionLookup> {
    Arc::new(sessions::Sessions::new(world.clone()))
}

/// Every fixed statement on the request log's tables, likewise.
#[must_use]
pub fn log_statements() -> Vec<Sql> {
    [http::request_log::STATEMENTS, requests::STATEMENTS].concat()
}

/// Every fixed statement on the main tables, for the tests that prepare them and look for their tenant.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        leadhold_queue::STATEMENTS,
        http::idempotency::STATEMENTS,
        forms::STATEMENTS,
        companies::STATEMENTS,
        medias::STATEMENTS,
        links::STATEMENTS,
        custom_menus::STATEMENTS,
        businesses::STATEMENTS,
        associations::STATEMENTS,
        objects::STATEMENTS,
        files::STATEMENTS,
        locations::STATEMENTS,
        locations::tags::STATEMENTS,
        locations::custom_values::STATEMENTS,
        locations::templates::STATEMENTS,
        custom_fields::STATEMENTS,
        contacts::STATEMENTS,
        conversations::STATEMENTS,
        notes::STATEMENTS,
        tasks::STATEMENTS,
        tasks::recurring::STATEMENTS,
        campaigns::STATEMENTS,
        users::STATEMENTS,
        tokens::STATEMENTS,
        inbound_hooks::STATEMENTS,
        inspect::STATEMENTS,
        workflows::STATEMENTS,
        audit::STATEMENTS,
        notices::STATEMENTS,
        oauth::STATEMENTS,
        oauth::apps::STATEMENTS,
        oauth::apps::subscriptions::STATEMENTS,
        sessions::STATEMENTS,
        marketplace::STATEMENTS,
        webhooks::STATEMENTS,
        webhook_keys::STATEMENTS,
        imports::STATEMENTS,
        sandbox::STATEMENTS,
        installation::STATEMENTS,
        &webhooks::log_statements(),
        &opportunities::statements(),
        &calendars::statements(),
    ]
    .concat()
}
