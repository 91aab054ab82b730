//! `/calendars/events/appointments`

mod create;
mod delete;
mod of_contact;
mod slot;
mod update;
