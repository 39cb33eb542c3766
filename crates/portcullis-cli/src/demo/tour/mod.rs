//! `portcullis demo --tour`: all scenarios in the terminal, over the same sockets as the page.

mod forge;
mod player;
mod tell;

use std::net::SocketAddr;

use super::client::Client;
use super::scenario::{self, Scenario, Step};
use super::service;
use super::stopwatch::Stopwatch;
use crate::Outcome;
use crate::failure::Failure;
use player::Player;

/// Walks through everything; clean only if every step came out as promised.
pub(super) async fn walk(address: SocketAddr, watch: Stopwatch) -> Result<Outcome, Failure> {
    let client = Client::of(address);
    let scenarios = scenario::all()?;
    client.get("/orders", None).await?;
    tell::opening(address, watch, scenarios.len())?;
    let (mut steps, mut broken) = (0, Vec::new());
    for (nth, scenario) in (1..).zip(&scenarios) {
        tell::title(nth, scenario)?;
        let mut player = Player::new(&client).await?;
        let played = play(&mut player, scenario, &scenario.steps).await;
        let tidied = play(&mut player, scenario, &scenario.after).await;
        for played in [played?, tidied?] {
            steps += played.steps;
            broken.extend(played.broken);
        }
        tell::moral(scenario)?;
    }
    let policy = service::policy()?;
    let audit = service::audit(&policy)?;
    tell::table(&policy.matrix(), &audit)?;
    steps += 1;
    if !audit.findings().iter().any(|finding| finding.operations().any(|operation| operation == service::FORGOTTEN)) {
        broken.push(format!("The audit does not name `{}`", service::FORGOTTEN));
    }
    tell::closing(steps, &broken, watch.elapsed())?;
    Ok(if broken.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

#[derive(Default)]
struct Played {
    steps: usize,
    /// What did not come out as promised.
    broken: Vec<String>,
}

/// To the end, or to the first step that did not come out as promised: what follows goes on from it.
async fn play(player: &mut Player<'_>, scenario: &Scenario, steps: &[Step]) -> Result<Played, Failure> {
    let mut played = Played::default();
    for step in steps {
        let came = player.play(&step.action).await?;
        tell::step(step, &came)?;
        played.steps += 1;
        if !came.as_promised {
            played.broken.push(format!("{}: {} ({})", scenario.title, step.say, came.to));
            break;
        }
    }
    Ok(played)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::running::Running;

    /// Plays these steps against a demo of its own: how many there were, and how many did not come out as promised.
    async fn played(steps: &str) -> (usize, usize) {
        let scenario = format!(r#"{{"id": "x", "title": "x", "about": "x", "moral": "x", "steps": {steps}}}"#);
        let scenario: Scenario = serde_json::from_str(&scenario).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let demo = Running::start(([127, 0, 0, 1], 0).into(), &folder.path().join("demo.db")).await.ok().unwrap();
        let client = Client::of(demo.address());
        let played =
            play(&mut Player::new(&client).await.ok().unwrap(), &scenario, &scenario.steps).await.ok().unwrap();
        demo.stop().await;
        (played.steps, played.broken.len())
    }

    /// What the tour says would be worth nothing if it could not say otherwise.
    #[tokio::test]
    async fn a_step_that_comes_out_otherwise_is_told() {
        let login = |expect: &str| {
            format!(
                r#"{{"do": "login", "name": "demo-bob", "scopes": "orders:read", "token": "t", "expect": {expect}, "say": "x"}}"#
            )
        };
        let good = login(r#"{"scopes": "orders:read"}"#);
        let call = |token: &str, expect: &str| {
            format!(r#"[{good}, {{"do": "call", "call": "list", {token} "expect": {expect}, "say": "x"}}]"#)
        };
        let with = r#""token": "t","#;
        for (name, steps, expected) in [
            ("as promised", call(with, r#"{"status": 200}"#), (2, 0)),
            ("more scopes than promised", format!("[{}]", login(r#"{"scopes": "orders:write"}"#)), (1, 1)),
            ("a token in place of an error", format!("[{}]", login(r#"{"error": "invalid_scope"}"#)), (1, 1)),
            (
                "let through where it should not be",
                call(with, r#"{"status": 403, "kind": "no_rule", "stopped": "permission"}"#),
                (2, 1),
            ),
            ("refused where it should not be", call("", r#"{"status": 200}"#), (2, 1)),
            ("for another reason", call("", r#"{"status": 401, "kind": "expired", "stopped": "signature"}"#), (2, 1)),
            (
                "by another layer",
                call("", r#"{"status": 401, "kind": "missing_credential", "stopped": "expiry"}"#),
                (2, 1),
            ),
            (
                "for the right reason",
                call("", r#"{"status": 401, "kind": "missing_credential", "stopped": "signature"}"#),
                (2, 0),
            ),
        ] {
            assert_eq!(played(&steps).await, expected, "{name}");
        }
    }
}
