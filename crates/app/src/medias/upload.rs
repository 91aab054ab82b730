//! `POST /medias/upload-file`: the file is in the store before the transaction that names it begins.

use leadhold_kernel::Error;
use serde_json::json;

use super::{fetch, service, wire};
use crate::files::{self, Draft};
use crate::http::{Limits, Reply, Request};

const MIB: u64 = 1024 * 1024;
/// As documented: 25 MB, and 500 MB for a film.
pub(super) const LIMITS: Limits = Limits { files: 1, bytes: 25 * MIB, video_bytes: 500 * MIB };

/// Takes a file.
pub(super) async fn upload(mut request: Request) -> Result<Reply, Error> {
    let here = request.caller()?.location(request.query.get("altId"))?;
    let form = request.form(LIMITS).await?;
    let new = wire::upload(&form)?;
    let named = |name| form.fields().text(name).into_option();
    for owner in [named("altId"), named("locationId")].into_iter().flatten() {
        request.caller()?.location(Some(&owner))?;
    }
    if let Some(parent) = new.parent.clone() {
        let place = here.clone();
        request.app.world.store.read(move |tx| service::path_to(tx, &place, &parent, None)).await?;
    }
    let draft = match (&new.url, form.file("file")) {
        (Some(url), _) => fetch::fetch(&request, url, new.name.as_deref()).await?,
        (None, Some(draft)) => draft.clone(),
        (None, None) => return Err(Error::internal("a form without a file passed")),
    };
    let (cx, base_url) = (request.cx(), request.app.config.base_url.clone());
    let name = new.name.unwrap_or_else(|| draft.name.clone());
    let draft = Draft { name: name.clone(), ..draft }; // its URL ends as the library calls it
    request
        .write(
            move |tx| service::add_file(tx, &cx, &here, &name, new.parent.as_deref(), &draft),
            move |media| {
                let url = media.file.as_ref().map(|file| files::url(&base_url, file.id.as_str(), &file.name));
                Reply::ok(&json!({ "fileId": media.id, "url": url }))
            },
        )
        .await
}
