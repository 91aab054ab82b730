//! Statements with which tests break what no request can.

leadhold_store::statements! {
    /// Puts another state into every run.
    pub SPOIL across tenants "the test breaks every run" = "update workflow_runs set state = $1";
}
