//! Roles and scopes: what cannot be had, and what is more than needed.

use http::Method;
use portcullis::policy::{FindingKind, Operation};
use portcullis::{AccessModel, Requirement, scope};

use super::{READ, WRITE, get, named, needs, post, with};

#[test]
fn a_rule_whose_scopes_come_from_roles_that_exclude_each_other_is_unreachable() {
    let roles = || AccessModel::builder().role("clerk", ["pay:make"]).role("auditor", ["pay:approve"]);
    let apart = || roles().exclusive(["clerk", "auditor"]);
    let all = Requirement::all([scope!("pay:make"), scope!("pay:approve")]).expect("two");
    let any = Requirement::any([scope!("pay:make"), scope!("pay:approve")]).expect("two");
    let object = Requirement::scope_of("pay:{id}:make").expect("a template");
    for (row, model, requirement, unreachable) in [
        ("both duties", apart(), all.clone(), true),
        ("either duty", apart(), any, false),
        ("nothing excludes", roles(), all.clone(), false),
        ("a third role has both", apart().role("chief", ["pay:make", "pay:approve"]), all, false),
        ("the scope of an object may come from elsewhere", apart(), object, false),
        ("a scope of no role may come from elsewhere", apart(), needs("pay:other"), false),
    ] {
        let audit = with(model, [Operation::get("/pay/{id}").require(requirement)]).audit_alone();
        assert_eq!(named(&audit, FindingKind::Unreachable).len(), usize::from(unreachable), "{row}: {audit}");
    }
}

#[test]
fn a_scope_is_looked_for_in_the_roles_where_there_are_any() {
    let rules = || [get("/a"), get("/b"), post("/a")];
    let none = AccessModel::builder;
    let both = || none().role("support", [READ, WRITE]);
    let admin = || none().implies("admin", [READ, WRITE]);
    for (row, model, unobtainable, one_role) in [
        ("no roles", none(), &[][..], &[][..]),
        ("of one role", both(), &[], &["GET /a + GET /b + POST /a"]),
        ("of one role, as declared", both().separate(), &[], &[]),
        ("of two roles", both().role("chief", [READ, WRITE]), &[], &[]),
        ("of none", none().role("support", [READ]).role("chief", [READ]), &["POST /a"], &[]),
        ("by what is implied", admin().role("support", ["admin"]).role("chief", [READ, WRITE]), &[], &[]),
        ("implied by what no role gives", admin().role("guest", [""; 0]), &["GET /a + GET /b", "POST /a"], &[]),
    ] {
        let audit = with(model, rules()).audit_alone();
        assert_eq!(named(&audit, FindingKind::Unobtainable), unobtainable, "{row}: {audit}");
        assert_eq!(named(&audit, FindingKind::OneRole), one_role, "{row}: {audit}");
    }
}

#[test]
fn a_scope_of_a_role_is_unused_when_no_rule_asks_for_it_or_for_what_it_implies() {
    let model = AccessModel::builder;
    let object = || Requirement::scope_of("orders:{id}:read").expect("a template");
    for (row, model, requirement, unused) in [
        ("asked for", model().role("r", [READ]), needs(READ), 0),
        ("not asked for", model().role("r", [READ, WRITE]), needs(READ), 1),
        ("in two roles", model().role("r", [READ, WRITE]).role("s", [WRITE]), needs(READ), 2),
        ("one of several", model().role("r", [READ]), needs(READ) & needs(WRITE), 0),
        ("by what it implies", model().role("r", ["admin"]).implies("admin", [READ]), needs(READ), 0),
        ("by what that implies", model().role("r", ["a"]).implies("a", ["b"]).implies("b", [READ]), needs(READ), 0),
        ("by a wildcard", model().role("r", ["orders:*"]).wildcard("orders:*"), needs(READ), 0),
        ("by a star that is no wildcard", model().role("r", ["orders:*"]), needs(READ), 1),
        ("of an object", model().role("r", ["orders:7:read"]), object(), 0),
        ("of other objects", model().role("r", ["orders:7:write"]), object(), 1),
    ] {
        let audit = with(model, [Operation::get("/orders/{id}").require(requirement)]).audit_alone();
        assert_eq!(named(&audit, FindingKind::UnusedScope).len(), unused, "{row}: {audit}");
    }
}

#[test]
fn what_opens_more_than_is_needed_is_over_wide() {
    let model = AccessModel::builder;
    let rules = || vec![get("/a"), get("/b"), Operation::get("/c").public("a page"), post("/a")];
    let roles = || model().role("all", [READ, WRITE]);
    let rest = |methods: &[Method]| Operation::http(methods.to_vec(), "/{*rest}").require(needs(READ));
    let own = |scope| needs(scope) & Requirement::claim_is_parameter("tenant", "tenant");
    for (row, model, rules, texts) in [
        ("nothing", model(), rules(), &[][..]),
        ("a wildcard", model().wildcard("orders:*"), rules(), &["the wildcard `orders:*`"]),
        ("a role that opens everything", roles().role("r", [READ]), rules(), &["the role `all`"]),
        ("it is the only one", roles(), rules(), &[]),
        ("there are two guarded operations", roles().role("r", [READ]), vec![get("/a"), post("/a")], &[]),
        ("a role that opens all but one", model().role("r", [READ]).role("w", [WRITE]), rules(), &[]),
        (
            "a scope that reads and writes",
            model(),
            vec![get("/a"), Operation::put("/a").require(needs(READ))],
            &["the scope `orders:read`"],
        ),
        ("by what it implies", model().implies("admin", [READ, WRITE]), rules(), &["the scope `admin`"]),
        (
            "in one rule",
            model(),
            vec![Operation::http([Method::GET, Method::POST], "/a").require(needs(READ))],
            &["the scope `orders:read`"],
        ),
        (
            "if the claim is right",
            model(),
            vec![Operation::get("/{tenant}").require(own("s")), Operation::patch("/{tenant}").require(own("s"))],
            &["the scope `s`"],
        ),
        (
            "it takes another to write",
            model(),
            vec![
                get("/a"),
                Operation::post("/a")
                    .require(Requirement::all([scope!("orders:read"), scope!("orders:write")]).expect("two")),
            ],
            &[],
        ),
        ("a procedure is neither", model(), vec![get("/a"), Operation::rpc("a.B/C").require(needs(READ))], &[]),
        (
            "a catch-all with two methods",
            model(),
            vec![rest(&[Method::GET, Method::OPTIONS])],
            &["one rule for several"],
        ),
        ("a catch-all with one", model(), vec![rest(&[Method::GET])], &[]),
        (
            "calls of any procedure",
            model(),
            vec![Operation::rpc("a.B/C").require(needs(READ)), get("/{service}/{method}"), get("/b/{method}")],
            &["it takes calls of procedures"],
        ),
        ("no procedures", model(), vec![get("/{service}/{method}")], &[]),
    ] {
        let audit = with(model, rules).audit_alone();
        let wide = audit.findings().iter().filter(|finding| finding.kind() == FindingKind::OverWide);
        let wide: Vec<&str> = wide.map(portcullis::policy::Finding::text).collect();
        assert_eq!(wide.len(), texts.len(), "{row}: {audit}");
        assert!(wide.iter().zip(texts).all(|(text, start)| text.starts_with(start)), "{row}: {audit}");
    }
}
