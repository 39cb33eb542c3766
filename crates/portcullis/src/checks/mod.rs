//! The four checks, and none.

mod claims;
mod expiry;
mod open;
mod scope;
mod signature;

pub use claims::ExtractClaims;
pub use expiry::EnforceExpiry;
pub use open::LeaveOpen;
pub use scope::RequireScope;
pub use signature::VerifySignature;

use portcullis_core::DeniedKind;

use crate::Authority;
use crate::guard::{Head, Verdict};
use crate::proofs::{Entry, Place, Proofs};

/// What a request without a credential comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WithoutCredential {
    Refused,
    /// It passes, and that it did is known further in. A bad credential is refused all the same.
    Anonymous,
}

impl WithoutCredential {
    fn verdict(self, authority: &Authority, head: &mut Head<'_>) -> Verdict {
        match self {
            Self::Refused => DeniedKind::MissingCredential.into(),
            Self::Anonymous => {
                Proofs::keep(head.extensions, Entry::anonymous(authority), Place::Innermost);
                Verdict::Pass
            }
        }
    }
}

macro_rules! optional {
    ($check:ident $(<$claims:ident>)?) => {
        impl<$($claims,)? R> GuardLayer<$check $(<$claims>)?, R> {
            /// Lets requests without a credential through as anonymous. A bad credential is refused all the same.
            pub fn optional(self) -> Self {
                self.map_check(|check| $check { without_credential: super::WithoutCredential::Anonymous, ..check })
            }
        }
    };
}
use optional;
