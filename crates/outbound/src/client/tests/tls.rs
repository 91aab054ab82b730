//! https against a server whose certificate comes from the test's own authority.

use std::io::{Read, Write};
use std::net::TcpListener as Listener;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use super::*;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret";

/// A server for `name`, and a client configuration that trusts its authority.
fn serve(name: &str) -> (SocketAddr, ClientConfig) {
    let ca_key = KeyPair::generate().unwrap();
    let mut ca = CertificateParams::default();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_cert = ca.self_signed(&ca_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([name.to_owned()]).unwrap();
    let cert = params.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();

    let server = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(ca_cert.der().clone()).unwrap();
    let client = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let listener = Listener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut tls = StreamOwned::new(ServerConnection::new(Arc::new(server)).unwrap(), stream);
        if tls.read(&mut [0; 4096]).is_ok() {
            tls.write_all(ANSWER).unwrap();
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    });
    (address, client)
}

async fn send(host: &str, port: u16, tls: ClientConfig) -> Result<Received, SendError> {
    let names = Names::answering(&[&["127.0.0.1"]]);
    let client = Client::over(tcp(), Policy::allow_loopback(), names, Limits::default(), tls);
    client.send(post(format!("https://{host}:{port}/hook"))).await
}

#[tokio::test]
async fn a_trusted_certificate_for_the_name_is_accepted() {
    let (address, tls) = serve("hooks.example");
    let received = send("hooks.example", address.port(), tls).await.unwrap();
    assert_eq!(&received.head_of_body[..], b"secret");
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not() {
    let (address, tls) = serve("hooks.example");
    let error = send("other.example", address.port(), tls).await.unwrap_err();
    assert_eq!(error.kind(), "tls");
    assert!(error.to_string().contains("hooks.example"), "{error}");
}

#[tokio::test]
async fn an_authority_that_is_not_among_the_roots_is_not() {
    let (address, _) = serve("hooks.example");
    let error = send("hooks.example", address.port(), mozilla_roots()).await.unwrap_err();
    assert_eq!(error.to_string(), "TLS failed: invalid peer certificate: UnknownIssuer");
}

#[tokio::test]
async fn a_server_without_tls_is_a_tls_error() {
    for said in ["SSH-2.0-OpenSSH_9.2\r\n", ""] {
        let listener = Listener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _hello = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(said.as_bytes()).unwrap();
        });
        let error = send("plain.example", address.port(), mozilla_roots()).await.unwrap_err();
        assert_eq!(error.kind(), "tls", "{error}");
    }
}
