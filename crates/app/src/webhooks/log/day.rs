//! The last day at a glance: how many deliveries were made each hour, what became of them, and how fast they were answered.

use leadhold_kernel::{Id, Timestamp, id};
use leadhold_store::{DbError, Tx, params};
use serde_json::{Value, json};

use super::{State, sql};

const HOUR: i64 = 3_600_000;
const HOURS: usize = 24;
/// Deliveries that are looked at, the newest: a page must not take longer where more happens.
const LOOKED_AT: i64 = 20_000;

/// The plot's size, in its own units.
const WIDTH: usize = 480;
const HEIGHT: i64 = 72;

/// An hour of deliveries.
#[derive(Clone, Copy, Debug, Default)]
struct Hour {
    delivered: i64,
    waiting: i64,
    dead: i64,
    /// Sum and number of the last attempts' times.
    took: (i64, i64),
}

/// The last 24 hours, oldest first.
#[derive(Default)]
pub(in crate::webhooks) struct Day(Vec<Hour>);

/// The agency's last day with all of its locations; `app`: only deliveries to it.
pub(in crate::webhooks) fn read(
    tx: &mut Tx<'_>,
    company: &Id<id::Company>,
    app: Option<&str>,
    now: Timestamp,
) -> Result<Day, DbError> {
    let begin = now.plus_millis(-HOUR * HOURS as i64);
    let mut hours = vec![Hour::default(); HOURS];
    let rows = tx.query(sql::DAY, params![company, begin, app.unwrap_or_default(), LOOKED_AT], |row| {
        Ok((
            row.get::<i64>(0)?,
            row.get::<String>(1)?,
            row.get::<i64>(2)?,
            row.get::<i64>(3)?,
            row.get::<i64>(4)?,
        ))
    })?;
    for (hour, state, count, sum, answered) in rows {
        let at = usize::try_from(hour).unwrap_or(0).min(HOURS - 1); // what was made just now ends the day
        let hour = &mut hours[at];
        match State::parse(&state) {
            Some(State::Delivered) => hour.delivered += count,
            Some(State::Dead) => hour.dead += count,
            _ => hour.waiting += count,
        }
        hour.took = (hour.took.0 + sum, hour.took.1 + answered);
    }
    Ok(Day(hours))
}

impl Day {
    /// As the plot wants it: bars from the bottom up, and a line over the hours that had an answer.
    pub(in crate::webhooks) fn shown(&self) -> Value {
        let total = |hour: &Hour| hour.delivered + hour.waiting + hour.dead;
        let most = self.0.iter().map(total).max().unwrap_or(0);
        let mean = |hour: &Hour| (hour.took.1 > 0).then(|| hour.took.0 / hour.took.1);
        let slowest = self.0.iter().filter_map(mean).max().unwrap_or(0);
        let step = WIDTH / HOURS;
        let mut bars = Vec::new();
        let mut line = Vec::new();
        for (at, hour) in self.0.iter().enumerate() {
            let mut top = HEIGHT;
            for (class, count) in [("good", hour.delivered), ("wait", hour.waiting), ("bad", hour.dead)] {
                if count > 0 {
                    let height = (HEIGHT * count / most.max(1)).max(1);
                    top -= height;
                    let (ago, x) = (HOURS - at, at * step + 1);
                    let title = format!("{count} {class}, {ago} h ago").replace("wait,", "pending,");
                    let title = title.replace("good,", "delivered,").replace("bad,", "dead,");
                    bars.push(json!({
                        "class": class, "x": x, "y": top, "width": step - 2, "height": height, "title": title,
                    }));
                }
            }
            if let Some(mean) = mean(hour) {
                let y = (HEIGHT - HEIGHT * mean / slowest.max(1)).max(1);
                line.push(format!("{},{y} {},{y}", at * step, (at + 1) * step));
            }
        }
        let sum = |part: fn(&Hour) -> i64| self.0.iter().map(part).sum::<i64>();
        json!({
            "bars": bars, "line": line.join(" "), "width": WIDTH, "height": HEIGHT, "slowest": slowest,
            "delivered": sum(|hour| hour.delivered), "waiting": sum(|hour| hour.waiting), "dead": sum(|hour| hour.dead),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_stand_on_each_other_and_the_highest_fills_the_plot() {
        let mut hours = vec![Hour::default(); HOURS];
        hours[0] = Hour { delivered: 3, waiting: 0, dead: 1, took: (300, 3) };
        hours[23] = Hour { delivered: 1, waiting: 1, dead: 0, took: (50, 1) };
        let shown = Day(hours).shown();
        let heights: Vec<_> =
            shown["bars"].as_array().unwrap().iter().map(|bar| (&bar["y"], &bar["height"])).collect();
        let expected = [(18, 54), (0, 18), (54, 18), (36, 18)].map(|(y, height)| (json!(y), json!(height)));
        assert_eq!(heights, expected.iter().map(|(y, height)| (y, height)).collect::<Vec<_>>());
        assert_eq!(shown["line"], "0,1 20,1 460,36 480,36");
        assert_eq!((&shown["delivered"], &shown["slowest"]), (&json!(4), &json!(100)));
        assert_eq!(Day::default().shown()["bars"], json!([]));
    }
}
