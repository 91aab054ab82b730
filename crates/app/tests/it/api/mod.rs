mod edge;
mod hooks;
mod sandbox_clock;
mod webhooks;
mod workflows;
