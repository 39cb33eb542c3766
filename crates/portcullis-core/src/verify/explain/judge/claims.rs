//! The second half: the claims.

use super::super::ledger::Ledger;
use super::super::rule::Rule;
use super::super::words::Shown;
use super::Known;
use crate::claim::ClaimPath;
use crate::denied::DeniedKind;
use crate::token::claims::RegisteredClaims;
use crate::verify::rules;

impl Known<'_> {
    pub(super) fn judge_claims(&self, payload: &str, shown: Shown<'_>, ledger: &mut Ledger) {
        let malformed =
            "not one JSON object with each member once on every level, or a registered claim of another type";
        let claims = rules::t1_json(payload, self.audiences);
        let Some(mut claims) = ledger.note(Rule::T1, claims, "", malformed) else { return };
        self.judge_issuer(&claims, shown, ledger);
        self.judge_audience(&claims, payload, shown, ledger);
        judge_dates(&claims, ledger);
        ledger.note(Rule::T8, rules::t8_unbound(&claims), "", "`cnf` is in the claims");
        self.judge_profile(&claims, payload, shown, ledger);

        let scopes = rules::t11_scopes(&mut claims, payload, self.rules);
        let roles = rules::t11_roles(payload, self.rules);
        let mut found = if scopes.is_empty() { "no scope".to_owned() } else { shown.value(&scopes) };
        if !roles.is_empty() {
            found = format!("{found}; roles {}", shown.values(roles.iter().map(|role| &**role)));
        }
        ledger.pass(Rule::T11, found);
        let conflict = self.rules.access_model.as_ref().and_then(|model| model.conflict(&roles));
        let conflict = conflict.map(|(one, other)| shown.values([one, other])).unwrap_or_default();
        ledger.note(Rule::T13, rules::t13_separate_duties(&roles, self.rules), "", conflict);
        self.judge_time(&claims, ledger);
    }

    fn judge_issuer(&self, claims: &RegisteredClaims<'_>, shown: Shown<'_>, ledger: &mut Ledger) {
        let found = claims.iss.as_deref().map_or_else(|| "there is no iss".to_owned(), |iss| shown.value(iss));
        match (self.issuer, rules::t2_issuer(claims, self.issuer.unwrap_or_default())) {
            (None, Ok(()) | Err(DeniedKind::WrongIssuer)) => {
                ledger.unknown(Rule::T2, format!("{found}; no issuer is given"));
            }
            (Some(issuer), verdict @ Err(DeniedKind::WrongIssuer)) => {
                let other = format!("{found} is not {}", shown.value(issuer));
                ledger.note(Rule::T2, verdict, "", other);
            }
            (_, verdict) => {
                ledger.note(Rule::T2, verdict, found.clone(), found);
            }
        }
    }

    fn judge_audience(&self, claims: &RegisteredClaims<'_>, payload: &str, shown: Shown<'_>, ledger: &mut Ledger) {
        let named = ClaimPath::from("aud").names(payload).unwrap_or_default();
        let found = match claims.aud {
            Some(_) => shown.values(named.iter().map(|audience| &**audience)),
            None => "there is no aud".to_owned(),
        };
        match rules::t3_audience(claims) {
            Err(DeniedKind::WrongAudience) if self.audiences.is_empty() => {
                ledger.unknown(Rule::T3, format!("{found}; no audience is given"));
            }
            verdict @ Err(DeniedKind::WrongAudience) => {
                let ours = shown.values(self.audiences.iter().map(|audience| &**audience));
                ledger.note(Rule::T3, verdict, "", format!("{found} does not name {ours}"));
            }
            verdict => {
                ledger.note(Rule::T3, verdict, found.clone(), found);
            }
        }
    }

    fn judge_profile(&self, claims: &RegisteredClaims<'_>, payload: &str, shown: Shown<'_>, ledger: &mut Ledger) {
        let profile =
            [("sub", claims.sub.is_none()), ("client_id", claims.client_id.is_none()), ("jti", claims.jti.is_none())];
        let missing: Vec<&str> = profile.iter().filter(|(_, missing)| *missing).map(|(claim, _)| *claim).collect();
        if let Err(kind) = rules::t9_profile(claims, self.rules) {
            ledger.fail(Rule::T9, kind, format!("RFC 9068 is demanded, and there is no {}", missing.join(", no ")));
        }
        let demanded: Vec<String> = self
            .rules
            .required_claims
            .iter()
            .map(|(claim, value)| format!("{claim} = {}", shown.value(value)))
            .collect();
        let demanded = demanded.join(", ");
        let passed = match (self.rules.rfc9068_profile, demanded.is_empty()) {
            (false, true) => "nothing more is demanded".to_owned(),
            (false, false) => demanded.clone(),
            (true, true) => "the profile of RFC 9068".to_owned(),
            (true, false) => format!("the profile of RFC 9068, {demanded}"),
        };
        ledger.note(Rule::T9, rules::t9_required(payload, self.rules), passed, format!("not {demanded}"));
    }
}

/// That the dates are there, and in order.
fn judge_dates(claims: &RegisteredClaims<'_>, ledger: &mut Ledger) {
    let Err(kind) = rules::t4_t6_dates(claims) else { return };
    match (claims.exp, claims.iat) {
        (Some(_), Some(_)) => ledger.fail(Rule::T6, kind, "exp is not after iat"),
        (exp, iat) => {
            for (rule, date, name) in [(Rule::T4, exp, "exp"), (Rule::T6, iat, "iat")] {
                if date.is_none() {
                    ledger.fail(rule, kind, format!("there is no {name}"));
                }
            }
        }
    }
}
