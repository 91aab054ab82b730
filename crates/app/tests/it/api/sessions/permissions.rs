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
