//! A policy file, and a path that it is asked about.
#![no_main]

use std::sync::LazyLock;

use http::Method;
use libfuzzer_sys::fuzz_target;
use portcullis::policy::{Inventory, Operation, Policy, PolicyFile};
use portcullis::scope;

static OPEN: LazyLock<Policy> = LazyLock::new(|| {
    let rows = ["/", "/admin", "/{a}/x", "/files/{*rest}"].map(|path| Operation::get(path).require(scope!("x")));
    Policy::builder().operations(rows).build().unwrap()
});

fuzz_target!(|input: &str| {
    let (path, file) = input.split_once('\n').unwrap_or((input, ""));
    if OPEN.find(&Method::GET, path).is_some() {
        // Whoever splits it at slashes, decoded or not, finds the same segments, and none that means another.
        let segments = path.strip_prefix('/').unwrap().trim_end_matches('/');
        assert!(segments.is_empty() || segments.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?}");
        let lower = path.to_ascii_lowercase();
        assert!(!["%2f", "%5c", "%00", "%2e", "\\", ";"].iter().any(|odd| lower.contains(odd)), "{path:?}");
    }
    let Ok(inventory) = file.parse::<Inventory>().or_else(|_| "GET /admin".parse()) else { return };
    match PolicyFile::parse(file) {
        Ok(file) => {
            let policy = file.policy();
            // Neither does an auditor's question end it.
            let _ = (policy.audit(&inventory).to_string(), policy.matrix().to_markdown(), policy.find(&Method::GET, path));
            assert_eq!(*policy, *policy);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
