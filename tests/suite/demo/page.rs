//! What a person sees who mints, tries doors and looks at the table.

use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::Value;

use super::browser::Browser;

async fn gates(browser: &Browser) -> Vec<String> {
    let gates =
        browser.script("return [...document.querySelectorAll('#way .told')].map((told) => told.textContent)").await;
    serde_json::from_value(gates).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_given_as_far_as_the_roles_go_and_taken_apart_while_its_time_runs() {
    let browser = Browser::open().await;
    assert!(browser.text("#token").await.contains("No token yet"));

    let said = browser.mint("demo-bob", &["orders:read", "payments:refund"]).await;
    assert_eq!(said, "demo-bob has a token for orders:read. Not payments:refund: demo-bob may not do that.");
    let token = browser.text("#token").await;
    for shown in [
        "A token of demo-bob",
        "\"alg\": \"ES256\"",
        "\"typ\": \"at+jwt\"",
        "\"scope\": \"orders:read\"",
        "\"sub\": \"demo-bob\"",
        "worth nothing outside of this demo",
    ] {
        assert!(token.contains(shown), "{shown}: {token}");
    }
    assert!(!token.contains("false") && !token.contains("undefined"), "{token}");
    let raw = browser.text("#token .raw").await;
    assert_eq!(raw.split('.').count(), 3, "{raw}");
    assert!(browser.text("#token .raw .payload").await.len() > 100);

    let left = browser.reads("#left", "4:5").await;
    browser.wait("time goes by", &format!("return document.getElementById('left').textContent !== {left:?}")).await;

    let said = browser.mint("demo-dave", &["orders:read"]).await;
    assert_eq!(said, "Refused: nothing of what was asked for can be granted. You still hold the token of demo-bob.");
    assert_eq!(browser.complaints().await, Vec::<Value>::new());
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_door_shows_the_layers_that_let_the_request_through_and_the_one_that_stopped_it() {
    let browser = Browser::open().await;
    browser.mint("demo-alice", &["orders:read", "orders:write", "orders:cancel"]).await;
    let (through, stopped, ahead) = ("let it through", "stopped it", "not reached");
    for (door, verdict, way) in [
        ("list", "200 OK: all layers let it through.", [through; 5]),
        ("place", "201 Created: all layers let it through.", [through; 5]),
        ("rpc-get", "gRPC 0 OK: all layers let it through.", [through; 5]),
        ("rpc-place", "gRPC 0 OK: all layers let it through.", [through; 5]),
        ("cancel-alice", "200 OK: all layers let it through.", [through; 5]),
        (
            "cancel-bob",
            "403 Forbidden: stopped at the resource layer, wrong_resource. The token is not for this resource.",
            [through, through, through, through, stopped],
        ),
        (
            "report",
            "403 Forbidden: stopped at the permission layer, insufficient_scope. The token lacks a scope that this operation needs.",
            [through, through, stopped, ahead, ahead],
        ),
        (
            "forgotten",
            "403 Forbidden: stopped at the permission layer, no_rule. No rule allows this operation.",
            [through, through, stopped, ahead, ahead],
        ),
        (
            "rpc-refund",
            "gRPC 7 PERMISSION_DENIED: stopped at the permission layer, insufficient_scope. The token lacks a scope that this operation needs.",
            [through, through, stopped, ahead, ahead],
        ),
        (
            "stock",
            "401 Unauthorized: stopped at the signature layer, wrong_audience. The token is for another audience.",
            [stopped, ahead, ahead, ahead, ahead],
        ),
    ] {
        browser.click(&format!("#call-{door}")).await;
        browser.reads("#verdict", verdict).await;
        assert_eq!(gates(&browser).await, way, "{door}");
    }
    // Request and response are there to read, the challenge with the scope to ask for.
    browser.click("#call-report").await;
    let exchange = browser.reads("#exchange", "GET /reports HTTP/1.1").await;
    assert!(exchange.contains("www-authenticate: Bearer") && exchange.contains("scope=\"reports:read\""), "{exchange}");
    browser.click("#call-rpc-get").await;
    let exchange = browser.reads("#exchange", "grpc-status: 0").await;
    assert!(exchange.contains("\"placed_by\": \"demo-alice\""), "{exchange}");

    browser.click("#without-token").await;
    for (door, verdict) in [
        ("list", "401 Unauthorized: stopped at the signature layer, missing_credential."),
        ("rpc-get", "gRPC 16 UNAUTHENTICATED: stopped at the signature layer, missing_credential."),
    ] {
        browser.click(&format!("#call-{door}")).await;
        browser.reads("#verdict", verdict).await;
        assert_eq!(gates(&browser).await, [stopped, ahead, ahead, ahead, ahead], "{door}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_after_a_demotion_gives_less_and_roles_that_exclude_each_other_are_not_given() {
    let browser = Browser::open().await;
    browser.mint("demo-alice", &["orders:read", "orders:write"]).await;
    browser.click("#call-place").await;
    browser.reads("#verdict", "201").await;

    browser.click("input[name=role][value=clerk]").await;
    browser.reads("#mint-message", "other roles from now on").await;
    browser.click("#refresh").await;
    browser
        .reads("#mint-message", "demo-alice has a token for orders:read. Not orders:write: demo-alice may not do that.")
        .await;
    browser.click("#call-place").await;
    browser.reads("#verdict", "403 Forbidden: stopped at the permission layer, insufficient_scope.").await;

    browser.click("input[name=role][value=clerk]").await;
    browser.reads("#mint-message", "other roles").await;
    browser.click("input[name=role][value=auditor]").await;
    browser.reads("#mint-message", "Refused: the roles \"auditor\" and \"clerk\" exclude each other").await;
    browser
        .wait("the tick is taken back", "return !document.querySelector('input[name=role][value=auditor]').checked")
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_exchanged_for_a_smaller_one_that_opens_the_next_service_alone() {
    let browser = Browser::open().await;
    browser.mint("demo-alice", &["orders:read", "stock:read"]).await;
    browser.click("#exchange-it").await;
    browser.reads("#mint-message", "demo-alice has a token for stock:read.").await;
    let token = browser.reads("#token", "demo-order-service").await;
    assert!(token.contains("\"aud\": \"https://stock.demo.invalid\""), "{token}");
    browser.click("#call-stock").await;
    browser.reads("#verdict", "200 OK").await;
    browser.click("#call-list").await;
    browser.reads("#verdict", "wrong_audience").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_shows_who_can_do_what_and_fills_in_with_what_the_token_was_good_for() {
    let browser = Browser::open().await;
    let rows = browser.script("return [...document.querySelectorAll('#matrix-table tr')].map((row) => [...row.children].map((cell) => cell.innerText.trim().split('\\n')[0]))").await;
    let rows: Vec<Vec<String>> = serde_json::from_value(rows).unwrap();
    assert_eq!(rows[0], ["operation", "auditor", "cashier", "clerk", "support", "needs", "your token"]);
    assert_eq!(rows[1], ["GET /orders", "–", "–", "–", "✓", "orders:read", "not tried"]);
    assert_eq!(rows.len(), 9);
    let audit = browser.text("#audit").await;
    assert!(audit.contains("error GET /debug/customers no rule matches it"), "{audit}");

    browser.mint("demo-alice", &["orders:read", "orders:write"]).await;
    browser.reads("#used", "0 of 2 used.").await;
    browser.click("#call-list").await;
    browser.reads("#used", "1 of 2 used.").await;
    browser.click("#call-report").await;
    browser.reads("#matrix-table", "✕ 403").await;
    browser.click("#call-rpc-place").await;
    browser.reads("#used", "Everything that was granted was used").await;
    let table = browser.text("#matrix-table").await;
    assert!(table.contains("✓ 200") && table.contains("✓ OK"), "{table}");

    // Another token begins anew.
    browser.mint("demo-bob", &["orders:read"]).await;
    browser.reads("#used", "0 of 1 used.").await;
    assert!(!browser.text("#matrix-table").await.contains("✕ 403"));
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_works_without_a_mouse() {
    let browser = Browser::open().await;
    let press = |keys: &'static [Key]| {
        let actions = keys.iter().fold(KeyActions::new("keyboard".into()), |actions, key| {
            let value = char::from(*key);
            actions.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        browser.page.perform_actions(actions)
    };
    let focused =
        "const node = document.activeElement; return node.id || `${node.name || ''}=${node.value || node.textContent}`";
    let mut visited = Vec::new();
    let mut minted = false;
    for _ in 0..60 {
        press(&[Key::Tab]).await.unwrap();
        let at = browser.script(focused).await.as_str().unwrap().to_owned();
        let visible = browser.script("return document.activeElement.matches(':focus-visible')").await;
        assert_eq!(visible, Value::Bool(true), "{at} shows that it has the focus");
        match &*at {
            "who=demo-alice" => press(&[Key::Down]).await.unwrap(), // to demo-bob
            _ if at.contains("Mint a token") => {
                press(&[Key::Enter]).await.unwrap();
                browser.reads("#mint-message", "demo-bob has a token for orders:read.").await;
                minted = true;
            }
            "call-list" => {
                press(&[Key::Enter]).await.unwrap();
                browser.reads("#verdict", "200 OK").await;
                break;
            }
            _ => {}
        }
        visited.push(at);
    }
    assert!(minted, "{visited:?}");
    assert!(visited[0].contains("To the content"), "the first stop leads past the navigation: {visited:?}");
    assert_eq!(
        browser.page.find(Locator::Css("#verdict")).await.unwrap().attr("role").await.unwrap().as_deref(),
        Some("status"),
        "it is read out"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_whose_demo_has_stopped_says_so() {
    let browser = Browser::open().await;
    browser.mint("demo-bob", &["orders:read"]).await;
    let (page, _driver) = browser.without_demo().await;
    let gone = page.find(Locator::Css("#gone")).await.unwrap();
    assert!(!gone.is_displayed().await.unwrap());
    page.find(Locator::Css("#mint-form button[type=submit]")).await.unwrap().click().await.unwrap();
    let said = page.wait().for_element(Locator::Css("#gone:not([hidden])")).await.unwrap().text().await.unwrap();
    assert!(said.starts_with("The demo does not answer."), "{said}");
    page.close().await.unwrap();
}
