//! Rules held to a naive model on `serde_json::Value`.

use portcullis::DetailsRule;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{met_by, verify};

/// One thing that a rule asks for.
#[derive(Clone, Debug)]
enum Ask {
    Listed(&'static str, &'static str),
    Identifier(&'static str),
    Parameter(&'static str),
    Field(&'static str, &'static str),
}

const LISTS: [&str; 4] = ["actions", "locations", "datatypes", "privileges"];
/// Few, so that they meet; among them what has to be escaped, and what is empty.
const TEXTS: [&str; 5] = ["a", "b", "é\"\\\n", "", "type"];
const FIELDS: [&str; 4] = ["x", "é\"", "actions", "type"];

fn of<T: Copy + std::fmt::Debug + 'static>(these: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(these)
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        4 => (of(&LISTS), of(&TEXTS)).prop_map(|(list, value)| Ask::Listed(list, value)),
        1 => of(&TEXTS).prop_map(Ask::Identifier),
        1 => of(&["p", "q", "empty"]).prop_map(Ask::Parameter),
        2 => (of(&FIELDS), of(&TEXTS)).prop_map(|(name, value)| Ask::Field(name, value)),
    ]
}

fn parameter(name: &str) -> Option<&'static str> {
    match name {
        "p" => Some("a"),
        "empty" => Some(""),
        _ => None,
    }
}

fn detail() -> impl Strategy<Value = Value> {
    let list = || prop::option::weighted(0.8, prop::collection::vec(of(&TEXTS), 0..4));
    let any = prop_oneof![
        3 => of(&TEXTS).prop_map(|text| json!(text)),
        1 => Just(json!(["a"])),
        1 => Just(json!({ "x": "a", "type": "t" })),
        1 => Just(json!(1)),
    ];
    let lists = [list(), list(), list(), list()];
    let kind = prop_oneof![4 => Just("t"), 1 => Just("other")];
    (kind, lists, prop::option::of(of(&TEXTS)), prop::option::of(any.clone()), prop::option::of(any)).prop_map(
        |(kind, lists, identifier, x, e)| {
            let mut detail = Map::new();
            detail.extend(x.map(|x| ("x".to_owned(), x)));
            for (name, list) in LISTS.iter().zip(lists) {
                detail.extend(list.map(|list| ((*name).to_owned(), json!(list))));
            }
            detail.extend(identifier.map(|text| ("identifier".to_owned(), json!(text))));
            detail.insert("type".to_owned(), json!(kind));
            detail.extend(e.map(|e| ("é\"".to_owned(), e)));
            Value::Object(detail)
        },
    )
}

fn build(asked: &[Ask]) -> DetailsRule {
    asked.iter().fold(DetailsRule::new("t").unwrap(), |rule, ask| match *ask {
        Ask::Listed("actions", value) => rule.action(value),
        Ask::Listed("locations", value) => rule.location(value),
        Ask::Listed("datatypes", value) => rule.datatype(value),
        Ask::Listed(_, value) => rule.privilege(value),
        Ask::Identifier(value) => rule.identifier(value),
        Ask::Parameter(name) => rule.identifier_parameter(name),
        Ask::Field(name, value) => rule.field(name, value),
    })
}

fn naive(detail: &Value, asked: &[Ask]) -> bool {
    detail["type"] == "t"
        && asked.iter().all(|ask| match *ask {
            Ask::Listed(list, value) => detail[list].as_array().is_some_and(|list| list.contains(&json!(value))),
            Ask::Identifier(value) => detail["identifier"] == value,
            Ask::Parameter(name) => {
                parameter(name).is_some_and(|value| !value.is_empty() && detail["identifier"] == value)
            }
            Ask::Field(name, value) => detail[name] == value,
        })
}

/// JSON with every character of a string as an escape: another spelling of the same.
fn escaped(value: &Value) -> String {
    let text = |text: &str| {
        let units: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        format!("\"{units}\"")
    };
    match value {
        Value::String(string) => text(string),
        Value::Array(items) => format!("[{}]", items.iter().map(escaped).collect::<Vec<_>>().join(" ,")),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{} :\t{}", text(name), escaped(value));
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join("\n, "))
        }
        other => other.to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn a_rule_agrees_with_a_naive_model(
        details in prop::collection::vec(detail(), 0..4), asked in prop::collection::vec(ask(), 0..4),
    ) {
        let expected = details.iter().any(|detail| naive(detail, &asked));
        let rule = build(&asked);
        for spelled in [json!(details).to_string(), escaped(&json!(details))] {
            let caller = verify(&spelled).unwrap();
            let met = met_by(&caller, &rule, &|name: &str| parameter(name).map(Into::into));
            prop_assert_eq!(met, expected, "{} of {}", rule, spelled);
        }
    }

    #[test]
    fn to_ask_for_more_never_grants_more(
        details in prop::collection::vec(detail(), 0..4), asked in prop::collection::vec(ask(), 0..3), more in ask(),
    ) {
        let caller = verify(&json!(details).to_string()).unwrap();
        let meets = |asked: &[Ask]| met_by(&caller, &build(asked), &|name: &str| parameter(name).map(Into::into));
        let both: Vec<_> = asked.iter().cloned().chain([more]).collect();
        prop_assert!(!meets(&both) || meets(&asked));
    }

    #[test]
    fn what_is_read_is_what_was_written(details in prop::collection::vec(detail(), 0..4)) {
        let caller = verify(&escaped(&json!(details))).unwrap();
        let read: Vec<Value> = caller.authorization_details().iter().map(|detail| detail.decode().unwrap()).collect();
        prop_assert_eq!(&read, &details);
        for (detail, written) in caller.authorization_details().iter().zip(&details) {
            let list = |name: &str| written.get(name).cloned().unwrap_or_else(|| json!([]));
            prop_assert_eq!(json!(detail.kind()), written["type"].clone());
            prop_assert_eq!(json!(detail.actions()), list("actions"));
            prop_assert_eq!(json!(detail.locations()), list("locations"));
            prop_assert_eq!(json!(detail.datatypes()), list("datatypes"));
            prop_assert_eq!(json!(detail.privileges()), list("privileges"));
            prop_assert_eq!(json!(detail.identifier()), written["identifier"].clone());
        }
    }
}
