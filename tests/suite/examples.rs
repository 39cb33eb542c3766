//! The example servers over real sockets: every route and method against every kind of token.

mod grpc;
mod http;
mod issuing;
mod policy;
mod process;

use portcullis_testing::TestIssuer;
use portcullis_tests::example::{Server, TempFile};

/// Every scope that an example knows.
const EVERY_SCOPE: [&str; 7] =
    ["orders:read", "orders:write", "orders:delete", "admin:read", "admin:users", "reports:read", "reports:all"];

/// What an operation needs.
#[derive(Clone, Copy, Debug)]
enum Needs {
    /// Nothing: it is open.
    Nothing,
    /// Any token: there is nothing there.
    Token,
    All(&'static [&'static str]),
    Any(&'static [&'static str]),
}

/// What an operation comes to, and the name of the token it was asked with.
#[derive(Debug)]
struct Ask {
    name: &'static str,
    token: Option<String>,
    expected: Expected,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Unauthenticated,
    Forbidden,
    Allowed,
}

impl Needs {
    /// An operation is asked with every token that must not do, and with every one that is just enough.
    fn asks(self, issuer: &TestIssuer) -> Vec<Ask> {
        use Expected::{Allowed, Forbidden, Unauthenticated};
        let token = |scopes: &[&str]| Some(issuer.token(&scopes.join(" ")));
        let all_but = |left_out: &[&str]| {
            token(&EVERY_SCOPE.into_iter().filter(|scope| !left_out.contains(scope)).collect::<Vec<_>>())
        };
        let or_open = |expected| if matches!(self, Self::Nothing) { Allowed } else { expected };
        let or_missing = |expected| if matches!(self, Self::Nothing | Self::Token) { Allowed } else { expected };
        let ask = |name, token, expected| Ask { name, token, expected };
        let stranger = TestIssuer::new();

        let mut asks = vec![
            ask("no token", None, or_open(Unauthenticated)),
            ask("expired", Some(expired(issuer)), or_open(Unauthenticated)),
            ask("another key", Some(stranger.token(&EVERY_SCOPE.join(" "))), or_open(Unauthenticated)),
            ask("no scope", token(&[]), or_missing(Forbidden)),
            ask("every scope", token(&EVERY_SCOPE), Allowed),
        ];
        match self {
            Self::Nothing | Self::Token => {}
            Self::All(needed) => {
                asks.extend(needed.iter().map(|scope| ask("one scope short", all_but(&[scope]), Forbidden)));
                asks.push(ask("exactly the scopes", token(needed), Allowed));
            }
            Self::Any(needed) => {
                asks.push(ask("every other scope", all_but(needed), Forbidden));
                asks.extend(needed.iter().map(|scope| ask("one of the scopes", token(&[scope]), Allowed)));
            }
        }
        asks
    }

    /// What the challenge of a refusal asks for.
    fn challenged(self) -> String {
        match self {
            Self::Nothing | Self::Token => String::new(),
            Self::All(needed) => needed.join(" "),
            Self::Any(needed) => needed[0].to_owned(),
        }
    }
}

fn expired(issuer: &TestIssuer) -> String {
    issuer.mint().scope(&EVERY_SCOPE.join(" ")).issued_ago(600).expires_in(-60).sign()
}

/// An example that trusts a new issuer.
fn guarded(name: &str) -> (Server, TestIssuer) {
    let issuer = TestIssuer::new();
    let jwks = TempFile::new(issuer.jwks());
    (Server::start_trusting(name, issuer.issuer(), issuer.audience(), jwks.path()), issuer)
}
