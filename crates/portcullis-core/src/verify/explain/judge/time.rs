//! The time, and what is revoked.

use super::super::ledger::Ledger;
use super::super::rule::Rule;
use super::super::words::span;
use super::Known;
use crate::denied::{Denied, DeniedKind};
use crate::revocation::Revocable;
use crate::time::Timestamp;
use crate::token::claims::RegisteredClaims;
use crate::verify::rules;

impl Known<'_> {
    pub(super) fn judge_time(&self, claims: &RegisteredClaims<'_>, ledger: &mut Ledger) {
        ledger.pass(Rule::T10, span(self.rules.leeway));
        match self.rules.clock.now() {
            Ok(now) => self.judge_dates_at(now, claims, ledger),
            Err(_) => {
                let next = [Rule::T4, Rule::T5, Rule::T6, Rule::T7].into_iter().find(|rule| ledger.is_open(*rule));
                let detail = "the clock cannot tell the time";
                next.into_iter().for_each(|rule| ledger.fail(rule, DeniedKind::ClockFailed, detail));
            }
        }
        self.judge_standing(claims, ledger);
    }

    fn judge_dates_at(&self, now: Timestamp, claims: &RegisteredClaims<'_>, ledger: &mut Ledger) {
        let (rules, leeway) = (self.rules, span(self.rules.leeway));
        if let Some(exp) = claims.exp {
            let left = format!("expires in {}", span(exp.saturating_since(now)));
            let past = format!("expired {} ago, with a leeway of {leeway}", span(now.saturating_since(exp)));
            let passed = if now < exp { left } else { past.clone() };
            ledger.note(Rule::T4, rules::t4_expiry(exp, now, rules), passed, past);
        }
        let begins = |nbf: Timestamp| match nbf > now {
            true => format!("begins in {}, with a leeway of {leeway}", span(nbf.saturating_since(now))),
            false => format!("since {}", span(now.saturating_since(nbf))),
        };
        let begins = claims.nbf.map_or_else(|| "no nbf".to_owned(), begins);
        ledger.note(Rule::T5, rules::t5_not_before(claims.nbf, now, rules), begins.clone(), begins);
        if let (Some(exp), Some(iat)) = (claims.exp, claims.iat) {
            self.judge_lifetime(exp, iat, now, ledger);
        }
        if let Some(iat) = claims.iat {
            let age = span(now.saturating_since(iat));
            let limit = self.limits.max_age.map_or_else(|| "no age is asked for".to_owned(), at_most);
            let age = format!("issued {age} ago, {limit}");
            let verdict = rules::t7_age(iat, now, self.limits).map_err(|denied| denied.kind());
            ledger.note(Rule::T7, verdict, age.clone(), age);
        }
    }

    fn judge_lifetime(&self, exp: Timestamp, iat: Timestamp, now: Timestamp, ledger: &mut Ledger) {
        if iat >= exp {
            return;
        }
        let limit = [self.rules.max_lifetime, self.limits.max_lifetime].into_iter().flatten().min();
        let limit = limit.map_or_else(|| "without a limit".to_owned(), at_most);
        let lifetime = format!("lives {}, {limit}", span(exp.saturating_since(iat)));
        let verdict = rules::t6_lifetime(exp, iat, now, self.rules, self.limits);
        let failed = match verdict {
            Err(DeniedKind::IssuedInFuture) => format!("issued {} from now", span(iat.saturating_since(now))),
            _ => lifetime.clone(),
        };
        ledger.note(Rule::T6, verdict, lifetime, failed);
    }

    /// Asked last, of what stands otherwise: names are those of an issuer that is known to have said them.
    fn judge_standing(&self, claims: &RegisteredClaims<'_>, ledger: &mut Ledger) {
        if self.rules.revocations.is_none() {
            return ledger.pass(Rule::T12, "no list is kept");
        }
        let (Some(issuer), Some(issued_at), true) = (self.issuer, claims.iat, ledger.stands()) else { return };
        let mut token = Revocable::new(issuer, issued_at);
        token.token_id = claims.jti.as_deref();
        token.session_id = claims.sid.as_deref();
        token.subject = claims.sub.as_deref();
        let verdict = rules::t12_standing(|| token, self.rules);
        let why = verdict.as_ref().err().map_or_else(String::new, Denied::to_string);
        ledger.note(Rule::T12, verdict.map_err(|denied| denied.kind()), "not in the list", why);
    }
}

fn at_most(limit: std::time::Duration) -> String {
    format!("at most {}", span(limit))
}
