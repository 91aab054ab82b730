//! A form's page: what the template is given.

use http::StatusCode;
use leadhold_kernel::Error;
use leadhold_kernel::merge_field::text_of;
use serde_json::{Map, Value, json};

use super::sent::Sent;
use super::{Opened, is_framed};
use crate::custom_fields::{Choice, CustomField, DataType, value};
use crate::forms::answers::{Fault, is_small};
use crate::forms::embed::{TRAP, submit_text};
use crate::forms::model::Form;
use crate::forms::origin;
use crate::forms::question::{Control, Item, Question, Takes, asked};
use crate::forms::upload;
use crate::http::page::public_page;
use crate::http::{Reply, Request};

/// Characters of what a link fills in.
const LONGEST: usize = 20_000;

/// What visitors read in the end.
#[must_use]
pub fn thanks(form: &Form) -> &str {
    match form.definition.thank_you_message.as_str() {
        "" => "Thank you. We have received what you sent.",
        message => message,
    }
}

/// The page of a slide, with what was sent so far and what is wrong with it.
///
/// # Errors
/// Internal, when the template fails.
pub fn page(
    request: &Request,
    opened: &Opened,
    sent: &Sent,
    slide: usize,
    faults: &[Fault],
) -> Result<Reply, Error> {
    let form = &opened.form;
    let none = Vec::new();
    let items = opened.slides.get(slide).unwrap_or(&none);
    let elsewhere = opened.slides.iter().enumerate().filter(|(at, _)| *at != slide);
    let carried: Vec<Value> = elsewhere
        .flat_map(|(_, items)| asked(items))
        .flat_map(|question| hidden(question, &sent.answers))
        .collect();
    let referrer = sent.answers.get(origin::REFERRER).and_then(Value::as_str).map(origin::kept_url);
    let steps = opened.slides.len();
    let files = asked(items).any(|question| question.control() == Control::Files);
    let given = json!({
        "title": form.title(),
        "slide_title": form.definition.slides.get(slide).map(|slide| &slide.title),
        "action": request.target,
        "items": items.iter().map(|item| shown(item, sent, faults)).collect::<Vec<_>>(),
        "faults": faults.iter().map(|fault| told(fault, items)).collect::<Vec<_>>(),
        "carried": carried,
        "step": slide,
        "steps": steps,
        "id": sent.id,
        "referrer": referrer.unwrap_or_else(|| origin::referer(request)),
        "trap": TRAP,
        "files": files,
        "again": !sent.files.is_empty(),
        "button": if slide + 1 < steps { "Next" } else { submit_text(form) },
        "framed": is_framed(request),
    });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    public_page(request, &opened.brand, status, "form.html", given)
}

/// A fault with where it is mended: the first input of its question.
fn told(fault: &Fault, items: &[Item]) -> Value {
    let question = asked(items).find(|question| question.name == fault.name);
    let place = match question.map(Question::control) {
        Some(Control::Radios | Control::Checks) => format!("f-{}-0", fault.name),
        Some(Control::Boxes) => question.and_then(first_box).unwrap_or_default(),
        _ => format!("f-{}", fault.name),
    };
    json!({"place": place, "label": fault.label, "message": message(fault, question)})
}

fn first_box(question: &Question) -> Option<String> {
    Some(format!("f-{}-{}", question.name, question.custom()?.details.boxes.first()?.id))
}

/// What is wrong in words for the visitor.
fn message(fault: &Fault, question: Option<&Question>) -> String {
    match (question.map(Question::control), fault.rule.as_str()) {
        (Some(Control::Check), "should not be empty") => "Please tick this box.".to_owned(),
        (Some(Control::Files), "should not be empty") => "Please choose a file.".to_owned(),
        (_, rule) => for_people(rule),
    }
}

/// A rule of the API in words for the visitor.
fn for_people(rule: &str) -> String {
    match rule {
        "should not be empty" => "Please answer this.".to_owned(),
        "must be an email" => "Please enter an e-mail address, such as name@example.com.".to_owned(),
        _ if rule.starts_with("must be a number") => "Please enter a number.".to_owned(),
        _ if rule.starts_with("must be a valid date") => {
            "Please enter a date, such as 1990-05-21.".to_owned()
        }
        _ if rule.starts_with("must be one of") || rule.starts_with("must contain only") => {
            "Please choose from the list.".to_owned()
        }
        _ => match rule.strip_prefix("must be shorter than or equal to ") {
            Some(longest) => format!("This is too long: use at most {longest}."),
            None => format!("This {rule}."),
        },
    }
}

fn shown(item: &Item, sent: &Sent, faults: &[Fault]) -> Value {
    let question = match item {
        Item::Heading(text) => return json!({"control": "heading", "label": text}),
        Item::Paragraph(text) => return json!({"control": "paragraph", "label": text}),
        Item::Question(question) => question,
    };
    if question.hidden.is_some() {
        return json!({"control": "hidden", "pairs": hidden(question, &sent.answers)});
    }
    let given = given(&sent.answers, question).unwrap_or(&Value::Null);
    let fault = faults.iter().find(|fault| fault.name == question.name);
    let mut out = json!({
        "control": word(question.control()),
        "name": question.name,
        "label": question.label,
        "placeholder": question.placeholder,
        "help": question.help,
        "required": question.required,
        "fault": fault.map(|fault| message(fault, Some(question))),
        "input": question.input().0,
        "mode": question.input().1,
        "autocomplete": "off",
        "value": text(given),
    });
    match &question.takes {
        Takes::Contact(field) => out["autocomplete"] = json!(field.autocomplete),
        Takes::Custom(custom) => custom_control(&mut out, custom, given),
        Takes::Consent | Takes::Dnd(_) => {
            out["ticked"] = json!(!matches!(text(given).as_str(), "" | "false" | "off" | "0"))
        }
        Takes::Text => {}
    }
    out
}

/// The template's word for a control.
fn word(control: Control) -> &'static str {
    match control {
        Control::Input => "input",
        Control::Lines => "textarea",
        Control::Select => "select",
        Control::Radios => "radios",
        Control::Checks => "checks",
        Control::Boxes => "boxes",
        Control::Check => "check",
        Control::Files => "files",
    }
}

fn custom_control(out: &mut Value, custom: &CustomField, given: &Value) {
    if out["placeholder"] == "" {
        out["placeholder"] = json!(custom.placeholder);
    }
    let chosen = chosen(custom, given);
    let option = |option: &Choice| json!({"value": option.label, "chosen": chosen.contains(&option.label) || chosen.contains(&option.key)});
    out["options"] = custom.details.options.iter().map(option).collect();
    let boxes = custom.details.boxes.iter().map(|one| {
        let value = given.get(one.id.as_str()).or_else(|| given.get(&one.label)).map(text);
        json!({"id": one.id, "label": one.label, "value": value.unwrap_or_else(|| one.prefill.clone())})
    });
    out["boxes"] = boxes.collect();
    if custom.data_type == DataType::FileUpload {
        let endings = upload::endings(custom).into_iter().map(|ending| format!(".{ending}"));
        out["accept"] = json!(endings.collect::<Vec<_>>().join(","));
        out["several"] = json!(value::most_files(custom) > 1);
    }
}

/// The choices that were made; a link may have several in one text, with commas between them.
fn chosen(custom: &CustomField, given: &Value) -> Vec<String> {
    match given {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::String(one) if custom.details.options.iter().all(|option| option.label != *one) => {
            one.split(',').map(|part| part.trim().to_owned()).collect()
        }
        one => vec![text(one)],
    }
}

fn text(value: &Value) -> String {
    text_of(value).unwrap_or_default().chars().take(LONGEST).collect()
}

/// What was sent for a question, if it can be shown again: a page costs no more than an answer may have.
fn given<'s>(sent: &'s Map<String, Value>, question: &Question) -> Option<&'s Value> {
    sent.get(&question.name).filter(|value| is_small(value))
}

/// An answer as hidden fields that say the same when they are sent.
fn hidden(question: &Question, sent: &Map<String, Value>) -> Vec<Value> {
    let name = &question.name;
    let pair = |name: String, value: String| json!({"name": name, "value": value});
    match given(sent, question) {
        None | Some(Value::Null) => {
            question.hidden.iter().map(|default| pair(name.clone(), default.clone())).collect()
        }
        Some(Value::Array(items)) => items.iter().map(|item| pair(format!("{name}[]"), text(item))).collect(),
        Some(Value::Object(map)) => {
            map.iter().map(|(key, value)| pair(format!("{name}[{key}]"), text(value))).collect()
        }
        Some(one) => vec![pair(name.clone(), text(one))],
    }
}
