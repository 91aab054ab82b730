//! Which addresses are dialled.

use super::*;
use crate::connect::tcp;

/// A dialler for which `server` is the whole public internet: every public address leads there. Any other
/// address is dialled in earnest. Keeps a list.
fn internet(server: SocketAddr) -> (Dial, Arc<Mutex<Vec<SocketAddr>>>) {
    let dialled = Arc::new(Mutex::new(Vec::new()));
    let list = dialled.clone();
    let dial: Dial = Arc::new(move |address| {
        list.lock().unwrap().push(address);
        let public = Policy::strict().check_address(address.ip()).is_ok();
        tcp()(if public { server } else { address })
    });
    (dial, dialled)
}

fn strict(dial: Dial, names: Arc<Names>, limits: Limits) -> Client {
    Client::over(dial, Policy::strict(), names, limits, mozilla_roots())
}

const PUBLIC: &str = "93.184.216.34";

#[tokio::test]
async fn a_name_that_turns_to_loopback_never_connects() {
    let canary = Server::start(ok("caught")).await;
    let host = format!("http://rebinding.example:{}/", canary.address.port());
    let once = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(Answer::Say(once.into())).await;
    let (dial, dialled) = internet(server.address);
    for inside in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "169.254.169.254"] {
        let names = Names::answering(&[&[PUBLIC], &[inside]]);
        let client = strict(dial.clone(), names.clone(), Limits::default());
        assert_eq!(client.send(post(host.as_str())).await.unwrap().status, 200);
        for _ in 0..3 {
            let error = client.send(post(host.as_str())).await.unwrap_err();
            assert_eq!(error.kind(), "forbidden", "{inside}: {error}");
            assert!(
                error.to_string().starts_with(&format!("rebinding.example resolves to {inside}, ")),
                "{error}"
            );
        }
        assert_eq!(names.asked(), 4, "once for each connection, and never again between check and dial");
    }
    assert_eq!((server.requests().len(), canary.connections()), (5, 0));
    assert!(dialled.lock().unwrap().iter().all(|address| address.ip().to_string() == PUBLIC));
}

#[tokio::test]
async fn a_kept_connection_stays_where_it_was_checked() {
    let server = Server::start(ok("")).await;
    let canary = Server::start(ok("caught")).await;
    let (dial, dialled) = internet(server.address);
    let names = Names::answering(&[&[PUBLIC], &["127.0.0.1"]]);
    let client = strict(dial, names, Limits::default());
    let url = format!("http://rebinding.example:{}/", canary.address.port());
    for _ in 0..3 {
        client.send(post(url.as_str())).await.unwrap();
    }
    assert_eq!((server.requests().len(), canary.connections(), dialled.lock().unwrap().len()), (3, 0, 1));
}

#[tokio::test]
async fn of_many_addresses_only_the_allowed_are_dialled() {
    let server = Server::start(ok("")).await;
    let (dial, dialled) = internet(server.address);
    let names = Names::answering(&[&["10.0.0.1", "127.0.0.1", PUBLIC, "::1"]]);
    strict(dial, names, Limits::default()).send(post("http://mixed.example/")).await.unwrap();
    assert_eq!(*dialled.lock().unwrap(), [format!("{PUBLIC}:80").parse().unwrap()]);
}

#[tokio::test]
async fn a_forbidden_literal_is_refused_before_anything_happens() {
    let canary = Server::start(ok("caught")).await;
    let names = Names::answering(&[&[PUBLIC]]);
    let client = Client::new(Policy::strict(), names.clone(), Limits::default());
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0"] {
        let error = client.send(post(format!("http://{host}:{}/", canary.address.port()))).await.unwrap_err();
        assert_eq!(error.kind(), "forbidden", "{host}");
    }
    assert_eq!((canary.connections(), names.asked()), (0, 0));
}

#[tokio::test]
async fn the_sandbox_reaches_a_name_on_loopback_but_no_private_address() {
    let server = Server::start(ok("")).await;
    let names = Names::answering(&[&["127.0.0.1"], &["192.168.1.1"]]);
    let limits = Limits { idle_per_host: 0, ..Limits::default() };
    let client = Client::new(Policy::allow_loopback(), names, limits);
    let url = format!("http://localhost:{}/", server.address.port());
    assert_eq!(client.send(post(url.as_str())).await.unwrap().status, 200);
    let error = client.send(post(url.as_str())).await.unwrap_err();
    let expected =
        "localhost resolves to 192.168.1.1, a private address; only public addresses may be reached";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn the_next_address_is_tried() {
    let server = Server::start(ok("")).await;
    let real = tcp();
    let address = server.address;
    let dial: Dial = Arc::new(move |asked| match asked.ip().to_string().as_str() {
        "1.1.1.1" => Box::pin(std::future::ready(Err(io::ErrorKind::ConnectionRefused.into()))),
        "2.2.2.2" => Box::pin(std::future::pending()),
        _ => real(address),
    });
    let limits = Limits { connect: Duration::from_millis(900), ..Limits::default() };
    let names = Names::answering(&[&["1.1.1.1", "2.2.2.2", PUBLIC]]);
    assert_eq!(strict(dial, names, limits).send(post("http://a.example/")).await.unwrap().status, 200);
}

#[tokio::test]
async fn no_address_and_no_connection_are_told_apart() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = sandbox(Limits::default()).send(post(format!("http://{gone}/"))).await.unwrap_err();
    assert_eq!(error.kind(), "connect");
    assert!(error.to_string().starts_with(&format!("no connection to {gone}: ")), "{error}");

    let error = sandbox(Limits::default()).send(post("http://nowhere.example/")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        ("dns", "no address found for nowhere.example: no such name".into())
    );

    let client = strict(tcp(), Names::answering(&[&[]]), Limits::default());
    let error = client.send(post("http://empty.example/")).await.unwrap_err();
    assert_eq!(error.kind(), "dns");

    let limits = Limits { connect: Duration::from_millis(20), ..Limits::default() };
    let silent: Dial = Arc::new(|_| Box::pin(std::future::pending()));
    let error = strict(silent, Names::answering(&[&[PUBLIC]]), limits)
        .send(post("http://a.example/"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "connect");
}
