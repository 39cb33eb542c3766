//! What an audit of a policy finds, and the matrix of who can do what.

mod inventory;
mod matrix;
mod outcome;
mod random;
mod roles;

use std::time::Duration;

use http::Method;
use portcullis::policy::{
    Access, Audit, Endpoint, FindingKind, Inventory, Operation, Policy, Severity, Target, public,
};
use portcullis::{AccessModelBuilder, Requirement};

const READ: &str = "orders:read";
const WRITE: &str = "orders:write";

fn needs(text: &str) -> Requirement {
    Requirement::scope(text).expect("a scope")
}

fn policy(operations: impl IntoIterator<Item = Operation>) -> Policy {
    Policy::builder().operations(operations).build().expect("a policy")
}

fn with(model: AccessModelBuilder, operations: impl IntoIterator<Item = Operation>) -> Policy {
    let model = model.build().expect("a model");
    Policy::builder().access_model(model).operations(operations).build().expect("a policy")
}

fn inventory(text: &str) -> Inventory {
    text.replace("; ", "\n").parse().expect("an inventory")
}

fn get(path: &str) -> Operation {
    Operation::get(path).require(needs(READ))
}

fn post(path: &str) -> Operation {
    Operation::post(path).require(needs(WRITE))
}

/// The findings of a kind, as they read.
fn found(audit: &Audit, kind: FindingKind) -> Vec<String> {
    let of_kind = audit.findings().iter().filter(|finding| finding.kind() == kind);
    of_kind.map(|finding| format!("{} {finding}", finding.severity())).collect()
}

/// The operations that findings of a kind name.
fn named(audit: &Audit, kind: FindingKind) -> Vec<String> {
    let of_kind = audit.findings().iter().filter(|finding| finding.kind() == kind);
    of_kind.map(|finding| finding.operations().collect::<Vec<_>>().join(" + ")).collect()
}

#[test]
fn an_endpoint_is_unguarded_when_no_rule_would_judge_a_request_of_it() {
    for (row, rule, endpoint, unguarded) in [
        ("nothing matches", get("/orders"), "GET /invoices", true),
        ("the same pattern", get("/orders/{id}"), "GET /orders/{id}", false),
        ("other names for parameters", get("/orders/{id}"), "GET /orders/{order}", false),
        ("another method", get("/orders/{id}"), "DELETE /orders/{id}", true),
        ("HEAD follows GET", get("/orders/{id}"), "HEAD /orders/{id}", false),
        ("GET does not follow HEAD", Operation::http([Method::HEAD], "/a").require(needs(READ)), "GET /a", true),
        ("a parameter covers a text", get("/files/{id}"), "GET /files/index", false),
        ("a text does not cover a parameter", get("/files/index"), "GET /files/{id}", true),
        ("a catch-all covers what is below", get("/files/{*rest}"), "GET /files/{id}/x", false),
        ("a catch-all covers a catch-all", get("/{*rest}"), "GET /files/{*path}", false),
        ("a catch-all does not cover its own root", get("/files/{*rest}"), "GET /files", true),
        ("one segment does not cover a catch-all", get("/files/{id}"), "GET /files/{*rest}", true),
        ("a slash at the end is another path", get("/files"), "GET /files/", true),
        ("a text in front of a parameter", get("/v{n}"), "GET /v{version}", false),
        ("not every value has that text", get("/v{n}"), "GET /{version}", true),
        ("a doubled brace is a brace", get("/{{a}}"), "GET /{{a}}", false),
        ("a path that is always refused", get("/{*rest}"), "GET /a//b", true),
        ("a procedure", Operation::rpc("a.B/C").require(needs(READ)), "rpc a.B/C", false),
        ("another procedure", Operation::rpc("a.B/C").require(needs(READ)), "rpc a.B/D", true),
        ("a procedure is a POST", post("/a.B/{method}"), "rpc a.B/D", false),
        ("a value that is a text of the table", get("/x/{id}"), "GET /{id}/x", true),
    ] {
        let audit = policy([rule]).audit(&inventory(endpoint));
        let expected: &[&str] = if unguarded { &[endpoint] } else { &[] };
        assert_eq!(named(&audit, FindingKind::Unguarded), expected, "{row}");
        assert_eq!(audit.has_errors(), unguarded, "{row}");
    }
}

#[test]
fn a_catch_all_that_is_left_open_in_part_names_a_request_that_gets_through_to_no_rule() {
    let audit = policy([get("/files/{id}")]).audit(&inventory("GET /files/{*rest}"));
    insta::assert_snapshot!(audit, @"
    errors:
      unguarded: GET /files/{*rest}: no rule matches `GET /files/x/x`: add one that does, with `{*rest}`
    1 error, 0 warnings, 0 notes
    ");
}

#[test]
fn a_rule_is_unused_when_no_endpoint_needs_it() {
    let both = || Operation::http([Method::GET, Method::POST], "/orders").require(needs(READ));
    for (row, rules, endpoints, unused) in [
        ("needed", vec![get("/orders")], "GET /orders", &[][..]),
        ("not there", vec![get("/orders"), get("/old")], "GET /orders", &["GET /old"]),
        ("the other method", vec![get("/orders"), post("/orders")], "GET /orders", &["POST /orders"]),
        ("one of its methods", vec![both()], "GET /orders", &["GET, POST /orders"]),
        ("both of its methods", vec![both()], "GET /orders; POST /orders", &[]),
        ("by HEAD alone", vec![get("/orders")], "HEAD /orders", &[]),
        ("one object of an endpoint", vec![get("/users/{id}"), get("/users/me")], "GET /users/{id}", &[]),
        (
            "an object that has an endpoint for another method",
            vec![get("/users/{id}"), get("/users/me"), post("/users/me")],
            "GET /users/{id}; POST /users/me",
            &["GET /users/me"],
        ),
        ("where two patterns cross", vec![get("/a/{id}"), get("/{id}/b")], "GET /{x}/b", &[]),
        ("where a text takes it", vec![get("/{id}"), get("/a")], "GET /a", &["GET /{id}"]),
        ("behind a catch-all", vec![get("/files/{a}/{b}"), get("/{*rest}")], "GET /{*rest}", &[]),
    ] {
        let audit = policy(rules).audit(&inventory(endpoints));
        assert_eq!(named(&audit, FindingKind::Unused), unused, "{row}");
    }
    let audit = policy([both()]).audit(&inventory("GET /orders"));
    assert_eq!(
        found(&audit, FindingKind::Unused),
        ["warning unused: GET, POST /orders: nothing that is served needs POST: take it out of the rule"]
    );
}

#[test]
fn a_rule_is_shadowed_when_a_more_specific_path_takes_its_requests_and_refuses_them() {
    for (row, rules, shadowed) in [
        (
            "no GET at the text",
            vec![get("/orders/{id}"), post("/orders/new")],
            &["GET /orders/{id} + POST /orders/new"][..],
        ),
        ("a rule of its own", vec![get("/orders/{id}"), get("/orders/new")], &[]),
        ("another path", vec![get("/orders/{id}"), post("/orders/new/x")], &[]),
        ("the same path", vec![get("/orders/{id}"), post("/orders/{id}")], &[]),
        (
            "below a catch-all",
            vec![get("/{*rest}"), post("/a/{id}"), post("/b")],
            &["GET /{*rest} + POST /a/{id} + POST /b"],
        ),
        (
            "where patterns cross, the text comes first",
            vec![get("/{id}/b"), post("/a/{id}")],
            &["GET /{id}/b + POST /a/{id}"],
        ),
        (
            "by a procedure",
            vec![
                Operation::put("/{service}/{method}").require(needs(READ)),
                Operation::rpc("a.B/C").require(needs(READ)),
            ],
            &["PUT /{service}/{method} + rpc a.B/C"],
        ),
        (
            "HEAD is answered by GET",
            vec![Operation::http([Method::HEAD], "/{id}").require(needs(READ)), get("/a")],
            &[],
        ),
    ] {
        let audit = policy(rules).audit_alone();
        assert_eq!(named(&audit, FindingKind::Shadowed), shadowed, "{row}");
        let wide = named(&audit, FindingKind::OverWide).len();
        assert_eq!(audit.count(Severity::Warning), shadowed.len() + wide, "{row}: {audit}");
    }
}

#[test]
fn a_shadow_on_what_is_not_served_either_is_a_note() {
    let table = policy([get("/orders/{id}"), post("/orders/new")]);
    let [alone, routed, served] = [
        table.audit_alone(),
        table.audit(&inventory("GET /orders/{id}; POST /orders/new")),
        table.audit(&inventory("GET /orders/{id}; POST /orders/new; GET /orders/new")),
    ]
    .map(|audit| found(&audit, FindingKind::Shadowed).concat());
    insta::assert_snapshot!(alone, @"warning shadowed: GET /orders/{id}; POST /orders/new: `GET /orders/new` finds the more specific path of `POST /orders/new`, without a rule for GET, and is refused: add a rule for it if it is to be let in");
    insta::assert_snapshot!(routed, @"note shadowed: GET /orders/{id}; POST /orders/new: `GET /orders/new` finds the more specific path of `POST /orders/new`, without a rule for GET, and is refused: it is not served either, so nothing is to be done");
    assert_eq!(served, alone);
}

#[test]
fn a_public_rule_inside_of_a_guarded_one_is_noted() {
    let open = |path: &str| Operation::get(path).public("an icon");
    for (row, rules, overridden) in [
        ("public inside", vec![get("/{*rest}"), open("/icon")], &["GET /{*rest} + GET /icon"][..]),
        ("guarded inside", vec![open("/{*rest}"), get("/icon")], &[]),
        ("both public", vec![open("/{*rest}"), open("/icon")], &[]),
        ("both guarded", vec![get("/{*rest}"), get("/icon")], &[]),
    ] {
        let audit = policy(rules).audit_alone();
        assert_eq!(named(&audit, FindingKind::Overridden), overridden, "{row}");
        assert!(audit.is_clean(), "{row}: {audit}");
    }
}

#[test]
fn an_endpoint_whose_code_asks_for_something_else_disagrees_and_both_are_named() {
    let scopes = |names: &[&str]| Requirement::all(names.iter().map(|name| needs(name))).expect("some");
    let aged = |seconds| Access::recent(needs("a"), Duration::from_secs(seconds));
    for (row, table, code, disagrees) in [
        ("the same", needs("a").into(), Some(needs("a").into()), false),
        ("nobody knows", needs("a").into(), None, false),
        ("another scope", needs("a").into(), Some(needs("b").into()), true),
        ("the code asks for more", needs("a").into(), Some(scopes(&["a", "b"]).into()), true),
        ("the code asks for less", scopes(&["a", "b"]).into(), Some(needs("a").into()), true),
        ("another order", scopes(&["a", "b"]).into(), Some(scopes(&["b", "a"]).into()), false),
        ("other brackets", scopes(&["a", "b", "c"]).into(), Some((scopes(&["a", "b"]) & needs("c")).into()), false),
        ("any instead of all", scopes(&["a", "b"]).into(), Some((needs("a") | needs("b")).into()), true),
        ("the code wants fresher tokens", aged(300), Some(aged(60)), true),
        ("the table wants fresher tokens", aged(60), Some(aged(300)), false),
        ("an age in the code alone", needs("a").into(), Some(aged(60)), true),
        ("the same age", aged(300), Some(aged(300)), false),
        ("an age in the table alone", aged(300), Some(needs("a").into()), false),
        ("public in the code alone", needs("a").into(), Some(public("x").into()), true),
        ("public in the table alone", public("x").into(), Some(needs("a").into()), true),
        ("public for another reason", public("x").into(), Some(public("y").into()), false),
    ] {
        let (table, code): (Access, Option<Access>) = (table, code);
        let rule = Operation::new(Target::http([Method::GET], "/orders/{id}"), table.clone());
        let endpoint = Endpoint::http(Method::GET, "/orders/{order}");
        let audit = policy([rule]).audit(&Inventory::new().with(endpoint, code.clone()));
        let found = found(&audit, FindingKind::Disagrees);
        assert_eq!(found.len(), usize::from(disagrees), "{row}: {audit}");
        for text in &found {
            assert!(text.contains(&format!("`{table}`")), "{row}: {text}");
            assert!(text.contains(&format!("`{}`", code.as_ref().expect("known"))), "{row}: {text}");
        }
    }
}
