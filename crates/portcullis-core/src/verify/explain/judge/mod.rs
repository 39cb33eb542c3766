//! The rules in the order in which a verifier judges them.

mod claims;
mod signature;
mod time;

use super::explanation::Explanation;
use super::ledger::Ledger;
use super::rule::Rule;
use super::words::Shown;
use crate::key::KeySource;
use crate::token::base64url;
use crate::token::compact::Compact;
use crate::verify::rules;
use crate::verify::settings::{Limits, Rules};

/// What a token is judged by. What is not known is no reason to refuse.
pub(in crate::verify) struct Known<'a> {
    pub(in crate::verify) issuer: Option<&'a str>,
    /// Empty when not known.
    pub(in crate::verify) audiences: &'a [Box<str>],
    pub(in crate::verify) keys: Option<&'a dyn KeySource>,
    pub(in crate::verify) rules: &'a Rules,
    pub(in crate::verify) limits: &'a Limits,
}

impl Known<'_> {
    pub(in crate::verify) fn explain(&self, token: &[u8]) -> Explanation {
        let mut ledger = Ledger::default();
        self.judge(token, &mut ledger);
        ledger.finish()
    }

    fn judge(&self, token: &[u8], ledger: &mut Ledger) {
        let cap = self.rules.max_token_bytes;
        let size = format!("{} bytes, at most {cap}", token.len());
        if ledger.note(Rule::C2, rules::c2_size(token, cap), size.clone(), size).is_none() {
            return;
        }
        let not_one = "a character stands in it that no token has: a space, a quote, a line break";
        if ledger.note(Rule::C1, rules::c1_token68(token), "", not_one).is_none() {
            return;
        }
        let shown = Shown::beside(token);
        let segments = token.split(|byte| *byte == b'.').count();
        let not_compact = match segments {
            3 => "the header or the signature is empty".to_owned(),
            5 => "5 segments, as encrypted tokens have, and not three".to_owned(),
            _ => format!("segments: {segments}, and not three"),
        };
        let compact = match rules::s1_compact(token) {
            Ok(compact) => compact,
            Err(kind) => return ledger.fail(Rule::S1, kind, not_compact),
        };
        self.judge_signature(&compact, shown, ledger);
        self.judge_payload(&compact, shown, ledger);
    }

    fn judge_payload(&self, compact: &Compact<'_>, shown: Shown<'_>, ledger: &mut Ledger) {
        use crate::denied::DeniedKind::{MalformedClaims, MalformedToken};
        let Ok(payload) = base64url::decode(compact.payload) else {
            return ledger.fail(Rule::T1, MalformedToken, "the payload is not base64url without padding");
        };
        let Ok(payload) = String::from_utf8(payload) else {
            return ledger.fail(Rule::T1, MalformedClaims, "the payload is not UTF-8");
        };
        self.judge_claims(&payload, shown, ledger);
    }
}
