//! What visitors see of a form, and what they send. No credential, no cookie, no script: a form may stand on any site, and
//! be sent from any.
//!
//! A page's id for what will be sent is drawn when it is shown, so that sending it twice is sending it once. A survey's
//! earlier answers travel in hidden fields and are held against their questions again at the end.

mod sent;
mod view;

use http::{Method, StatusCode};
use leadhold_kernel::{Actor, Cx, Error};
use serde_json::json;

use self::sent::Sent;
use super::answers::{self, Fault, Read};
use super::model::{Form, Kind};
use super::origin::Origin;
use super::question::{self, Control, Item, Question};
use super::service;
use super::submit::{self, Submission};
use crate::companies;
use crate::custom_fields::{self, Model, value};
use crate::http::pace::MOST;
use crate::http::page::{Brand, public_error, public_page, redirect};
use crate::http::{Reply, Request, Route, get, is_multipart, post};
use crate::locations;

/// Files of one submission.
const MOST_FILES: usize = 10;

/// The pages' routes.
pub(super) fn routes() -> Vec<Route> {
    const FORM: &str = "/f/{formId}";
    const SURVEY: &str = "/s/{surveyId}";
    vec![
        get(FORM, |request| show(request, Kind::Form)),
        post(FORM, |request| take(request, Kind::Form)).takes_files(),
        Route::new(Method::OPTIONS, FORM, allow),
        get("/f/{formId}/thanks", |request| thanks(request, Kind::Form)),
        get(SURVEY, |request| show(request, Kind::Survey)),
        post(SURVEY, |request| take(request, Kind::Survey)).takes_files(),
        Route::new(Method::OPTIONS, SURVEY, allow),
        get("/s/{surveyId}/thanks", |request| thanks(request, Kind::Survey)),
        get("/leadhold/form.css", style),
    ]
}

/// A form as it stands today, and what its pages need to know of its location.
struct Opened {
    form: Form,
    slides: Vec<Vec<Item>>,
    country: String,
    brand: Brand,
}

impl Opened {
    /// What is asked, on this slide or on all.
    fn read(&self, slide: Option<usize>, sent: &Sent) -> Read {
        let chosen = self.slides.iter().enumerate().filter(|(at, _)| slide.is_none_or(|slide| slide == *at));
        let questions = chosen.flat_map(|(_, items)| question::asked(items));
        answers::read(questions, &sent.answers, &sent.files, &self.country)
    }

    /// Takes out what nobody can agree to for somebody else, as whoever wrote the link to a page would.
    fn untick(&self, sent: &mut Sent) {
        let questions = self.slides.iter().flat_map(|items| question::asked(items));
        for question in questions.filter(|question| question.control() == Control::Check) {
            sent.answers.remove(&question.name);
        }
    }

    /// How many files can be sent with it.
    fn most_files(&self) -> usize {
        let questions = self.slides.iter().flat_map(|items| question::asked(items));
        let of_files = questions.filter(|question| question.control() == Control::Files);
        of_files.filter_map(Question::custom).map(value::most_files).sum::<usize>().min(MOST_FILES)
    }

    /// The first slide that asks for one of these.
    fn slide_of(&self, faults: &[Fault]) -> usize {
        let has = |items: &Vec<Item>| {
            question::asked(items).any(|question| faults.iter().any(|fault| fault.name == question.name))
        };
        self.slides.iter().position(has).unwrap_or(0)
    }
}

async fn open(request: &Request, kind: Kind) -> Result<Opened, Error> {
    let id = request.path(0).to_owned();
    let opened = request.app.world.store.read(move |tx| {
        let Some(form) = service::open(tx, kind, &id)? else { return Ok::<_, Error>(None) };
        let known = custom_fields::list(tx, &form.here, &Model::Contact)?;
        let country = locations::get(tx, &form.here)?.country;
        let brand = companies::brand(tx, form.here.company_id())?;
        Ok(Some(Opened { slides: question::of(&form.definition, &known), form, country, brand }))
    });
    opened.await?.ok_or_else(|| {
        Error::NotFound(format!("There is no such {}. It may have been removed by its owner.", kind.name()))
    })
}

/// The answer to whoever asked, on whatever site: a page for people, errors included.
fn to_anyone(request: &Request, result: Result<Reply, Error>) -> Result<Reply, Error> {
    let reply = match result {
        Err(error) if !sent::wants_json(request) => public_error(request, error)?,
        other => other?,
    };
    Ok(reply.header("access-control-allow-origin", "*"))
}

async fn show(request: Request, kind: Kind) -> Result<Reply, Error> {
    let shown = async {
        let opened = open(&request, kind).await?;
        let mut sent = Sent::prefilled(&request)?;
        opened.untick(&mut sent);
        view::page(&request, &opened, &sent, 0, &[])
    };
    let shown = shown.await;
    to_anyone(&request, shown)
}

async fn take(mut request: Request, kind: Kind) -> Result<Reply, Error> {
    let taken = accept(&mut request, kind).await;
    to_anyone(&request, taken)
}

/// Every page that is sent is counted before it is read; and besides what is to be kept, files before they come and
/// everything else when its answers fit.
async fn accept(request: &mut Request, kind: Kind) -> Result<Reply, Error> {
    let opened = open(request, kind).await?;
    admit_page(request, &opened)?;
    let files = opened.most_files();
    let counted = files > 0 && is_multipart(&request.headers);
    if counted {
        admit(request, &opened.form)?;
    }
    let sent = Sent::read(request, files).await?;
    let reply = proceed(request, &opened, &sent, counted).await;
    let ends = [StatusCode::CREATED, StatusCode::SEE_OTHER];
    let taken = !sent.trapped && reply.as_ref().is_ok_and(|reply| ends.contains(&reply.status));
    if !taken {
        sent.discard(request).await;
    }
    reply
}

/// As many pages as the visitors who may send the form have to send, and one more of each that did not fit.
fn admit_page(request: &Request, opened: &Opened) -> Result<(), Error> {
    let most = MOST * (opened.slides.len() + 1);
    let of = format!("pages of form {}", opened.form.id);
    match request.app.config.rate_limit {
        true => request.app.visitor_pace.admit_of(most, &of, request.peer, request.now),
        false => Ok(()),
    }
}

fn admit(request: &Request, form: &Form) -> Result<(), Error> {
    match request.app.config.rate_limit {
        true => request.app.visitor_pace.admit(&format!("form {}", form.id), request.peer, request.now),
        false => Ok(()),
    }
}

async fn proceed(request: &Request, opened: &Opened, sent: &Sent, counted: bool) -> Result<Reply, Error> {
    if sent.trapped {
        return Ok(received(request, &opened.form, sent)); // a program learns nothing
    }
    if let Some(step) = sent.step.filter(|step| *step < opened.slides.len()) {
        let faults = opened.read(Some(step), sent).faults;
        if sent.back {
            return view::page(request, opened, sent, step.saturating_sub(1), &[]);
        } else if !faults.is_empty() {
            return view::page(request, opened, sent, step, &faults);
        } else if step + 1 < opened.slides.len() {
            return view::page(request, opened, sent, step + 1, &[]);
        }
    }
    let read = opened.read(None, sent);
    if !read.faults.is_empty() {
        return refuse(request, opened, sent, &read.faults);
    }
    if !counted {
        admit(request, &opened.form)?;
    }
    keep(request, &opened.form, sent, read).await?;
    Ok(received(request, &opened.form, sent))
}

fn refuse(request: &Request, opened: &Opened, sent: &Sent, faults: &[Fault]) -> Result<Reply, Error> {
    if sent::wants_json(request) {
        return Err(Error::Validation(
            faults.iter().map(|fault| format!("{} {}", fault.name, fault.rule)).collect(),
        ));
    }
    view::page(request, opened, sent, opened.slide_of(faults), faults)
}

async fn keep(request: &Request, form: &Form, sent: &Sent, read: Read) -> Result<(), Error> {
    let origin = Origin::of(request, &sent.answers);
    let base_url = request.app.config.base_url.clone();
    let submission = Submission { id: sent.id.clone(), read, origin, base_url };
    let word = form.kind.name().to_ascii_uppercase();
    let actor = Actor { source: word.clone(), channel: word, source_id: form.id.to_string() };
    let (cx, form) = (Cx { actor, ..request.cx() }, form.clone());
    request.app.world.write(move |tx| submit::submit(tx, &cx, &form, &submission)).await
}

/// The end: for programs the words, for people the page of thanks or where the form leads. In a frame the form cannot lead
/// away by itself: the page of thanks has the link.
fn received(request: &Request, form: &Form, sent: &Sent) -> Reply {
    let redirect_url = form.definition.redirect_url.as_deref();
    if sent::wants_json(request) {
        return Reply::created(&json!({
            "success": true, "submissionId": sent.id, "message": view::thanks(form), "redirectUrl": redirect_url,
        }));
    }
    match redirect_url {
        Some(url) if !is_framed(request) => redirect(url),
        _ => redirect(&format!("{}/thanks", form.path())),
    }
}

/// Whether a browser shows the page in a frame.
fn is_framed(request: &Request) -> bool {
    request.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "iframe")
}

async fn thanks(request: Request, kind: Kind) -> Result<Reply, Error> {
    let shown = open(&request, kind).await.and_then(|opened| {
        let form = &opened.form;
        let given = json!({
            "title": form.title(), "message": view::thanks(form), "url": form.definition.redirect_url,
            "framed": is_framed(&request),
        });
        public_page(&request, &opened.brand, StatusCode::OK, "form_thanks.html", given)
    });
    to_anyone(&request, shown)
}

/// Lets scripts of any site send JSON.
async fn allow(_: Request) -> Result<Reply, Error> {
    let mut reply = Reply::text("", "")
        .header("access-control-allow-origin", "*")
        .header("access-control-allow-methods", "GET, POST")
        .header("access-control-allow-headers", "content-type")
        .header("access-control-max-age", "86400");
    reply.status = StatusCode::NO_CONTENT;
    Ok(reply)
}

/// `GET /leadhold/form.css`.
async fn style(_: Request) -> Result<Reply, Error> {
    let sheet = include_str!("../../../pages/form.css");
    Ok(Reply::text("text/css; charset=utf-8", sheet).header("cache-control", "public, max-age=3600"))
}
