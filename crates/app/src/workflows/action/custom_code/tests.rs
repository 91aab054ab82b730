//! What the language can do, what it refuses, and that nothing takes the server down.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::workflows::definition::reader::Faults;
use crate::workflows::engine::RunState;
use crate::workflows::facts::examples;

/// What code comes to, or why it fails.
fn result(code: &str) -> Value {
    let faults = Faults::default();
    let items = json!([{"name": "Tea", "price": "3.10", "n": 2}, {"name": "Milk", "price": 20, "n": 1}]);
    let attributes = json!({"expression": code, "inputData": {"items": "{{r.items}}", "who": "{{contact.first_name}}", "n": 3}});
    let action = Fields::of(&attributes, String::new(), &faults, parse);
    let Some(action) = action else { return json!(faults.into_vec()[0].message) };
    let mut facts = examples::facts();
    facts
        .objects
        .insert("r".to_owned(), json!({"items": items, "long": "x".repeat(60_000), "many": vec![1; 1000]}));
    let run = RunState::new(None);
    match action.arrive(&Visit { facts: &facts, fields: &facts.fields(), run: &run, step: "code" }) {
        Turn::Done(output) => output.get("result").cloned().unwrap_or(output),
        Turn::Skip(reason) => json!(reason),
        turn => json!(format!("{turn:?}")),
    }
}

#[test]
fn the_table_of_the_language() {
    for (code, expected) in [
        ("0.1 + 0.2", json!(0.3)),
        ("1 + 2 * 3 - 4 / 2", json!(5)),
        ("7 % 4", json!(3)),
        ("-(2 - 5)", json!(3)),
        ("1 / 3", json!("0.3333333333333333333333333333")),
        ("'a' + \"b\\n\" + '\\u00fc'", json!("ab\nü")),
        ("1 < 2 && !(2 <= 1) || false", json!(true)),
        ("contact.first_name == 'Ada' ? 'yes' : 'no'", json!("yes")),
        ("contact.tags.exists(t, t == 'lead')", json!(true)),
        ("'Website' in contact.tags", json!(true)),
        ("inputData.who + ' ' + string(inputData.n)", json!("Ada 3")),
        ("r.items.map(i, number(i.price) * i.n).sum()", json!(26.2)),
        ("r.items.map(i, number(string(i.price)) * i.n).sum()", json!(26.2)),
        ("r.items.filter(i, i.n > 1).map(i, i.name)", json!(["Tea"])),
        ("r.items.all(i, i.n > 0) && r.items.exists_one(i, i.n == 1)", json!(true)),
        ("r.items[0].name + r.items[-1].name", json!("TeaMilk")),
        ("r.items[9].name == null", json!(true)),
        ("nobody.knows.this == null", json!(true)),
        ("has(contact.email) && !has(contact.website2)", json!(true)),
        ("{'total': 1 + 1, 'list': [1, 'a', null, true]}", json!({"total": 2, "list": [1, "a", null, true]})),
        ("{'a': 1, 'b': 2}.keys().join('+')", json!("a+b")),
        ("{'a': 1}['a'] + {'a': 1}.a", json!(2)),
        ("[3, 1, 2].sort() + [4].reverse()", json!([1, 2, 3, 4])),
        ("[1, 2, 1].distinct().size()", json!(2)),
        ("[1, 2, 3, 4].slice(1, -1)", json!([2, 3])),
        ("[[1], [2, 3], 4].flatten()", json!([1, 2, 3, 4])),
        ("min([3, 1]) + max(1, 5)", json!(6)),
        ("round(2.345, 2) == 2.35 && floor(-0.5) == -1 && ceil(0.5) == 1 && abs(-1) == 1", json!(true)),
        ("' Ada '.trim().upper().replace('D', 'dd').lower()", json!("adda")),
        ("'größer'.substring(2, 4) + 'abc'.substring(-1)", json!("ößc")),
        ("'a,b'.split(',')", json!(["a", "b"])),
        ("'abc'.indexOf('c') + 'abc'.indexOf('x')", json!(1)),
        ("default(contact.website, 'none')", json!("none")),
        ("iso(timestamp('2026-01-01') + 86400000)", json!("2026-01-02T06:00:00.000Z")),
        ("now", json!("2025-11-05T21:30:07.000Z")),
        (
            "type([]) + type({}) + type(1) + type('') + type(true) + type(null)",
            json!("listmapnumbertextboolnull"),
        ),
        ("json({'a': [1]}) // and a comment", json!("{\"a\":[1]}")),
        ("int(2.9) + number('1e2')", json!(102)),
        ("[1, [2]] == [1, [2]] && {'a': 1} != {'a': 2} && 1 != '1'", json!(true)),
    ] {
        assert_eq!(result(code), expected, "{code}");
    }
}

#[test]
fn faults_say_where_and_what() {
    for (code, expected) in [
        ("1 +", "line 1, column 4: expected a value, found the end"),
        ("1 / 0", "The code failed in line 1, column 1: nothing can be divided by zero."),
        ("true &&\n  nothing(1)", "The code failed in line 2, column 3: there is no function `nothing`."),
        (
            "'a' + 1",
            "The code failed in line 1, column 1: a text and a number cannot be added; string(…) and number(…) make one of the other.",
        ),
        (
            "1 < 'a'",
            "The code failed in line 1, column 1: a number and a text cannot be compared; string(…) and number(…) make one of the other.",
        ),
        ("1 ? 2 : 3", "The code failed in line 1, column 1: must be true or false, not a number."),
        ("(1).a", "The code failed in line 1, column 2: a number has no field `a`."),
        ("size(1, 2)", "The code failed in line 1, column 1: `size` takes 1 values, not 2."),
        ("number('x')", "The code failed in line 1, column 1: `x` is no number."),
        ("[1].map(2, 3)", "The code failed in line 1, column 1: write it as items.map(item, …)."),
        (
            "[1, 'a'].sort()",
            "The code failed in line 1, column 1: `sort` takes a list of numbers or a list of texts.",
        ),
        ("{1: 2}", "The code failed in line 1, column 2: a key is a text, not a number."),
        (
            "79228162514264337593543950335 + 1",
            "The code failed in line 1, column 1: the number grew beyond 28 digits.",
        ),
    ] {
        assert_eq!(result(code), expected, "{code}");
    }
}

#[test]
fn what_is_documented_is_what_there_is() {
    const DOCUMENTED: &str = include_str!("../../../../../../docs/workflow-code.md");
    for (name, ..) in functions::ALL {
        assert!(DOCUMENTED.contains(name), "`{name}` is not documented");
    }
    let (_, examples) = DOCUMENTED.split_once("## Examples").expect("examples");
    let codes: Vec<&str> =
        examples.lines().filter_map(|line| line.strip_prefix("| `")?.split("` |").next()).collect();
    assert!(codes.len() > 4, "the table is read");
    for code in codes {
        assert!(syntax::parse(code).is_ok(), "{code}");
    }
}

#[test]
fn code_that_does_too_much_is_stopped_soon() {
    let many = "r.many";
    for code in [
        format!("{many}.map(a, {many}.map(b, {many}.map(c, c)))"),
        format!("{many}.map(a, {many}.map(b, r.long + r.long))"),
        format!("{many}.map(a, r.long.upper())"),
        format!("{many}.map(a, r.long.split(''))"),
        format!("{many}.map(a, r.long.replace('x', r.long))"),
        format!("{many}.map(a, {many}).flatten().map(x, x)"),
        format!("{many}.map(a, {many}.sort())"),
        format!("{many}.map(a, json(r))"),
        format!("{many}.map(a, r == r)"),
        "r.long".to_owned() + &" + r.long".repeat(60),
        "r.long.split('').join(r.long)".to_owned(),
    ] {
        let shown = result(&code).to_string();
        assert!(
            ["does too much", "makes more than", "larger than", "too large"]
                .iter()
                .any(|word| shown.contains(word)),
            "{code}: {}",
            &shown[..shown.len().min(200)]
        );
    }
}

proptest! {
    #[test]
    fn never_panics(parts in proptest::collection::vec(
        prop_oneof![
            Just("r.items".to_owned()), Just("contact.tags".to_owned()), Just("1".to_owned()), Just("'ü'".to_owned()),
            Just("+".to_owned()), Just("-".to_owned()), Just("*".to_owned()), Just("/".to_owned()), Just("==".to_owned()),
            Just("<".to_owned()), Just("in".to_owned()), Just("?".to_owned()), Just(":".to_owned()), Just("(".to_owned()),
            Just(")".to_owned()), Just("[".to_owned()), Just("]".to_owned()), Just(".map(x, x)".to_owned()),
            Just(".substring(-5, 3)".to_owned()), Just(".slice(9, -9)".to_owned()), Just(".sort()".to_owned()),
            Just(".size()".to_owned()), Just("99999999999999999999999999".to_owned()), Just(", ".to_owned()),
            Just("{'a': 1}".to_owned()), Just("[-1]".to_owned()), Just(".round(28)".to_owned()), Just("iso".to_owned()),
        ], 1..12)) {
        result(&parts.join(" "));
    }
}
