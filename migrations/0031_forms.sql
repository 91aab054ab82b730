-- Forms and surveys: what a location asks its visitors. A survey is a form whose fields stand on several slides.
create table forms (
    id text primary key,
    company_id text not null references companies (id),
    location_id text not null references locations (id),
    -- form or survey
    kind text not null,
    name text not null,
    -- JSON: slides with their fields, texts, and where a visitor is led afterwards
    definition text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index forms_by_location on forms (location_id, kind, created_at, id);

-- What visitors sent. Outlives its form and its contact; when the contact goes, what it said of itself goes too.
create table form_submissions (
    -- short name of the row for the text index
    no {serial},
    -- chosen by the page that was shown, so that a form sent twice is one submission
    id text not null,
    location_id text not null,
    kind text not null,
    form_id text not null,
    -- null when nothing that was sent names anybody
    contact_id text,
    name text not null,
    email text,
    -- folded: name, address, number and contact
    searched text not null,
    -- JSON
    answers text not null,
    event_data text not null,
    created_at bigint not null,
    unique (location_id, id)
);
create index form_submissions_by_date on form_submissions (location_id, kind, created_at, no);
create index form_submissions_by_form on form_submissions (location_id, form_id, created_at, no);
create index form_submissions_by_contact on form_submissions (location_id, contact_id);
