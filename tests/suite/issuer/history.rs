//! Over random histories: no token ever holds a scope that was not asked for, granted once, and entitled to at that moment.

use std::collections::BTreeSet;
use std::time::Duration;

use portcullis::ScopeSet;
use portcullis_issuer::{AccessToken, Actor, MemoryStore, RefreshToken, RefusedKind};
use portcullis_testing::ManualClock;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{LEDGER, ORDERS, STOCK, Staff, builder, payload};

/// `admin` implies `read` and `write`; the others are themselves.
const SCOPES: [&str; 5] = ["admin", "read", "write", "audit", "ship"];
const SUBJECTS: [&str; 3] = ["alice", "bob", "carol"];
const RESOURCES: [&str; 3] = [ORDERS, STOCK, LEDGER];

type Set = BTreeSet<&'static str>;

#[derive(Clone, Debug)]
enum Step {
    May(Index, Set),
    Disable(Index),
    Grant(Index, Set),
    Mint(Index, Option<Set>),
    /// Of any family, any token that it ever had, mostly the last.
    Refresh(Index, Option<Index>, Option<Set>),
    Exchange(Index, Index, Option<Set>),
    Wait(u16),
}

fn step() -> impl Strategy<Value = Step> {
    let any_of = any::<Index>;
    let scopes = || prop::sample::subsequence(SCOPES.to_vec(), 0..4).prop_map(Set::from_iter);
    prop_oneof![
        3 => (any_of(), scopes()).prop_map(|(who, scopes)| Step::May(who, scopes)),
        1 => any_of().prop_map(Step::Disable),
        3 => (any_of(), scopes()).prop_map(|(who, scopes)| Step::Grant(who, scopes)),
        2 => (any_of(), prop::option::of(scopes())).prop_map(|(who, scopes)| Step::Mint(who, scopes)),
        6 => (any_of(), prop::option::weighted(0.15, any_of()), prop::option::of(scopes()))
            .prop_map(|(family, old, scopes)| Step::Refresh(family, old, scopes)),
        4 => (any_of(), any_of(), prop::option::of(scopes())).prop_map(|(token, to, scopes)| Step::Exchange(token, to, scopes)),
        2 => (1..400_u16).prop_map(Step::Wait),
    ]
}

fn list(scopes: &Set) -> ScopeSet {
    ScopeSet::parse(&scopes.iter().copied().collect::<Vec<_>>().join(" ")).unwrap()
}

/// Written out, on purpose.
fn gives(held: &Set, scope: &str) -> bool {
    held.contains(scope) || held.contains("admin") && (scope == "read" || scope == "write")
}

fn scopes_of(token: &AccessToken) -> Set {
    let claims = payload(token);
    let words: Vec<&str> = claims["scope"].as_str().unwrap().split(' ').collect();
    SCOPES.into_iter().filter(|scope| words.contains(scope)).collect()
}

struct Login {
    subject: &'static str,
    granted: Set,
    tokens: Vec<RefreshToken>,
    over: bool,
}

struct Held {
    token: AccessToken,
    subject: &'static str,
    login: Option<usize>,
}

fn check(token: &AccessToken, requested: Option<&Set>, bounds: &[&Set]) -> Result<(), TestCaseError> {
    let scopes = scopes_of(token);
    prop_assert!(!scopes.is_empty(), "never an empty token");
    for scope in scopes {
        prop_assert!(requested.is_none_or(|requested| requested.contains(scope)), "{scope} was not asked for");
        prop_assert!(bounds.iter().all(|bound| gives(bound, scope)), "{scope} is beyond {bounds:?}");
    }
    Ok(())
}

async fn history(steps: &[Step]) -> Result<(), TestCaseError> {
    let (staff, clock) = (Staff::default(), ManualClock::now_of_system());
    let issuer = builder(&staff, &MemoryStore::new(), &clock)
        .resource(STOCK)
        .resource(LEDGER)
        .refresh_grace(Duration::ZERO)
        .build()
        .await
        .unwrap();
    let mut may: std::collections::BTreeMap<&str, Set> = Default::default();
    let (mut logins, mut held): (Vec<Login>, Vec<Held>) = Default::default();
    let nothing = Set::new();
    for step in steps {
        clock.advance(Duration::from_millis(1));
        match step {
            Step::May(who, scopes) => {
                let (who, scopes) = (*who.get(&SUBJECTS), scopes.clone());
                staff.may(who, &list(&scopes).to_string());
                may.insert(who, scopes);
            }
            Step::Disable(who) => {
                let who = SUBJECTS[who.index(SUBJECTS.len())];
                staff.disable(who);
                may.remove(who);
            }
            Step::Wait(seconds) => clock.advance(Duration::from_secs((*seconds).into())),
            Step::Mint(who, scopes) => {
                let (subject, scopes) = (*who.get(&SUBJECTS), scopes.clone());
                let asking = issuer.mint(subject, "web").resource(ORDERS);
                let asking = match &scopes {
                    Some(scopes) => asking.scopes(list(scopes)),
                    None => asking,
                };
                let now = may.get(subject);
                match asking.await {
                    Ok(token) => {
                        check(&token, scopes.as_ref(), &[now.unwrap_or(&nothing)])?;
                        held.push(Held { token, subject, login: None });
                    }
                    Err(refused) => prop_assert_eq!(refused.kind() == RefusedKind::SubjectDisabled, now.is_none()),
                }
            }
            Step::Grant(who, scopes) => {
                let (subject, scopes) = (*who.get(&SUBJECTS), scopes.clone());
                if let Ok(tokens) = issuer.grant(subject, "web", list(&scopes)).resource(ORDERS).await {
                    check(&tokens.access, Some(&scopes), &[may.get(subject).unwrap_or(&nothing)])?;
                    let granted = scopes_of(&tokens.access);
                    held.push(Held { token: tokens.access, subject, login: Some(logins.len()) });
                    logins.push(Login { subject, granted, tokens: vec![tokens.refresh], over: false });
                }
            }
            Step::Refresh(which, old, scopes) if !logins.is_empty() => {
                let nth = which.index(logins.len());
                let login = &mut logins[nth];
                let at = old.map_or(login.tokens.len() - 1, |old| old.index(login.tokens.len()));
                let (scopes, spent) = (scopes.clone(), at + 1 < login.tokens.len());
                let asking = issuer.refresh(&login.tokens[at], "web");
                let asking = match &scopes {
                    Some(scopes) => asking.scopes(list(scopes)),
                    None => asking,
                };
                let now = may.get(login.subject);
                match asking.await {
                    Ok(tokens) => {
                        prop_assert!(!spent && !login.over, "a spent token, or one of a family that is over");
                        check(&tokens.access, scopes.as_ref(), &[&login.granted, now.unwrap_or(&nothing)])?;
                        login.tokens.push(tokens.refresh);
                        held.push(Held { token: tokens.access, subject: login.subject, login: Some(nth) });
                    }
                    Err(refused) => {
                        let ends = [RefusedKind::RefreshTokenReused, RefusedKind::SubjectDisabled];
                        prop_assert_eq!(spent, refused.kind() == RefusedKind::RefreshTokenReused, "reuse comes first");
                        login.over |= ends.contains(&refused.kind());
                    }
                }
            }
            Step::Exchange(which, to, scopes) if !held.is_empty() => {
                let (one, target) = (which.get(&held), *to.get(&RESOURCES));
                let (scopes, login) = (scopes.clone(), one.login);
                let actor = Actor::new("service").serves(one.token.resource()).calls(STOCK).calls(LEDGER);
                let asking = issuer.exchange(one.token.as_str(), actor).resource(target);
                let asking = match &scopes {
                    Some(scopes) => asking.scopes(list(scopes)),
                    None => asking,
                };
                if let Ok(token) = asking.await {
                    let before = scopes_of(&one.token);
                    let now = may.get(one.subject).unwrap_or(&nothing);
                    check(&token, scopes.as_ref(), &[&before, now])?;
                    prop_assert!(token.expires_at() <= one.token.expires_at(), "it lives longer than the first");
                    prop_assert!(target != ORDERS, "nobody may call that");
                    prop_assert!(login.is_none_or(|login| !logins[login].over), "its login is over");
                    if let Some(login) = login {
                        let granted = &logins[login].granted;
                        prop_assert!(scopes_of(&token).iter().all(|scope| gives(granted, scope)));
                    }
                    let subject = one.subject;
                    held.push(Held { token, subject, login });
                }
            }
            Step::Refresh(..) | Step::Exchange(..) => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_token_holds_a_scope_that_was_not_asked_for_granted_and_entitled_to(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(history(&steps))?;
    }
}
