mod edge;
mod hooks;
mod opportunities;
mod sandbox_clock;
mod webhooks;
mod workflows;
