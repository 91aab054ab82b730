//! What lies in the folder of files when the server is killed while one comes.

use std::io::Write;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;

use super::process::Home;

/// The files below a folder, staged ones too.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let each = |path: PathBuf| if path.is_dir() { files(&path) } else { vec![path] };
    entries.flat_map(|entry| each(entry.unwrap().path())).collect()
}

#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..600 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{what} did not come about in a minute");
}

#[test]
fn the_bytes_of_an_upload_that_was_killed_go_with_their_day() {
    let (home, demo) = Home::new().with_demo();
    let (token, folder) = (demo["locationToken"].as_str().unwrap(), home.path("data/files"));
    let server = home.serve(&["--sandbox"]);
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let head = format!(
        "POST /medias/upload-file HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 20000000\r\n\r\n\
         --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b'x'; 12_000_000]).unwrap();
    let staged = || files(&folder).iter().any(|file| file.to_string_lossy().contains('#'));
    wait("a part of the upload in the folder", staged);
    server.stop("-KILL");
    let server = home.serve(&["--sandbox"]);
    assert!(staged(), "a request of today may still be under way on another machine");
    assert_eq!(server.post("/leadhold/v1/sandbox/clock", "", &json!({"advance": "4d"})).0, 200);
    wait("an empty folder", || files(&folder).is_empty());
}
