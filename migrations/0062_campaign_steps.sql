-- What a campaign says, as JSON; `version` counts what it said before. A contact's run stays on the version in which it began.
alter table campaigns add column version bigint not null default 0;
alter table campaigns add column plan text not null default '{"steps":[],"stopOnReply":true}';

-- How far a contact came: active, completed, replied or failed; and what it replied.
alter table campaign_contacts add column status text not null default 'active';
alter table campaign_contacts add column replied text not null default '';
alter table campaign_contacts add column date_updated bigint not null default 0;

-- A campaign runs as a workflow of its own, which no list shows.
alter table workflows add column campaign_id text;
create unique index workflows_of_campaigns on workflows (campaign_id);
