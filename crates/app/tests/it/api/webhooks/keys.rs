//! `GET /.well-known/leadhold/webhook-keys`.

use leadhold_outbound::verify;
use leadhold_testkit::TestApp;
use serde_json::Value;

#[tokio::test]
async fn anyone_can_read_the_keys_and_verify_with_them() {
    let app = TestApp::start().await;
    let answer = app.get("/.well-known/leadhold/webhook-keys").token("").send().await.expect(200).json();
    let [key] = &answer["keys"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!((&key["header"], &key["algorithm"]), (&"x-ghl-signature".into(), &Value::from("Ed25519")));
    let signature = app.app.world.keys.sign(b"{}").ghl;
    for form in ["pem", "spki"] {
        let text = key[form].as_str().unwrap();
        assert!(verify(text, b"{}", &signature), "{text}");
        assert!(!verify(text, b"{ }", &signature), "{text}");
    }
}
