//! One family after the other.

use portcullis_core::{ScopeSet, Timestamp};
use portcullis_issuer::{Authentication, EndReason, Family, Spent};

use super::Place;
use super::sample::{ended, family, hash, hours, key, now, step};

pub(super) async fn found_as_begun(place: &dyn Place) {
    let store = place.open().await;
    let long = "https://a.example.com/".repeat(200);
    let families = [
        ("an ordinary one", family("alice")),
        ("no text at all", Family { client: String::new(), resource: String::new(), ..family("") }),
        ("no scopes", Family { scopes: ScopeSet::new(), ..family("alice") }),
        ("odd scopes", Family { scopes: ScopeSet::parse("a:*:! #$%&'()+,-./;<=>?@[]^_`{|}~").unwrap(), ..family("a") }),
        ("no authentication", Family { authentication: Authentication::default(), ..family("alice") }),
        (
            "odd authentication",
            Family { authentication: Authentication::default().acr("\"\\\n'ü").amr(["", "'; --"]), ..family("a") },
        ),
        (
            "quotes",
            Family {
                client: "'; DROP TABLE portcullis_families; --".into(),
                ..family("o'brien \"q\" \\ $1 %s ? ?1 :a @b")
            },
        ),
        (
            "other scripts",
            Family {
                client: "клиент".into(), ..family("ünïcødé 日本語 🦀 e\u{301} \u{202e}rtl \u{feff}")
            },
        ),
        ("control characters", family("a\r\n\tb\u{1}\u{1f}\u{7f}")),
        ("numbers", family("007")),
        ("long text", Family { resource: long.clone(), ..family(&long) }),
        ("a year in the hundreds of thousands", Family { ends_at: Timestamp::from_millis(1 << 53), ..family("alice") }),
        (
            "a spent token",
            Family { spent: Some(Spent { hash: hash(), seed: step(&family("a")).seed, at: now() }), ..family("alice") },
        ),
        ("ended", Family { ended: Some(ended(EndReason::Reuse)), ..family("alice") }),
    ];
    for (name, family) in &families {
        store.begin(family.clone(), now()).await.expect(name);
    }
    for (name, family) in &families {
        assert_eq!(store.find(family.key).await.expect(name).as_ref(), Some(family), "{name}");
    }
}

pub(super) async fn odd_text_is_kept_or_refused(place: &dyn Place) {
    let store = place.open().await;
    for family in [family("alice\0"), Family { resource: "\0".into(), ..family("alice") }] {
        if store.begin(family.clone(), now()).await.is_ok() {
            assert_eq!(store.find(family.key).await, Ok(Some(family.clone())));
            assert_eq!(store.end_all(family.subject.clone(), ended(EndReason::Revoked)).await, Ok(vec![family.key]));
        } else {
            assert_eq!(store.find(family.key).await, Ok(None));
        }
    }
}

pub(super) async fn unknown_is_none(place: &dyn Place) {
    let store = place.open().await;
    let nobody = family("nobody");
    assert_eq!(store.find(nobody.key).await, Ok(None), "in an empty store");
    let alice = family("alice");
    store.begin(alice.clone(), now()).await.unwrap();
    assert_eq!(store.find(key()).await, Ok(None));
    assert_eq!(store.rotate(step(&nobody)).await, Ok(false));
    assert_eq!(store.end(nobody.key, ended(EndReason::Revoked)).await, Ok(false));
    assert_eq!(store.end_all("nobody".into(), ended(EndReason::Revoked)).await, Ok(vec![]));
    assert_eq!(store.find(nobody.key).await, Ok(None), "asking makes none");
    assert_eq!(store.find(alice.key).await, Ok(Some(alice)));
}

pub(super) async fn rotates_from_the_good_token_once(place: &dyn Place) {
    let store = place.open().await;
    let (alice, bob) = (family("alice"), family("bob"));
    store.begin(alice.clone(), now()).await.unwrap();
    store.begin(bob.clone(), now()).await.unwrap();

    let mut wrong = step(&alice);
    wrong.spent = hash();
    let mut of_bob = step(&alice);
    of_bob.spent = bob.current;
    for (name, wrong) in [("a token that never was", wrong), ("the token of another family", of_bob)] {
        assert_eq!(store.rotate(wrong).await, Ok(false), "{name}");
        assert_eq!(store.find(alice.key).await, Ok(Some(alice.clone())), "{name}");
    }

    let first = step(&alice);
    let next = first.applied_to(&alice).unwrap();
    assert_eq!(store.rotate(first.clone()).await, Ok(true));
    assert_eq!(store.find(alice.key).await, Ok(Some(next.clone())));
    assert_eq!(store.rotate(first).await, Ok(false), "the same step again");
    assert_eq!(store.rotate(step(&alice)).await, Ok(false), "another step from the spent token");
    assert_eq!(store.find(alice.key).await, Ok(Some(next)), "and it stays as it was");
    assert_eq!(store.find(bob.key).await, Ok(Some(bob)), "the other one too");
}

pub(super) async fn keeps_the_token_spent_last(place: &dyn Place) {
    let store = place.open().await;
    let mut family = family("alice");
    store.begin(family.clone(), now()).await.unwrap();
    for round in 0..5 {
        let mut next = step(&family);
        next.idle_until = now().saturating_add(hours(round + 1));
        family = next.applied_to(&family).unwrap();
        assert_eq!(store.rotate(next).await, Ok(true));
        assert_eq!(store.find(family.key).await, Ok(Some(family.clone())), "step {round}");
    }
}

pub(super) async fn no_step_after_the_end(place: &dyn Place) {
    let store = place.open().await;
    for reason in [EndReason::Reuse, EndReason::Revoked, EndReason::Disabled] {
        let alice = family("alice");
        store.begin(alice.clone(), now()).await.unwrap();
        let ended = ended(reason);
        assert_eq!(store.end(alice.key, ended).await, Ok(true));
        assert_eq!(store.rotate(step(&alice)).await, Ok(false));
        assert_eq!(store.find(alice.key).await, Ok(Some(Family { ended: Some(ended), ..alice })));
    }
}

pub(super) async fn ends_once(place: &dyn Place) {
    let store = place.open().await;
    for reason in [EndReason::Reuse, EndReason::Revoked, EndReason::Disabled] {
        let (alice, other) = (family("alice"), family("alice"));
        store.begin(alice.clone(), now()).await.unwrap();
        store.begin(other.clone(), now()).await.unwrap();
        let next = step(&alice);
        let alice = next.applied_to(&alice).unwrap();
        assert_eq!(store.rotate(next).await, Ok(true));
        let first = ended(reason);
        assert_eq!(store.end(alice.key, first).await, Ok(true), "{reason:?}");
        for again in [EndReason::Reuse, EndReason::Revoked, EndReason::Disabled] {
            assert_eq!(store.end(alice.key, ended(again)).await, Ok(false), "{reason:?}, {again:?}");
        }
        assert_eq!(store.find(alice.key).await, Ok(Some(Family { ended: Some(first), ..alice })), "{reason:?}");
        assert_eq!(store.find(other.key).await, Ok(Some(other)), "the other family goes on");
    }
}

pub(super) async fn ends_all_of_a_subject(place: &dyn Place) {
    let store = place.open().await;
    let alive: Vec<Family> = (0..5).map(|_| family("alice")).collect();
    let others = ["Alice", "alice ", "alice%", "alic_", "", "bob"].map(family);
    let before = family("alice");
    for family in alive.iter().chain(&others).chain([&before]) {
        store.begin(family.clone(), now()).await.unwrap();
    }
    let first = ended(EndReason::Reuse);
    assert_eq!(store.end(before.key, first).await, Ok(true));

    let all = ended(EndReason::Revoked);
    let mut ended_keys = store.end_all("alice".into(), all).await.unwrap();
    let mut keys: Vec<_> = alive.iter().map(|family| family.key).collect();
    ended_keys.sort_by_key(|key| *key.as_bytes());
    keys.sort_by_key(|key| *key.as_bytes());
    assert_eq!(ended_keys, keys, "those that were alive, each once");
    for family in alive {
        assert_eq!(store.find(family.key).await, Ok(Some(Family { ended: Some(all), ..family })));
    }
    assert_eq!(store.find(before.key).await, Ok(Some(Family { ended: Some(first), ..before })), "its reason stays");
    for other in others {
        assert_eq!(store.find(other.key).await, Ok(Some(other.clone())), "{:?} is somebody else", other.subject);
    }
    assert_eq!(store.end_all("alice".into(), ended(EndReason::Disabled)).await, Ok(vec![]), "none are left");
    // She can log in again.
    let again = family("alice");
    store.begin(again.clone(), now()).await.unwrap();
    assert_eq!(store.rotate(step(&again)).await, Ok(true));
    assert_eq!(store.end_all("alice".into(), ended(EndReason::Revoked)).await, Ok(vec![again.key]));
}
