//! Private keys from JWK (RFC 7518 §6.2.2 and §6.3.2, RFC 8037 §2).

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::jwk::{self, ParsedJwk, Purpose};
use super::private_der::Pkcs8;
use super::{Algorithm, KeyError, Material};

/// The members that a public key does not have. Those of RSA are optional in the RFC, but every library writes them, and
/// without them there is nothing to check `d` against.
#[derive(Deserialize)]
struct Private {
    d: String,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
    oth: Option<IgnoredAny>,
}

/// The public part, and the private key: that they belong together is not known yet.
pub(super) fn parse(text: &str) -> Result<(ParsedJwk, Pkcs8), KeyError> {
    let public = jwk::parse(text, Purpose::Sign, Algorithm::RS256)?;
    public.material.fits(public.algorithm)?;
    let private: Private = serde_json::from_str(text).map_err(|_| KeyError::MalformedPrivateKey)?;
    let d = number(Some(&private.d))?;
    let key = match &public.material {
        Material::Ec { curve, .. } if d.len() == curve.len() => Pkcs8::ec_of(*curve, &d)?,
        Material::Ed25519(x) if d.len() == x.len() => Pkcs8::ed25519_of(&d)?,
        Material::Rsa { n, e } if private.oth.is_none() => {
            let [p, q, dp, dq, qi] =
                [&private.p, &private.q, &private.dp, &private.dq, &private.qi].map(|member| number(member.as_deref()));
            Pkcs8::rsa_of([n, e, &d, &p?, &q?, &dp?, &dq?, &qi?])?
        }
        _ => return Err(KeyError::MalformedPrivateKey),
    };
    Ok((public, key))
}

fn number(member: Option<&str>) -> Result<Vec<u8>, KeyError> {
    let text = member.ok_or(KeyError::MalformedPrivateKey)?;
    jwk::decode(text).map_err(|_| KeyError::MalformedPrivateKey)
}
