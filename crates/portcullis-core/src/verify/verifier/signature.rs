//! The first half: the header and the signature.

use std::sync::Arc;

use super::Verifier;
use crate::denied::{Denied, DeniedKind};
use crate::key::UnknownKid;
use crate::token::base64url;
use crate::token::compact::Compact;
use crate::token::header::Header;
use crate::verify::failure::Unverified;
use crate::verify::known_headers::Signer;
use crate::verify::rules;

impl Verifier {
    pub(super) fn check_signature(&self, token: &Compact<'_>) -> Result<(), Unverified> {
        /// RSA of 4096 bits; longer ones go to the heap.
        const SIGNATURE: usize = 512 + 3;
        /// RSA of 8192 bits, encoded: the longest signature there is.
        const LONGEST: usize = 1366;

        if token.signature.len() > LONGEST {
            return Err(DeniedKind::MalformedToken.into());
        }
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
        let header = std::str::from_utf8(&header).map_err(|_| DeniedKind::UnacceptableHeader)?;
        let header = Header::parse(header).map_err(|_| DeniedKind::UnacceptableHeader)?;
        let rules = &self.0.rules;
        rules::s2_plain(&header)?;
        rules::s2_type(&header, rules)?;
        let signer = Signer { algorithm: rules::s3_algorithm(&header, rules)?, kid: header.kid.as_deref() };
        self.check_by_key(token, signature, signer)?;
        self.0.known_headers.learn(token.header, signer);
        Ok(())
    }

    fn check_by_key(&self, token: &Compact<'_>, signature: &[u8], signer: Signer<'_>) -> Result<(), Unverified> {
        let source = &*self.0.keys;
        let Some(keys) = source.current() else {
            return Err(Denied::keys_unavailable(source.retry_after()).into());
        };
        let found = match (rules::s4_key(signer.kid, signer.algorithm, &keys), signer.kid) {
            (Err(DeniedKind::UnknownKey), Some(kid)) => {
                let answer = source.unknown_kid(kid);
                // The set may have been replaced since it was looked at, and the answer speaks of the new one.
                let newer = source.current().filter(|newer| !Arc::ptr_eq(newer, &keys));
                let found = newer.map(|newer| {
                    let key = rules::s4_key(signer.kid, signer.algorithm, &newer)?;
                    rules::s6_signature(token, signature, key)
                });
                return match found {
                    Some(judged) if judged != Err(DeniedKind::UnknownKey) => Ok(judged?),
                    _ => Err(unverified(answer)),
                };
            }
            (found, _) => found?,
        };
        Ok(rules::s6_signature(token, signature, found)?)
    }
}

fn unverified(answer: UnknownKid) -> Unverified {
    match answer {
        UnknownKid::Refuse => DeniedKind::UnknownKey.into(),
        UnknownKid::Wait(pending) => Unverified::Pending(pending),
        UnknownKid::Unavailable { retry_after } => Denied::keys_unavailable(retry_after).into(),
    }
}
