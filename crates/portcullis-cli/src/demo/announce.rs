//! What the demo says when it is ready.

use std::time::Instant;

use super::client::Client;
use super::running::Running;
use crate::failure::Failure;
use crate::output::{self, BAD, GOOD, OPEN};

/// Prints the address, and lines to paste, once the services have answered a first request.
pub(crate) async fn announce(demo: &Running, stays: bool, began: Instant) -> Result<(), Failure> {
    let address = demo.address();
    let login = demo.log_in("demo-bob", "orders:read").await?;
    let token = login.access.as_str();
    let first = Client::of(address).get("/orders", None).await?;
    let ready = began.elapsed();
    output::write(&format!(
        "\
Portcullis, live. Open this in a browser:

    http://{address}/

or paste these. The token is demo-bob's, for five minutes; it reads orders:

{GOOD}# 200, the door that it opens{GOOD:#}
curl -i http://{address}/orders -H 'Authorization: Bearer {token}'

{BAD}# 401, without it{BAD:#}
curl -i http://{address}/orders

{OPEN}# 403, another door{OPEN:#}
curl -i -X DELETE http://{address}/orders/1 -H 'Authorization: Bearer {token}'

Keys and people are made up, and {}. Ctrl-C stops it. First verdict, a {}, after {} ms.
listening on {address}
",
        if stays { "keys and grants are kept in the folder" } else { "forgotten when it stops" },
        first.status,
        ready.as_millis(),
    ))?;
    Ok(())
}
