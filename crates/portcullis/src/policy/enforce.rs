//! The layer.

use std::fmt;
use std::sync::Arc;

use http::header::ACCESS_CONTROL_REQUEST_METHOD;
use matchit::Router;
use portcullis_core::{Denied, DeniedKind, Principal, SetupError};

use super::allowed::Mark;
use super::inventory::{Endpoint, Inventory};
use super::operation::Target;
use super::table::{PathParameters, Rule};
use super::{Policy, path, report};
use crate::Authority;
use crate::guard::{Check, GuardLayer, Head, Verdict, sealed};
use crate::proofs::Proofs;

/// The layer that enforces a [`Policy`]; made by [`Authority::enforce`].
pub type PolicyLayer<R = crate::NoBody> = GuardLayer<EnforcePolicy, R>;

/// The check behind a [`PolicyLayer`].
#[derive(Clone)]
pub struct EnforcePolicy {
    authority: Authority,
    policy: Policy,
    /// The paths that are there, if anybody said.
    served: Option<Arc<Router<()>>>,
}

impl Authority {
    /// The layer that enforces a policy: in front of any service, everything that is not in the table denied.
    ///
    /// # Errors
    /// When the policy has an [`AccessModel`](crate::AccessModel) that tokens would not be judged by: give the rules the same
    /// one, `.rules(|rules| rules.access_model(policy.access_model().clone()))`. When it asks about roles, and the rules do not say
    /// where they are. Issuers that are not known yet ([`Tenants`](crate::Tenants)) are held to it when their tokens come: 500.
    pub fn enforce(&self, policy: &Policy) -> Result<PolicyLayer, SetupError> {
        let knows = |verifier: &portcullis_core::Verifier| match verifier.access_model() {
            Some(model) => *model == **policy.access_model(),
            None => policy.access_model().is_empty(),
        };
        if !self.trust().verifiers().iter().all(knows) {
            return Err(SetupError::new(
                "the policy declares implications or roles that the authority does not judge by: give its rules the same, \
                 `.rules(|rules| rules.access_model(policy.access_model().clone()))`",
            ));
        }
        if policy.asks_about_roles() && !self.trust().verifiers().iter().all(portcullis_core::Verifier::knows_roles) {
            return Err(SetupError::new(
                "the policy asks about roles, and the authority does not know where those of a token are: name the claim, \
                 `.rules(|rules| rules.roles_from([\"roles\"]))`",
            ));
        }
        let (authority, policy) = (self.clone(), policy.clone());
        Ok(GuardLayer::new(EnforcePolicy { authority, policy, served: None }))
    }
}

impl<R> PolicyLayer<R> {
    /// Knows what there is: a caller who proves itself and asks for something else is told that it is not there (404,
    /// `UNIMPLEMENTED`), instead of 403. It gets no further either way.
    pub fn serving(self, inventory: &Inventory) -> Self {
        let mut served = Router::new();
        for (endpoint, _) in inventory.iter() {
            let pattern = match endpoint {
                Endpoint::Http { path, .. } => path.to_string(),
                Endpoint::Rpc(name) => format!("/{name}"),
            };
            // Methods share a path, and what is no pattern matches nothing.
            if path::flaw(&pattern).is_none() {
                served.insert(pattern, ()).ok();
            }
        }
        self.map_check(|check| EnforcePolicy { served: Some(Arc::new(served)), ..check })
    }
}

impl sealed::Sealed for EnforcePolicy {}

impl Check for EnforcePolicy {
    const NEEDS_THE_PATH: bool = true;

    fn check(&self, head: &mut Head<'_>) -> Verdict {
        // A host that shows neither is refused: see `NEEDS_THE_PATH`.
        let (Some(method), Some(uri)) = (head.method, head.uri) else { return DeniedKind::NotGuarded.into() };
        let table = &self.policy.0.table;
        if !table.reads_in_one_way(uri.path()) {
            return DeniedKind::AmbiguousPath.into();
        }
        let found = table.find(method.as_str(), uri.path());
        let rule = found.as_ref().and_then(|(index, _)| table.rule(*index));
        let mark = |would_deny| Mark { policy: self.policy.clone(), rule: found.as_ref().map(|(i, _)| *i), would_deny };
        if rule.is_some_and(|rule| rule.asks.is_none()) {
            Proofs::enter(head.extensions, &self.authority);
            Proofs::mark(head.extensions, &self.authority, mark(false));
            return Verdict::Pass;
        }
        let principal = match self.authority.admit(head) {
            Ok(Some(principal)) => principal,
            Ok(None) => return DeniedKind::MissingCredential.into(),
            Err(unverified) => return unverified.into(),
        };
        // Tenants come and go, so what `enforce` looked at says nothing of this one.
        if !principal.is_judged_by(self.policy.access_model()) {
            return DeniedKind::ModelMismatch.into();
        }
        let judged = match (rule, &found) {
            (Some(rule), Some((_, parameters))) => self.judge(rule, &principal, parameters),
            _ => Err(self.without_rule(uri.path()).into()),
        };
        if let Err(denied) = &judged {
            let reports = self.policy.0.report_only || rule.is_some_and(|rule| rule.operation.report_only);
            if !(reports && is_of_the_rule(denied)) {
                return denied.clone().into();
            }
            report::would_deny(rule.map(|rule| &rule.operation), denied);
        }
        Proofs::mark(head.extensions, &self.authority, mark(judged.is_err()));
        Verdict::Pass
    }

    fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Only for what is there over HTTP: tonic would answer `OPTIONS` by calling the procedure.
    fn lets_preflight(&self, head: &Head<'_>) -> bool {
        let asked = head.headers.get(ACCESS_CONTROL_REQUEST_METHOD).and_then(|method| method.to_str().ok());
        let (Some(asked), Some(uri)) = (asked, head.uri) else { return false };
        let table = &self.policy.0.table;
        let rule = table.find(asked, uri.path()).and_then(|(index, _)| table.rule(index));
        table.reads_in_one_way(uri.path())
            && rule.is_some_and(|rule| matches!(rule.operation.target, Target::Http { .. }))
    }
}

impl EnforcePolicy {
    fn judge(&self, rule: &Rule, principal: &Principal, parameters: &PathParameters<'_, '_>) -> Result<(), Denied> {
        let Some(asks) = &rule.asks else { return Ok(()) };
        if !asks.limits.is_empty() {
            self.authority.trust().check_limits(principal, &asks.limits)?;
        }
        asks.demand.check(principal, parameters)
    }

    fn without_rule(&self, path: &str) -> DeniedKind {
        match &self.served {
            Some(served) if served.at(path).is_err() => DeniedKind::UnknownOperation,
            _ => DeniedKind::NoRule,
        }
    }
}

/// Whether it is the rule that refuses, and not that the token does not stand (any longer).
fn is_of_the_rule(denied: &Denied) -> bool {
    use portcullis_core::DeniedClass::{Forbidden, InsufficientScope, NotFound, TooOld};
    matches!(denied.class(), Forbidden | InsufficientScope | NotFound | TooOld)
}

impl fmt::Debug for EnforcePolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnforcePolicy").field("policy", &self.policy).finish_non_exhaustive()
    }
}
