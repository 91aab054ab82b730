//! `contact_created`, `contact_changed`, `contact_tag`, `dnd_contact`

use leadhold_app::users::{Role, Type};
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{runs, said, says, trigger};
use crate::api::contacts::{field, make};

#[tokio::test]
async fn a_contact_that_came_into_being() {
    let app = TestApp::start().await;
    let all = says(&app, trigger("contact_created", &[]), "{{contact.name}}").await;
    let leads = trigger("contact_created", &["contact.tags contains lead", "contact.city is Paris"]);
    let leads = says(&app, leads, "{{contact.email}}").await;
    make(&app, json!({"firstName": "Ada", "email": "ada@example.com", "tags": ["lead"], "city": "Paris"}))
        .await;
    make(&app, json!({"firstName": "Bob", "tags": ["lead"], "city": "Rome"})).await;
    assert_eq!(said(&app, &all).await, ["Ada", "Bob"]);
    assert_eq!(said(&app, &leads).await, ["ada@example.com"]);
}

#[tokio::test]
async fn a_contact_that_changed_is_asked_what_changed() {
    let app = TestApp::start().await;
    let size = field(&app, "Shoe Size", "NUMERICAL", json!({})).await;
    let on = async |filters: &[&str]| {
        says(&app, trigger("contact_changed", filters), "{{changed.contact.city.to}} {{contact.shoe_size}}")
            .await
    };
    let any = on(&[]).await;
    let city = on(&["contact.city has_changed"]).await;
    let to_rome = on(&["contact.city has_changed_to rome"]).await;
    let from_paris = on(&["contact.city has_changed_from Paris", "contact.first_name is Ada"]).await;
    let resized = on(&["contact.shoe_size has_changed_to 41"]).await;
    let ada = make(&app, json!({"firstName": "Ada", "city": "Paris"})).await;
    let change = async |body| {
        app.put(&format!("/contacts/{ada}")).json(&body).send().await.expect(200);
        app.run_until_idle().await;
    };
    change(json!({"city": "Paris"})).await;
    assert_eq!(said(&app, &any).await.len(), 0, "nothing changed");
    change(json!({"city": "Rome"})).await;
    change(json!({"city": "Oslo"})).await;
    change(json!({"customFields": [{"id": size, "value": 41}]})).await;
    assert_eq!(said(&app, &any).await, [" 41", "Oslo ", "Rome "]);
    assert_eq!(said(&app, &city).await, ["Oslo ", "Rome "]);
    assert_eq!(said(&app, &to_rome).await, ["Rome "]);
    assert_eq!(said(&app, &from_paris).await, ["Rome "]);
    assert_eq!(said(&app, &resized).await, [" 41"]);
}

#[tokio::test]
async fn what_an_event_changed_is_known_however_late_it_is_seen() {
    let app = TestApp::start().await;
    let to_rome = trigger("contact_changed", &["contact.city has_changed_to Rome"]);
    let to_rome = says(&app, to_rome, "{{contact.city}}").await;
    let ada = make(&app, json!({"firstName": "Ada", "city": "Paris"})).await;
    for city in ["Rome", "Oslo"] {
        app.put(&format!("/contacts/{ada}")).json(&json!({"city": city})).send().await.expect(200);
    }
    assert_eq!(said(&app, &to_rome).await, ["Oslo"], "both changes were made before either was seen");
}

#[tokio::test]
async fn tags_that_came_and_went() {
    let app = TestApp::start().await;
    let on = async |filters: &[&str]| {
        says(&app, trigger("contact_tag", filters), "+{{tag.added}} -{{tag.removed}} ={{contact.tags}}").await
    };
    let any = on(&[]).await;
    let vip = on(&["tag.added contains VIP"]).await;
    let not_new = on(&["tag.removed includes_any new", "contact.tags not_contains lost"]).await;
    let ada = make(&app, json!({"firstName": "Ada", "tags": ["new"]})).await;
    app.run_until_idle().await;
    let path = format!("/contacts/{ada}/tags");
    app.post(&path).json(&json!({"tags": ["vip", "new"]})).send().await.expect(201);
    app.run_until_idle().await;
    app.delete(&path).json(&json!({"tags": ["new"]})).send().await.expect(200);
    assert_eq!(said(&app, &any).await, ["+ -new =vip", "+new - =new", "+vip - =new,vip"]);
    assert_eq!(said(&app, &vip).await, ["+vip - =new,vip"]);
    assert_eq!(said(&app, &not_new).await, ["+ -new =vip"]);
}

#[tokio::test]
async fn whether_a_contact_may_be_disturbed() {
    let app = TestApp::start().await;
    let on = async |filters: &[&str]| {
        let says_all = "{{dnd.status}} {{dnd.channels}} on {{dnd.turned_on}} off {{dnd.turned_off}}";
        says(&app, trigger("dnd_contact", filters), says_all).await
    };
    let any = on(&[]).await;
    let no_mail = on(&["dnd.turned_on contains Email"]).await;
    let ada = make(&app, json!({"firstName": "Ada"})).await;
    for body in [
        json!({"dndSettings": {"Email": {"status": "active"}, "SMS": {"status": "inactive"}}}),
        json!({"dnd": true}),
        json!({"dnd": false, "dndSettings": {"Email": {"status": "inactive"}}}),
    ] {
        app.put(&format!("/contacts/{ada}")).json(&body).send().await.expect(200);
        app.run_until_idle().await;
    }
    assert_eq!(
        said(&app, &any).await,
        ["disabled  on  off All,Email", "disabled Email on Email off ", "enabled Email on All off "]
    );
    assert_eq!(said(&app, &no_mail).await, ["disabled Email on Email off "]);
}

#[tokio::test]
async fn the_run_says_what_started_it() {
    let app = TestApp::start().await;
    let workflow = says(&app, trigger("contact_tag", &[]), "").await;
    let ada = make(&app, json!({"firstName": "Ada", "tags": ["new"]})).await;
    app.run_until_idle().await;
    let run = &runs(&app, &workflow).await[0];
    assert_eq!((&run["triggerType"], &run["contactId"]), (&json!("contact_tag"), &json!(ada)));
    assert_eq!(run["triggerData"], json!({"added": ["new"], "removed": [], "all": ["new"]}));
}

#[tokio::test]
async fn filters_see_who_looks_after_the_contact_and_its_company() {
    let app = TestApp::start().await;
    let on =
        async |filters: &[&str]| says(&app, trigger("contact_created", filters), "{{contact.name}}").await;
    let pats = on(&["user.first_name is pat"]).await;
    let nobodys = on(&["user.id is_empty"]).await;
    let same = on(&["contact.email is {{user.email}}"]).await;
    let engines = on(&["company.name contains engines"]).await;
    let user = app.person(&app.agency, Type::Account, Role::User, &[&app.agency.location]).await;
    make(&app, json!({"firstName": "Ada", "assignedTo": user.id})).await;
    make(&app, json!({"firstName": "Bob", "email": "bob@example.com", "companyName": "Analytical Engines"}))
        .await;
    make(&app, json!({"firstName": "Pat", "email": user.email, "assignedTo": user.id})).await;
    assert_eq!(said(&app, &pats).await, ["Ada", "Pat"]);
    assert_eq!(said(&app, &nobodys).await, ["Bob"]);
    assert_eq!(said(&app, &same).await, ["Pat"]);
    assert_eq!(said(&app, &engines).await, ["Bob"]);
}
