//! The power fails at every commit: before it, and right behind it. What a workflow leaves in the end is the same.
//!
//! Not random: each [`case`] is played once undisturbed, which counts its commits, and then twice for each of them, once for
//! each side ([`Side`]). After the cut the process begins again on the same data ([`power`]), leases run out, clients that
//! were not answered send again under the same key, and everything comes to rest. Then all rows of the location, in every
//! table there is, are those of the undisturbed play, but for ids and times ([`traces`]): contacts, tags, notes, tasks,
//! opportunities, messages, runs with each line of their logs, counters, events, deliveries, jobs. Requests to the outside
//! came at least once, each time under the same key and with the same bytes.

mod case;
mod power;
mod traces;

use http::Method;
use leadhold_app::Config;
use leadhold_app::tokens::{self, Kind, Owner};
use leadhold_app::users::{Role, Type};
use leadhold_app::workflows::action;
use leadhold_kernel::ScopeSet;
use leadhold_store::outage::Side;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use self::case::{Act, Case, Ground};
use self::power::Power;
use self::traces::{Left, Sent};
use crate::api::calendars::calendar;
use crate::api::opportunities::pipeline;
use crate::api::webhooks::listen;

/// A test for each name, and the list of them.
macro_rules! sweeps {
    ($($name:ident)*) => {
        const SWEPT: &[&str] = &[$(stringify!($name)),*];
        $(#[tokio::test]
        async fn $name() {
            sweep(stringify!($name)).await;
        })*
    };
}

// The kinds of actions, and behind them what happens to a run beside its actions.
sweeps! {
    create_update_contact find_contact update_contact_field add_contact_tag remove_contact_tag assign_user
    remove_assigned_user set_contact_dnd add_note add_task complete_task add_contact_followers remove_contact_followers
    delete_contact
    create_update_opportunity find_opportunity remove_opportunity add_opportunity_owner remove_opportunity_owner
    add_opportunity_followers remove_opportunity_followers
    send_sms send_email voicemail call edit_conversation internal_notification slack_message
    add_to_campaign remove_from_campaign add_to_workflow remove_from_workflow
    create_custom_object_record update_custom_object_record associate_records update_custom_value
    book_appointment update_appointment_status add_appointment_note
    math_operation text_formatter number_formatter date_formatter array_formatter custom_code
    webhook custom_webhook
    wait if_else goal go_to split drip set_event_start_date

    a_failed_step_is_tried_again an_event_ends_a_wait runs_wait_for_their_turn
    a_wait_follows_an_appointment an_appointment_starts_a_workflow
    runs_begin_by_the_minute deliveries_of_events a_workflow_starts_another
}

#[test]
fn every_kind_of_action_is_swept() {
    for kind in action::KINDS {
        assert!(SWEPT.contains(&kind.name), "add `{0}` to `sweeps!` and a case `{0}` to case.rs", kind.name);
    }
}

/// Plays a case with the power failing at each of its commits.
async fn sweep(name: &str) {
    let config = Config { sandbox: true, rate_limit: false, ..Config::default() };
    let (app, receiver) = (TestApp::with(config).await, Receiver::start().await);
    let (mut app, undisturbed, commits) = play(app, &receiver, name, (0, Side::Before)).await;
    undisturbed.check(name, action::KINDS.iter().any(|kind| kind.name == name));
    for at in 1..=commits {
        for side in [Side::Before, Side::After] {
            let (next, left, _) = play(app, &receiver, name, (at, side)).await;
            left.compare(
                &undisturbed,
                &format!("{name}, the power failing {side:?} commit {at} of {commits}"),
            );
            app = next;
        }
    }
    println!("{name}: {commits} commits, the power failed {} times", 2 * commits);
}

/// Plays a case once, in a new location; answers what it left, and how many commits there were.
async fn play(
    mut app: TestApp,
    receiver: &Receiver,
    name: &str,
    (at, side): (u64, Side),
) -> (TestApp, Left, u64) {
    let ground = ground(&mut app).await;
    let case = Case::named(name, &ground, &receiver.url);
    if case.listened {
        listen(&app, &receiver.url).await;
    }
    let mut workflows = Vec::new();
    for definition in &case.workflows {
        let made = app.post("/leadhold/v1/workflows").json(definition).send().await.expect(201).json();
        workflows.push(made["workflow"].clone());
    }
    app.run_until_idle().await;
    let before = receiver.requests().len();
    let mut power = Power::on(app, at, side).await;
    for (turn, act) in case.acts.iter().enumerate() {
        let key = format!("act-{turn}");
        match act {
            Act::Post(path, body) => power.send(Method::POST, &filled(path, &workflows), &key, body).await,
            Act::Put(path, body) => power.send(Method::PUT, path, &key, body).await,
            Act::Pass(millis) => power.app().clock.advance(*millis),
        }
        power.rest().await;
    }
    let commits = power.commits();
    assert!(at == 0 || power.failed(), "{name}: the commit {at} was not reached");
    let app = power.off();
    let sent = Sent::of(&receiver.requests()[before..]);
    let left = Left::of(&app.database, app.agency.location.location_id().as_str(), sent).await;
    (app, left, commits)
}

/// A path with the ids of the workflows and the paths of their hooks in the places of `{0}` and `{hook0}`.
fn filled(path: &str, workflows: &[Value]) -> String {
    let mut path = path.to_owned();
    for (n, workflow) in workflows.iter().enumerate() {
        let text = |key: &str| workflow[key].as_str().unwrap_or_default().to_owned();
        path = path.replace(&format!("{{{n}}}"), &text("id"));
        path = path.replace(&format!("{{hook{n}}}"), &text("inboundHookPath"));
    }
    path
}

/// A new location, which is the test's first from here on, with a contact, a user and a pipeline.
async fn ground(app: &mut TestApp) -> Ground {
    let company = app.agency.company.clone();
    let made = app.write(move |tx, cx| {
        let location = leadhold_app::locations::create(tx, cx, &company, &case::location())?;
        let owner = Owner::Location(location.clone());
        let token = tokens::create(tx, cx, &owner, Kind::Private, "sweep", ScopeSet::all())?;
        Ok((location, token.secret))
    });
    let (location, token) = made.await;
    app.agency.location = location;
    app.agency.location_token = token;
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await.id;
    pipeline(app, "Sales", &["New", "Won"]).await;
    let mut contacts = Vec::new();
    for name in ["Ada", "Grace"] {
        let body = json!({"firstName": name, "email": format!("{name}@example.com"), "tags": ["old"],
            "phone": format!("+120255501{:02}", contacts.len()),
            "locationId": app.agency.location.location_id()});
        let made = app.post("/contacts/").json(&body).send().await.expect(201).json();
        contacts.push(made["contact"]["id"].as_str().expect("an id").to_owned());
    }
    let campaign = json!({"name": "Welcome", "status": "published", "sender": {"phone": "+13125550100"},
        "steps": [{"type": "sms", "message": "Hi"}, {"type": "call", "after": {"value": 2, "unit": "days"}}]});
    let made = app.post("/leadhold/v1/campaigns").json(&campaign).send().await.expect(201).json();
    let campaign = made["campaign"]["id"].as_str().expect("an id").to_owned();
    app.run_until_idle().await;
    let association = records(app).await;
    let team = json!({"name": "Visits", "calendarType": "personal", "teamMembers": [{"userId": user}]});
    let calendar = calendar(app, team).await;
    let visit = json!({"calendarId": calendar, "contactId": contacts[1], "startTime": "2030-01-01T10:00:00Z",
        "locationId": app.agency.location.location_id(), "ignoreFreeSlotValidation": true});
    let made = app.post("/calendars/events/appointments").json(&visit).send().await.expect(200).json();
    let appointment = made["id"].as_str().expect("an id").to_owned();
    app.run_until_idle().await;
    Ground {
        user: user.to_string(),
        contacts,
        campaign,
        association,
        calendar,
        appointment,
        now: app.app.world.clock.now(),
    }
}

/// A custom value, an object, and an association of contacts, whose id is answered.
async fn records(app: &TestApp) -> String {
    let here = app.agency.location.location_id();
    let value = json!({"name": "Last lead", "value": "nobody"});
    app.post(&format!("/locations/{here}/customValues")).json(&value).send().await.expect(201);
    let pet = json!({"locationId": here, "key": "custom_objects.pet", "labels": {"singular": "Pet", "plural": "Pets"},
        "primaryDisplayPropertyDetails": {"key": "name", "name": "Pet name", "dataType": "TEXT"}});
    app.post("/objects/").json(&pet).send().await.expect(201);
    let friends = json!({"locationId": here, "key": "friends", "firstObjectKey": "contact", "firstObjectLabel": "friend",
        "secondObjectKey": "contact", "secondObjectLabel": "friend of"});
    let made = app.post("/associations/").json(&friends).send().await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}
