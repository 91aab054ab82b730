pub mod contacts;
mod custom_fields;
mod edge;
mod hooks;
mod opportunities;
mod sandbox_clock;
mod tags;
mod webhooks;
mod workflows;
