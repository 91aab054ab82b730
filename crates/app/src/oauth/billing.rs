//! `POST /oauth/billing/webhook`: an app with billing of its own says what was paid for its install. It proves itself with
//! its client id and secret in headers.

use leadhold_kernel::{Error, Id, id};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::apps;
use crate::http::fields::Fields;
use crate::http::{Reply, Request, Route, post};
use crate::marketplace::{self, Money, Payment};

/// This endpoint.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![post("/oauth/billing/webhook", confirm)]
}

async fn confirm(request: Request) -> Result<Reply, Error> {
    let header = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(key), Some(secret)) = (header("x-ghl-client-key"), header("x-ghl-client-secret")) else {
        return Err(not_the_client());
    };
    let (key, secret, cx) = (key.to_owned(), secret.to_owned(), request.cx());
    let body = request.json()?;
    let work = move |tx: &mut Tx<'_>| {
        let app = prove(tx, &key, &secret)?;
        let report = read(&body)?;
        if report.client_id != key {
            return Err(Error::forbidden("clientId is not the client that the headers name."));
        }
        let place = marketplace::place_of_install(tx, &app, report.on_location, &report.place)?;
        let place = place.ok_or_else(|| Error::bad_request("The app is not installed there."))?;
        apps::note_secret_use(tx, &cx, &app, &secret)?;
        marketplace::note_payment(tx, &cx, &place, &app, &report.payment)
    };
    request.write(work, |()| Reply::ok(&json!({ "success": true }))).await
}

fn prove(tx: &mut Tx<'_>, client_id: &str, secret: &str) -> Result<Id<id::App>, Error> {
    let app = apps::find_by_client_id(tx, client_id)?.ok_or_else(not_the_client)?;
    if apps::secret_matches(tx, &app, secret)? { Ok(app.id) } else { Err(not_the_client()) }
}

fn not_the_client() -> Error {
    Error::Unauthorized("Invalid client credentials".to_owned())
}

struct Report {
    client_id: String,
    on_location: bool,
    place: String,
    payment: Payment,
}

fn read(body: &Map<String, Value>) -> Result<Report, Error> {
    let mut fields = Fields::of_body(body);
    let client_id = fields.required_text("clientId");
    let on_location = required_word(&mut fields, "authType", &["company", "location"]) == Some("location");
    let location = fields.text("locationId").into_option();
    let company = fields.text("companyId").into_option();
    let (name, place) = if on_location { ("locationId", location) } else { ("companyId", company) };
    if place.as_ref().is_none_or(String::is_empty) {
        fields.fault(name, "should not be empty");
    }
    let subscription_id = fields.text_within("subscriptionId", 255).into_option();
    let payment_id = fields.text_within("paymentId", 255).into_option();
    let amount = fields.number("amount", 0.0, Money::MOST.dollars());
    if fields.value("amount").is_none_or(Value::is_null) {
        fields.fault("amount", "should not be empty");
    }
    let completed = required_word(&mut fields, "status", &["COMPLETED", "FAILED"]) == Some("COMPLETED");
    let recurring =
        required_word(&mut fields, "paymentType", &["one_time", "recurring"]) == Some("recurring");
    fields.finish()?;
    let amount = amount.and_then(Money::of_dollars).unwrap_or_default();
    let payment = Payment { subscription_id, payment_id, amount, completed, recurring };
    Ok(Report { client_id, on_location, place: place.unwrap_or_default(), payment })
}

fn required_word(
    fields: &mut Fields<'_>,
    name: &'static str,
    words: &[&'static str],
) -> Option<&'static str> {
    if fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, format!("must be one of the following values: {}", words.join(", ")));
    }
    fields.one_of(name, words)
}
