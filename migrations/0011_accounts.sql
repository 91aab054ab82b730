-- The rest of what agencies, locations, people and businesses have.

alter table companies add column logo_url text;
-- #rrggbb
alter table companies add column brand_color text;
-- JSON: address, web pages, currency and whatever else is only shown
alter table companies add column profile text not null default '{}';

alter table locations add column first_name text;
alter table locations add column last_name text;
-- JSON: links to the location's pages elsewhere
alter table locations add column social text not null default '{}';
-- JSON: the parts of the product that are switched on; null: all of them
alter table locations add column permissions text;
-- sealed: {"sid", "authToken"} and {"apiKey", "domain"}
alter table locations add column twilio text;
alter table locations add column mailgun text;
-- what the list is filtered by
alter table locations add column email_lower text not null default '';
-- A location that was deleted keeps its rows and is found by nobody: every statement that looks one up asks for this.
alter table locations add column deleted_at bigint;
create index locations_by_age on locations (company_id, created_at, id);

-- JSON: the documented switches; one that is missing has its documented default
alter table users add column permissions text not null default '{}';
-- JSON: lists of scopes; null: was never said
alter table users add column scopes text;
alter table users add column scopes_assigned_to_only text;
alter table users add column profile_photo text;
-- JSON: a number for each location
alter table users add column twilio_phone text not null default '{}';
alter table users add column platform_language text;
-- folded: what the list is sorted and searched by
alter table users add column name_lower text not null default '';
alter table users add column deleted_at bigint;
-- A deleted person's address; `email_lower` then holds the id, so that the address is free for somebody else.
alter table users add column deleted_email_lower text;
create index users_by_name on users (company_id, name_lower, id);
create index users_by_deleted_email on users (company_id, deleted_email_lower);

create table businesses (
    id text primary key,
    location_id text not null references locations (id),
    name text not null,
    -- JSON: telephone, e-mail, address and description
    profile text not null,
    -- JSON: who made it, and who changed it last
    created_by text not null,
    updated_by text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index businesses_by_location on businesses (location_id, created_at, id);
create index contacts_by_business on contacts (location_id, business_id) where business_id is not null;
