//! How the steps hang together: names unique, targets there, loops resting, no step forgotten.

use std::collections::HashMap;

use super::reader::Faults;
use super::{AfterFailure, Definition};

/// Notes every fault in how triggers and steps hang together.
pub fn check(definition: &Definition, faults: &Faults) {
    unique(definition.triggers.iter().map(|trigger| trigger.id.as_str()), "triggers", faults);
    unique(definition.steps.iter().map(|step| step.id.as_str()), "steps", faults);
    if definition.triggers.is_empty() {
        faults.unfinished("triggers", "nothing starts this workflow; add a trigger before publishing it");
    }
    if definition.steps.is_empty() {
        faults.unfinished("steps", "this workflow does nothing; add a step before publishing it");
    }
    let exits = exits(definition, faults);
    let steps = Graph { definition, exits };
    steps.loops_rest(faults);
    // One wrong target cuts off every step behind it: first things first.
    if !faults.any_blocks_a_draft() {
        steps.all_reached(faults);
    }
}

fn unique<'d>(ids: impl Iterator<Item = &'d str>, list: &str, faults: &Faults) {
    let mut first_at: HashMap<&str, usize> = HashMap::new();
    for (i, id) in ids.enumerate() {
        match first_at.get(id) {
            Some(first) => {
                faults
                    .push(format!("{list}[{i}].id"), format!("`{id}` is already the id of {list}[{first}]"));
            }
            None => {
                first_at.insert(id, i);
            }
        }
    }
}

/// A way from one step to another.
struct Exit {
    /// Where the definition says so.
    at: String,
    /// The number of the step that it leads to.
    to: usize,
}

/// The exits of each step. Those that lead nowhere are faults and drop out.
fn exits(definition: &Definition, faults: &Faults) -> Vec<Vec<Exit>> {
    let mut numbers = HashMap::new();
    for (i, step) in definition.steps.iter().enumerate() {
        numbers.entry(step.id.as_str()).or_insert(i);
    }
    let of_step = |(i, step): (usize, &super::Step)| {
        let own = step.action.exits();
        if !own.is_empty() && step.next.is_some() && !step.action.keeps_next() {
            let message =
                format!("a step of type {} goes on where its branches say; move `next` into them", step.kind);
            faults.push(format!("steps[{i}].next"), message);
        }
        let own = own.into_iter().map(|(at, to)| (format!("steps[{i}].attributes.{at}"), to));
        let next = (format!("steps[{i}].next"), step.next.clone());
        let failed = match &step.on_error.then {
            AfterFailure::GoTo(other) => Some(other.clone()),
            AfterFailure::Skip | AfterFailure::End => None,
        };
        let mut known = Vec::new();
        for (at, to) in own.chain([next, (format!("steps[{i}].onError.then"), failed)]) {
            match to.as_deref().map(|id| (id, numbers.get(id))) {
                Some((_, Some(to))) => known.push(Exit { at, to: *to }),
                Some((id, None)) => {
                    let id: String = id.chars().take(60).collect();
                    faults.push(
                        at,
                        format!("there is no step `{id}`; name a step's id, or leave it out to end here"),
                    );
                }
                None => {}
            }
        }
        known
    };
    definition.steps.iter().enumerate().map(of_step).collect()
}

struct Graph<'d> {
    definition: &'d Definition,
    exits: Vec<Vec<Exit>>,
}

impl Graph<'_> {
    /// Every loop must lead through a step that rests, or a run would go round it at full speed.
    fn loops_rest(&self, faults: &Faults) {
        #[derive(Clone, Copy, PartialEq)]
        enum Seen {
            Never,
            OnThisWay,
            Done,
        }
        let mut seen = vec![Seen::Never; self.exits.len()];
        for start in 0..self.exits.len() {
            // Depth first without recursion: each entry is a step and the number of its exits already taken.
            let mut way = vec![(start, 0)];
            while let Some((step, taken)) = way.pop() {
                if taken == 0 {
                    if seen[step] != Seen::Never || self.definition.steps[step].action.always_rests() {
                        continue;
                    }
                    seen[step] = Seen::OnThisWay;
                }
                let Some(exit) = self.exits[step].get(taken) else {
                    seen[step] = Seen::Done;
                    continue;
                };
                way.push((step, taken + 1));
                if seen[exit.to] == Seen::OnThisWay {
                    let id = &self.definition.steps[exit.to].id;
                    let message = format!(
                        "leads back to `{id}` without a wait in between, so a run would never end; put a wait `for` \
                         some time into the loop"
                    );
                    faults.push(exit.at.clone(), message);
                } else {
                    way.push((exit.to, 0));
                }
            }
        }
    }

    fn all_reached(&self, faults: &Faults) {
        let mut reached = vec![false; self.exits.len()];
        let mut next = if self.exits.is_empty() { Vec::new() } else { vec![0] };
        while let Some(step) = next.pop() {
            if !std::mem::replace(&mut reached[step], true) {
                next.extend(self.exits[step].iter().map(|exit| exit.to));
            }
        }
        for (i, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
            let id = &self.definition.steps[i].id;
            let message =
                format!("no step leads to `{id}`; name it in the `next` of another, or take it out");
            faults.unfinished(format!("steps[{i}]"), message);
        }
    }
}
