//! `portcullis inspect`.

use portcullis_testing::{TestIssuer, zoo};
use portcullis_tests::example::TempFile;
use portcullis_tests::idp::Idp;

use super::{Run, run, run_with};

struct Known {
    issuer: TestIssuer,
    jwks: TempFile,
}

impl Known {
    fn new() -> Self {
        let issuer = TestIssuer::new();
        let jwks = TempFile::new(issuer.jwks());
        Self { issuer, jwks }
    }

    /// Inspects with all that there is to know, and more arguments.
    fn inspect(&self, token: &str, more: &[&str]) -> Run {
        let jwks = self.jwks.path().to_str().unwrap();
        let known = ["inspect", "--jwks", jwks, "--issuer", "https://id.test", "--audience", "https://api.test"];
        run_with(&[&known[..], more].concat(), token, &[])
    }
}

fn outcome(run: &Run, id: &str) -> String {
    let document = run.json();
    let rules = document["rules"].as_array().unwrap();
    rules.iter().find(|rule| rule["id"] == id).unwrap()["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn a_good_token_stands_and_the_exit_code_says_so() {
    let known = Known::new();
    let run = known.inspect(&known.issuer.token("orders:read"), &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    assert!(run.out.ends_with("stands: every rule was judged and passed\n"), "{run:?}");
    assert!(run.out.contains("T11  has scopes and roles: `orders:read`"), "{run:?}");
}

#[test]
fn a_refused_token_is_refused_by_the_rule_that_a_verifier_names() {
    let known = Known::new();
    let mint = || known.issuer.mint().scope("orders:read");
    for (name, token, rule, kind) in [
        ("expired", mint().issued_ago(600).expires_in(-60).sign(), "T4", "expired"),
        ("another audience", mint().audience("https://else.test").sign(), "T3", "wrong_audience"),
        ("another issuer", mint().claim("iss", "https://else.test").sign(), "T2", "wrong_issuer"),
        ("forged", TestIssuer::new().token("orders:read"), "S6", "bad_signature"),
        ("no token", "hello".to_owned(), "S1", "malformed_token"),
        ("two words", "hello world".to_owned(), "C1", "malformed_credential"),
        ("too large", "a".repeat(20_000), "C2", "credential_too_large"),
        ("far too large", "a".repeat(3_000_000), "C2", "credential_too_large"),
    ] {
        let run = known.inspect(&token, &["--format", "json"]);
        assert_eq!(run.code, 1, "{name}: {run:?}");
        assert_eq!(run.json()["refused"], serde_json::json!({ "rule": rule, "kind": kind }), "{name}");
        let text = known.inspect(&token, &[]);
        assert_eq!(text.code, 1, "{name}");
        assert!(text.out.contains(&format!("refused: {kind} by {rule}, ")), "{name}: {text:?}");
    }
}

#[test]
fn what_is_not_given_is_not_judged_and_the_token_does_not_stand() {
    let known = Known::new();
    let token = known.issuer.token("orders:read");
    let jwks = known.jwks.path().to_str().unwrap();
    for (name, arguments, open, hint) in [
        ("nothing", &["inspect"][..], &["S4", "S5", "S6", "T2", "T3"][..], "--jwks, --issuer, --audience"),
        ("keys", &["inspect", "--jwks", jwks], &["T2", "T3"], "--issuer, --audience"),
        ("names", &["inspect", "--issuer", "https://id.test", "--audience", "https://api.test"], &["S6"], "--jwks"),
    ] {
        let run = run_with(&[arguments, &["--format", "json"]].concat(), &token, &[]);
        assert_eq!(run.code, 1, "{name}: {run:?}");
        assert_eq!(
            (&run.json()["stands"], &run.json()["refused"]),
            (&false.into(), &serde_json::Value::Null),
            "{name}"
        );
        for id in open {
            assert_eq!(outcome(&run, id), "not_judged", "{name}");
        }
        let text = run_with(arguments, &token, &[]);
        assert!(text.out.contains(&format!("not judged whole: give {hint} for ")), "{name}: {text:?}");
    }
}

#[test]
fn the_token_is_taken_from_wherever_it_is_given() {
    let known = Known::new();
    let token = known.issuer.token("orders:read");
    let bearer = format!("Bearer {token}");
    let line = format!("{bearer}\r\n");
    for (name, arguments, stdin) in [
        ("an argument", vec![token.as_str()], ""),
        ("an argument with its scheme", vec![bearer.as_str()], ""),
        ("two words", vec!["bearer", &token], ""),
        ("stdin", vec![], token.as_str()),
        ("stdin with its scheme and a line break", vec![], &line),
        ("a dash", vec!["-"], &line),
    ] {
        let jwks = known.jwks.path().to_str().unwrap();
        let names = ["--jwks", jwks, "--issuer", "https://id.test", "--audience", "https://api.test"];
        let run = run_with(&[&["inspect"], &arguments[..], &names].concat(), stdin, &[]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}: {run:?}");
        run.assert_keeps(&token, name);
    }
}

/// The order of members is not promised, their names and values are.
#[test]
fn the_json_of_a_token_is_stable() {
    let known = Known::new();
    let run = known.inspect(&known.issuer.mint().without("aud").sign(), &["--format", "json"]);
    let mut document = run.json();
    let rules = document["rules"].as_array_mut().unwrap();
    assert_eq!(rules.len(), 21);
    rules.retain(|rule| ["S6", "T3", "T11"].contains(&rule["id"].as_str().unwrap()));
    insta::assert_snapshot!(format!("{document:#}"), @r#"
    {
      "operations": null,
      "refused": {
        "kind": "missing_claim",
        "rule": "T3"
      },
      "rules": [
        {
          "detail": "",
          "id": "S6",
          "kind": null,
          "outcome": "pass",
          "title": "has a good signature",
          "why": null
        },
        {
          "detail": "there is no aud",
          "id": "T3",
          "kind": "missing_claim",
          "outcome": "fail",
          "title": "is for the audience",
          "why": null
        },
        {
          "detail": "no scope",
          "id": "T11",
          "kind": null,
          "outcome": "pass",
          "title": "has scopes and roles",
          "why": null
        }
      ],
      "stands": false
    }
    "#);
}

/// Wherever it stands and whatever is wrong with it.
#[test]
fn no_token_is_ever_written_as_it_was_given() {
    let known = Known::new();
    let jwks = known.jwks.path().to_str().unwrap();
    let mut tokens: Vec<(&str, String)> = zoo(&known.issuer)
        .iter()
        .filter(|bad| bad.authorization().len() == 1)
        .filter_map(|bad| Some((bad.name(), String::from_utf8(bad.authorization()[0].clone()).ok()?)))
        .filter(|(_, field)| field.starts_with("Bearer ") && field.len() < 4000)
        .collect();
    assert!(tokens.len() > 50);
    // One process each takes a while.
    tokens = tokens.into_iter().step_by(5).collect();
    tokens.push(("good", known.issuer.token("orders:read")));
    for (name, token) in &tokens {
        known.inspect(token, &[]).assert_keeps(token, name);
        known.inspect(token, &["--format", "json"]).assert_keeps(token, name);
    }
    let good = known.issuer.token("orders:read");
    let equals = |option: &str| format!("{option}={good}");
    for (name, arguments) in [
        ("twice", vec!["inspect", &good, &good, &good]),
        ("for a command", vec![good.as_str()]),
        ("for the keys", vec!["inspect", "--jwks", &good]),
        ("for a format", vec!["inspect", "--format", &good]),
        ("for a shell", vec!["completions", &good]),
        ("for an option", vec!["inspect", &equals("--tokn")]),
        ("behind an equals sign", vec!["inspect", &equals("--jwks")]),
        ("behind an option that takes none", vec!["inspect", "--jwks", jwks, &equals("--help")]),
    ] {
        let run = run(&arguments);
        assert_eq!(run.code, 2, "{name}: {run:?}");
        assert!(run.err.contains("error: "), "{name}: {run:?}");
        run.assert_keeps(&good, name);
    }
}

#[test]
fn what_cannot_be_done_is_an_error_with_its_repair() {
    let token = TestIssuer::new().token("a");
    let broken = TempFile::new("{}");
    let broken = broken.path().to_str().unwrap();
    for (name, arguments, stdin, texts) in [
        ("no token", &["inspect"][..], "", ["there is no token", "write it to stdin"]),
        ("a scheme alone", &["inspect", "Bearer"], "", ["there is no token", "write it to stdin"]),
        ("no file", &["inspect", "--jwks", "/nowhere"], &token, ["cannot read /nowhere", "jwks_uri"]),
        ("no keys", &["inspect", "--jwks", broken], &token, ["not a JWK", "jwks_uri"]),
        ("no such URL", &["inspect", "--jwks", "https://"], &token, ["https://", "jwks_uri"]),
        ("an open URL", &["inspect", "--jwks", "http://id.test/jwks"], &token, ["https", "jwks_uri"]),
        ("no keys there", &["inspect", "--jwks", "http://127.0.0.1:9/jwks"], &token, ["no keys of", "--jwks a file"]),
        ("no command", &["explain"], "", ["unrecognized subcommand", "--help"]),
        ("no format", &["inspect", "--format", "xml"], "", ["possible values", "json"]),
    ] {
        let run = run_with(arguments, stdin, &[]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{name}: {run:?}");
        assert!(run.err.starts_with("error: "), "{name}: {run:?}");
        texts.iter().for_each(|text| assert!(run.err.contains(text), "{name}: {run:?}"));
    }
}

#[test]
fn keys_are_fetched_from_where_the_issuer_publishes_them() {
    let issuer = TestIssuer::new();
    let idp = Idp::publishing(issuer.jwks());
    let uri = idp.jwks_uri();
    let names = ["inspect", "--issuer", "https://id.test", "--audience", "https://api.test", "--jwks", &uri];
    let good = run_with(&names, &issuer.token("a"), &[]);
    assert_eq!((good.code, good.err.as_str()), (0, ""), "{good:?}");
    let rotated = run_with(&names, &issuer.mint().header("kid", "other").sign(), &[]);
    assert!(rotated.code == 1 && rotated.out.contains("no key is named `other`"), "{rotated:?}");
    assert_eq!(idp.fetches(), 2, "once each");
}
