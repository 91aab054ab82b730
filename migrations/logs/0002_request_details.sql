-- Which app asked for what, and what it met: docs/logging.md. Secrets are taken out before a line is written.
alter table request_log add column client text;
alter table request_log add column app_id text;
alter table request_log add column query text;
alter table request_log add column scope text;
alter table request_log add column admitted boolean;
alter table request_log add column remaining bigint;
alter table request_log add column daily_remaining bigint;
alter table request_log add column request_headers text;
alter table request_log add column response_headers text;
-- Only in the sandbox, and only where bodies are switched on.
alter table request_log add column request_body text;
alter table request_log add column response_body text;
create index request_log_by_company on request_log (company_id, at, seq);
create index request_log_by_location on request_log (location_id, at, seq);
create index request_log_by_trace on request_log (trace_id);
