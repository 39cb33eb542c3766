//! What passes for authorization details, and how they read.

use portcullis::{DeniedKind, DetailType, Rules, Verifier};
use portcullis_testing::TestIssuer;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{principal, verify};

#[test]
fn what_is_malformed_is_no_token() {
    for details in [
        "null",
        "1",
        "true",
        r#""payment""#,
        "{}",
        r#"{"type":"payment"}"#,
        "[null]",
        "[1]",
        r#"["payment"]"#,
        "[[]]",
        r#"[[{"type":"payment"}]]"#,
        "[{}]",
        r#"[{"type":""}]"#,
        r#"[{"type":1}]"#,
        r#"[{"type":null}]"#,
        r#"[{"type":["payment"]}]"#,
        r#"[{"Type":"payment"}]"#,
        r#"[{"actions":["pay"]}]"#,
        r#"[{"type":"payment"},{}]"#,
        r#"[{"type":"payment"},null]"#,
        r#"[{"type":"payment","type":"payment"}]"#,
        r#"[{"type":"payment","\u0074ype":"other"}]"#,
        r#"[{"type":"payment","actions":[],"actions":["pay"]}]"#,
        r#"[{"type":"payment","limit":1,"limit":2}]"#,
        r#"[{"type":"payment","amount":{"value":1,"value":2}}]"#,
        r#"[{"type":"payment","actions":"pay"}]"#,
        r#"[{"type":"payment","actions":null}]"#,
        r#"[{"type":"payment","actions":{"pay":true}}]"#,
        r#"[{"type":"payment","actions":["pay",1]}]"#,
        r#"[{"type":"payment","locations":"https://api.test"}]"#,
        r#"[{"type":"payment","locations":[null]}]"#,
        r#"[{"type":"payment","datatypes":7}]"#,
        r#"[{"type":"payment","datatypes":[["a"]]}]"#,
        r#"[{"type":"payment","privileges":[true]}]"#,
        r#"[{"type":"payment","identifier":42}]"#,
        r#"[{"type":"payment","identifier":null}]"#,
        r#"[{"type":"payment","identifier":["42"]}]"#,
        r#"[{"type":"payment"},]"#,
        r#"[{"type":"payment"} {"type":"payment"}]"#,
        r#"[{"type":"payment",}]"#,
        r#"[{"type":"\ud800"}]"#,
    ] {
        assert_eq!(verify(details).unwrap_err(), DeniedKind::MalformedClaims, "{details}");
    }
}

#[test]
fn twice_is_malformed() {
    let twice = r#"[],"authorization_details":[]"#;
    assert_eq!(verify(twice).unwrap_err(), DeniedKind::MalformedClaims);
    let spelled = r#"[],"authorization\u005fdetails":[{"type":"payment"}]"#;
    assert_eq!(verify(spelled).unwrap_err(), DeniedKind::MalformedClaims);
}

#[test]
fn there_may_be_64_and_no_more() {
    let many = |count| format!("[{}]", vec![r#"{"type":"payment"}"#; count].join(","));
    assert_eq!(verify(&many(64)).unwrap().authorization_details().len(), 64);
    assert_eq!(verify(&many(65)).unwrap_err(), DeniedKind::MalformedClaims);
}

#[test]
fn none_and_no_claim_read_as_none() {
    assert!(verify(" [ ] ").unwrap().authorization_details().is_empty());
    let issuer = TestIssuer::new();
    let verifier = Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), Rules::new()).unwrap();
    let caller = verifier.verify(issuer.token("orders:read")).unwrap();
    assert!(caller.authorization_details().is_empty());
    assert_eq!(caller.authorization_details_of::<Payment>().unwrap(), []);
}

#[test]
fn the_common_members_read_as_they_are() {
    let caller = verify(
        r#" [ {"actions":["read","write"], "type" : "account", "locations":["https://api.test/\u0061"],
            "datatypes":[], "identifier":"4\u0032", "privileges":["admin"], "currency":"EUR", "limit":7}
            , {"type":"\u00e9tat"} ] "#,
    )
    .unwrap();
    let details = caller.authorization_details();
    let [account, other] = details[..] else { panic!("{details:?}") };
    assert_eq!(account.kind(), "account");
    assert_eq!(account.actions(), ["read", "write"]);
    assert_eq!(account.locations(), ["https://api.test/a"]);
    assert!(account.datatypes().is_empty());
    assert_eq!(account.identifier().as_deref(), Some("42"));
    assert_eq!(account.privileges(), ["admin"]);
    assert_eq!(account.field("currency").as_deref(), Some("EUR"));
    assert_eq!(account.field("limit"), None);
    assert_eq!(account.field("missing"), None);
    assert_eq!(account.decode::<Value>().unwrap()["limit"], 7);

    assert_eq!(other.kind(), "état");
    assert!(other.actions().is_empty() && other.identifier().is_none() && other.field("currency").is_none());
    assert_eq!(format!("{account:?}"), "AuthorizationDetail { .. }");
}

#[derive(Debug, Deserialize, PartialEq)]
struct Payment {
    actions: Vec<String>,
    amount: Amount,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Amount {
    currency: String,
    value: u64,
}

impl DetailType for Payment {
    const TYPE: &'static str = "payment";
}

#[test]
fn those_of_a_type_decode_and_the_others_are_skipped() {
    let payment =
        |value: u64| json!({ "type": "payment", "actions": ["pay"], "amount": { "currency": "EUR", "value": value } });
    let caller = principal(&json!([
        { "type": "account" }, payment(5), { "type": "Payment" }, { "type": "payments", "amount": 1 }, payment(7),
    ]));
    let decoded = caller.authorization_details_of::<Payment>().unwrap();
    assert_eq!(decoded.iter().map(|payment| payment.amount.value).collect::<Vec<_>>(), [5, 7]);
    assert_eq!(decoded[0].amount.currency, "EUR");
}

/// One that does not fit is not passed over: it may be the one that limits the others.
#[test]
fn one_of_the_type_that_does_not_fit_fails_all() {
    let caller = principal(&json!([
        { "type": "payment", "actions": ["pay"], "amount": { "currency": "EUR", "value": 5 } },
        { "type": "payment", "actions": ["pay"], "amount": { "currency": "EUR", "value": -5 } },
    ]));
    let denied = caller.authorization_details_of::<Payment>().unwrap_err();
    assert_eq!(denied.kind(), DeniedKind::ClaimsMismatch);
    let denied = principal(&json!([{ "type": "payment" }])).authorization_details_of::<Payment>().unwrap_err();
    assert_eq!(denied.kind(), DeniedKind::ClaimsMismatch);
}
