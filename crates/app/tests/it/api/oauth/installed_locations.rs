//! `GET /oauth/installedLocations` and `GET /oauth/installed-locations`.

use leadhold_app::oauth::apps::Distribution;
use leadhold_app::oauth::authorize::Pick;
use leadhold_testkit::TestApp;
use serde_json::json;

use super::{install, partner, redacted, text};

#[tokio::test]
async fn both_versions_say_where_the_app_is() {
    let app = TestApp::start().await;
    let partner = partner(&app, Distribution::Both).await;
    let pick = Pick {
        locations: vec![app.agency.location.location_id().to_string()],
        future: true,
        ..Pick::default()
    };
    let agency = install(&app, &partner, pick).await;
    let path = |name: &str, more: &str| {
        format!("/oauth/{name}?companyId={}&appId={}{more}", text(&agency, "companyId"), partner.app_id)
    };
    let v2 = async |more: &str| {
        let call = app.get(&path("installedLocations", more)).token(text(&agency, "access_token"));
        call.send().await.expect(200).json()
    };
    insta::assert_json_snapshot!(redacted(&v2("").await), @r#"
    {
      "locations": [
        {
          "_id": "[_id]",
          "name": "First Location",
          "address": "",
          "isInstalled": true,
          "versionId": "[versionId]",
          "installedAt": "2026-01-15T10:00:00.000Z"
        },
        {
          "_id": "[_id]",
          "name": "Second Location",
          "address": "",
          "isInstalled": false
        }
      ],
      "count": 2,
      "installToFutureLocations": true
    }
    "#);
    assert_eq!(v2("&isInstalled=true").await["count"], 1);
    assert_eq!(v2("&isInstalled=false").await["locations"][0]["name"], "Second Location");
    assert_eq!(v2("&query=SECOND").await["count"], 1);
    assert_eq!(v2("&skip=1&limit=1").await["locations"].as_array().unwrap().len(), 1);

    let v3 = async |more: &str| {
        let call =
            app.get(&path("installed-locations", more)).token(text(&agency, "access_token")).version("v3");
        call.send().await.expect(200).json()
    };
    let first = v3("&pageSize=1").await;
    insta::assert_json_snapshot!(redacted(&first), @r#"
    {
      "items": [
        {
          "_id": "[_id]",
          "name": "First Location",
          "address": "",
          "isInstalled": true,
          "versionId": "[versionId]",
          "installedAt": "2026-01-15T10:00:00.000Z"
        }
      ],
      "pagination": {
        "totalRecords": 2,
        "hasNextPage": true,
        "hasPrevPage": false,
        "nextPageToken": "eyJvZmZzZXQiOjF9",
        "currentPageSize": 1
      },
      "metadata": {
        "filterApplied": {
          "companyId": "[companyId]"
        },
        "sortApplied": {
          "name": "asc"
        }
      },
      "installToFutureLocations": true
    }
    "#);
    let next = v3(&format!("&pageSize=1&pageToken={}", text(&first["pagination"], "nextPageToken"))).await;
    assert_eq!(next["items"][0]["name"], "Second Location");
    assert_eq!(
        (&next["pagination"]["hasNextPage"], &next["pagination"]["hasPrevPage"]),
        (&json!(false), &json!(true))
    );
}

#[tokio::test]
async fn what_is_refused() {
    let app = TestApp::start().await;
    let (mine, other) = (partner(&app, Distribution::Both).await, partner(&app, Distribution::Both).await);
    let agency = install(&app, &mine, Pick { all: true, ..Pick::default() }).await;
    let bearer = text(&agency, "access_token");
    let ask = async |version: &str, name: &str, query: String| {
        let answer = app.get(&format!("/oauth/{name}?{query}")).token(bearer).version(version).send().await;
        (answer.status.as_u16(), answer.json())
    };
    let company = text(&agency, "companyId");
    let (status, body) = ask("2021-07-28", "installedLocations", "limit=1000".into()).await;
    assert_eq!(
        (status, &body["message"]),
        (
            422,
            &json!([
                "companyId must be a string",
                "companyId should not be empty",
                "appId must be a string",
                "appId should not be empty",
                "limit must not be greater than 100",
            ])
        )
    );
    let foreign = format!("companyId={}&appId={}", app.other.company.company_id(), mine.app_id);
    assert_eq!(ask("2021-07-28", "installedLocations", foreign).await.0, 403);
    let of_other = format!("companyId={company}&appId={}", other.app_id);
    assert_eq!(ask("2021-07-28", "installedLocations", of_other.clone()).await.0, 400);
    let (status, body) = ask("v3", "installed-locations", of_other.clone()).await;
    assert_eq!(
        (status, &body["error"]["code"], &body["statusCode"]),
        (404, &json!("RESOURCE_NOT_FOUND"), &json!(404))
    );
    let bad = format!("companyId={company}&appId={}&pageToken=soon", mine.app_id);
    assert_eq!(ask("v3", "installed-locations", bad).await.0, 422);
    let sub_account = app.get(&format!("/oauth/installedLocations?{of_other}")).send().await;
    assert_eq!(sub_account.status.as_u16(), 403);
}
