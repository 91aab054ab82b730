//! Statements on installs.

leadhold_store::statements! {
    pub INSERT = "insert into installs (id, app_id, version_id, company_id, location_id, scopes, installed_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    pub CHANGE = "update installs set version_id = $3, scopes = $4, updated_at = $5 where id = $1 and company_id = $2";
    pub ON_LOCATION = "select id, app_id, version_id, scopes from installs
        where location_id = $1 and company_id = $2 order by app_id";
    pub ON_COMPANY = "select id, app_id, version_id, scopes from installs
        where company_id = $1 and location_id is null order by app_id";
}
