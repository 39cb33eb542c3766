//! The body of a request, bounded in length and in time.

use std::pin::pin;
use std::time::Duration;

use bytes::{Buf, BufMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body::Body;
use http_body_util::BodyExt;

use crate::refused::RefusedKind;

/// The longest form, in bytes.
const LONGEST: usize = 64 * 1024;

/// The whole body, or a refusal as soon as it is too long or too slow.
pub(super) async fn read<B: Body>(body: B, patience: Duration) -> Result<Vec<u8>, RefusedKind> {
    if body.size_hint().lower() > LONGEST as u64 {
        return Err(RefusedKind::MalformedRequest);
    }
    let all = async {
        let mut body = pin!(body);
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| RefusedKind::MalformedRequest)?.into_data() else { continue };
            if data.remaining() > LONGEST - read.len() {
                return Err(RefusedKind::MalformedRequest);
            }
            read.put(data);
        }
        Ok(read)
    };
    tokio::time::timeout(patience, all).await.map_err(|_| RefusedKind::MalformedRequest)?
}

/// Whether the body says that it is a form, once, in UTF-8.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let (media_type, parameters) = value.split_once(';').unwrap_or((value, ""));
    let utf8 = |parameter: &str| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let charset = name.trim().eq_ignore_ascii_case("charset");
        parameter.trim().is_empty() || charset && value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    };
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") && parameters.split(';').all(utf8)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_form_says_that_it_is_one() {
        for (value, expected) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-Urlencoded", true),
            ("application/x-www-form-urlencoded;charset=UTF-8", true),
            ("application/x-www-form-urlencoded; charset=\"utf-8\"", true),
            ("application/x-www-form-urlencoded;", true),
            ("application/x-www-form-urlencoded; charset=iso-8859-1", false),
            ("application/x-www-form-urlencoded; boundary=x", false),
            ("application/json", false),
            ("multipart/form-data", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(value))]);
            assert_eq!(is_form(&headers), expected, "{value}");
        }
        assert!(!is_form(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn a_body_is_as_long_as_it_may_be() {
        let read =
            |length| read(http_body_util::Full::<bytes::Bytes>::from(vec![b'a'; length]), Duration::from_secs(5));
        assert_eq!(read(LONGEST).await.unwrap().len(), LONGEST);
        assert!(read(LONGEST + 1).await.is_err());
    }
}
