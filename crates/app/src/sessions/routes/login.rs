//! `/login` in two steps, password and code, and `/logout`.

use http::StatusCode;
use leadhold_kernel::Error;
use serde_json::json;

use super::super::next::local;
use super::super::session;
use super::super::sign_in::{Attempt, Outcome, answer, prove};
use super::{open, with_cookie, without_cookie};
use crate::http::{Query, Reply, Request, page, redirect};

/// The form, or the way on for whom it has nothing to ask.
pub async fn show(request: Request) -> Result<Reply, Error> {
    let next = local(request.query.get("next"));
    match request.visitor {
        Some(_) => Ok(redirect(&next)),
        None => ask(&request, StatusCode::OK, &next, "", None),
    }
}

/// The form comes back.
pub async fn send(request: Request) -> Result<Reply, Error> {
    let form = Query::parse(&request.body);
    let field = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let next = local(form.get("next"));
    let (challenge, code, email, password) =
        (field("challenge"), field("code"), field("email"), field("password"));
    let second = !challenge.is_empty();
    if !second && (email.trim().is_empty() || password.is_empty()) {
        let fault = "Enter your e-mail address and your password.";
        return ask(&request, StatusCode::UNPROCESSABLE_ENTITY, &next, &email, Some(fault));
    }
    let world = &request.app.world;
    let outcome = match second {
        true => answer(world, &challenge, code, request.peer).await,
        false => {
            prove(world, Attempt { email: email.clone(), password, code: None, peer: request.peer }).await
        }
    };
    match outcome {
        Ok(Outcome::Proven(user)) => {
            let secret = open(&request, *user).await?;
            Ok(with_cookie(redirect(&next), &request, &secret))
        }
        Ok(Outcome::CodeNeeded(challenge)) => ask_code(&request, StatusCode::OK, &next, &challenge, None),
        Err(error) => refuse(&request, &next, &email, second.then_some(challenge.as_str()), &error),
    }
}

/// The same form again, with the reason. A code that was wrong can be typed again; all else begins anew.
fn refuse(
    request: &Request,
    next: &str,
    email: &str,
    challenge: Option<&str>,
    error: &Error,
) -> Result<Reply, Error> {
    let (status, again) = match error {
        Error::Unauthorized(_) => (StatusCode::UNAUTHORIZED, true),
        Error::Paused(..) => (StatusCode::TOO_MANY_REQUESTS, true),
        Error::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, true),
        Error::BadRequest(_) => (StatusCode::BAD_REQUEST, false),
        _ => return Err(error.clone()),
    };
    let fault = error.client_message();
    let reply = match challenge.filter(|_| again) {
        Some(challenge) => ask_code(request, status, next, challenge, Some(&fault)),
        None => ask(request, status, next, email, Some(&fault)),
    }?;
    match error {
        Error::Paused(_, seconds) => Ok(reply.header("retry-after", &seconds.to_string())),
        _ => Ok(reply),
    }
}

fn ask(
    request: &Request,
    status: StatusCode,
    next: &str,
    email: &str,
    fault: Option<&str>,
) -> Result<Reply, Error> {
    page(request, status, "login.html", json!({ "next": next, "email": email, "fault": fault }))
}

fn ask_code(
    request: &Request,
    status: StatusCode,
    next: &str,
    challenge: &str,
    fault: Option<&str>,
) -> Result<Reply, Error> {
    page(request, status, "code.html", json!({ "next": next, "challenge": challenge, "fault": fault }))
}

/// `POST /logout`.
pub async fn leave(request: Request) -> Result<Reply, Error> {
    if let Some(visitor) = request.visitor.clone() {
        match request.app.world.write(move |tx| session::end(tx, &visitor, visitor.session_id.as_str())).await
        {
            Ok(()) | Err(Error::NotFound(_)) => {} // ended meanwhile: as wanted
            Err(error) => return Err(error),
        }
    }
    Ok(without_cookie(redirect("/login"), &request))
}
