//! Each attack, by its button, and what a person reads of it.

use fantoccini::Locator;

use super::browser::Browser;

/// Every attack by its name, and some of what its steps come to, in their order.
const ATTACKS: &[(&str, &[&str])] = &[
    (
        "doors",
        &[
            "orders:read",
            "200",
            "gRPC 0 OK",
            "401 missing_credential",
            "403 insufficient_scope",
            "gRPC 7 insufficient_scope",
        ],
    ),
    ("tampered", &["401 bad_signature stopped at the signature", "gRPC 16 bad_signature stopped at the signature"]),
    ("none", &["401 malformed_token stopped at the signature", "401 algorithm_not_allowed stopped at the signature"]),
    ("confusion", &["401 algorithm_not_allowed stopped at the signature"]),
    ("expired", &["200", "later", "401 expired stopped at the expiry"]),
    ("audience", &["200", "401 wrong_audience stopped at the signature"]),
    ("scope", &["403 insufficient_scope stopped at the permission", "orders:write", "201"]),
    (
        "stolen",
        &["200", "403 insufficient_scope", "403 insufficient_scope", "gRPC 7 insufficient_scope", "401 wrong_audience"],
    ),
    ("object", &["200", "403 wrong_resource stopped at the resource"]),
    ("claims", &["401 claims_mismatch stopped at the claims"]),
    ("forgotten", &["403 no_rule stopped at the permission"]),
    ("replay", &["orders:read", "orders:read", "invalid_grant", "invalid_grant", "401 revoked stopped at the expiry"]),
    (
        "demotion",
        &[
            "orders:read orders:write",
            "201",
            "support",
            "orders:read",
            "403 insufficient_scope",
            "200",
            "support, clerk",
        ],
    ),
    ("exchange", &["stock:read", "200", "401 wrong_audience", "orders:read", "invalid_scope", "invalid_request"]),
    ("outage", &["down", "200", "503", "503 keys_unavailable stopped at the signature", "up"]),
    ("rotation", &["another key signs", "200", "200"]),
    ("flood", &["300 refused,", "200"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_attack_meets_a_wall_and_says_which() {
    let browser = Browser::open().await;
    let buttons = browser.page.find_all(Locator::Css(".scenario button")).await.unwrap();
    assert_eq!(buttons.len(), ATTACKS.len(), "a button each");
    for (attack, steps) in ATTACKS {
        browser.click(&format!("#scenario-{attack} button")).await;
        browser
            .wait(attack, &format!("return /held|broken/.test(document.getElementById('scenario-{attack}').className)"))
            .await;
        let said = browser.text(&format!("#scenario-{attack}")).await;
        let class = browser.script(&format!("return document.getElementById('scenario-{attack}').className")).await;
        assert_eq!(class, "scenario panel held", "{attack}: {said}");
        // What steps came to, in their order, as it reads on a line.
        let mut rest = said.replace(['●', '✕', '○', '\n'], " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for step in *steps {
            let at = rest.find(step).unwrap_or_else(|| panic!("{attack}: {step:?} in {rest:?} of {said}"));
            rest = rest.split_off(at + step.len());
        }
        let moral = browser.text(&format!("#moral-{attack}")).await;
        assert!(moral.len() > 20 && said.ends_with(&moral), "{attack} ends with what to make of it: {said}");
    }
    assert_eq!(browser.text("#state-provider").await, "up", "all is as it was");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_takes_the_provider_away_and_only_new_tokens_are_missed() {
    let browser = Browser::open().await;
    browser.mint("demo-bob", &["orders:read"]).await;
    browser.click("#provider-switch").await;
    browser.reads("#state-provider", "down").await;
    browser.click("#call-list").await;
    browser.reads("#verdict", "200 OK").await;
    assert_eq!(
        browser.mint("demo-bob", &["orders:read"]).await,
        "Refused: the issuer answers 503. You still hold the token of demo-bob."
    );
    browser.click("#refresh").await;
    browser.reads("#mint-message", "Refused: the issuer answers 503. You still hold the token of demo-bob.").await;
    browser.click("#provider-switch").await;
    browser.reads("#state-provider", "up").await;
    browser.click("#refresh").await;
    browser.reads("#mint-message", "demo-bob has a token for orders:read.").await;
    browser.close().await;
}

/// Two at once would be in each other's way.
#[tokio::test(flavor = "multi_thread")]
async fn one_attack_runs_at_a_time() {
    let browser = Browser::open().await;
    browser.click("#scenario-expired button").await;
    browser.click("#scenario-doors button").await;
    browser.reads("#attacks-message", "One at a time").await;
    browser.reads("#attacks-message", "Expired: as promised.").await;
    assert_eq!(browser.text("#steps-doors").await, "");
    browser.close().await;
}

/// Whatever was played with before.
#[tokio::test(flavor = "multi_thread")]
async fn an_attack_begins_with_everybody_as_they_started() {
    let browser = Browser::open().await;
    browser.click("input[name=role][value=clerk]").await;
    browser.reads("#mint-message", "other roles from now on").await;
    browser.click("#provider-switch").await;
    browser.reads("#state-provider", "down").await;
    browser.click("#scenario-demotion button").await;
    browser.reads("#attacks-message", "Refresh after a demotion: as promised.").await;
    browser.reads("#state-provider", "up").await;
    browser
        .wait("she is a clerk again", "return document.querySelector('input[name=role][value=clerk]').checked")
        .await;
    browser.close().await;
}
