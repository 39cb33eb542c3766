//! The scenarios: what the page has a button for, and the tour walks through. They are written once, in `scenarios.json`; the page plays
//! them in JavaScript, the tour in Rust, and both hold what comes back to what is promised there.

use serde::Deserialize;

use super::service::way::Station;
use crate::failure::Failure;

/// As the page gets it.
pub(crate) const SOURCE: &str = include_str!("scenarios.json");

/// Something that is done to the demo, and what comes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    #[expect(dead_code, reason = "the page's name for it")]
    pub(crate) id: String,
    pub(crate) title: String,
    /// What is tried.
    pub(crate) about: String,
    pub(crate) steps: Vec<Step>,
    /// Done whatever came of the steps, so that the demo is as it was.
    #[serde(default)]
    pub(crate) after: Vec<Step>,
    /// What one has seen.
    pub(crate) moral: String,
}

/// A step, and a word on it.
#[derive(Debug, Deserialize)]
pub(crate) struct Step {
    pub(crate) say: String,
    #[serde(flatten)]
    pub(crate) action: Action,
}

/// What is done. Tokens have names within their scenario.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Action {
    /// Somebody logs in; `token` names both tokens.
    Login {
        name: String,
        scopes: String,
        resource: Option<String>,
        seconds: Option<u64>,
        token: String,
        expect: Minted,
    },
    /// Makes another token of one, without the key.
    Forge { how: Forgery, from: String, token: String },
    /// Calls an operation.
    Call { call: String, token: Option<String>, expect: Verdict },
    /// Refreshes with the refresh token of this name; the new ones get the name `token`.
    Refresh { from: String, token: String, expect: Minted },
    /// The order service exchanges a token for another one.
    Exchange { from: String, scopes: String, token: String, expect: Minted },
    /// Somebody has these roles from now on.
    Assign { name: String, roles: Vec<String> },
    /// The provider goes away, or comes back.
    Provider { up: bool },
    /// The issuer makes its next key; done when that signs, in a token of this name. Meanwhile every token that is given out is used for
    /// this call, and let through.
    Rotate { name: String, scopes: String, call: String, token: String },
    /// Presents so many tokens, each of another key that nobody has, and the good one in between; the key set is asked for once at least,
    /// and so often at most.
    Flood { from: String, count: u32, call: String, expect: Verdict, key_set_requests: u64 },
    /// Waits until a token has expired.
    Expire { token: String },
    /// Waits until the services may look for new keys again: they pause after each look.
    Rest,
}

/// How a token is made of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Forgery {
    /// More scopes, and the old signature.
    Payload,
    /// `alg: none`, and no signature.
    None,
    /// `alg: none`, and the old signature.
    NoneWithSignature,
    /// HS256, with the public key for a secret.
    PublicKeyAsSecret,
    /// A key of this name is nowhere published.
    UnknownKey,
}

/// What the issuer is to say.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Minted {
    /// A token with these scopes.
    Scopes(String),
    /// An error code of RFC 6749 §5.2.
    Error(String),
}

/// What a service is to say.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Verdict {
    /// The HTTP status, or the code of gRPC.
    pub(crate) status: u16,
    /// The stable name of the refusal, and the layer that refuses; nothing if it is none.
    pub(crate) kind: Option<String>,
    pub(crate) stopped: Option<Station>,
    /// The scopes that the challenge says to ask for, where that matters.
    pub(crate) scope: Option<String>,
}

pub(crate) fn all() -> Result<Vec<Scenario>, Failure> {
    serde_json::from_str(SOURCE).map_err(|error| Failure::new("the scenarios", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step with a slip in it would be another step: a call without its token, a verdict without its layer.
    #[test]
    fn a_word_that_no_step_knows_is_refused() {
        let good = r#"{"do": "call", "call": "list", "token": "t", "expect": {"status": 200}, "say": "x"}"#;
        assert!(serde_json::from_str::<Step>(good).is_ok());
        for (name, right, slip) in [
            ("of a step", r#""token""#, r#""tokn""#),
            ("of a verdict", r#"{"status": 200}"#, r#"{"status": 200, "stoped": "expiry"}"#),
            ("a layer", r#"{"status": 200}"#, r#"{"status": 401, "stopped": "expiri"}"#),
            ("an action", r#""call", "call""#, r#""cal", "call""#),
        ] {
            let step = good.replace(right, slip);
            assert_ne!(step, good, "{name}");
            assert!(serde_json::from_str::<Step>(&step).is_err(), "{name}: {step}");
        }
    }
}
