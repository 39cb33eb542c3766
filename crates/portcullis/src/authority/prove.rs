//! One place where a request becomes a proof, for layers, extractors and requests alike.

use http::{Extensions, HeaderMap, Uri};
use portcullis_core::{DeniedKind, Limits, Principal, Unverified};

use super::Authority;
use crate::guard::Head;
use crate::proofs::{Entry, Place, Proof, Proofs};

/// How far to go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Signed,
    Principal,
}

/// What was found or made.
pub(crate) struct Evidence {
    pub(crate) proof: Proof,
    /// Made now, so not in the extensions yet.
    fresh: bool,
}

impl Authority {
    /// The proof of this authority for the credential of this request: the one that is there, or a new one. `None` without
    /// a credential.
    pub(crate) fn prove(
        &self,
        headers: &HeaderMap,
        uri: Option<&Uri>,
        extensions: &Extensions,
        goal: Goal,
    ) -> Result<Option<Evidence>, Unverified> {
        let credential = self.0.credentials.find(headers, uri)?;
        let known = Proofs::of(extensions, self).filter(|entry| self.stands(&entry.proof));
        let known = match &credential {
            Some(token) => known.filter(|entry| entry.proof.is_of(token)),
            // The proof of a credential that is gone counts only if we took it away.
            None => known.filter(|entry| entry.stripped),
        };
        let trust = self.trust();
        let (proof, fresh) = match (known.map(|entry| &entry.proof), credential, goal) {
            (Some(Proof::Anonymous) | None, None, _) => return Ok(None),
            (Some(Proof::Signed(signed)), _, Goal::Principal) => {
                (Proof::Principal(trust.enforce_expiry(signed, &Limits::default())?), true)
            }
            (Some(proof @ (Proof::Signed(_) | Proof::Principal(_))), _, _) => (proof.clone(), false),
            (Some(Proof::Anonymous) | None, Some(token), Goal::Signed) => {
                (Proof::Signed(trust.verify_signature(&token)?), true)
            }
            // In one go, so that an entry that is replaced meanwhile does not judge half of it.
            (Some(Proof::Anonymous) | None, Some(token), Goal::Principal) => {
                (Proof::Principal(trust.verify(&token)?), true)
            }
        };
        Ok(Some(Evidence { proof, fresh }))
    }

    /// Whether the proof is of a verifier that is still trusted. One that was replaced since leaves the token to be verified
    /// again, by the one in its place.
    fn stands(&self, proof: &Proof) -> bool {
        match proof {
            Proof::Anonymous => true,
            Proof::Signed(signed) => self.trust().signed(signed),
            Proof::Principal(principal) => self.trust().made(principal),
        }
    }

    /// As [`prove`](Self::prove), and leaves the proof in the extensions.
    pub(crate) fn prove_and_keep(
        &self,
        head: &mut Head<'_>,
        goal: Goal,
        place: Place,
    ) -> Result<Option<Proof>, Unverified> {
        let found = self.prove(head.headers, head.uri, head.extensions, goal)?;
        let Some(Evidence { proof, fresh }) = found else { return Ok(None) };
        if fresh {
            let stripped = self.0.credentials.protect(head.headers);
            Proofs::keep(head.extensions, Entry::new(self, proof.clone(), stripped), place);
        } else {
            self.0.credentials.protect_again(head.headers);
            if place == Place::Innermost {
                Proofs::bring_to_front(head.extensions, self);
            }
        }
        Ok(Some(proof))
    }

    /// The principal of a request that a layer is about to let through.
    pub(crate) fn admit(&self, head: &mut Head<'_>) -> Result<Option<Principal>, Unverified> {
        self.principal_at(head, Place::Innermost)
    }

    /// The principal of this request; `None` without a credential.
    ///
    /// This is what extractors call, for hosts that have some. Most services use a layer instead.
    ///
    /// # Errors
    /// Why the credential does not stand, or that its key may be on its way.
    pub fn principal(&self, head: &mut Head<'_>) -> Result<Option<Principal>, Unverified> {
        self.principal_at(head, Place::Behind)
    }

    fn principal_at(&self, head: &mut Head<'_>, place: Place) -> Result<Option<Principal>, Unverified> {
        match self.prove_and_keep(head, Goal::Principal, place)? {
            Some(Proof::Principal(principal)) => Ok(Some(principal)),
            // Cannot be: the goal was a principal.
            Some(Proof::Signed(_) | Proof::Anonymous) => Err(DeniedKind::MissingCredential.into()),
            None => Ok(None),
        }
    }

    /// The authority of the innermost layer that this request went through.
    pub fn innermost(extensions: &Extensions) -> Option<&Self> {
        Proofs::innermost(extensions)
    }
}
