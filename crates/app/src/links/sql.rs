//! Statements on trigger links.

leadhold_store::statements! {
    pub INSERT = "insert into links (id, company_id, location_id, name, name_folded, redirect_to, clicks, contacts, created_at)
        values ($1, $2, $3, $4, $5, $6, 0, 0, $7)";
    pub COUNT = "select count(*) from links where location_id = $1";
    pub GET = "select id, location_id, name, redirect_to, clicks, contacts, created_at, updated_at
        from links where location_id = $1 and id = $2";
    pub ELSEWHERE across tenants "whether a stranger's link is asked for; nothing of it is read" =
        "select id from links where id = $1";
    pub BY_URL across tenants "who knows the URL may follow the link" =
        "select k.company_id, k.location_id, k.redirect_to from links k join locations l on l.id = k.location_id
        where k.id = $1 and l.deleted_at is null";
    pub LIST = "select id, location_id, name, redirect_to, clicks, contacts, created_at, updated_at
        from links where location_id = $1 order by created_at, id";
    /// `$2` is a pattern over folded names.
    pub SEARCH = "select id, location_id, name, redirect_to, clicks, contacts, created_at, updated_at
        from links where location_id = $1 and name_folded like $2 escape '\\'
        order by created_at, id limit $3 offset $4";
    pub UPDATE = "update links set name = $3, name_folded = $4, redirect_to = $5, updated_at = $6 where location_id = $1 and id = $2";
    pub DELETE = "delete from links where location_id = $1 and id = $2";
    pub DELETE_CLICKS = "delete from link_clicks where location_id = $1 and link_id = $2";
    pub DELETE_CONTACTS = "delete from link_contacts where location_id = $1 and link_id = $2";

    pub CLICK = "update links set clicks = clicks + 1 where location_id = $1 and id = $2";
    pub COUNT_CONTACT = "update links set contacts = contacts + 1 where location_id = $1 and id = $2";
    /// Does nothing the second time.
    pub NEW_CONTACT = "insert into link_contacts (location_id, link_id, contact_id) values ($1, $2, $3)
        on conflict (link_id, contact_id) do nothing";
    pub INSERT_CLICK = "insert into link_clicks (id, location_id, link_id, contact_id, clicked_at) values ($1, $2, $3, $4, $5)";
    /// Keeps the newest `$3`.
    pub PRUNE = "delete from link_clicks where location_id = $1 and link_id = $2 and clicked_at < coalesce((
        select clicked_at from link_clicks where location_id = $1 and link_id = $2 order by clicked_at desc, id desc limit 1 offset $3), 0)";
    pub CLICKS = "select id, contact_id, clicked_at from link_clicks
        where location_id = $1 and link_id = $2 and (clicked_at, id) < ($3, $4) order by clicked_at desc, id desc limit $5";
}
