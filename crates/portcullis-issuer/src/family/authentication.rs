//! How the subject logged in.

use portcullis_core::Timestamp;
use serde::{Deserialize, Serialize};

/// When and how the subject logged in, for services that ask for a recent or a strong login (RFC 9470). It stays that of the login
/// through every refresh: nobody becomes more authenticated by waiting.
///
/// ```
/// use portcullis_core::Timestamp;
/// use portcullis_issuer::Authentication;
///
/// let login = Authentication::at(Timestamp::from_secs(1_800_000_000)).acr("urn:example:mfa").amr(["pwd", "otp"]);
/// # let _ = login;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// Whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    amr: Vec<String>,
}

impl Authentication {
    /// At this time: `auth_time`.
    pub fn at(time: Timestamp) -> Self {
        Self { auth_time: Some(time.as_secs()), ..Self::default() }
    }

    /// The class of the login: `acr`.
    #[must_use]
    pub fn acr(mut self, acr: impl Into<String>) -> Self {
        self.acr = Some(acr.into());
        self
    }

    /// The methods of the login: `amr` (RFC 8176).
    #[must_use]
    pub fn amr<M: Into<String>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.amr = methods.into_iter().map(Into::into).collect();
        self
    }
}
