//! A token whose signature stands, shared by its proofs.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::model::AccessModel;
use crate::revocation::Revocable;
use crate::scope::Scopes;
use crate::time::Timestamp;

pub(crate) struct Verified {
    /// Which verifier judged it.
    pub(crate) verifier: u64,
    pub(crate) issuer: Arc<str>,
    /// The payload, decoded, and behind it the whole token as it was presented.
    pub(crate) text: String,
    pub(crate) payload_len: usize,
    pub(crate) sub: Option<Part>,
    pub(crate) jti: Option<Part>,
    pub(crate) sid: Option<Part>,
    pub(crate) client_id: Option<Part>,
    pub(crate) scopes: Part,
    pub(crate) roles: Box<[Box<str>]>,
    /// What scopes imply and roles stand for.
    pub(crate) model: Option<Arc<AccessModel>>,
    /// `authorization_details`, as it stands: JSON of the right shape.
    pub(crate) details: Option<Part>,
    pub(crate) exp: Timestamp,
    pub(crate) nbf: Option<Timestamp>,
    pub(crate) iat: Timestamp,
}

impl Verified {
    pub(crate) fn payload(&self) -> &str {
        self.text.get(..self.payload_len).unwrap_or_default()
    }

    pub(crate) fn token(&self) -> &[u8] {
        self.text.as_bytes().get(self.payload_len..).unwrap_or_default()
    }

    pub(crate) fn revocable(&self) -> Revocable<'_> {
        let mut token = Revocable::new(&self.issuer, self.iat);
        token.token_id = self.text_of(self.jti.as_ref());
        token.session_id = self.text_of(self.sid.as_ref());
        token.subject = self.text_of(self.sub.as_ref());
        token
    }

    pub(crate) fn text_of<'t>(&'t self, part: Option<&'t Part>) -> Option<&'t str> {
        part.map(|part| part.text(self.payload()))
    }

    pub(crate) fn details(&self) -> Option<&str> {
        self.text_of(self.details.as_ref())
    }

    /// Whether the token has this scope, or something that stands for it.
    pub(crate) fn holds(&self, scope: &str) -> bool {
        let scopes = self.scopes();
        scopes.contains_token(scope) || self.model.as_ref().is_some_and(|model| model.gives(scope, scopes, &self.roles))
    }

    pub(crate) fn scopes(&self) -> Scopes<'_> {
        Scopes::of_list(self.scopes.text(self.payload()))
    }
}

/// A text of the payload: where it stands, or a copy when it had escapes.
pub(crate) enum Part {
    At(Range<usize>),
    Copy(Box<str>),
}

impl Part {
    pub(crate) fn of(payload: &str, text: Cow<'_, str>) -> Self {
        match text {
            Cow::Owned(text) => Self::Copy(text.into()),
            Cow::Borrowed(text) => {
                let start = (text.as_ptr() as usize).wrapping_sub(payload.as_ptr() as usize);
                match payload.get(start..start.wrapping_add(text.len())) {
                    Some(found) if found.as_ptr() == text.as_ptr() => Self::At(start..start + text.len()),
                    // Not of the payload: an empty default, say.
                    _ => Self::Copy(text.into()),
                }
            }
        }
    }

    pub(crate) fn text<'t>(&'t self, payload: &'t str) -> &'t str {
        match self {
            Self::At(range) => payload.get(range.clone()).unwrap_or_default(),
            Self::Copy(text) => text,
        }
    }
}
