//! What a service sees of the token that it is called with.

use portcullis::Principal;
use serde_json::{Value, json};

/// What it opens, where, for how long, and who acts.
pub(crate) fn of(caller: &Principal) -> Value {
    let claims: Value = caller.claims().unwrap_or_default();
    let shown = ["sub", "aud", "scope", "client_id", "act", "exp"];
    let shown = shown.into_iter().filter_map(|name| Some((name.to_owned(), claims.get(name)?.clone())));
    json!({ "token": Value::Object(shown.collect()) })
}
