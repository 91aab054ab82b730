-- When custom values, trigger links and tags were changed last, for `Last-Modified`. 0: never since they were made.
alter table custom_values add column date_updated bigint not null default 0;
alter table links add column updated_at bigint not null default 0;
alter table location_tags add column date_updated bigint not null default 0;
