//! The edge asks a person's switches as it asks a token's scopes. The table itself is tested beside it.

use leadhold_app::users::{Permission, Permissions, Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

#[tokio::test]
async fn a_switch_that_is_off_closes_its_operations() {
    let app = TestApp::start().await;
    let person = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    let session = app.sign_in(&person).await;
    let contact = json!({ "firstName": "Ada" });
    app.post("/contacts/").session(&session).json(&contact).send().await.expect(201);
    app.permit(&person, Permissions::default().with(Permission::ContactsEnabled, false)).await;
    let refused = app.post("/contacts/").session(&session).json(&contact).send().await.expect(401);
    insta::assert_json_snapshot!(refused.json(), @r#"
    {
      "statusCode": 401,
      "message": "The token is not authorized for this scope."
    }
    "#);
    app.get("/leadhold/v1/workflows").session(&session).send().await.expect(200);
    app.permit(&person, Permissions::default().with(Permission::WorkflowsReadOnly, true)).await;
    app.get("/leadhold/v1/workflows").session(&session).send().await.expect(200);
    app.post("/leadhold/v1/workflows")
        .session(&session)
        .json(&json!({ "name": "x" }))
        .send()
        .await
        .expect(401);
    app.permit(&person, Permissions::default().with(Permission::WorkflowsEnabled, false)).await;
    app.get("/leadhold/v1/workflows").session(&session).send().await.expect(401);
    app.permit(&person, Permissions::default().with(Permission::AssignedDataOnly, true)).await;
    app.get("/contacts/").session(&session).send().await.expect(401);
}

#[tokio::test]
async fn an_administrator_of_an_account_has_no_switches() {
    let app = TestApp::start().await;
    let person = app.person(&app.agency, Type::Account, Role::Admin, &[&app.agency.location]).await;
    app.permit(&person, Permissions::default().with(Permission::ContactsEnabled, false)).await;
    let session = app.sign_in(&person).await;
    app.get("/contacts/").session(&session).send().await.expect(200);
}

/// What an app charged is given back by the app, or by the agency.
#[tokio::test]
async fn who_pays_does_not_give_charges_back() {
    let app = TestApp::start().await;
    let path = "/marketplace/billing/charges/ChArGe00000000000001";
    let here = app.agency.location.location_id().as_str();
    let payers = [(Type::Account, Role::Admin), (Type::Account, Role::User), (Type::Agency, Role::User)];
    for (kind, role) in payers {
        let person = app.person(&app.agency, kind, role, &[&app.agency.location]).await;
        let session = app.sign_in(&person).await;
        let call = app.delete(path).session(&session).header("x-leadhold-location", here);
        let refused = call.send().await.expect(401).json();
        assert_eq!(refused["message"], "The token is not authorized for this scope.");
    }
    let session = app.sign_in(&super::admin(&app).await).await;
    app.delete(path).session(&session).header("x-leadhold-location", here).send().await.expect(404);
}

#[tokio::test]
async fn who_sees_some_locations_is_told_of_no_others() {
    let app = TestApp::start().await;
    let company = app.agency.company.company_id();
    let lists =
        [format!("/locations/search?companyId={company}"), format!("/users/search?companyId={company}")];
    for (locations, status) in [(vec![], 200), (vec![&app.agency.second], 401)] {
        let person = app.person(&app.agency, Type::Agency, Role::User, &locations).await;
        let session = app.sign_in(&person).await;
        for list in &lists {
            app.get(list).session(&session).send().await.expect(status);
        }
    }
}
