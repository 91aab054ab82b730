//! Statements on listeners and their queues. A listener is its app's, and hears from many tenants.

leadhold_store::statements! {
    pub OF_APP = "select id, app_id, name, kinds, made_at, seen_at from listeners where app_id = $1 order by name";
    pub GET = "select id, app_id, name, kinds, made_at, seen_at from listeners where app_id = $1 and name = $2";
    pub ENSURE = "insert into listeners (id, app_id, name, kinds, made_at, seen_at) values ($1, $2, $3, $4, $5, $5)
        on conflict (app_id, name) do update set kinds = $4, seen_at = $5";
    pub SEEN = "update listeners set seen_at = $2 where id = $1";
    pub FORGET = "delete from listeners where id = $1";

    pub QUEUE across tenants "the delivery that was just written" =
        "insert into listener_deliveries (listener_id, delivery_id, company_id, due_at) values ($1, $2, $3, $4)";
    pub WAITING across tenants "a listener's, wherever its app is installed" =
        "select count(*) from listener_deliveries where listener_id = $1";
    pub DUE across tenants "a listener's, wherever its app is installed" =
        "select d.id, d.kind, d.event_id, d.body, d.attempts, d.made_at
        from listener_deliveries q join webhook_deliveries d on d.id = q.delivery_id
        where q.listener_id = $1 and q.due_at <= $2 order by q.no limit $3";
    pub REPORTED across tenants "a listener's, wherever its app is installed" =
        "select q.company_id, d.attempts, d.earlier_attempts, d.round
        from listener_deliveries q join webhook_deliveries d on d.id = q.delivery_id
        where q.listener_id = $1 and q.delivery_id = $2";
    pub PUT_OFF = "update listener_deliveries set due_at = $3 where delivery_id = $1 and company_id = $2";
    pub DONE = "delete from listener_deliveries where delivery_id = $1 and company_id = $2";

    pub ALL_WAITING across tenants "a listener's, wherever its app is installed" =
        "select delivery_id, company_id from listener_deliveries where listener_id = $1";
    pub FORGET_QUEUE across tenants "a listener's, wherever its app is installed" =
        "delete from listener_deliveries where listener_id = $1";
    pub FORGET_ATTEMPTS = "delete from webhook_attempts where delivery_id = $1 and company_id = $2";
    pub FORGET_DELIVERY = "delete from webhook_deliveries where id = $1 and company_id = $2";
}
