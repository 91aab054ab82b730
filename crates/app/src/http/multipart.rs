//! A form with files in it (`multipart/form-data`): texts for [`Fields`], and files that are in the store when the handler
//! sees them.
//!
//! Such a body may be long, so it is not read as a whole, and not before the caller is known ([`Route::takes_files`]
//! (super::Route::takes_files)): each file goes to the store as it comes, few bodies are read at a time ([`Uploads`](super::uploads::Uploads)), and who
//! stops sending, or dribbles, is cut off. Files of a form that is refused here are removed; those that a handler refuses later, and
//! those that a repeated `Idempotency-Key` brings again, are named by no row and go with the sweep of their day.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::HeaderMap;
use leadhold_kernel::Error;
use multer::{Constraints, Field, Multipart, SizeLimit};
use serde_json::{Map, Value, json};

use super::caller::Caller;
use super::fields::Fields;
use super::peer::network;
use super::request::Request;
use super::uploads::{Place, Sender, Steady, WHOLE};
use crate::file_store::{Draft, FileStore, Incoming, is_video};

/// The longest text of a form in bytes.
const LONGEST_TEXT: usize = 64 * 1024;
/// The most texts and files of a form.
const MOST_PARTS: usize = 100;
/// What may come before a part's head has ended: beyond it, nobody sends a form.
const LONGEST_HEAD: usize = 256 * 1024;

/// What a form may bring.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many files.
    pub files: usize,
    /// How long each may be, in bytes.
    pub bytes: u64,
    /// How long each may be that is a film.
    pub video_bytes: u64,
}

/// A file of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name of its field.
    pub field: String,
    /// The file.
    pub draft: Draft,
}

/// A form that has come.
#[derive(Clone, Debug, Default)]
pub struct Form {
    texts: Map<String, Value>,
    /// Its files in their order.
    pub files: Vec<Upload>,
}

impl Form {
    /// Its texts, to be read as those of a query are.
    #[must_use]
    pub fn fields(&self) -> Fields<'_> {
        Fields::of_texts(&self.texts)
    }

    /// Its texts under the names that were sent.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.texts.iter().flat_map(|(name, value)| {
            let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            texts.iter().map(move |text| (name.as_str(), text))
        });
        all.filter_map(|(name, text)| Some((name, text.as_str()?)))
    }

    /// The file of a field.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<&Draft> {
        self.files.iter().find(|upload| upload.field == field).map(|upload| &upload.draft)
    }

    /// What it says, whatever separated its parts: two forms with one fingerprint are the same request.
    fn fingerprint(&self) -> Bytes {
        let files = self.files.iter().map(|Upload { field, draft }| json!([field, draft.name, draft.digest]));
        json!([self.texts, files.collect::<Vec<_>>()]).to_string().into()
    }

    fn add_text(&mut self, name: String, text: String) {
        match self.texts.get_mut(&name) {
            Some(Value::Array(all)) => all.push(text.into()),
            Some(first) => *first = Value::Array(vec![first.take(), text.into()]),
            None => drop(self.texts.insert(name, text.into())),
        }
    }
}

/// Whether a body is a form that may bring files.
#[must_use]
pub fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    multer::parse_boundary(kind.unwrap_or_default()).is_ok()
}

impl Request {
    /// A place among those whose files are being read; also for a file that comes another way.
    ///
    /// # Errors
    /// 503 when there is none.
    pub fn admit_file(&self) -> Result<Place, Error> {
        let visitor = || Sender::Visitor(self.peer.map(network).unwrap_or_default());
        let sender = self.caller.as_ref().map(Caller::rate_key).map_or_else(visitor, Sender::Caller);
        self.app.uploads.admit(sender)
    }

    /// Reads the body as a form, and puts its files into the store.
    ///
    /// # Errors
    /// 400 when it is no form, 413 when something is longer than it may be, 503 when too many come at once.
    pub async fn form(&mut self, limits: Limits) -> Result<Form, Error> {
        let boundary = self.headers.get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = multer::parse_boundary(boundary.unwrap_or_default()).map_err(|_| {
            Error::bad_request("Send the body as multipart/form-data, and name its boundary in content-type.")
        })?;
        let body = self.take_stream().ok_or_else(|| Error::internal("the route does not take files"))?;
        let app = Arc::clone(&self.app);
        let _reading = self.admit_file()?;
        let unread = Arc::new(AtomicUsize::new(0));
        let most = (limits.files as u64) * limits.bytes.max(limits.video_bytes)
            + (MOST_PARTS * (LONGEST_TEXT + LONGEST_HEAD)) as u64;
        let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(most));
        let parts = Multipart::with_constraints(pieces(body, Arc::clone(&unread)), boundary, constraints);
        let store = app.world.files.clone();
        let mut reader = Reader { request: self, store: &store, limits, unread, form: Form::default() };
        let read = tokio::time::timeout(WHOLE, reader.read(parts)).await;
        let read = read.unwrap_or_else(|_| Err(Error::bad_request("The body did not come in time.")));
        let form = reader.form;
        if let Err(error) = read {
            for upload in &form.files {
                store.delete(&upload.draft.blob).await.unwrap_or_default(); // the sweep comes by anyway
            }
            return Err(error);
        }
        self.fingerprint = form.fingerprint();
        Ok(form)
    }
}

struct Reader<'a> {
    request: &'a Request,
    store: &'a FileStore,
    limits: Limits,
    /// What came since a part's head or a piece of its content was complete.
    unread: Arc<AtomicUsize>,
    form: Form,
}

impl Reader<'_> {
    async fn read(&mut self, mut parts: Multipart<'static>) -> Result<(), Error> {
        for count in 0.. {
            let part = parts.next_field().await.map_err(refused)?;
            self.unread.store(0, Ordering::Relaxed);
            let Some(part) = part else { break };
            if count == MOST_PARTS {
                return Err(Error::bad_request(format!("A form may have at most {MOST_PARTS} parts.")));
            }
            let name = part.name().unwrap_or_default().to_owned();
            if name.contains('\0') || name.len() > 255 {
                return Err(Error::bad_request("A field's name must have at most 255 characters."));
            }
            match part.file_name().map(str::to_owned) {
                Some(file) => self.file(name, &file, part).await?,
                None => self.text(name, part).await?,
            }
        }
        Ok(())
    }

    async fn text(&mut self, name: String, mut part: Field<'static>) -> Result<(), Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.piece(&mut part).await? {
            if bytes.len() + piece.len() > LONGEST_TEXT {
                return Err(Error::TooLarge(format!("{name} is longer than {LONGEST_TEXT} bytes.")));
            }
            bytes.extend_from_slice(&piece);
        }
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => self.form.add_text(name, text),
            _ => return Err(Error::bad_request(format!("{name} must be text in UTF-8 without U+0000."))),
        }
        Ok(())
    }

    async fn file(&mut self, field: String, name: &str, part: Field<'static>) -> Result<(), Error> {
        let mut incoming = self.store.begin(self.request.now, self.request.app.world.random.as_ref());
        if let Err(error) = self.fill(&mut incoming, name, part).await {
            incoming.abort().await;
            return Err(error);
        }
        if name.is_empty() && incoming.size() == 0 {
            return Ok(()); // how browsers send a field in which no file was chosen
        }
        let draft = incoming.finish(name).await?;
        self.form.files.push(Upload { field, draft });
        Ok(())
    }

    async fn fill(&self, incoming: &mut Incoming, name: &str, mut part: Field<'static>) -> Result<(), Error> {
        let Limits { files, bytes, video_bytes } = self.limits;
        while let Some(piece) = self.piece(&mut part).await? {
            if self.form.files.len() == files && !piece.is_empty() {
                return Err(Error::bad_request(format!("A request may bring at most {files} files.")));
            }
            incoming.push(piece).await?;
            let most = if is_video(incoming.kind().mime()) { video_bytes } else { bytes };
            if incoming.size() > most {
                let shown: String = name.chars().take(100).collect();
                return Err(Error::TooLarge(format!("The file {shown} is larger than {most} bytes.")));
            }
        }
        Ok(())
    }

    async fn piece(&self, part: &mut Field<'static>) -> Result<Option<Bytes>, Error> {
        let piece = part.chunk().await.map_err(refused)?;
        self.unread.store(0, Ordering::Relaxed);
        Ok(piece)
    }
}

/// Why no further piece of a body comes.
#[derive(Debug)]
enum Stop {
    Broken,
    Slow,
    EndlessHead,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Broken => "The body ended before it was complete.",
            Self::Slow => "The body did not come in time.",
            Self::EndlessHead => "The body is no multipart form: a part's head does not end.",
        })
    }
}

impl std::error::Error for Stop {}

/// The body a piece at a time. The parser takes whatever is ready before it looks at it, so after each piece nothing is
/// ready for a moment; otherwise a client that is faster than the store would fill the memory.
fn pieces(body: Body, unread: Arc<AtomicUsize>) -> impl Stream<Item = Result<Bytes, Stop>> + Send {
    // The newest piece does not count yet: nobody can have looked at it.
    let begin = (body.into_data_stream(), unread, 0, Steady::default());
    futures_util::stream::unfold(begin, |(mut body, unread, newest, mut steady)| async move {
        tokio::task::yield_now().await;
        if unread.load(Ordering::Relaxed) > LONGEST_HEAD {
            return Some((Err(Stop::EndlessHead), (body, unread, 0, steady)));
        }
        let len = |piece: &Option<Result<Bytes, _>>| piece.iter().flatten().map(Bytes::len).sum::<usize>();
        let piece = match steady.next(body.next(), len).await {
            None => Err(Stop::Slow),
            Some(None) => return None,
            Some(Some(Err(_))) => Err(Stop::Broken),
            Some(Some(Ok(piece))) => Ok(piece),
        };
        unread.fetch_add(newest, Ordering::Relaxed);
        let newest = piece.as_ref().map_or(0, Bytes::len);
        Some((piece, (body, unread, newest, steady)))
    })
}

fn refused(error: multer::Error) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { limit } => {
            Error::TooLarge(format!("The body is larger than {limit} bytes."))
        }
        multer::Error::StreamReadFailed(why) => Error::bad_request(why.to_string()),
        other => Error::bad_request(format!("The body is no multipart form: {other}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(pieces_of: usize, bytes: &'static [u8]) -> Result<(), Error> {
        let all = bytes.chunks(pieces_of).map(|piece| Ok::<_, std::io::Error>(Bytes::from_static(piece)));
        let unread = Arc::new(AtomicUsize::new(0));
        let body = Body::from_stream(futures_util::stream::iter(all.collect::<Vec<_>>()));
        let mut parts = Multipart::new(pieces(body, Arc::clone(&unread)), "x");
        while let Some(mut part) = parts.next_field().await.map_err(refused)? {
            unread.store(0, Ordering::Relaxed);
            while part.chunk().await.map_err(refused)?.is_some() {
                unread.store(0, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_head_ends_early_and_content_may_be_long() {
        static ENDLESS: [u8; 4 * LONGEST_HEAD] = [b'y'; 4 * LONGEST_HEAD];
        let refused = read(16 * 1024, &ENDLESS).await.unwrap_err();
        assert!(refused.to_string().contains("head does not end"), "{refused}");
        let head = b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n";
        let long: &'static [u8] = Vec::leak([&head[..], &ENDLESS, b"\r\n--x--\r\n"].concat());
        assert_eq!(read(16 * 1024, long).await, Ok(()));
        assert_eq!(read(usize::MAX, long).await, Ok(()));
    }
}
