//! Mistakes are errors when the router is built, all at once, and never a panic.

use std::time::Duration;

use portcullis::policy::{Access, public};
use portcullis::{AccessModel, Requirement};
use portcullis_axum::GuardedRouter;
use portcullis_axum::routing::{any, get, head, post};
use portcullis_testing::TestIssuer;
use portcullis_tests::{ReadOrders, WriteOrders, authority, builder};

fn faults(router: GuardedRouter) -> Vec<String> {
    match router.build() {
        Ok(_) => Vec::new(),
        Err(error) => error.faults().map(str::to_owned).collect(),
    }
}

#[test]
fn a_mistake_is_an_error_that_names_the_route() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let new = || GuardedRouter::new(&authority);
    let one = |path: &str| new().route(path, get(ReadOrders, async || "x"));
    let at_once = Access::recent(ReadOrders, Duration::ZERO);
    let in_tenant = Requirement::claim_is_parameter("tenant", "tenant");
    for (name, router, wanted) in [
        ("no reason", new().route("/x", get(public(""), async || "x")), "GET /x: it is public without a reason"),
        ("a blank reason", new().route("/x", get(public(" \t"), async || "x")), "GET /x: it is public without"),
        (
            "a method twice",
            new().route("/x", get(ReadOrders, async || "x").get(WriteOrders, async || "y")),
            "GET /x: it stands in the table already",
        ),
        ("a route twice", one("/x").route("/x", get(ReadOrders, async || "x")), "GET /x: it stands"),
        ("any and get", one("/x").route("/x", any(ReadOrders, async || "x")), "it stands in the table already"),
        ("merged twice", one("/x").merge(one("/x")), "GET /x: it stands in the table already"),
        ("nested twice", one("/a/x").nest("/a", one("/x")), "GET /a/x: it stands in the table already"),
        (
            "other names",
            one("/{a}").route("/{b}", post(ReadOrders, async || "x")),
            "POST /{b}: `/{a}` is the same path",
        ),
        ("other names, nested", one("/t/{a}").nest("/t", one("/{b}")), "GET /t/{b}: `/t/{a}` is the same path"),
        ("HEAD beside GET", one("/x").route("/x", head(ReadOrders, async || "x")), "HEAD /x: HEAD follows the GET"),
        ("no slash", one("orders"), "GET orders: a path begins with a slash"),
        ("no path", one(""), "GET : a path begins with a slash"),
        ("no slash, nested", new().nest("/a/", one("orders")), "GET orders: a path begins with a slash"),
        ("a colon", one("/:id"), "GET /:id: `:id` is another router's syntax"),
        ("a star", new().nest("/a", one("/*rest")), "GET /a/*rest: `*rest` is another router's syntax"),
        ("an open brace", one("/{id"), "GET /{id: a parameter is a whole segment"),
        ("a nameless parameter", one("/{}"), "GET /{}: a parameter is a whole segment"),
        ("behind a wildcard", one("/{*rest}/x"), "GET /{*rest}/x: `{*rest}` takes all that follows"),
        ("no request", one("/a//b"), "GET /a//b: no request gets here"),
        ("nested at the root", new().nest("/", one("/x")), "nest /: it nests at the root: use `merge`"),
        ("nested at nothing", new().nest("", one("/x")), "nest : it nests at the root: use `merge`"),
        ("a prefix without a slash", new().nest("a", one("/x")), "nest a: a prefix begins with a slash"),
        ("a wildcard prefix", new().nest("/{*rest}", one("/")), "nest /{*rest}: a wildcard takes all"),
        ("a bad prefix of nothing", new().nest("a", new()), "nest a: a prefix begins with a slash"),
        ("a bad prefix, merged", new().merge(new().nest("/", one("/x"))), "nest /: it nests at the root"),
        ("a colon in a prefix", new().nest("/:id", one("/x")), "GET /:id/x: `:id` is another router's syntax"),
        ("an unknown parameter", new().route("/x", get(in_tenant, async || "x")), "GET /x: `{tenant}` is no parameter"),
        ("no age", new().route("/x", get(at_once, async || "x")), "GET /x: a `max_age` is whole seconds"),
    ] {
        let faults = faults(router);
        assert!(faults.iter().any(|fault| fault.contains(wanted)), "{name}: {faults:?}");
    }
}

#[test]
fn every_fault_is_named_once_and_at_once() {
    let issuer = TestIssuer::new();
    let authority = authority(&issuer);
    let nested = GuardedRouter::new(&authority).route("/x", get(public(""), async || "x"));
    let router: GuardedRouter = GuardedRouter::new(&authority)
        .route("orders", get(ReadOrders, async || "x"))
        .route("/x", get(public(" "), async || "x"))
        .route("/y", get(ReadOrders, async || "x"))
        .route("/y", get(ReadOrders, async || "x"))
        .nest("/", GuardedRouter::new(&authority))
        .nest("/a", nested);
    let error = router.build().unwrap_err();
    assert_eq!(error.faults().count(), 5, "{error}");
    assert_eq!(error.to_string().lines().count(), 5, "{error}");
}

#[test]
fn roles_are_those_of_the_access_model_where_there_is_one() {
    let issuer = TestIssuer::new();
    let support = || Requirement::role("support");
    let of = |model: Option<AccessModel>| {
        let authority = builder(&issuer, issuer.keys());
        let authority = match model {
            Some(model) => authority.rules(|rules| rules.access_model(model)),
            None => authority,
        };
        let authority = authority.build().unwrap();
        faults(GuardedRouter::new(&authority).route("/x", get(support(), async || "x")))
    };
    let with = |roles: &[&str]| {
        let model = roles.iter().fold(AccessModel::builder(), |model, role| model.role(*role, ["orders:read"]));
        Some(model.build().unwrap())
    };
    assert_eq!(of(None), [""; 0], "nobody declares any");
    assert_eq!(of(with(&["support"])), [""; 0]);
    let undeclared = of(with(&["admin"]));
    assert!(undeclared[0].contains("the role `support` is not declared"), "{undeclared:?}");
    let exclusive = AccessModel::builder().role("support", ["a"]).role("admin", ["b"]).exclusive(["support", "admin"]);
    let exclusive = exclusive.build().unwrap();
    let authority = builder(&issuer, issuer.keys()).rules(|rules| rules.roles_from(["roles"]).access_model(exclusive));
    let both = support() & Requirement::role("admin");
    let router = GuardedRouter::new(&authority.build().unwrap()).route("/x", get(both, async || "x"));
    assert!(faults(router)[0].contains("nobody can meet it"));
}
