//! One named bad token for every rule.

mod claims;
mod credential;
mod header;
mod payload;
mod signature;

use portcullis_core::{Algorithm, DeniedKind};

use crate::{Mint, TestIssuer};

/// What an authority has to be told for a bad token to be bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Under {
    /// Nothing: the defaults.
    Defaults,
    /// [`Rules::rfc9068_profile`](portcullis_core::Rules::rfc9068_profile).
    Rfc9068,
    /// A `max_age` of 60 seconds.
    MaxAge60,
}

/// A bad token, and what it has to come to.
#[derive(Clone, Debug)]
pub struct BadToken {
    name: &'static str,
    rule: &'static str,
    kind: DeniedKind,
    under: Under,
    fields: Vec<Vec<u8>>,
}

impl BadToken {
    /// What is bad about it.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The rule that it breaks, as numbered in DESIGN.md.
    pub const fn rule(&self) -> &'static str {
        self.rule
    }

    /// What it has to be refused for.
    pub const fn kind(&self) -> DeniedKind {
        self.kind
    }

    /// What the authority has to be told.
    pub const fn under(&self) -> Under {
        self.under
    }

    /// The values of the `Authorization` fields to send: one, unless the number is what is bad.
    pub fn authorization(&self) -> &[Vec<u8>] {
        &self.fields
    }

    const fn under_rule(mut self, under: Under) -> Self {
        self.under = under;
        self
    }
}

/// The zoo: bad tokens of an issuer whose tokens are otherwise good, each bad in one respect.
///
/// The issuer has to sign with an asymmetric key.
pub fn zoo(issuer: &TestIssuer) -> Vec<BadToken> {
    let all = [
        credential::tokens(issuer),
        header::tokens(issuer),
        signature::tokens(issuer),
        payload::tokens(issuer),
        claims::tokens(issuer),
    ]
    .concat();
    // A signature of 96 bytes fills its 128 characters: there are no bits to spare.
    let no_stray_bits = issuer.key().algorithm() == Algorithm::ES384;
    all.into_iter().filter(|bad| !(no_stray_bits && bad.name == "a signature with stray bits")).collect()
}

/// A good token with the scope that the examples ask for first.
fn good(issuer: &TestIssuer) -> Mint<'_> {
    issuer.mint().scope("orders:read")
}

fn fields(name: &'static str, rule: &'static str, kind: DeniedKind, fields: &[&[u8]]) -> BadToken {
    let fields = fields.iter().map(|field| field.to_vec()).collect();
    BadToken { name, rule, kind, under: Under::Defaults, fields }
}

fn token(name: &'static str, rule: &'static str, kind: DeniedKind, token: impl AsRef<str>) -> BadToken {
    fields(name, rule, kind, &[format!("Bearer {}", token.as_ref()).as_bytes()])
}
