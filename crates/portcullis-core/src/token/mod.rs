//! The token as bytes: base64url, compact form, strict JSON, header and claims. Nothing here trusts or decides.

pub(crate) mod base64url;
pub(crate) mod claims;
pub(crate) mod compact;
mod details;
pub(crate) mod find;
pub(crate) mod header;
pub(crate) mod json;
mod seen;
