//! Statements on sessions.

leadhold_store::statements! {}
