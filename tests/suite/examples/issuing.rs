//! The examples that mint, and pass on.

use portcullis_tests::example::{CHAIN, ISSUER, Reply, Server, form, http};
use serde_json::Value;

fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap_or_else(|error| panic!("{error}: {reply:?}"))
}

#[test]
fn a_demoted_clerk_loses_a_scope_at_the_next_refresh_and_a_spent_token_ends_the_login() {
    let server = Server::start(ISSUER, &[]);
    let at = server.address();
    let login = form(at, "POST", "/login", None, "user=alice&scope=orders:read+orders:write");
    assert_eq!(login.status, 200, "{login:?}");
    let first = json(&login);
    let access = first["access_token"].as_str().unwrap();
    assert_eq!(form(at, "POST", "/orders", Some(access), "").status, 201);

    assert_eq!(form(at, "PUT", "/staff/alice", None, "role=support").status, 204);
    let refresh = |token: &Value| {
        let body = format!("grant_type=refresh_token&client_id=web&refresh_token={}", token.as_str().unwrap());
        form(at, "POST", "/token", None, &body)
    };
    let second = json(&refresh(&first["refresh_token"]));
    assert_eq!(second["scope"], "orders:read");
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(form(at, "POST", "/orders", Some(access), "").status, 403);
    assert_eq!(http(at, "GET", "/orders", Some(access), None).status, 200);

    let third = json(&refresh(&second["refresh_token"]));
    let stolen = refresh(&first["refresh_token"]);
    assert_eq!((stolen.status, json(&stolen)["error"].as_str()), (400, Some("invalid_grant")));
    let ended = refresh(&third["refresh_token"]);
    assert_eq!((ended.status, json(&ended)["error"].as_str()), (400, Some("invalid_grant")));

    assert_eq!(form(at, "POST", "/login", None, "user=mallory&scope=orders:read").status, 403);
    assert!(server.stop("TERM").success());
}

#[test]
fn each_token_of_a_chain_is_smaller_than_the_last() {
    let server = Server::start(CHAIN, &[]);
    let line = server.announced().iter().find(|line| line.starts_with("curl")).unwrap();
    let token = line.split("Bearer ").nth(1).unwrap().trim_end_matches('\'');
    let reply = http(server.address(), "GET", "/orders/7", Some(token), None);
    assert_eq!(reply.status, 200, "{reply:?}");
    let seen = json(&reply);
    let (orders, stock) = (&seen["seen by orders"]["token"], &seen["stock"]["seen by stock"]["token"]);
    assert_eq!(orders["scope"], "orders:read orders:write stock:read");
    assert_eq!((&stock["scope"], &stock["act"]["sub"]), (&"stock:read".into(), &"orders".into()));
    assert_ne!(orders["aud"], stock["aud"]);
    assert_eq!(orders["sub"], stock["sub"]);
    assert!(stock["exp"].as_u64() <= orders["exp"].as_u64() && stock["exp"].is_u64());
    assert_eq!(http(server.address(), "GET", "/orders/7", None, None).status, 401);
    assert!(server.stop("TERM").success());
}
