//! `POST /forms/upload-custom-files`: files for a contact's custom fields.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_store::Tx;

use super::upload;
use crate::contacts::{self, Contact};
use crate::custom_fields::{self, DataType, Model};
use crate::http::fields::Fields;
use crate::http::{Limits, Reply, Request, Route, is_multipart, post};

/// As documented: 50 MB each.
const LIMITS: Limits = Limits { files: 20, bytes: 50 * 1024 * 1024, video_bytes: 50 * 1024 * 1024 };

pub(super) fn routes() -> Vec<Route> {
    vec![post("/forms/upload-custom-files", receive).takes_files()]
}

async fn receive(mut request: Request) -> Result<Reply, Error> {
    if !is_multipart(&request.headers) {
        return Err(Error::bad_request(
            "Send the body as multipart/form-data, and name its boundary in content-type.",
        ));
    }
    let here = request.location_of_query()?;
    let mut fields = Fields::of_query(&request.query);
    fields.required_text("locationId");
    let contact = fields.required_text("contactId");
    fields.finish()?;
    let (place, id) = (here.clone(), contact.clone());
    let known = request.app.world.store.read(move |tx| {
        contacts::get(tx, &place, &id)?;
        custom_fields::list(tx, &place, &Model::Contact)
    });
    let known: Vec<_> = known.await?.into_iter().filter(|f| f.data_type == DataType::FileUpload).collect();
    let form = request.form(LIMITS).await?;
    let sent = upload::sent(&form.files, &known)?;
    let (cx, base_url, version) = (request.cx(), request.app.config.base_url.clone(), request.version);
    let work = move |tx: &mut Tx<'_>| upload::attach(tx, &cx, &here, &contact, &sent, &base_url);
    let wrap = move |contact: Contact| Reply::json_text(StatusCode::OK, contacts::json(&contact, version));
    request.write(work, wrap).await
}
