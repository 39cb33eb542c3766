//! What a token says of itself. It is not verified, and believed only where that makes it worth less.

use portcullis_core::{ScopeSet, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The claims of a token in JWT form. A member that is there twice is an error of the reader.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) aud: Option<Words>,
    pub(super) scope: Option<Words>,
    pub(super) scp: Option<Words>,
    exp: Option<f64>,
}

/// A text, or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Words {
    One(String),
    Many(Vec<String>),
}

/// A JWT whose claims cannot be read.
pub(super) struct Unreadable;

impl Claims {
    /// `None` for a token that is no JWT: not three segments, the first a JSON object.
    pub(super) fn of(token: &str) -> Result<Option<Self>, Unreadable> {
        let mut segments = token.split('.');
        let (Some(header), Some(payload), Some(_), None) =
            (segments.next(), segments.next(), segments.next(), segments.next())
        else {
            return Ok(None);
        };
        let decode = |segment: &str| base64_simd::URL_SAFE_NO_PAD.decode_to_vec(segment).ok();
        let header = decode(header).and_then(|header| serde_json::from_slice::<Map<String, Value>>(&header).ok());
        if header.is_none() {
            return Ok(None);
        }
        let payload = decode(payload).ok_or(Unreadable)?;
        let claims: Self = serde_json::from_slice(&payload).map_err(|_| Unreadable)?;
        if claims.exp.is_some() && claims.expiry().is_none() { Err(Unreadable) } else { Ok(Some(claims)) }
    }

    pub(super) fn expiry(&self) -> Option<Timestamp> {
        self.exp.and_then(Timestamp::from_secs_f64)
    }
}

impl Words {
    /// Whether this is all that it says.
    pub(super) fn are(&self, word: &str) -> bool {
        match self {
            Self::One(one) => one == word,
            Self::Many(many) => matches!(&**many, [one] if one == word),
        }
    }

    pub(super) fn scopes(&self) -> Option<ScopeSet> {
        match self {
            Self::One(list) => ScopeSet::parse(list).ok(),
            Self::Many(lists) => lists
                .iter()
                .try_fold(ScopeSet::new(), |all, list| ScopeSet::parse(list).ok().map(|scopes| all.union(&scopes))),
        }
    }
}
