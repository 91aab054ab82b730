//! A file that the client names by its URL: fetched like everything that a user typed, by the address policy.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use leadhold_kernel::Error;
use leadhold_outbound::{Opened, Outgoing};
use url::Url;

use super::upload::LIMITS;
use crate::file_store::{Draft, Incoming, is_video};
use crate::http::Request;
use crate::http::uploads::{Steady, WHOLE};

/// How often the way may lead on.
const REDIRECTS: usize = 3;

/// Puts the file behind `url` into the store.
///
/// # Errors
/// 400 when it cannot be fetched, 413 when it is too large, 503 when too many come at once.
pub(super) async fn fetch(request: &Request, url: &str, name: Option<&str>) -> Result<Draft, Error> {
    let _fetching = request.admit_file()?;
    let (mut answer, at) = follow(request, url).await?;
    let world = &request.app.world;
    let mut incoming = world.files.begin(request.now, world.random.as_ref());
    let filled = tokio::time::timeout(WHOLE, fill(&mut incoming, &mut answer)).await;
    if let Err(error) = filled.unwrap_or_else(|_| Err(too_slow())) {
        incoming.abort().await;
        return Err(error);
    }
    let last = at.path_segments().and_then(|mut all| all.next_back()).unwrap_or_default();
    let last = percent_decoded(last);
    incoming.finish(name.unwrap_or(&last)).await
}

async fn follow(request: &Request, url: &str) -> Result<(Opened, Url), Error> {
    let mut at = Url::parse(url).map_err(|_| Error::field("fileUrl must be a URL address"))?;
    for _ in 0..=REDIRECTS {
        let outgoing = Outgoing {
            method: Method::GET,
            url: at.to_string(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let answer = request.app.world.outbound.open(outgoing).await;
        let answer = answer.map_err(|why| Error::bad_request(format!("fileUrl cannot be fetched: {why}")))?;
        if answer.status == StatusCode::OK {
            return Ok((answer, at));
        }
        let on = answer.headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
        at = match on.and_then(|on| at.join(on).ok()) {
            Some(on) if answer.status.is_redirection() => on,
            _ => return Err(Error::bad_request(format!("fileUrl answered {}.", answer.status.as_u16()))),
        };
    }
    Err(Error::bad_request(format!("fileUrl leads on more than {REDIRECTS} times.")))
}

async fn fill(incoming: &mut Incoming, answer: &mut Opened) -> Result<(), Error> {
    let broken = |why| Error::bad_request(format!("fileUrl cannot be fetched: {why}"));
    let mut steady = Steady::default();
    let len = |piece: &Result<Option<Bytes>, _>| piece.iter().flatten().map(Bytes::len).sum::<usize>();
    while let Some(piece) = steady.next(answer.next(), len).await.ok_or_else(too_slow)?.map_err(broken)? {
        incoming.push(piece).await?;
        let most = if is_video(incoming.kind().mime()) { LIMITS.video_bytes } else { LIMITS.bytes };
        if incoming.size() > most {
            return Err(Error::TooLarge(format!("The file behind fileUrl is larger than {most} bytes.")));
        }
    }
    Ok(())
}

fn too_slow() -> Error {
    Error::bad_request("fileUrl cannot be fetched: it did not come in time.")
}

fn percent_decoded(text: &str) -> String {
    let pair = format!("name={}", text.replace('+', "%2B"));
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, name)| name.into_owned()).unwrap_or_default()
}
