//! Statements on campaigns and who is in them.

leadhold_store::statements! {
    pub INSERT = "insert into campaigns (id, location_id, name, status, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $5)";
    pub GET = "select id, name, status, created_at, updated_at from campaigns where location_id = $1 and id = $2";
    pub ELSEWHERE across tenants "whether a stranger's campaign is asked for; nothing of it is read" =
        "select 1 from campaigns where id = $1";
    pub LIST = "select id, name, status, created_at, updated_at from campaigns
        where location_id = $1 and ($2 = '' or status = $2) order by created_at, id";
    pub UPDATE = "update campaigns set name = $3, status = $4, updated_at = $5 where location_id = $1 and id = $2";
    pub DELETE = "delete from campaigns where location_id = $1 and id = $2";

    pub ANYBODY = "select 1 from campaign_contacts where location_id = $1 and campaign_id = $2 limit 1";
    pub INSERT_PLACE = "insert into campaign_contacts (id, location_id, campaign_id, contact_id, date_added)
        values ($1, $2, $3, $4, $5)";
    pub PLACE = "select id, campaign_id, contact_id, date_added from campaign_contacts
        where location_id = $1 and contact_id = $2 and campaign_id = $3";
    pub PLACES = "select id, campaign_id, contact_id, date_added from campaign_contacts
        where location_id = $1 and contact_id = $2 order by date_added, id";
    pub DELETE_PLACE = "delete from campaign_contacts where location_id = $1 and id = $2";
    pub MOVE_PLACES = "update campaign_contacts set contact_id = $3 where location_id = $1 and contact_id = $2
        and campaign_id not in (select campaign_id from campaign_contacts where location_id = $1 and contact_id = $3)";
    pub DROP_PLACES = "delete from campaign_contacts where location_id = $1 and contact_id = $2";
}
