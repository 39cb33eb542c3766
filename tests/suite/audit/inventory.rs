//! What an inventory says of an endpoint, against all the rules that judge its requests.

use http::Method;
use portcullis::policy::{Access, Endpoint, FindingKind, Inventory, Operation, Severity, public};

use super::{found, get, inventory, named, needs, policy};

fn admin(path: &str) -> Operation {
    Operation::get(path).require(needs("files:admin"))
}

fn knowing(access: impl Into<Access>) -> Inventory {
    Inventory::new().with(Endpoint::http(Method::GET, "/files/{id}"), Some(access.into()))
}

#[test]
fn a_rule_that_takes_some_requests_of_an_endpoint_must_ask_for_the_same() {
    let weaker = policy([admin("/files/{id}"), get("/files/index")]);
    let audit = weaker.audit(&knowing(needs("files:admin")));
    assert_eq!(
        found(&audit, FindingKind::Disagrees),
        [
            "error disagrees: GET /files/{id}: its own code asks for `files:admin`, but `GET /files/index` is judged by the rule \
          `GET /files/index`, which asks for `orders:read`: make them the same, take the rule out, or serve its path by itself"
        ]
    );
    let audit = weaker.audit(&inventory("GET /files/{id}"));
    assert!(audit.is_clean(), "{audit}");
    assert_eq!(
        found(&audit, FindingKind::Overridden),
        [
            "note overridden: GET /files/{id}: `GET /files/index` is judged by the rule `GET /files/index`, which asks for \
          `orders:read` and overrides the rule `GET /files/{id}`, which asks for `files:admin`: if that is not meant, take the \
          more specific one out"
        ]
    );
    let served = knowing(needs("files:admin")).http(Method::GET, "/files/index");
    assert!(weaker.audit(&served).findings().is_empty(), "an endpoint of its own");
    let posted = knowing(needs("files:admin")).http(Method::POST, "/files/index");
    assert!(
        found(&weaker.audit(&posted), FindingKind::Disagrees).is_empty(),
        "the path of another endpoint answers 405"
    );
    let same = policy([admin("/files/{id}"), admin("/files/index")]);
    assert!(same.audit(&knowing(needs("files:admin"))).findings().is_empty());
}

#[test]
fn a_public_rule_inside_of_a_guarded_endpoint_is_an_error() {
    let open = || Operation::get("/files/index").public("an index");
    let table = policy([admin("/files/{id}"), open()]);
    assert_eq!(named(&table.audit(&knowing(needs("files:admin"))), FindingKind::Disagrees), ["GET /files/{id}"]);
    let unknown = table.audit(&inventory("GET /files/{id}"));
    assert_eq!((unknown.has_errors(), named(&unknown, FindingKind::Overridden).len()), (false, 1), "{unknown}");
    let all_open = policy([Operation::get("/files/{id}").public("files"), open()]);
    assert!(!all_open.audit(&knowing(public("files"))).has_errors());
    let head = policy([admin("/files/{id}"), Operation::http([Method::HEAD], "/files/index").public("an index")]);
    assert_eq!(named(&head.audit(&knowing(needs("files:admin"))), FindingKind::Disagrees), ["GET /files/{id}"]);
}

#[test]
fn an_inventory_keeps_all_that_its_sources_say() {
    let [one, other] = ["files:admin", "orders:read"].map(|scope| knowing(needs(scope)));
    let [merged, turned] = [one.clone().merge(other.clone()), other.merge(one.clone())];
    assert_eq!(merged, turned);
    assert_ne!(merged, one);
    assert_eq!(one.clone().merge(one.clone()), one);
    assert_eq!(one.clone().merge(inventory("GET /files/{id}")), one);
    assert_eq!(merged.iter().map(|(_, known)| known.len()).collect::<Vec<_>>(), [2]);
    let audits = [&merged, &turned].map(|served| policy([admin("/files/{id}")]).audit(served));
    assert_eq!(audits[0], audits[1]);
    assert_eq!(audits[0].count(Severity::Error), 1, "{}", audits[0]);
}

#[test]
fn a_line_that_names_no_operation_is_refused_with_the_repair() {
    for (line, repair) in [
        ("get /orders", "upper case"),
        ("Get /orders", "upper case"),
        ("rpc Orders", "package, service and method"),
        ("rpc a.B/C/D", "package, service and method"),
        ("rpc", "package, service and method"),
        ("GET orders", "an operation reads"),
        ("GET", "an operation reads"),
    ] {
        let error = format!("# served\n{line}").parse::<Inventory>().unwrap_err().to_string();
        assert!(error.starts_with("line 2: ") && error.contains(repair), "{line}: {error}");
    }
    assert_eq!("rpc /a.B/C".parse(), Ok(Inventory::new().rpc("a.B/C")));
    assert_eq!(Inventory::new().rpc("/a.B/C"), Inventory::new().with(Endpoint::rpc("a.B/C"), None));
}
