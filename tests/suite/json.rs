//! The strict reader of tokens against serde_json: both agree on what JSON is, and the reader finds what serde_json leaves to
//! others, duplicate members and depth.

use std::collections::HashSet;
use std::fmt;

use portcullis::{Algorithm, DeniedKind, Rules, Verifier};
use portcullis_testing::TestIssuer;
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Any value without duplicate members, by serde_json.
struct Naive;

impl<'de> Deserialize<'de> for Naive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Naive;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_bool<E>(self, _: bool) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_str<E>(self, _: &str) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_unit<E>(self) -> Result<Naive, E> {
                Ok(Naive)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Naive, A::Error> {
                while items.next_element::<Naive>()?.is_some() {}
                Ok(Naive)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Naive, A::Error> {
                let mut names = HashSet::new();
                while let Some(name) = map.next_key::<String>()? {
                    if !names.insert(name) {
                        return Err(A::Error::custom("duplicate"));
                    }
                    map.next_value::<Naive>()?;
                }
                Ok(Naive)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Whether a token whose payload has this value in a claim that nobody reads is well-formed.
fn reader_accepts(value: &str) -> bool {
    thread_local! {
        static ISSUER: (TestIssuer, Verifier) = {
            let issuer = TestIssuer::signing_with(Algorithm::HS256);
            let rules = Rules::new().algorithms([Algorithm::HS256]).max_token_bytes(1 << 20);
            let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).expect("a verifier");
            (issuer, verifier)
        };
    }
    ISSUER.with(|(issuer, verifier)| {
        let mint = issuer.mint();
        let claims = mint.claims_json().replacen('{', &format!("{{\"x\":{value},"), 1);
        match verifier.verify_signature(mint.sign_raw(mint.header_json(), claims)) {
            Ok(_) => true,
            Err(refused) => {
                assert_eq!(refused.into_denied().kind(), DeniedKind::MalformedClaims);
                false
            }
        }
    })
}

/// JSON, and what is nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    let odds = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "nul",
        "True",
        "0",
        "-0",
        "01",
        "1.",
        ".5",
        "-",
        "+1",
        "1e5",
        "1E+5",
        "1e",
        "1E310",
        "-1e400",
        "1e-400",
        "1e308",
        "0.0e-0",
        "1.5.2",
        "0x1",
        "NaN",
        "Infinity",
        "\"\"",
        "\"a\"",
        "\"\\u0061\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\x\"",
        "\"\\\"",
        "\"\\\\\"",
        "\"\\\\\\\"\"",
        "\"\\u12\"",
        "\"tab\there\"",
        "\"ü€😀\"",
        "\"\u{7f}\"",
        "'a'",
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "[]",
        "{}",
        "[,]",
        "{,}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{a:1}",
        "{\"a\":1,\"\\u0061\":2}",
        "[1 2]",
        "// x",
        "\u{feff}1",
        "\u{a0}1",
        "\u{c}1",
        "18446744073709551616",
        "-9223372036854775809",
        "12345678901234567890123",
    ]);
    let names = prop::sample::select(vec!["a", "b", "c", "\\u0061", "", "aud", "x y"]);
    let space = prop::sample::select(vec!["", "", "", " ", "\n", "\t", "\r", "  "]);
    odds.prop_map(str::to_owned).prop_recursive(5, 32, 4, move |inner| {
        let spaced = (space.clone(), inner, space.clone()).prop_map(|(a, value, b)| format!("{a}{value}{b}"));
        let member = (names.clone(), space.clone(), spaced.clone())
            .prop_map(|(name, space, value)| format!("{space}\"{name}\"{space}:{value}"));
        prop_oneof![
            prop::collection::vec(spaced, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn the_reader_accepts_what_serde_json_accepts_and_nothing_else(text in nearly_json()) {
        prop_assert_eq!(reader_accepts(&text), serde_json::from_str::<Naive>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn any_text_at_all_gets_the_same_answer(text in "[\\[\\]{}:,\" \\\\ua0-9eE.+tfn-]{0,16}") {
        // Two values in a row would be two claims to the reader: serde_json sees one document.
        let document = serde_json::from_str::<Naive>(&text).is_ok();
        let in_a_claim = serde_json::from_str::<Naive>(&format!("{{\"x\":{text},\"y\":0}}")).is_ok();
        prop_assert_eq!(reader_accepts(&text), in_a_claim, "{} {}", text, document);
    }
}

#[test]
fn a_number_that_no_float_holds_is_refused_however_it_is_written() {
    let digits = |count: usize| "9".repeat(count);
    for (name, number, accepted) in [
        ("the largest power of ten", "1e308".to_owned(), true),
        ("308 digits", digits(308), true),
        ("too small to be told from zero", "1e-400".to_owned(), true),
        ("a larger power", "1E310".to_owned(), false),
        ("below zero", "-1e400".to_owned(), false),
        ("400 digits", digits(400), false),
        ("400 digits and a fraction", format!("{}.5", digits(400)), false),
    ] {
        assert_eq!(reader_accepts(&number), accepted, "{name}");
        assert_eq!(serde_json::from_str::<Naive>(&number).is_ok(), accepted, "{name}, to serde_json");
    }
}

#[test]
fn depth_is_bounded_wherever_a_value_stands() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(reader_accepts(&nested(63)));
    assert!(!reader_accepts(&nested(64)));
    assert!(!reader_accepts(&nested(10_000)));
    let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(reader_accepts(&objects(63)));
    assert!(!reader_accepts(&objects(64)));
}
