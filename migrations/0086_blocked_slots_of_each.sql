-- Blocked slots are asked for by calendar and by person, and counted so.
create index blocked_slots_of_calendar on blocked_slots (location_id, calendar_id, end_at);
create index blocked_slots_of_person on blocked_slots (location_id, assigned_user_id, end_at);
drop index blocked_slots_by_end;
