//! What an operation asks of one authorization detail.

use std::borrow::Cow;
use std::collections::HashSet;

use portcullis::DetailsRule;
use serde_json::{Value, json};

use super::{met_by, principal, verify};

fn rule() -> DetailsRule {
    DetailsRule::new("payment").unwrap()
}

fn meets(details: &Value, rule: &DetailsRule) -> bool {
    met_by(&principal(details), rule, &())
}

#[test]
fn the_type_is_compared_whole() {
    assert!(meets(&json!([{ "type": "payment" }]), &rule()));
    assert!(meets(&json!([{ "type": "other" }, { "type": "payment" }]), &rule()));
    for kind in ["Payment", "payments", "paymen", "payment ", "https://test/payment"] {
        assert!(!meets(&json!([{ "type": kind }]), &rule()), "{kind}");
    }
    assert!(!meets(&json!([]), &rule()));
    assert!(!meets(&json!([{ "type": "other", "kind": "payment", "actions": ["payment"] }]), &rule()));
}

#[test]
fn every_listed_value_is_asked_for() {
    let both = rule().action("initiate").action("cancel");
    assert!(meets(&json!([{ "type": "payment", "actions": ["cancel", "x", "initiate"] }]), &both));
    assert!(!meets(&json!([{ "type": "payment", "actions": ["initiate"] }]), &both));
    assert!(!meets(&json!([{ "type": "payment", "actions": ["Initiate", "cancel"] }]), &both));
    assert!(!meets(&json!([{ "type": "payment", "actions": ["initiate cancel"] }]), &both));
    assert!(!meets(&json!([{ "type": "payment", "actions": [] }]), &both));

    for (member, rule) in [
        ("actions", rule().action("v")),
        ("locations", rule().location("v")),
        ("datatypes", rule().datatype("v")),
        ("privileges", rule().privilege("v")),
    ] {
        for there in ["actions", "locations", "datatypes", "privileges"] {
            assert_eq!(meets(&json!([{ "type": "payment", there: ["v"] }]), &rule), there == member, "{rule}: {there}");
        }
    }
}

#[test]
fn what_is_asked_for_and_absent_is_not_granted() {
    for rule in [
        rule().action("v"),
        rule().location("v"),
        rule().datatype("v"),
        rule().privilege("v"),
        rule().identifier("v"),
        rule().identifier(""),
        rule().field("v", "v"),
        rule().field("v", ""),
    ] {
        assert!(!meets(&json!([{ "type": "payment" }]), &rule), "{rule}");
    }
}

#[test]
fn two_details_never_add_up() {
    let asked = rule().action("initiate").identifier("42").field("currency", "EUR");
    let whole = json!({ "type": "payment", "actions": ["initiate"], "identifier": "42", "currency": "EUR" });
    assert!(meets(&json!([{ "type": "payment" }, whole]), &asked));
    for missing in ["type", "actions", "identifier", "currency"] {
        let mut part = whole.clone();
        part[missing] = if missing == "actions" { json!(["other"]) } else { json!("other") };
        let mut rest = json!({ "type": "payment", "actions": ["other"] });
        rest[missing] = whole[missing].clone();
        assert!(!meets(&json!([part, rest]), &asked), "{missing}");
    }
    let both = rule().action("initiate").action("cancel");
    let split = json!([{ "type": "payment", "actions": ["initiate"] }, { "type": "payment", "actions": ["cancel"] }]);
    assert!(!meets(&split, &both));
}

#[test]
fn identifier_and_fields_are_texts_compared_to_the_byte() {
    assert!(meets(&json!([{ "type": "payment", "identifier": "42" }]), &rule().identifier("42")));
    assert!(!meets(&json!([{ "type": "payment", "identifier": "042" }]), &rule().identifier("42")));
    assert!(!meets(&json!([{ "type": "payment", "id": "42" }]), &rule().identifier("42")));
    let euros = rule().field("currency", "EUR");
    assert!(meets(&json!([{ "type": "payment", "currency": "EUR" }]), &euros));
    for other in [json!("eur"), json!(["EUR"]), json!({ "currency": "EUR" }), json!(null)] {
        assert!(!meets(&json!([{ "type": "payment", "currency": other }]), &euros), "{other}");
    }
    assert!(!meets(&json!([{ "type": "payment", "amount": { "currency": "EUR" } }]), &euros));
    assert!(!meets(&json!([{ "type": "payment", "limit": 7 }]), &rule().field("limit", "7")));
}

#[test]
fn each_call_asks_for_more() {
    let both = rule().identifier("42").identifier("43");
    assert!(!meets(
        &json!([{ "type": "payment", "identifier": "42" }, { "type": "payment", "identifier": "43" }]),
        &both
    ));
    let both = rule().field("currency", "EUR").field("currency", "USD");
    assert!(!meets(&json!([{ "type": "payment", "currency": "EUR" }]), &both));
}

#[test]
fn escapes_spell_the_same_text() {
    let asked = rule().action("é\"").identifier("4/2").field("na\"me", "\\");
    let caller = verify(r#"[{"\u0074ype":"p\u0061yment","actions":["\u00e9\""],"identifier":"4\/2","na\"me":"\\"}]"#);
    assert!(met_by(&caller.unwrap(), &asked, &()));
    let other = verify(r#"[{"type":"payment","actions":["\\u00e9\""],"identifier":"4\/2","na\"me":"\\"}]"#);
    assert!(!met_by(&other.unwrap(), &asked, &()));
}

#[test]
fn the_identifier_may_come_from_the_path() {
    let caller =
        principal(&json!([{ "type": "payment", "identifier": "42" }, { "type": "payment", "identifier": "" }]));
    let asked = rule().identifier_parameter("account");
    let with = |name: &'static str, value: &'static str| {
        met_by(&caller, &asked, &|asked: &str| (asked == name).then_some(Cow::Borrowed(value)))
    };
    assert!(with("account", "42"));
    assert!(!with("account", "43"));
    assert!(!with("account", ""));
    assert!(!with("other", "42"));
    assert!(!met_by(&caller, &asked, &()));

    let both = rule().identifier_parameter("account").identifier_parameter("other");
    assert_eq!(both.parameters().collect::<Vec<_>>(), ["account", "other"]);
    assert!(!met_by(&caller, &both, &|name: &str| (name == "account").then_some("42".into())));
    assert!(met_by(&caller, &both, &|_: &str| Some("42".into())));
    assert_eq!(rule().identifier("account").parameters().count(), 0);
}

#[test]
fn a_token_without_the_claim_meets_nothing() {
    let issuer = portcullis_testing::TestIssuer::new();
    let rules = portcullis::Rules::new();
    let verifier = portcullis::Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap();
    assert!(!met_by(&verifier.verify(issuer.token("payment")).unwrap(), &rule(), &()));
}

#[test]
fn a_rule_reads_as_a_line() {
    assert_eq!(rule().to_string(), "payment");
    assert_eq!(rule().action("initiate").identifier("42").to_string(), "payment(actions: initiate; identifier: 42)");
    let all = rule()
        .field("currency", "EUR")
        .privilege("admin")
        .action("initiate")
        .location("https://api.test")
        .datatype("balance")
        .action("cancel")
        .identifier_parameter("account");
    let line = "payment(actions: initiate, cancel; locations: https://api.test; datatypes: balance; \
                privileges: admin; identifier: {account}; currency: EUR)";
    assert_eq!(all.to_string(), line);
    assert_eq!(format!("{all:?}"), format!("DetailsRule({line})"));
}

#[test]
fn rules_are_values() {
    let (one, other) = (rule().action("a"), rule().action("b"));
    let set = HashSet::from([one.clone(), other, one.clone()]);
    assert_eq!(set.len(), 2);
    assert_eq!(one, rule().action("a"));
    assert_ne!(rule().identifier("account"), rule().identifier_parameter("account"));
    assert_ne!(rule().action("a"), rule().privilege("a"));
    assert_eq!(one.kind(), "payment");
}

#[test]
fn a_rule_without_a_type_is_no_rule() {
    assert!(DetailsRule::new("").is_err());
}
