-- An agency's grant may have minted several for one location: for each version and choice of scopes that was installed
-- there. All of them keep their parent, since all end with it.
drop index oauth_grants_minted;
create index oauth_grants_minted on oauth_grants (parent_id, location_id) where parent_id is not null;
