//! What ends with a location and has no verb of its own.

leadhold_store::statements! {
    pub END_INSTALLS = "delete from installs where location_id = $1 and company_id = $2";
}
