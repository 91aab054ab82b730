//! The server held against a reference model in plain Rust: after any sequence of operations both say the same, and what
//! two clients at once were answered is explained by some order.

mod address_book;
mod neighbours;
mod operation;
mod order;
mod sequence;
