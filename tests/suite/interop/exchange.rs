//! Token exchange at somebody else's server: `oidc-provider`, with a grant of RFC 8693.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use portcullis_exchange::{Downscope, ExchangeErrorKind, SubjectToken, TokenExchange};
use portcullis_tests::example::{HTTP, Server, TempFile};
use tower::{Layer, ServiceExt};

use super::AUDIENCE;
use super::peers::Provider;

/// What the caller was given its token for.
const ELSEWHERE: &str = "https://other.test/";

fn exchange_of(provider: &Provider, client: &str) -> TokenExchange {
    TokenExchange::at(format!("{}/token", provider.issuer())).client_secret(client, "secret").build().unwrap()
}

fn to_read() -> Downscope {
    Downscope::to(AUDIENCE).scopes(["orders:read"]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callee_gets_a_smaller_token_of_oidc_provider() {
    let provider = Provider::start();
    let caller = provider.token("RS256", "orders:read orders:write", ELSEWHERE);
    let jwks = TempFile::new(provider.jwks().to_string());
    let callee = Server::start_trusting(HTTP[0], provider.issuer(), AUDIENCE, jwks.path());
    let http = || Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let exchange = exchange_of(&provider, "exchange");
    let downscoped = exchange.downscope(to_read()).layer(http());

    let request = |method: Method| {
        let request = Request::builder().method(method).uri(format!("http://{}/orders", callee.address()));
        request.header("authorization", format!("Bearer {caller}")).body(Full::<Bytes>::default()).unwrap()
    };
    assert_eq!(http().request(request(Method::GET)).await.unwrap().status(), 401, "the caller's own is for another");
    assert_eq!(downscoped.clone().oneshot(request(Method::GET)).await.unwrap().status(), 200, "what was asked for");
    assert_eq!(
        downscoped.oneshot(request(Method::POST)).await.unwrap().status(),
        403,
        "what the caller may, and this not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_oidc_provider_refuses_has_its_name_and_what_it_gives_too_wide_is_not_used() {
    let provider = Provider::start();
    let both = SubjectToken::bearer(provider.token("ES256", "orders:read orders:write", ELSEWHERE)).unwrap();
    let writer = SubjectToken::bearer(provider.token("ES256", "orders:write", ELSEWHERE)).unwrap();
    let forged = SubjectToken::bearer("eyJhbGciOiJub25lIn0.e30.").unwrap();
    let nowhere = Downscope::to("https://nowhere.test/").scopes(["orders:read"]).unwrap();
    use ExchangeErrorKind as Kind;
    for (name, client, caller, asked, expected) in [
        ("good", "exchange", &both, to_read(), None),
        ("a scope that the caller does not have", "exchange", &writer, to_read(), Some(Kind::InvalidScope)),
        ("a token that nobody signed", "exchange", &forged, to_read(), Some(Kind::InvalidGrant)),
        ("an unknown callee", "exchange", &both, nowhere, Some(Kind::InvalidTarget)),
        ("an unknown client", "nobody", &both, to_read(), Some(Kind::InvalidClient)),
        ("a client for something else", "svc-ES256", &both, to_read(), Some(Kind::InvalidRequest)),
        ("all scopes of the caller", "careless", &both, to_read(), Some(Kind::WiderThanAsked)),
    ] {
        let answer = exchange_of(&provider, client).token_for(caller, &asked).await;
        assert_eq!(answer.err().map(|error| error.kind()), expected, "{name}");
    }
}
