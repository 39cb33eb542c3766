//! The tenants of a service, each with an issuer of its own.

use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Trust;
use super::by_issuer::ByIssuer;
use crate::denied::{Denied, DeniedKind};
use crate::proof::SignedToken;
use crate::time::{Clock, SystemClock};
use crate::verify::settings::MAX_TOKEN_BYTES;
use crate::verify::verifier::Verifier;

/// Says who the tenants of a service are.
pub trait TenantResolver: Debug + Send + Sync + 'static {
    /// Whether this issuer is a tenant's, now. It is asked for every token, with whatever an unverified one claims: answer
    /// from memory, exactly. A tenant that leaves is refused from the next request on.
    fn is_tenant(&self, issuer: &str) -> bool;

    /// How the tokens of a tenant are checked: asked when one comes that was not here for a while. `None` refuses with 503;
    /// log why. If its keys have to be fetched, the first token is answered with 503 and a second to wait. It is not asked
    /// again while good tokens come; [`Tenants::forget`] is for a tenant that changes.
    fn verifier(&self, issuer: &str) -> Option<Verifier>;

    /// The longest credential that any tenant's rules allow, in bytes: 16 KiB by default, as in the rules.
    fn max_token_bytes(&self) -> usize {
        MAX_TOKEN_BYTES
    }
}

/// Trust in the tenants that a [`TenantResolver`] names. Verifiers are made as tokens come, and dropped with their keys when no
/// good token came for an hour.
///
/// Whoever invents issuers makes nothing happen: only tenants have verifiers, and so keys that are fetched. Whoever forges
/// tokens of real tenants crowds out nobody who is in use, and has the keys of at most 32 tenants fetched at a time. **Make
/// room for all your tenants**: beyond the room, forged tokens of idle ones can keep others waiting.
///
/// ```
/// use portcullis_core::{Rules, StaticKeys, TenantResolver, Tenants, Trust, Verifier};
///
/// #[derive(Debug)]
/// struct Shops;
/// impl TenantResolver for Shops {
///     fn is_tenant(&self, issuer: &str) -> bool {
///         matches!(issuer, "https://id.test/blue" | "https://id.test/red")
///     }
///     fn verifier(&self, issuer: &str) -> Option<Verifier> {
/// #       let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
///         let keys = StaticKeys::from_jwks(jwks).ok()?; // or remote ones, of this issuer
///         Verifier::new(issuer, ["https://api.test"], keys, Rules::new()).ok()
///     }
/// }
/// let tenants = Tenants::new(Shops);
/// assert!(tenants.verifier("https://id.test/blue").is_ok());
/// assert!(tenants.verifier("https://id.test/green").is_err());
/// ```
#[derive(Clone)]
pub struct Tenants(Arc<Inner>);

struct Inner {
    resolver: Box<dyn TenantResolver>,
    by_issuer: ByIssuer<Arc<Tenant>>,
    /// Held while a tenant moves in, never while a token is verified.
    moving_in: Mutex<()>,
    /// When idle tenants were last looked for, in seconds since the epoch.
    swept: AtomicU64,
    clock: Box<dyn Clock>,
    capacity: usize,
    idle: Duration,
}

struct Tenant {
    verifier: Verifier,
    /// Seconds since the epoch.
    since: u64,
    /// Seconds since the epoch; 0 before the first good token.
    last_good: AtomicU64,
}

/// How many tenants without a good token yet may wait for their keys at a time, and have room beyond the capacity.
const UNPROVEN: usize = 32;

/// How long one of those keeps its place at least, so that its keys have time to come.
const TIME_TO_PROVE: u64 = 10;

impl Tenants {
    /// Room for a thousand tenants, each of which stays for an hour after its last good token.
    pub fn new(resolver: impl TenantResolver) -> Self {
        Self::with_room(resolver, 1000, Duration::from_secs(60 * 60), SystemClock)
    }

    /// As [`new`](Self::new), with room for `capacity` tenants (and 32 more that have not shown a good token), each of which stays
    /// for `idle` after the last one.
    pub fn with_room(resolver: impl TenantResolver, capacity: usize, idle: Duration, clock: impl Clock) -> Self {
        Self(Arc::new(Inner {
            resolver: Box::new(resolver),
            by_issuer: ByIssuer::default(),
            moving_in: Mutex::new(()),
            swept: AtomicU64::new(0),
            clock: Box::new(clock),
            capacity,
            idle,
        }))
    }

    /// Drops the verifier of a tenant that changed: the next token has the resolver asked again.
    pub fn forget(&self, issuer: &str) {
        self.0.by_issuer.remove(issuer);
    }

    fn tenant(&self, issuer: &str) -> Result<Arc<Tenant>, Denied> {
        if !self.0.resolver.is_tenant(issuer) {
            self.0.by_issuer.remove(issuer);
            return Err(DeniedKind::WrongIssuer.into());
        }
        let found = self.0.by_issuer.get(issuer);
        found.map_or_else(|| self.0.move_in(issuer), Ok)
    }
}

impl Inner {
    fn now(&self) -> Result<u64, Denied> {
        self.clock.now().map(|now| now.as_secs()).map_err(|_| DeniedKind::ClockFailed.into())
    }

    fn move_in(&self, issuer: &str) -> Result<Arc<Tenant>, Denied> {
        let now = self.now()?;
        let _moving_in = self.moving_in.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tenant) = self.by_issuer.get(issuer) {
            return Ok(tenant);
        }
        self.make_room(now)?;
        let unavailable = || Denied::keys_unavailable(Duration::from_secs(TIME_TO_PROVE));
        let verifier = self.resolver.verifier(issuer).filter(|verifier| verifier.issuer() == issuer);
        let verifier = verifier.ok_or_else(unavailable)?;
        let tenant = Arc::new(Tenant { verifier, since: now, last_good: AtomicU64::new(0) });
        self.by_issuer.insert(issuer, &tenant);
        Ok(tenant)
    }

    /// Drops who was idle for too long and, where that is not enough, who has had its time and shown no good token; or says
    /// how long to wait.
    fn make_room(&self, now: u64) -> Result<(), Denied> {
        self.sweep(now);
        let (mut proven, unproven): (Vec<_>, Vec<_>) =
            self.by_issuer.values().into_iter().partition(|tenant| tenant.is_proven());
        proven.sort_by_key(|tenant| tenant.last_seen());
        for tenant in proven.iter().take(proven.len().saturating_sub(self.capacity)) {
            self.by_issuer.remove(tenant.verifier.issuer());
        }
        let keyless = |tenant: &&Arc<Tenant>| tenant.verifier.keys().current().is_none();
        if unproven.iter().filter(keyless).count() >= UNPROVEN {
            self.displace(unproven.iter().filter(keyless), now)
        } else if proven.len().min(self.capacity) + unproven.len() >= self.capacity + UNPROVEN {
            self.displace(unproven.iter(), now)
        } else {
            Ok(())
        }
    }

    /// Drops the oldest of these, if it has had its time.
    fn displace<'t>(&self, tenants: impl Iterator<Item = &'t Arc<Tenant>>, now: u64) -> Result<(), Denied> {
        let Some(oldest) = tenants.min_by_key(|tenant| tenant.since) else { return Ok(()) };
        // A clock that was set back must not keep the others out.
        let left = if now < oldest.since { 0 } else { TIME_TO_PROVE.saturating_sub(now - oldest.since) };
        if left > 0 {
            return Err(Denied::keys_unavailable(Duration::from_secs(left)));
        }
        self.by_issuer.remove(oldest.verifier.issuer());
        Ok(())
    }

    fn sweep(&self, now: u64) {
        self.swept.store(now, Ordering::Relaxed);
        self.by_issuer.retain(|tenant| now.saturating_sub(tenant.last_seen()) <= self.idle.as_secs());
    }

    /// A tenant showed a good token. Once a minute whoever comes by looks for those that are gone.
    fn proved(&self, issuer: &str) {
        let Ok(now) = self.clock.now().map(|now| now.as_secs()) else { return };
        if let Some(tenant) = self.by_issuer.get(issuer) {
            tenant.last_good.store(now, Ordering::Relaxed);
        }
        if now.saturating_sub(self.swept.load(Ordering::Relaxed)) >= 60 {
            self.sweep(now);
        }
    }
}

impl Tenant {
    fn is_proven(&self) -> bool {
        self.last_good.load(Ordering::Relaxed) > 0
    }

    fn last_seen(&self) -> u64 {
        self.last_good.load(Ordering::Relaxed).max(self.since)
    }
}

impl Trust for Tenants {
    fn verifier(&self, issuer: &str) -> Result<Verifier, Denied> {
        self.tenant(issuer).map(|tenant| tenant.verifier.clone())
    }

    /// Those that have shown a good token: what anybody can bring about is no sign of health.
    fn verifiers(&self) -> Vec<Verifier> {
        let tenants = self.0.by_issuer.values();
        tenants.iter().filter(|tenant| tenant.is_proven()).map(|tenant| tenant.verifier.clone()).collect()
    }

    fn max_token_bytes(&self) -> usize {
        self.0.resolver.max_token_bytes()
    }

    fn accepted(&self, signed: &SignedToken) {
        self.0.proved(signed.issuer());
    }
}

impl Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenants").field("resolver", &self.0.resolver).finish_non_exhaustive()
    }
}
