//! How much is granted: the one place where scopes are decided.

use portcullis_core::{AccessModel, ScopeSet};

use crate::entitlements::{Entitled, Entitlement};
use crate::refused::{Refused, RefusedKind};

/// What an answer of the entitlements comes to.
pub(crate) fn scopes_entitled(model: &AccessModel, answer: Entitlement) -> Result<(Entitled, ScopeSet), Refused> {
    let Entitlement::Enabled(entitled) = answer else { return Err(RefusedKind::SubjectDisabled.into()) };
    if model.conflict(&entitled.roles).is_some() {
        return Err(RefusedKind::ConflictingRoles.into());
    }
    let scopes = entitled.scopes.union(&model.scopes_of_roles(&entitled.roles));
    Ok((entitled, scopes))
}

/// What was asked for (or all there is), as far as every bound gives it: is in it, or is implied by what is. Never nothing.
pub(crate) fn granted(
    model: &AccessModel,
    requested: Option<&ScopeSet>,
    bounds: &[&ScopeSet],
) -> Result<ScopeSet, Refused> {
    let all = bounds.iter().fold(ScopeSet::new(), |all, bound| all.union(bound));
    let wanted = requested.unwrap_or(&all);
    let granted = bounds.iter().fold(wanted.clone(), |granted, bound| model.granted(&granted, bound));
    if granted.is_empty() { Err(RefusedKind::NothingGranted.into()) } else { Ok(granted) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(list: &str) -> ScopeSet {
        ScopeSet::parse(list).unwrap()
    }

    #[test]
    fn what_is_granted_was_asked_for_and_is_given_by_every_bound() {
        let model = AccessModel::builder().implies("admin", ["read", "write"]).wildcard("files:*").build().unwrap();
        for (name, requested, bounds, expected) in [
            ("all of it", Some("read"), &["read"][..], "read"),
            ("less than asked", Some("read write"), &["read"], "read"),
            ("less than there is", Some("read"), &["read write"], "read"),
            ("nothing asked: all", None, &["read write"], "read write"),
            ("nothing in common", Some("write"), &["read"], ""),
            ("nothing there", None, &[""], ""),
            ("nothing asked for, by name", Some(""), &["read"], ""),
            ("implied", Some("read"), &["admin"], "read"),
            ("not the other way round", Some("admin"), &["read write"], ""),
            ("by a wildcard", Some("files:a"), &["files:*"], "files:a"),
            ("two bounds", Some("read write"), &["read write", "read"], "read"),
            ("two bounds, implied by one each", None, &["admin", "read"], "read"),
            ("two bounds, the other way round", None, &["read", "admin"], "read"),
            ("two bounds with nothing in common", None, &["read", "write"], ""),
        ] {
            let bounds: Vec<ScopeSet> = bounds.iter().map(|bound| set(bound)).collect();
            let bounds: Vec<&ScopeSet> = bounds.iter().collect();
            let granted = granted(&model, requested.map(set).as_ref(), &bounds);
            assert_eq!(granted.unwrap_or_default(), set(expected), "{name}");
        }
    }
}
