//! A location full of data that nobody else may see: every text in it carries the canary.

use leadhold_app::LocationScope;
use leadhold_app::custom_fields::{DataType, Model, NewCustomField, ObjectKey, folders};
use leadhold_app::marketplace::{self, Installation, Place};
use leadhold_app::oauth::apps::{self, NewApp};
use leadhold_kernel::ScopeSet;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

/// Appears in each of the victim's records and nowhere else.
pub const CANARY: &str = "canary7313";

/// Keys that only the victim has; not the canary, since a refusal may repeat what was asked for.
const OBJECT: &str = "custom_objects.of_the_victim";
const ASSOCIATION: &str = "of_the_victim";
const LISTENER: &str = "victims-laptop";

/// The ids of what the victim has.
pub struct Victim {
    form: String,
    survey: String,
    location: String,
    company: String,
    /// A contact.
    pub contact: String,
    tag: String,
    field: String,
    property: String,
    folder: String,
    object: String,
    value: String,
    template: String,
    workflow: String,
    run: String,
    user: String,
    business: String,
    association: String,
    relation: String,
    note: String,
    task: String,
    recurring: String,
    campaign: String,
    conversation: String,
    message: String,
    record: String,
    delivery: String,
    replay: String,
    subscription: String,
    trace: String,
    app: String,
    version: String,
    secret: String,
    token: String,
    charge: String,
    media: String,
    opportunity: String,
    calendar: String,
    group: String,
    appointment: String,
    blocked: String,
    appointment_note: String,
    pipeline: String,
    lost_reason: String,
    link: String,
    menu: String,
    import: String,
}

impl Victim {
    /// Fills the first location of the test's agency: a field, a contact with a tag, a workflow that has run, the delivery
    /// that it sent, an app that charges, a token, and a deal in a pipeline.
    pub async fn settle(app: &TestApp) -> Self {
        let location = app.agency.location.location_id().to_string();
        let receiver = Receiver::start().await;
        let fields = format!("/locations/{location}/customFields");
        let field = json!({"name": CANARY, "dataType": "TEXT", "model": "contact"});
        let field = id(&app.post(&fields).json(&field).send().await.expect(201).json()["customField"]);
        let (properties, property) = object(app).await;
        let value = json!({"name": CANARY, "value": CANARY});
        let value = app.post(&format!("/locations/{location}/customValues")).json(&value);
        let value = id(&value.send().await.expect(201).json()["customValue"]);
        let template = json!({"name": CANARY, "type": "sms", "body": CANARY});
        let template = app.post("/leadhold/v1/templates").json(&template).send().await.expect(201);
        let template = id(&template.json()["template"]);
        let definition = workflow(&receiver.url);
        let made = app.post("/leadhold/v1/workflows").json(&definition).send().await.expect(201).json();
        let workflow = id(&made["workflow"]);
        app.post(&format!("/leadhold/v1/workflows/{workflow}/publish")).send().await.expect(200);
        let contact = json!({
            "firstName": CANARY, "email": format!("{CANARY}@example.com"), "tags": [CANARY],
            "customFields": [{"id": field, "value": CANARY}],
        });
        let made = app.post("/contacts/").json(&contact).send().await.expect(201);
        let (contact, trace) = (id(&made.json()["contact"]), made.header("x-trace-id").to_owned());
        app.write_log().await;
        let user = json!({
            "companyId": app.agency.company.company_id(), "firstName": CANARY, "lastName": CANARY,
            "email": format!("{CANARY}@users.example.com"), "password": format!("{CANARY}-secret"), "type": "account",
            "role": "user", "locationIds": [location],
        });
        let user = id(&app.post("/users/").json(&user).send().await.expect(201).json());
        let business = json!({"name": CANARY, "locationId": location});
        let business =
            id(&app.post("/businesses/").json(&business).send().await.expect(201).json()["buiseness"]);
        let record = record_of(app, &location).await;
        let (association, relation) = related(app, &location, &contact, &business).await;
        let note = json!({"body": CANARY, "title": CANARY});
        let note =
            app.post(&format!("/contacts/{contact}/notes")).json(&note).send().await.expect(201).json();
        let task = json!({"title": CANARY, "body": CANARY, "dueDate": "2026-02-01", "completed": false});
        let task =
            app.post(&format!("/contacts/{contact}/tasks")).json(&task).send().await.expect(201).json();
        let (form, survey) = forms(app).await;
        let rule =
            json!({"intervalType": "daily", "interval": 1, "startDate": "2026-01-15", "dueAfterSeconds": 0});
        let recurring = json!({"title": CANARY, "contactIds": [contact], "rruleOptions": rule});
        let path = format!("/locations/{location}/recurring-tasks");
        let recurring = app.post(&path).json(&recurring).send().await.expect(201).json();
        let campaign = json!({"name": CANARY, "status": "published"});
        let campaign = app.post("/leadhold/v1/campaigns").json(&campaign).send().await.expect(201).json();
        let message = json!({"contactId": contact, "body": CANARY});
        let message = app.post("/leadhold/v1/sandbox/inbound-messages").json(&message);
        let message = message.send().await.expect(201).json()["message"].clone();
        let csv = format!("First Name,Email\n{CANARY},{CANARY}2@example.com\n,nobody {CANARY}\n");
        let import = app.post("/leadhold/v1/contacts/imports").body("text/csv", csv).send().await.expect(201);
        let import = id(&import.json()["import"]);
        app.run_until_idle().await;
        let tags = app.get(&format!("/locations/{location}/tags")).send().await.expect(200).json();
        let runs =
            app.get(&format!("/leadhold/v1/workflows/{workflow}/runs")).send().await.expect(200).json();
        let sent = app.get("/leadhold/v1/webhooks/deliveries").send().await.expect(200).json();
        let replay = json!({"to": "2026-01-01T00:00:00Z"});
        let replay =
            app.post("/leadhold/v1/webhooks/deliveries/replay").json(&replay).send().await.expect(202);
        let replay = id(&replay.json()["replay"]);
        let (installed, charge) = charging_app(app, &location).await;
        let listener = format!("/leadhold/v1/apps/{installed}/listeners/{LISTENER}");
        app.put(&listener).token(&app.agency.token).json(&json!({})).send().await.expect(200);
        let of_agency =
            async |path: &str| app.get(path).token(&app.agency.token).send().await.expect(200).json();
        let path = format!("/leadhold/v1/apps/{installed}");
        let (versions, secrets) =
            (of_agency(&format!("{path}/versions")).await, of_agency(&format!("{path}/secrets")).await);
        let subscription = json!({"appId": installed, "url": format!("https://example.com/{CANARY}"), "locationId": location});
        let subscription =
            app.post("/leadhold/v1/webhooks/subscriptions").token(&app.agency.token).json(&subscription);
        let subscription = id(&subscription.send().await.expect(201).json()["subscription"]);
        let token = json!({"name": CANARY, "scopes": "contacts.readonly"});
        let token = app.post("/leadhold/v1/tokens").json(&token).send().await.expect(201).json();
        let folder = json!({"altType": "location", "altId": location, "name": CANARY});
        let media = id(&app.post("/medias/folder").json(&folder).send().await.expect(200).json());
        let (pipeline, opportunity, lost_reason) = deal(app, &contact).await;
        let (group, calendar, appointment) = appointment(app, &contact).await;
        let (blocked, appointment_note) = beside(app, &calendar, &appointment).await;
        let (link, menu) = link_and_menu(app, &location).await;
        Self {
            form,
            survey,
            link,
            menu,
            media,
            opportunity,
            group,
            calendar,
            appointment,
            blocked,
            appointment_note,
            pipeline,
            lost_reason,
            app: installed,
            version: id(&versions["versions"][0]),
            secret: id(&secrets["secrets"][0]),
            token: id(&token["token"]),
            charge,
            import,
            company: app.agency.company.company_id().to_string(),
            location,
            contact,
            tag: id(&tags["tags"][0]),
            field,
            property,
            folder: properties,
            value,
            template,
            object: "custom_objects.vault".to_owned(),
            workflow,
            run: id(&runs["runs"][0]),
            user,
            business,
            association,
            relation,
            note: id(&note["note"]),
            task: id(&task["task"]),
            recurring: id(&recurring["recurringTask"]),
            campaign: id(&campaign["campaign"]),
            conversation: message["conversationId"].as_str().expect("an id").to_owned(),
            message: id(&message),
            record,
            delivery: id(&sent["deliveries"][0]),
            replay,
            subscription,
            trace,
        }
    }

    /// The path with the victim's ids in it, and whether it names the location.
    ///
    /// # Panics
    /// When a served path has a parameter that no record of the victim fills.
    pub fn path(&self, template: &str, served: bool) -> (String, bool) {
        let segments = template.split('/').map(|segment| match segment {
            name if name.starts_with('{') => self.id(template, name.trim_matches(['{', '}']), served),
            fixed => fixed,
        });
        (segments.collect::<Vec<_>>().join("/"), template.contains("{locationId}"))
    }

    fn id<'a>(&'a self, template: &str, name: &str, served: bool) -> &'a str {
        match name {
            "locationId" => &self.location,
            "formId" => &self.form,
            "surveyId" => &self.survey,
            "companyId" => &self.company,
            "contactId" => &self.contact,
            "tagId" => &self.tag,
            "workflowId" => &self.workflow,
            "runId" => &self.run,
            "number" if template.contains("/versions/") => "1",
            "userId" => &self.user,
            "businessId" => &self.business,
            "associationId" => &self.association,
            "relationId" => &self.relation,
            "recordId" => &self.contact,
            "key_name" => ASSOCIATION,
            "objectKey" if template.contains("custom-fields") => &self.object,
            "objectKey" | "schemaKey" => OBJECT,
            "key" if template.starts_with("/objects/") => OBJECT,
            "id" if template.starts_with("/objects/") => &self.record,
            "type" if template.contains("conversationChannels") => "SMS",
            "taskId" => &self.task,
            "campaignId" => &self.campaign,
            "type" if template.contains("/bulk/") => "add",
            "id" if template.contains("/recurring-tasks/") => &self.recurring,
            "id" if template.contains("/notes/") => &self.note,
            "listenerName" => LISTENER,
            "name" | "*path" if template.contains("/inspect") => "inspected", // a sandbox's, and nobody's
            "faultId" => "aaaaaaaaaaaaaaaaaaaa",
            "snapshotName" => "victim", // likewise
            "deliveryId" => &self.delivery,
            "replayId" => &self.replay,
            "subscriptionId" => &self.subscription,
            "traceId" => &self.trace,
            "appId" => &self.app,
            "versionId" if template.contains("/apps/") => &self.version,
            "secretId" => &self.secret,
            "tokenId" => &self.token,
            "groupId" => &self.group,
            "calendarId" => &self.calendar,
            "eventId" if template.contains("/block-slots/") => &self.blocked,
            "noteId" => &self.appointment_note,
            "eventId" | "appointmentId" => &self.appointment,
            "pipelineId" => &self.pipeline,
            "lostReasonId" => &self.lost_reason,
            "id" if template.starts_with("/opportunities/") => &self.opportunity,
            "chargeId" => &self.charge,
            "importId" => &self.import,
            "noticeId" => "aaaaaaaaaaaaaaaaaaaa",  // likewise
            "sessionId" => "aaaaaaaaaaaaaaaaaaaa", // only its owner's cookie is ever asked for
            "linkId" => &self.link,
            "customMenuId" => &self.menu,
            "id" if template.starts_with("/medias/") => &self.media,
            "id" if template.contains("customFields") => &self.field,
            "id" if template.contains("customValues") => &self.value,
            "id" if template.contains("/templates") => &self.template,
            "conversationId" => &self.conversation,
            "messageId" if template.contains("/leadhold/") => &self.message,
            "templateId" if template.contains("/leadhold/") => &self.template,
            "id" if template.contains("custom-fields/folder") => &self.folder,
            "id" if template.contains("custom-fields") => &self.property,
            "unsubscribeToken" => "aaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaa", // a signature, likewise
            "hookId" | "uuid" => "00000000-0000-4000-8000-000000000000", // a hook's URL is a secret, not an id to guess
            _ => {
                assert!(!served, "{template}: give the victim a {name}, so that a stranger can ask for it");
                "aaaaaaaaaaaaaaaaaaaa"
            }
        }
    }

    /// A query that names the victim's location and looks for its data.
    pub fn query(&self, here: &LocationScope) -> String {
        format!("locationId={}&email={CANARY}@example.com&query={CANARY}&limit=10", here.location_id())
    }
}

/// The id of a record of an object that only the victim has.
async fn record_of(app: &TestApp, location: &str) -> String {
    let object = json!({
        "locationId": location, "key": OBJECT, "labels": {"singular": CANARY, "plural": CANARY},
        "primaryDisplayPropertyDetails": {"key": "name", "name": CANARY, "dataType": "TEXT"},
    });
    app.post("/objects/").json(&object).send().await.expect(201);
    let record = json!({"locationId": location, "properties": {"name": CANARY}});
    let made = app.post(&format!("/objects/{OBJECT}/records")).json(&record).send().await.expect(201).json();
    id(&made["record"])
}

/// The ids of what the contact and the business are to each other, and of the relation that says so.
async fn related(app: &TestApp, location: &str, contact: &str, business: &str) -> (String, String) {
    let association = json!({
        "locationId": location, "key": ASSOCIATION, "firstObjectKey": "contact", "firstObjectLabel": CANARY,
        "secondObjectKey": "business", "secondObjectLabel": CANARY,
    });
    let association = id(&app.post("/associations/").json(&association).send().await.expect(201).json());
    let relation = json!({
        "locationId": location, "associationId": association, "firstRecordId": contact, "secondRecordId": business,
    });
    let relation = id(&app.post("/associations/relations").json(&relation).send().await.expect(201).json());
    (association, relation)
}

/// The ids of a trigger link of the location, and of a menu that its pages show.
async fn link_and_menu(app: &TestApp, location: &str) -> (String, String) {
    let link = json!({"locationId": location, "name": CANARY, "redirectTo": format!("https://example.com/{CANARY}")});
    let link = id(&app.post("/links/").json(&link).send().await.expect(201).json()["link"]);
    let menu = json!({
        "title": CANARY, "url": format!("https://example.com/{CANARY}"), "icon": {"name": "x", "fontFamily": "fas"},
        "locations": [location], "openMode": "iframe", "userRole": "all",
    });
    let menu =
        app.post("/custom-menus/").token(&app.agency.token).json(&menu).send().await.expect(201).json();
    let menu = id(&menu["customMenu"]);
    (link, menu)
}

/// The ids of a custom object's folder and of the property in it.
async fn object(app: &TestApp) -> (String, String) {
    let here = app.agency.location.clone();
    let property = app
        .write(move |tx, cx| {
            let model = Model::Object(ObjectKey::parse("vault").expect("a key"));
            let primary = NewCustomField::named(model, CANARY, DataType::Text);
            folders::open_object(tx, cx, &here, CANARY, primary)
        })
        .await;
    (property.parent_id.expect("a folder").to_string(), property.id.to_string())
}

/// The ids of an app of the agency's that is installed on the location, and of what it charged there.
async fn charging_app(app: &TestApp, location: &str) -> (String, String) {
    let (owner, here) = (app.agency.company.clone(), app.agency.location.clone());
    let registered = app
        .write(move |tx, cx| {
            let new = NewApp { name: CANARY.to_owned(), ..NewApp::default() };
            let registered = apps::register(tx, cx, &owner, &new)?;
            let (id, version) = (registered.app_id.clone(), registered.version_id);
            let place = Place::Location(here.clone());
            marketplace::install(tx, cx, &Installation::new(place, id, version, ScopeSet::all()))?;
            Ok(registered.app_id)
        })
        .await
        .to_string();
    let agency = &app.agency.token;
    let meter = json!({"meters": [{"meterName": CANARY, "priceType": "fixed", "fixedPricePerUnit": 1}]});
    let meters = app.put(&format!("/leadhold/v1/apps/{registered}/meters")).token(agency).json(&meter);
    let meters = meters.send().await.expect(200).json();
    let wallet = app.put(&format!("/leadhold/v1/wallets/{location}")).token(agency);
    wallet.json(&json!({"balance": 7313})).send().await.expect(200);
    let charge = json!({
        "appId": registered, "meterId": meters["meters"][0]["meterId"], "eventId": CANARY, "locationId": location,
        "companyId": app.agency.company.company_id(), "description": CANARY, "units": 1,
    });
    let made = app.post("/marketplace/billing/charges").json(&charge).send().await.expect(201).json();
    (registered, made["chargeId"].as_str().expect("an id").to_owned())
}

/// The ids of a pipeline, of a deal with the contact in it, and of a reason to lose it.
async fn deal(app: &TestApp, contact: &str) -> (String, String, String) {
    let pipeline = json!({"name": CANARY, "stages": [{"name": CANARY}]});
    let made = app.post("/opportunities/pipelines").json(&pipeline).send().await.expect(201).json();
    let pipeline = id(&made["pipeline"]);
    let deal = json!({"name": CANARY, "pipelineId": pipeline, "contactId": contact, "monetaryValue": 7313});
    let made = app.post("/opportunities/").json(&deal).send().await.expect(201).json();
    let reason = json!({"name": CANARY});
    let reason = app.post("/leadhold/v1/lost-reasons").json(&reason).send().await.expect(201).json();
    (pipeline, id(&made["opportunity"]), id(&reason["lostReason"]))
}

/// The ids of a group of calendars, of a calendar in it, and of an appointment in that.
async fn appointment(app: &TestApp, contact: &str) -> (String, String, String) {
    let group = json!({"name": CANARY, "description": CANARY, "slug": CANARY});
    let group = id(&app.post("/calendars/groups").json(&group).send().await.expect(201).json()["group"]);
    let calendar = json!({"name": CANARY, "calendarType": "event", "description": CANARY, "groupId": group});
    let calendar = id(&app.post("/calendars/").json(&calendar).send().await.expect(200).json()["calendar"]);
    let body = json!({"calendarId": calendar, "contactId": contact, "startTime": "2026-01-20T10:00:00+00:00",
        "title": CANARY, "description": CANARY, "address": CANARY, "ignoreFreeSlotValidation": true});
    let made = app.post("/calendars/events/appointments").json(&body).send().await.expect(200).json();
    (group, calendar, id(&made))
}

/// The ids of a blocked slot of a calendar, and of a note about an appointment.
async fn beside(app: &TestApp, calendar: &str, appointment: &str) -> (String, String) {
    let blocked = json!({"calendarId": calendar, "title": CANARY, "startTime": "2026-01-21T10:00:00+00:00",
        "endTime": "2026-01-21T11:00:00+00:00"});
    let blocked = app.post("/calendars/events/block-slots").json(&blocked).send().await.expect(201).json();
    let notes = format!("/calendars/appointments/{appointment}/notes");
    let note = app.post(&notes).json(&json!({"body": CANARY})).send().await.expect(201).json();
    (id(&blocked), id(&note["note"]))
}

/// The ids of a form that was sent, and of a survey.
async fn forms(app: &TestApp) -> (String, String) {
    let fields = json!([{"type": "contact", "key": "first_name", "label": CANARY}, {"type": "contact", "key": "email"}]);
    let form = json!({"name": CANARY, "fields": fields});
    let form = id(&app.post("/leadhold/v1/forms").json(&form).send().await.expect(201).json()["form"]);
    let survey = json!({"name": CANARY, "slides": [{"fields": fields}]});
    let survey =
        id(&app.post("/leadhold/v1/surveys").json(&survey).send().await.expect(201).json()["survey"]);
    let answers = json!({"first_name": CANARY, "email": format!("{CANARY}@example.com")});
    app.post(&format!("/f/{form}")).token("").json(&answers).send().await.expect(201);
    (form, survey)
}

fn id(record: &Value) -> String {
    record["id"].as_str().unwrap_or_else(|| panic!("no id in {record}")).to_owned()
}

/// A definition that sends a webhook to `url`.
pub fn workflow(url: &str) -> Value {
    json!({
        "name": CANARY,
        "triggers": [{"id": "made", "type": "contact_created", "filters": []}],
        "steps": [{"id": "tell", "type": "webhook", "name": CANARY,
                   "attributes": {"method": "POST", "url": format!("{url}/{CANARY}"), "customData": {}}}],
    })
}
