//! Statements on what the installation knows about itself.

leadhold_store::statements! {
    pub GET across tenants "the installation has no tenant" = "select value from installation where name = $1";
    pub PUT across tenants "the installation has no tenant" = "insert into installation (name, value) values ($1, $2)
        on conflict (name) do update set value = excluded.value";
    pub REMOVE across tenants "the installation has no tenant" = "delete from installation where name = $1";
}
