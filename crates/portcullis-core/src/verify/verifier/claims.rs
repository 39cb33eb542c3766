//! The second half: the claims.

use std::sync::Arc;

use super::Verifier;
use crate::denied::DeniedKind;
use crate::proof::{Part, SignedToken, Verified};
use crate::token::base64url;
use crate::token::compact::Compact;
use crate::verify::rules;

impl Verifier {
    pub(super) fn read_claims(&self, token: &[u8], compact: &Compact<'_>) -> Result<SignedToken, DeniedKind> {
        // One allocation holds the payload, for the claims, and the token, to know the credential again.
        let mut bytes = Vec::with_capacity(compact.payload.len() + token.len());
        base64url::decode_append(compact.payload, &mut bytes).map_err(|_| DeniedKind::MalformedToken)?;
        let payload_len = bytes.len();
        bytes.extend_from_slice(token);
        let text = String::from_utf8(bytes).map_err(|_| DeniedKind::MalformedClaims)?;
        // A multi-byte character cannot end in the token, which is ASCII: this is always a boundary.
        let (payload, _) = text.split_at_checked(payload_len).ok_or(DeniedKind::MalformedClaims)?;

        let rules = &self.0.rules;
        let mut claims = rules::t1_json(payload, &self.0.audiences)?;
        rules::t2_issuer(&claims, &self.0.issuer)?;
        rules::t3_audience(&claims)?;
        let (exp, iat) = rules::t4_t6_dates(&claims)?;
        rules::t8_unbound(&claims)?;
        rules::t9_profile(&claims, rules)?;
        rules::t9_required(payload, rules)?;
        let scopes = rules::t11_scopes(&mut claims, payload, rules);
        let roles = rules::t11_roles(payload, rules);
        rules::t13_separate_duties(&roles, rules)?;

        let part = |text| Part::of(payload, text);
        let scopes = part(scopes);
        let (sub, jti, sid) = (claims.sub.map(part), claims.jti.map(part), claims.sid.map(part));
        let client_id = claims.client_id.map(part);
        let details = claims.authorization_details.map(|details| part(details.into()));
        let nbf = claims.nbf;
        let issuer = Arc::clone(&self.0.issuer);
        Ok(SignedToken(Arc::new(Verified {
            verifier: self.0.id,
            issuer,
            payload_len,
            sub,
            jti,
            sid,
            client_id,
            scopes,
            roles,
            model: rules.access_model.clone(),
            details,
            exp,
            nbf,
            iat,
            text,
        })))
    }
}
