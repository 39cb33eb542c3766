//! Rules that only report: never for authentication itself.

use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use portcullis::DeniedKind;
use portcullis::policy::{Operation, Policy};
use portcullis::{Requirement, scope};
use portcullis_testing::TestIssuer;

use crate::logs::Log;

use super::{OK, authority, request, table, verdict};

fn rules(whole: bool) -> Policy {
    let mark = |operation: Operation| if whole { operation } else { operation.report_only() };
    let policy = table()
        .operation(mark(Operation::get("/scope").require(scope!("x"))))
        .operation(mark(Operation::get("/t/{tenant}").require(Requirement::claim_is_parameter("tenant", "tenant"))))
        .operation(mark(Operation::get("/age").require(scope!("y")).max_age(Duration::from_secs(60))))
        .operation(Operation::get("/strict").require(scope!("x")));
    if whole { policy.report_only() } else { policy }.build().unwrap()
}

#[tokio::test]
async fn a_rule_that_reports_lets_through_whom_it_would_refuse() {
    let issuer = TestIssuer::new();
    let poor = issuer.mint().scope("y").issued_ago(100).expires_in(200).sign();
    let expired = issuer.mint().scope("x").issued_ago(400).expires_in(-100).sign();
    for whole in [false, true] {
        let policy = rules(whole);
        let authority = authority(&issuer, &policy);
        for path in ["/scope", "/t/acme", "/age"] {
            assert_eq!(verdict(&authority, &policy, request("GET", path, Some(&poor))).await, OK, "{path}");
            let nobody = (401, Some(DeniedKind::MissingCredential));
            assert_eq!(verdict(&authority, &policy, request("GET", path, None)).await, nobody, "{path}");
            let late = (401, Some(DeniedKind::Expired));
            assert_eq!(verdict(&authority, &policy, request("GET", path, Some(&expired))).await, late, "{path}");
            let bad = verdict(&authority, &policy, request("GET", path, Some("a.b.c"))).await;
            assert_eq!(bad.0, 401, "{path}");
        }
        let ambiguous = verdict(&authority, &policy, request("GET", "/x/../scope", Some(&poor))).await;
        assert_eq!(ambiguous, (400, Some(DeniedKind::AmbiguousPath)));
        for (path, refused) in [("/strict", DeniedKind::InsufficientScope), ("/nowhere", DeniedKind::NoRule)] {
            let expected = if whole { OK } else { (403, Some(refused)) };
            assert_eq!(verdict(&authority, &policy, request("GET", path, Some(&poor))).await, expected, "{path}");
        }
    }
}

#[test]
fn what_would_be_refused_is_counted_and_told() {
    let issuer = TestIssuer::new();
    let policy = rules(true);
    let authority = authority(&issuer, &policy);
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let log = Log::capture();
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let poor = issuer.token("y");
            for path in ["/scope", "/scope", "/nowhere", "/age"] {
                assert_eq!(verdict(&authority, &policy, request("GET", path, Some(&poor))).await, OK);
            }
        });
    });
    let log = log.lines("WARN").join("\n");
    let mut counted: Vec<_> = snapshotter
        .snapshot()
        .into_vec()
        .into_iter()
        .map(|(key, _, _, value)| {
            let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            let DebugValue::Counter(count) = value else { panic!("{value:?}") };
            format!("{} {} {count}", key.key().name(), labels.join(" "))
        })
        .collect();
    counted.sort();
    assert_eq!(
        counted,
        [
            "portcullis_policy_would_deny_total operation=GET /scope kind=insufficient_scope 2",
            "portcullis_policy_would_deny_total operation=none kind=no_rule 1",
        ]
    );
    assert_eq!(log.matches("would be refused").count(), 3, "{log}");
    assert!(log.contains("GET /scope") && log.contains("insufficient_scope"), "{log}");
}
