//! Statements on campaigns and who is in them.

leadhold_store::statements! {
    pub INSERT = "insert into campaigns (id, location_id, name, status, plan, version, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    pub GET = "select id, name, status, plan, version, created_at, updated_at from campaigns
        where location_id = $1 and id = $2";
    pub ELSEWHERE across tenants "whether a stranger's campaign is asked for; nothing of it is read" =
        "select 1 from campaigns where id = $1";
    pub LIST = "select id, name, status, plan, version, created_at, updated_at from campaigns
        where location_id = $1 and ($2 = '' or status = $2) order by created_at, id";
    pub UPDATE = "update campaigns set name = $3, status = $4, plan = $5, version = $6, updated_at = $7
        where location_id = $1 and id = $2";
    pub DELETE = "delete from campaigns where location_id = $1 and id = $2";

    pub ANYBODY = "select 1 from campaign_contacts where location_id = $1 and campaign_id = $2 and status = 'active' limit 1";
    pub EMPTY = "delete from campaign_contacts where location_id = $1 and campaign_id = $2";
    pub INSERT_PLACE = "insert into campaign_contacts
        (id, location_id, campaign_id, contact_id, status, replied, date_added, date_updated)
        values ($1, $2, $3, $4, 'active', '', $5, $5)";
    pub PLACE = "select id, campaign_id, contact_id, status, replied, date_added, date_updated from campaign_contacts
        where location_id = $1 and contact_id = $2 and campaign_id = $3";
    pub PLACE_OF_ID = "select id, campaign_id, contact_id, status, replied, date_added, date_updated from campaign_contacts
        where location_id = $1 and id = $2";
    pub PLACES = "select id, campaign_id, contact_id, status, replied, date_added, date_updated from campaign_contacts
        where location_id = $1 and contact_id = $2 order by date_added, id";
    /// Those of a campaign behind `(date_added, id)`, the newest first; `$3`: of one status, or an empty text.
    pub PLACES_OF_CAMPAIGN = "select id, campaign_id, contact_id, status, replied, date_added, date_updated
        from campaign_contacts
        where location_id = $1 and campaign_id = $2 and ($3 = '' or status = $3) and (date_added, id) < ($4, $5)
        order by date_added desc, id desc limit $6";
    pub COUNTS = "select status, count(*) from campaign_contacts where location_id = $1 and campaign_id = $2
        group by status order by status";
    pub SET_PLACE = "update campaign_contacts set status = $3, replied = $4, date_added = $5, date_updated = $6
        where location_id = $1 and id = $2";
    pub DELETE_PLACE = "delete from campaign_contacts where location_id = $1 and id = $2";
    pub MOVE_PLACES = "update campaign_contacts set contact_id = $3 where location_id = $1 and contact_id = $2
        and campaign_id not in (select campaign_id from campaign_contacts where location_id = $1 and contact_id = $3)";
    pub DROP_PLACES = "delete from campaign_contacts where location_id = $1 and contact_id = $2";
}
