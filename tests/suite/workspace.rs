//! The dependency directions, from `cargo metadata`: who may know whom, and what must never stand under what.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package};

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).features(CargoOpt::AllFeatures).exec().expect("cargo metadata")
}

fn libraries(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata
        .workspace_packages()
        .into_iter()
        .filter(|package| package.name.starts_with("portcullis") && package.name != "portcullis-tests")
}

/// Direct dependencies, those for tests and build scripts aside.
fn direct(package: &Package) -> impl Iterator<Item = &cargo_metadata::Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal)
}

/// Everything under a package, with all of its features on, tests and build scripts aside. Asked for this package alone: the graph
/// of the workspace has the features that the tests turn on, and axum with those stands on a runtime.
fn under(name: &str) -> BTreeSet<String> {
    under_with(name, &["--all-features"])
}

fn under_with(name: &str, features: &[&str]) -> BTreeSet<String> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", name, "--edges", "normal", "--target", "all"])
        .args(features)
        .args(["--prefix", "none", "--format", "{p}", "--manifest-path", manifest])
        .output()
        .expect("cargo tree");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("names");
    let found: BTreeSet<String> = lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(found.contains(name) && found.contains("serde_json"), "{name}: the whole tree, not {found:?}");
    found
}

#[test]
fn crates_know_each_other_in_one_direction() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("portcullis-core", &[][..]),
        ("portcullis-macros", &[]),
        ("portcullis", &["portcullis-core", "portcullis-macros"]),
        ("portcullis-axum", &["portcullis"]),
        ("portcullis-tonic", &["portcullis"]),
        ("portcullis-exchange", &["portcullis-core", "portcullis-http"]),
        ("portcullis-http", &[]),
        ("portcullis-jwks", &["portcullis-core", "portcullis-http"]),
        ("portcullis-redis", &["portcullis-core"]),
        ("portcullis-issuer", &["portcullis-core"]),
        (
            "portcullis-cli",
            &[
                "portcullis",
                "portcullis-axum",
                "portcullis-core",
                "portcullis-issuer",
                "portcullis-jwks",
                "portcullis-tonic",
            ],
        ),
        ("portcullis-testing", &["portcullis-core"]),
    ]);
    let metadata = metadata();
    let mut seen = BTreeSet::new();
    for package in libraries(&metadata) {
        let name = package.name.as_str();
        let allowed = allowed.get(name).unwrap_or_else(|| panic!("{name} is new: say here what it may know"));
        for dependency in direct(package).filter(|dependency| dependency.name.starts_with("portcullis")) {
            assert!(allowed.contains(&dependency.name.as_str()), "{name} must not know {}", dependency.name);
        }
        seen.insert(name);
    }
    assert_eq!(seen, allowed.keys().copied().collect(), "every crate is there");
}

#[test]
fn no_runtime_and_no_http_stands_under_the_core() {
    for (name, banned) in [
        ("portcullis-core", &["tower", "tower-layer", "tower-service", "http", "http-body", "tokio", "hyper"][..]),
        ("portcullis", &["tokio", "hyper", "hyper-util", "reqwest", "axum", "axum-core", "tonic", "h2"]),
        ("portcullis-axum", &["tokio", "hyper", "hyper-util", "tonic", "reqwest"]),
    ] {
        let found = under(name);
        for banned in banned {
            assert!(!found.contains(*banned), "{banned} stands under {name}");
        }
    }
}

#[test]
fn an_issuer_builds_the_driver_of_no_store_but_its_own() {
    let drivers = ["libsqlite3-sys", "redis", "rustls", "sqlx", "sqlx-postgres", "sqlx-sqlite"];
    for (features, expected) in [
        ("aws-lc-rs", &[][..]),
        ("aws-lc-rs,sqlite", &["libsqlite3-sys", "sqlx", "sqlx-sqlite"]),
        ("aws-lc-rs,postgres", &["sqlx", "sqlx-postgres"]),
        ("aws-lc-rs,postgres-tls", &["rustls", "sqlx", "sqlx-postgres"]),
        ("aws-lc-rs,redis", &["redis"]),
        ("aws-lc-rs,redis-tls", &["redis", "rustls"]),
    ] {
        let found = under_with("portcullis-issuer", &["--no-default-features", "--features", features]);
        let built: Vec<_> = drivers.into_iter().filter(|driver| found.contains(*driver)).collect();
        assert_eq!(built, expected, "{features}");
    }
}

#[test]
fn jsonwebtoken_stays_under_the_core_without_its_crypto() {
    let metadata = metadata();
    for package in libraries(&metadata) {
        for dependency in direct(package).filter(|dependency| dependency.name == "jsonwebtoken") {
            assert_eq!(*package.name, "portcullis-core", "jsonwebtoken belongs to the core");
            assert!(!dependency.uses_default_features, "its default features are its own choice, not ours");
            assert_eq!(dependency.features, ["use_pem"], "with both or neither of its backends on, it panics");
        }
        let features = package.features.values().flatten();
        assert!(
            features.clone().all(|feature| !feature.starts_with("jsonwebtoken")),
            "{} turns on its features",
            package.name
        );
    }
}

#[test]
fn whoever_signs_is_never_a_dependency_of_whoever_verifies() {
    // The command is a tool and no service.
    let may_sign = ["portcullis-issuer", "portcullis-testing"];
    let metadata = metadata();
    for package in libraries(&metadata).filter(|package| !may_sign.contains(&package.name.as_str())) {
        for dependency in direct(package) {
            let signs = dependency.features.iter().any(|feature| feature == "signing");
            let is_signer = may_sign.contains(&dependency.name.as_str()) && *package.name != "portcullis-cli";
            assert!(!signs && !is_signer, "{} must not be able to sign", package.name);
        }
        // A client signs its own assertions, if it is told to.
        for (feature, turned_on) in &package.features {
            let signs = turned_on.iter().any(|other| other.ends_with("/signing"));
            let asked_for = *package.name == "portcullis-exchange" && feature == "private-key-jwt";
            assert!(!signs || asked_for, "{} must not be able to sign by its feature {feature}", package.name);
        }
        let defaults = package.features.get("default").into_iter().flatten();
        assert!(defaults.clone().all(|feature| feature != "private-key-jwt"), "{}", package.name);
    }
}

#[test]
fn every_package_shares_metadata_and_lints() {
    let metadata = metadata();
    let rust_version = metadata.workspace_packages()[0].rust_version.clone();
    assert_eq!(rust_version.map(|version| (version.major, version.minor)), Some((1, 88)));
    for package in metadata.workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest");
        assert!(manifest.contains("rust-version.workspace = true"), "{}", package.name);
        assert_eq!(package.license.as_deref(), Some("MIT OR Apache-2.0"), "{}", package.name);
        let own_lints = *package.name == "portcullis-tests";
        assert!(own_lints || manifest.contains("[lints]\nworkspace = true"), "{}", package.name);
        if package.name.starts_with("portcullis") && !own_lints {
            assert!(package.description.is_some() && package.readme.is_some(), "{}", package.name);
        }
    }
}

/// No file is more than one concept.
#[test]
fn no_source_file_is_over_300_lines_without_its_tests() {
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates"))];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("a file");
                let lines = text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count();
                assert!(lines <= 300, "{} has {lines} lines", path.display());
                count += 1;
            }
        }
    }
    assert!(count > 50);
}
