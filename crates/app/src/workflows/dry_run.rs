//! Dry runs: what a workflow would do, told and not done.
//!
//! The real engine takes a real run forward in a transaction that is given up, with the clock turned to the end of each rest
//! and to each event that the client made up. So what is told is what would be done: contacts are made, found and changed as
//! they would be, messages are refused as they would be. Nobody else sees any of it.
//!
//! **Bounds.** A dry run holds the store as any change does, so it comes to at most [`MOST_VISITS`] steps.
//! **What it cannot know.** Answers from outside (taken from `answers`, else empty), and what other workflows would do.

use leadhold_kernel::id::{self, Id};
use leadhold_kernel::{Cx, Error, EventKind};
use leadhold_store::Tx;
use serde_json::{Map, Value, json};

use super::condition::Condition;
use super::definition::Definition;
use super::engine::{Happening, Input, Outcome, Phase, RunState};
use super::gather::{About, Gather};
use super::model::{Draft, Run};
use super::trigger::Trigger;
use super::{admission, listen, runner, runs, service, trials, wire};
use crate::contacts::{self, ContactFields};
use crate::links::Urls;
use crate::tenant::LocationScope;

/// The most visits of steps.
pub const MOST_VISITS: u32 = 250;

/// What is to be tried.
#[derive(Clone, Debug)]
pub struct Trial {
    /// A definition that need not be published; else the published version, or where there is none the newest.
    pub definition: Option<Draft>,
    /// The trigger that starts it; the first when none is named.
    pub trigger: Option<String>,
    /// What the trigger brings.
    pub data: Value,
    /// Whom it is about.
    pub contact: Who,
    /// The opportunity that it is about.
    pub opportunity: Option<String>,
    /// The appointment that it is about.
    pub appointment: Option<String>,
    /// How long it is watched, in milliseconds.
    pub span: i64,
    /// What happens meanwhile, in the order of time.
    pub events: Vec<MadeUp>,
    /// What comes back from outside, by the step that asks.
    pub answers: Map<String, Value>,
}

/// The contact of a dry run.
#[derive(Clone, Debug)]
pub enum Who {
    /// Nobody yet.
    Nobody,
    /// One of the location's.
    Known(String),
    /// One that is made up, or found by its address or number and changed.
    Draft(Box<ContactFields>),
}

/// An event that is made up.
#[derive(Clone, Debug)]
pub struct MadeUp {
    /// How long after the beginning, in milliseconds.
    pub after: i64,
    /// What happens.
    pub kind: EventKind,
    /// To which record; the contact when none is named.
    pub record: Option<String>,
    /// What it says.
    pub data: Value,
}

/// Tries a workflow, and answers what would happen.
///
/// # Errors
/// 404 when there is no such workflow, 422 with what keeps the definition from running or the contact from being made.
pub fn run(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    trial: &Trial,
    urls: &Urls,
) -> Result<Value, Error> {
    tx.rehearse(|tx| {
        let (version, definition) = followed(tx, cx, here, id, trial)?;
        let trigger = chosen(&definition, trial.trigger.as_deref())?;
        let state = begun(tx, cx, here, trial)?;
        let data = trial.data.clone();
        let tested = tested(tx, cx, here, (id, &definition), trigger, &state, &data)?;
        let mut told = json!({"version": version, "trigger": tested, "steps": []});
        if tested["fits"] == false {
            return Ok(told);
        }
        let rules = admission::Rules::of(&definition.settings);
        if let Some(refusal) = admission::refusal(tx, here, id, rules, &state)? {
            told["refused"] = refusal.sentence().into();
            return Ok(told);
        }
        let run = Run {
            id: Id::generate(cx.random.as_ref()),
            workflow_id: id.clone(),
            version,
            trigger_id: trigger.id.clone(),
            trigger_type: trigger.kind.name.to_owned(),
            trigger_data: data,
            event_id: Id::generate(cx.random.as_ref()),
            cause: cx.cause.clone(),
            state,
            started_at: cx.now,
            updated_at: cx.now,
            ended_at: None,
        };
        runs::begin(tx, cx, here, &run)?;
        let watched = Watch { cx, here, urls, trial, assumed: Vec::new() }.watch(tx, run)?;
        if let (Some(told), Value::Object(watched)) = (told.as_object_mut(), watched) {
            told.extend(watched);
        }
        Ok(told)
    })
}

/// The version that the dry run follows. A definition that is tried becomes one, for as long as the dry run lasts.
fn followed(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    id: &Id<id::Workflow>,
    trial: &Trial,
) -> Result<(i64, Definition), Error> {
    let workflow = service::get(tx, here, id)?.workflow;
    if let Some(draft) = &trial.definition {
        draft.must_be_finished()?;
        let version = service::update(tx, cx, here, id, draft, None)?.workflow.version;
        return Ok((version, draft.definition.clone()));
    }
    let version = workflow.published_version.unwrap_or(workflow.version);
    let json = service::version(tx, here, id, version)?.unwrap_or_default();
    let draft = Draft::read(json)?;
    draft.must_be_finished()?;
    Ok((version, draft.definition))
}

fn chosen<'d>(definition: &'d Definition, named: Option<&str>) -> Result<&'d Trigger, Error> {
    let fits = |trigger: &&Trigger| named.is_none_or(|name| trigger.id == name);
    definition.triggers.iter().find(fits).ok_or_else(|| {
        let known: Vec<&str> = definition.triggers.iter().map(|trigger| trigger.id.as_str()).collect();
        Error::field(format!("trigger must be one of the workflow's triggers: {}", known.join(", ")))
    })
}

/// Where the run stands when it begins: about whom.
fn begun(tx: &mut Tx<'_>, cx: &Cx, here: &LocationScope, trial: &Trial) -> Result<RunState, Error> {
    let contact = match &trial.contact {
        Who::Nobody => None,
        Who::Known(id) => {
            contacts::must_exist(tx, here, id)?;
            Id::parse(id)
        }
        Who::Draft(fields) => Some(contacts::upsert(tx, cx, here, fields, false)?.contact.id),
    };
    let opportunity = trial.opportunity.as_deref().and_then(Id::parse);
    let appointment = trial.appointment.as_deref().and_then(Id::parse);
    Ok(RunState { opportunity, appointment, whole: true, ..RunState::new(contact) })
}

/// The trigger's filters, each with what it was tested against.
fn tested(
    tx: &mut Tx<'_>,
    cx: &Cx,
    here: &LocationScope,
    (id, definition): (&Id<id::Workflow>, &Definition),
    trigger: &Trigger,
    state: &RunState,
    data: &Value,
) -> Result<Value, Error> {
    let mut gather = Gather::begin(tx, cx, here)?;
    gather.set_trigger(trigger.kind, data.clone());
    gather.set_workflow(id, &definition.name);
    gather.read(tx, &definition.names, &About::of(state))?;
    let fields = gather.facts().fields();
    let test = |filter: &Condition| trials::tested(filter, &filter.test(&fields));
    let conditions: Vec<Value> = trigger.filters.iter().map(test).collect();
    let fits = conditions.iter().all(|condition| condition["held"] == true);
    Ok(json!({"id": trigger.id, "type": trigger.kind.name, "fits": fits, "filters": conditions}))
}

/// Watches a run over its time.
struct Watch<'a> {
    cx: &'a Cx,
    here: &'a LocationScope,
    urls: &'a Urls,
    trial: &'a Trial,
    /// Steps to which an empty answer came, for nobody said which.
    assumed: Vec<String>,
}

impl Watch<'_> {
    fn watch(mut self, tx: &mut Tx<'_>, mut run: Run) -> Result<Value, Error> {
        let (mut now, mut input) = (self.cx.now, Input::Begin);
        let mut events = self.trial.events.iter().peekable();
        let end = now.plus_millis(self.trial.span);
        let ended = loop {
            let cx = runner::cx_of(&Cx { now, ..self.cx.clone() }, &run);
            let outcome = runner::take_forward(tx, &cx, self.here, &mut run, input, self.urls)?;
            if matches!(outcome, Outcome::Over) {
                break "over";
            }
            if run.state.visits >= MOST_VISITS {
                break "tooManySteps";
            }
            if let Phase::Answering { step, .. } = &run.state.phase {
                input = Input::Answered(Ok(self.answer(step)));
                continue;
            }
            let wakes = run.state.phase.until();
            let happens = events.peek().map(|event| self.cx.now.plus_millis(event.after));
            let (at, next) = match (wakes, happens) {
                (Some(wakes), happens) if happens.is_none_or(|at| wakes < at) => (wakes, Input::Woke),
                (_, Some(at)) => match events.next() {
                    Some(event) => (at, Input::Happened(self.happening(tx, &cx, event, &run)?)),
                    None => break "waits",
                },
                _ => break "waits",
            };
            if at > end {
                break "span";
            }
            (now, input) = (at.max(now), next);
        };
        self.told(tx, &run, ended)
    }

    /// What comes back from outside.
    fn answer(&mut self, step: &str) -> Value {
        self.trial.answers.get(step).cloned().unwrap_or_else(|| {
            self.assumed.push(step.to_owned());
            json!({})
        })
    }

    /// The event as the run would see it.
    fn happening(&self, tx: &mut Tx<'_>, cx: &Cx, event: &MadeUp, run: &Run) -> Result<Happening, Error> {
        let contact = run.state.contact.as_ref().map(ToString::to_string);
        let record_id = event.record.clone().or(contact).unwrap_or_default();
        let happens = self.here.event(cx, event.kind, &record_id, event.data.clone());
        let seen = listen::seen(tx, self.here, &happens)?;
        Ok(Happening { kind: event.kind, data: event.data.clone(), seen })
    }

    fn told(self, tx: &mut Tx<'_>, run: &Run, ended: &str) -> Result<Value, Error> {
        let steps = runs::steps(tx, self.here, &run.id, 0, i64::from(MOST_VISITS) * 2)?;
        let shown = wire::run_with_steps(run, &steps, false);
        Ok(json!({
            "steps": shown["steps"], "status": shown["status"], "reason": shown["reason"], "atStep": shown["atStep"],
            "wakesAt": shown["wakesAt"], "contactId": shown["contactId"], "ended": ended,
            "assumedAnswers": self.assumed,
        }))
    }
}
