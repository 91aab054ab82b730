//! The second factor: enrolment, codes that are good once, recovery.

use leadhold_app::sessions::{Attempt, sign_in};
use leadhold_kernel::Clock;
use leadhold_testkit::{Answer, Person, SignedIn, TestApp};
use serde_json::json;

use super::{account, admin, attempt, hidden, login, text};

/// A code as an app would show it now: by an implementation of its own, from the key that the page shows.
pub fn code(app: &TestApp, key: &str, off: i64) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = key.chars().filter_map(|c| alphabet.find(c)).map(|i| format!("{i:05b}")).collect();
    let seed: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|b| u8::from_str_radix(std::str::from_utf8(b).unwrap(), 2).unwrap())
        .collect();
    let step = app.clock.now().millis() / 30_000 + off;
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &seed);
    let tag = aws_lc_rs::hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Switches codes on; the key and the recovery codes.
pub async fn enrol(app: &TestApp, person: &Person, session: &SignedIn) -> (String, Vec<String>) {
    account(app, session, &[("action", "begin"), ("password", &person.password)]).await.expect(303);
    let page = text(&app.get("/account").cookie(&session.cookie).send().await.expect(200));
    let key = page.split("Key: <code>").nth(1).unwrap().split("</code>").next().unwrap().replace(' ', "");
    assert_eq!(key.len(), 32, "160 bits");
    let confirmed =
        account(app, session, &[("action", "confirm"), ("code", &code(app, &key, 0))]).await.expect(200);
    let page = text(&confirmed);
    let codes = page.split("Recovery codes\">").nth(1).unwrap().split("</pre>").next().unwrap();
    (key, codes.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect())
}

fn with_code(person: &Person, code: &str) -> serde_json::Value {
    json!({ "email": person.email, "password": person.password, "code": code })
}

async fn first_step(app: &TestApp, person: &Person) -> Answer {
    let answer =
        login(app, &[("next", "/account"), ("email", &person.email), ("password", &person.password)]).await;
    assert_eq!(answer.header("set-cookie"), "", "a password alone opens nothing");
    answer.expect(200)
}

#[tokio::test]
async fn enrolment_shows_the_key_as_a_picture_and_as_text_and_counts_once_confirmed() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    account(&app, &session, &[("action", "begin"), ("password", "wrong")]).await.expect(401);
    account(&app, &session, &[("action", "begin"), ("password", &person.password)]).await.expect(303);
    let page = text(&app.get("/account").cookie(&session.cookie).send().await.expect(200));
    assert!(
        page.contains("src=\"data:image&#x2f;svg+xml;base64,")
            || page.contains("src=\"data:image/svg+xml;base64,")
    );
    app.sign_in(&person).await; // not confirmed: no code is asked for
    account(&app, &session, &[("action", "confirm"), ("code", "000000")]).await.expect(400);
    let (key, codes) = enrol(&app, &person, &session).await;
    assert_eq!(codes.len(), 10);
    let content = format!("{:?}", app.database.content().await).to_lowercase();
    assert!(
        !content.contains(&key.to_lowercase()) && !content.contains(&codes[0]),
        "nothing usable is stored"
    );
    account(&app, &session, &[("action", "begin"), ("password", &person.password)]).await.expect(409);
    account(&app, &session, &[("action", "confirm"), ("code", &code(&app, &key, 1))]).await.expect(409);
}

#[tokio::test]
async fn the_page_asks_for_the_code_in_a_second_step() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (key, _) = enrol(&app, &person, &app.sign_in(&person).await).await;
    app.clock.advance(60_000);
    let asked = first_step(&app, &person).await;
    let (challenge, next) = (hidden(&asked, "challenge"), hidden(&asked, "next"));
    let send = |code: String, challenge: String| {
        let (app, next) = (&app, next.clone());
        async move {
            login(app, &[("challenge", &challenge), ("next", &next.replace("&#x2f;", "/")), ("code", &code)])
                .await
        }
    };
    let wrong = send("000000".into(), challenge.clone()).await.expect(401);
    assert_eq!(hidden(&wrong, "challenge"), challenge, "to be typed again");
    send(code(&app, &key, 0), "00".repeat(80)).await.expect(400);
    let right = send(code(&app, &key, 0), challenge.clone()).await.expect(303);
    assert_eq!(right.header("location"), "/account");
    assert_eq!(super::status(&app, &SignedIn::from(&right).cookie).await, 200);
    send(code(&app, &key, 0), challenge.clone()).await.expect(401);
    app.clock.advance(5 * 60_000);
    let late = send(code(&app, &key, 0), challenge).await.expect(400);
    assert!(text(&late).contains("This took too long.") && text(&late).contains("name=\"password\""));
}

#[tokio::test]
async fn a_password_changed_between_the_steps_voids_the_first() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let (key, _) = enrol(&app, &person, &session).await;
    app.clock.advance(60_000);
    let challenge = hidden(&first_step(&app, &person).await, "challenge");
    let form = [
        ("action", "password"),
        ("current", &person.password),
        ("new", "a new password"),
        ("again", "a new password"),
    ];
    account(&app, &session, &form).await.expect(303);
    login(&app, &[("challenge", &challenge), ("code", &code(&app, &key, 0))]).await.expect(400);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_its_neighbours_intervals() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (key, _) = enrol(&app, &person, &app.sign_in(&person).await).await;
    attempt(&app, with_code(&person, &code(&app, &key, 0))).await.expect(401); // spent by the confirmation
    app.clock.advance(90_000);
    let late = code(&app, &key, -1);
    attempt(&app, with_code(&person, &code(&app, &key, -2))).await.expect(401);
    attempt(&app, with_code(&person, &code(&app, &key, 2))).await.expect(401);
    attempt(&app, with_code(&person, &late)).await.expect(201);
    attempt(&app, with_code(&person, &late)).await.expect(401);
    attempt(&app, with_code(&person, &code(&app, &key, 1))).await.expect(201);
    attempt(&app, with_code(&person, &code(&app, &key, 0))).await.expect(401); // before the last one
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_at_once_in_many_places_opens_one_session() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let (key, _) = enrol(&app, &person, &app.sign_in(&person).await).await;
    app.clock.advance(60_000);
    let body = with_code(&person, &code(&app, &key, 0));
    let answers = futures_util::future::join_all((0..4).map(|_| attempt(&app, body.clone()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
}

#[tokio::test]
async fn the_api_says_that_a_code_is_needed_and_wrong_codes_count_as_failures() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    enrol(&app, &person, &app.sign_in(&person).await).await;
    for _ in 0..8 {
        let answer = attempt(&app, super::body(&person)).await.expect(401);
        assert_eq!(
            answer.json()["message"],
            "A code of your authenticator app is needed. Send it as `code`."
        );
    }
    for _ in 0..5 {
        let answer = attempt(&app, with_code(&person, "123456")).await.expect(401);
        assert_eq!(answer.json()["message"], "The e-mail address, the password or the code is wrong.");
    }
    attempt(&app, with_code(&person, "123456")).await.expect(429);
    let attempt = Attempt { email: person.email, password: person.password, code: None, peer: None };
    sign_in(&app.app.world, attempt).await.unwrap_err();
}

#[tokio::test]
async fn each_recovery_code_lets_in_once_and_new_ones_end_the_old() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let (_, codes) = enrol(&app, &person, &session).await;
    attempt(&app, with_code(&person, &codes[0])).await.expect(201);
    attempt(&app, with_code(&person, &codes[0])).await.expect(401);
    attempt(&app, with_code(&person, &codes[1].replace('-', " ").to_uppercase())).await.expect(201);
    let page = text(&app.get("/account").cookie(&session.cookie).send().await.expect(200));
    assert!(page.contains("You have 8 of 10 recovery codes left."));
    account(&app, &session, &[("action", "codes"), ("password", "wrong")]).await.expect(401);
    let fresh =
        account(&app, &session, &[("action", "codes"), ("password", &person.password)]).await.expect(200);
    assert!(!text(&fresh).contains(&codes[2]));
    attempt(&app, with_code(&person, &codes[2])).await.expect(401);
}

#[tokio::test]
async fn switching_off_needs_password_and_code() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let (key, codes) = enrol(&app, &person, &session).await;
    app.clock.advance(60_000);
    let off = |password: &str, code: &str| {
        let fields = [password.to_owned(), code.to_owned()];
        let (app, session) = (&app, &session);
        async move {
            account(app, session, &[("action", "off"), ("password", &fields[0]), ("code", &fields[1])]).await
        }
    };
    off("wrong", &code(&app, &key, 0)).await.expect(401);
    off(&person.password, "000000").await.expect(401);
    off(&person.password, "").await.expect(401);
    attempt(&app, super::body(&person)).await.expect(401);
    off(&person.password, &codes[0]).await.expect(303);
    attempt(&app, super::body(&person)).await.expect(201);
    let content = app.database.content().await;
    assert!(content["second_factors"].is_empty() && content["recovery_codes"].is_empty());
}

#[tokio::test]
async fn who_has_session_and_password_cannot_go_on_guessing_codes() {
    let app = TestApp::start().await;
    let person = admin(&app).await;
    let session = app.sign_in(&person).await;
    let (key, _) = enrol(&app, &person, &session).await;
    app.clock.advance(60_000);
    let off = async |code: &str| {
        let fields = [("action", "off"), ("password", person.password.as_str()), ("code", code)];
        account(&app, &session, &fields).await.status.as_u16()
    };
    for _ in 0..5 {
        assert_eq!(off("000000").await, 401);
    }
    assert_eq!(off(&code(&app, &key, 0)).await, 429);
    app.clock.advance(60_000);
    assert_eq!(off(&code(&app, &key, 0)).await, 303);
}
