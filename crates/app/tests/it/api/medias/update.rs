//! `POST /medias/{id}`, `PUT /medias/update-files`, `PUT /medias/delete-files`, `DELETE /medias/{id}`

use futures_util::StreamExt;
use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{PNG, body, file, folder, list, owner, path, upload};

async fn change(app: &TestApp, id: &str, changes: &Value, status: u16) -> Value {
    app.post(&format!("/medias/{id}")).json(&body(app, changes)).send().await.expect(status).json()
}

#[tokio::test]
async fn a_file_is_renamed_and_moved() {
    let app = TestApp::start().await;
    let (id, into) = (file(&app, "a.png", None).await, folder(&app, "Into", None).await);
    let done = change(&app, &id, &json!({"name": "b.png"}), 200).await;
    assert!(done["updated"] == true && done["traceId"].is_string(), "{done}");
    assert_eq!(list(&app, "type=file").await, ["b.png"]);
    change(&app, &id, &json!({"name": "b.png", "parentId": into}), 200).await;
    assert_eq!(list(&app, "type=file&fetchAll=true").await, ["Into/b.png"]);
    change(&app, &id, &json!({"name": "b.png", "parentId": null}), 200).await;
    assert_eq!(list(&app, "type=file").await, ["b.png"]);
    let refused = change(&app, &id, &json!({"nam": "c.png"}), 422).await;
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "property nam should not exist",
      "name must be a string",
      "name should not be empty"
    ]
    "#);
    let refused = change(&app, "nothing", &json!({"name": "c.png"}), 400).await;
    assert_eq!(refused["message"], "File or folder with id nothing not found");
    let stranger = app.post(&format!("/medias/{id}")).token(&app.agency.second_token);
    stranger.json(&json!({"name": "c.png"})).send().await.expect(403);
}

#[tokio::test]
async fn a_folder_is_never_inside_itself() {
    let app = TestApp::start().await;
    let a = folder(&app, "A", None).await;
    let b = folder(&app, "B", Some(&a)).await;
    let c = folder(&app, "C", Some(&b)).await;
    for target in [&a, &b, &c] {
        let refused = change(&app, &a, &json!({"name": "A", "parentId": target}), 400).await;
        assert_eq!(refused["message"], "A folder cannot be moved into itself.");
    }
    change(&app, &c, &json!({"name": "C", "parentId": a}), 200).await;
    let into_file = file(&app, "a.png", None).await;
    let refused = change(&app, &c, &json!({"name": "C", "parentId": into_file}), 400).await;
    assert_eq!(refused["message"], format!("Folder with id {into_file} not found"));
}

#[tokio::test]
async fn several_change_together_or_not_at_all() {
    let app = TestApp::start().await;
    let a = file(&app, "a.png", None).await;
    app.clock.advance(1000);
    let b = file(&app, "b.png", None).await;
    let both =
        body(&app, &json!({"filesToBeUpdated": [{"id": a, "name": "1.png"}, {"id": b, "name": "2.png"}]}));
    let done = app.put("/medias/update-files").json(&both).send().await.expect(200).json();
    assert_eq!(done, json!([{"updated": true, "id": a}, {"updated": true, "id": b}]));
    let half = body(
        &app,
        &json!({"filesToBeUpdated": [{"id": a, "name": "3.png"}, {"id": "nothing", "name": "x"}]}),
    );
    app.put("/medias/update-files").json(&half).send().await.expect(400);
    assert_eq!(list(&app, "type=file").await, ["1.png", "2.png"]);
    let wrong = json!({"altId": owner(&app).1, "filesToBeUpdated": [{"name": ""}]});
    let refused = app.put("/medias/update-files").json(&wrong).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "altType must be one of the following values: location",
      "filesToBeUpdated.0.id must be a string",
      "filesToBeUpdated.0.id should not be empty",
      "filesToBeUpdated.0.name should not be empty"
    ]
    "#);
}

#[tokio::test]
async fn what_is_trashed_is_hidden_and_what_is_deleted_is_gone_with_all_in_it() {
    let app = TestApp::start().await;
    let a = folder(&app, "A", None).await;
    let b = folder(&app, "B", Some(&a)).await;
    let texts = [("parentId", b.as_str())];
    let made = upload(&app, &texts, &[("file", "deep.png", PNG)]).send().await.expect(200).json();
    let url = path(&made["url"]);
    let end = |status: &str| body(&app, &json!({"filesToBeDeleted": [{"_id": a}], "status": status}));
    let done = app.put("/medias/delete-files").json(&end("trashed")).send().await.expect(200).json();
    assert_eq!(done, json!([{"deleted": true, "id": a}]));
    assert_eq!(list(&app, "type=file&fetchAll=true").await, [""; 0]);
    assert_eq!(list(&app, "type=folder").await, [""; 0]);
    app.get(&url).token("").send().await.expect(200);
    let refused = app.put("/medias/delete-files").json(&end("burnt")).send().await.expect(422).json();
    assert_eq!(refused["message"], json!(["status must be one of the following values: deleted, trashed"]));
    app.put("/medias/delete-files").json(&end("deleted")).send().await.expect(200);
    app.get(&url).token("").send().await.expect(404);
    app.put("/medias/delete-files").json(&end("deleted")).send().await.expect(400);
    app.run_until_idle().await;
    assert_eq!(app.jobs().await.len(), 0);
    assert!(
        app.app.world.files.made_on(app.app.world.clock.now()).next().await.is_none(),
        "the bytes are gone"
    );
}

#[tokio::test]
async fn one_is_deleted_by_its_id() {
    let app = TestApp::start().await;
    let id = file(&app, "a.png", None).await;
    let at = format!("/medias/{id}");
    let refused = app.delete(&at).send().await.expect(422).json();
    insta::assert_json_snapshot!(refused["message"], @r#"
    [
      "altId must be a string",
      "altId should not be empty",
      "altType must be one of the following values: location"
    ]
    "#);
    app.delete(&format!("{at}?{}", owner(&app).0)).token(&app.agency.second_token).send().await.expect(403);
    let done = app.delete(&format!("{at}?{}", owner(&app).0)).send().await.expect(200).json();
    assert_eq!(done, json!({"deleted": true, "id": id}));
    app.delete(&format!("{at}?{}", owner(&app).0)).send().await.expect(400);
}

#[tokio::test]
async fn folders_that_are_moved_nest_no_deeper_than_those_that_are_made() {
    let app = TestApp::start().await;
    let chain = async |name: &str, length: usize| {
        let mut all: Vec<String> = Vec::new();
        for at in 0..length {
            all.push(folder(&app, &format!("{name}{at}"), all.last().map(String::as_str)).await);
        }
        all
    };
    let (long, short) = (chain("long", 20).await, chain("short", 12).await);
    let into = |parent: &String| json!({"name": "moved", "parentId": parent});
    let refused = change(&app, &short[0], &into(&long[19]), 400).await;
    assert_eq!(refused["message"], "Folders nest at most 30 deep.");
    assert_eq!(list(&app, "type=folder").await.len(), 2, "it is where it was");
    // 31 in all, as far as making leads.
    change(&app, &short[0], &into(&long[18]), 200).await;
    change(&app, &short[0], &json!({"name": "renamed", "parentId": long[18]}), 200).await;
    let deeper = body(&app, &json!({"name": "x", "parentId": short[11]}));
    app.post("/medias/folder").json(&deeper).send().await.expect(400);
    change(&app, &short[0], &json!({"name": "short0", "parentId": null}), 200).await;
    let file = file(&app, "a.png", Some(&short[10])).await;
    change(&app, &file, &json!({"name": "a.png", "parentId": short[11]}), 200).await;
    let refused = change(&app, &short[0], &into(&long[18]), 400).await;
    assert_eq!(refused["message"], "Folders nest at most 30 deep.");
}

#[tokio::test]
async fn what_one_request_names_twice_ends_once() {
    let app = TestApp::start().await;
    let outer = folder(&app, "Outer", None).await;
    let (inner, twice) = (file(&app, "a.png", Some(&outer)).await, file(&app, "b.png", None).await);
    let ends = |ids: &[&String], status: &str| {
        let all: Vec<Value> = ids.iter().map(|id| json!({"_id": id})).collect();
        app.put("/medias/delete-files")
            .json(&body(&app, &json!({"filesToBeDeleted": all, "status": status})))
            .send()
    };
    ends(&[&outer, &inner, &twice, &"nothing".to_owned()], "deleted").await.expect(400);
    let mut left = list(&app, "type=file&fetchAll=true").await;
    left.sort(); // they are of one moment
    assert_eq!(left, ["Outer/a.png", "b.png"]);
    let done = ends(&[&outer, &inner, &twice, &twice], "deleted").await.expect(200).json();
    assert_eq!(done.as_array().map(Vec::len), Some(4), "{done}");
    assert!(list(&app, "type=file&fetchAll=true").await.is_empty());
}
