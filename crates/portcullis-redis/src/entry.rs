//! One revocation as an entry of the stream.

use std::time::Duration;

use portcullis_core::{Revocation, Timestamp};

/// What no claim of a token is longer than.
const LONGEST: usize = 16 * 1024;

/// Whether it is short enough to be shared.
pub(crate) fn fits(revocation: &Revocation) -> bool {
    revocation.issuer().len() <= LONGEST && revocation.claim().1.len() <= LONGEST
}

/// The fields of an entry. Times are decimal seconds since the Unix epoch, to the nanosecond: a moment that moved by a
/// fraction would spare a token, or take one too many.
pub(crate) fn fields(revocation: &Revocation) -> Vec<(&'static str, String)> {
    let (claim, value) = revocation.claim();
    let mut fields = vec![
        ("claim", claim.to_owned()),
        ("iss", revocation.issuer().to_owned()),
        ("value", value.to_owned()),
        ("until", decimal(revocation.until())),
    ];
    if revocation.issued_before() != Timestamp::FOREVER {
        fields.push(("issued_before", decimal(revocation.issued_before())));
    }
    fields
}

/// Reads the fields of an entry; `None` for what another program wrote. Fields that are not known here are left alone: a later
/// version may add some.
pub(crate) fn parse(fields: &[(&[u8], &[u8])]) -> Option<Revocation> {
    let text = |name: &str| {
        let mut found = fields.iter().filter(|(field, _)| *field == name.as_bytes());
        let (_, value) = found.next()?;
        // Twice the same name: whose is it?
        if found.next().is_some() { None } else { std::str::from_utf8(value).ok() }
    };
    let short = |name: &str| text(name).filter(|value| value.len() <= LONGEST);
    let (issuer, value, until) = (short("iss")?, short("value")?, moment(text("until")?)?);
    match text("claim")? {
        "jti" => Some(Revocation::of_token(issuer, value, until)),
        "sid" => Some(Revocation::of_session(issuer, value, until)),
        "sub" => {
            let is_there = fields.iter().any(|(field, _)| *field == b"issued_before");
            let issued_before = if is_there { moment(text("issued_before")?)? } else { Timestamp::FOREVER };
            Some(Revocation::of_subject(issuer, value, issued_before, until))
        }
        _ => None,
    }
}

fn decimal(moment: Timestamp) -> String {
    let since = moment.since_epoch();
    format!("{}.{:09}", since.as_secs(), since.subsec_nanos())
}

fn moment(text: &str) -> Option<Timestamp> {
    let (seconds, nanoseconds) = text.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if nanoseconds.len() != 9 || !digits(seconds) || !digits(nanoseconds) {
        return None;
    }
    let since =
        Duration::from_secs(seconds.parse().ok()?).checked_add(Duration::from_nanos(nanoseconds.parse().ok()?))?;
    Some(Timestamp::from_secs(0).saturating_add(since))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(revocation: &Revocation) -> Option<Revocation> {
        let fields = fields(revocation);
        let bytes: Vec<_> = fields.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
        parse(&bytes)
    }

    #[test]
    fn an_entry_comes_back_as_it_was_written() {
        let exp = Timestamp::from_secs_f64(1_800_000_000.123_456_7).unwrap();
        for revocation in [
            Revocation::of_token("https://id.test", "a jti, \0 and \u{1f512}", exp),
            Revocation::of_session("", "", Timestamp::from_secs(0)),
            Revocation::of_subject("https://id.test", "alice", exp, Timestamp::FOREVER),
            Revocation::of_subject("https://id.test", "alice", Timestamp::FOREVER, exp),
        ] {
            assert_eq!(round(&revocation), Some(revocation));
        }
    }

    #[test]
    fn what_is_no_entry_of_ours_is_none() {
        type Fields = Vec<(&'static [u8], Vec<u8>)>;
        let good = || -> Fields {
            let revocation = Revocation::of_subject("i", "v", Timestamp::from_secs(5), Timestamp::from_secs(9));
            fields(&revocation).into_iter().map(|(name, value)| (name.as_bytes(), value.into_bytes())).collect()
        };
        let parsed = |fields: &Fields| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_slice())).collect();
            parse(&fields)
        };
        let with = |name: &'static [u8], value: &[u8]| {
            let mut fields = good();
            fields.retain(|(field, _)| *field != name);
            fields.push((name, value.to_vec()));
            fields
        };
        assert!(parsed(&good()).is_some());
        assert!(parsed(&with(b"later", b"unknown")).is_some(), "a later version may add a field");
        for (name, fields) in [
            ("empty", Vec::new()),
            ("another claim", with(b"claim", b"aud")),
            ("no text", with(b"value", b"\xff\xfe")),
            ("too long", with(b"value", &vec![b'x'; LONGEST + 1])),
            ("no number", with(b"until", b"soon")),
            ("a sign", with(b"until", b"+9.000000000")),
            ("no fraction", with(b"until", b"9")),
            ("too large", with(b"until", b"99999999999999999999.000000000")),
            ("no moment", with(b"issued_before", b"")),
            ("twice", [good(), vec![(&b"iss"[..], b"j".to_vec())]].concat()),
        ] {
            assert_eq!(parsed(&fields), None, "{name}");
        }
        for missing in ["claim", "iss", "value", "until"] {
            let mut fields = good();
            fields.retain(|(field, _)| *field != missing.as_bytes());
            assert_eq!(parsed(&fields), None, "without {missing}");
        }
    }
}
