//! `POST /calendars/`

use leadhold_testkit::TestApp;
use serde_json::json;

use super::{shown, user};

#[tokio::test]
async fn a_calendar_has_the_documented_defaults() {
    let app = TestApp::start().await;
    let body = json!({"name": " Discovery ", "locationId": app.agency.location.location_id()});
    let made = app.post("/calendars/").json(&body).send().await.expect(200).json();
    insta::assert_json_snapshot!(shown(&made), @r##"
    {
      "calendar": {
        "id": "[id]",
        "locationId": "[id]",
        "name": "Discovery",
        "calendarType": "event",
        "isActive": true,
        "eventType": "RoundRobin_OptimizeForAvailability",
        "widgetType": "classic",
        "eventTitle": "{{contact.name}}",
        "eventColor": "#039be5",
        "slotDuration": 30,
        "slotDurationUnit": "mins",
        "slotInterval": 30,
        "slotIntervalUnit": "mins",
        "appoinmentPerSlot": 1,
        "enableRecurring": false,
        "autoConfirm": true,
        "allowReschedule": true,
        "allowCancellation": true,
        "googleInvitationEmails": false,
        "formSubmitType": "ThankYouMessage",
        "openHours": []
      }
    }
    "##);
    assert!(app.new_events().await.is_empty(), "the catalogue has no event for calendars");
}

#[tokio::test]
async fn what_is_said_is_read_back() {
    let app = TestApp::start().await;
    let grace = user(&app, "grace@example.com").await;
    let body = json!({
        "name": "Discovery", "calendarType": "round_robin", "slotDuration": 1, "slotDurationUnit": "hours",
        "slotInterval": 15, "preBuffer": 10, "appoinmentPerDay": 4, "autoConfirm": false, "isActive": false,
        "teamMembers": [{"userId": grace, "priority": 1, "meetingLocationType": "zoom",
            "locationConfigurations": [{"kind": "zoom_conference", "meetingId": "custom_0"}]}],
        "openHours": [{"daysOfTheWeek": [1], "hours": [
            {"openHour": 9, "openMinute": 30, "closeHour": 17, "closeMinute": 0}]}],
        "availabilities": [{"date": "2026-02-02T00:00:00.000Z", "hours": []},
            {"date": "2026-02-03", "hours": [], "deleted": true}],
        "recurring": {"freq": "WEEKLY", "count": 4}, "enableRecurring": true,
        "lookBusyConfig": {"enabled": false, "LookBusyPercentage": 10},
        "notifications": [{"type": "email", "shouldSendToContact": true}],
    });
    let made = app.post("/calendars/").json(&body).send().await.expect(200).json();
    insta::assert_json_snapshot!(shown(&made), @r##"
    {
      "calendar": {
        "id": "[id]",
        "locationId": "[id]",
        "name": "Discovery",
        "calendarType": "round_robin",
        "isActive": false,
        "eventType": "RoundRobin_OptimizeForAvailability",
        "widgetType": "classic",
        "eventTitle": "{{contact.name}}",
        "eventColor": "#039be5",
        "slotDuration": 1,
        "slotDurationUnit": "hours",
        "slotInterval": 15,
        "slotIntervalUnit": "mins",
        "appoinmentPerSlot": 1,
        "enableRecurring": true,
        "autoConfirm": false,
        "allowReschedule": true,
        "allowCancellation": true,
        "googleInvitationEmails": false,
        "formSubmitType": "ThankYouMessage",
        "openHours": [
          {
            "daysOfTheWeek": [
              1
            ],
            "hours": [
              {
                "openHour": 9,
                "openMinute": 30,
                "closeHour": 17,
                "closeMinute": 0
              }
            ]
          }
        ],
        "preBuffer": 10,
        "appoinmentPerDay": 4,
        "teamMembers": [
          {
            "meetingLocationType": "zoom",
            "userId": "[id]",
            "priority": 1,
            "locationConfigurations": [
              {
                "meetingId": "custom_0",
                "kind": "zoom_conference"
              }
            ]
          }
        ],
        "notifications": [
          {
            "type": "email",
            "shouldSendToContact": true
          }
        ],
        "availabilities": [
          {
            "date": "2026-02-02T00:00:00.000Z",
            "hours": [],
            "id": "[id]"
          }
        ],
        "recurring": {
          "freq": "WEEKLY",
          "count": 4
        },
        "lookBusyConfig": {
          "enabled": false,
          "LookBusyPercentage": 10
        }
      }
    }
    "##);
    let path = format!("/calendars/{}", made["calendar"]["id"].as_str().expect("an id"));
    for version in ["2021-04-15", "v3"] {
        assert_eq!(app.get(&path).version(version).send().await.expect(200).json(), made);
    }
}

#[tokio::test]
async fn all_faults_are_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    let before = app.database.content().await;
    let answer = app.post("/calendars/").json(&json!({})).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "name must be a string",
      "name should not be empty"
    ]
    "#);
    let body = json!({
        "name": "", "calendarType": "lunar", "slotDuration": 0, "slotInterval": "30", "autoConfirm": "yes",
        "teamMembers": [{"priority": 0.7}, {"userId": "x", "locationConfigurations": [{"kind": "moon"}]}],
        "openHours": [{"daysOfTheWeek": [7], "hours": [{"openHour": 24}]}, {}],
        "availabilities": [{"date": "soon", "hours": []}], "recurring": {"freq": "YEARLY", "count": 25},
        "lookBusyConfig": [], "colour": "red",
    });
    let answer = app.post("/calendars/").json(&body).send().await.expect(422).json();
    insta::assert_json_snapshot!(answer["message"], @r#"
    [
      "property colour should not exist",
      "name should not be empty",
      "calendarType must be one of the following values: round_robin, event, class_booking, collective, service_booking, personal",
      "slotDuration must not be less than 1",
      "slotInterval must be a number conforming to the specified constraints",
      "autoConfirm must be a boolean value",
      "teamMembers.0.userId must be a string",
      "teamMembers.0.userId should not be empty",
      "teamMembers.0.priority must be one of the following values: 0, 0.5, 1",
      "teamMembers.1.locationConfigurations.0.kind must be one of the following values: custom, zoom_conference, google_conference, inbound_call, outbound_call, physical, booker, ms_teams_conference",
      "openHours.0.daysOfTheWeek must be an array of days from 0 (Sunday) to 6",
      "openHours.0.hours.0.openHour must not be greater than 23",
      "openHours.0.hours.0.openMinute must be a number conforming to the specified constraints",
      "openHours.0.hours.0.closeHour must be a number conforming to the specified constraints",
      "openHours.0.hours.0.closeMinute must be a number conforming to the specified constraints",
      "openHours.1.daysOfTheWeek must be an array of days from 0 (Sunday) to 6",
      "openHours.1.hours must be an array",
      "availabilities.0.date must be a valid ISO 8601 date string",
      "recurring.freq must be one of the following values: DAILY, WEEKLY, MONTHLY",
      "recurring.count must not be greater than 24",
      "lookBusyConfig must be an object"
    ]
    "#);
    for token in [&app.agency.second_token, &app.other.location_token] {
        let body = json!({"name": "Theirs", "locationId": app.agency.location.location_id()});
        app.post("/calendars/").token(token).json(&body).send().await.expect(403);
    }
    assert_eq!(app.database.content().await, before);
}

/// Which people a type wants, and that they and the group are the location's.
#[tokio::test]
async fn a_type_has_its_people() {
    let app = TestApp::start().await;
    let (grace, alan) = (user(&app, "grace@example.com").await, user(&app, "alan@example.com").await);
    let faults = async |kind: &str, team: serde_json::Value| {
        let body = json!({"name": "C", "calendarType": kind, "teamMembers": team, "groupId": "nobodys"});
        app.post("/calendars/").json(&body).send().await.expect(422).json()["message"].to_string()
    };
    let mut all = Vec::new();
    for kind in ["round_robin", "class_booking", "service_booking", "event"] {
        all.push(format!("{kind}: {}", faults(kind, json!([])).await));
    }
    let both = json!([{"userId": grace}, {"userId": alan}]);
    all.push(format!("personal: {}", faults("personal", both.clone()).await));
    all.push(format!("collective: {}", faults("collective", both).await));
    let twice = json!([{"userId": grace}, {"userId": grace}]);
    all.push(format!("twice: {}", faults("round_robin", twice).await));
    let strangers = json!([{"userId": "aaaaaaaaaaaaaaaaaaaa"}, {"userId": "bbbbbbbbbbbbbbbbbbbb"}]);
    all.push(format!("strangers: {}", faults("round_robin", strangers).await));
    insta::assert_snapshot!(all.join("\n"), @r#"
    round_robin: ["A team member needs to be selected","Group with id nobodys not found"]
    class_booking: ["A team member needs to be selected","Group with id nobodys not found"]
    service_booking: ["A team member needs to be selected","Group with id nobodys not found"]
    event: ["Group with id nobodys not found"]
    personal: ["teamMembers must contain no more than 1 elements","Group with id nobodys not found"]
    collective: ["teamMembers must contain exactly one primary member","Group with id nobodys not found"]
    twice: ["All teamMembers's elements must be unique","Group with id nobodys not found"]
    strangers: ["User with id aaaaaaaaaaaaaaaaaaaa not found","User with id bbbbbbbbbbbbbbbbbbbb not found","Group with id nobodys not found"]
    "#);
}
