//! How a presented refresh token stands.

use std::time::Duration;

use portcullis_core::Timestamp;

use super::{Family, SecretHash, Seed};

/// How a presented token stands in its family.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is the good one.
    Current,
    /// It was spent a moment ago, and nobody has used its successor: the answer may have been lost.
    Lost(Seed),
    /// It was spent: somebody has a copy.
    Reused,
    /// It would be good, had the family not ended.
    Ended,
    /// It would be good, had it come earlier.
    Expired,
}

impl Family {
    /// Reuse comes first: nothing else about a spent token could be an excuse for it.
    pub(crate) fn standing(&self, presented: &SecretHash, now: Timestamp, grace: Duration) -> Standing {
        let spent = self.spent.as_ref().filter(|spent| spent.hash == *presented);
        let lost = spent.filter(|spent| within(grace, spent.at, now));
        if self.current != *presented && lost.is_none() {
            Standing::Reused
        } else if self.ended.is_some() {
            Standing::Ended
        } else if now > self.forget_after() {
            Standing::Expired
        } else {
            lost.map_or(Standing::Current, |spent| Standing::Lost(spent.seed))
        }
    }

    /// From when on nothing of it can be good: a store may forget it then. One that was ended early is kept until then, so that its
    /// spent tokens go on to be known.
    pub fn forget_after(&self) -> Timestamp {
        self.ends_at.min(self.idle_until)
    }
}

/// Clocks of two instances may differ: a moment before the other is as near as a moment after it.
fn within(grace: Duration, spent_at: Timestamp, now: Timestamp) -> bool {
    !grace.is_zero() && now.saturating_since(spent_at).max(spent_at.saturating_since(now)) <= grace
}

#[cfg(test)]
mod tests {
    use portcullis_core::ScopeSet;

    use super::*;
    use crate::family::{Authentication, EndReason, Ended, FamilyKey, Spent};

    #[test]
    fn reuse_comes_first_and_a_lost_answer_is_forgiven_for_a_moment() {
        let (at, hash) = (Timestamp::from_secs, |nth| SecretHash::from_bytes([nth; 32]));
        let family = Family {
            key: FamilyKey::from_bytes([0; 16]),
            subject: "alice".to_owned(),
            client: "web".to_owned(),
            resource: "https://api.test".to_owned(),
            scopes: ScopeSet::new(),
            authentication: Authentication::default(),
            ends_at: at(9000),
            current: hash(3),
            idle_until: at(5000),
            spent: Some(Spent { hash: hash(2), seed: Seed::from_bytes([7; 32]), at: at(1000) }),
            ended: None,
        };
        let ended = Family { ended: Some(Ended { at: at(1000), reason: EndReason::Revoked }), ..family.clone() };
        let lost = || Standing::Lost(Seed::from_bytes([7; 32]));
        for (name, family, presented, now, grace, expected) in [
            ("the good one", &family, 3, 1000, 10, Standing::Current),
            ("the good one, at the last moment", &family, 3, 5000, 10, Standing::Current),
            ("the good one, too late", &family, 3, 5001, 10, Standing::Expired),
            ("the good one of a family that ended", &ended, 3, 1000, 10, Standing::Ended),
            ("the one before, at once", &family, 2, 1000, 10, lost()),
            ("the one before, in time", &family, 2, 1010, 10, lost()),
            ("the one before, by a clock that is behind", &family, 2, 990, 10, lost()),
            ("the one before, by a clock that is far behind", &family, 2, 989, 10, Standing::Reused),
            ("the one before, too late", &family, 2, 1011, 10, Standing::Reused),
            ("the one before, without a grace", &family, 2, 1000, 0, Standing::Reused),
            ("the one before, of a family that ended", &ended, 2, 1000, 10, Standing::Ended),
            ("an older one", &family, 1, 1000, 10, Standing::Reused),
            ("an older one, of a family that ended", &ended, 1, 1000, 10, Standing::Reused),
            ("an older one, of a family that is over", &family, 1, 9999, 10, Standing::Reused),
        ] {
            let standing = family.standing(&hash(presented), at(now), Duration::from_secs(grace));
            assert_eq!(standing, expected, "{name}");
        }
    }
}
