pub mod contacts;
mod custom_fields;
mod edge;
mod sandbox_clock;
mod tags;
