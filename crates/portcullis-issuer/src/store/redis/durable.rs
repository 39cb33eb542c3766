//! Whether Redis keeps what it has confirmed.

use redis::aio::MultiplexedConnection;
use redis::{ErrorKind, RedisError, ServerErrorKind, cmd};

use super::fault;
use crate::store::StoreError;

/// What is wrong with the configuration, if it can be read: `None` if not, as on managed servers.
pub(super) async fn flaw(connection: &mut MultiplexedConnection) -> Result<Option<Option<&'static str>>, StoreError> {
    let mut settings = Vec::new();
    // One by one: Redis 6 takes no more.
    for name in ["appendonly", "appendfsync", "maxmemory", "maxmemory-policy"] {
        let pair: Vec<String> = match cmd("CONFIG").arg("GET").arg(name).query_async(connection).await {
            Ok(pair) => pair,
            Err(error) if is_refused(&error) => return Ok(None),
            Err(error) => return Err(fault::of(error)),
        };
        let Ok([_, setting]) = <[String; 2]>::try_from(pair) else { return Ok(None) };
        settings.push(setting);
    }
    Ok(match &*settings {
        [appendonly, ..] if appendonly != "yes" => Some(Some("`appendonly` is not `yes`")),
        [_, appendfsync, ..] if appendfsync != "always" => Some(Some("`appendfsync` is not `always`")),
        [_, _, most, policy] if most != "0" && policy != "noeviction" => {
            Some(Some("there is a `maxmemory`, and `maxmemory-policy` is not `noeviction`"))
        }
        [_, _, _, _] => Some(None),
        _ => None,
    })
}

/// Not permitted, renamed, or not there: an answer all the same.
fn is_refused(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(kind) if kind != ServerErrorKind::BusyLoading)
        || error.kind() == ErrorKind::Extension
}
