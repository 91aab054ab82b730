//! Evaluates an expression over what a run knows.
//!
//! Every visit of a node costs, and so does every byte that is made or looked through: [`STEPS`] of them and nothing more.
//! There is no loop but over lists that are there, no clock, no chance, and no way out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde_json::Value;

use super::functions;
use super::syntax::{Binary, Expr, Fault, Node};
use super::value::Datum;

/// How much one evaluation may cost: a node visited, or 64 bytes made or looked through.
pub const STEPS: u64 = 200_000;
/// How many bytes texts, lists and maps that it makes may have together.
pub const MEMORY: usize = 8 << 20;

/// The result of a part.
pub type Result<'a> = std::result::Result<Datum<'a>, Fault>;

/// Functions that take an expression, evaluated for each element: `items.map(x, x.price)`.
const MACROS: [&str; 5] = ["map", "filter", "all", "exists", "exists_one"];

/// One evaluation.
pub struct Evaluation<'a> {
    /// What names mean.
    known: &'a Value,
    /// Names that the evaluation itself gives: the innermost last.
    names: Vec<(String, Datum<'a>)>,
    /// What the run hands in beside: `now`, `inputData`.
    given: HashMap<&'static str, Datum<'a>>,
    zone: &'a TimeZone,
    steps: u64,
    memory: usize,
}

impl<'a> Evaluation<'a> {
    /// Over the merge fields of a run, and what is given beside.
    #[must_use]
    pub fn new(known: &'a Value, given: HashMap<&'static str, Datum<'a>>, zone: &'a TimeZone) -> Self {
        Self { known, names: Vec::new(), given, zone, steps: 0, memory: 0 }
    }

    /// The zone of moments without an offset.
    #[must_use]
    pub fn zone(&self) -> &'a TimeZone {
        self.zone
    }

    /// Counts work on this many bytes.
    ///
    /// # Errors
    /// When it is too much.
    pub fn work(&mut self, at: usize, bytes: usize) -> std::result::Result<(), Fault> {
        self.steps = self.steps.saturating_add(1 + (bytes / 64) as u64);
        if self.steps > STEPS {
            return Err(Fault::at(at, "the code does too much; look for lists within lists"));
        }
        Ok(())
    }

    /// Counts this many bytes that are made.
    ///
    /// # Errors
    /// When they are too many.
    pub fn make(&mut self, at: usize, bytes: usize) -> std::result::Result<(), Fault> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > MEMORY {
            return Err(Fault::at(at, format!("the code makes more than {} MB of values", MEMORY >> 20)));
        }
        self.work(at, bytes)
    }

    /// A text that is made.
    ///
    /// # Errors
    /// When it is too much.
    pub fn text(&mut self, at: usize, text: &str) -> Result<'a> {
        self.make(at, text.len() + 16)?;
        Ok(Datum::text(text))
    }

    /// A list that is made.
    ///
    /// # Errors
    /// When it is too much.
    pub fn list(&mut self, at: usize, items: Vec<Datum<'a>>) -> Result<'a> {
        self.make(at, items.len() * size_of::<Datum<'_>>() + 16)?;
        Ok(Datum::list(items))
    }

    /// The elements of a list; `None` when it is none. Those of a list that the run knows are copies.
    ///
    /// # Errors
    /// When they are too many.
    pub fn elements(
        &mut self,
        at: usize,
        list: &Datum<'a>,
    ) -> std::result::Result<Option<Vec<Datum<'a>>>, Fault> {
        if let Datum::Known(Value::Array(items)) = list {
            let copied = |item: &Value| item.as_str().map_or(0, str::len) + size_of::<Datum<'_>>();
            self.make(at, items.iter().map(copied).sum())?;
        }
        Ok(list.items())
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// The first fault.
    pub fn of(&mut self, expr: &Expr) -> Result<'a> {
        self.work(expr.at, 0)?;
        let at = expr.at;
        match &expr.node {
            Node::Null => Ok(Datum::Null),
            Node::Bool(flag) => Ok(Datum::Bool(*flag)),
            Node::Number(number) => Ok(Datum::Number(*number)),
            Node::Text(text) => self.text(at, text),
            Node::Name(name) => self.named(at, name),
            Node::List(items) => {
                let items =
                    items.iter().map(|item| self.of(item)).collect::<std::result::Result<Vec<_>, _>>()?;
                self.list(at, items)
            }
            Node::Map(entries) => self.map(at, entries),
            Node::Field(of, key) => {
                let of = self.of(of)?;
                self.field(at, &of, key)
            }
            Node::Index(of, index) => {
                let (of, index) = (self.of(of)?, self.of(index)?);
                self.index(at, &of, &index)
            }
            Node::Not(of) => Ok(Datum::Bool(!self.flag(of)?)),
            Node::Minus(of) => Ok(Datum::Number(-self.number(of)?)),
            Node::Choice(when, yes, no) => {
                let chosen = if self.flag(when)? { yes } else { no };
                self.of(chosen)
            }
            Node::Binary(operator, left, right) => self.binary(at, *operator, left, right),
            Node::Call { on, name, with } => self.call(at, on.as_deref(), name, with),
        }
    }

    fn named(&mut self, at: usize, name: &str) -> Result<'a> {
        if let Some((_, value)) = self.names.iter().rev().find(|(known, _)| known == name) {
            return Ok(value.clone());
        }
        if let Some(value) = self.given.get(name) {
            return Ok(value.clone());
        }
        match self.known.get(name) {
            Some(value) => {
                self.work(at, value.as_str().map_or(0, str::len))?;
                Ok(Datum::of(value))
            }
            // An object that this run has not: its fields are null, as merge fields are empty.
            None => Ok(Datum::Null),
        }
    }

    fn map(&mut self, at: usize, entries: &[(Expr, Expr)]) -> Result<'a> {
        let mut map = BTreeMap::new();
        for (key, value) in entries {
            let key = match self.of(key)? {
                Datum::Text(text) => text.to_string(),
                other => return Err(Fault::at(key.at, format!("a key is a text, not a {}", other.kind()))),
            };
            self.make(at, key.len() + 2 * size_of::<Datum<'_>>())?;
            map.insert(key, self.of(value)?);
        }
        Ok(Datum::Map(Arc::new(map)))
    }

    fn field(&mut self, at: usize, of: &Datum<'a>, key: &str) -> Result<'a> {
        if matches!(of, Datum::Null) {
            return Ok(Datum::Null);
        }
        let found = of.field(key);
        let found = found.ok_or_else(|| Fault::at(at, format!("a {} has no field `{key}`", of.kind())))?;
        self.work(at, found.weight(0))?;
        Ok(found)
    }

    fn index(&mut self, at: usize, of: &Datum<'a>, index: &Datum<'a>) -> Result<'a> {
        match (of, index) {
            (Datum::Null, _) => Ok(Datum::Null),
            (_, Datum::Text(key)) => self.field(at, of, key),
            (Datum::Known(Value::Array(items)), Datum::Number(number)) => {
                let found = place(*number, items.len()).and_then(|i| items.get(i));
                self.work(at, found.and_then(Value::as_str).map_or(0, str::len))?;
                Ok(found.map_or(Datum::Null, Datum::of))
            }
            (Datum::List(items), Datum::Number(number)) => {
                Ok(place(*number, items.len()).and_then(|i| items.get(i)).cloned().unwrap_or(Datum::Null))
            }
            _ => {
                let message = format!("a {} has no element by a {}", of.kind(), index.kind());
                Err(Fault::at(at, message))
            }
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// When it is neither.
    pub fn flag(&mut self, expr: &Expr) -> std::result::Result<bool, Fault> {
        match self.of(expr)? {
            Datum::Bool(flag) => Ok(flag),
            other => Err(Fault::at(expr.at, format!("must be true or false, not a {}", other.kind()))),
        }
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&mut self, expr: &Expr) -> std::result::Result<Decimal, Fault> {
        match self.of(expr)? {
            Datum::Number(number) => Ok(number),
            other => {
                let message =
                    format!("must be a number, not a {}; number(…) makes one of a text", other.kind());
                Err(Fault::at(expr.at, message))
            }
        }
    }

    fn binary(&mut self, at: usize, operator: Binary, left: &Expr, right: &Expr) -> Result<'a> {
        match operator {
            Binary::And => return Ok(Datum::Bool(self.flag(left)? && self.flag(right)?)),
            Binary::Or => return Ok(Datum::Bool(self.flag(left)? || self.flag(right)?)),
            _ => {}
        }
        let (a, b) = (self.of(left)?, self.of(right)?);
        let compare = MEMORY.min(a.weight(MEMORY)).min(b.weight(MEMORY));
        match operator {
            Binary::Equal | Binary::NotEqual => {
                self.work(at, compare)?;
                Ok(Datum::Bool(a.same(&b) == (operator == Binary::Equal)))
            }
            Binary::In => self.is_in(at, &a, &b),
            Binary::Less | Binary::LessOrEqual | Binary::Greater | Binary::GreaterOrEqual => {
                self.work(at, compare)?;
                let order = match (&a, &b) {
                    (Datum::Number(a), Datum::Number(b)) => a.cmp(b),
                    (Datum::Text(a), Datum::Text(b)) => a.cmp(b),
                    _ => return Err(unfit(at, "compared", &a, &b)),
                };
                Ok(Datum::Bool(match operator {
                    Binary::Less => order.is_lt(),
                    Binary::LessOrEqual => order.is_le(),
                    Binary::Greater => order.is_gt(),
                    _ => order.is_ge(),
                }))
            }
            Binary::Add => self.sum(at, &a, &b),
            _ => match (&a, &b) {
                (Datum::Number(a), Datum::Number(b)) => arithmetic(at, operator, *a, *b),
                _ => Err(unfit(at, "calculated with", &a, &b)),
            },
        }
    }

    fn is_in(&mut self, at: usize, a: &Datum<'a>, b: &Datum<'a>) -> Result<'a> {
        if let Some(items) = self.elements(at, b)? {
            for item in &items {
                self.work(at, item.weight(4096))?;
                if item.same(a) {
                    return Ok(Datum::Bool(true));
                }
            }
            return Ok(Datum::Bool(false));
        }
        match (a, b.keys()) {
            (Datum::Text(key), Some(keys)) => {
                self.work(at, keys.len() * 16)?;
                Ok(Datum::Bool(keys.iter().any(|known| **known == **key)))
            }
            _ => Err(Fault::at(at, format!("nothing is `in` a {}", b.kind()))),
        }
    }

    fn sum(&mut self, at: usize, a: &Datum<'a>, b: &Datum<'a>) -> Result<'a> {
        match (a, b) {
            (Datum::Number(a), Datum::Number(b)) => arithmetic(at, Binary::Add, *a, *b),
            (Datum::Text(a), Datum::Text(b)) => {
                self.make(at, a.len() + b.len())?;
                Ok(Datum::Text([&**a, &**b].concat().into()))
            }
            _ => match (a.size(), b.size(), a.kind(), b.kind()) {
                (Some(first), Some(second), "list", "list") => {
                    self.make(at, (first + second) * size_of::<Datum<'_>>())?;
                    let (a, b) = (self.elements(at, a)?, self.elements(at, b)?);
                    Ok(Datum::list([a.unwrap_or_default(), b.unwrap_or_default()].concat()))
                }
                _ => Err(unfit(at, "added", a, b)),
            },
        }
    }

    fn call(&mut self, at: usize, on: Option<&Expr>, name: &str, with: &[Expr]) -> Result<'a> {
        match (on, with) {
            (None, [Expr { node: Node::Field(of, key), .. }]) if name == "has" => {
                let of = self.of(of)?;
                let found = of.field(key).is_some_and(|value| !matches!(value, Datum::Null));
                return Ok(Datum::Bool(found));
            }
            (Some(list), [Expr { node: Node::Name(variable), .. }, each]) if MACROS.contains(&name) => {
                return self.each(at, list, name, variable, each);
            }
            (Some(_), _) if MACROS.contains(&name) => {
                return Err(Fault::at(at, format!("write it as items.{name}(item, …)")));
            }
            _ => {}
        }
        let mut values = Vec::with_capacity(with.len() + 1);
        for expr in on.into_iter().chain(with) {
            values.push(self.of(expr)?);
        }
        functions::call(self, at, name, values)
    }

    /// An expression for each element of a list, or for each key of a map.
    fn each(&mut self, at: usize, list: &Expr, name: &str, variable: &str, each: &Expr) -> Result<'a> {
        let list = self.of(list)?;
        let items = match (self.elements(at, &list)?, list.keys()) {
            (Some(items), _) => items,
            (None, Some(keys)) => keys.iter().map(|key| Datum::text(key)).collect(),
            (None, None) if matches!(list, Datum::Null) => Vec::new(),
            (None, None) => {
                return Err(Fault::at(at, format!("`{name}` goes over a list, not over a {}", list.kind())));
            }
        };
        self.make(at, items.len() * size_of::<Datum<'_>>())?;
        let (mut kept, mut holding) = (Vec::new(), 0_usize);
        let total = items.len();
        for item in items {
            self.names.push((variable.to_owned(), item.clone()));
            let result = if name == "map" { self.of(each) } else { self.flag(each).map(Datum::Bool) };
            self.names.pop();
            match (name, result?) {
                ("map", value) => kept.push(value),
                (_, Datum::Bool(true)) => {
                    holding += 1;
                    match name {
                        "filter" => kept.push(item),
                        "exists" => return Ok(Datum::Bool(true)),
                        _ => {}
                    }
                }
                ("all", _) => return Ok(Datum::Bool(false)),
                _ => {}
            }
        }
        match name {
            "map" | "filter" => self.list(at, kept),
            "all" => Ok(Datum::Bool(holding == total)),
            "exists" => Ok(Datum::Bool(false)),
            _ => Ok(Datum::Bool(holding == 1)),
        }
    }
}

fn arithmetic<'a>(at: usize, operator: Binary, a: Decimal, b: Decimal) -> Result<'a> {
    if b.is_zero() && matches!(operator, Binary::Divide | Binary::Remainder) {
        return Err(Fault::at(at, "nothing can be divided by zero"));
    }
    let result = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide => a.checked_div(b),
        Binary::Remainder => a.checked_rem(b),
        _ => None,
    };
    result.map(Datum::Number).ok_or_else(|| Fault::at(at, "the number grew beyond 28 digits"))
}

/// The place of an element; from the end when it is negative.
fn place(number: Decimal, count: usize) -> Option<usize> {
    let number: i64 = number.normalize().to_string().parse().ok()?;
    match usize::try_from(number) {
        Ok(at) => Some(at),
        Err(_) => count.checked_sub(usize::try_from(number.unsigned_abs()).ok()?),
    }
}

fn unfit(at: usize, done: &str, a: &Datum<'_>, b: &Datum<'_>) -> Fault {
    let message = format!(
        "a {} and a {} cannot be {done}; string(…) and number(…) make one of the other",
        a.kind(),
        b.kind()
    );
    Fault::at(at, message)
}
