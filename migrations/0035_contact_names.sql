-- Contacts of one name are found by it.
create index contacts_by_name on contacts (location_id, name_lower);
