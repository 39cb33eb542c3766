//! How long a response says that it is up to date.

use std::time::Duration;

use headers::{Age, CacheControl, HeaderMapExt};
use http::HeaderMap;

/// `max-age` less `Age` (RFC 9111 §4.2). What is not to be stored or reused is up to date for no time at all; what is out of
/// date on arrival, likewise. `None` when the response does not say.
pub(super) fn lifetime(headers: &HeaderMap) -> Option<Duration> {
    let control: CacheControl = headers.typed_try_get().ok()??;
    if control.no_store() || control.no_cache() {
        return Some(Duration::ZERO);
    }
    let age =
        headers.typed_try_get::<Age>().ok().flatten().map_or(Duration::ZERO, |age| Duration::from_secs(age.as_secs()));
    control.max_age().map(|max_age| max_age.saturating_sub(age))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_max_age_less_age() {
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (control, age, expected) in [
            (&[][..], None, None),
            (&["public"], None, None),
            (&["max-age=600"], None, seconds(600)),
            (&["public, max-age=600, must-revalidate, no-transform"], Some("100"), seconds(500)),
            (&["public", "max-age=600"], None, seconds(600)),
            (&["max-age=600"], Some("601"), seconds(0)),
            (&["max-age=600"], Some("soon"), seconds(600)),
            (&["max-age=0"], None, seconds(0)),
            (&["no-store"], None, seconds(0)),
            (&["no-cache, max-age=600"], None, seconds(0)),
            (&["max-age=315360000"], None, seconds(315_360_000)),
        ] {
            let mut headers = HeaderMap::new();
            for value in control {
                headers.append("cache-control", value.parse().unwrap());
            }
            age.map(|age: &str| headers.insert("age", age.parse().unwrap()));
            assert_eq!(lifetime(&headers), expected, "{control:?}, {age:?}");
        }
    }
}
