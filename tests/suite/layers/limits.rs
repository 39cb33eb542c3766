//! A layer tightens and never loosens: the smaller limit holds, wherever it stands.

use std::time::Duration;

use portcullis::{Authority, DeniedKind, EnforceExpiry, GuardLayer};
use portcullis_testing::{ManualClock, TestIssuer};
use portcullis_tests::builder;

use super::{OK, Stack, guard, handler, outcome, parameter, send, with_token};

const TOO_OLD: (u16, Option<DeniedKind>) = (401, Some(DeniedKind::TooOld));
const TOO_LONG: (u16, Option<DeniedKind>) = (401, Some(DeniedKind::LifetimeTooLong));

struct World {
    clock: ManualClock,
    issuer: TestIssuer,
    authority: Authority,
}

fn world() -> World {
    let clock = ManualClock::at(1_700_000_000);
    let issuer = TestIssuer::new().clock(clock.clone());
    let authority = builder(&issuer, issuer.keys()).rules(|rules| rules.clock(clock.clone())).build().unwrap();
    World { clock, issuer, authority }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn served() -> Stack {
    handler(|_| "served".to_owned())
}

#[tokio::test]
async fn the_smaller_max_age_holds_in_any_nesting() {
    let world = world();
    let aged = |limit| world.authority.authenticate().max_age(seconds(limit));
    let plain = || world.authority.authenticate();
    let stacks: [(&str, Stack); 7] = [
        ("alone", guard(aged(60), served())),
        ("the smaller outside", guard(aged(60), guard(aged(600), served()))),
        ("the smaller inside", guard(aged(600), guard(aged(60), served()))),
        ("no limit outside", guard(plain(), guard(aged(60), served()))),
        ("no limit inside", guard(aged(60), guard(plain(), served()))),
        ("on one layer, smaller first", guard(aged(60).max_age(seconds(600)), served())),
        ("on one layer, smaller last", guard(aged(600).max_age(seconds(60)), served())),
    ];
    let token = world.issuer.token("orders:read");
    for (age, wanted) in [(0, OK), (60_000, OK), (60_001, TOO_OLD), (299_000, TOO_OLD)] {
        world.clock.advance(Duration::from_millis(age));
        for (name, stack) in &stacks {
            let response = send(stack, with_token(&token)).await;
            assert_eq!(outcome(&response), wanted, "{name}, {age} ms old");
            let asked = (wanted == TOO_OLD).then(|| "60".to_owned());
            assert_eq!(parameter(&response, "max_age"), asked, "{name}, {age} ms old");
        }
        world.clock.rewind(Duration::from_millis(age));
    }
}

#[tokio::test]
async fn the_smaller_max_lifetime_holds_in_any_nesting() {
    let world = world();
    let limited = |limit| world.authority.enforce_expiry().max_lifetime(seconds(limit));
    let stacks: [(&str, Stack); 6] = [
        ("alone", guard(limited(200), served())),
        ("the smaller outside", guard(limited(200), guard(limited(600), served()))),
        ("the smaller inside", guard(limited(600), guard(limited(200), served()))),
        ("no limit outside", guard(world.authority.authenticate(), guard(limited(200), served()))),
        ("on one layer, smaller first", guard(limited(200).max_lifetime(seconds(600)), served())),
        ("on one layer, smaller last", guard(limited(600).max_lifetime(seconds(200)), served())),
    ];
    // Leeway is for clocks that differ, not for lifetimes.
    for (lifetime, wanted) in [(1, OK), (200, OK), (201, TOO_LONG), (229, TOO_LONG), (300, TOO_LONG)] {
        let token = world.issuer.mint().expires_in(lifetime).sign();
        for (name, stack) in &stacks {
            assert_eq!(outcome(&send(stack, with_token(&token)).await), wanted, "{name}, {lifetime} s");
        }
    }
}

#[tokio::test]
async fn no_layer_loosens_what_its_authority_says() {
    let world = world();
    let strict = builder(&world.issuer, world.issuer.keys())
        .rules(|rules| rules.clock(world.clock.clone()).max_lifetime(seconds(250)))
        .build()
        .unwrap();
    let day = seconds(86_400);
    let layers: [(&str, GuardLayer<EnforceExpiry>); 4] = [
        ("as it is", strict.authenticate()),
        ("a longer lifetime", strict.authenticate().max_lifetime(day)),
        ("a higher age", strict.authenticate().max_age(day)),
        ("both", strict.enforce_expiry().max_age(day).max_lifetime(day)),
    ];
    for (name, layer) in layers {
        let stack = guard(layer.clone(), guard(strict.verify_signature(), guard(layer, served())));
        for (lifetime, wanted) in [(250, OK), (251, TOO_LONG)] {
            let token = world.issuer.mint().expires_in(lifetime).sign();
            assert_eq!(outcome(&send(&stack, with_token(&token)).await), wanted, "{name}, {lifetime} s");
        }
        // Over is over, whatever the layer allows: at `exp` plus leeway.
        let token = world.issuer.mint().expires_in(100).sign();
        for (later, wanted) in [(129_999, OK), (130_000, (401, Some(DeniedKind::Expired)))] {
            world.clock.advance(Duration::from_millis(later));
            assert_eq!(outcome(&send(&stack, with_token(&token)).await), wanted, "{name}, {later} ms later");
            world.clock.rewind(Duration::from_millis(later));
        }
    }
}

/// The limits of one authority are nothing to another.
#[tokio::test]
async fn limits_are_judged_on_the_proof_of_their_own_authority() {
    let world = world();
    let lax =
        builder(&world.issuer, world.issuer.keys()).rules(|rules| rules.clock(world.clock.clone())).build().unwrap();
    let token = world.issuer.token("orders:read");
    world.clock.advance(seconds(100));
    let strict_inside = guard(lax.authenticate(), guard(world.authority.authenticate().max_age(seconds(60)), served()));
    let strict_outside =
        guard(world.authority.authenticate().max_age(seconds(60)), guard(lax.authenticate(), served()));
    for (name, stack) in [("inside", strict_inside), ("outside", strict_outside)] {
        assert_eq!(outcome(&send(&stack, with_token(&token)).await), TOO_OLD, "{name}");
    }
}

/// The time is judged when a layer with a limit asks, not only when the proof was made.
#[tokio::test]
async fn a_token_that_runs_out_between_two_layers_is_refused_by_the_inner_one() {
    let world = world();
    let clock = world.clock.clone();
    let inner = guard(world.authority.authenticate().max_age(seconds(3600)), served());
    let slow = super::middleware(move |_| clock.advance(seconds(1000)), inner);
    let stack = guard(world.authority.authenticate(), slow);
    let response = send(&stack, with_token(&world.issuer.token("orders:read"))).await;
    assert_eq!(outcome(&response), (401, Some(DeniedKind::Expired)));
}
