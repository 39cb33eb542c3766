//! What the demo says when it is ready.

use super::client::Client;
use super::running::Running;
use super::stopwatch::Stopwatch;
use crate::failure::Failure;
use crate::output::{self, BAD, GOOD, OPEN};

/// Prints the address, and lines to paste, once the services have answered a first request.
pub(crate) async fn announce(demo: &Running, stays: bool, watch: Stopwatch) -> Result<(), Failure> {
    let address = demo.address();
    let login = demo.log_in("demo-bob", "orders:read").await?;
    let token = login.access.as_str();
    let first = Client::of(address).get("/orders", None).await?;
    // As it is now: the rest is words.
    let watch = watch.to_string();
    output::write(&format!(
        "\
Portcullis, live. Open this in a browser:

    http://{address}/

or paste these. The token is demo-bob's, for five minutes; it reads orders:

{GOOD}# 200, the door that it opens{GOOD:#}
curl -i http://{address}/orders -H 'Authorization: Bearer {token}'

{BAD}# 401, without it{BAD:#}
curl -i http://{address}/orders

{OPEN}# 403, another door: cancelling takes orders:cancel and orders:write{OPEN:#}
curl -i -X DELETE http://{address}/orders/1 -H 'Authorization: Bearer {token}'

Keys and people are made up, and {}. Ctrl-C stops it. First verdict, a {}, after {watch}.
listening on {address}
",
        if stays { "keys and grants are kept in the folder" } else { "forgotten when it stops" },
        first.status,
    ))?;
    Ok(())
}
