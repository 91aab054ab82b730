//! `/oauth/chooselocation`: what a link may ask for, what a person may grant, and where the browser goes.

use leadhold_app::oauth::apps::{Distribution, Registered};
use leadhold_app::oauth::authorize::{Pick, Wish, code_for};
use leadhold_kernel::Id;
use leadhold_testkit::{Answer, TestApp};

use super::{CALLBACK, CHALLENGE, admin, partner, public_partner};

/// The link that a stranger follows, with changes; `-` leaves a parameter out.
fn link(partner: &Registered, changes: &[(&str, &str)]) -> String {
    let mut query = vec![
        ("client_id", partner.client_id.as_str()),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "contacts.readonly contacts.write"),
        ("state", "xyz"),
    ];
    for (name, value) in changes {
        query.retain(|(other, _)| other != name);
        if *value != "-" {
            query.push((name, value));
        }
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    format!("/oauth/chooselocation?{query}")
}

async fn follow(app: &TestApp, path: &str) -> Answer {
    app.get(path).token("").send().await
}

/// Before a person has even signed in, a link that is out of order goes back to the app, or nowhere at all.
#[tokio::test]
async fn links_that_are_out_of_order() {
    let app = TestApp::start().await;
    let (mine, other) = (partner(&app, Distribution::Both).await, partner(&app, Distribution::Both).await);
    let public = public_partner(&app).await;

    let nowhere: &[(&str, &[(&str, &str)])] = &[
        ("no client", &[("client_id", "-")]),
        ("an unknown client", &[("client_id", "66a0419a0dffa47fb5f8b22f-nobody00")]),
        ("the app's id alone", &[("client_id", "{app}")]),
        ("no address", &[("redirect_uri", "-")]),
        ("another address", &[("redirect_uri", "https://evil.example/callback")]),
        ("a suffix", &[("redirect_uri", "https://app.example/callback/../evil")]),
        ("a subdomain", &[("redirect_uri", "https://app.example.evil.example/callback")]),
        ("another case", &[("redirect_uri", "https://app.example/Callback")]),
        ("a fragment", &[("redirect_uri", "https://app.example/callback#token")]),
        ("a further query", &[("redirect_uri", "https://app.example/callback?next=evil")]),
        ("user info", &[("redirect_uri", "https://app.example@evil.example/callback")]),
        ("a script", &[("redirect_uri", "javascript:alert(1)")]),
    ];
    for (what, changes) in nowhere {
        let app_id = mine.app_id.to_string();
        let changes: Vec<_> = changes
            .iter()
            .map(|(name, value)| (*name, if *value == "{app}" { &app_id } else { *value }))
            .collect();
        let answer = follow(&app, &link(&mine, &changes)).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{what}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{what}");
    }

    let long = "s".repeat(4097);
    let foreign = other.version_id.to_string();
    type Line<'a> = (&'a str, &'a Registered, &'a [(&'a str, &'a str)], &'a str);
    let back: &[Line<'_>] = &[
        ("no response type", &mine, &[("response_type", "-")], "invalid_request"),
        ("the implicit grant", &mine, &[("response_type", "token")], "unsupported_response_type"),
        ("an unknown scope", &mine, &[("scope", "contacts.own")], "invalid_scope"),
        (
            "more than the app asks for",
            &mine,
            &[("scope", "contacts.readonly workflows.readonly")],
            "invalid_scope",
        ),
        ("a scope of our own", &mine, &[("scope", "tokens.write")], "invalid_scope"),
        (
            "plain PKCE",
            &mine,
            &[("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
            "invalid_request",
        ),
        ("PKCE without a method", &mine, &[("code_challenge", CHALLENGE)], "invalid_request"),
        ("a method without challenge", &mine, &[("code_challenge_method", "S256")], "invalid_request"),
        (
            "a short challenge",
            &mine,
            &[("code_challenge", "abc"), ("code_challenge_method", "S256")],
            "invalid_request",
        ),
        ("a public client without PKCE", &public, &[], "invalid_request"),
        ("another app's version", &mine, &[("version_id", &foreign)], "invalid_request"),
        ("a version that is none", &mine, &[("version_id", "a b")], "invalid_request"),
        ("a long state", &mine, &[("state", &long)], "invalid_request"),
    ];
    for (what, client, changes, error) in back {
        let answer = follow(&app, &link(client, changes)).await;
        let to = answer.header("location").to_owned();
        let wanted = format!("{CALLBACK}?error={error}&error_description=");
        // A version may be its agency's draft: who asks is found out first.
        if changes.iter().any(|(name, _)| *name == "version_id") {
            assert!(to.starts_with("/login?next="), "{what}: {to}");
            continue;
        }
        assert_eq!(answer.status.as_u16(), 303, "{what}");
        assert!(to.starts_with(&wanted), "{what}: {to}");
        assert!(to.ends_with("&iss=http%3A%2F%2F127.0.0.1%3A8080"), "{what}: {to}");
        assert_eq!(to.contains("&state=xyz&"), *what != "a long state", "{what}: {to}");
    }
    let twice = format!("{}&scope=contacts.readonly", link(&mine, &[]));
    assert!(follow(&app, &twice).await.header("location").contains("error=invalid_request"));
}

#[tokio::test]
async fn a_stranger_signs_in_first_and_comes_back_to_the_whole_link() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    for path in [link(&partner, &[]), link(&partner, &[]).replace("/oauth", "/v2/oauth")] {
        let answer = follow(&app, &path).await.expect(303);
        let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
        assert_eq!(answer.header("location"), format!("/login?next={next}"));
    }
}

/// Who may grant what, by the service that both the page and programs use.
#[tokio::test]
async fn a_person_grants_what_is_theirs() {
    let app = TestApp::start().await;
    let here = app.agency.location.location_id().to_string();
    let there = app.agency.second.location_id().to_string();
    let foreign = app.other.location.location_id().to_string();
    let location =
        |ids: &[&String]| Pick { locations: ids.iter().map(|id| (*id).clone()).collect(), ..Pick::default() };
    let company = Pick { company: true, ..Pick::default() };
    let all = Pick { all: true, ..Pick::default() };
    let future = Pick { future: true, ..Pick::default() };
    let mixed = Pick { company: true, ..location(&[&here]) };
    let (agency_admin, agency_user) = ((true, true), (true, false));
    let (account_admin, account_user) = ((false, true), (false, false));
    use Distribution::{Both, Company, Location};
    let lines = [
        ("an agency's administrator, a location", Location, agency_admin, location(&[&here]), true),
        ("two locations", Location, agency_admin, location(&[&here, &there]), true),
        ("all", Both, agency_admin, all.clone(), true),
        ("future ones", Both, agency_admin, future.clone(), true),
        ("the agency", Company, agency_admin, company.clone(), true),
        ("the agency, by an app for both", Both, agency_admin, company.clone(), true),
        ("the agency, by an app for locations", Location, agency_admin, company.clone(), false),
        ("a location, by an app for agencies", Company, agency_admin, location(&[&here]), false),
        ("the agency and a location", Both, agency_admin, mixed, false),
        ("nothing", Both, agency_admin, Pick::default(), false),
        ("another agency's location", Both, agency_admin, location(&[&foreign]), false),
        ("own and foreign", Both, agency_admin, location(&[&here, &foreign]), false),
        ("a location that is none", Both, agency_admin, location(&[&"a b".to_owned()]), false),
        ("an agency's user", Both, agency_user, location(&[&here]), false),
        ("an account's administrator, own location", Both, account_admin, location(&[&here]), true),
        ("an account's administrator, another location", Both, account_admin, location(&[&there]), false),
        ("an account's administrator, all", Both, account_admin, all, false),
        ("an account's administrator, future ones", Both, account_admin, future, false),
        ("an account's administrator, the agency", Both, account_admin, company, false),
        ("an account's user", Both, account_user, location(&[&here]), false),
    ];
    let user = account(&app).await;
    for (what, distribution, (agency, is_admin), pick, granted) in lines {
        let partner = partner(&app, distribution).await;
        let mut person = admin(&app);
        (person.agency, person.admin) = (agency, is_admin);
        if !agency {
            person.user_id = user.clone();
        }
        let wish = Wish {
            client_id: partner.client_id.clone(),
            redirect_uri: CALLBACK.into(),
            response_type: "code".into(),
            ..Wish::default()
        };
        let cx = app.app.world.cx();
        let made = app.app.world.write(move |tx| code_for(tx, &cx, &wish, &person, &pick)).await;
        assert_eq!(made.is_ok(), granted, "{what}: {made:?}");
    }
}

/// A person with an account at the first location.
async fn account(app: &TestApp) -> Id<leadhold_kernel::id::User> {
    let (agency, here) = (app.agency.company.clone(), app.agency.location.clone());
    app.write(move |tx, cx| {
        let new = leadhold_app::users::NewUser {
            email: "account@example.com".into(),
            first_name: "Ann".into(),
            last_name: "Account".into(),
            password_hash: "none".into(),
            kind: leadhold_app::users::Type::Account,
            role: leadhold_app::users::Role::Admin,
        };
        leadhold_app::users::create(tx, cx, &agency, &new, std::slice::from_ref(&here))
    })
    .await
}
