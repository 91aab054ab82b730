mod edge;
mod opportunities;
mod sandbox_clock;
mod webhooks;
