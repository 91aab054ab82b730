//! Statements on conversations and their messages.

leadhold_store::statements! {
    pub INSERT_THREAD = "insert into conversations
        (id, location_id, contact_id, unread_count, starred, inbox, last_message_at, date_added, date_updated)
        values ($1, $2, $3, 0, false, true, $4, $4, $4)";
    pub THREAD_OF_CONTACT = "select id, contact_id, unread_count, starred, inbox, last_message_at, date_added, date_updated
        from conversations where location_id = $1 and contact_id = $2";
    pub THREAD = "select id, contact_id, unread_count, starred, inbox, last_message_at, date_added, date_updated
        from conversations where location_id = $1 and id = $2";
    pub THREAD_ELSEWHERE across tenants "whether a stranger's conversation is asked for; nothing of it is read" =
        "select 1 from conversations where id = $1";
    /// Threads behind `(last_message_at, id)`, the one with the newest message first; `$2`: of one contact.
    pub THREADS = "select c.id, c.contact_id, c.unread_count, c.starred, c.inbox, c.last_message_at, c.date_added,
            c.date_updated, m.type, m.direction, m.body, m.origin
        from conversations c left join messages m on m.id = c.last_message_id
        where c.location_id = $1 and ($2 = '' or c.contact_id = $2) and (c.last_message_at, c.id) < ($3, $4)
        order by c.last_message_at desc, c.id desc limit $5";
    pub SAVE_THREAD = "update conversations set unread_count = $3, starred = $4, inbox = $5, date_updated = $6
        where location_id = $1 and id = $2";
    pub NEWEST_MESSAGE = "update conversations set last_message_id = $3, last_message_at = $4, date_updated = $4
        where location_id = $1 and id = $2";
    pub MOVE_THREAD = "update conversations set contact_id = $3, date_updated = $4 where location_id = $1 and contact_id = $2";
    /// The newest message, after others have moved in.
    pub REFRESH = "update conversations set date_updated = $3,
            last_message_id = (select m.id from messages m where m.conversation_id = conversations.id order by m.no desc limit 1),
            last_message_at = coalesce((select max(m.date_added) from messages m where m.conversation_id = conversations.id),
                last_message_at)
        where location_id = $1 and id = $2";
    pub DELETE_THREAD = "delete from conversations where location_id = $1 and id = $2";

    pub INSERT = "insert into messages
        (id, location_id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
         origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)";
    pub GET = "select id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
            origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated
        from messages where location_id = $1 and id = $2";
    /// One that no channel has yet. Nothing leaves a location that was deleted.
    pub WAITING = "select id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
            origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated
        from messages where location_id = $1 and id = $2 and direction = 'outbound' and status = 'pending'
            and exists (select 1 from locations l where l.id = $1 and l.deleted_at is null)";
    pub ELSEWHERE across tenants "whether a stranger's message is asked for; nothing of it is read" =
        "select 1 from messages where id = $1";
    pub OF_THREAD = "select id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
            origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated
        from messages where location_id = $1 and conversation_id = $2 and no < $3
        order by no desc limit $4";
    /// What the location last said; `$3`: of this kind, or empty.
    pub LAST_SAID = "select id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
            origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated
        from messages where location_id = $1 and conversation_id = $2 and direction = 'outbound' and ($3 = '' or type = $3)
        order by no desc limit 1";
    pub SETTLE = "update messages set status = $3, error = $4, alt_id = $5, call_duration = $6, date_updated = $7
        where location_id = $1 and id = $2";
    pub MOVE = "update messages set contact_id = $3 where location_id = $1 and contact_id = $2";
    pub MOVE_INTO = "update messages set conversation_id = $3 where location_id = $1 and conversation_id = $2";
    pub OUTBOX across tenants "the sandbox is its developer's alone" =
        "select id, conversation_id, contact_id, type, direction, status, error, subject, body, html, envelope,
            origin, reply_to, email_message_id, thread_id, alt_id, call_duration, date_added, date_updated, location_id
        from messages where direction = 'outbound' and no < $1 and ($2 = '' or type = $2)
            and ($3 = '' or contact_id = $3) and ($4 = '' or location_id = $4)
        order by no desc limit $5";
    pub BY_LINK across tenants "who shows a link that this server has signed may unsubscribe its reader" =
        "select l.company_id, m.location_id, m.contact_id from messages m join locations l on l.id = m.location_id
        where m.id = $1 and m.direction = 'outbound' and m.type = 'Email' and l.deleted_at is null";
    pub NO across tenants "only where a page begins; nothing of the message is read" = "select no from messages where id = $1";
}
