//! Statements on custom menus.

leadhold_store::statements! {
    pub INSERT = "insert into custom_menus (id, company_id, position, body, created_at) values ($1, $2, $3, $4, $5)";
    pub GET = "select id, position, body from custom_menus where company_id = $1 and id = $2";
    pub ALL_OF = "select id, position, body from custom_menus where company_id = $1 order by position";
    pub UPDATE = "update custom_menus set body = $3 where company_id = $1 and id = $2";
    pub DELETE = "delete from custom_menus where company_id = $1 and id = $2";
}
