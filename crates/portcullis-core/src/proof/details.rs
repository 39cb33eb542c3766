//! What a principal tells of its authorization details.

use super::Principal;
use crate::denied::Denied;
use crate::details::{AuthorizationDetail, DetailType};

impl Principal {
    /// The authorization details (RFC 9396 §9.1), as many as there are: none without the claim.
    ///
    /// ```
    /// use portcullis_core::Principal;
    ///
    /// fn may_read(caller: &Principal, account: &str) -> bool {
    ///     caller.authorization_details().iter().any(|detail| {
    ///         detail.kind() == "account_information"
    ///             && detail.actions().iter().any(|action| action == "read_balances")
    ///             && detail.identifier().is_some_and(|identifier| identifier == account)
    ///     })
    /// }
    /// ```
    pub fn authorization_details(&self) -> Vec<AuthorizationDetail<'_>> {
        let mut details = Vec::new();
        let claim = self.details_claim().unwrap_or("[]");
        // Cut short, it would hold fewer grants, never more.
        let _ = AuthorizationDetail::each(claim, |detail| details.push(detail));
        details
    }

    /// The authorization details of one type, decoded: see [`DetailType`]. Those of other types are skipped.
    ///
    /// # Errors
    /// [`DeniedKind::ClaimsMismatch`](crate::DeniedKind::ClaimsMismatch) when one of this type does not fit.
    pub fn authorization_details_of<T: DetailType>(&self) -> Result<Vec<T>, Denied> {
        let details = self.authorization_details().into_iter();
        details.filter(|detail| detail.kind() == T::TYPE).map(|detail| detail.decode()).collect()
    }

    /// The claim as it stands.
    fn details_claim(&self) -> Option<&str> {
        self.0.details()
    }
}
