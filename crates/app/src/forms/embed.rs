//! How to show a form on somebody's site: as a frame, or as HTML to be styled there.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::model::{Form, Kind};
use super::question::{Control, Item, Question, Takes};

/// The field that people do not see and programs fill in. Its label tells a person what to do who sees it all the same.
pub const TRAP: &str = "_website";

/// The codes for a form with these slides. A survey has no HTML of its own: its pages follow one another.
#[must_use]
pub fn codes(form: &Form, slides: &[Vec<Item>], base_url: &str) -> Value {
    let url = format!("{base_url}{}", form.path());
    let html = match form.kind {
        Kind::Form => Some(html(form, slides, &url)),
        Kind::Survey => None,
    };
    json!({"iframe": iframe(form, slides, &url), "html": html})
}

/// High enough for the longest page at the width of a telephone, as far as that can be told from here.
fn iframe(form: &Form, slides: &[Vec<Item>], url: &str) -> String {
    let longest = slides.iter().map(|items| items.iter().map(height).sum::<usize>()).max().unwrap_or(0);
    format!(
        "<iframe src=\"{}\" title=\"{}\" style=\"width:100%;height:{}px;border:0\" loading=\"lazy\"></iframe>",
        escaped(url),
        escaped(form.title()),
        240 + longest
    )
}

fn height(item: &Item) -> usize {
    let question = match item {
        Item::Heading(_) => return 70,
        Item::Paragraph(text) => return 50 + 26 * (text.chars().count() / 40),
        Item::Question(question) if question.hidden.is_some() => return 0,
        Item::Question(question) => question,
    };
    let details = question.custom().map(|custom| &custom.details);
    let help = if question.help.is_empty() { 0 } else { 30 };
    help + match question.control() {
        Control::Lines => 205,
        Control::Radios | Control::Checks => 60 + details.map_or(0, |all| 44 * all.options.len()),
        Control::Boxes => 60 + details.map_or(0, |all| 90 * all.boxes.len()),
        Control::Check => 66 + 26 * (question.label.chars().count() / 40),
        Control::Input | Control::Select | Control::Files => 102,
    }
}

/// A form in plain HTML.
fn html(form: &Form, slides: &[Vec<Item>], url: &str) -> String {
    let items = || slides.iter().flatten();
    let is_file = |item: &Item| matches!(item, Item::Question(one) if one.control() == Control::Files);
    let files = if items().any(is_file) { " enctype=\"multipart/form-data\"" } else { "" };
    let mut out = format!("<form action=\"{}\" method=\"post\"{files}>\n", escaped(url));
    for item in items() {
        match item {
            Item::Heading(text) => drop(writeln!(out, "  <h2>{}</h2>", escaped(text))),
            Item::Paragraph(text) => drop(writeln!(out, "  <p>{}</p>", escaped(text))),
            Item::Question(question) => line(&mut out, question),
        }
    }
    let _ = writeln!(
        out,
        "  <div style=\"position:absolute;left:-999rem\" aria-hidden=\"true\"><label>Leave this empty \
         <input name=\"{TRAP}\" tabindex=\"-1\" autocomplete=\"off\"></label></div>"
    );
    let _ = write!(out, "  <button>{}</button>\n</form>", escaped(submit_text(form)));
    out
}

/// What stands on the button that sends a form.
#[must_use]
pub fn submit_text(form: &Form) -> &str {
    match form.definition.submit_text.as_str() {
        "" => "Send",
        text => text,
    }
}

fn line(out: &mut String, question: &Question) {
    let (name, label) = (escaped(&question.name), escaped(&question.label));
    let required = if question.required { " required" } else { "" };
    if let Some(value) = &question.hidden {
        let _ = writeln!(out, "  <input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
        return;
    }
    let placeholder = match question.placeholder.as_str() {
        "" => String::new(),
        text => format!(" placeholder=\"{}\"", escaped(text)),
    };
    let _ = match question.control() {
        Control::Check => {
            writeln!(
                out,
                "  <label><input type=\"checkbox\" name=\"{name}\" value=\"true\"{required}> {label}</label>"
            )
        }
        Control::Lines => {
            writeln!(
                out,
                "  <label>{label} <textarea name=\"{name}\"{placeholder}{required}></textarea></label>"
            )
        }
        Control::Files => {
            writeln!(out, "  <label>{label} <input type=\"file\" name=\"{name}\"{required}></label>")
        }
        Control::Input => {
            let fill = match &question.takes {
                Takes::Contact(field) => format!(" autocomplete=\"{}\"", field.autocomplete),
                _ => String::new(),
            };
            let kind = question.input().0;
            writeln!(
                out,
                "  <label>{label} <input type=\"{kind}\" name=\"{name}\"{fill}{placeholder}{required}></label>"
            )
        }
        Control::Select | Control::Radios | Control::Checks | Control::Boxes => {
            choices(out, question, &name, &label)
        }
    };
}

/// What is made of several parts.
fn choices(out: &mut String, question: &Question, name: &str, label: &str) -> std::fmt::Result {
    let Some(details) = question.custom().map(|custom| &custom.details) else { return Ok(()) };
    let options = details.options.iter().map(|option| escaped(&option.label));
    let required = if question.required { " required" } else { "" };
    if question.control() == Control::Select {
        writeln!(out, "  <label>{label} <select name=\"{name}\"{required}>")?;
        writeln!(out, "    <option value=\"\"></option>")?;
        options.into_iter().try_for_each(|option| writeln!(out, "    <option>{option}</option>"))?;
        return writeln!(out, "  </select></label>");
    }
    writeln!(out, "  <fieldset><legend>{label}</legend>")?;
    let kind = match question.control() {
        Control::Radios => format!("type=\"radio\" name=\"{name}\"{required}"),
        _ => format!("type=\"checkbox\" name=\"{name}[]\""),
    };
    for option in options {
        writeln!(out, "    <label><input {kind} value=\"{option}\"> {option}</label>")?;
    }
    for one in &details.boxes {
        let (place, label) = (escaped(&one.id), escaped(&one.label));
        writeln!(out, "    <label>{label} <input name=\"{name}[{place}]\"></label>")?;
    }
    writeln!(out, "  </fieldset>")
}

/// Text that HTML takes for nothing but text, also within quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
