//! Families of refresh tokens: one login, one client, one resource, one good token at a time (RFC 9700 §4.14.2).
//!
//! A refresh token is the name of its family and a secret. The store keeps hashes of both: of the one good secret, and of the one
//! spent last. Whoever knows the name of a family has held one of its tokens, so any other secret beside that name is a spent one, and
//! ends the family; nothing has to be kept of tokens that are long spent.
//!
//! For an answer that was lost on its way, the token spent last may get the same successor again for a short while. The successor is
//! `HMAC(spent secret, seed)`, and the seed is kept beside the hashes: the store can't make it without the spent token, nor can whoever
//! holds the spent token without the store.

mod authentication;
mod record;
mod standing;
mod token;

pub use authentication::Authentication;
pub use record::{EndReason, Ended, Family, Rotation, Spent};
pub use token::{FamilyKey, RefreshToken, SecretHash, Seed};

pub(crate) use record::Lifetimes;
pub(crate) use standing::Standing;
pub(crate) use token::Presented;
