//! What scopes imply, what roles stand for, which roles exclude each other.

use std::collections::{BTreeMap, BTreeSet};

use portcullis::policy::Operation;
use portcullis::{AccessModel, ClaimPath, DeniedKind, Requirement, Rules, Scope, ScopeSet, scope};
use portcullis_testing::TestIssuer;
use proptest::prelude::*;
use serde_json::json;

use super::{OK, authority, request, table, verdict};

const NONE: [&str; 0] = [];

fn faults(model: portcullis::AccessModelBuilder) -> String {
    model.build().expect_err("a fault").to_string()
}

#[test]
fn every_fault_of_a_model_is_named_at_once() {
    let model = AccessModel::builder()
        .implies("a b", ["c"])
        .implies("d", NONE)
        .wildcard("*")
        .wildcard("orders*")
        .role("support", ["orders read"])
        .role("support", NONE)
        .role("", NONE)
        .exclusive(["support", "supprot"])
        .exclusive(["support", "support"]);
    insta::assert_snapshot!(faults(model), @r"
    `a b` is not a scope: printable ASCII without space, double quote and backslash; write several as a list
    `d` implies nothing: name the scopes that it implies, or leave it out
    `*` is not a wildcard: write a beginning, a separator (`:`, `.` or `/`) and one star at the end, as in `orders:*`
    `orders*` is not a wildcard: write a beginning, a separator (`:`, `.` or `/`) and one star at the end, as in `orders:*`
    `orders read` is not a scope: printable ASCII without space, double quote and backslash; write several as a list
    the role `support` is declared twice: put its scopes in one list
    a role has no name: give it one
    `supprot` is not a role that is declared: declare it, or mend its name
    one role alone excludes nobody: name at least two different ones
    ");
}

#[test]
fn scopes_that_imply_each_other_are_an_error_that_shows_the_way_round() {
    let circle = AccessModel::builder().implies("a", ["x", "b"]).implies("b", ["c"]).implies("c", ["a"]);
    insta::assert_snapshot!(faults(circle), @"these scopes imply each other in a circle: a -> b -> c -> a; take one of the steps out");
    insta::assert_snapshot!(faults(AccessModel::builder().implies("a", ["a"])), @"these scopes imply each other in a circle: a -> a; take one of the steps out");
    let by_a_wildcard = AccessModel::builder().wildcard("orders:*").implies("orders:read", ["orders:*"]);
    insta::assert_snapshot!(faults(by_a_wildcard), @"these scopes imply each other in a circle: orders:* -> orders:read -> orders:*; take one of the steps out");
}

#[test]
fn separate_roles_share_no_scope_by_whatever_way() {
    let by_name = AccessModel::builder().separate().role("a", ["x"]).role("b", ["x"]);
    insta::assert_snapshot!(faults(by_name), @"the roles `a` and `b` both give `x`, by name or by what is implied: take it from one of them, or give up `separate`");
    let implied = AccessModel::builder().separate().implies("admin", ["x"]).role("a", ["x"]).role("b", ["admin"]);
    insta::assert_snapshot!(faults(implied), @"the roles `a` and `b` both give `x`, by name or by what is implied: take it from one of them, or give up `separate`");
    let by_a_wildcard = AccessModel::builder().separate().wildcard("x:*").role("a", ["x:1"]).role("b", ["x:*"]);
    insta::assert_snapshot!(faults(by_a_wildcard), @"the roles `a` and `b` both give `x:1`, by name or by what is implied: take it from one of them, or give up `separate`");
    assert!(AccessModel::builder().separate().role("a", ["x"]).role("b", ["y"]).build().is_ok());
    assert!(AccessModel::builder().role("a", ["x"]).role("b", ["x"]).build().is_ok(), "only where it is asked for");
}

#[tokio::test]
async fn nothing_implies_anything_unless_it_is_declared() {
    let issuer = TestIssuer::new();
    let rule = || Operation::get("/orders").require(scope!("orders:read"));
    let plain = table().operation(rule()).build().unwrap();
    let model =
        AccessModel::builder().implies("orders:admin", ["orders:write"]).implies("orders:write", ["orders:read"]);
    let implied = table().access_model(model.build().unwrap()).operation(rule()).build().unwrap();
    let model = AccessModel::builder().wildcard("orders:*").implies("root", ["orders:*"]).build().unwrap();
    let wild = table().access_model(model).operation(rule()).build().unwrap();

    for (name, scopes, by_plain, by_implied, by_wildcard) in [
        ("the scope itself", "orders:read", true, true, true),
        ("one that implies it", "orders:write", false, true, false),
        ("one that implies one that implies it", "orders:admin", false, true, false),
        ("a wildcard", "orders:*", false, false, true),
        ("one that implies a wildcard", "root", false, false, true),
        ("a prefix", "orders", false, false, false),
        ("another wildcard", "orders:r*", false, false, false),
        ("a star", "*", false, false, false),
        ("nothing", "", false, false, false),
    ] {
        for (policy, allowed) in [(&plain, by_plain), (&implied, by_implied), (&wild, by_wildcard)] {
            let authority = authority(&issuer, policy);
            let got = verdict(&authority, policy, request("GET", "/orders", Some(&issuer.token(scopes)))).await;
            let refused = (403, Some(DeniedKind::InsufficientScope));
            assert_eq!(got, if allowed { OK } else { refused }, "{name}: {policy:?}");
        }
    }
}

#[tokio::test]
async fn a_wildcard_gives_the_scopes_of_objects_too() {
    let issuer = TestIssuer::new();
    let model = AccessModel::builder().wildcard("orders:*").build().unwrap();
    let rule = Operation::get("/orders/{id}").require(Requirement::scope_of("orders:{id}:read").unwrap());
    let policy = table().access_model(model).operation(rule).build().unwrap();
    let authority = authority(&issuer, &policy);
    for (name, path, scopes, allowed) in [
        ("of this object", "/orders/42", "orders:42:read", true),
        ("of another one", "/orders/42", "orders:43:read", false),
        ("a wildcard", "/orders/42", "orders:*", true),
        ("a value with a separator", "/orders/4:2", "orders:4:2:read", false),
        ("a star as a value", "/orders/*", "orders:*:read", false),
        ("an escaped value", "/orders/a%40b", "orders:a@b:read", true),
        ("the template itself", "/orders/42", "orders:{id}:read", false),
    ] {
        let got = verdict(&authority, &policy, request("GET", path, Some(&issuer.token(scopes)))).await;
        assert_eq!(got.0, if allowed { 200 } else { 403 }, "{name}");
    }
}

#[test]
fn a_scope_of_an_object_needs_something_between_two_parameters() {
    for text in ["orders:{id}:read", "{a}:{b}", "{a}", "x{{y}}:{a}", "a:{x}/{y}"] {
        assert!(Requirement::scope_of(text).is_ok(), "{text}");
    }
    for text in ["{a}{b}", "{a}-{b}", "{", "}", "{}", "{a", "a}", "{a b", "x {a}", "", "{{a}"] {
        assert!(Requirement::scope_of(text).is_err(), "{text}");
    }
    let plain = Requirement::scope_of("a{{b}}").unwrap();
    assert_eq!(plain.scopes_to_ask(), ["a{b}"]);
}

fn rules_with_roles(path: ClaimPath, model: AccessModel) -> Rules {
    Rules::new().roles_from([path]).access_model(model)
}

#[test]
fn roles_are_read_at_one_place_and_never_merged_across_clients() {
    let issuer = TestIssuer::new();
    let token = issuer
        .mint()
        .claim("realm_access", json!({ "roles": ["realm"] }))
        .claim("resource_access", json!({ "orders.api": { "roles": ["mine"] }, "other": { "roles": ["theirs"] } }))
        .claim("permissions", json!(["first", 7, null, "second"]))
        .claim("groups", "staff")
        .sign();
    let of = |path: &str| {
        let rules = rules_with_roles(path.parse().unwrap(), AccessModel::default());
        let verifier = portcullis::Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap();
        let principal = verifier.verify(&token).unwrap();
        principal.roles().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("realm_access.roles"), ["realm"]);
    assert_eq!(of(r#"resource_access."orders.api".roles"#), ["mine"]);
    assert_eq!(of("resource_access.other.roles"), ["theirs"]);
    assert_eq!(of("permissions"), ["first", "second"]);
    assert_eq!(of("groups"), ["staff"]);
    assert_eq!(of("resource_access"), NONE, "an object names no role");
    assert_eq!(of("resource_access.nobody.roles"), NONE);
    assert_eq!(of("resource_access.orders.api.roles"), NONE, "a dot outside of quotes separates");
}

#[tokio::test]
async fn a_role_stands_for_its_scopes_and_roles_that_exclude_each_other_for_none() {
    let issuer = TestIssuer::new();
    let model = AccessModel::builder()
        .role("support", ["orders:read"])
        .role("fulfilment", ["orders:write"])
        .role("auditor", NONE)
        .exclusive(["support", "fulfilment"]);
    let policy = table()
        .access_model(model.build().unwrap())
        .operation(Operation::get("/orders").require(scope!("orders:read")))
        .operation(Operation::get("/books").require(Requirement::role("auditor")))
        .build()
        .unwrap();
    let authority = authority(&issuer, &policy);
    let with = |roles: &[&str]| issuer.mint().without("scope").claim("roles", json!(roles)).sign();
    for (name, path, roles, expected) in [
        ("a role with the scope", "/orders", &["support"][..], OK),
        ("a role without", "/orders", &["fulfilment"], (403, Some(DeniedKind::InsufficientScope))),
        ("a role nobody declared", "/orders", &["root"], (403, Some(DeniedKind::InsufficientScope))),
        ("in another case", "/orders", &["Support"], (403, Some(DeniedKind::InsufficientScope))),
        (
            "two that exclude each other",
            "/orders",
            &["support", "x", "fulfilment"],
            (403, Some(DeniedKind::ConflictingRoles)),
        ),
        ("the same role twice", "/orders", &["support", "support"], OK),
        ("the role itself", "/books", &["auditor", "support"], OK),
        ("not the role itself", "/books", &["support"], (403, Some(DeniedKind::MissingRole))),
    ] {
        let got = verdict(&authority, &policy, request("GET", path, Some(&with(roles)))).await;
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn proofs_by_type_know_the_model_too() {
    let issuer = TestIssuer::new();
    let model = AccessModel::builder().implies("orders:admin", ["orders:read"]).build().unwrap();
    let rules = Rules::new().access_model(model);
    let verifier = portcullis::Verifier::new(issuer.issuer(), [issuer.audience()], issuer.keys(), rules).unwrap();
    let principal = verifier.verify(issuer.token("orders:admin")).unwrap();
    assert!(principal.require::<portcullis_tests::ReadOrders>().is_ok());
    assert!(principal.require::<portcullis_tests::WriteOrders>().is_err());
    assert!(principal.holds(&scope!("orders:read")) && !principal.scopes().contains(&scope!("orders:read")));
}

#[test]
fn a_claim_path_reads_as_it_was_written() {
    for text in ["a", "a.b", r#"a."b.c".d"#, r#""https://id.test/roles""#, "a-b_c.d1"] {
        assert_eq!(text.parse::<ClaimPath>().unwrap().to_string(), text);
    }
    for text in ["", ".", "a.", ".a", "a..b", "a b", "https://id.test", r#"""#, r#""""#, r#""a"b"#, r#""a"."#] {
        assert!(text.parse::<ClaimPath>().is_err(), "{text}");
    }
}

/// Scopes `s0` to `s5`, each implying only later ones.
fn implications() -> impl Strategy<Value = BTreeMap<u8, BTreeSet<u8>>> {
    let edges = prop::collection::btree_set((0_u8..6, 0_u8..6), 0..8);
    edges.prop_map(|edges| {
        let mut implied: BTreeMap<u8, BTreeSet<u8>> = BTreeMap::new();
        for (from, to) in edges.into_iter().filter(|(from, to)| from < to) {
            implied.entry(from).or_default().insert(to);
        }
        implied
    })
}

fn named(scopes: &BTreeSet<u8>) -> ScopeSet {
    scopes.iter().map(|scope| Scope::new(format!("s{scope}")).unwrap()).collect()
}

proptest! {
    #[test]
    fn what_is_implied_is_the_transitive_closure(implied in implications(), held in prop::collection::btree_set(0_u8..6, 0..4)) {
        let model = implied.iter().fold(AccessModel::builder(), |model, (scope, implied)| {
            model.implies(format!("s{scope}"), implied.iter().map(|scope| format!("s{scope}")))
        });
        let model = model.build().unwrap();
        let mut closure = held.clone();
        while let Some(more) = closure.iter().flat_map(|s| implied.get(s).into_iter().flatten()).find(|s| !closure.contains(s)).copied() {
            closure.insert(more);
        }
        prop_assert_eq!(model.expand(&named(&held)), named(&closure));
    }
}
