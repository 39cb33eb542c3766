//! Keys in a file that somebody else keeps up to date.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use portcullis_jwks::RemoteKeys;
use portcullis_tests::example::TempFile;
use portcullis_tests::idp::{issuer_with_key, jwks_of};

use super::{PATIENCE, UNKNOWN_KEY, ask, authority_of, until};

fn replace(file: &Path, content: impl AsRef<[u8]>) {
    let beside = file.with_extension("new");
    fs::write(&beside, content).unwrap();
    fs::rename(beside, file).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_atomic_replacement_is_seen_within_a_second_and_a_broken_file_keeps_the_old_keys() {
    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let file = TempFile::new(old.jwks());
    let keys = RemoteKeys::watch(file.path()).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    let authority = authority_of(&old, &keys);
    let (old_token, new_token) = (old.token(""), new.token(""));
    assert_eq!(ask(&authority, &old_token).await, Ok(()));

    // Whatever becomes of the file, the keys stay.
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 6] = [
        ("half a document", |path| fs::write(path, r#"{"keys":[{"kty":"#).unwrap()),
        ("an empty file", |path| replace(path, "")),
        ("an empty set", |path| replace(path, r#"{"keys":[]}"#)),
        ("no text", |path| replace(path, [0xFF, 0xFE])),
        ("a megabyte", |path| replace(path, vec![b' '; 1 << 20])),
        ("no file", |path| fs::remove_file(path).unwrap()),
    ];
    for (name, spoil) in spoils {
        spoil(file.path());
        until(name, || keys.health().last_error.is_some()).await;
        assert_eq!(ask(&authority, &old_token).await, Ok(()), "{name}");
        replace(file.path(), old.jwks());
        until(name, || keys.health().last_error.is_none()).await;
    }

    for (from, to) in [(&old, &new), (&new, &old), (&old, &new)] {
        replace(file.path(), to.jwks());
        let began = Instant::now();
        until("the other key", || keys_has(&keys, to.key().kid().unwrap())).await;
        assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
        assert!(!keys_has(&keys, from.key().kid().unwrap()), "the other one is gone with it");
    }
    assert_eq!(ask(&authority, &old_token).await, UNKNOWN_KEY);
    assert_eq!(ask(&authority, &new_token).await, Ok(()));

    // A new name is looked for at once: the request waits for the reading.
    replace(file.path(), jwks_of(&[&old, &new]));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(ask(&authority, &old_token).await, Ok(()));
}

fn keys_has(keys: &RemoteKeys, kid: &str) -> bool {
    use portcullis::KeySource;
    keys.current().is_some_and(|set| set.keys().any(|key| key.kid() == Some(kid)))
}

/// As Kubernetes does it: the file is a link through a link to a folder, and the folder's link is switched.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_switched_above_the_file_is_seen() {
    use std::os::unix::fs::symlink;

    let (old, new) = (issuer_with_key("https://id.test", "old"), issuer_with_key("https://id.test", "new"));
    let place = TempFile::new("");
    let folder = place.path().with_extension("d");
    for (name, issuer) in [("..one", &old), ("..two", &new)] {
        fs::create_dir_all(folder.join(name)).unwrap();
        fs::write(folder.join(name).join("jwks.json"), issuer.jwks()).unwrap();
    }
    symlink("..one", folder.join("..data")).unwrap();
    symlink("..data/jwks.json", folder.join("jwks.json")).unwrap();
    let keys = RemoteKeys::watch(folder.join("jwks.json")).start().unwrap();
    keys.ready(PATIENCE).await.unwrap();
    symlink("..two", folder.join("..next")).unwrap();
    fs::rename(folder.join("..next"), folder.join("..data")).unwrap();
    until("the switch", || keys_has(&keys, "new")).await;
    keys.shutdown().await;
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn what_is_no_file_is_never_opened() {
    for path in ["/", "/dev/zero", "/does/not/exist"] {
        let keys = RemoteKeys::watch(path).start().unwrap();
        let late = keys.ready(Duration::from_millis(300)).await.unwrap_err();
        assert_eq!(late.reason(), Some("unreadable"), "{path}");
    }
}
