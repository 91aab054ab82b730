//! The life of an install: it comes, changes its version or its plan, and goes.

use leadhold_kernel::{Cx, Error, Id, id};
use leadhold_queue::outbox;
use leadhold_store::{Tx, json_text, params};

use super::model::{Install, Installation, Place, Trial};
use super::{agency, events, external_auth, find, read, sql};
use crate::tenant::{CompanyScope, LocationScope};

/// Installs an app. Where it is installed already, that install takes the new version, scopes and plan, and the app is told
/// only of what is new: `AppUpdate` of a version, `PLAN_CHANGE` of a plan, `INSTALL` of other scopes.
///
/// # Errors
/// 400 when the app has no such plan; when there is no such app or the store fails.
pub fn install(tx: &mut Tx<'_>, cx: &Cx, new: &Installation) -> Result<Install, Error> {
    lock(tx, &new.place, &new.app)?;
    match find(tx, &new.place, &new.app)? {
        Some(old) => renew(tx, cx, new, old),
        None => begin(tx, cx, new),
    }
}

fn begin(tx: &mut Tx<'_>, cx: &Cx, new: &Installation) -> Result<Install, Error> {
    let place = &new.place;
    let install = Install {
        id: Id::generate(cx.random.as_ref()),
        app_id: new.app.clone(),
        version_id: new.version.clone(),
        scopes: new.scopes,
        user_id: new.user_id.clone(),
        plan_id: new.plan_id.clone(),
        bulk: new.bulk,
        trial: trial(tx, cx, &new.app, new.plan_id.as_ref())?,
        installed_at: cx.now,
    };
    tx.exec(
        sql::INSERT,
        params![
            &install.id,
            &install.app_id,
            &install.version_id,
            place.company_id(),
            place.location_id(),
            json_text(&install.scopes),
            cx.now,
            install.user_id.as_ref(),
            install.plan_id.as_ref(),
            install.bulk,
            install.trial.map(|trial| trial.days),
            install.trial.map(|trial| trial.since)
        ],
    )?;
    let agency = agency::of(tx, place.company_id())?;
    outbox::append(tx, &events::installed(cx, place, &install, &agency))?;
    Ok(install)
}

/// What is installed is installed again.
fn renew(tx: &mut Tx<'_>, cx: &Cx, new: &Installation, old: Install) -> Result<Install, Error> {
    let place = &new.place;
    let replanned = new.plan_id.is_some() && new.plan_id != old.plan_id;
    let install = Install {
        version_id: new.version.clone(),
        scopes: new.scopes,
        user_id: new.user_id.clone().or(old.user_id),
        plan_id: new.plan_id.clone().or(old.plan_id.clone()),
        // Who installed it on the location by itself keeps it there when the agency's install goes.
        bulk: old.bulk && new.bulk,
        trial: if replanned { trial(tx, cx, &new.app, new.plan_id.as_ref())? } else { old.trial },
        ..old
    };
    save(tx, cx, place, &install)?;
    if install.version_id != old.version_id {
        outbox::append(tx, &events::updated(cx, place, &install))?;
    } else if install.scopes != old.scopes {
        let agency = agency::of(tx, place.company_id())?;
        outbox::append(tx, &events::installed(cx, place, &install, &agency))?;
    }
    if replanned {
        let event = events::plan_changed(cx, place, &install, old.plan_id.as_ref(), new.user_id.as_ref());
        outbox::append(tx, &event)?;
    }
    Ok(install)
}

/// Moves an install to another version of its app and keeps what was granted; `None` when the app is not there. The app is
/// told (`AppUpdate`) unless it has this version already.
///
/// # Errors
/// When the store fails.
pub fn update_version(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    app: &Id<id::App>,
    version: &Id<id::AppVersion>,
) -> Result<Option<Install>, Error> {
    lock(tx, place, app)?;
    let Some(old) = find(tx, place, app)? else { return Ok(None) };
    if old.version_id == *version {
        return Ok(Some(old));
    }
    let install = Install { version_id: version.clone(), ..old };
    save(tx, cx, place, &install)?;
    outbox::append(tx, &events::updated(cx, place, &install))?;
    Ok(Some(install))
}

/// Puts an install on another plan of its app; `None` when the app is not there. The app is told (`PLAN_CHANGE`) unless it
/// has this plan already.
///
/// # Errors
/// 400 when the app has no such plan; when the store fails.
pub fn change_plan(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    app: &Id<id::App>,
    plan: &Id<id::Plan>,
    user: Option<&Id<id::User>>,
) -> Result<Option<Install>, Error> {
    lock(tx, place, app)?;
    let Some(old) = find(tx, place, app)? else { return Ok(None) };
    if old.plan_id.as_ref() == Some(plan) {
        return Ok(Some(old));
    }
    let before = old.plan_id.clone();
    let install = Install { plan_id: Some(plan.clone()), trial: trial(tx, cx, app, Some(plan))?, ..old };
    save(tx, cx, place, &install)?;
    outbox::append(tx, &events::plan_changed(cx, place, &install, before.as_ref(), user))?;
    Ok(Some(install))
}

/// Ends an install and with it every token that was issued for it; `None` when the app is not there. An agency's install
/// takes with it the app's installs on the agency's locations that came with it. The app is told of each (`UNINSTALL`).
///
/// # Errors
/// When the store fails.
pub fn uninstall(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    app: &Id<id::App>,
    reason: Option<&str>,
) -> Result<Option<Install>, Error> {
    lock(tx, place, app)?;
    let Some(install) = find(tx, place, app)? else { return Ok(None) };
    if let Place::Company(agency) = place {
        for (here, install) in on_locations(tx, agency, app)?.into_iter().filter(|(_, install)| install.bulk)
        {
            end(tx, cx, &Place::Location(here), &install, reason)?;
        }
    }
    end(tx, cx, place, &install, reason)?;
    Ok(Some(install))
}

/// Ends the app's installs on the agency and on all of its locations, however they came; answers how many there were. The
/// app is told of each.
///
/// # Errors
/// When the store fails.
pub fn uninstall_everywhere(
    tx: &mut Tx<'_>,
    cx: &Cx,
    agency: &CompanyScope,
    app: &Id<id::App>,
    reason: Option<&str>,
) -> Result<usize, Error> {
    let place = Place::Company(agency.clone());
    lock(tx, &place, app)?;
    let on_locations = on_locations(tx, agency, app)?;
    let mut all: Vec<(Place, Install)> =
        on_locations.into_iter().map(|(here, install)| (Place::Location(here), install)).collect();
    all.extend(find(tx, &place, app)?.map(|install| (place, install)));
    for (place, install) in &all {
        end(tx, cx, place, install, reason)?;
    }
    Ok(all.len())
}

fn on_locations(
    tx: &mut Tx<'_>,
    agency: &CompanyScope,
    app: &Id<id::App>,
) -> Result<Vec<(LocationScope, Install)>, Error> {
    let company = agency.company_id();
    Ok(tx.query(sql::ON_LOCATIONS_OF_COMPANY, params![company, app], |row| {
        Ok((LocationScope::proven(company.clone(), row.get(10)?), read(row)?))
    })?)
}

fn end(
    tx: &mut Tx<'_>,
    cx: &Cx,
    place: &Place,
    install: &Install,
    reason: Option<&str>,
) -> Result<(), Error> {
    tx.exec(sql::DELETE, params![&install.id, place.company_id()])?;
    tx.exec(
        sql::REMEMBER,
        params![
            &install.id,
            &install.app_id,
            &install.version_id,
            place.company_id(),
            place.location_id(),
            install.user_id.as_ref(),
            install.plan_id.as_ref(),
            install.installed_at,
            cx.now,
            reason
        ],
    )?;
    if let Place::Location(here) = place {
        external_auth::forget(tx, here, &install.app_id)?;
    }
    outbox::append(tx, &events::uninstalled(cx, place, install))?;
    Ok(())
}

fn save(tx: &mut Tx<'_>, cx: &Cx, place: &Place, install: &Install) -> Result<(), Error> {
    tx.exec(
        sql::CHANGE,
        params![
            &install.id,
            place.company_id(),
            &install.version_id,
            json_text(&install.scopes),
            cx.now,
            install.user_id.as_ref(),
            install.plan_id.as_ref(),
            install.bulk,
            install.trial.map(|trial| trial.days),
            install.trial.map(|trial| trial.since)
        ],
    )?;
    Ok(())
}

/// One at a time for an app at an agency, its locations included: an agency's install takes its locations' with it.
fn lock(tx: &mut Tx<'_>, place: &Place, app: &Id<id::App>) -> Result<(), Error> {
    Ok(tx.lock(&format!("install {app} at {}", place.company_id()))?)
}

/// The trial that a plan begins with.
fn trial(
    tx: &mut Tx<'_>,
    cx: &Cx,
    app: &Id<id::App>,
    plan: Option<&Id<id::Plan>>,
) -> Result<Option<Trial>, Error> {
    let Some(plan) = plan else { return Ok(None) };
    let days: Option<i64> = tx.query_opt(sql::TRIAL_OF_PLAN, params![app, plan], |row| row.get(0))?;
    let days = days.ok_or_else(|| Error::bad_request(format!("The app has no plan with id {plan}.")))?;
    Ok((days > 0).then_some(Trial { days, since: cx.now }))
}
