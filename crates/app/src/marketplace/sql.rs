//! Statements on installs, plans, meters, wallets, charges and external credentials.

leadhold_store::statements! {
    pub INSERT = "insert into installs (id, app_id, version_id, company_id, location_id, scopes, installed_at, updated_at,
            user_id, plan_id, bulk, trial_days, trial_since)
        values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12)";
    pub CHANGE = "update installs set version_id = $3, scopes = $4, updated_at = $5, user_id = $6, plan_id = $7, bulk = $8,
            trial_days = $9, trial_since = $10
        where id = $1 and company_id = $2";
    pub DELETE = "delete from installs where id = $1 and company_id = $2";
    pub REMEMBER = "insert into install_history (install_id, app_id, version_id, company_id, location_id, user_id, plan_id,
            installed_at, uninstalled_at, reason)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    pub ON_LOCATION = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since, installed_at
        from installs where location_id = $1 and company_id = $2 order by app_id";
    pub ON_COMPANY = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since, installed_at
        from installs where company_id = $1 and location_id is null order by app_id";
    pub FIND_ON_LOCATION = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at
        from installs where location_id = $1 and company_id = $2 and app_id = $3";
    pub FIND_ON_COMPANY = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at
        from installs where company_id = $1 and app_id = $2 and location_id is null";
    pub BULK_OF_COMPANY = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at, location_id
        from installs where company_id = $1 and app_id = $2 and location_id is not null and bulk order by location_id";

    pub SET_FUTURE = "update installs set future_locations = $3
        where company_id = $1 and app_id = $2 and location_id is null";
    pub FUTURE = "select future_locations from installs where company_id = $1 and app_id = $2 and location_id is null";
    pub WANTED_IN_FUTURE = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at
        from installs where company_id = $1 and location_id is null and future_locations order by app_id";
    pub LOCATIONS_WITH_APP = "select l.id, l.name, l.address, i.version_id, i.installed_at, i.plan_id, i.trial_days,
            i.trial_since
        from locations l left join installs i on i.location_id = l.id and i.app_id = $2 and i.company_id = l.company_id
        where l.company_id = $1 order by l.created_at, l.id";

    pub OF_APP across tenants "what an app's developers publish and delete reaches every install of it" =
        "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since, installed_at, location_id,
            company_id
        from installs where app_id = $1 order by installed_at, id limit $2";
    pub COUNT_OF_APP across tenants "as OF_APP" = "select count(*) from installs where app_id = $1";

    pub TRIAL_OF_PLAN = "select trial_days from app_plans where app_id = $1 and id = $2";
    pub AGENCY across tenants "the id is the agency's own" = "select name from companies where id = $1";
}
