//! Making, changing and publishing workflows.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, Timestamp};
use leadhold_store::{DbError, Json, Row, Tx, json_text, params};
use serde_json::Value;

use super::admission::Rules;
use super::model::{Draft, Status, Whole, Workflow};
use super::trigger::inbound_hook::INBOUND_WEBHOOK;
use super::{alarms, sql};
use crate::inbound_hooks;
use crate::tenant::LocationScope;

/// Makes a workflow. It is a draft until it is published.
///
/// # Errors
/// When the store fails.
pub fn create(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, draft: &Draft) -> Result<Whole, Error> {
    let id = Id::<id::Workflow>::generate(cx.random.as_ref());
    let name = &draft.definition.name;
    tx.exec(sql::INSERT, params![&id, here.company_id(), here.location_id(), name, cx.now])?;
    insert_version(tx, cx, here, &id, 1, &draft.json)?;
    ensure_hook(tx, cx, here, &id, draft)?;
    get(tx, here, &id)
}

/// Gives a workflow another definition, as a new version. Runs that began stay on theirs, and new ones start in the
/// published version until the new one is published. The same definition again makes no version.
///
/// # Errors
/// 404 when there is no such workflow, 409 when `expected_version` is not the newest.
pub fn update(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    draft: &Draft,
    expected_version: Option<i64>,
) -> Result<Whole, Error> {
    tx.lock(&format!("workflow {id}"))?;
    no_campaigns(tx, here, id)?;
    let Whole { mut workflow, definition, .. } = get(tx, here, id)?;
    if let Some(expected) = expected_version.filter(|expected| *expected != workflow.version) {
        return Err(Error::Conflict(format!(
            "The workflow is at version {}, and the change was made to version {expected}: somebody else changed it in \
             between. Get it again and repeat the change.",
            workflow.version
        )));
    }
    if definition != draft.json {
        workflow.version += 1;
        workflow.name.clone_from(&draft.definition.name);
        insert_version(tx, cx, here, id, workflow.version, &draft.json)?;
        ensure_hook(tx, cx, here, id, draft)?;
        save(tx, cx, here, &workflow)?;
    }
    get(tx, here, id)
}

/// Lets the newest version listen, in place of the one that did.
///
/// # Errors
/// 404 when there is no such workflow, 422 with all faults when it is not finished.
pub fn publish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
) -> Result<Whole, Error> {
    tx.lock(&format!("workflow {id}"))?;
    no_campaigns(tx, here, id)?;
    let Whole { mut workflow, definition, .. } = get(tx, here, id)?;
    let draft = Draft::read(definition)?;
    draft.must_be_finished()?;
    workflow.status = Status::Published;
    workflow.published_version = Some(workflow.version);
    save(tx, cx, here, &workflow)?;
    tx.exec(sql::DELETE_TRIGGERS, params![id, here.location_id()])?;
    let rules = Rules::of(&draft.definition.settings);
    for (position, trigger) in draft.definition.triggers.iter().enumerate() {
        let json = draft.json.pointer(&format!("/triggers/{position}")).map(json_text).unwrap_or_default();
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let version = workflow.version;
        tx.exec(
            sql::INSERT_TRIGGER,
            params![
                id,
                here.location_id(),
                version,
                &trigger.id,
                trigger.kind.name,
                position,
                json,
                rules.allow_reentry,
                rules.many_opportunities
            ],
        )?;
    }
    alarms::set(tx, cx, here, id, &draft.definition.triggers)?;
    inbound_hooks::set_listening(tx, here, id, has_hook(&draft))?;
    get(tx, here, id)
}

/// Refuses to change a workflow that a campaign is made of.
fn no_campaigns(tx: &mut Tx<'_>, here: &LocationScope, id: &Id<id::Workflow>) -> Result<(), Error> {
    let found = tx.query_opt(sql::CAMPAIGN_OF, params![id, here.location_id()], |row| row.get(0))?;
    let campaign: Option<String> = found.flatten();
    match campaign {
        Some(campaign) => Err(Error::Conflict(format!(
            "This workflow is made of the campaign {campaign}: change the campaign instead."
        ))),
        None => Ok(()),
    }
}

/// Lets nothing start the workflow any more. Runs that began go on to their end.
///
/// # Errors
/// 404 when there is no such workflow.
pub fn unpublish(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
) -> Result<Whole, Error> {
    tx.lock(&format!("workflow {id}"))?;
    let Whole { mut workflow, .. } = get(tx, here, id)?;
    if workflow.status == Status::Published {
        workflow.status = Status::Draft;
        save(tx, cx, here, &workflow)?;
        tx.exec(sql::DELETE_TRIGGERS, params![id, here.location_id()])?;
        alarms::forget(tx, here, id)?;
        inbound_hooks::set_listening(tx, here, id, false)?;
    }
    get(tx, here, id)
}

/// A workflow with its newest definition.
///
/// # Errors
/// 404 when there is no such workflow.
pub fn get(tx: &mut Tx<'_>, here: &LocationScope, id: &Id<id::Workflow>) -> Result<Whole, Error> {
    let workflow = tx
        .query_opt(sql::GET, params![id, here.location_id()], read)?
        .ok_or_else(|| Error::NotFound(format!("Workflow with id {id} not found")))?;
    let definition = version(tx, here, id, workflow.version)?
        .ok_or_else(|| Error::internal(format!("workflow {id} has no version {}", workflow.version)))?;
    // A definition that this version of the program refuses is shown all the same, with what is wrong with it.
    let unfinished = super::definition::Definition::publishable(&definition).err().unwrap_or_default();
    let hook = inbound_hooks::of_workflow(tx, here, id)?;
    Ok(Whole { workflow, definition, unfinished, hook })
}

/// The runs of a workflow that are about a contact and go on.
///
/// # Errors
/// When the store fails.
pub fn runs_of_contact(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    contact: &str,
) -> Result<Vec<Id<id::Run>>, Error> {
    Ok(tx.query(sql::RUNS_OF_CONTACT, params![here.location_id(), contact, id], |row| row.get(0))?)
}

/// All workflows of a location, oldest first.
///
/// # Errors
/// When the store fails.
pub fn list(tx: &mut Tx<'_>, here: &LocationScope) -> Result<Vec<Workflow>, Error> {
    Ok(tx.query(sql::LIST, params![here.location_id()], read)?)
}

/// The definition of one version, as JSON.
///
/// # Errors
/// When the store fails.
pub fn version(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    version: i64,
) -> Result<Option<Value>, Error> {
    let json = tx.query_opt(sql::VERSION, params![id, here.location_id(), version], |row| row.get(0))?;
    Ok(json.map(|Json(json)| json))
}

/// A version's definition as it is stored; `None` when there is no such version.
///
/// # Errors
/// When the store fails.
pub fn version_text(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    version: i64,
) -> Result<Option<String>, Error> {
    Ok(tx.query_opt(sql::VERSION, params![id, here.location_id(), version], |row| row.get(0))?)
}

/// The versions below `before` with when they were made, newest first.
///
/// # Errors
/// When the store fails.
pub fn versions(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    before: i64,
    limit: i64,
) -> Result<Vec<(i64, Timestamp)>, Error> {
    let asked = params![id, here.location_id(), before, limit];
    Ok(tx.query(sql::VERSIONS, asked, |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn insert_version(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    version: i64,
    json: &Value,
) -> Result<(), Error> {
    tx.exec(sql::INSERT_VERSION, params![id, here.location_id(), version, json_text(json), cx.now])?;
    Ok(())
}

fn save(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, workflow: &Workflow) -> Result<(), Error> {
    let Workflow { id, name, status, version, published_version, .. } = workflow;
    tx.exec(
        sql::UPDATE,
        params![id, here.location_id(), name, status.name(), *version, *published_version, cx.now],
    )?;
    Ok(())
}

/// A workflow gets its URL with the first definition that has a trigger for it, and keeps it for ever.
fn ensure_hook(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    draft: &Draft,
) -> Result<(), Error> {
    if has_hook(draft) {
        inbound_hooks::ensure(tx, cx, here, id)?;
    }
    Ok(())
}

fn has_hook(draft: &Draft) -> bool {
    draft.definition.triggers.iter().any(|trigger| trigger.kind.name == INBOUND_WEBHOOK.name)
}

fn read(row: &Row<'_>) -> Result<Workflow, DbError> {
    let status: String = row.get(3)?;
    Ok(Workflow {
        id: row.get(0)?,
        location_id: row.get(1)?,
        name: row.get(2)?,
        status: Status::parse(&status).ok_or_else(|| DbError::Inconsistent {
            place: "workflows.status".to_owned(),
            fault: format!("`{status}` is unknown"),
        })?,
        version: row.get(4)?,
        published_version: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
    })
}
