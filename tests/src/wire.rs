//! Responses as they go over the wire, and two readers of a challenge.

use std::fmt::Write as _;

use bytes::Bytes;
use http::Response;
use http_body::Body;
use http_body_util::BodyExt as _;

/// Status, all headers in order of their names, body: a response as text.
///
/// # Panics
/// When the body breaks off, or a header is not text.
pub async fn text<B: Body<Data = Bytes>>(response: Response<B>) -> String {
    let (parts, body) = response.into_parts();
    let mut headers: Vec<_> = parts.headers.iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    let mut text = format!("{}\n", parts.status.as_u16());
    for (name, value) in headers {
        writeln!(text, "  {name}: {}", value.to_str().unwrap()).unwrap();
    }
    let Ok(body) = body.collect().await else { panic!("the body breaks off") };
    let body = body.to_bytes();
    if !body.is_empty() {
        writeln!(text, "  {}", std::str::from_utf8(&body).unwrap()).unwrap();
    }
    text
}

/// Reads a challenge by the grammar of RFC 9110 §11.6.1, one scheme with parameters, and nothing that this project promises
/// to leave out: no escapes, no parameter twice, no value that is not quoted.
///
/// # Errors
/// What is wrong with it.
pub fn parse_challenge(value: &str) -> Result<Vec<(&str, &str)>, String> {
    let mut rest = value.strip_prefix("Bearer ").ok_or("another scheme, or no parameter")?;
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    loop {
        let is_token = |char: char| char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char);
        let end = rest.find(|char| !is_token(char)).ok_or("a name without a value")?;
        let (name, after) = rest.split_at(end);
        let after = after.strip_prefix("=\"").ok_or_else(|| format!("no quoted value behind {name:?}"))?;
        let end = after.find('"').ok_or("a quote that does not end")?;
        let (content, after) = (&after[..end], &after[end + 1..]);
        if !content.bytes().all(|byte| matches!(byte, 0x20..=0x7E) && byte != b'\\') || content.is_empty() {
            return Err(format!("{name}: {content:?} is empty or needs an escape"));
        }
        if name.is_empty() || parameters.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            return Err(format!("{name:?} is empty or there twice"));
        }
        parameters.push((name, content));
        if after.is_empty() {
            return Ok(parameters);
        }
        rest = after.strip_prefix(", ").ok_or_else(|| format!("no comma behind {name}"))?;
    }
}

/// Reads a challenge as widely used clients do: every match of `[A-Za-z_]+="[^"]+"`.
pub fn match_challenge(value: &str) -> Vec<(&str, &str)> {
    let mut parameters = Vec::new();
    let mut from = 0;
    while let Some(at) = value[from..].find("=\"").map(|at| at + from) {
        let name = value[..at].rfind(|char: char| !char.is_ascii_alphabetic() && char != '_').map_or(0, |at| at + 1);
        let Some(end) = value[at + 2..].find('"').map(|end| end + at + 2) else { break };
        if name < at && end > at + 2 {
            parameters.push((&value[name..at], &value[at + 2..end]));
        }
        from = end + 1;
    }
    parameters
}

#[cfg(test)]
mod tests {
    use super::{match_challenge, parse_challenge};

    #[test]
    fn both_readers_read_a_challenge() {
        let challenge = r#"Bearer realm="a, b", error="invalid_token""#;
        let wanted = [("realm", "a, b"), ("error", "invalid_token")];
        assert_eq!(parse_challenge(challenge).unwrap(), wanted);
        assert_eq!(match_challenge(challenge), wanted);
    }

    #[test]
    fn the_strict_reader_is_strict() {
        for (name, challenge) in [
            ("no parameter", "Bearer"),
            ("no parameter behind a space", "Bearer "),
            ("another scheme", r#"Basic realm="a""#),
            ("lower case", r#"bearer realm="a""#),
            ("not quoted", "Bearer realm=a"),
            ("empty", r#"Bearer realm="""#),
            ("escaped", r#"Bearer realm="a\"b""#),
            ("twice", r#"Bearer realm="a", Realm="b""#),
            ("no comma", r#"Bearer realm="a" error="b""#),
            ("comma at the end", r#"Bearer realm="a", "#),
            ("open", r#"Bearer realm="a"#),
            ("a second challenge", r#"Bearer realm="a", Basic realm="b""#),
        ] {
            assert!(parse_challenge(challenge).is_err(), "{name}");
        }
    }
}
