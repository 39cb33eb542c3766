//! The tests across crates, in one binary: every link costs build time.

mod examples;
mod interop;
mod json;
mod jwks;
mod layers;
mod logs;
mod misuse;
mod properties;
mod readiness;
mod refusals;
mod revocations;
mod secrets;
mod vectors;
mod workspace;
mod zoo;
