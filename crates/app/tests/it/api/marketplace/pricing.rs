//! What apps cost: set by their developers, marked up by agencies, read by apps.

use super::*;

fn own(partner: &Partner, what: &str) -> String {
    format!("/leadhold/v1/apps/{}/{what}", partner.id())
}

fn config(app: &TestApp, partner: &Partner) -> String {
    let location = app.agency.location.location_id();
    format!("/marketplace/app/{}/rebilling-config/location/{location}", partner.id())
}

fn plans() -> Value {
    json!([
        { "name": "Monthly", "baseAmount": 9.99, "trialDays": 14, "features": ["Calls"] },
        { "planId": "5ae000000000000000000000", "name": "For ever", "baseAmount": 999, "paymentTime": "one_time" }
    ])
}

#[tokio::test]
async fn an_app_reads_what_it_costs_at_a_location() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let nothing = app.get(&config(&app, &partner)).token(&partner.token).send().await.expect(200).json();
    assert_eq!(nothing, json!({ "plans": { "subscription": [], "usage": [] } }));
    let put = app.put(&own(&partner, "plans")).token(&app.agency.token);
    let set = put.json(&json!({ "plans": plans() })).send().await.expect(200).json();
    assert_eq!(set["plans"][1]["planId"], "5ae000000000000000000000");
    let read = app.get(&own(&partner, "plans")).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(read, set);
    let meters = json!([
        { "meterName": "Send", "productType": "workflow_action", "productName": "Send group message",
          "usageUnit": "message", "priceType": "fixed", "fixedPricePerUnit": 0.01001, "executionLimitPerCycle": 1000 },
        { "meterName": "Tokens", "priceType": "dynamic", "minPricePerUnit": 0.01, "maxPricePerUnit": 2 }
    ]);
    let meters = partner.meters(&app, &meters).await;
    let read = app.get(&own(&partner, "meters")).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(read, meters);
    assert_eq!(partner.meters(&app, &read["meters"]).await, meters, "what was read can be sent back");

    let shown = app.get(&config(&app, &partner)).token(&partner.token).version("v3").send().await.expect(200);
    insta::assert_json_snapshot!(shown.json(), {
        ".plans.subscription[0].planId" => "[plan]", ".plans.usage[].meterId" => "[meter]",
    }, @r#"
    {
      "plans": {
        "subscription": [
          {
            "resellingAmount": 0,
            "baseAmount": 9.99,
            "planId": "[plan]",
            "features": [
              "Calls"
            ],
            "paymentType": "month",
            "name": "Monthly",
            "paymentTime": "month"
          },
          {
            "resellingAmount": 0,
            "baseAmount": 999,
            "planId": "5ae000000000000000000000",
            "features": [],
            "paymentType": "one_time",
            "name": "For ever",
            "paymentTime": "one_time"
          }
        ],
        "usage": [
          {
            "productType": "workflow_action",
            "productName": "Send group message",
            "usageUnit": "message",
            "meterId": "[meter]",
            "meterName": "Send",
            "fixedPricePerUnit": 0.01001,
            "priceType": "fixed",
            "minPricePerUnit": "0.01001",
            "maxPricePerUnit": "0.01001",
            "executionLimitPerCycle": 1000
          },
          {
            "productType": "workflow_action",
            "productName": "Tokens",
            "usageUnit": "unit",
            "meterId": "[meter]",
            "meterName": "Tokens",
            "fixedPricePerUnit": 0,
            "priceType": "dynamic",
            "minPricePerUnit": "0.01",
            "maxPricePerUnit": "2",
            "executionLimitPerCycle": 0
          }
        ]
      }
    }
    "#);
    app.put(&own(&partner, "rebilling"))
        .token(&app.agency.token)
        .json(&json!({ "markupPercent": 20 }))
        .send()
        .await
        .expect(200);
    let shown = app.get(&config(&app, &partner)).send().await.expect(200).json();
    let (plan, usage) = (&shown["plans"]["subscription"][1], &shown["plans"]["usage"]);
    assert_eq!((&plan["baseAmount"], &plan["resellingAmount"]), (&json!(999), &json!(1198.8)));
    assert_eq!(
        (&usage[0]["fixedPricePerUnit"], &usage[1]["maxPricePerUnit"]),
        (&json!(0.012_012), &json!("2.4"))
    );
}

#[tokio::test]
async fn an_agency_starts_and_ends_rebilling() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let (path, token) = (own(&partner, "rebilling"), &app.agency.token);
    let markup = |percent: Value| json!({ "appId": partner.id(), "markupPercent": percent });
    assert_eq!(app.get(&path).token(token).send().await.expect(200).json(), markup(Value::Null));
    for percent in [json!(12.5), json!(0.0), Value::Null] {
        let body = json!({ "markupPercent": percent });
        let set = app.put(&path).token(token).json(&body).send().await.expect(200).json();
        assert_eq!(set, markup(percent.clone()));
        assert_eq!(app.get(&path).token(token).send().await.expect(200).json(), set);
    }
    for wrong in [json!({}), json!({ "markupPercent": -1 }), json!({ "markupPercent": "1" })] {
        app.put(&path).token(token).json(&wrong).send().await.expect(422);
    }
    let refused = app.get(&path).token(&app.other.token).send().await.expect(404).json();
    assert_eq!(refused["message"], json!(format!("There is no app with id {} here.", partner.id())));
    app.put(&path).token(&app.other.token).json(&json!({ "markupPercent": 1 })).send().await.expect(404);
}

#[tokio::test]
async fn prices_are_set_by_the_agency_whose_app_it_is() {
    let app = TestApp::start().await;
    let partner = Partner::on_agency(&app).await;
    let before = app.database.content().await;
    for what in ["plans", "meters"] {
        let path = own(&partner, what);
        for (token, status) in
            [(&app.other.token, 404), (&partner.token, 401), (&app.agency.location_token, 403)]
        {
            app.get(&path).token(token).send().await.expect(status);
            app.put(&path).token(token).json(&json!({ what: [] })).send().await.expect(status);
        }
    }
    app.get("/leadhold/v1/apps/no.id/plans").token(&app.agency.token).send().await.expect(404);
    assert_eq!(app.database.content().await, before);
}

#[tokio::test]
async fn faults_of_prices_are_told_at_once() {
    let app = TestApp::start().await;
    let partner = Partner::on_location(&app).await;
    let refused = |what: &'static str, body: Value| {
        let call = app.put(&own(&partner, what)).token(&app.agency.token).json(&body);
        async { call.send().await.expect(422).json()["message"].clone() }
    };
    let wrong =
        json!({ "plans": [{ "planId": "no id", "baseAmount": -1, "paymentTime": "week", "x": 1 }, {}] });
    insta::assert_json_snapshot!(refused("plans", wrong).await, @r#"
    [
      "plans.0.property x should not exist",
      "plans.0.planId must be an id",
      "plans.0.name must be a string",
      "plans.0.name should not be empty",
      "plans.0.baseAmount must be a number of dollars between 0 and 1000000",
      "plans.0.paymentTime must be one of the following values: month, year, one_time",
      "plans.1.name must be a string",
      "plans.1.name should not be empty",
      "plans.1.baseAmount should not be empty"
    ]
    "#);
    let wrong = json!({ "meters": [
        { "meterName": "A" },
        { "meterName": "B", "priceType": "dynamic" },
        { "meterName": "C", "priceType": "dynamic", "minPricePerUnit": 2, "maxPricePerUnit": 1 },
        { "meterName": "D", "fixedPricePerUnit": "much" }
    ] });
    insta::assert_json_snapshot!(refused("meters", wrong).await, @r#"
    [
      "meters.0.fixedPricePerUnit should not be empty when priceType is fixed",
      "meters.1.minPricePerUnit and maxPricePerUnit should not be empty when priceType is dynamic",
      "meters.2.maxPricePerUnit must not be less than minPricePerUnit",
      "meters.3.fixedPricePerUnit must be a number of dollars between 0 and 1000000"
    ]
    "#);
    assert_eq!(refused("meters", json!({})).await, json!(["meters must be an array"]));
    let many = json!({ "meters": vec![json!({ "meterName": "A", "fixedPricePerUnit": 1 }); 101] });
    assert_eq!(refused("meters", many).await, json!(["meters must contain not more than 100 elements"]));
}

#[tokio::test]
async fn an_id_is_one_app_s_and_given_once() {
    let app = TestApp::start().await;
    let (partner, other) = (Partner::on_location(&app).await, Partner::on_location(&app).await);
    let set = |partner: &Partner, plans: Value| {
        let call = app.put(&own(partner, "plans")).token(&app.agency.token).json(&json!({ "plans": plans }));
        async { call.send().await }
    };
    set(&partner, plans()).await.expect(200);
    let refused = set(&other, plans()).await.expect(400).json();
    assert_eq!(refused["message"], "The plan id 5ae000000000000000000000 is taken.");
    let meter = json!({ "meterId": "a", "meterName": "A", "fixedPricePerUnit": 1 });
    let twice = json!({ "meters": [meter, meter] });
    app.put(&own(&other, "meters")).token(&app.agency.token).json(&twice).send().await.expect(400);
    let none = app.get(&own(&other, "plans")).token(&app.agency.token).send().await.expect(200).json();
    assert_eq!(none, json!({ "plans": [] }));
}

#[tokio::test]
async fn a_config_is_read_where_the_app_is() {
    let app = TestApp::start().await;
    let (partner, other) = (Partner::on_location(&app).await, Partner::on_location(&app).await);
    app.get(&config(&app, &partner)).token(&other.token).send().await.expect(403);
    app.get(&config(&app, &partner)).token(&app.agency.second_token).send().await.expect(403);
    let second = app.agency.second.location_id();
    let path = format!("/marketplace/app/{}/rebilling-config/location/{second}", partner.id());
    app.get(&path).token(&app.agency.second_token).send().await.expect(403);
    app.get(&path).token(&partner.token).send().await.expect(403);
}
