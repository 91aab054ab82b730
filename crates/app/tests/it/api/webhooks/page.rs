//! `/developer/webhooks`: the list, one delivery, and sending again from both.

use leadhold_app::users::{Role, Type};
use leadhold_testkit::{Receiver, TestApp};

use super::*;
use crate::api::portal::{admin, seen, send, unescaped};

const PAGE: &str = "/developer/webhooks";

#[tokio::test]
async fn only_an_agencys_administrator_sees_it() {
    let app = TestApp::start().await;
    let answer = app.get(&format!("{PAGE}?state=dead")).token("").send().await.expect(303);
    assert_eq!(answer.header("location"), "/login?next=%2Fdeveloper%2Fwebhooks%3Fstate%3Ddead");
    let person = app.person(&app.agency, Type::Account, Role::Admin, &[&app.agency.location]).await;
    let session = app.sign_in(&person).await;
    for path in [PAGE, "/developer/webhooks/x", "/developer/webhooks/replays/x"] {
        seen(&app, &session, path, 403).await;
    }
    let shown = seen(&app, &admin(&app).await, PAGE, 200).await;
    assert!(shown.contains("Nothing was sent yet"), "{shown}");
}

#[tokio::test]
async fn deliveries_are_listed_narrowed_opened_and_sent_again() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let who = admin(&app).await;
    listen(&app, &format!("{}/<b>", receiver.url)).await;
    receiver.answer_next_with(503, vec![("x-why", "<i>resting</i>".into())]);
    create_contact(&app).await;
    let shown = seen(&app, &who, PAGE, 200).await;
    for part in ["ContactCreate", ">pending</span>", "503", "Listener", "/&lt;b&gt;", "<svg", "1 pending"] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    let id = newest(&app).await["id"].as_str().unwrap().to_owned();
    let path = format!("{PAGE}/{id}");
    assert!(seen(&app, &who, &format!("{PAGE}?state=pending&from=1h"), 200).await.contains(&path));
    assert!(seen(&app, &who, &format!("{PAGE}?state=dead"), 200).await.contains("No delivery matches"));
    let faulty = seen(&app, &who, &format!("{PAGE}?state=lost&from=soon"), 422).await;
    assert!(faulty.contains("state must be one of") && faulty.contains("from must be"), "{faulty}");

    let shown = seen(&app, &who, &path, 200).await;
    for part in [
        "x-ghl-signature</code> fits the body",
        "&lt;i&gt;resting&lt;/i&gt;",
        "\"firstName\": \"Zoë\"",
        "curl -X POST",
        "Next attempt",
    ] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    app.post(&path).cookie(&who.cookie).form(&[("csrf", "x")]).send().await.expect(403);
    let answer = send(&app, &who, &path, &[]).await.expect(303);
    assert_eq!(answer.header("location"), format!("{path}?done=replay"));
    app.run_until_idle().await;
    let shown = seen(&app, &who, answer.header("location"), 200).await;
    assert!(shown.contains("It is sent again") && shown.contains("after being sent again"), "{shown}");
    assert_eq!(receiver.requests().len(), 2);
    seen(&app, &who, "/developer/webhooks/nothing", 404).await;
    let other = app.person(&app.other, Type::Agency, Role::Admin, &[]).await;
    seen(&app, &app.sign_in(&other).await, &path, 404).await;
}

#[tokio::test]
async fn all_that_match_are_sent_again_once_it_is_confirmed() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    let who = admin(&app).await;
    let registered = listen(&app, &receiver.url).await;
    for _ in 0..3 {
        create_contact(&app).await;
    }
    let shown = seen(&app, &who, &format!("{PAGE}?state=delivered"), 200).await;
    assert!(shown.contains("?state=delivered&amp;confirm=replay"), "{shown}");
    let shown = seen(&app, &who, &format!("{PAGE}?state=delivered&confirm=replay"), 200).await;
    assert!(shown.contains("Send 3 deliveries again?"), "{shown}");
    let refused = send(&app, &who, PAGE, &[]).await.expect(422);
    assert!(unescaped(&refused).contains("Narrow the list first"));
    let answer = send(&app, &who, PAGE, &[("state", "delivered")]).await.expect(303);
    let shown = seen(&app, &who, answer.header("location"), 200).await;
    assert!(shown.contains("<td>3</td>") && shown.contains("state = delivered"), "{shown}");
    app.run_until_idle().await;
    assert_eq!(receiver.requests().len(), 6);

    let (id, here) = (registered.app_id.clone(), app.agency.location.clone());
    app.write(move |tx, cx| {
        marketplace::uninstall(tx, cx, &Place::Location(here.clone()), &id, None).map(drop)
    })
    .await;
    let path = format!("{PAGE}/{}", newest(&app).await["id"].as_str().unwrap());
    let refused = unescaped(&send(&app, &who, &path, &[]).await.expect(422));
    assert!(refused.contains("The app is not installed here any more."), "{refused}");
}
