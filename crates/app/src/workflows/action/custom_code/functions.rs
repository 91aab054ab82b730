//! The functions of the expression language. `f(a, b)` and `a.f(b)` are the same.

use std::collections::HashSet;

use leadhold_kernel::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};

use super::evaluate::{Evaluation, Result};
use super::syntax::Fault;
use super::value::{Datum, decimal};

/// Every function with how many values it takes, at least and at most.
pub const ALL: &[(&str, usize, usize)] = &[
    ("size", 1, 1),
    ("string", 1, 1),
    ("number", 1, 1),
    ("int", 1, 1),
    ("type", 1, 1),
    ("default", 2, 2),
    ("json", 1, 1),
    ("upper", 1, 1),
    ("lower", 1, 1),
    ("trim", 1, 1),
    ("startsWith", 2, 2),
    ("endsWith", 2, 2),
    ("contains", 2, 2),
    ("replace", 3, 3),
    ("split", 2, 2),
    ("substring", 2, 3),
    ("indexOf", 2, 2),
    ("join", 1, 2),
    ("keys", 1, 1),
    ("values", 1, 1),
    ("reverse", 1, 1),
    ("distinct", 1, 1),
    ("sort", 1, 1),
    ("slice", 2, 3),
    ("flatten", 1, 1),
    ("sum", 1, 1),
    ("min", 1, 9),
    ("max", 1, 9),
    ("round", 1, 2),
    ("floor", 1, 1),
    ("ceil", 1, 1),
    ("abs", 1, 1),
    ("timestamp", 1, 1),
    ("iso", 1, 1),
];

/// Calls a function.
///
/// # Errors
/// When there is none, or it does not take these values.
pub fn call<'a>(eval: &mut Evaluation<'a>, at: usize, name: &str, with: Vec<Datum<'a>>) -> Result<'a> {
    let Some((_, least, most)) = ALL.iter().find(|(known, ..)| *known == name) else {
        return Err(Fault::at(at, format!("there is no function `{name}`")));
    };
    if !(*least..=*most).contains(&with.len()) {
        let takes = if least == most { least.to_string() } else { format!("{least} to {most}") };
        return Err(Fault::at(at, format!("`{name}` takes {takes} values, not {}", with.len())));
    }
    let mut call = Call { eval, at, name, with };
    match name {
        "size" | "string" | "number" | "int" | "type" | "default" | "json" | "timestamp" | "iso" => {
            call.general()
        }
        "keys" | "values" | "reverse" | "distinct" | "sort" | "slice" | "flatten" | "join" | "sum" => {
            call.of_list()
        }
        "min" | "max" | "round" | "floor" | "ceil" | "abs" => call.of_numbers(),
        "contains" if call.with[0].kind() == "list" => {
            let mut found = false;
            for item in call.items(0)? {
                call.eval.work(at, item.weight(4096))?;
                found |= item.same(&call.with[1]);
            }
            Ok(Datum::Bool(found))
        }
        _ => call.of_text(),
    }
}

struct Call<'e, 'a> {
    eval: &'e mut Evaluation<'a>,
    at: usize,
    name: &'e str,
    with: Vec<Datum<'a>>,
}

impl<'a> Call<'_, 'a> {
    fn fault<T>(&self, message: String) -> std::result::Result<T, Fault> {
        Err(Fault::at(self.at, message))
    }

    fn unfit<T>(&self, wanted: &str, value: &Datum<'a>) -> std::result::Result<T, Fault> {
        self.fault(format!("`{}` takes a {wanted}, not a {}", self.name, value.kind()))
    }

    fn text(&self, which: usize) -> std::result::Result<&str, Fault> {
        match &self.with[which] {
            Datum::Text(text) => Ok(text),
            Datum::Null => Ok(""),
            other => self.unfit("text", other),
        }
    }

    fn number(&self, which: usize) -> std::result::Result<Decimal, Fault> {
        match &self.with[which] {
            Datum::Number(number) => Ok(*number),
            other => self.unfit("number", other),
        }
    }

    fn whole(&self, which: usize) -> std::result::Result<i64, Fault> {
        let number = self.number(which)?;
        let whole = number.normalize().to_string().parse().ok();
        whole.map_or_else(|| self.fault(format!("`{}` takes a whole number", self.name)), Ok)
    }

    fn items(&mut self, which: usize) -> std::result::Result<Vec<Datum<'a>>, Fault> {
        match &self.with[which] {
            Datum::Null => Ok(Vec::new()),
            other => match self.eval.elements(self.at, other)? {
                Some(items) => Ok(items),
                None => self.unfit("list", other),
            },
        }
    }

    /// The second and third value as places in something of this size: from, and up to.
    fn span(&self, size: usize) -> std::result::Result<(usize, usize), Fault> {
        let place = |number: i64| match usize::try_from(number) {
            Ok(at) => at.min(size),
            Err(_) => size.saturating_sub(usize::try_from(number.unsigned_abs()).unwrap_or(size)),
        };
        let from = place(self.whole(1)?);
        let to = if self.with.len() > 2 { place(self.whole(2)?) } else { size };
        Ok((from, to.max(from)))
    }

    fn general(self) -> Result<'a> {
        let value = self.with[0].clone();
        match self.name {
            "size" => match value.size() {
                Some(size) => {
                    let looked = if let Datum::Text(text) = &value { text.len() } else { 0 };
                    self.eval.work(self.at, looked)?;
                    Ok(Datum::Number(Decimal::from(size)))
                }
                None if matches!(value, Datum::Null) => Ok(Datum::Number(Decimal::ZERO)),
                None => self.unfit("text, list or map", &value),
            },
            "type" => Ok(Datum::text(value.kind())),
            "default" => {
                let empty = match &value {
                    Datum::Null => true,
                    Datum::Text(text) => text.trim().is_empty(),
                    _ => false,
                };
                Ok(if empty { self.with[1].clone() } else { value })
            }
            "string" => {
                // Counted before it is made.
                let weight = value.weight(super::evaluate::MEMORY);
                self.eval.make(self.at, weight)?;
                Ok(Datum::text(&value.shown()))
            }
            "json" => {
                let weight = value.weight(super::evaluate::MEMORY);
                self.eval.make(self.at, 2 * weight)?;
                Ok(Datum::text(&value.json().to_string()))
            }
            "number" | "int" => {
                let number = match &value {
                    Datum::Number(number) => *number,
                    Datum::Bool(flag) => Decimal::from(u8::from(*flag)),
                    Datum::Text(text) => match decimal(text) {
                        Some(number) => number,
                        None => {
                            let shown: String = text.chars().take(40).collect();
                            return self.fault(format!("`{shown}` is no number"));
                        }
                    },
                    other => return self.unfit("text or number", other),
                };
                Ok(Datum::Number(if self.name == "int" { number.trunc() } else { number }))
            }
            "timestamp" => {
                let text = self.text(0)?;
                let moment = crate::workflows::action::moment::parse(text, self.eval.zone());
                match moment {
                    Some(moment) => Ok(Datum::Number(Decimal::from(moment.millis()))),
                    None => self.fault(crate::workflows::action::moment::unreadable(text)),
                }
            }
            _ => {
                let millis = self.whole(0)?;
                const LATEST: i64 = 253_402_300_799_999;
                if !(0..=LATEST).contains(&millis) {
                    return self.fault("that moment lies outside the calendar".to_owned());
                }
                let text = Timestamp(millis).iso();
                self.eval.text(self.at, &text)
            }
        }
    }

    fn of_text(self) -> Result<'a> {
        let at = self.at;
        let text = self.text(0)?.to_owned();
        self.eval.work(at, text.len())?;
        match self.name {
            "upper" => self.eval.text(at, &text.to_uppercase()),
            "lower" => self.eval.text(at, &text.to_lowercase()),
            "trim" => self.eval.text(at, text.trim()),
            "startsWith" => Ok(Datum::Bool(text.starts_with(self.text(1)?))),
            "endsWith" => Ok(Datum::Bool(text.ends_with(self.text(1)?))),
            "contains" => Ok(Datum::Bool(text.contains(self.text(1)?))),
            "indexOf" => {
                let found = text.find(self.text(1)?).map(|i| text[..i].chars().count());
                Ok(Datum::Number(found.map_or(Decimal::NEGATIVE_ONE, Decimal::from)))
            }
            "replace" => {
                let (find, with) = (self.text(1)?.to_owned(), self.text(2)?.to_owned());
                if find.is_empty() {
                    return Ok(self.with[0].clone());
                }
                let grown = text.matches(&find).count().saturating_mul(with.len()).saturating_add(text.len());
                self.eval.make(at, grown)?;
                Ok(Datum::text(&text.replace(&find, &with)))
            }
            "split" => {
                let by = self.text(1)?.to_owned();
                let count = if by.is_empty() { text.chars().count() } else { text.matches(&by).count() + 1 };
                self.eval.make(at, text.len() + count.saturating_mul(48))?;
                let parts: Vec<Datum<'a>> = if by.is_empty() {
                    text.chars().map(|c| Datum::text(c.encode_utf8(&mut [0; 4]))).collect()
                } else {
                    text.split(&by).map(Datum::text).collect()
                };
                Ok(Datum::list(parts))
            }
            _ => {
                let (from, to) = self.span(text.chars().count())?;
                let part: String = text.chars().skip(from).take(to - from).collect();
                self.eval.text(at, &part)
            }
        }
    }

    fn of_list(mut self) -> Result<'a> {
        let at = self.at;
        if matches!(self.name, "keys" | "values") {
            let Some(keys) = self.with[0].keys() else { return self.unfit("map", &self.with[0]) };
            self.eval.make(at, keys.iter().map(|key| key.len() + 48).sum())?;
            let of = self.with[0].clone();
            let value = |key: &String| match self.name {
                "keys" => Datum::text(key),
                _ => of.field(key).unwrap_or(Datum::Null),
            };
            return Ok(Datum::list(keys.iter().map(value).collect()));
        }
        let mut items = self.items(0)?;
        self.eval.make(at, items.len() * size_of::<Datum<'_>>())?;
        match self.name {
            "reverse" => items.reverse(),
            "sort" => {
                let fits = |kind: &str| items.iter().all(|item| item.kind() == kind);
                if !fits("number") && !fits("text") {
                    return self.fault("`sort` takes a list of numbers or a list of texts".to_owned());
                }
                let weight: usize = items.iter().map(|item| item.weight(4096)).sum();
                self.eval.work(at, weight.saturating_mul(16))?;
                items.sort_by(|a, b| match (a, b) {
                    (Datum::Number(a), Datum::Number(b)) => a.cmp(b),
                    (Datum::Text(a), Datum::Text(b)) => a.cmp(b),
                    _ => std::cmp::Ordering::Equal,
                });
            }
            "distinct" => {
                let mut seen = HashSet::new();
                let mut kept = Vec::new();
                for item in items {
                    self.eval.make(at, item.weight(super::evaluate::MEMORY))?;
                    if seen.insert((item.kind(), item.shown())) {
                        kept.push(item);
                    }
                }
                items = kept;
            }
            "slice" => {
                let (from, to) = self.span(items.len())?;
                items = items.drain(from..to).collect();
            }
            "flatten" => {
                let mut all = Vec::new();
                for item in items {
                    let inner = self.eval.elements(self.at, &item)?;
                    self.eval.make(at, inner.as_ref().map_or(1, Vec::len) * size_of::<Datum<'_>>())?;
                    match inner {
                        Some(inner) => all.extend(inner),
                        None => all.push(item),
                    }
                }
                items = all;
            }
            "join" => {
                let by = if self.with.len() > 1 { self.text(1)?.to_owned() } else { String::new() };
                let mut texts = Vec::with_capacity(items.len());
                for item in &items {
                    self.eval.make(at, item.weight(super::evaluate::MEMORY) + by.len())?;
                    texts.push(item.shown());
                }
                return Ok(Datum::text(&texts.join(&by)));
            }
            _ => {
                let mut sum = Decimal::ZERO;
                for item in &items {
                    let Datum::Number(number) = item else { return self.unfit("list of numbers", item) };
                    let Some(next) = sum.checked_add(*number) else {
                        return self.fault("the number grew beyond 28 digits".to_owned());
                    };
                    sum = next;
                }
                return Ok(Datum::Number(sum));
            }
        }
        Ok(Datum::list(items))
    }

    fn of_numbers(self) -> Result<'a> {
        let number = match self.name {
            "min" | "max" => return self.extreme(),
            "round" => {
                let digits = if self.with.len() > 1 { self.whole(1)? } else { 0 };
                let Some(digits) = u32::try_from(digits).ok().filter(|digits| *digits <= 28) else {
                    return self.fault("a number is rounded to 0 to 28 decimals".to_owned());
                };
                self.number(0)?.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)
            }
            "floor" => self.number(0)?.floor(),
            "ceil" => self.number(0)?.ceil(),
            _ => self.number(0)?.abs(),
        };
        Ok(Datum::Number(number))
    }

    /// The smallest or largest of a list, or of the values; null of nothing.
    fn extreme(self) -> Result<'a> {
        let all = match self.with.as_slice() {
            [list] => self.eval.elements(self.at, list)?.unwrap_or_else(|| vec![list.clone()]),
            several => several.to_vec(),
        };
        self.eval.make(self.at, all.len() * size_of::<Datum<'_>>())?;
        let mut best: Option<Decimal> = None;
        for value in &all {
            let Datum::Number(number) = value else { return self.unfit("list of numbers", value) };
            let better =
                best.is_none_or(|best| if self.name == "min" { *number < best } else { *number > best });
            if better {
                best = Some(*number);
            }
        }
        Ok(best.map_or(Datum::Null, Datum::Number))
    }
}
