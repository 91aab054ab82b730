mod edge;
mod sandbox_clock;
mod webhooks;
