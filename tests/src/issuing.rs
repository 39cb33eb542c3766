//! An issuer with clients of every kind, to be mounted on a host.

use std::sync::OnceLock;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use portcullis_core::{AccessModel, Algorithm, ScopeSet, SigningKey, StaticKeys};
use portcullis_issuer::{
    Client, ClientSecret, ClientTable, Endpoints, GrantType, Issuer, KeptKeys, MemoryStore, ResourceServer, RoleTable,
};
use portcullis_testing::ManualClock;

/// The resource that most tokens are for.
pub const ORDERS: &str = "https://orders.test";
/// The resource that the client `orders` calls.
pub const STOCK: &str = "https://stock.test";
/// The secret of every client that has one.
pub const SECRET: &str = "the secret of: every client+more";

/// The secret of the client `plain`: the same, form-encoded or not.
pub const PLAIN_SECRET: &str = "a-secret-without-any-escapes";

/// An issuer, its endpoints and what they rest on.
#[derive(Debug)]
pub struct Issuing {
    /// The issuer.
    pub issuer: Issuer,
    /// Its endpoints.
    pub endpoints: Endpoints,
    /// Its store.
    pub store: MemoryStore,
    /// Who may do what.
    pub roles: RoleTable,
    /// Its clock.
    pub clock: ManualClock,
    /// The key that the client `orders` signs assertions with.
    pub key: SigningKey,
}

fn secret() -> ClientSecret {
    static PHC: OnceLock<String> = OnceLock::new();
    ClientSecret::from_phc(PHC.get_or_init(|| ClientSecret::hash(SECRET).unwrap().to_phc())).unwrap()
}

/// Scopes.
pub fn scopes(list: &str) -> ScopeSet {
    ScopeSet::parse(list).unwrap()
}

impl Issuing {
    /// An issuer of this name.
    pub async fn named(name: &str) -> Self {
        let model = AccessModel::builder()
            .role("clerk", ["orders:read", "orders:write", "stock:read"])
            .role("support", ["orders:read"])
            .build()
            .unwrap();
        let roles = RoleTable::of(model.clone());
        for (subject, role) in
            [("alice", "clerk"), ("svc", "clerk"), ("orders", "clerk"), ("capped", "clerk"), ("plain", "clerk")]
        {
            roles.assign(subject, [role]).unwrap();
        }
        let (store, clock) = (MemoryStore::new(), ManualClock::now_of_system());
        let issuer = Issuer::builder(name)
            .resource(ResourceServer::named(ORDERS).scopes(scopes("orders:read orders:write")))
            .keys(KeptKeys::default())
            .entitlements(roles.clone())
            .store(store.clone())
            .resource(ResourceServer::named(STOCK).scopes(scopes("stock:read orders:read")))
            .access_model(model)
            .clock(clock.clone())
            .memory_revocations(&portcullis_core::MemoryRevocations::new())
            .build()
            .await
            .unwrap();
        let key = SigningKey::generate(Algorithm::ES256).unwrap().with_kid("one");
        let endpoints = issuer.endpoints(clients(&key));
        Self { issuer, endpoints, store, roles, clock, key }
    }

    /// Claims of an assertion of the client `orders`, with changes; a change to null takes a claim out.
    pub fn claims(&self, changes: &serde_json::Value) -> String {
        use portcullis_core::Clock as _;
        let now = self.clock.now().unwrap().as_secs();
        let mut claims = serde_json::json!({
            "iss": "orders", "sub": "orders", "aud": self.issuer.name(), "jti": format!("{:?}", std::time::Instant::now()),
            "iat": now, "exp": now + 60,
        });
        for (name, value) in changes.as_object().unwrap() {
            if value.is_null() {
                claims.as_object_mut().unwrap().remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims.to_string()
    }
}

fn clients(key: &SigningKey) -> ClientTable {
    let with_secret = |name: &str| Client::confidential(name, secret());
    ClientTable::of([
        with_secret("svc").may(GrantType::ClientCredentials).resource(ORDERS),
        with_secret("capped").may(GrantType::ClientCredentials).resource(ORDERS).at_most(scopes("orders:read")),
        with_secret("nowhere").may(GrantType::ClientCredentials),
        with_secret("idle"),
        Client::confidential("plain", ClientSecret::hash(PLAIN_SECRET).unwrap())
            .may(GrantType::ClientCredentials)
            .may(GrantType::RefreshToken)
            .resource(ORDERS),
        with_secret("web").may(GrantType::RefreshToken),
        Client::public("spa").may(GrantType::RefreshToken).may(GrantType::ClientCredentials).resource(ORDERS),
        Client::with_keys("orders", StaticKeys::from(key.verifying_key().unwrap()))
            .may(GrantType::ClientCredentials)
            .may(GrantType::TokenExchange)
            .resource(ORDERS)
            .serves(ORDERS)
            .calls(STOCK),
    ])
}

/// `client_secret_basic`.
pub fn basic(client: &str, secret: &str) -> String {
    let encode = |text: &str| form(&[(text, "")]).trim_end_matches('=').to_owned();
    let pair = format!("{}:{}", encode(client), encode(secret));
    format!("Basic {}", base64_simd::STANDARD.encode_to_string(pair))
}

/// A form, every byte that is not a letter or digit escaped.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let one =
            |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("%{byte:02X}") };
        text.bytes().map(one).collect()
    };
    pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// A request with a form.
pub fn post(path: &str, authorization: Option<&str>, pairs: &[(&str, &str)]) -> Request<Full<Bytes>> {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    request.body(Full::from(form(pairs))).unwrap()
}
