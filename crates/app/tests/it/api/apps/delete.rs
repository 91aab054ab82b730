//! `DELETE /leadhold/v1/apps/{appId}`

use leadhold_app::oauth::apps;
use leadhold_testkit::Receiver;

use super::*;

async fn is_known(app: &TestApp, made: &Value) -> bool {
    let client = text(&made["app"], "clientId").to_owned();
    app.write(move |tx, _| Ok(apps::find_by_client_id(tx, &client)?.is_some())).await
}

#[tokio::test]
async fn an_app_that_is_nowhere_is_deleted() {
    let app = TestApp::start().await;
    let (path, made) = made(&app, partner()).await;
    assert_eq!(remove(&app, &path).await.expect(200).json(), json!({"succeeded": true}));
    remove(&app, &path).await.expect(404);
    get(&app, &path).await.expect(404);
    get(&app, &format!("{path}/secrets")).await.expect(404);
    assert_eq!(get(&app, APPS).await.json(), json!({"apps": []}));
    assert!(!is_known(&app, &made).await);
    assert!(app.new_events().await.is_empty());
}

#[tokio::test]
async fn an_installed_app_is_deleted_only_by_force_and_told_of_each_install() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let mut body = partner();
    body["webhookUrl"] = json!(receiver.url);
    let (path, made) = made(&app, body).await;
    install(&app, &made, Place::Location(app.agency.location.clone())).await;
    install(&app, &made, Place::Location(app.agency.second.clone())).await;
    install(&app, &made, Place::Company(app.other.company.clone())).await;
    app.run_until_idle().await;
    app.new_events().await;
    for path in [path.clone(), format!("{path}?force=false"), format!("{path}?force=1")] {
        let refused = remove(&app, &path).await.expect(409).json();
        assert_eq!(
            refused["message"],
            "The app is installed in 3 places. Remove it there first, or delete it with ?force=true, which uninstalls it \
             everywhere."
        );
    }
    assert!(app.new_events().await.is_empty() && is_known(&app, &made).await);
    remove(&app, &format!("{path}?force=true")).await.expect(200);
    assert_eq!(app.new_event_kinds().await, ["UNINSTALL", "UNINSTALL", "UNINSTALL"]);
    assert!(!is_known(&app, &made).await);
    app.run_until_idle().await;
    let told = receiver.requests();
    let last: Vec<_> = told.iter().map(|request| text(&request.json(), "type").to_owned()).collect();
    assert_eq!(last.iter().filter(|kind| *kind == "UNINSTALL").count(), 3, "{last:?}");
}
