//! Statements on faults. They are the sandbox's, and nobody's in it.

leadhold_store::statements! {
    pub ALL_OF_THEM = "select id, rule, matches, hits, made_at from sandbox_faults order by made_at, id";
    pub ONE = "select id, rule, matches, hits, made_at from sandbox_faults where id = $1";
    pub ADD = "insert into sandbox_faults (id, rule, matches, hits, made_at) values ($1, $2, 0, 0, $3)";
    pub REMOVE = "delete from sandbox_faults where id = $1";
    pub CLEAR = "delete from sandbox_faults";

    pub COUNTS = "select matches, hits from sandbox_faults where id = $1";
    pub COUNT = "update sandbox_faults set matches = matches + 1, hits = hits + $2 where id = $1";
    pub SAID = "select struck, at from sandbox_fault_hits where fault_id = $1 and subject = $2";
    pub SAY = "insert into sandbox_fault_hits (fault_id, subject, struck, at) values ($1, $2, $3, $4)";
}
