//! Test helpers: an application over a fresh database, its callers, and a receiver for webhooks.
//!
//! Set `LEADHOLD_TEST_DATABASE_URL` to a PostgreSQL server's URL and every [`TestApp`] gets a database of its own there;
//! otherwise it gets a SQLite file. When it is dropped it looks whether a secret that an answer showed can be found in the
//! database, and fails the test if so. Time stands still until the test moves it.

mod answer;
mod app;
mod call;
mod conscience;
mod content;
mod database;
mod person;
mod receiver;
mod tested;
mod transcript;

pub use answer::Answer;
pub use app::{Agency, TestApp};
pub use call::Call;
pub use database::Database;
pub use person::{Person, SignedIn};
pub use receiver::{Received, Receiver};
