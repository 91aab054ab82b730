//! `/developer/webhook-keys`

use leadhold_app::webhook_keys::{self, Sealed};
use leadhold_outbound::SigningKeys;

use super::*;

const PAGE: &str = "/developer/webhook-keys";

#[tokio::test]
async fn the_keys_can_be_copied_in_each_form() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let page = text(&see(&app, &who, PAGE).await.expect(200));
    let page = page.replace("&#x2f;", "/").replace("&#x3d;", "=");
    let key = app.app.world.keys.public().ed25519;
    let pem = between(&page, "readonly>", "</textarea>");
    assert_eq!(pem.trim(), key.pem().trim());
    assert!(page.contains(&key.spki_base64()) && page.contains(&key.standard_webhooks().unwrap()));
    assert!(page.contains("<h2 id=\"pair-") && !page.contains("being rotated"));
    assert!(text(&see(&app, &who, "/developer/apps").await).contains("href=\"/developer/webhook-keys\""));
}

#[tokio::test]
async fn during_a_rotation_every_key_is_shown_with_what_it_means() {
    let app = TestApp::start().await;
    let who = admin(&app).await;
    let keys = SigningKeys::from_seed(&[2; 32]).unwrap();
    let new = Sealed::new(&keys, &app.app.world.seal, app.app.world.random.as_ref()).unwrap();
    app.write(move |tx, cx| webhook_keys::announce(tx, cx, &new)).await;
    let page = text(&see(&app, &who, PAGE).await.expect(200));
    assert!(page.contains("being rotated"));
    let (active, announced) = (page.find(">Active<").unwrap(), page.find(">Announced<").unwrap());
    assert!(active < announced && page.contains("it signs nothing yet"));
}

#[tokio::test]
async fn it_is_for_administrators_of_the_agency() {
    let app = TestApp::start().await;
    let elsewhere = app.get(PAGE).token("").send().await.expect(303);
    assert!(elsewhere.header("location").starts_with("/login"), "{}", elsewhere.header("location"));
}
