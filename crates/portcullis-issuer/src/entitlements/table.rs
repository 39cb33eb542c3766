//! Entitlements by a table of roles.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use portcullis_core::AccessModel;

use super::{Entitled, Entitlement, Entitlements, EntitlementsUnavailable, Question};

/// Who has which roles of an access model: the policy's own, kept in memory. Who is not in it has nothing. It can be changed at any
/// time, and the next refresh goes by the change. Cheap to clone: clones are one table; several
/// instances of an issuer have one each, and take [`SqlEntitlements`](crate::SqlEntitlements) or a source of yours instead.
///
/// ```
/// use portcullis_core::AccessModel;
/// use portcullis_issuer::RoleTable;
///
/// let model = AccessModel::builder()
///     .role("clerk", ["orders:write"])
///     .role("auditor", ["orders:read"])
///     .exclusive(["clerk", "auditor"])
///     .build()?;
/// let table = RoleTable::of(model);
/// table.assign("alice", ["clerk"])?;
/// assert!(table.assign("alice", ["clerk", "auditor"]).is_err()); // nobody has both: she stays a clerk
/// table.disable("bob");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RoleTable {
    model: Arc<AccessModel>,
    subjects: Arc<RwLock<HashMap<String, Box<[String]>>>>,
}

impl RoleTable {
    /// An empty table for the roles of a model. Give the issuer the same model.
    pub fn of(model: impl Into<Arc<AccessModel>>) -> Self {
        Self { model: model.into(), subjects: Arc::default() }
    }

    /// Gives a subject these roles, in place of those that it had.
    ///
    /// # Errors
    /// When the model does not know a role, or two of them exclude each other. Nothing is changed then.
    pub fn assign<R: Into<String>>(
        &self,
        subject: impl Into<String>,
        roles: impl IntoIterator<Item = R>,
    ) -> Result<(), AssignError> {
        let roles: Box<[String]> = roles.into_iter().map(Into::into).collect();
        if let Some(unknown) = roles.iter().find(|role| self.model.scopes_of(role).is_none()) {
            return Err(AssignError::UnknownRole(unknown.as_str().into()));
        }
        if let Some((first, second)) = self.model.conflict(&*roles) {
            return Err(AssignError::Conflict([first.into(), second.into()]));
        }
        self.subjects.write().unwrap_or_else(PoisonError::into_inner).insert(subject.into(), roles);
        Ok(())
    }

    /// Takes a subject out: it gets nothing any more, and its families end at their next refresh.
    pub fn disable(&self, subject: &str) {
        self.subjects.write().unwrap_or_else(PoisonError::into_inner).remove(subject);
    }

    /// The roles of a subject; `None` for one that is not in the table.
    pub fn roles_of(&self, subject: &str) -> Option<Vec<String>> {
        let subjects = self.subjects.read().unwrap_or_else(PoisonError::into_inner);
        subjects.get(subject).map(|roles| roles.to_vec())
    }
}

impl Entitlements for RoleTable {
    fn ask(&self, asked: Question) -> BoxFuture<'_, Result<Entitlement, EntitlementsUnavailable>> {
        let answer = self.roles_of(&asked.subject).map_or(Entitlement::Disabled, |roles| {
            let scopes = self.model.scopes_of_roles(&roles);
            Entitled::to(scopes).roles(roles).into()
        });
        ready(Ok(answer)).boxed()
    }
}

impl fmt::Debug for RoleTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleTable").field("roles", &self.model.roles().collect::<Vec<_>>()).finish_non_exhaustive()
    }
}

/// Roles that can't be given to a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AssignError {
    /// The model does not know this role.
    UnknownRole(Box<str>),
    /// These two exclude each other.
    Conflict([Box<str>; 2]),
}

impl fmt::Display for AssignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRole(role) => write!(f, "the access model knows no role {role:?}: declare it there"),
            Self::Conflict([first, second]) => {
                write!(f, "the roles {first:?} and {second:?} exclude each other: nobody may have both")
            }
        }
    }
}

impl std::error::Error for AssignError {}
