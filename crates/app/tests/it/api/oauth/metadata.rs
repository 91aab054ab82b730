//! `/.well-known/…`: what OAuth libraries read first.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use leadhold_app::oauth::apps::Distribution;
use leadhold_testkit::TestApp;

use super::{install, one_location, partner, text};

#[tokio::test]
async fn the_server_describes_itself() {
    let app = TestApp::start().await;
    let answer = app.get("/.well-known/oauth-authorization-server").token("").send().await.expect(200).json();
    assert!(answer["scopes_supported"].as_array().unwrap().len() > 140);
    insta::assert_json_snapshot!(answer, { ".scopes_supported" => "[scopes]" }, @r#"
    {
      "issuer": "http://127.0.0.1:8080",
      "authorization_endpoint": "http://127.0.0.1:8080/oauth/chooselocation",
      "token_endpoint": "http://127.0.0.1:8080/oauth/token",
      "revocation_endpoint": "http://127.0.0.1:8080/oauth/revoke",
      "jwks_uri": "http://127.0.0.1:8080/.well-known/jwks.json",
      "scopes_supported": "[scopes]",
      "response_types_supported": [
        "code"
      ],
      "response_modes_supported": [
        "query"
      ],
      "grant_types_supported": [
        "authorization_code",
        "refresh_token"
      ],
      "token_endpoint_auth_methods_supported": [
        "client_secret_post",
        "client_secret_basic",
        "none"
      ],
      "revocation_endpoint_auth_methods_supported": [
        "client_secret_post",
        "client_secret_basic",
        "none"
      ],
      "code_challenge_methods_supported": [
        "S256"
      ],
      "authorization_response_iss_parameter_supported": true
    }
    "#);
}

#[tokio::test]
async fn tokens_verify_with_the_published_keys() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let token = install(&app, &partner, one_location(&app)).await;
    let set = app.get("/.well-known/jwks.json").token("").send().await.expect(200).json();
    let number = |name: &str| URL_SAFE_NO_PAD.decode(text(&set["keys"][0], name)).unwrap();
    let key = RsaPublicKeyComponents { n: number("n"), e: number("e") };
    for name in ["access_token", "refresh_token"] {
        let (signed, signature) = text(&token, name).rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).is_ok(), "{name}");
        let header = URL_SAFE_NO_PAD.decode(signed.split('.').next().unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!((&header["alg"], &header["kid"]), (&"RS256".into(), &set["keys"][0]["kid"]));
    }
}
