//! The state machine under random schedules of time, requests, outages and rotations.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use portcullis::KeyState;
use portcullis_jwks::machine::{Loaded, Machine, Step, Timing, UnknownKidVerdict};
use proptest::prelude::*;

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    Pass(u64),
    Outage(bool),
    Rotate,
    Flood(u8),
    Kid(u8),
    Sleep(u64),
    /// The origin says how long its set holds, and how long it takes to say so.
    Say(Option<u64>, u64),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (1_u64..2_000_000).prop_map(Event::Pass),
        4 => (1_u64..15_000).prop_map(Event::Pass),
        2 => any::<bool>().prop_map(Event::Outage),
        2 => Just(Event::Rotate),
        3 => any::<u8>().prop_map(Event::Flood),
        6 => (0_u8..6).prop_map(Event::Kid),
        1 => (1_u64..200_000).prop_map(Event::Sleep),
        1 => (proptest::option::of(0_u64..200_000), 0_u64..3_000).prop_map(|(lifetime, slow)| Event::Say(lifetime, slow)),
    ]
}

/// The machine, an origin, and what must hold between them. A set is the number of rotations before it.
struct World {
    timing: Timing,
    machine: Machine<u32>,
    now: Instant,
    rotations: u32,
    up: bool,
    lifetime: Option<Duration>,
    slow: Duration,
    /// When the fetch under way ends, and the set that the origin held when it began.
    under_way: Option<(Instant, u32)>,
    begun: Vec<Begun>,
    /// The last success: when it began, its set, and until when it may be served.
    success: Option<Success>,
    last_ended_well: bool,
    seen: HashMap<String, Instant>,
    random_kids: u64,
    slept: bool,
}

struct Begun {
    at: Instant,
    forced: bool,
}

#[derive(Clone, Copy)]
struct Success {
    began: Instant,
    set: u32,
    fresh_until: Instant,
}

impl World {
    fn new(stale: u64, seed: u64) -> Self {
        let now = Instant::now() + Duration::from_secs(1_000_000);
        let timing = Timing { stale: Duration::from_secs(stale), ..Timing::NETWORK };
        Self {
            machine: Machine::new(timing.clone(), seed, now),
            timing,
            now,
            rotations: 0,
            up: true,
            lifetime: None,
            slow: Duration::from_millis(20),
            under_way: None,
            begun: Vec::new(),
            success: None,
            last_ended_well: false,
            seen: HashMap::new(),
            random_kids: 0,
            slept: false,
        }
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::Pass(millis) => self.pass(Duration::from_millis(*millis)),
            Event::Outage(begins) => self.up = !begins,
            Event::Rotate => self.rotations += 1,
            Event::Flood(count) => {
                for _ in 0..*count {
                    self.random_kids += 1;
                    self.ask(&format!("forged {}", self.random_kids));
                }
            }
            Event::Kid(number) => self.ask(&number.to_string()),
            Event::Sleep(seconds) => self.sleep(Duration::from_secs(*seconds)),
            Event::Say(lifetime, slow) => {
                self.lifetime = lifetime.map(Duration::from_secs);
                self.slow = Duration::from_millis(*slow);
            }
        }
        self.drive();
        self.check();
    }

    /// Does at this moment what there is to do.
    fn drive(&mut self) {
        if let Some((ends, set)) = self.under_way.filter(|(ends, _)| *ends <= self.now) {
            assert_eq!(ends, self.now, "ended on time");
            self.under_way = None;
            self.end(set);
        }
        match self.machine.step(self.now) {
            Step::Fetch { forced } => {
                assert!(self.under_way.is_none(), "one fetch at a time");
                let cooldown = self.timing.cooldown;
                if let Some(last) = self.begun.last() {
                    let apart = self.now - last.at;
                    assert!(!forced || apart >= cooldown, "forced {apart:?} after the one before");
                    assert!(self.slept || apart >= *self.timing.backoff.start(), "{apart:?} after the one before");
                }
                self.slept = false;
                self.begun.push(Begun { at: self.now, forced });
                self.under_way = Some((self.now + self.slow, self.rotations));
                if self.slow.is_zero() {
                    self.drive();
                }
            }
            Step::Wait => assert!(self.under_way.is_some(), "it waits for nothing"),
            Step::WaitUntil(next) => assert!(next > self.now, "it waits for what has been"),
        }
    }

    fn end(&mut self, set: u32) {
        let began = self.begun.last().unwrap().at;
        if !self.up {
            let before = self.machine.serving().map(|(set, until)| (*set, until));
            self.machine.failed("unreachable", self.now);
            assert_eq!(self.machine.serving().map(|(set, until)| (*set, until)), before, "a failure replaced the set");
            self.last_ended_well = false;
            return;
        }
        let unchanged = self.success.is_some_and(|success| success.set == set);
        let keys = (!unchanged).then_some(set);
        self.machine.succeeded(Loaded { keys, lifetime: self.lifetime }, self.now);
        let (least, most) = (*self.timing.lifetimes.start(), *self.timing.lifetimes.end());
        let lifetime = self.lifetime.unwrap_or(self.timing.lifetime).clamp(least, most);
        self.success = Some(Success { began, set, fresh_until: began + lifetime });
        self.last_ended_well = true;
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            let next = match self.under_way {
                Some((ends, _)) => ends,
                None => match self.machine.step(self.now) {
                    Step::WaitUntil(next) => next,
                    other => panic!("nothing under way, and {other:?}"),
                },
            };
            if next > end {
                break;
            }
            self.now = next;
            self.drive();
            self.check();
        }
        self.now = end;
    }

    fn sleep(&mut self, time: Duration) {
        self.machine.missed(time, self.now);
        self.slept = true;
        if let Some(success) = &mut self.success {
            success.began -= time;
            success.fresh_until -= time;
        }
    }

    fn ask(&mut self, kid: &str) {
        let first = *self
            .seen
            .entry(kid.to_owned())
            .and_modify(|first| {
                if self.now - *first > Duration::from_secs(30) {
                    *first = self.now;
                }
            })
            .or_insert(self.now);
        let serves = self.serves().is_some();
        let last_began = self.begun.last().map(|begun| begun.at);
        let in_cooldown = last_began.is_some_and(|began| self.now < began + self.timing.cooldown);
        match self.machine.unknown_kid(kid, self.now) {
            UnknownKidVerdict::Refuse => {
                let newer = self.success.is_some_and(|success| success.began >= first);
                assert!(serves, "nothing to judge by");
                assert!(newer || in_cooldown && self.last_ended_well, "refused by a set that is older than the token");
            }
            UnknownKidVerdict::Wait => {
                assert!(serves);
                self.drive();
                assert!(self.under_way.is_some() || self.slow.is_zero(), "waits for a fetch that there is not");
            }
            UnknownKidVerdict::Unavailable(wait) => {
                assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_secs(61), "{wait:?}");
                let cannot_tell = in_cooldown && !self.last_ended_well && self.under_way.is_none();
                assert!(!serves || cannot_tell || self.under_way.is_some(), "503 although it can be told");
            }
        }
    }

    /// The set that a token is judged by now.
    fn serves(&self) -> Option<u32> {
        self.machine.serving().filter(|(_, until)| self.now < *until).map(|(set, _)| *set)
    }

    fn check(&self) {
        let served = self.serves();
        let Some(success) = self.success else {
            assert_eq!(served, None);
            assert_eq!(self.machine.health(self.now).state, KeyState::Pending);
            return;
        };
        let until = success.fresh_until + self.timing.stale;
        assert_eq!(
            served,
            (self.now < until).then_some(success.set),
            "the last good set, to the bound and not past it"
        );
        let health = self.machine.health(self.now);
        assert_eq!(health.state.is_ready(), served.is_some());
        assert_eq!(health.age, Some(self.now.saturating_duration_since(success.began)));
        // With an origin that answers, no set gets out of date: the next one is fetched ahead of that.
        let recovering = !self.last_ended_well || self.under_way.is_some() || self.slept;
        assert!(recovering || self.now <= success.fresh_until, "out of date, and nobody fetches");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// What `machine` promises in its five points.
    #[test]
    fn it_holds_under_every_schedule(
        events in proptest::collection::vec(event(), 1..80),
        stale in prop_oneof![Just(0_u64), Just(60), Just(86_400)],
        seed in any::<u64>(),
    ) {
        let mut world = World::new(stale, seed);
        world.drive();
        for event in &events {
            world.happen(event);
        }
        // Unknown names alone cause no more than one fetch in a cooldown, whatever else happens.
        let forced: Vec<_> = world.begun.iter().filter(|begun| begun.forced).collect();
        for two in forced.windows(2) {
            prop_assert!(two[1].at - two[0].at >= world.timing.cooldown);
        }
    }

    /// A rotation is seen within the first request: the fetch that it waits for brings the new set.
    #[test]
    fn a_new_key_is_there_after_one_fetch(quiet in 10_u64..3600, seed in any::<u64>()) {
        let mut world = World::new(86_400, seed);
        world.drive();
        world.pass(Duration::from_secs(1));
        world.pass(Duration::from_secs(quiet));
        let last = world.begun.last().unwrap().at;
        prop_assume!(world.under_way.is_none() && world.now - last >= world.timing.cooldown);
        world.rotations += 1;
        prop_assert_eq!(world.machine.unknown_kid("new", world.now), UnknownKidVerdict::Wait);
        world.drive();
        world.pass(world.slow);
        prop_assert_eq!(world.serves(), Some(1));
    }
}

#[test]
fn the_pauses_after_failures_grow_to_a_minute_and_spread() {
    let pauses = |seed| {
        let start = Instant::now();
        let mut machine = Machine::<()>::new(Timing::NETWORK, seed, start);
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..200 {
            assert_eq!(machine.step(now), Step::Fetch { forced: false });
            machine.failed("timeout", now);
            let Step::WaitUntil(next) = machine.step(now) else { panic!("a pause") };
            pauses.push(next - now);
            now = next;
        }
        pauses
    };
    let (one, other) = (pauses(1), pauses(2));
    assert_ne!(one, other, "two instances come back at the same moments");
    for (number, pause) in one.iter().enumerate() {
        let longest = Duration::from_secs(1 << number.min(6)).min(Duration::from_secs(60));
        assert!((Duration::from_secs(1)..=longest).contains(pause), "{pause:?}, the {number}th");
    }
    let late: Duration = one[10..].iter().sum();
    let mean = late / 190;
    assert!(
        (Duration::from_secs(25)..Duration::from_secs(36)).contains(&mean),
        "full jitter has a mean of half: {mean:?}"
    );
}

#[test]
fn refreshes_come_at_80_percent_give_or_take_a_tenth() {
    let dues: Vec<u64> = (0..200)
        .map(|seed| {
            let start = Instant::now();
            let mut machine = Machine::new(Timing::NETWORK, seed, start);
            machine.step(start);
            machine.succeeded(Loaded { keys: Some(()), lifetime: None }, start);
            let Step::WaitUntil(next) = machine.step(start) else { panic!("a pause") };
            (next - start).as_secs()
        })
        .collect();
    assert!(dues.iter().all(|due| (432..=528).contains(due)), "{dues:?}");
    assert!(dues.iter().min() < Some(&450) && dues.iter().max() > Some(&510), "they do not spread");
}

#[test]
fn what_the_origin_says_is_heeded_within_limits() {
    for (said, fresh_for) in [(None, 600), (Some(0), 60), (Some(59), 60), (Some(300), 300), (Some(315_360_000), 86_400)]
    {
        let start = Instant::now();
        let mut machine = Machine::new(Timing::NETWORK, 7, start);
        machine.step(start);
        machine.succeeded(Loaded { keys: Some(()), lifetime: said.map(Duration::from_secs) }, start);
        let state = |after| machine.health(start + Duration::from_secs(after)).state;
        assert_eq!(state(fresh_for - 1), KeyState::Due, "{said:?}");
        assert_eq!(state(fresh_for), KeyState::Stale, "{said:?}");
        assert_eq!(state(fresh_for + 86_400 - 1), KeyState::Stale, "{said:?}");
        assert_eq!(state(fresh_for + 86_400), KeyState::Expired, "{said:?}");
    }
}

/// The same flood, asked for without a socket: a million names in a minute.
#[test]
fn a_million_forged_names_in_a_minute_cause_seven_fetches_at_most() {
    for up in [true, false] {
        let start = Instant::now();
        let mut machine = Machine::new(Timing::NETWORK, 7, start);
        machine.step(start);
        machine.succeeded(Loaded { keys: Some(()), lifetime: None }, start);
        let begin = start + Duration::from_secs(60);
        let (mut forced, mut refused, mut waited, mut unavailable) = (0_u32, 0, 0, 0);
        for number in 0..1_000_000_u32 {
            let now = begin + Duration::from_micros(u64::from(number) * 60);
            match machine.unknown_kid(&number.to_string(), now) {
                UnknownKidVerdict::Refuse => refused += 1,
                UnknownKidVerdict::Wait => waited += 1,
                UnknownKidVerdict::Unavailable(_) => unavailable += 1,
            }
            if let Step::Fetch { forced: for_a_kid } = machine.step(now) {
                forced += u32::from(for_a_kid);
                if up {
                    machine.succeeded(Loaded { keys: None, lifetime: None }, now);
                } else {
                    machine.failed("timeout", now);
                }
            }
        }
        assert!((1..=7).contains(&forced), "{forced} forced fetches, up: {up}");
        if up {
            assert!(forced >= 6, "{forced}: names that are new are not looked for");
            assert_eq!((refused + waited, unavailable), (1_000_000, 0));
        } else {
            assert_eq!((refused, waited + unavailable), (0, 1_000_000), "401 although it cannot be told");
        }
    }
}

/// Numbers that make no sense end in a set that is not served, never in a panic.
#[test]
fn absurd_timings_fail_closed() {
    let second = Duration::from_secs(1);
    let absurd = [
        Timing { stale: Duration::MAX, ..Timing::NETWORK },
        Timing { lifetime: Duration::MAX, lifetimes: Duration::ZERO..=Duration::MAX, ..Timing::NETWORK },
        Timing { lifetimes: Duration::MAX..=second, ..Timing::NETWORK },
        Timing { backoff: Duration::MAX..=second, ..Timing::NETWORK },
        Timing { backoff: Duration::MAX..=Duration::MAX, cooldown: Duration::MAX, ..Timing::NETWORK },
    ];
    for timing in absurd {
        let start = Instant::now();
        let mut machine = Machine::new(timing, 7, start);
        machine.step(start);
        machine.failed("timeout", start);
        machine.unknown_kid("a", start);
        let later = start + second;
        machine.missed(Duration::MAX, later);
        assert_eq!(machine.step(later), Step::Fetch { forced: false });
        machine.succeeded(Loaded { keys: Some(()), lifetime: Some(Duration::MAX) }, later);
        machine.missed(Duration::MAX, later);
        machine.unknown_kid("b", later);
        machine.health(later);
        assert!(machine.serving().is_none_or(|(_, until)| until <= later));
    }
}
