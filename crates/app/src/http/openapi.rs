//! `GET /openapi.json`: what this server really serves, from the contract's rows and the registered handlers.

use std::collections::BTreeMap;

use http::Method;
use leadhold_kernel::Error;
use serde_json::{Value, json};

use super::contract::{Api, OPERATIONS, OperationRow};
use super::page::SESSION_COOKIE;
use super::reply::Reply;
use super::request::Request;

/// The description as JSON. Planned operations are left out: it promises nothing that answers 501.
#[must_use]
pub fn document() -> Value {
    let mut paths: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for row in OPERATIONS.iter().filter(|row| row.served) {
        let methods = paths.entry(row.path.replace("{*", "{")).or_default();
        methods.entry(row.method.as_str().to_ascii_lowercase()).or_insert_with(|| operation(row));
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Leadhold",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "A CRM, API and webhook system that speaks the public API of GoHighLevel.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": SESSION_COOKIE },
            },
            "schemas": {
                "Error": {
                    "type": "object",
                    "required": ["statusCode", "message"],
                    "properties": {
                        "statusCode": { "type": "integer" },
                        "message": { "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                        "error": { "type": "string" },
                        "traceId": { "type": "string", "format": "uuid" },
                    },
                },
            },
        },
    })
}

fn operation(row: &OperationRow) -> Value {
    let mut parameters: Vec<Value> = parameters(row.path);
    if !row.apis.contains(&Api::Own) {
        parameters.push(json!({
            "name": "Version", "in": "header", "required": false,
            "schema": { "type": "string", "enum": versions(row) },
        }));
    }
    let open = !row.credentials.location && !row.credentials.agency;
    let security = match row.credentials.session {
        true => json!([{ "session": [] }]),
        false if open => json!([]),
        false => json!([{ "bearer": scopes(row) }, { "session": [] }]),
    };
    let mut responses = json!({
        "2XX": { "description": "Done", "content": { "application/json": {} } },
        "4XX": {
            "description": "Refused; nothing was changed",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
        },
    });
    if row.method == Method::GET && !open {
        parameters.push(json!({
            "name": "If-None-Match", "in": "header", "required": false, "schema": { "type": "string" },
        }));
        responses["304"] = json!({ "description": "What the client has, by its ETag, still holds" });
    }
    json!({
        "operationId": operation_id(row),
        "tags": [row.area],
        "parameters": parameters,
        "security": security,
        "responses": responses,
    })
}

fn parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|s| s.strip_prefix('{').and_then(|s| s.strip_suffix('}')));
    names
        .map(|name| json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

fn versions(row: &OperationRow) -> Vec<&'static str> {
    let mut versions = Vec::new();
    if row.apis.contains(&Api::V2) {
        versions.extend(["2021-04-15", "2021-07-28", "2023-02-21"]);
    }
    if row.apis.contains(&Api::V3) {
        versions.push("v3");
    }
    versions
}

fn scopes(row: &OperationRow) -> Vec<&'static str> {
    row.scopes.iter().map(|scope| scope.name()).collect()
}

fn operation_id(row: &OperationRow) -> String {
    let path = row.path.replace(['{', '}', '*'], "").replace(['/', '-', '.'], "_");
    format!("{}{path}", row.method.as_str().to_ascii_lowercase())
}

/// `GET /openapi.json`.
pub async fn get(_: Request) -> Result<Reply, Error> {
    Ok(Reply::ok(&document()))
}
