create table event_order (
    position {serial},
    seq bigint not null unique,
    company_id text not null,
    location_id text
);
create index event_order_of_location on event_order (location_id, position);
create index event_order_of_company on event_order (company_id, position) where location_id is null;
insert into event_order (seq, company_id, location_id) select seq, company_id, location_id from events order by seq;
