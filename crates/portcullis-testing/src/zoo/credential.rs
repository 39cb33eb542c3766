//! Rules C: what stands in the `Authorization` field.

use portcullis_core::DeniedKind;

use super::{BadToken, fields, good};
use crate::TestIssuer;

pub(super) fn tokens(issuer: &TestIssuer) -> Vec<BadToken> {
    use DeniedKind::{CredentialTooLarge, MalformedCredential, MissingCredential, MultipleCredentials};
    let good = good(issuer).sign();
    let with = |prefix: &str, suffix: &str| format!("{prefix}{good}{suffix}").into_bytes();
    let bearer = with("Bearer ", "");
    vec![
        fields("no credential", "C1", MissingCredential, &[]),
        fields("another scheme", "C1", MissingCredential, &[b"Basic dXNlcjpwYXNz"]),
        fields("a scheme that begins alike", "C1", MissingCredential, &[&with("Bearerish ", "")]),
        fields("a DPoP credential", "C1", MissingCredential, &[&with("DPoP ", "")]),
        fields("the scheme alone", "C1", MalformedCredential, &[b"Bearer"]),
        fields("an empty token", "C1", MalformedCredential, &[b"Bearer "]),
        fields("two spaces", "C1", MalformedCredential, &[&with("Bearer  ", "")]),
        fields("a tab for a space", "C1", MalformedCredential, &[&with("Bearer\t", "")]),
        fields("text behind the token", "C1", MalformedCredential, &[&with("Bearer ", " b")]),
        fields(
            "two tokens joined by a comma",
            "C1",
            MalformedCredential,
            &[&[&bearer[..], b",", &bearer[..]].concat()],
        ),
        fields("bytes outside ASCII", "C1", MalformedCredential, &[&[&bearer[..], b"\xff"].concat()]),
        fields("a quoted token", "C1", MalformedCredential, &[&with("Bearer \"", "\"")]),
        fields("two fields", "C1", MultipleCredentials, &[&bearer, &bearer]),
        fields("two fields, one of another scheme", "C1", MultipleCredentials, &[b"Basic dXNlcjpwYXNz", &bearer]),
        fields("17 KiB", "C2", CredentialTooLarge, &[&[b"Bearer ".as_slice(), &[b'a'; 17 * 1024]].concat()]),
    ]
}
