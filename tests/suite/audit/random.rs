//! Audits of random tables.

use std::collections::BTreeSet;

use http::Method;
use portcullis::policy::{FindingKind, Inventory, Operation, Policy};
use proptest::prelude::*;

use super::needs;

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![Method::GET, Method::HEAD, Method::POST, Method::DELETE])
}

/// Few texts, so that patterns meet, cross and cover each other.
fn pattern() -> impl Strategy<Value = String> {
    let segment = prop::sample::select(vec!["a", "b", "ab", "{x}", "{y}", "a{x}", "{{x}}"]);
    let end = prop::sample::select(vec!["", "", "", "/", "/{*rest}", "/{*more}", "/a{*rest}"]);
    (prop::collection::vec(segment, 0..4), end).prop_map(|(segments, end)| {
        let path: String = segments.iter().map(|segment| format!("/{segment}")).collect();
        if path.is_empty() && end.is_empty() { "/".to_owned() } else { format!("{path}{end}") }
    })
}

fn operations(count: usize) -> impl Strategy<Value = Vec<(Method, String)>> {
    prop::collection::vec((method(), pattern()), 0..count)
}

/// Those that go together.
fn table(operations: &[(Method, String)]) -> Policy {
    let policy = |operations: &[(Method, String)]| {
        let rules = operations.iter();
        let rules = rules.map(|(method, path)| Operation::http([method.clone()], path.as_str()).require(needs("s")));
        Policy::builder().operations(rules).build()
    };
    let mut taken = Vec::new();
    for operation in operations {
        taken.push(operation.clone());
        if policy(&taken).is_err() {
            taken.pop();
        }
    }
    policy(&taken).expect("a policy")
}

/// Requests of an endpoint, with values that no pattern has.
fn requests(path: &str) -> Vec<String> {
    let value = "zz9";
    let mut filled = path.replace("{{x}}", "<x>");
    for parameter in ["{x}", "{y}"] {
        filled = filled.replace(parameter, value);
    }
    let filled = filled.replace('<', "{").replace('>', "}");
    match filled.split_once("{*") {
        Some((before, _)) => (1..8).map(|depth| format!("{before}{}", [value].repeat(depth).join("/"))).collect(),
        None => vec![filled],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2048) })]

    #[test]
    fn unguarded_are_exactly_the_endpoints_with_a_request_that_finds_no_rule(
        rules in operations(8),
        served in operations(8),
    ) {
        let policy = table(&rules);
        let mut inventory = Inventory::new();
        let mut expected = BTreeSet::new();
        for (method, path) in &served {
            inventory = inventory.http(method.clone(), path.as_str());
            if requests(path).iter().any(|request| policy.find(method, request).is_none()) {
                expected.insert(format!("{method} {path}"));
            }
        }
        let audit = policy.audit(&inventory);
        let unguarded: BTreeSet<String> = audit
            .findings()
            .iter()
            .filter(|finding| finding.kind() == FindingKind::Unguarded)
            .flat_map(|finding| finding.operations().map(str::to_owned).collect::<Vec<_>>())
            .collect();
        prop_assert_eq!(&unguarded, &expected, "{:?}\n{}", policy, audit);
    }

    #[test]
    fn a_table_guards_what_it_names_and_needs_nothing_more(rules in operations(8)) {
        let policy = table(&rules);
        let lines: String = policy.operations().map(|operation| format!("{}\n", operation.target())).collect();
        let audit = policy.audit(&lines.parse::<Inventory>().expect("an inventory"));
        prop_assert!(!audit.has_errors(), "{}", audit);
        let unused = audit.findings().iter().filter(|finding| finding.kind() == FindingKind::Unused).count();
        prop_assert_eq!(unused, 0, "{}", audit);
    }
}
