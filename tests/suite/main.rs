//! The tests across crates, in one binary: every link costs build time.

mod audit;
mod cli;
mod details;
mod examples;
mod explain;
mod guarded_router;
mod interop;
mod json;
mod jwks;
mod layers;
mod logs;
mod misuse;
mod policy;
mod policy_file;
mod properties;
mod readiness;
mod refusals;
mod resources;
mod revocations;
mod rpc_policy;
mod secrets;
mod vectors;
mod workspace;
mod zoo;
