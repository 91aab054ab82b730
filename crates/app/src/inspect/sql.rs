//! Statements on inspectors and what they were sent. Their rows belong to the sandbox, and to nobody in it.

leadhold_store::statements! {
    pub ENSURE = "insert into inspectors (name, used_at) values ($1, $2) on conflict (name) do update set used_at = $2";
    pub ANSWER = "select answer from inspectors where name = $1";
    pub SET_ANSWER = "update inspectors set answer = $2 where name = $1";
    pub OVERDUE = "select name from inspectors order by used_at desc, name desc limit 10 offset $1";
    pub FORGET = "delete from inspectors where name = $1";
    pub NAMES = "select name, used_at, (select count(*) from inspected_requests r where r.name = inspectors.name)
        from inspectors order by used_at desc, name desc";

    pub INSERT = "insert into inspected_requests (name, at, method, target, headers, body, body_length, signatures)
        values ($1, $2, $3, $4, $5, $6, $7, $8) returning no";
    pub PRUNE = "delete from inspected_requests where name = $1 and no <=
        (select no from inspected_requests where name = $1 order by no desc limit 1 offset $2)";
    pub EMPTY = "delete from inspected_requests where name = $1";
    pub LIST = "select no, at, method, target, headers, body, body_length, signatures from inspected_requests
        where name = $1 and no < $2 order by no desc limit $3";
}
