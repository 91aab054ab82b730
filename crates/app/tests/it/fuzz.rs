//! Random bodies on every write route: never a 5xx, what is refused changes nothing, and what is taken under an
//! `Idempotency-Key` is taken once.
//!
//! Bodies are made of the names that the API knows and values that it does not expect, since wholly random JSON would be
//! refused at the first property. `LEADHOLD_FUZZ_CASES` sets how many bodies each route gets.

use std::collections::BTreeMap;

use http::Method;
use leadhold_app::Config;
use leadhold_app::http::contract::{OPERATIONS, OperationRow};
use leadhold_testkit::{Answer, TestApp};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::victim::Victim;

/// Names that bodies of the API have.
const NAMES: &[&str] = &[
    "locationId",
    "companyId",
    "contactId",
    "firstName",
    "lastName",
    "name",
    "email",
    "phone",
    "tags",
    "customFields",
    "dnd",
    "dndSettings",
    "inboundDndSettings",
    "fields",
    "slides",
    "label",
    "required",
    "channels",
    "redirectUrl",
    "first_name",
    "_slide",
    "_id",
    "dateOfBirth",
    "country",
    "timezone",
    "source",
    "assignedTo",
    "gender",
    "website",
    "address1",
    "filters",
    "group",
    "field",
    "operator",
    "value",
    "sort",
    "direction",
    "page",
    "pageLimit",
    "searchAfter",
    "query",
    "dataType",
    "model",
    "options",
    "position",
    "placeholder",
    "id",
    "key",
    "field_value",
    "createNewIfDuplicateAllowed",
    "title",
    "definition",
    "steps",
    "triggers",
    "type",
    "attributes",
    "status",
    "stages",
    "fieldKey",
    "picklistOptions",
    "textBoxListOptions",
    "next",
    "advance",
    "now",
    "customData",
    "url",
    "method",
    "locationIds",
    "role",
    "password",
    "permissions",
    "scopes",
    "twilioPhone",
    "settings",
    "social",
    "prospectInfo",
    "twilio",
    "snapshot",
    "emails",
    "brandColor",
    "logoUrl",
    "redirectUris",
    "distribution",
    "publicClient",
    "webhookUrl",
    "events",
    "eventUrls",
    "kind",
    "expire",
    "mode",
    "operations",
    "path",
    "body",
    "pinned",
    "color",
    "userId",
    "dueDate",
    "completed",
    "limit",
    "skip",
    "followers",
    "contacts",
    "removeAllTags",
    "ids",
    "businessId",
    "contactIds",
    "owners",
    "rruleOptions",
    "intervalType",
    "interval",
    "startDate",
    "dueAfterSeconds",
    "eventStartTime",
];

/// Texts that have broken programs before.
const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "0",
    "-1",
    "null",
    "john@example.com",
    "+1234567890",
    "2026-13-45",
    "' or 1=1 --",
    "%",
    "_",
    "\\",
    "{{contact.first_name}}",
    "{{",
    "İ",
    "ﬀ",
    "🦀",
    "\u{202e}",
    "\u{0}",
    "AND",
    "eq",
    "contains",
    "range",
    "asc",
    "TEXT",
    "hourly",
    "2026-01-15T10:00:00Z",
    "contact",
    "published",
    "P99999999Y",
    "9223372036854775808",
    "customFields.x",
    "dndSettings.SMS.status",
    "https://example.com/",
    "contacts.readonly",
    "tokens.write",
    "ContactCreate",
    "*",
    "now",
    "hidden",
    "consent",
    "first_name",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|f| json!(f)),
        prop::sample::select(TEXTS).prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        Just(Value::from("x".repeat(20_000))),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            object(inner).prop_map(Value::from),
        ]
    })
}

fn object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name = prop_oneof![9 => prop::sample::select(NAMES).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    prop::collection::vec((name, value), 0..7).prop_map(|pairs| pairs.into_iter().collect())
}

/// A body: mostly an object of known names, at times anything, at times not even JSON.
fn body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        12 => object(value()).prop_map(|map| Value::from(map).to_string().into_bytes()),
        2 => value().prop_map(|value| value.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ]
}

fn cases() -> usize {
    crate::how_many("LEADHOLD_FUZZ_CASES", 32)
}

/// The routes are tried in so many parts, side by side: what one part makes is not read again for the others.
const PARTS: usize = 4;

#[tokio::test]
async fn no_body_breaks_a_write_route_and_a_refused_one_changes_nothing_part_1() {
    try_part(0).await;
}

#[tokio::test]
async fn no_body_breaks_a_write_route_and_a_refused_one_changes_nothing_part_2() {
    try_part(1).await;
}

#[tokio::test]
async fn no_body_breaks_a_write_route_and_a_refused_one_changes_nothing_part_3() {
    try_part(2).await;
}

#[tokio::test]
async fn no_body_breaks_a_write_route_and_a_refused_one_changes_nothing_part_4() {
    try_part(3).await;
}

async fn try_part(part: usize) {
    let app = TestApp::with(Config { sandbox: true, rate_limit: false, ..Config::default() }).await;
    let victim = Victim::settle(&app).await;
    let mut runner = TestRunner::deterministic();
    let (mut taken, mut refused) = (0, 0);
    let mut content = content_of(&app).await;
    let writing = OPERATIONS.iter().filter(|row| row.served && row.method != Method::GET);
    for row in writing.skip(part).step_by(PARTS) {
        for case in 0..cases() {
            let bytes = body().new_tree(&mut runner).expect("a body").current();
            let key = format!("{}-{case}", row.key().replace(' ', "-"));
            let answer = fire(&app, row, &victim, &key, &bytes).await;
            let after = content_of(&app).await;
            let exchange = shown(row, &answer, &bytes);
            if !answer.status.is_success() {
                refused += 1;
                assert_eq!(after, content, "changed something and was refused: {exchange}");
                continue;
            }
            taken += 1;
            if with_a_key(row) && after != content {
                let again = fire(&app, row, &victim, &key, &bytes).await;
                assert_eq!(again.header("idempotency-replayed"), "true", "forgets the key: {exchange}");
                assert_eq!((answer.status, &answer.body), (again.status, &again.body), "{exchange}");
                assert_eq!(content_of(&app).await, after, "was done twice: {exchange}");
            }
            content = after;
        }
    }
    assert!(refused > 0, "some must be refused ({taken} were taken)");
    app.run_until_idle().await;
    let health = app.get("/leadhold/v1/health").send().await.expect(200).json();
    assert_eq!(health["waiting"]["events"], 0, "what was taken goes all the way: {health}");
}

/// What no refusal may change: all but the count of failed sign-ins.
async fn content_of(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut content = app.database.content().await;
    content.remove("sign_in_failures").expect("the table of failed sign-ins");
    content
}

/// Whether a client's `Idempotency-Key` has to work: it belongs to a caller.
fn with_a_key(row: &OperationRow) -> bool {
    row.credentials.location || row.credentials.agency
}

/// Sends one body.
async fn fire(app: &TestApp, row: &OperationRow, victim: &Victim, key: &str, bytes: &[u8]) -> Answer {
    let (path, _) = victim.path(row.path, true);
    let token = if row.credentials.location { &app.agency.location_token } else { &app.agency.token };
    let call = app.call(row.method.clone(), &path).token(token).header("idempotency-key", key);
    let answer = call.body("application/json", bytes.to_vec()).send().await;
    assert!(answer.status.as_u16() < 500, "{}", shown(row, &answer, bytes));
    answer
}

fn shown(row: &OperationRow, answer: &Answer, bytes: &[u8]) -> String {
    let sent = String::from_utf8_lossy(bytes).chars().take(2000).collect::<String>();
    let text = String::from_utf8_lossy(&answer.body);
    format!("{} answered {} {text} to\n{sent}", row.key(), answer.status)
}
