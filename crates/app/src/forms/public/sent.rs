//! What a visitor's browser, somebody's own HTML or a program sent, as one JSON object.

use leadhold_kernel::{Error, Id, id};
use serde_json::{Map, Value};

use crate::forms::embed::TRAP;
use crate::http::{Limits, Request, Upload, is_multipart, nested};

/// The longest file of a visitor, in bytes.
const FILE: u64 = 25 * 1024 * 1024;
/// The field that says which slide of a survey is sent.
pub const STEP: &str = "_slide";
/// The button that leads to the slide before.
pub const BACK: &str = "_back";
/// The field with the id of what will be sent.
pub const ID: &str = "_id";

/// What was sent. Names that begin with `_` are the page's own: no question has one.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// Every field under its name.
    pub answers: Map<String, Value>,
    /// The slide, counted from 0.
    pub step: Option<usize>,
    /// Whether the visitor wants the slide before.
    pub back: bool,
    /// The id of the submission: the page's, or a new one.
    pub id: Id<id::Submission>,
    /// Whether the field was filled in that people do not see.
    pub trapped: bool,
    /// Its files, which lie in the store and belong to nobody yet.
    pub files: Vec<Upload>,
}

impl Sent {
    /// What the link to a page fills in.
    ///
    /// # Errors
    /// 400 when there is a NUL character in it.
    pub fn prefilled(request: &Request) -> Result<Self, Error> {
        let pairs = request.query.iter().filter(|(name, _)| !name.starts_with('_'));
        let answers = nested::object(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
        Ok(Self::of(request, answers))
    }

    /// The body of a request, which may bring so many files.
    ///
    /// # Errors
    /// 400 when it is broken or of no known type, 413 when it is too long, 422 when it is JSON and no object.
    pub async fn read(request: &mut Request, files: usize) -> Result<Self, Error> {
        if is_multipart(&request.headers) {
            let form = request.form(Limits { files, bytes: FILE, video_bytes: FILE }).await?;
            let answers =
                nested::object(form.texts().map(|(name, text)| (name.to_owned(), text.to_owned())))?;
            return Ok(Self { files: form.files, ..Self::of(request, answers) });
        }
        request.read_whole().await?;
        let answers = match content_type(request).as_str() {
            "application/x-www-form-urlencoded" => {
                let pairs = form_urlencoded::parse(&request.body);
                nested::object(pairs.map(|(name, value)| (name.into_owned(), value.into_owned())))?
            }
            "application/json" | "text/plain" | "" => request.json()?,
            _ => {
                return Err(Error::bad_request(
                    "A form is sent as application/x-www-form-urlencoded, multipart/form-data or application/json.",
                ));
            }
        };
        Ok(Self::of(request, answers))
    }

    fn of(request: &Request, answers: Map<String, Value>) -> Self {
        let text = |name: &str| answers.get(name).and_then(Value::as_str).map(str::trim).unwrap_or_default();
        let id = Some(text(ID)).filter(|id| is_uuid(id)).and_then(Id::parse);
        Self {
            step: text(STEP).parse().ok(),
            back: !text(BACK).is_empty(),
            id: id.unwrap_or_else(|| Id::generate(request.app.world.random.as_ref())),
            trapped: answers.get(TRAP).is_some_and(|value| value.as_str() != Some("")),
            answers,
            files: Vec::new(),
        }
    }

    /// Takes the files out of the store again. What this leaves there goes with the sweep of its day.
    pub async fn discard(&self, request: &Request) {
        for upload in &self.files {
            request.app.world.files.delete(&upload.draft.blob).await.unwrap_or_default();
        }
    }
}

fn is_uuid(text: &str) -> bool {
    let hyphen = |at| [8, 13, 18, 23].contains(&at);
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| if hyphen(at) { b == b'-' } else { b.is_ascii_hexdigit() })
}

fn content_type(request: &Request) -> String {
    let header = request.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    header.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a program asks, and not a person at a browser.
#[must_use]
pub fn wants_json(request: &Request) -> bool {
    let accepted = request.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
    let accepted = accepted.unwrap_or_default();
    accepted.contains("application/json") && !accepted.contains("text/html")
        || content_type(request) == "application/json"
}
