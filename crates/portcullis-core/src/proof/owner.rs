//! Who owns an object.

use std::fmt;

use super::Principal;
use crate::claim::ClaimRef;

/// Who owns an object, in words that a token can answer. There is no way to say "everybody": what is open to all needs no
/// [`GrantedOn`](crate::GrantedOn).
///
/// Texts are compared to the byte. What is empty is nobody's: an issuer, a subject or a value of no characters never
/// matches, nor does a claim that is missing or no text.
///
/// ```
/// use portcullis_core::Owner;
///
/// # let (issuer, customer, tenant) = ("https://id.example.com", "alice", "acme");
/// let the_customer = Owner::subject(issuer, customer);
/// let the_shop = Owner::claim("tenant", tenant).and(Owner::claim("department", "sales"));
/// let either = the_customer.or(the_shop);
/// # let _ = either;
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Owner<'a>(Term<'a>);

#[derive(Clone, PartialEq, Eq)]
enum Term<'a> {
    Subject { issuer: &'a str, subject: &'a str },
    Claim(ClaimRef<'a>, &'a str),
    // Flat, however many are joined one by one: to look at them, or to drop them, takes no deep stack.
    All(Vec<Owner<'a>>),
    Any(Vec<Owner<'a>>),
}

impl<'a> Owner<'a> {
    /// Whoever this subject of this issuer is: one without the other is no identity, since subjects of two issuers may look
    /// alike.
    pub const fn subject(issuer: &'a str, subject: &'a str) -> Self {
        Self(Term::Subject { issuer, subject })
    }

    /// Whoever has this text in this claim, by its name or by a path: `"tenant"`, `&["organization", "id"]`.
    ///
    /// A claim is only as good as who fills it: not a user, who may then choose whose objects to see. Where several issuers
    /// are trusted, add whose word counts: `.and(Owner::claim("iss", issuer))`.
    pub fn claim(claim: impl Into<ClaimRef<'a>>, value: &'a str) -> Self {
        Self(Term::Claim(claim.into(), value))
    }

    /// Whoever is both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let mut parts = match self.0 {
            Term::All(parts) => parts,
            term => vec![Self(term)],
        };
        parts.push(other);
        Self(Term::All(parts))
    }

    /// Whoever is one of them.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let mut parts = match self.0 {
            Term::Any(parts) => parts,
            term => vec![Self(term)],
        };
        parts.push(other);
        Self(Term::Any(parts))
    }

    pub(super) fn is(&self, caller: &Principal) -> bool {
        match &self.0 {
            Term::Subject { issuer, subject } => {
                !issuer.is_empty()
                    && !subject.is_empty()
                    && caller.issuer() == *issuer
                    && caller.subject() == Some(*subject)
            }
            Term::Claim(claim, value) => {
                !value.is_empty() && claim.text(caller.0.payload()).is_some_and(|text| *text == **value)
            }
            // An empty list, could one be made, would be nobody.
            Term::All(parts) => !parts.is_empty() && parts.iter().all(|part| part.is(caller)),
            Term::Any(parts) => parts.iter().any(|part| part.is(caller)),
        }
    }
}

impl fmt::Debug for Owner<'_> {
    /// Not whom: an owner is a person, and this ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Term::Subject { .. } => f.write_str("Owner::subject(..)"),
            Term::Claim(..) => f.write_str("Owner::claim(..)"),
            Term::All(parts) => f.debug_tuple("All").field(parts).finish(),
            Term::Any(parts) => f.debug_tuple("Any").field(parts).finish(),
        }
    }
}
