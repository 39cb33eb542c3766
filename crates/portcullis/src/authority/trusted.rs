//! What a builder holds of whom to trust.

use portcullis_core::{KeySource, Rules, SetupError, Trust, Verifier};

/// One issuer, in parts.
#[derive(Debug)]
pub struct OneIssuer<K> {
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
    pub(super) keys: K,
    pub(super) rules: Rules,
}

/// Several issuers.
#[derive(Debug)]
pub struct Several<T>(pub(super) T);

mod sealed {
    pub trait Sealed {}
}

impl<K> sealed::Sealed for OneIssuer<K> {}
impl<T> sealed::Sealed for Several<T> {}

/// Whom a builder trusts: one issuer, or several. There is nothing else.
pub trait Trusted: sealed::Sealed {
    #[doc(hidden)]
    fn into_trust(self) -> Result<(Box<dyn Trust>, String), SetupError>;
}

impl<K: KeySource> Trusted for OneIssuer<K> {
    fn into_trust(self) -> Result<(Box<dyn Trust>, String), SetupError> {
        let name = self.audiences.first().cloned().unwrap_or_default();
        Ok((Box::new(Verifier::new(self.issuer, self.audiences, self.keys, self.rules)?), name))
    }
}

impl<T: Trust> Trusted for Several<T> {
    fn into_trust(self) -> Result<(Box<dyn Trust>, String), SetupError> {
        Ok((Box::new(self.0), String::new()))
    }
}
