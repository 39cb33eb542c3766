//! Plays the steps of a scenario, and holds what comes back to what is promised.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64_simd::STANDARD;
use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};

use super::forge;
use crate::demo::client::{Client, Reply};
use crate::demo::issuer::{SERVICE, SERVICE_SECRET, WEB};
use crate::demo::scenario::{Action, Forgery, Minted, Verdict};
use crate::demo::service::STOCK;
use crate::demo::service::catalog::{self, Call, How};
use crate::failure::Failure;

/// The pause of the services between two looks at the key set, and a little.
const REST: u64 = 11;
/// How long a new key may take until it signs.
const ROTATION: u32 = 30;
/// How many forged tokens are on their way at once.
const AT_ONCE: usize = 16;

/// What a step came to.
pub(super) struct Came {
    /// In a word or two.
    pub(super) to: String,
    /// Whether that is what was promised.
    pub(super) as_promised: bool,
}

/// Somebody with tokens.
pub(super) struct Player<'c> {
    client: &'c Client,
    calls: Vec<Call>,
    access: HashMap<String, String>,
    refresh: HashMap<String, String>,
}

impl<'c> Player<'c> {
    /// Without tokens yet; all is as it was in the beginning.
    pub(super) async fn new(client: &'c Client) -> Result<Self, Failure> {
        client.ask(Method::POST, "/demo/reset", &Value::Null).await?;
        Ok(Self { client, calls: catalog::calls(), access: HashMap::new(), refresh: HashMap::new() })
    }

    pub(super) async fn play(&mut self, action: &Action) -> Result<Came, Failure> {
        match action {
            Action::Login { name, scopes, resource, seconds, token, expect } => {
                let reply = self.log_in(name, scopes, resource.as_deref(), *seconds).await?;
                Ok(self.minted(&reply, token, expect))
            }
            Action::Forge { how, from, token } => self.forge(*how, from, token).await,
            Action::Call { call, token, expect } => {
                let token = token.as_ref().map(|token| self.token(token)).transpose()?;
                let call = self.call(call)?;
                let reply = self.client.call(call, token).await?;
                Ok(Came { to: said(call, &reply), as_promised: is(&reply, expect) })
            }
            Action::Refresh { from, token, expect } => {
                let spent = self.refresh.get(from).ok_or_else(|| unknown(from))?;
                let form = format!("grant_type=refresh_token&client_id={WEB}&refresh_token={spent}");
                let reply = self.client.form(None, form).await?;
                Ok(self.minted(&reply, token, expect))
            }
            Action::Exchange { from, scopes, token, expect } => {
                let form = format!(
                    "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token={}&subject_token_type=\
                     urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token&resource={}&scope={}",
                    self.token(from)?,
                    STOCK.replace(':', "%3A").replace('/', "%2F"),
                    scopes.replace(':', "%3A").replace(' ', "+"),
                );
                let basic = STANDARD.encode_to_string(format!("{SERVICE}:{SERVICE_SECRET}"));
                let reply = self.client.form(Some(&format!("Basic {basic}")), form).await?;
                Ok(self.minted(&reply, token, expect))
            }
            Action::Assign { name, roles } => {
                let path = format!("/demo/people/{name}");
                let reply = self.client.ask(Method::PUT, &path, &json!({ "roles": roles })).await?;
                Ok(Came { to: roles.join(", "), as_promised: reply.status == 204 })
            }
            Action::Provider { up } => {
                let reply = self.client.ask(Method::PUT, "/demo/provider", &json!({ "up": up })).await?;
                Ok(Came { to: if *up { "up" } else { "down" }.to_owned(), as_promised: reply.status == 204 })
            }
            Action::Rotate { name, scopes, token } => self.rotate(name, scopes, token).await,
            Action::Flood { from, count, call, expect, key_set_requests } => {
                self.flood(from, *count, call, expect, *key_set_requests).await
            }
            Action::Expire { token } => self.expire(token).await,
            Action::Rest => self.rest().await,
        }
    }

    async fn log_in(
        &self,
        name: &str,
        scopes: &str,
        resource: Option<&str>,
        seconds: Option<u64>,
    ) -> Result<Reply, Failure> {
        let login = json!({ "name": name, "scopes": scopes, "resource": resource, "seconds": seconds });
        self.client.ask(Method::POST, "/demo/login", &login).await
    }

    /// What the issuer gave, or why it did not.
    fn minted(&mut self, reply: &Reply, token: &str, expect: &Minted) -> Came {
        let answer = reply.json();
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut keep = |tokens: &str, kept: fn(&mut Self) -> &mut HashMap<String, String>| {
            if let Some(value) = text(tokens) {
                kept(self).insert(token.to_owned(), value);
            }
        };
        keep("access_token", |player| &mut player.access);
        keep("refresh_token", |player| &mut player.refresh);
        let came = match (text("scope"), text("error")) {
            (Some(scopes), None) => Minted::Scopes(scopes),
            (_, Some(error)) => Minted::Error(error),
            (None, None) => Minted::Error(reply.status.to_string()),
        };
        let as_promised = came == *expect;
        let (Minted::Scopes(to) | Minted::Error(to)) = came;
        Came { to, as_promised }
    }

    async fn forge(&mut self, how: Forgery, from: &str, token: &str) -> Result<Came, Failure> {
        let jwks = if how == Forgery::PublicKeyAsSecret {
            self.client.get("/jwks.json", None).await?.json()
        } else {
            Value::Null
        };
        let forged = forge::forge(how, self.token(from)?, &jwks);
        let as_promised = forged.is_some();
        self.access.insert(token.to_owned(), forged.unwrap_or_default());
        Ok(Came { to: "forged".to_owned(), as_promised })
    }

    async fn rotate(&mut self, name: &str, scopes: &str, token: &str) -> Result<Came, Failure> {
        let before = self.kid_of_a_new_token(name, scopes, token).await?;
        self.client.ask(Method::POST, "/demo/keys", &Value::Null).await?;
        for _ in 0..ROTATION {
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.kid_of_a_new_token(name, scopes, token).await? != before {
                return Ok(Came { to: "another key signs".to_owned(), as_promised: true });
            }
        }
        Ok(Came { to: "the old key signs".to_owned(), as_promised: false })
    }

    async fn kid_of_a_new_token(&mut self, name: &str, scopes: &str, token: &str) -> Result<Option<Value>, Failure> {
        let reply = self.log_in(name, scopes, None, None).await?;
        self.minted(&reply, token, &Minted::Scopes(scopes.to_owned()));
        let header = self.token(token)?.split('.').next().and_then(forge::decode);
        Ok(header.and_then(|header| header.get("kid").cloned()))
    }

    async fn flood(&self, from: &str, count: u32, call: &str, expect: &Verdict, most: u64) -> Result<Came, Failure> {
        let (call, token) = (self.call(call)?, self.token(from)?);
        let before = self.key_set_requests().await?;
        let forged = (0..count).filter_map(|_| forge::forge(Forgery::UnknownKey, token, &Value::Null));
        let replies = stream::iter(forged).map(|forged| async move { self.client.call(call, Some(&forged)).await });
        let replies: Vec<Result<Reply, Failure>> = replies.buffer_unordered(AT_ONCE).collect().await;
        let mut refused = 0;
        for reply in replies {
            refused += u32::from(is(&reply?, expect));
        }
        let requests = self.key_set_requests().await?.saturating_sub(before);
        let to = format!("{refused} refused, {requests} fetched");
        Ok(Came { to, as_promised: refused == count && requests <= most })
    }

    async fn key_set_requests(&self) -> Result<u64, Failure> {
        Ok(self.provider("key_set_requests").await?.unwrap_or_default())
    }

    async fn provider(&self, what: &str) -> Result<Option<u64>, Failure> {
        let state = self.client.get("/demo/state", None).await?.json();
        Ok(state.get("provider").and_then(|provider| provider.get(what)).and_then(Value::as_u64))
    }

    async fn expire(&self, token: &str) -> Result<Came, Failure> {
        let claims = self.token(token)?.split('.').nth(1).and_then(forge::decode);
        let exp = claims.and_then(|claims| claims.get("exp").and_then(Value::as_u64));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_secs(exp.unwrap_or_default()).saturating_sub(now);
        tokio::time::sleep(left + Duration::from_millis(50)).await;
        Ok(Came { to: format!("{} s later", left.as_secs() + 1), as_promised: exp.is_some() })
    }

    async fn rest(&self) -> Result<Came, Failure> {
        let since = self.provider("seconds_since_key_set_request").await?.unwrap_or(REST);
        let left = REST.saturating_sub(since);
        tokio::time::sleep(Duration::from_secs(left)).await;
        Ok(Came { to: if left == 0 { "ready".to_owned() } else { format!("{left} s later") }, as_promised: true })
    }

    fn token(&self, name: &str) -> Result<&str, Failure> {
        self.access.get(name).map(String::as_str).ok_or_else(|| unknown(name))
    }

    fn call(&self, id: &str) -> Result<&Call, Failure> {
        self.calls.iter().find(|call| call.id == id).ok_or_else(|| unknown(id))
    }
}

/// Whether a service said what is promised.
fn is(reply: &Reply, expect: &Verdict) -> bool {
    let stopped = expect.stopped.map(|station| station.as_str().to_owned());
    reply.status == expect.status && reply.kind == expect.kind && reply.stopped == stopped
}

fn said(call: &Call, reply: &Reply) -> String {
    let over = if matches!(call.how, How::Grpc { .. }) { "gRPC " } else { "" };
    let kind = reply.kind.as_ref().map(|kind| format!(" {kind}")).unwrap_or_default();
    format!("{over}{}{kind}", reply.status)
}

fn unknown(name: &str) -> Failure {
    Failure::new("the scenarios", format!("nothing is called `{name}`"))
}
