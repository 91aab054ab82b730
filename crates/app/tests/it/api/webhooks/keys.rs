//! `GET /.well-known/leadhold/webhook-keys`, and how pairs of keys follow each other.

#![expect(clippy::unwrap_used, reason = "a helper of a test may fail the test")]

use bytes::Bytes;
use leadhold_app::webhook_keys::{self, Pair, Sealed};
use leadhold_kernel::{Cx, Error};
use leadhold_outbound::{SigningKeys, verify};
use leadhold_store::Tx;
use leadhold_testkit::{Receiver, TestApp};
use serde_json::{Value, json};

use super::{create_contact, listen};

const KEYS: &str = "/.well-known/leadhold/webhook-keys";

async fn published(app: &TestApp) -> Vec<Value> {
    let answer = app.get(KEYS).token("").send().await.expect(200).json();
    answer["keys"].as_array().unwrap().clone()
}

async fn states(app: &TestApp) -> Vec<String> {
    published(app).await.iter().map(|key| key["state"].as_str().unwrap().to_owned()).collect()
}

fn sealed(app: &TestApp, seed: u8, rsa: bool) -> Sealed {
    let keys = SigningKeys::from_seed(&[seed; 32]).unwrap();
    let keys = if rsa { keys.with_new_rsa().unwrap() } else { keys };
    Sealed::new(&keys, &app.app.world.seal, app.app.world.random.as_ref()).unwrap()
}

async fn announce(app: &TestApp, seed: u8) -> Pair {
    let new = sealed(app, seed, false);
    app.write(move |tx, cx| webhook_keys::announce(tx, cx, &new)).await
}

type Change = fn(&mut Tx<'_>, &Cx, &str) -> Result<Pair, Error>;

async fn change(app: &TestApp, what: Change, id: &str) -> Result<Pair, Error> {
    let (cx, id) = (app.app.world.cx(), id.to_owned());
    app.app.world.store.write(move |tx| what(tx, &cx, &id)).await
}

#[tokio::test]
async fn anyone_can_read_the_keys_and_verify_with_them() {
    let app = TestApp::start().await;
    let keys = published(&app).await;
    let [key] = &keys[..] else { panic!("{keys:?}") };
    insta::assert_json_snapshot!(key, {
        ".id" => "[hex24]", ".pem" => "[pem]", ".spki" => "[spki]", ".standardWebhooks" => "[whpk]",
    }, @r#"
    {
      "id": "[hex24]",
      "state": "active",
      "since": "2026-01-15T10:00:00.000Z",
      "header": "x-ghl-signature",
      "algorithm": "Ed25519",
      "pem": "[pem]",
      "spki": "[spki]",
      "standardWebhooks": "[whpk]"
    }
    "#);
    let signature = app.app.world.keys.sign(&Bytes::from_static(b"{}")).await.ghl;
    for form in ["pem", "spki"] {
        let text = key[form].as_str().unwrap();
        assert!(verify(text, b"{}", &signature), "{text}");
        assert!(!verify(text, b"{ }", &signature), "{text}");
    }
    assert!(key["standardWebhooks"].as_str().unwrap().starts_with("whpk_"));
}

#[tokio::test]
async fn a_receiver_that_knows_the_published_keys_verifies_every_delivery_of_a_rotation() {
    let (app, receiver) = (TestApp::start().await, Receiver::start().await);
    listen(&app, &receiver.url).await;
    let first = published(&app).await[0].clone();
    let mut known = vec![first["spki"].as_str().unwrap().to_owned()];
    let signed_by = |known: &[String]| {
        let request = receiver.requests().pop().unwrap();
        known.iter().position(|key| verify(key, &request.body, request.header("x-ghl-signature")))
    };

    create_contact(&app).await;
    assert_eq!(signed_by(&known), Some(0));

    let second = announce(&app, 2).await;
    known.push(second.public.ed25519.spki_base64());
    assert_eq!(states(&app).await, ["active", "announced"]);
    app.clock.advance(10_000);
    create_contact(&app).await;
    assert_eq!(signed_by(&known), Some(0), "what is announced signs nothing yet");

    change(&app, webhook_keys::activate, second.id.as_str()).await.unwrap();
    assert_eq!(states(&app).await, ["active", "previous"]);
    app.clock.advance(1_000);
    create_contact(&app).await;
    assert_eq!(signed_by(&known), Some(1), "no restart was needed");

    let old = first["id"].as_str().unwrap();
    let retired = change(&app, webhook_keys::retire, old).await.unwrap();
    assert_eq!(retired.since(), leadhold_kernel::Clock::now(app.clock.as_ref()));
    assert_eq!(states(&app).await, ["active"]);
    app.clock.advance(1_000);
    create_contact(&app).await;
    assert_eq!(signed_by(&known[1..]), Some(0));
}

#[tokio::test]
async fn standard_signatures_are_by_every_published_pair() {
    let app = TestApp::start().await;
    let pair = announce(&app, 2).await;
    app.clock.advance(1_000);
    let signatures = app.app.world.keys.sign_standard("msg_1", 1_768_471_200, b"{}").await;
    assert_eq!(signatures.len(), 2);
    let content = b"msg_1.1768471200.{}";
    for (key, signature) in published(&app).await.iter().zip(&signatures) {
        let (version, signature) = signature.split_once(',').unwrap();
        assert_eq!(version, "v1a");
        assert!(verify(key["spki"].as_str().unwrap(), content, signature));
    }
    change(&app, webhook_keys::retire, pair.id.as_str()).await.unwrap();
    app.clock.advance(1_000);
    assert_eq!(app.app.world.keys.sign_standard("msg_1", 1, b"{}").await.len(), 1);
}

#[tokio::test]
async fn no_step_is_taken_twice_or_out_of_order() {
    let app = TestApp::start().await;
    let first = published(&app).await[0]["id"].as_str().unwrap().to_owned();
    let refused = |what: Change, id: &str| {
        let (app, id) = (&app, id.to_owned());
        async move { change(app, what, &id).await.unwrap_err().client_message() }
    };
    let conflict = |text: &str| text.replace("ID", &first);
    assert_eq!(
        refused(webhook_keys::retire, &first).await,
        conflict("ID is the pair that signs; activate another one first")
    );
    assert_eq!(refused(webhook_keys::activate, &first).await, conflict("ID is the pair that signs already"));
    assert_eq!(refused(webhook_keys::activate, "nothing").await, "There is no pair of keys with id nothing.");
    let second = announce(&app, 2).await;
    let another = sealed(&app, 3, false);
    let cx = app.app.world.cx();
    let twice = app.app.world.store.write(move |tx| webhook_keys::announce(tx, &cx, &another)).await;
    assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
    change(&app, webhook_keys::activate, second.id.as_str()).await.unwrap();
    change(&app, webhook_keys::activate, &first).await.expect("a rotation can be taken back");
    assert_eq!(states(&app).await, ["active", "previous"]);
    change(&app, webhook_keys::retire, second.id.as_str()).await.unwrap();
    let ended = refused(webhook_keys::activate, second.id.as_str()).await;
    assert_eq!(ended, format!("{} is retired; its private halves are gone", second.id));
    assert!(
        refused(webhook_keys::retire, second.id.as_str())
            .await
            .contains("was retired at 2026-01-15T10:00:00.000Z")
    );
}

#[tokio::test]
async fn every_node_over_one_database_follows() {
    let app = TestApp::start().await;
    let world = &app.app.world;
    let other = webhook_keys::KeyRing::load(world.store.clone(), world.seal.clone(), app.clock.clone(), true);
    let other = other.await.unwrap().unwrap();
    let second = announce(&app, 2).await;
    change(&app, webhook_keys::activate, second.id.as_str()).await.unwrap();
    let body = Bytes::from_static(b"{}");
    app.clock.advance(1_000);
    for ring in [&world.keys, &other] {
        let signature = ring.sign(&body).await.ghl;
        assert!(verify(&second.public.ed25519.spki_base64(), &body, &signature));
    }
    let strange = std::sync::Arc::new(leadhold_app::seal::Seal::new(&[9; 32]).unwrap());
    let strange = webhook_keys::KeyRing::load(world.store.clone(), strange, app.clock.clone(), true).await;
    assert!(strange.unwrap().is_none(), "another secret opens nothing");
}

/// One test for all of RSA: making the pair takes most of its time.
#[tokio::test]
async fn with_rsa_the_same_bytes_are_signed_once_for_all_endpoints() {
    let app = TestApp::start().await;
    let new = sealed(&app, 2, true);
    let pair = app.write(move |tx, cx| webhook_keys::announce(tx, cx, &new)).await;
    change(&app, webhook_keys::activate, pair.id.as_str()).await.unwrap();
    app.clock.advance(1_000);
    let (ring, body) = (&app.app.world.keys, Bytes::from_static(b"{\"a\":1}"));
    ring.sign(&body).await; // whoever comes while the keys are looked up goes on with those that are known
    let all = futures_util::future::join_all((0..100).map(|_| ring.sign(&body))).await;
    let rsa = pair.public.rsa.unwrap().spki_base64();
    assert!(all.iter().all(|signed| verify(&rsa, &body, signed.wh.as_deref().unwrap())));
    let of_rsa = published(&app).await.into_iter().find(|key| key["header"] == "x-wh-signature").unwrap();
    assert_eq!((&of_rsa["algorithm"], &of_rsa["spki"]), (&json!("RSA-SHA256"), &json!(rsa)));
    assert!(of_rsa.get("standardWebhooks").is_none());
}
