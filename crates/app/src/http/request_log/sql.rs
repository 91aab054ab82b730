//! Statements that write the request log; its tables live in a database of their own. Those that read are in `requests`.

leadhold_store::statements! {
    pub INSERT = "insert into request_log
        (at, trace_id, method, path, status, micros, caller, company_id, location_id, client, app_id, query, scope,
         admitted, remaining, daily_remaining, request_headers, response_headers, request_body, response_body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
    pub FORGET_LATER across tenants "the log is the operator's" = "delete from request_log where at > $1";
    pub TRIM across tenants "the log is the operator's" = "delete from request_log where at < $1";
}
