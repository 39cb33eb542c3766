//! `[[issuer]]`.

use std::path::Path;
use std::sync::Arc;

use portcullis_core::{AccessModel, Algorithm, ClaimPath, KeySet, KeySource, Rules, Verifier};

use super::fields::{Field, Fields};
use super::keys::{KeysAt, algorithm};
use super::place::{Place, Report, Source, Span};
use super::requirement::claim;

const FIELDS: [&str; 14] = [
    "issuer",
    "audience",
    "jwks_file",
    "jwks_url",
    "discover",
    "pem_file",
    "algorithm",
    "algorithms",
    "max_lifetime",
    "leeway",
    "scopes",
    "roles",
    "profile",
    "require_at_jwt",
];

/// An issuer of a policy file: whom to trust, by which keys and rules.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    issuer: Box<str>,
    audiences: Vec<Box<str>>,
    keys: KeysAt,
    rules: Rules,
    /// Where it begins, and where its keys are named: for faults that are found later.
    pub(super) place: Place,
    pub(super) keys_place: Place,
}

impl IssuerSettings {
    /// The exact `iss` of the tokens.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The exact `aud`s that name this service, at least one.
    pub fn audiences(&self) -> impl Iterator<Item = &str> {
        self.audiences.iter().map(|audience| &**audience)
    }

    /// Where its keys are.
    pub const fn keys(&self) -> &KeysAt {
        &self.keys
    }

    /// The rules to judge its tokens by, the access model of the file among them.
    pub fn rules(&self) -> Rules {
        self.rules.clone()
    }

    /// Reads an issuer; `None` was reported.
    pub(super) fn read(fields: &Fields<'_>, of: &Surroundings<'_, '_>, report: &mut Report) -> Option<Self> {
        fields.expect("an issuer", &FIELDS, report);
        let issuer = issuer(fields, report);
        let audiences = audiences(fields, report);
        let keys = KeysAt::read(fields, of.folder, report);
        let rules = rules(fields, report).access_model(Arc::clone(of.model));
        let (keys_at, keys) = keys?;
        let place = |at: &Span| of.source.place(at);
        let (place, keys_place) = (place(&fields.at), place(&keys_at));
        Some(Self { issuer: issuer?, audiences: audiences?, keys, rules, place, keys_place })
    }
}

/// What an issuer stands among.
pub(super) struct Surroundings<'s, 't> {
    pub(super) folder: Option<&'s Path>,
    pub(super) model: &'s Arc<AccessModel>,
    pub(super) source: &'s Source<'t>,
}

fn issuer(fields: &Fields<'_>, report: &mut Report) -> Option<Box<str>> {
    let example = "issuer = \"https://issuer.test/\"";
    let Some(field) = fields.get("issuer") else {
        report.fault(fields.at.clone(), format!("it has no name: write `{example}`, the exact `iss` of the tokens"));
        return None;
    };
    let name = field.text(example, report)?;
    let flaw = Verifier::new(name, ["any"], NoKeys, Rules::new()).err();
    flaw.iter().for_each(|flaw| report.fault(field.at(), flaw.to_string()));
    Some(name.into())
}

fn audiences(fields: &Fields<'_>, report: &mut Report) -> Option<Vec<Box<str>>> {
    let example = "audience = \"https://api.test/\"";
    let Some(field) = fields.get("audience") else {
        let text = format!("it has no audience: write `{example}`, the exact `aud` that names this service");
        report.fault(fields.at.clone(), text);
        return None;
    };
    let words: Vec<&str> = field.word_or_words(example, report)?.into_iter().map(|(_, word)| word).collect();
    let flaw = Verifier::new("any", words.iter().copied(), NoKeys, Rules::new()).err();
    flaw.iter().for_each(|flaw| report.fault(field.at(), flaw.to_string()));
    Some(words.into_iter().map(Into::into).collect())
}

fn rules(fields: &Fields<'_>, report: &mut Report) -> Rules {
    let mut rules = Rules::new();
    let mut set = |field: Field<'_>, report: &mut Report, change: &dyn Fn(Rules) -> Rules| {
        // Alone, to tell what is wrong where it is written.
        let flaw = Verifier::new("any", ["any"], NoKeys, change(Rules::new())).err();
        flaw.iter().for_each(|flaw| report.fault(field.at(), flaw.to_string()));
        rules = change(rules.clone());
    };
    for field in fields.all() {
        match field.name {
            "algorithms" => {
                if let Some(algorithms) = algorithms(&field, report) {
                    set(field, report, &|rules| rules.algorithms(algorithms.iter().copied()));
                }
            }
            "max_lifetime" => {
                if let Some(limit) = field.duration("max_lifetime = \"1h\"", report) {
                    set(field, report, &|rules| rules.max_lifetime(limit));
                }
            }
            "leeway" => {
                if let Some(leeway) = field.duration("leeway = \"30s\"", report) {
                    set(field, report, &|rules| rules.leeway(leeway));
                }
            }
            "scopes" => {
                if let Some(claims) = claims(&field, "scopes = [\"permissions\"]", report) {
                    set(field, report, &|rules| rules.scopes_from(claims.iter().cloned()));
                }
            }
            "roles" => {
                if let Some(claims) = claims(&field, "roles = [\"realm_access.roles\"]", report) {
                    set(field, report, &|rules| rules.roles_from(claims.iter().cloned()));
                }
            }
            "require_at_jwt" if field.truth(report) == Some(true) => set(field, report, &Rules::require_at_jwt),
            "profile" => match field.text("profile = \"rfc9068\"", report) {
                Some("rfc9068") => set(field, report, &Rules::rfc9068_profile),
                Some(_) => {
                    report.fault(field.at(), "there is one profile: write `profile = \"rfc9068\"`, or leave it out")
                }
                None => {}
            },
            _ => {}
        }
    }
    rules
}

fn algorithms(field: &Field<'_>, report: &mut Report) -> Option<Vec<Algorithm>> {
    let words = field.words("algorithms = [\"ES256\"]", report)?;
    let each: Vec<_> = words.into_iter().map(|(at, name)| algorithm(name, at, report)).collect();
    each.into_iter().collect()
}

fn claims(field: &Field<'_>, example: &str, report: &mut Report) -> Option<Vec<ClaimPath>> {
    let words = field.words(example, report)?;
    if words.is_empty() {
        report.fault(field.at(), format!("it names no claim: write `{example}`, or leave it out"));
        return None;
    }
    let each: Vec<_> = words.into_iter().map(|(at, word)| claim(word, at, report)).collect();
    each.into_iter().collect()
}

/// Stands where keys belong while settings are looked through.
#[derive(Debug)]
struct NoKeys;

impl KeySource for NoKeys {
    fn current(&self) -> Option<Arc<KeySet>> {
        None
    }
}
