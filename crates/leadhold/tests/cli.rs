//! The binary from outside: what it prints, its exit codes, and what it refuses.
//!
//! With LEADHOLD_TEST_DATABASE_URL the stores are PostgreSQL databases; what is only for the embedded store (backup and
//! restore) is tested on one all the same.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod cli {
    pub mod apps;
    pub mod backup;
    pub mod contacts;
    pub mod doctor;
    pub mod doctor_webhook;
    pub mod files;
    pub mod init;
    pub mod keys;
    pub mod listen;
    pub mod logs;
    pub mod process;
    pub mod receiver;
    pub mod sandbox;
    pub mod secrets;
    pub mod serve;
    pub mod token;
    pub mod trigger;
    pub mod webhooks;
    pub mod workflows;
}
