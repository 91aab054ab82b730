-- What makes tasks again and again.
create table recurring_tasks (
    id text primary key,
    location_id text not null,
    title text not null,
    description text,
    -- false: its tasks are for nobody
    of_contacts boolean not null,
    -- JSON: the users who get a task each
    owners text not null,
    -- JSON: when
    rule text not null,
    -- how often the rule was set; the alarm (a job) of an earlier turn wakes nobody
    turn bigint not null,
    next_at bigint,
    total_occurrence bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);

create table recurring_task_contacts (
    recurring_task_id text not null references recurring_tasks (id) on delete cascade,
    contact_id text not null references contacts (id) on delete cascade,
    location_id text not null,
    position bigint not null,
    primary key (recurring_task_id, contact_id)
);
create index recurring_task_contacts_of_contact on recurring_task_contacts (contact_id);

-- The name of a contact's business as it is shown; business_name_lower is what filters compare.
alter table contacts add column business_name text;
-- The contacts of a business, by name.
drop index contacts_by_business;
create index contacts_by_business on contacts (location_id, business_id, name_lower, id) where business_id is not null;
