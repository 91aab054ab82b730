create view event_order as select seq as position, seq, company_id, location_id from events;
create trigger event_order_is_given instead of insert on event_order begin select 1; end;
create trigger event_order_goes_with_events instead of delete on event_order begin select 1; end;
