-- Tags that have another name, or none any more, which contacts still carry. Contacts follow one change after the other, in
-- their order: two that followed at once would bring back what the other has changed.
create table tag_changes (
    no {serial},
    location_id text not null references locations (id),
    before_name text not null,
    after_name text
);
create index tag_changes_in_order on tag_changes (location_id, no);
