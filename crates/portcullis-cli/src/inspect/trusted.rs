//! Whom the token is judged by: what the command line says, or the issuer of a policy that the token claims.

use std::sync::Arc;

use portcullis::policy::{IssuerSettings, PolicyFile};
use portcullis_core::{Explanation, Inspection, KeySource, Outcome, Principal, Rules, SetupError, Verifier};

use super::keys;
use crate::args::Inspect;
use crate::failure::Failure;
use crate::policy;

/// What is known of whom to trust.
pub(super) struct Trusted {
    issuer: Option<String>,
    audiences: Vec<String>,
    keys: Option<Arc<dyn KeySource>>,
    rules: Rules,
}

impl Trusted {
    /// As the command line says, and the policy if there is one.
    pub(super) async fn by(args: &Inspect, file: Option<&PolicyFile>, token: &[u8]) -> Result<Self, Failure> {
        let mut trusted = match file {
            Some(file) if !file.issuers().is_empty() => {
                if args.issuer.is_some() || !args.audience.is_empty() {
                    let repair = "leave out --issuer and --audience, or --policy";
                    return Err(Failure::new("the policy says whom to trust", repair));
                }
                Self::of_policy(file.issuers(), token, args.jwks.is_none()).await?
            }
            _ => {
                let rules = Rules::new();
                let rules = match file {
                    Some(file) => rules.access_model(Arc::clone(file.policy().access_model())),
                    None => rules,
                };
                Self { issuer: args.issuer.clone(), audiences: args.audience.clone(), keys: None, rules }
            }
        };
        if let Some(place) = &args.jwks {
            trusted.keys = Some(keys::at(place).await?);
        }
        Ok(trusted)
    }

    /// The issuer that the token claims, or the first: then it is from somebody else, and no keys are asked for.
    async fn of_policy(issuers: &[IssuerSettings], token: &[u8], with_keys: bool) -> Result<Self, Failure> {
        let claimed = issuers.iter().find(|settings| claims(settings.issuer(), token));
        let Some(settings) = claimed.or(issuers.first()) else {
            return Err(Failure::new("the policy names no issuer", "give --issuer, --audience and --jwks"));
        };
        let keys = match claimed {
            Some(settings) if with_keys => Some(policy::keys_of(settings).await?),
            _ => None,
        };
        let audiences = settings.audiences().map(str::to_owned).collect();
        Ok(Self { issuer: Some(settings.issuer().to_owned()), audiences, keys, rules: settings.rules() })
    }

    pub(super) fn explain(&self, token: &[u8]) -> Explanation {
        let inspection = Inspection::new(self.rules.clone());
        let inspection = self.issuer.iter().fold(inspection, |inspection, issuer| inspection.issuer(issuer.as_str()));
        let inspection = self.keys.iter().fold(inspection, |inspection, keys| inspection.keys(Arc::clone(keys)));
        let audiences = self.audiences.iter();
        audiences.fold(inspection, |inspection, audience| inspection.audience(audience.as_str())).explain(token)
    }

    /// What a verifier makes of the token, if all is known that it takes.
    pub(super) fn verify(&self, token: &[u8]) -> Result<Option<(Verifier, Principal)>, SetupError> {
        let (Some(issuer), Some(keys)) = (&self.issuer, &self.keys) else { return Ok(None) };
        let verifier = Verifier::new(issuer, self.audiences.clone(), Arc::clone(keys), self.rules.clone())?;
        let principal = verifier.verify(token).ok();
        Ok(principal.map(|principal| (verifier, principal)))
    }

    /// What is not given, by the options that give it.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let given = [
            ("--jwks", self.keys.is_none()),
            ("--issuer", self.issuer.is_none()),
            ("--audience", self.audiences.is_empty()),
        ];
        given.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect()
    }
}

/// Whether a token says that it is from this issuer: nobody has checked.
fn claims(issuer: &str, token: &[u8]) -> bool {
    let explained = Inspection::new(Rules::new().max_token_bytes(token.len().max(1))).issuer(issuer).explain(token);
    explained.steps().iter().any(|step| step.id() == "T2" && step.outcome() == Outcome::Pass)
}
