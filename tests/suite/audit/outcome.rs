//! What follows from an audit: how it reads, what it refuses, what it logs.

use portcullis::AccessModel;
use portcullis::policy::{AtStart, Audit, Endpoint, FindingKind, Inventory, Operation, Policy, Severity};

use super::{READ, WRITE, found, get, inventory, named, policy, post, with};
use crate::logs::Log;

/// An audit with findings of every severity.
fn audit() -> Audit {
    let rules = [
        get("/orders/{id}"),
        post("/orders/new").report_only(),
        Operation::get("/public").public("landing page, carries no data"),
    ];
    policy(rules).audit(&inventory("GET /orders/{id}; DELETE /orders/{id}; GET /public; rpc a.B/C"))
}

#[test]
fn an_audit_reads_as_a_line_for_each_finding_the_worst_first() {
    insta::assert_snapshot!(audit(), @"
    errors:
      unguarded: DELETE /orders/{id}: no rule matches it: say what it requires, or that it is public and why
      unguarded: rpc a.B/C: no rule matches it: say what it requires, or that it is public and why
    warnings:
      unused: POST /orders/new: nothing that is served needs it: take it out, or mend its path
      shadowed: GET /orders/{id}; POST /orders/new: `GET /orders/new` finds the more specific path of `POST /orders/new`, without a rule for GET, and is refused: add a rule for it if it is to be let in
      report_only: POST /orders/new: it only reports, whom it would refuse is let through: enforce it when the reports are mended
    notes:
      public: GET /public: open to everybody, for this reason: landing page, carries no data
    2 errors, 3 warnings, 1 note
    ");
    insta::assert_snapshot!(policy([]).audit(&Inventory::new()), @"0 errors, 0 warnings, 0 notes");
}

#[test]
fn the_one_error_names_all_offenders() {
    let refused = audit().enforce().expect_err("there are errors");
    let kinds = |findings: &[portcullis::policy::Finding]| -> Vec<&str> {
        findings.iter().map(|finding| finding.kind().as_str()).collect()
    };
    assert_eq!(kinds(refused.findings()), ["unguarded", "unguarded"]);
    let text = refused.to_string();
    assert!(text.contains("DELETE /orders/{id}") && text.contains("rpc a.B/C"), "{text}");
    let strictly = audit().enforce_strictly().expect_err("there are errors");
    assert_eq!(kinds(strictly.findings()), ["unguarded", "unguarded", "unused", "shadowed", "report_only"]);
    assert_eq!(format!("{refused:?}"), text, "what a `main` prints");
    assert!(!strictly.to_string().contains("/public"), "a note refuses nobody: {strictly}");
}

#[test]
fn warnings_are_refused_strictly_only_and_notes_never() {
    let warned = policy([get("/orders").report_only()]).audit_alone();
    assert!(warned.enforce().is_ok() && !warned.has_errors() && !warned.is_clean());
    assert!(warned.enforce_strictly().is_err());
    let noted = policy([Operation::get("/").public("landing page")]).audit_alone();
    assert!(noted.is_clean() && noted.enforce_strictly().is_ok());
    assert_eq!(noted.count(Severity::Note), 1);
}

#[test]
fn at_the_start_findings_are_logged_and_errors_end_it_only_where_that_is_asked_for() {
    for (mode, starts) in [(AtStart::Warn, true), (AtStart::Enforce, false)] {
        let log = Log::capture();
        assert_eq!(audit().at_start(mode).is_ok(), starts, "{mode:?}");
        for (level, count) in [("ERROR", 2), ("WARN", 3), ("INFO", 1)] {
            let lines = log.lines(level);
            assert_eq!(lines.len(), count, "{mode:?} {}", log.text());
            assert!(
                lines.iter().all(|line| line.contains("portcullis::policy") && line.contains("kind=")),
                "{lines:?}"
            );
        }
        assert!(log.text().contains("unguarded: rpc a.B/C: no rule matches it"), "{}", log.text());
    }
    let read = |text: &str| serde_json::from_str::<AtStart>(text).ok();
    assert_eq!(read("\"warn\""), Some(AtStart::Warn));
    assert_eq!(read("\"enforce\""), Some(AtStart::Enforce));
    assert_eq!(read("\"off\""), None);
}

#[test]
fn what_the_table_says_of_itself_is_repeated() {
    let open = policy([Operation::get("/").public("landing page"), get("/orders")]).audit_alone();
    assert_eq!(
        found(&open, FindingKind::Public),
        ["note public: GET /: open to everybody, for this reason: landing page"]
    );
    assert_eq!(named(&open, FindingKind::ReportOnly), [""; 0]);
    let whole = Policy::builder().operation(get("/orders")).report_only().build().expect("a policy").audit_alone();
    assert_eq!(named(&whole, FindingKind::ReportOnly), [""]);
    let one = policy([get("/orders").report_only(), get("/invoices")]).audit_alone();
    assert_eq!(named(&one, FindingKind::ReportOnly), ["GET /orders"]);
}

#[test]
fn findings_come_in_the_same_order_however_the_table_is_written() {
    let rules = || vec![get("/b"), get("/a"), post("/c/{id}"), get("/c/x"), Operation::get("/d").public("d")];
    let model = || AccessModel::builder().role("r", ["z", "y"]).role("s", [READ, WRITE]);
    let served = inventory("GET /e; GET /a; GET /c/x; POST /c/{id}");
    let audit = with(model(), rules()).audit(&served);
    let mut turned = rules();
    turned.reverse();
    assert_eq!(with(model(), turned).audit(&served), audit);
    let severities: Vec<Severity> = audit.findings().iter().map(portcullis::policy::Finding::severity).collect();
    assert!(severities.is_sorted() && severities.len() > 4, "{audit}");
}

#[test]
fn names_with_line_breaks_stay_on_their_line() {
    let model = AccessModel::builder().role("a\nerrors:", ["z"]);
    let audit = with(model, [Operation::get("/").public("one\n0 errors"), get("/a")]).audit_alone();
    assert_eq!(audit.to_string().lines().filter(|line| line.contains("a\\nerrors:")).count(), 1, "{audit}");
    assert!(!audit.to_string().lines().any(|line| line == "0 errors"), "{audit}");
}

#[test]
fn every_kind_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = FindingKind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(names.len(), FindingKind::ALL.len());
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
}

/// A pattern with more parameters than the router of a service takes.
#[test]
fn an_inventory_that_no_router_would_take_is_audited_all_the_same() {
    let endless: String = (0..40).map(|i| format!("/{{p{i}}}")).collect();
    let served = inventory(&format!("GET {endless}; GET /a/{{id}}; GET /a/{{*rest}}; GET /b/{{"));
    let audit = policy([get("/{*rest}")]).audit(&served);
    assert!(audit.is_clean(), "{audit}");
    let endpoint = Endpoint::http(http::Method::GET, "orders");
    let audit = policy([get("/{*rest}")]).audit(&Inventory::new().with(endpoint, None));
    assert_eq!(named(&audit, FindingKind::Unguarded), ["GET orders"], "{audit}");
}
