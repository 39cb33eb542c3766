//! The list in memory, held to a naive model.

use std::collections::HashSet;
use std::time::Duration;

use portcullis::{Clock, MemoryRevocations, Revocable, Revocation, Revocations, Standing, Timestamp};
use portcullis_testing::ManualClock;
use proptest::prelude::*;

const START: u64 = 1_800_000_000;
const LEEWAY: u64 = 60;

#[derive(Clone, Debug)]
enum Step {
    Revoke { claim: u8, issuer: u8, value: u8, issued_before: u64, until: u64 },
    Advance(u64),
    Sweep,
}

fn step() -> impl Strategy<Value = Step> {
    let revoke = (0..3_u8, 0..2_u8, 0..4_u8, 0..600_u64, 0..600_u64);
    prop_oneof![
        6 => revoke.prop_map(|(claim, issuer, value, issued_before, until)| {
            Step::Revoke { claim, issuer, value, issued_before, until }
        }),
        2 => (1..300_u64).prop_map(Step::Advance),
        1 => Just(Step::Sweep),
    ]
}

/// What was revoked, in order, with nothing ever forgotten.
struct Said {
    claim: u8,
    issuer: u8,
    value: u8,
    issued_before: Timestamp,
    until: u64,
}

fn name(kind: &str, number: u8) -> String {
    format!("{kind}-{number}")
}

impl Said {
    fn revocation(&self) -> Revocation {
        let (issuer, value) = (name("issuer", self.issuer), name("value", self.value));
        let until = Timestamp::from_secs(self.until);
        match self.claim {
            0 => Revocation::of_token(issuer, value, until),
            1 => Revocation::of_session(issuer, value, until),
            _ => Revocation::of_subject(issuer, value, self.issued_before, until),
        }
    }

    fn is_alive(&self, now: u64) -> bool {
        self.until + LEEWAY >= now
    }
}

/// Tokens of every name, issued at the moments that matter, stand as the history says.
fn check(list: &MemoryRevocations, said: &[Said], now: u64) -> Result<(), TestCaseError> {
    let names = (0..3).flat_map(|claim| (0..2).flat_map(move |issuer| (0..4).map(move |value| (claim, issuer, value))));
    let moments = [now - 400, now - 100, now, now + 200].map(Timestamp::from_secs);
    for ((claim, issuer, value), issued_at) in names.flat_map(|name| moments.map(|moment| (name, moment))) {
        let (issuer_name, value_name) = (name("issuer", issuer), name("value", value));
        let mut token = Revocable::new(&issuer_name, issued_at);
        match claim {
            0 => token.token_id = Some(&value_name),
            1 => token.session_id = Some(&value_name),
            _ => token.subject = Some(&value_name),
        }
        let of_it = said.iter().filter(|said| (said.claim, said.issuer, said.value) == (claim, issuer, value));
        let meant: Vec<_> = of_it.filter(|said| issued_at < said.issued_before).collect();
        let standing = list.standing(&token);
        if meant.iter().any(|said| said.is_alive(now)) {
            prop_assert_eq!(standing, Standing::Revoked, "what is needed is there");
        }
        if meant.is_empty() {
            prop_assert_eq!(standing, Standing::Good, "what nobody said is not there");
        }
    }
    Ok(())
}

fn sorted(list: &MemoryRevocations) -> Vec<(&'static str, String, String, Timestamp, Timestamp)> {
    let entries = list.entries();
    let parts = entries.iter().map(|entry| {
        let (claim, value) = entry.claim();
        (claim, value.to_owned(), entry.issuer().to_owned(), entry.until(), entry.issued_before())
    });
    let mut parts: Vec<_> = parts.collect();
    parts.sort();
    parts
}

fn live_through(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let clock = ManualClock::at(START);
    let now = || clock.now().unwrap().as_secs();
    let list = MemoryRevocations::with_clock(clock.clone());
    let mut said: Vec<Said> = Vec::new();
    for step in steps {
        match step {
            Step::Revoke { claim, issuer, value, issued_before, until } => {
                let moment = Timestamp::from_secs(now() - 300 + issued_before);
                let issued_before = if claim == 2 { moment } else { Timestamp::FOREVER };
                said.push(Said { claim, issuer, value, issued_before, until: now() + until });
                list.revoke(said[said.len() - 1].revocation());
            }
            Step::Advance(seconds) => clock.advance(Duration::from_secs(seconds)),
            Step::Sweep => list.sweep(),
        }
        check(&list, &said, now())?;
    }
    list.sweep();
    let alive = said.iter().filter(|said| said.is_alive(now()));
    let alive: HashSet<_> = alive.map(|said| (said.claim, said.issuer, said.value)).collect();
    prop_assert_eq!(list.len(), alive.len(), "swept, it is as long as what living tokens can meet");
    let copy = MemoryRevocations::with_clock(clock.clone());
    list.entries().into_iter().for_each(|entry| copy.revoke(entry));
    prop_assert_eq!(sorted(&copy), sorted(&list), "its entries make the same list again");
    Ok(())
}

proptest! {
    #[test]
    fn a_list_in_memory_says_of_every_living_token_what_its_history_says(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        live_through(steps)?;
    }
}

#[test]
fn an_entry_ends_a_minute_after_the_token() {
    let clock = ManualClock::at(START);
    let list = MemoryRevocations::with_clock(clock.clone());
    list.revoke(Revocation::of_token("i", "j", Timestamp::from_secs(START + 10)));
    clock.advance(Duration::from_secs(70));
    list.sweep();
    assert_eq!(list.len(), 1, "a token lives on for the leeway");
    clock.advance(Duration::from_millis(1));
    list.sweep();
    assert!(list.is_empty());
}

#[test]
fn a_list_stays_as_short_as_what_is_alive_without_being_told_to_sweep() {
    let clock = ManualClock::at(START);
    let list = MemoryRevocations::with_clock(clock.clone());
    for number in 0..50_000_u64 {
        clock.advance(Duration::from_secs(1));
        list.revoke(Revocation::of_token("i", number.to_string(), Timestamp::from_secs(START + number + 300)));
    }
    assert!(list.len() <= 2048, "{} entries, of which 360 are alive", list.len());
}
