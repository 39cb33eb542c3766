//! The first half: the header and the signature.

use std::sync::Arc;

use super::Verifier;
use crate::denied::{Denied, DeniedKind};
use crate::key::{KeySource, UnknownKid, VerifyingKey};
use crate::token::base64url;
use crate::token::compact::Compact;
use crate::verify::failure::Unverified;
use crate::verify::known_headers::Signer;
use crate::verify::rules;

impl Verifier {
    pub(super) fn check_signature(&self, token: &Compact<'_>) -> Result<(), Unverified> {
        /// RSA of 4096 bits; longer ones go to the heap.
        const SIGNATURE: usize = 512 + 3;

        rules::s1_signature_length(token)?;
        let (mut stack, mut heap) = ([0; SIGNATURE], Vec::new());
        let signature =
            base64url::decode_within(token.signature, &mut stack, &mut heap).map_err(|_| DeniedKind::MalformedToken)?;
        match self.0.known_headers.find(token.header) {
            Some(signer) => self.check_by_key(token, signature, signer),
            None => self.check_new_header(token, signature),
        }
    }

    fn check_new_header(&self, token: &Compact<'_>, signature: &[u8]) -> Result<(), Unverified> {
        let header = base64url::decode(token.header).map_err(|_| DeniedKind::MalformedToken)?;
        let header = rules::s2_json(&header)?;
        let rules = &self.0.rules;
        rules::s2_plain(&header)?;
        rules::s2_type(&header, rules)?;
        let signer = Signer { algorithm: rules::s3_algorithm(&header, rules)?, kid: header.kid.as_deref() };
        self.check_by_key(token, signature, signer)?;
        self.0.known_headers.learn(token.header, signer);
        Ok(())
    }

    fn check_by_key(&self, token: &Compact<'_>, signature: &[u8], signer: Signer<'_>) -> Result<(), Unverified> {
        by_key(&*self.0.keys, signer, |key| rules::s6_signature(token, signature, key))
    }
}

/// Judges by the key that a header names. It waits for none, and says so where one may be on its way.
pub(in crate::verify) fn by_key<T>(
    source: &dyn KeySource,
    signer: Signer<'_>,
    judge: impl Fn(&VerifyingKey) -> Result<T, DeniedKind>,
) -> Result<T, Unverified> {
    let Some(keys) = source.current() else {
        return Err(Denied::keys_unavailable(source.retry_after()).into());
    };
    let found = match (rules::s4_key(signer.kid, signer.algorithm, &keys), signer.kid) {
        (Err(DeniedKind::UnknownKey), Some(kid)) => {
            let answer = source.unknown_kid(kid);
            // The set may have been replaced since it was looked at, and the answer speaks of the new one.
            let newer = source.current().filter(|newer| !Arc::ptr_eq(newer, &keys));
            let found = newer.map(|newer| judge(rules::s4_key(signer.kid, signer.algorithm, &newer)?));
            return match found {
                None | Some(Err(DeniedKind::UnknownKey)) => Err(unverified(answer)),
                Some(judged) => Ok(judged?),
            };
        }
        (found, _) => found?,
    };
    Ok(judge(found)?)
}

fn unverified(answer: UnknownKid) -> Unverified {
    match answer {
        UnknownKid::Refuse => DeniedKind::UnknownKey.into(),
        UnknownKid::Wait(pending) => Unverified::Pending(pending),
        UnknownKid::Unavailable { retry_after } => Denied::keys_unavailable(retry_after).into(),
    }
}
