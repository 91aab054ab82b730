//! A workflow as a drawing: triggers on top, each step below those that lead to it.
//!
//! Pure: a definition in, boxes and lines out. A step's row is the longest way to it that goes round no loop; ways past
//! several rows run along the left side, ways back along the right.

use std::collections::HashMap;

use serde::Serialize;

use crate::workflows::definition::{AfterFailure, Definition, Step};

const WIDTH: i32 = 220;
const HEIGHT: i32 = 64;
const BESIDE: i32 = 28;
const BELOW: i32 = 52;
const MARGIN: i32 = 12;
/// Characters that a box has room for, beside its counters.
const ROOM: usize = 20;
/// The room at each side for ways that pass rows.
const ASIDE: i32 = 28;

/// The drawing.
#[derive(Debug, Serialize)]
pub struct Graph {
    width: i32,
    height: i32,
    boxes: Vec<Drawn>,
    lines: Vec<Line>,
}

/// A trigger or a step.
#[derive(Debug, Serialize)]
pub struct Drawn {
    id: String,
    kind: String,
    /// The beginnings of both, as far as they have room.
    short: [String; 2],
    trigger: bool,
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

/// A way from one to another.
#[derive(Debug, Serialize)]
pub struct Line {
    path: String,
    /// What leads this way: a branch, or a failure.
    label: String,
    x: i32,
    y: i32,
    back: bool,
    failure: bool,
}

/// An exit of a step.
struct Way {
    to: usize,
    label: String,
    failure: bool,
}

/// Draws a definition.
#[must_use]
pub fn draw(definition: &Definition) -> Graph {
    let steps = &definition.steps;
    let numbers: HashMap<&str, usize> =
        steps.iter().enumerate().map(|(i, step)| (step.id.as_str(), i)).collect();
    let ways: Vec<Vec<Way>> = steps.iter().map(|step| ways(step, &numbers)).collect();
    let rows = rows(&ways);
    let first_row = i32::from(!definition.triggers.is_empty());
    let mut by_row: Vec<Vec<usize>> = vec![Vec::new(); rows.iter().max().map_or(0, |last| last + 1)];
    for (step, row) in rows.iter().enumerate() {
        by_row[*row].push(step);
    }
    let most = by_row.iter().map(Vec::len).chain([definition.triggers.len(), 1]).max().unwrap_or(1);
    let inner = of(most) * (WIDTH + BESIDE) - BESIDE;
    let x = |at: usize, of_row: usize| {
        let row = of(of_row) * (WIDTH + BESIDE) - BESIDE;
        MARGIN + ASIDE + (inner - row) / 2 + of(at) * (WIDTH + BESIDE)
    };
    let y = |row: i32| MARGIN + row * (HEIGHT + BELOW);
    let boxed = |id: &str, kind: &str, trigger, x, y| {
        let (id, kind) = (id.to_owned(), kind.to_owned());
        Drawn { short: [short(&id), short(&kind)], id, kind, trigger, x, y, width: WIDTH, height: HEIGHT }
    };
    let mut places = vec![(0, 0); steps.len()];
    for (row, members) in by_row.iter().enumerate() {
        for (at, step) in members.iter().enumerate() {
            places[*step] = (x(at, members.len()), y(of(row) + first_row));
        }
    }
    let triggers = definition.triggers.iter().enumerate().map(|(at, trigger)| {
        boxed(&trigger.id, trigger.kind.name, true, x(at, definition.triggers.len()), y(0))
    });
    let mut boxes: Vec<Drawn> = triggers.collect();
    let mut lines: Vec<Line> = match places.first() {
        Some(first) => boxes.iter().map(|from| line((from.x, from.y), *first, Course::Down)).collect(),
        None => Vec::new(),
    };
    let (left, right) = (MARGIN + ASIDE / 2, MARGIN + ASIDE + inner + ASIDE / 2);
    for (step, ways) in ways.iter().enumerate() {
        for way in ways {
            let course = match rows[way.to].checked_sub(rows[step]) {
                None | Some(0) => Course::Right(right),
                Some(1) => Course::Down,
                Some(_) => Course::Left(left),
            };
            lines.push(Line {
                label: way.label.clone(),
                failure: way.failure,
                ..line(places[step], places[way.to], course)
            });
        }
    }
    boxes.extend(steps.iter().zip(&places).map(|(step, (x, y))| boxed(&step.id, step.kind, false, *x, *y)));
    let height = y(of(by_row.len()) + first_row) - BELOW + MARGIN;
    Graph { width: inner + 2 * (MARGIN + ASIDE), height: height.max(2 * MARGIN), boxes, lines }
}

/// Where a step leads to.
fn ways(step: &Step, numbers: &HashMap<&str, usize>) -> Vec<Way> {
    let own = step.action.exits();
    let many = own.len() > 1;
    let label = |at: &str| if many { branch(at) } else { String::new() };
    let own = own.into_iter().map(|(at, to)| (to, label(&at), false));
    let failed = match &step.on_error.then {
        AfterFailure::GoTo(other) => Some(other.clone()),
        AfterFailure::Skip | AfterFailure::End => None,
    };
    let all = own.chain([(step.next.clone(), String::new(), false), (failed, "on error".to_owned(), true)]);
    let known = |(to, label, failure): (Option<String>, String, bool)| {
        Some(Way { to: *numbers.get(to?.as_str())?, label, failure })
    };
    all.filter_map(known).collect()
}

/// `branches[1].next` is the second branch, `none.next` the one named so.
fn branch(at: &str) -> String {
    let name = at.strip_suffix(".next").unwrap_or(at);
    match name.split_once('[') {
        Some((_, number)) => {
            let number: usize = number.trim_end_matches(']').parse().unwrap_or(0);
            format!("{}.", number + 1)
        }
        None => name.to_owned(),
    }
}

/// The row of each step.
fn rows(ways: &[Vec<Way>]) -> Vec<usize> {
    // Depth first without recursion; a way to a step that is being walked through goes round a loop.
    let (mut order, mut seen, mut open) = (Vec::new(), vec![false; ways.len()], vec![false; ways.len()]);
    let mut back: Vec<(usize, usize)> = Vec::new();
    for start in 0..ways.len() {
        let mut walk = vec![(start, 0)];
        while let Some((step, taken)) = walk.pop() {
            if taken == 0 {
                if seen[step] {
                    continue;
                }
                (seen[step], open[step]) = (true, true);
            }
            match ways[step].get(taken) {
                None => {
                    open[step] = false;
                    order.push(step);
                }
                Some(way) => {
                    walk.push((step, taken + 1));
                    if open[way.to] {
                        back.push((step, way.to));
                    } else {
                        walk.push((way.to, 0));
                    }
                }
            }
        }
    }
    let mut rows = vec![0; ways.len()];
    for step in order.into_iter().rev() {
        for way in ways[step].iter().filter(|way| !back.contains(&(step, way.to))) {
            rows[way.to] = rows[way.to].max(rows[step] + 1);
        }
    }
    rows
}

/// Where a line runs.
#[derive(Clone, Copy)]
enum Course {
    /// From one row to the next.
    Down,
    /// Past the rows between, along here.
    Left(i32),
    /// Back up, along here.
    Right(i32),
}

/// From the box at `from` to the one at `to`.
fn line(from: (i32, i32), to: (i32, i32), course: Course) -> Line {
    let plain = Line { path: String::new(), label: String::new(), x: 0, y: 0, back: false, failure: false };
    let (edge, side, turn) = match course {
        Course::Down => {
            let (x1, y1) = (from.0 + WIDTH / 2, from.1 + HEIGHT);
            let (x2, y2) = (to.0 + WIDTH / 2, to.1);
            let bend = (y2 - y1) / 2;
            let path = format!("M{x1} {y1}C{x1} {} {x2} {} {x2} {y2}", y1 + bend, y2 - bend);
            return Line { path, x: i32::midpoint(x1, x2), y: i32::midpoint(y1, y2), ..plain };
        }
        Course::Left(edge) => (edge, 0, 16),
        Course::Right(edge) => (edge, WIDTH, -16),
    };
    let (x1, y1) = (from.0 + side, from.1 + HEIGHT / 2 + 8);
    let (x2, y2) = (to.0 + side, to.1 + HEIGHT / 2 - 8);
    let (leave, enter) = (y1 + turn, y2 - turn);
    let path = format!(
        "M{x1} {y1}C{edge} {y1} {edge} {y1} {edge} {leave}V{enter}C{edge} {y2} {edge} {y2} {x2} {y2}"
    );
    let back = matches!(course, Course::Right(_));
    Line { path, x: edge, y: i32::midpoint(y1, y2), back, ..plain }
}

fn short(text: &str) -> String {
    if text.chars().count() <= ROOM {
        return text.to_owned();
    }
    text.chars().take(ROOM - 1).chain(['…']).collect()
}

fn of(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 4096)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_stand_below_those_that_lead_to_them_and_ways_back_run_aside() {
        let rest = json!({"for": {"value": 1, "unit": "days"}});
        let definition = Definition::publishable(&json!({
            "name": "Loop", "triggers": [{"id": "new", "type": "contact_created"}],
            "steps": [
                {"id": "ask", "type": "if_else", "attributes": {"branches": [{"name": "A", "next": "bye", "segments": [
                    {"conditions": [{"field": "contact.email", "operator": "is_empty"}]}]}], "none": {"next": "rest"}}},
                {"id": "rest", "type": "wait", "attributes": rest, "next": "tag"},
                {"id": "tag", "type": "add_contact_tag", "attributes": {"tags": ["a"]}, "next": "ask",
                 "onError": {"then": "bye"}},
                {"id": "bye", "type": "wait", "attributes": rest},
            ],
        }))
        .expect("a definition");
        let graph = draw(&definition);
        let rows: Vec<_> =
            graph.boxes.iter().map(|one| (one.id.as_str(), (one.y - MARGIN) / (HEIGHT + BELOW))).collect();
        assert_eq!(rows, [("new", 0), ("ask", 1), ("rest", 2), ("tag", 3), ("bye", 4)]);
        let lines: Vec<_> =
            graph.lines.iter().map(|one| (one.label.as_str(), one.back, one.failure)).collect();
        let plain = ("", false, false);
        let expected = [
            plain,
            ("1.", false, false),
            ("none", false, false),
            plain,
            ("", true, false),
            ("on error", false, true),
        ];
        assert_eq!(lines, expected);
    }
}
