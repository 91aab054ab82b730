//! `POST /oauth/billing/webhook`: what an app with billing of its own reports.

use leadhold_testkit::Answer;

use super::*;

fn report(app: &TestApp, partner: &Partner) -> Value {
    json!({
        "clientId": partner.registered.client_id, "authType": "location",
        "locationId": app.agency.location.location_id(), "subscriptionId": "sub_1", "paymentId": "pay_1",
        "amount": 9.99, "status": "COMPLETED", "paymentType": "recurring",
    })
}

async fn send(app: &TestApp, partner: &Partner, secret: &str, body: &Value) -> Answer {
    let call = app.post("/oauth/billing/webhook").token("");
    let call = call.header("x-ghl-client-key", &partner.registered.client_id);
    call.header("x-ghl-client-secret", secret).json(body).send().await
}

/// A partner with a plan for 9.99 a month and two for 5.
async fn with_plans(app: &TestApp, partner: Partner) -> Partner {
    let plans = json!({ "plans": [
        { "name": "Monthly", "baseAmount": 9.99, "trialDays": 14 },
        { "name": "A", "baseAmount": 5 },
        { "name": "B", "baseAmount": 5 }
    ] });
    let path = format!("/leadhold/v1/apps/{}/plans", partner.id());
    app.put(&path).token(&app.agency.token).json(&plans).send().await.expect(200);
    app.new_events().await;
    partner
}

#[tokio::test]
async fn a_completed_payment_puts_the_install_on_its_plan_once() {
    let app = TestApp::start().await;
    let partner = with_plans(&app, Partner::on_location(&app).await).await;
    let (secret, body) = (oauth::secret(&partner.registered).to_owned(), report(&app, &partner));
    let done = send(&app, &partner, &secret, &body).await.expect(200).json();
    assert_eq!(done, json!({ "success": true }));
    let [(kind, _, payload)] = app.new_events().await.try_into().expect("one event and nothing else");
    assert_eq!((kind.as_str(), payload.get("currentPlanId")), ("PLAN_CHANGE", None));
    let details = format!("/marketplace/app/{}/installations", partner.id());
    let details = app.get(&details).send().await.expect(200).json();
    assert_eq!(details["installationDetails"]["marketplaceAppPlanId"], payload["newPlanId"]);
    send(&app, &partner, &secret, &body).await.expect(200);
    assert_eq!(app.new_event_kinds().await, [""; 0], "the same payment is noted once");
}

#[tokio::test]
async fn what_names_no_single_plan_changes_none() {
    let app = TestApp::start().await;
    let partner = with_plans(&app, Partner::on_agency(&app).await).await;
    let secret = oauth::secret(&partner.registered).to_owned();
    let mut body = report(&app, &partner);
    body["authType"] = json!("company");
    body["companyId"] = json!(app.agency.company.company_id());
    for (payment, field, value) in [
        ("pay_1", "status", json!("FAILED")),
        ("pay_2", "amount", json!(5)),
        ("pay_3", "amount", json!(7)),
        ("pay_4", "paymentType", json!("one_time")),
    ] {
        let mut body = body.clone();
        body["paymentId"] = json!(payment);
        body[field] = value;
        send(&app, &partner, &secret, &body).await.expect(200);
    }
    assert_eq!(app.new_event_kinds().await, [""; 0]);
    body["paymentId"] = json!("pay_5");
    send(&app, &partner, &secret, &body).await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["PLAN_CHANGE"]);
}

#[tokio::test]
async fn who_is_not_the_client_or_reports_nonsense_changes_nothing() {
    let app = TestApp::start().await;
    let partner = with_plans(&app, Partner::on_location(&app).await).await;
    let other = Partner::on_location(&app).await;
    let secret = oauth::secret(&partner.registered).to_owned();
    let body = report(&app, &partner);
    let before = app.database.content().await;
    let refused = send(&app, &partner, oauth::secret(&other.registered), &body).await.expect(401).json();
    assert_eq!(refused, json!({ "statusCode": 401, "message": "Invalid client credentials" }));
    app.post("/oauth/billing/webhook").token("").json(&body).send().await.expect(401);
    send(&app, &other, oauth::secret(&other.registered), &body).await.expect(403);
    let mut elsewhere = body.clone();
    elsewhere["locationId"] = json!(app.agency.second.location_id());
    send(&app, &partner, &secret, &elsewhere).await.expect(400);
    let wrong = json!({ "amount": -1, "status": "PAID", "x": 1 });
    insta::assert_json_snapshot!(send(&app, &partner, &secret, &wrong).await.expect(422).json()["message"], @r#"
    [
      "property x should not exist",
      "clientId must be a string",
      "clientId should not be empty",
      "authType must be one of the following values: company, location",
      "companyId should not be empty",
      "amount must not be less than 0",
      "status must be one of the following values: COMPLETED, FAILED",
      "paymentType must be one of the following values: one_time, recurring"
    ]
    "#);
    assert_eq!(app.database.content().await, before);
}
