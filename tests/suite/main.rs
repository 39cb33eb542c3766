//! The tests across crates, in one binary: every link costs build time.

mod readiness;
mod refusals;
mod misuse;
mod zoo;
mod vectors;
mod properties;
mod secrets;
mod workspace;
