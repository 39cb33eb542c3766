//! The first half: the header and the signature.

use super::super::ledger::Ledger;
use super::super::rule::Rule;
use super::super::words::Shown;
use super::Known;
use crate::denied::DeniedKind;
use crate::key::Algorithm;
use crate::token::base64url;
use crate::token::compact::Compact;
use crate::token::header::Header;
use crate::verify::known_headers::Signer;
use crate::verify::rules;
use crate::verify::verifier::by_key;

impl Known<'_> {
    pub(super) fn judge_signature(&self, compact: &Compact<'_>, shown: Shown<'_>, ledger: &mut Ledger) {
        let malformed = |ledger: &mut Ledger, kind, detail: &str| ledger.fail(Rule::S1, kind, detail);
        if let Err(kind) = rules::s1_signature_length(compact) {
            return malformed(ledger, kind, "the signature is longer than any key makes");
        }
        let Ok(signature) = base64url::decode(compact.signature) else {
            return malformed(
                ledger,
                DeniedKind::MalformedToken,
                "the signature is not base64url without padding: was the token cut off, or something put behind it?",
            );
        };
        let Ok(header) = base64url::decode(compact.header) else {
            return malformed(ledger, DeniedKind::MalformedToken, "the header is not base64url without padding");
        };
        ledger.pass(Rule::S1, "three segments");
        let header = match rules::s2_json(&header) {
            Ok(header) => header,
            Err(kind) => {
                return ledger.fail(
                    Rule::S2,
                    kind,
                    "not one JSON object with each member once, its `alg`, `kid`, `typ` and `cty` texts",
                );
            }
        };
        if let Some(signer) = self.judge_header(&header, shown, ledger) {
            self.judge_by_key(compact, &signature, signer, shown, ledger);
        }
    }

    fn judge_header<'h>(&self, header: &'h Header<'_>, shown: Shown<'_>, ledger: &mut Ledger) -> Option<Signer<'h>> {
        if let Err(kind) = rules::s2_plain(header) {
            ledger.fail(
                Rule::S2,
                kind,
                "`crit`, `b64`, `zip` or `enc` is in the header, or the token holds another one",
            );
        }
        let demands = if self.rules.at_jwt_required { "is not `at+jwt`" } else { "is neither `at+jwt` nor `JWT`" };
        let (typ, other) = match header.typ.as_deref() {
            Some(typ) => (format!("typ {}", shown.value(typ)), format!("typ {} {demands}", shown.value(typ))),
            None => ("no typ".to_owned(), format!("there is no typ: it {demands}")),
        };
        ledger.note(Rule::S2, rules::s2_type(header, self.rules), typ, other);

        let listed: Vec<&str> = Algorithm::ALL
            .iter()
            .filter(|algorithm| self.rules.algorithms.contains(**algorithm))
            .map(|algorithm| algorithm.as_str())
            .collect();
        let not_listed = match header.alg.as_deref() {
            Some(alg) => format!("{} is not in the list: {}", shown.value(alg), listed.join(", ")),
            None => "the header names no algorithm".to_owned(),
        };
        match rules::s3_algorithm(header, self.rules) {
            // Not passed before the key agrees.
            Ok(algorithm) => Some(Signer { algorithm, kid: header.kid.as_deref() }),
            Err(kind) => {
                ledger.fail(Rule::S3, kind, not_listed);
                None
            }
        }
    }

    fn judge_by_key(
        &self,
        compact: &Compact<'_>,
        signature: &[u8],
        signer: Signer<'_>,
        shown: Shown<'_>,
        ledger: &mut Ledger,
    ) {
        let algorithm = signer.algorithm.as_str();
        let Some(keys) = self.keys else {
            ledger.pass(Rule::S3, algorithm);
            [Rule::S4, Rule::S5, Rule::S6].into_iter().for_each(|rule| ledger.unknown(rule, "no keys are given"));
            return;
        };
        let named = signer.kid.map(|kid| shown.value(kid));
        match by_key(keys, signer, |key| Ok(rules::s6_signature(compact, signature, key))) {
            Ok(verdict) => {
                ledger.pass(Rule::S3, algorithm);
                ledger.pass(Rule::S4, named.unwrap_or_else(|| "no kid, and the only key for the algorithm".to_owned()));
                ledger.pass(Rule::S5, "checked when the key was prepared");
                ledger.note(Rule::S6, verdict, "", "not of this key over this header and payload");
            }
            Err(unverified) => match unverified.into_denied().kind() {
                // S3 again: the header's algorithm is that of the key.
                kind @ DeniedKind::AlgorithmNotAllowed => {
                    let named = named.unwrap_or_default();
                    ledger.fail(Rule::S3, kind, format!("the key {named} is for another algorithm than {algorithm}"));
                }
                kind => {
                    ledger.pass(Rule::S3, algorithm);
                    ledger.fail(Rule::S4, kind, unknown_key(kind, named, algorithm));
                }
            },
        }
    }
}

fn unknown_key(kind: DeniedKind, named: Option<String>, algorithm: &str) -> String {
    match (kind, named) {
        (DeniedKind::UnknownKey, Some(kid)) => format!("no key is named {kid}"),
        (DeniedKind::UnknownKey, None) => format!("no kid, and no key for {algorithm}"),
        (DeniedKind::AmbiguousKey, _) => format!("no kid, and more than one key for {algorithm}"),
        (kind, _) => kind.description().to_owned(),
    }
}
