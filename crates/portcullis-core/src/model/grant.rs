//! What may be granted of what is asked for: what an issuer asks.

use super::AccessModel;
use crate::scope::ScopeSet;

impl AccessModel {
    /// Those of the requested scopes that the scopes held give: they are among them, implied by them, or covered by a
    /// declared wildcard among them, whether the model mentions them or not.
    ///
    /// ```
    /// use portcullis_core::{AccessModel, ScopeSet};
    ///
    /// let model = AccessModel::builder()
    ///     .implies("orders:admin", ["orders:read", "orders:write"])
    ///     .wildcard("reports:*")
    ///     .build()?;
    /// let held = ScopeSet::parse("orders:admin reports:*")?;
    /// let asked = ScopeSet::parse("orders:read reports:yearly payments:make")?;
    /// assert_eq!(model.granted(&asked, &held).to_string(), "orders:read reports:yearly");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn granted(&self, requested: &ScopeSet, held: &ScopeSet) -> ScopeSet {
        let none: [&str; 0] = [];
        let scopes = held.as_scopes();
        let given = |scope: &&str| scopes.contains_token(scope) || self.gives(scope, scopes, &none);
        ScopeSet::of(requested.iter().filter(given))
    }

    /// The scopes that these roles stand for together, as declared; a role that is not declared stands for none.
    ///
    /// ```
    /// use portcullis_core::AccessModel;
    ///
    /// let model = AccessModel::builder()
    ///     .role("clerk", ["orders:read"])
    ///     .role("buyer", ["orders:read", "orders:write"])
    ///     .build()?;
    /// assert_eq!(model.scopes_of_roles(["clerk", "buyer"]).to_string(), "orders:read orders:write");
    /// assert!(model.scopes_of_roles(["director"]).is_empty());
    /// # Ok::<(), portcullis_core::ModelError>(())
    /// ```
    #[must_use]
    pub fn scopes_of_roles<R: AsRef<str>>(&self, roles: impl IntoIterator<Item = R>) -> ScopeSet {
        let declared: Vec<&ScopeSet> = roles.into_iter().filter_map(|role| self.scopes_of(role.as_ref())).collect();
        ScopeSet::of(declared.into_iter().flat_map(ScopeSet::iter))
    }
}

#[cfg(test)]
mod tests {
    use crate::{AccessModel, ScopeSet};

    #[test]
    fn what_is_given_is_granted_and_nothing_else() {
        let model = AccessModel::builder()
            .implies("root", ["orders:*", "audit:read"])
            .implies("audit:read", ["audit:list"])
            .wildcard("orders:*")
            .role("clerk", ["orders:read"])
            .build()
            .unwrap();
        for (name, requested, held, granted) in [
            ("held", "x", "x y", "x"),
            ("implied by way of another", "audit:list", "root", "audit:list"),
            ("covered and mentioned", "orders:read", "orders:*", "orders:read"),
            ("covered and never mentioned", "orders:7", "orders:*", "orders:7"),
            ("covered by an implied wildcard", "orders:7", "root", "orders:7"),
            ("the wildcard itself", "orders:*", "root", "orders:*"),
            ("a wildcard by one that it covers", "orders:*", "orders:read", ""),
            ("a wildcard that is not declared", "reports:read", "reports:*", ""),
            ("what implies it", "root", "audit:read", ""),
            ("a role's name", "orders:read", "clerk", ""),
            ("nothing asked", "", "root", ""),
            ("nothing held", "audit:read", "", ""),
            ("some of it", "audit:list orders:1 pay", "root", "audit:list orders:1"),
        ] {
            let set = |list| ScopeSet::parse(list).unwrap();
            assert_eq!(model.granted(&set(requested), &set(held)).to_string(), granted, "{name}");
        }
    }
}
