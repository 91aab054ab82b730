//! Statements that read the request log. An empty text or a wide span stands for "whatever": the texts are fixed, so that
//! a test can hold all of them.

leadhold_store::statements! {
    pub OF_COMPANY = "select seq, at, trace_id, method, path, query, status, micros, client, caller, app_id, company_id,
            location_id, scope, admitted, remaining, daily_remaining
        from request_log
        where company_id = $1 and (at, seq) < ($2, $3) and at >= $4 and status >= $5 and status <= $6
            and ($7 = '' or app_id = $7) and ($8 = '' or method = $8) and ($9 = '' or trace_id = $9)
            and substr(path, 1, $10) = $11
        order by at desc, seq desc limit $12";
    pub OF_LOCATION = "select seq, at, trace_id, method, path, query, status, micros, client, caller, app_id, company_id,
            location_id, scope, admitted, remaining, daily_remaining
        from request_log
        where location_id = $13 and company_id = $1 and (at, seq) < ($2, $3) and at >= $4
            and status >= $5 and status <= $6
            and ($7 = '' or app_id = $7) and ($8 = '' or method = $8) and ($9 = '' or trace_id = $9)
            and substr(path, 1, $10) = $11
        order by at desc, seq desc limit $12";
    pub DETAIL = "select seq, at, trace_id, method, path, query, status, micros, client, caller, app_id, company_id,
            location_id, scope, admitted, remaining, daily_remaining,
            request_headers, response_headers, request_body, response_body
        from request_log
        where trace_id = $1 and company_id = $2 and ($3 = '' or location_id = $3)";
    /// The newest lines that there are; `$1` is 0 here as in `AFTER`.
    pub NEWEST across tenants "the operator's own terminal" = "select seq, at, trace_id, method, path, query, status, micros,
            client, caller, app_id, company_id, location_id, scope, admitted, remaining, daily_remaining
        from request_log
        where seq > $1 and at >= $2 and status >= $3 and status <= $4 and ($5 = '' or app_id = $5)
        order by seq desc limit $6";
    pub AFTER across tenants "the operator's own terminal" = "select seq, at, trace_id, method, path, query, status, micros,
            client, caller, app_id, company_id, location_id, scope, admitted, remaining, daily_remaining
        from request_log
        where seq > $1 and at >= $2 and status >= $3 and status <= $4 and ($5 = '' or app_id = $5)
        order by seq limit $6";
    pub LAST across tenants "the operator's own terminal" = "select coalesce(max(seq), 0) from request_log";
}
