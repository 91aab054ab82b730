//! Statements on the audit log.

leadhold_store::statements! {
    pub INSERT = "insert into audit_log (at, company_id, action, actor, subject, detail) values ($1, $2, $3, $4, $5, $6)";
    pub LIST = "select seq, at, action, actor, subject, detail from audit_log
        where company_id = $1 and seq < $2 order by seq desc limit $3";
}
