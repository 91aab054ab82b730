//! `/account`: one's password, second factor and sessions. One form for each, told apart by `action`; each answers the
//! page again, with what was wrong or what was done.

use std::sync::Arc;

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::super::second_factor::{self, Owner, State, Verdict};
use super::super::session::{self, Session};
use super::super::sign_in::{prove_again, prove_code};
use super::super::{password, totp};
use super::{origin, qr, with_cookie, without_cookie};
use crate::http::{Query, Reply, Request, Visitor, page, redirect};

/// The page.
pub async fn show(request: Request) -> Result<Reply, Error> {
    let Some(visitor) = request.visitor.clone() else { return Ok(redirect("/login?next=/account")) };
    let done = match request.query.get("done") {
        Some("password") => "Your password was changed, and all other sessions were ended.",
        Some("off") => "Signing in asks for no code any more.",
        Some("session") => "The session was ended.",
        _ => "",
    };
    account(&request, &visitor, StatusCode::OK, json!({ "done": done })).await
}

/// One of its forms.
pub async fn send(request: Request) -> Result<Reply, Error> {
    let Some(visitor) = request.visitor.clone() else { return Ok(redirect("/login?next=/account")) };
    let form = Query::parse(&request.body);
    let action = form.get("action").unwrap_or_default();
    let done = match action {
        "password" => change_password(&request, &visitor, &form).await,
        "begin" => begin(&request, &visitor, &form).await,
        "cancel" => cancel(&request, &visitor).await,
        "confirm" => confirm(&request, &visitor, &form).await,
        "codes" => fresh_codes(&request, &visitor, &form).await,
        "off" => switch_off(&request, &visitor, &form).await,
        "end" => end(&request, &visitor, &form).await,
        "everywhere" => everywhere(&request, &visitor).await,
        _ => Err(Error::bad_request("The form names nothing that can be done here.")),
    };
    let error = match done {
        Ok(reply) => return Ok(reply),
        Err(error) => error,
    };
    let (status, wait) = match &error {
        Error::Validation(_) => (StatusCode::UNPROCESSABLE_ENTITY, None),
        Error::BadRequest(_) => (StatusCode::BAD_REQUEST, None),
        Error::Unauthorized(_) => (StatusCode::UNAUTHORIZED, None),
        Error::Conflict(_) => (StatusCode::CONFLICT, None),
        Error::NotFound(_) => (StatusCode::NOT_FOUND, None),
        Error::Paused(_, seconds) => (StatusCode::TOO_MANY_REQUESTS, Some(seconds.to_string())),
        _ => return Err(error),
    };
    let given = json!({ "fault": error.client_message(), "faulty": action });
    let reply = account(&request, &visitor, status, given).await?;
    Ok(match wait {
        Some(seconds) => reply.header("retry-after", &seconds),
        None => reply,
    })
}

async fn account(
    request: &Request,
    visitor: &Visitor,
    status: StatusCode,
    given: Value,
) -> Result<Reply, Error> {
    let (who, now, seal) = (visitor.clone(), request.now, Arc::clone(&request.app.world.seal));
    let read = request.app.world.store.read(move |tx| {
        let sessions = session::list(tx, &who, now)?;
        Ok::<_, Error>((sessions, second_factor::state(tx, &seal, owner(&who))?))
    });
    let (sessions, state) = read.await?;
    let factor = match state {
        State::Off => json!({ "state": "off" }),
        State::On(left) => json!({ "state": "on", "left": left }),
        State::Begun(seed) => {
            let uri = totp::uri(&seed, &request.brand.name, &visitor.email);
            json!({ "state": "begun", "qr": qr::data_url(&uri)?, "seed": grouped(&totp::base32(&seed)) })
        }
    };
    let sessions: Vec<Value> = sessions.iter().map(shown).collect();
    let mut whole = json!({ "sessions": sessions, "factor": factor });
    if let (Value::Object(whole), Value::Object(given)) = (&mut whole, given) {
        whole.extend(given);
    }
    page(request, status, "account.html", whole)
}

fn owner(visitor: &Visitor) -> Owner<'_> {
    Owner { company: &visitor.company_id, user: &visitor.user_id }
}

/// In fours, as people copy it.
fn grouped(text: &str) -> String {
    text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// `2026-01-15T10:00:00.000Z` without what nobody reads.
fn shown(session: &Session) -> Value {
    let moment = |iso: &str| iso.get(..16).unwrap_or(iso).replace('T', " ");
    json!({
        "id": session.id, "current": session.current, "browser": browser(&session.agent), "address": session.address,
        "created": moment(&session.created_at), "seen": moment(&session.last_seen_at),
    })
}

/// Whether `Firefox` on `Windows` or what else: all that people recognise in what browsers say of themselves.
fn browser(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] = [
        ("Edg", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) if agent.is_empty() => "unknown".to_owned(),
        (None, _) => agent.chars().take(60).collect(),
    }
}

fn field(form: &Query, name: &str) -> String {
    form.get(name).unwrap_or_default().to_owned()
}

async fn change_password(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    let passwords = [field(form, "current"), field(form, "new")];
    if passwords[1] != field(form, "again") {
        return Err(Error::field("The two new passwords differ."));
    }
    let (world, cx, peer) = (&request.app.world, request.cx(), request.peer);
    let secret = password::change(world, cx, &visitor.email, passwords, peer, origin(request)).await?;
    Ok(with_cookie(redirect("/account?done=password"), request, &secret))
}

async fn prove(request: &Request, visitor: &Visitor, form: &Query) -> Result<(), Error> {
    prove_again(&request.app.world, &visitor.email, field(form, "password"), request.peer).await.map(drop)
}

async fn begin(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    prove(request, visitor, form).await?;
    let (who, cx, seal) = (visitor.clone(), request.cx(), Arc::clone(&request.app.world.seal));
    let begun = request.app.world.write(move |tx| second_factor::begin(tx, &cx, &seal, owner(&who)));
    begun.await.map(|()| redirect("/account#codes"))
}

async fn cancel(request: &Request, visitor: &Visitor) -> Result<Reply, Error> {
    let (who, seal) = (visitor.clone(), Arc::clone(&request.app.world.seal));
    let cancelled = request.app.world.write(move |tx| match second_factor::state(tx, &seal, owner(&who))? {
        State::Begun(_) => second_factor::remove(tx, owner(&who)),
        State::On(_) | State::Off => Err(Error::Conflict("There is nothing to cancel.".into())),
    });
    cancelled.await.map(|()| redirect("/account#codes"))
}

async fn confirm(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    let (who, cx, seal) = (visitor.clone(), request.cx(), Arc::clone(&request.app.world.seal));
    let code = field(form, "code");
    let confirmed =
        request.app.world.write(move |tx| second_factor::confirm(tx, &cx, &seal, owner(&who), &code));
    page(request, StatusCode::OK, "recovery.html", json!({ "codes": confirmed.await? }))
}

async fn fresh_codes(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    prove(request, visitor, form).await?;
    let (who, cx, seal) = (visitor.clone(), request.cx(), Arc::clone(&request.app.world.seal));
    let made = request.app.world.write(move |tx| match second_factor::state(tx, &seal, owner(&who))? {
        State::On(_) => second_factor::fresh_recovery_codes(tx, &cx, owner(&who)),
        State::Off | State::Begun(_) => Err(Error::Conflict("Signing in asks for no code.".into())),
    });
    page(request, StatusCode::OK, "recovery.html", json!({ "codes": made.await? }))
}

/// Asks for the password and a code: neither a session left open nor a password read over a shoulder is enough.
async fn switch_off(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    prove(request, visitor, form).await?;
    match prove_code(&request.app.world, visitor, field(form, "code"), request.peer).await? {
        Verdict::Right => {}
        Verdict::NotAsked => return Err(Error::Conflict("Signing in asks for no code.".into())),
        Verdict::Missing | Verdict::Wrong => return Err(Error::Unauthorized("The code is wrong.".into())),
    }
    let who = visitor.clone();
    request.app.world.write(move |tx| second_factor::remove(tx, owner(&who))).await?;
    Ok(redirect("/account?done=off"))
}

async fn end(request: &Request, visitor: &Visitor, form: &Query) -> Result<Reply, Error> {
    let (who, id) = (visitor.clone(), field(form, "session"));
    let own = id == visitor.session_id.as_str();
    request.app.world.write(move |tx| session::end(tx, &who, &id)).await?;
    Ok(if own { without_cookie(redirect("/login"), request) } else { redirect("/account?done=session") })
}

async fn everywhere(request: &Request, visitor: &Visitor) -> Result<Reply, Error> {
    let who = visitor.clone();
    request.app.world.write(move |tx| session::end_all(tx, &who.company_id, &who.user_id)).await?;
    Ok(without_cookie(redirect("/login"), request))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_name_them() {
        let cases = [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1",
                "Safari on iPhone",
            ),
            ("Mozilla/5.0 (Linux; Android 16) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
            ("curl/8.9", "curl"),
            ("my-script", "my-script"),
            ("", "unknown"),
        ];
        for (agent, name) in cases {
            assert_eq!(browser(agent), name);
        }
    }
}
