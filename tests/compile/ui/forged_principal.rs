//! A caller whom nobody verified.

use portcullis::{Principal, SignedToken};

fn by_default() -> Principal {
    Principal::default()
}

fn by_a_token_whose_time_is_not_judged(token: SignedToken) -> Principal {
    Principal(token.0)
}

fn by_conversion(token: SignedToken) -> Principal {
    token.into()
}

fn by_deserializing(json: &mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> Principal {
    use serde::Deserialize as _;
    Principal::deserialize(json).unwrap()
}

fn main() {}
