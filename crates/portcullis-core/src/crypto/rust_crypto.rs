//! Pure Rust.
