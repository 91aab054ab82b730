//! Statements on codes, grants and access tokens.

leadhold_store::statements! {}
