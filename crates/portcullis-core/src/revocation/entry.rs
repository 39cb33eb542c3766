//! One revocation.

use std::fmt;
use std::time::Duration;

use crate::time::Timestamp;

/// What is revoked, and until when the entry is needed: the `exp` of the last token that it could mean.
///
/// ```
/// use portcullis_core::{Revocation, Timestamp};
///
/// let exp = Timestamp::from_secs(1_800_000_000);
/// let stolen = Revocation::of_token("https://id.test", "a-jti", exp);
/// assert_eq!(stolen.until(), exp);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Revocation {
    name: Name,
    until: Timestamp,
    issued_before: Timestamp,
}

/// What a revocation goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum By {
    Token,
    Session,
    Subject,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) by: By,
    pub(super) issuer: Box<str>,
    pub(super) value: Box<str>,
}

impl Revocation {
    /// How long an entry is kept after the last token that it could mean: one lives on for the leeway after its `exp`, and with
    /// revocations rules allow no more than this.
    pub const LEEWAY: Duration = Duration::from_secs(60);

    /// One token, by its `jti`, until its `exp`.
    pub fn of_token(issuer: impl Into<Box<str>>, token_id: impl Into<Box<str>>, exp: Timestamp) -> Self {
        Self::new(By::Token, issuer, token_id, Timestamp::FOREVER, exp)
    }

    /// All tokens of one session, by their `sid`, until the last of them ends.
    pub fn of_session(issuer: impl Into<Box<str>>, session_id: impl Into<Box<str>>, until: Timestamp) -> Self {
        Self::new(By::Session, issuer, session_id, Timestamp::FOREVER, until)
    }

    /// All tokens of one subject that were issued before a moment, until the last of them ends: after that moment and the
    /// longest lifetime that the issuer gives. Dates of issue are whole seconds by the issuer's clock: to be sure, name a moment
    /// as much later as the two clocks may differ.
    pub fn of_subject(
        issuer: impl Into<Box<str>>,
        subject: impl Into<Box<str>>,
        issued_before: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self::new(By::Subject, issuer, subject, issued_before, until)
    }

    fn new(
        by: By,
        issuer: impl Into<Box<str>>,
        value: impl Into<Box<str>>,
        issued_before: Timestamp,
        until: Timestamp,
    ) -> Self {
        Self { name: Name { by, issuer: issuer.into(), value: value.into() }, until, issued_before }
    }

    /// Until when it is needed.
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// The issuer of what is revoked.
    pub fn issuer(&self) -> &str {
        &self.name.issuer
    }

    /// Which of the tokens of that name are meant: those issued before this moment. The end of time for tokens and sessions.
    pub const fn issued_before(&self) -> Timestamp {
        self.issued_before
    }

    /// The claim that it goes by, and its value: `("jti", …)`, `("sid", …)` or `("sub", …)`.
    pub fn claim(&self) -> (&'static str, &str) {
        let claim = match self.name.by {
            By::Token => "jti",
            By::Session => "sid",
            By::Subject => "sub",
        };
        (claim, &self.name.value)
    }

    pub(super) const fn from_parts(name: Name, until: Timestamp, issued_before: Timestamp) -> Self {
        Self { name, until, issued_before }
    }

    pub(super) fn into_parts(self) -> (Name, Timestamp, Timestamp) {
        (self.name, self.until, self.issued_before)
    }
}

impl fmt::Debug for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (claim, _) = self.claim();
        f.debug_struct("Revocation").field("claim", &claim).field("until", &self.until).finish_non_exhaustive()
    }
}
