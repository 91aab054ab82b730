-- Series of messages that contacts are put into. What a campaign sends is not built yet; who is in it is.
create table campaigns (
    id text primary key,
    location_id text not null references locations (id),
    name text not null,
    -- draft or published
    status text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index campaigns_by_location on campaigns (location_id, created_at, id);

-- Who is in which campaign. A row leaves with its contact.
create table campaign_contacts (
    id text primary key,
    location_id text not null,
    campaign_id text not null references campaigns (id),
    contact_id text not null references contacts (id) on delete cascade,
    date_added bigint not null,
    unique (contact_id, campaign_id)
);
create index campaign_contacts_of_campaign on campaign_contacts (campaign_id, contact_id);

-- The runs of a contact that go on, to be found when it leaves a workflow.
create index workflow_runs_of_contact on workflow_runs (contact_id, workflow_id) where ended_at is null;
