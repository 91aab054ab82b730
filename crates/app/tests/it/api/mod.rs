mod edge;
mod sandbox_clock;
