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
    pub ON_LOCATIONS_OF_COMPANY = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at, location_id
        from installs where company_id = $1 and app_id = $2 and location_id is not null order by location_id";

    pub SET_FUTURE = "update installs set future_locations = $3
        where company_id = $1 and app_id = $2 and location_id is null";
    pub FUTURE = "select future_locations from installs where company_id = $1 and app_id = $2 and location_id is null";
    pub WANTED_IN_FUTURE = "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since,
            installed_at
        from installs where company_id = $1 and location_id is null and future_locations order by app_id";
    pub LOCATIONS_WITH_APP = "select l.id, l.name, l.address, i.version_id, i.installed_at, i.plan_id, i.trial_days,
            i.trial_since
        from locations l left join installs i on i.location_id = l.id and i.app_id = $2 and i.company_id = l.company_id
        where l.company_id = $1 and l.deleted_at is null order by l.name, l.id";

    pub OWNER = "select first_name, last_name from users where company_id = $1 and type = 'agency' and role = 'admin'
            and deleted_at is null
        order by created_at, id limit 1";
    pub OF_APP across tenants "what an app's developers publish and delete reaches every install of it" =
        "select id, app_id, version_id, scopes, user_id, plan_id, bulk, trial_days, trial_since, installed_at, location_id,
            company_id
        from installs where app_id = $1 order by installed_at, id limit $2";
    pub COUNT_OF_APP across tenants "as OF_APP" = "select count(*) from installs where app_id = $1";

    pub TRIAL_OF_PLAN = "select trial_days from app_plans where app_id = $1 and id = $2";
    pub OWNED = "select 1 from apps where id = $1 and owner_company_id = $2";
    pub SOMEWHERE = "select 1 from installs where company_id = $1 and app_id = $2 limit 1";
    pub PLANS = "select id, name, amount, payment_time, trial_days, features from app_plans
        where app_id = $1 order by position, id";
    pub DELETE_PLANS = "delete from app_plans where app_id = $1";
    pub INSERT_PLAN = "insert into app_plans (id, app_id, name, amount, payment_time, trial_days, features, position)
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    pub METERS = "select id, name, product_type, product_name, usage_unit, price, least, most, execution_limit
        from app_meters where app_id = $1 order by position, id";
    pub METER = "select id, name, product_type, product_name, usage_unit, price, least, most, execution_limit
        from app_meters where app_id = $1 and id = $2";
    pub DELETE_METERS = "delete from app_meters where app_id = $1";
    pub INSERT_METER = "insert into app_meters (id, app_id, name, product_type, product_name, usage_unit, price, least, most,
            execution_limit, position)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    pub MARKUP = "select markup_percent from rebilling where company_id = $1 and app_id = $2";
    pub SET_MARKUP = "insert into rebilling (company_id, app_id, markup_percent, updated_at) values ($1, $2, $3, $4)
        on conflict (company_id, app_id) do update set markup_percent = $3, updated_at = $4";
    pub DELETE_MARKUP = "delete from rebilling where company_id = $1 and app_id = $2";

    pub BALANCE = "select balance from wallets where location_id = $1 and company_id = $2";
    pub SET_BALANCE = "insert into wallets (location_id, company_id, balance, updated_at) values ($1, $2, $3, $4)
        on conflict (location_id) do update set balance = $3, updated_at = $4";

    pub INSERT_CHARGE = "insert into charges (id, location_id, company_id, app_id, meter_id, event_id, kind, units, price,
            amount, description, user_id, event_time, refunded, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, false, $14, $14)";
    pub CHARGE_OF_EVENT = "select id, app_id, meter_id, event_id, kind, units, price, amount, description, user_id,
            event_time, refunded, created_at, updated_at
        from charges where location_id = $1 and app_id = $2 and event_id = $3 and kind = 'charge'";
    pub CHARGE = "select id, app_id, meter_id, event_id, kind, units, price, amount, description, user_id, event_time,
            refunded, created_at, updated_at
        from charges where location_id = $1 and id = $2";
    pub MARK_REFUNDED = "update charges set refunded = true, updated_at = $3 where location_id = $1 and id = $2";

    pub LOCATION_OF_INSTALL = "select company_id, location_id from installs where location_id = $1 and app_id = $2";
    pub COMPANY_OF_INSTALL = "select company_id from installs
        where company_id = $1 and app_id = $2 and location_id is null";
    pub INSERT_PAYMENT = "insert into app_payments (id, app_id, company_id, location_id, subscription_id, payment_id, amount,
            status, payment_type, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing";

    pub PUT_CONNECTION = "insert into external_connections (id, location_id, company_id, app_id, version_id, account_id,
            display_name, auth_type, is_default, scopes, credentials, expires_at, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
        on conflict (location_id, app_id, account_id) do update set version_id = excluded.version_id,
            display_name = excluded.display_name, auth_type = excluded.auth_type, is_default = excluded.is_default,
            scopes = excluded.scopes, credentials = excluded.credentials, expires_at = excluded.expires_at,
            updated_at = excluded.updated_at
        returning id";
    pub NO_DEFAULT = "update external_connections set is_default = false where location_id = $1 and app_id = $2";
    pub FORGET_CONNECTIONS = "delete from external_connections where location_id = $1 and app_id = $2";
}

/// A location's charges, up to its id; filters, order and page are appended.
pub(super) const CHARGES: &str =
    "select id, app_id, meter_id, event_id, kind, units, price, amount, description, user_id,
    event_time, refunded, created_at, updated_at from charges where location_id = ";

/// As [`CHARGES`], counted.
pub(super) const COUNT_CHARGES: &str = "select count(*) from charges where location_id = ";
