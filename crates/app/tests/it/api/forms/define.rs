//! `/leadhold/v1/forms` and `/leadhold/v1/surveys`

use leadhold_testkit::TestApp;
use serde_json::{Value, json};

use super::{contact_us, custom_field, made};

#[tokio::test]
async fn a_form_is_made_read_changed_and_removed() {
    let app = TestApp::start().await;
    let color = json!({"name": "Color", "dataType": "RADIO", "options": ["red", "blue"]});
    let color = custom_field(&app, &color).await;
    let mut body = contact_us();
    body["fields"].as_array_mut().expect("a list").push(json!({"type": "custom_field", "id": color}));
    body["redirectUrl"] = json!("https://example.com/thanks");
    let form = made(&app, &body).await;
    insta::assert_json_snapshot!(form, {
        ".id" => "[form]", ".locationId" => "[location]", ".url" => "[url]", ".embed" => "[codes]",
        ".fields[7].id" => "[field]",
    }, @r#"
    {
      "id": "[form]",
      "locationId": "[location]",
      "name": "Contact us",
      "title": "Talk to us",
      "fields": [
        {
          "type": "heading",
          "label": "About you"
        },
        {
          "type": "contact",
          "key": "first_name",
          "label": "First name",
          "placeholder": "",
          "help": "",
          "required": true
        },
        {
          "type": "contact",
          "key": "email",
          "label": "E-mail",
          "placeholder": "",
          "help": "We never pass it on.",
          "required": true
        },
        {
          "type": "contact",
          "key": "phone",
          "label": "Phone number",
          "placeholder": "(555) 123-4567",
          "help": "",
          "required": false
        },
        {
          "type": "hidden",
          "key": "campaign",
          "value": "spring"
        },
        {
          "type": "consent",
          "key": "terms",
          "label": "I agree to the terms",
          "required": true
        },
        {
          "type": "dnd",
          "key": "no_texts",
          "label": "Do not text me",
          "channels": [
            "SMS"
          ]
        },
        {
          "type": "custom_field",
          "id": "[field]",
          "key": "color",
          "label": "Color",
          "placeholder": "",
          "help": "",
          "required": false
        }
      ],
      "submitText": "Send it",
      "thankYouMessage": "We will call you.",
      "redirectUrl": "https://example.com/thanks",
      "url": "[url]",
      "embed": "[codes]",
      "createdAt": "2026-01-15T10:00:00.000Z",
      "updatedAt": "2026-01-15T10:00:00.000Z"
    }
    "#);
    let path = format!("/leadhold/v1/forms/{}", form["id"].as_str().expect("an id"));
    assert_eq!(form["url"], format!("http://127.0.0.1:8080/f/{}", form["id"].as_str().expect("an id")));
    assert_eq!(app.get(&path).send().await.expect(200).json()["form"], form);

    // What is read can be written.
    let again = json!({"name": form["name"], "fields": form["fields"], "title": "New title"});
    let changed = app.put(&path).json(&again).send().await.expect(200).json()["form"].clone();
    assert_eq!((&changed["fields"], &changed["title"]), (&form["fields"], &json!("New title")));
    assert_eq!(changed["redirectUrl"], Value::Null, "the whole is replaced");
    assert_eq!(app.delete(&path).send().await.expect(200).json(), json!({"success": true}));
    for gone in [app.get(&path), app.put(&path).json(&again), app.delete(&path)] {
        gone.send().await.expect(404);
    }
    assert!(app.new_events().await.is_empty(), "a definition is announced to nobody");
}

#[tokio::test]
async fn a_form_can_be_shown_elsewhere() {
    let app = TestApp::start().await;
    let mut body = contact_us();
    for (name, data_type) in
        [("Size", "SINGLE_OPTIONS"), ("Color", "RADIO"), ("Extras", "CHECKBOX"), ("Note", "LARGE_TEXT")]
    {
        let field = json!({"name": name, "dataType": data_type, "options": ["a<b", "c"]});
        let field = json!({"type": "custom_field", "id": custom_field(&app, &field).await, "required": true});
        body["fields"].as_array_mut().expect("a list").push(field);
    }
    let form = made(&app, &body).await;
    let id = form["id"].as_str().expect("an id");
    insta::assert_snapshot!(form["embed"]["iframe"].as_str().expect("a code").replace(id, "[form]"), @r#"<iframe src="http://127.0.0.1:8080/f/[form]" title="Talk to us" style="width:100%;height:1381px;border:0" loading="lazy"></iframe>"#);
    insta::assert_snapshot!(form["embed"]["html"].as_str().expect("a code").replace(id, "[form]"), @r#"
    <form action="http://127.0.0.1:8080/f/[form]" method="post">
      <h2>About you</h2>
      <label>First name <input type="text" name="first_name" autocomplete="given-name" required></label>
      <label>E-mail <input type="email" name="email" autocomplete="email" required></label>
      <label>Phone number <input type="tel" name="phone" autocomplete="tel" placeholder="(555) 123-4567"></label>
      <input type="hidden" name="campaign" value="spring">
      <label><input type="checkbox" name="terms" value="true" required> I agree to the terms</label>
      <label><input type="checkbox" name="no_texts" value="true"> Do not text me</label>
      <label>Size <select name="size" required>
        <option value=""></option>
        <option>a&lt;b</option>
        <option>c</option>
      </select></label>
      <fieldset><legend>Color</legend>
        <label><input type="radio" name="color" required value="a&lt;b"> a&lt;b</label>
        <label><input type="radio" name="color" required value="c"> c</label>
      </fieldset>
      <fieldset><legend>Extras</legend>
        <label><input type="checkbox" name="extras[]" value="a&lt;b"> a&lt;b</label>
        <label><input type="checkbox" name="extras[]" value="c"> c</label>
      </fieldset>
      <label>Note <textarea name="note" required></textarea></label>
      <div style="position:absolute;left:-999rem" aria-hidden="true"><label>Leave this empty <input name="_website" tabindex="-1" autocomplete="off"></label></div>
      <button>Send it</button>
    </form>
    "#);
}

#[tokio::test]
async fn every_fault_is_named_with_its_place() {
    let app = TestApp::start().await;
    let body = json!({
        "title": 7, "redirectUrl": "javascript:alert(1)", "extra": true,
        "fields": [
            {"type": "contact", "key": "shoe_size"},
            {"type": "contact", "key": "email", "required": "very"},
            {"type": "contact", "key": "email"},
            {"type": "custom_field", "id": "nobody"},
            {"type": "custom_field"},
            {"type": "hidden", "key": "_id"},
            {"type": "consent", "key": "terms"},
            {"type": "dnd", "key": "dnd", "label": "x", "channels": ["Fax"]},
            {"type": "heading", "label": "x", "required": true},
            {"type": "poem"},
            {},
            {"type": "hidden", "key": "eventData"},
            {"type": "consent", "key": "fieldsOriSequance", "label": "x"},
        ],
    });
    let refused = app.post("/leadhold/v1/forms").json(&body).send().await.expect(422).json();
    let faults: Vec<&str> =
        refused["message"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    insta::assert_snapshot!(faults.join("\n"), @"
    property extra should not exist
    name must be a string
    name should not be empty
    fields.0.key must be a field that every contact has, such as first_name or email
    fields.1.required must be a boolean value
    fields.2.key must be used once, and email is used before
    fields.3.id must be a custom field of the location's contacts
    fields.4.id must be a custom field of the location's contacts
    fields.5.key must begin with a letter and have letters, digits, - and _ only
    fields.6.label must be a string
    fields.6.label should not be empty
    fields.7.channels must be a list of channels, such as SMS, Email or Call
    fields.8.property required should not exist
    fields.9.type must be one of the following values: contact, custom_field, hidden, consent, dnd, heading, paragraph
    fields.10.type should not be empty
    fields.11.key must not be eventData or fieldsOriSequance, which every submission has
    fields.12.key must not be eventData or fieldsOriSequance, which every submission has
    title must be a string
    redirectUrl must be a URL that begins with https:// or http://
    ");
    let nothing = app.post("/leadhold/v1/surveys").json(&json!({"name": "x", "slides": []})).send().await;
    assert_eq!(nothing.expect(422).json()["message"], json!(["slides should not be empty"]));
    let silent = json!({"name": "x", "fields": [{"type": "heading", "label": "x"}]});
    let silent = app.post("/leadhold/v1/forms").json(&silent).send().await.expect(422).json();
    assert_eq!(silent["message"], json!(["fields must contain at least one field that asks for something"]));
    let many: Vec<Value> = (0..101).map(|n| json!({"type": "hidden", "key": format!("k{n}")})).collect();
    let many = app.post("/leadhold/v1/forms").json(&json!({"name": "x", "fields": many})).send().await;
    assert_eq!(many.expect(422).json()["message"], json!(["fields must contain not more than 100 elements"]));
}

#[tokio::test]
async fn a_form_is_no_survey() {
    let app = TestApp::start().await;
    let form = made(&app, &contact_us()).await;
    let id = form["id"].as_str().expect("an id");
    app.get(&format!("/leadhold/v1/surveys/{id}")).send().await.expect(404);
    app.get(&format!("/s/{id}")).token("").send().await.expect(404);
    app.get(&format!("/leadhold/v1/forms/{id}")).token(&app.agency.second_token).send().await.expect(404);
}
