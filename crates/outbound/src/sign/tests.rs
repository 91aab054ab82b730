use std::io::Write;
use std::process::{Command, Stdio};

use super::*;

const BODY: &[u8] = r#"{"type":"ContactCreate","firstName":"Zoë"}"#.as_bytes();

fn keys() -> SigningKeys {
    SigningKeys::from_seed(&[7; 32]).unwrap()
}

#[test]
fn signs_as_rfc_8032_does() {
    // RFC 8032, 7.1, test 2.
    let seed = hex::decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").unwrap();
    let keys = SigningKeys::from_seed(&seed.try_into().unwrap()).unwrap();
    assert_eq!(
        hex::encode(STANDARD.decode(keys.sign(&[0x72]).ghl).unwrap()),
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    );
}

#[test]
fn ed25519_header_has_the_documented_form() {
    let signatures = keys().sign(BODY);
    assert_eq!(signatures.ghl.len(), 88);
    assert_eq!(signatures.wh, None);
    let key = keys().public().ed25519;
    assert!(key.spki_base64().starts_with("MCowBQYDK2VwAyEA"), "{}", key.spki_base64());
    assert_eq!(key.pem().lines().count(), 3);
    assert!(verify(&key.pem(), BODY, &signatures.ghl));
    assert!(verify(&key.spki_base64(), BODY, &signatures.ghl));
}

#[test]
fn any_flipped_bit_fails() {
    let signature = keys().sign(BODY).ghl;
    let pem = keys().public().ed25519.pem();
    for bit in 0..BODY.len() * 8 {
        let mut body = BODY.to_vec();
        body[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(&pem, &body, &signature), "bit {bit} of the body");
    }
    for bit in 0..signature.len() * 8 {
        let mut text = signature.clone().into_bytes();
        text[bit / 8] ^= 1 << (bit % 8);
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(!verify(&pem, BODY, &text), "bit {bit} of the header: {text}");
    }
}

#[test]
fn what_is_no_signature_or_no_key_fails() {
    let signature = keys().sign(BODY).ghl;
    let pem = keys().public().ed25519.pem();
    let other = SigningKeys::from_seed(&[8; 32]).unwrap().public().ed25519.pem();
    for (key, signature) in [
        (other.as_str(), signature.as_str()),
        (&pem, "N/A"),
        (&pem, ""),
        (&pem, &signature[..84]),
        (&pem, &format!("{signature}{signature}")),
        ("", &signature),
        ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", &signature),
        ("not base64!", &signature),
    ] {
        assert!(!verify(key, BODY, signature), "{key} {signature}");
    }
}

#[test]
fn stored_keys_come_back() {
    let stored = keys().to_stored().unwrap();
    assert_eq!(SigningKeys::from_stored(&stored).unwrap().sign(BODY), keys().sign(BODY));
    let cut = StoredKeys { ed25519: stored.ed25519[..20].to_vec(), rsa: None };
    assert_eq!(
        SigningKeys::from_stored(&cut).unwrap_err().to_string(),
        "not an Ed25519 private key in PKCS#8"
    );
    let mixed = StoredKeys { rsa: Some(stored.ed25519.clone()), ..stored };
    assert_eq!(SigningKeys::from_stored(&mixed).unwrap_err().to_string(), "not an RSA private key in PKCS#8");
}

#[test]
fn private_keys_are_never_printed() {
    let stored = keys().to_stored().unwrap();
    assert_eq!(format!("{stored:?}"), "StoredKeys { .. }");
    assert!(!format!("{:?}", keys()).contains("7, 7, 7"));
}

/// One test for all of RSA: making the pair takes most of its time.
#[test]
fn rsa_signs_beside_ed25519() {
    let keys = keys().with_new_rsa().unwrap();
    let keys = SigningKeys::from_stored(&keys.to_stored().unwrap()).unwrap();
    let signatures = keys.sign(BODY);
    let wh = signatures.wh.clone().unwrap();
    assert_eq!(STANDARD.decode(&wh).unwrap().len(), 512);
    let (ed25519, rsa) = (keys.public().ed25519.pem(), keys.public().rsa.unwrap().pem());
    assert!(verify(&rsa, BODY, &wh));
    assert!(!verify(&rsa, &BODY[1..], &wh));
    assert!(!verify(&rsa, BODY, &signatures.ghl));
    assert!(!verify(&ed25519, BODY, &wh));
    for bit in 0..8 {
        let mut text = wh.clone().into_bytes();
        text[300] ^= 1 << bit;
        assert!(!verify(&rsa, BODY, &String::from_utf8_lossy(&text)), "bit {bit}");
    }
    // Receivers of the older header use Node's `crypto.verify("sha256", …)`.
    assert_node_agrees("\"sha256\"", &rsa, &wh);
    assert_node_agrees("null", &ed25519, &signatures.ghl);
}

/// Node's crypto, called with the three arguments a receiver calls it with, says yes to the body and no to
/// another one. A machine without Node skips this; the suite's own run has it.
fn assert_node_agrees(algorithm: &str, pem: &str, signature: &str) {
    let script = format!(
        "const crypto = require('crypto');
         const payload = require('fs').readFileSync(0);
         const signature = Buffer.from({signature:?}, 'base64');
         const other = Buffer.concat([payload, Buffer.from(' ')]);
         console.log(crypto.verify({algorithm}, payload, {pem:?}, signature),
                     crypto.verify({algorithm}, other, {pem:?}, signature));"
    );
    let node =
        Command::new("node").args(["-e", &script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut node) = node else {
        eprintln!("skipped: node is not on PATH");
        return;
    };
    node.stdin.take().unwrap().write_all(BODY).unwrap();
    let said = node.wait_with_output().unwrap().stdout;
    assert_eq!(String::from_utf8_lossy(&said).trim(), "true false");
}
