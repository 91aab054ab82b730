//! `/marketplace/billing/charges…`: charging a location's wallet.

use leadhold_testkit::Answer;

use super::*;

/// A partner with a meter for a cent a message, and ten dollars to spend.
async fn market(app: &TestApp) -> (Partner, String) {
    let partner = Partner::on_location(app).await;
    let meters = json!([{ "meterName": "Messages", "priceType": "fixed", "fixedPricePerUnit": 0.01 }]);
    let meters = partner.meters(app, &meters).await;
    fill_wallet(app, 10.0).await;
    app.new_events().await;
    let meter = meters["meters"][0]["meterId"].as_str().expect("an id").to_owned();
    (partner, meter)
}

fn body(app: &TestApp, partner: &Partner, meter: &str) -> Value {
    json!({
        "appId": partner.id(), "meterId": meter, "eventId": "evt_1", "userId": "user_1",
        "locationId": app.agency.location.location_id(), "companyId": app.agency.company.company_id(),
        "description": "10 messages", "units": 10, "eventTime": "2026-01-15T09:00:000Z",
    })
}

async fn charge(app: &TestApp, partner: &Partner, body: &Value) -> Answer {
    app.post("/marketplace/billing/charges").token(&partner.token).json(body).send().await
}

fn with(body: &Value, field: &str, value: impl Into<Value>) -> Value {
    let mut body = body.clone();
    body[field] = value.into();
    body
}

#[tokio::test]
async fn a_charge_is_made_read_listed_and_refunded() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let made = charge(&app, &partner, &body(&app, &partner, &meter)).await.expect(201).json();
    let id = made["chargeId"].as_str().expect("an id").to_owned();
    assert_eq!(made, json!({ "success": true, "chargeId": id }));
    assert_eq!(balance(&app).await, json!(9.9));

    let path = format!("/marketplace/billing/charges/{id}");
    let shown = app.get(&path).token(&partner.token).send().await.expect(200).json();
    insta::assert_json_snapshot!(shown, {
        ".appId" => "[app]", ".meterId" => "[meter]", ".chargeId" => "[charge]", ".entityId" => "[location]",
    }, @r#"
    {
      "refunded": false,
      "currency": "USD",
      "appId": "[app]",
      "meterId": "[meter]",
      "chargeId": "[charge]",
      "entityType": "location",
      "entityId": "[location]",
      "amountCharged": 0.1,
      "pricePerUnit": 0.01,
      "transactionType": "charge",
      "units": 10,
      "meta": {
        "eventId": "evt_1",
        "description": "10 messages",
        "eventTime": "2026-01-15T09:00:000Z",
        "userId": "user_1"
      },
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
    let list = app.get("/marketplace/billing/charges").token(&partner.token).send().await.expect(200).json();
    assert_eq!(
        list,
        json!({ "charges": [shown], "count": 1, "pagination": { "total": 1, "skip": 0, "limit": 10 } })
    );

    app.clock.advance(60_000);
    let done = app.delete(&path).token(&partner.token).send().await.expect(200).json();
    assert_eq!((done, balance(&app).await), (json!({ "success": true }), json!(10)));
    let again = app.delete(&path).token(&partner.token).send().await.expect(422).json();
    assert_eq!(again["message"], json!(["The charge has already been refunded."]));
    assert_eq!(balance(&app).await, json!(10), "it is given back once");
    let list = app.get("/marketplace/billing/charges").token(&partner.token).send().await.expect(200).json();
    let kinds: Vec<_> = list["charges"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|charge| (charge["transactionType"].as_str().expect("text"), charge["refunded"].clone()))
        .collect();
    assert_eq!(kinds, [("refund", json!(false)), ("charge", json!(true))]);
    let refund = list["charges"][0]["chargeId"].as_str().expect("an id");
    let path = format!("/marketplace/billing/charges/{refund}");
    app.delete(&path).token(&partner.token).send().await.expect(422);
    assert_eq!(app.new_event_kinds().await, [""; 0]);
}

#[tokio::test]
async fn an_event_is_charged_once() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let body = body(&app, &partner, &meter);
    let first = charge(&app, &partner, &body).await.expect(201).json();
    let again = charge(&app, &partner, &with(&body, "description", "again")).await.expect(201).json();
    assert_eq!((first, balance(&app).await), (again, json!(9.9)));
    let other = charge(&app, &partner, &with(&body, "units", 11)).await.expect(409).json();
    insta::assert_json_snapshot!(other, { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 409,
      "message": "The event evt_1 was charged already, with another meter, number or price.",
      "error": "Conflict",
      "status": 409,
      "name": "HttpException",
      "traceId": "[trace]"
    }
    "#);
    assert_eq!(balance(&app).await, json!(9.9));
    charge(&app, &partner, &with(&body, "eventId", "evt_2")).await.expect(201);
    assert_eq!(balance(&app).await, json!(9.8));
}

#[tokio::test]
async fn nobody_pays_more_than_he_has() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let funds = |token: &str| app.get("/marketplace/billing/charges/has-funds").token(token);
    assert_eq!(funds(&partner.token).send().await.expect(200).json(), json!({ "hasFunds": true }));
    let body = body(&app, &partner, &meter);
    let before = app.database.content().await;
    let refused = charge(&app, &partner, &with(&body, "units", 1001)).await.expect(400).json();
    assert_eq!(refused["message"], "Insufficient funds in the sub-account's wallet.");
    assert_eq!(app.database.content().await, before);
    charge(&app, &partner, &with(&body, "units", 1000)).await.expect(201);
    assert_eq!(balance(&app).await, json!(0));
    assert_eq!(funds(&partner.token).send().await.expect(200).json(), json!({ "hasFunds": false }));
    let second = funds(&app.agency.second_token).send().await.expect(200).json();
    assert_eq!(second, json!({ "hasFunds": false }), "a wallet that nobody filled");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_dollar_is_spent_once() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    fill_wallet(&app, 0.25).await;
    let body = body(&app, &partner, &meter);
    let calls = (0..8).map(|i| {
        let body = with(&body, "eventId", format!("evt_{i}"));
        app.post("/marketplace/billing/charges").token(&partner.token).json(&body).send()
    });
    let mut racing = tokio::task::JoinSet::new();
    for call in calls.collect::<Vec<_>>() {
        racing.spawn(call);
    }
    let mut statuses: Vec<_> =
        racing.join_all().await.into_iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 400, 400, 400, 400, 400, 400]);
    assert_eq!(balance(&app).await, json!(0.05));
}

#[tokio::test]
async fn a_price_is_the_meter_s_or_within_its_bounds() {
    let app = TestApp::start().await;
    let (partner, fixed) = market(&app).await;
    let meters = json!([
        { "meterId": fixed, "meterName": "Messages", "priceType": "fixed", "fixedPricePerUnit": 0.01 },
        { "meterName": "Tokens", "priceType": "dynamic", "minPricePerUnit": 0.000_001, "maxPricePerUnit": "0.5" }
    ]);
    let meters = partner.meters(&app, &meters).await;
    let dynamic = meters["meters"][1]["meterId"].as_str().expect("an id");
    let body = body(&app, &partner, &fixed);
    charge(&app, &partner, &with(&body, "price", 0.01)).await.expect(201);
    let open = with(&with(&body, "meterId", dynamic), "eventId", "evt_2");
    let faults = [
        (with(&with(&body, "price", 0.02), "eventId", "e"), "price must be 0.01, the meter's fixed price"),
        (open.clone(), "price should not be empty"),
        (with(&open, "price", 0.6), "price must be between 0.000001 and 0.5, as the meter says"),
    ];
    for (body, fault) in faults {
        let refused = charge(&app, &partner, &body).await.expect(422).json();
        assert_eq!(refused["message"], json!([fault]));
    }
    charge(&app, &partner, &with(&with(&open, "price", 0.000_002_5), "units", 0.5)).await.expect(201);
    assert_eq!(balance(&app).await, json!(9.899_998_75));
}

#[tokio::test]
async fn an_agency_that_rebills_adds_to_the_price() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let path = format!("/leadhold/v1/apps/{}/rebilling", partner.id());
    app.put(&path).token(&app.agency.token).json(&json!({ "markupPercent": 50 })).send().await.expect(200);
    charge(&app, &partner, &body(&app, &partner, &meter)).await.expect(201);
    assert_eq!(balance(&app).await, json!(9.85));
}

#[tokio::test]
async fn charges_are_filtered_and_paged() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let body = body(&app, &partner, &meter);
    for half_day in 0..3 {
        let body = with(
            &with(&body, "eventId", format!("evt_{half_day}")),
            "userId",
            format!("user_{}", half_day % 2),
        );
        charge(&app, &partner, &body).await.expect(201);
        app.clock.advance(if half_day < 2 { 11 * 3_600_000 } else { 0 }); // tokens live for a day
    }
    for (query, expected) in [
        ("", "evt_2 evt_1 evt_0 of 3"),
        ("?limit=1&skip=1", "evt_1 of 3"),
        ("?skip=3", " of 3"),
        ("?eventId=evt_1", "evt_1 of 1"),
        ("?userId=user_0", "evt_2 evt_0 of 2"),
        ("?startDate=2026-01-16", "evt_2 of 1"),
        ("?endDate=2026-01-16", "evt_1 evt_0 of 2"),
        ("?startDate=2026-01-15T21:00:00.000Z&endDate=2026-01-15T21:00:00Z", "evt_1 of 1"),
        ("?meterId=other", " of 0"),
    ] {
        let path = format!("/marketplace/billing/charges{query}");
        let list = app.get(&path).token(&partner.token).send().await.expect(200).json();
        let events = list["charges"].as_array().expect("a list").iter();
        let events: Vec<_> = events.map(|charge| charge["meta"]["eventId"].as_str().expect("text")).collect();
        assert_eq!(format!("{} of {}", events.join(" "), list["count"]), expected, "{query}");
    }
    let path = format!("/marketplace/billing/charges?meterId={meter}&locationId={}", body["locationId"]);
    let own = app.get(&path.replace('"', "")).send().await.expect(200).json();
    assert_eq!(own["count"], 3, "the location's own token sees what its wallet pays");
    let bad = "?limit=101&skip=-1&startDate=soon&endDate=2026-13-01&page=1";
    let refused = app.get(&format!("/marketplace/billing/charges{bad}")).send().await.expect(422).json();
    assert_eq!(
        refused["message"],
        json!([
            "property page should not exist",
            "startDate must be a valid ISO 8601 date string",
            "endDate must be a valid ISO 8601 date string",
            "skip must not be less than 0",
            "limit must not be greater than 100"
        ])
    );
}

#[tokio::test]
async fn faults_of_a_charge_are_told_at_once() {
    let app = TestApp::start().await;
    let (partner, _) = market(&app).await;
    let refused = charge(&app, &partner, &json!({ "price": -1, "units": 0, "eventTime": "soon" })).await;
    insta::assert_json_snapshot!(refused.expect(422).json(), { ".traceId" => "[trace]" }, @r#"
    {
      "statusCode": 422,
      "message": [
        "appId must be a string",
        "appId should not be empty",
        "meterId must be a string",
        "meterId should not be empty",
        "eventId must be a string",
        "eventId should not be empty",
        "locationId must be a string",
        "locationId should not be empty",
        "companyId must be a string",
        "companyId should not be empty",
        "description must be a string",
        "description should not be empty",
        "units must be a positive number",
        "price must not be less than 0",
        "eventTime must be a valid ISO 8601 date string"
      ],
      "error": "Unprocessable Entity",
      "status": 422,
      "name": "HttpException",
      "traceId": "[trace]"
    }
    "#);
    let refused = charge(&app, &partner, &json!({ "units": "10" })).await.expect(422).json();
    let units = "units must be a number conforming to the specified constraints";
    assert!(refused["message"].as_array().expect("a list").contains(&json!(units)), "{refused}");
}

#[tokio::test]
async fn what_cannot_be_charged_is_refused_and_costs_nothing() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let (other, foreign) = market(&app).await;
    let body = body(&app, &partner, &meter);
    let before = app.database.content().await;
    charge(&app, &other, &body).await.expect(403);
    let refused = charge(&app, &partner, &with(&body, "meterId", foreign.as_str())).await.expect(400).json();
    assert_eq!(refused["message"], json!(format!("Meter with id {foreign} not found")));
    charge(&app, &partner, &with(&body, "locationId", app.agency.second.location_id().as_str()))
        .await
        .expect(403);
    charge(&app, &partner, &with(&body, "companyId", app.other.company.company_id().as_str()))
        .await
        .expect(403);
    let unknown = with(&body, "appId", "aaaaaaaaaaaaaaaaaaaaaaaa");
    let refused = app.post("/marketplace/billing/charges").json(&unknown).send().await.expect(400).json();
    let words = "The app aaaaaaaaaaaaaaaaaaaaaaaa is not installed on the location ";
    assert!(refused["message"].as_str().is_some_and(|message| message.starts_with(words)), "{refused}");
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn a_charge_is_the_location_s_and_the_app_s() {
    let app = TestApp::start().await;
    let (partner, meter) = market(&app).await;
    let other = Partner::on_location(&app).await;
    let made = charge(&app, &partner, &body(&app, &partner, &meter)).await.expect(201).json();
    let path = format!("/marketplace/billing/charges/{}", made["chargeId"].as_str().expect("an id"));
    for token in [&other.token, &app.agency.second_token] {
        let missing = app.get(&path).token(token).send().await.expect(404).json();
        assert_eq!((&missing["message"], &missing["statusCode"]), (&json!("Charge not found"), &json!(404)));
        app.delete(&path).token(token).send().await.expect(404);
    }
    app.get(&path).send().await.expect(200);
    let list = app.get("/marketplace/billing/charges").token(&other.token).send().await.expect(200).json();
    assert_eq!(list["count"], 0);
    app.get(&path).token(&app.agency.token).send().await.expect(401);
    app.get("/marketplace/billing/charges/nothing").send().await.expect(404);
}

#[tokio::test]
async fn a_wallet_is_filled_by_its_agency_alone() {
    let app = TestApp::start().await;
    let partner = Partner::on_agency(&app).await;
    let path = format!("/leadhold/v1/wallets/{}", app.agency.location.location_id());
    let put = |token: &str, balance: Value| app.put(&path).token(token).json(&json!({ "balance": balance }));
    let made = put(&app.agency.key, json!(2.5)).send().await.expect(200).json();
    let location = app.agency.location.location_id();
    let shown = json!({ "wallet": { "locationId": location, "balance": 2.5, "currency": "USD" } });
    assert_eq!(made, shown);
    put(&app.agency.location_token, json!(3)).send().await.expect(403);
    put(&partner.token, json!(3)).send().await.expect(401);
    put(&app.other.token, json!(3)).send().await.expect(403);
    for (wrong, fault) in [
        (json!(-1), "balance must not be less than 0"),
        (json!("3"), "balance must be a number conforming to the specified constraints"),
        (Value::Null, "balance should not be empty"),
    ] {
        let refused = put(&app.agency.token, wrong).send().await.expect(422).json();
        assert_eq!(refused["message"], json!([fault]));
    }
    for token in [&app.agency.location_token, &app.agency.token] {
        assert_eq!(app.get(&path).token(token).send().await.expect(200).json(), shown);
    }
    app.get(&path).token(&app.other.token).send().await.expect(403);
    app.get("/leadhold/v1/wallets/no.id").token(&app.agency.token).send().await.expect(403);
}
