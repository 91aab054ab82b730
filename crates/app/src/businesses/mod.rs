//! Firms that contacts belong to.
