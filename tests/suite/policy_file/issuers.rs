//! What is wrong with an issuer.

use super::refusal;

#[test]
fn an_unknown_field_of_an_issuer_is_named() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
audiance = "x"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: unknown field `audiance`: an issuer has `issuer`, `audience`, `jwks_file`, `jwks_url`, `discover`, `pem_file`, `algorithm`, `algorithms`, `max_lifetime`, `leeway`, `scopes`, `roles`, `profile`, `require_at_jwt`; did you mean `audience`?
      5 | audiance = "x"
        | ^^^^^^^^
    "#);
}

#[test]
fn an_issuer_has_a_name() {
    let text = r#"
[[issuer]]
audience = "https://api.test/"
jwks_file = "jwks.json"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it has no name: write `issuer = "https://issuer.test/"`, the exact `iss` of the tokens
      1 | [[issuer]]
        | ^^^^^^^^^^
    "#);
}

#[test]
fn an_issuer_has_an_audience() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
jwks_file = "jwks.json"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it has no audience: write `audience = "https://api.test/"`, the exact `aud` that names this service
      1 | [[issuer]]
        | ^^^^^^^^^^
    "#);
}

#[test]
fn an_audience_is_not_empty() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = []
jwks_file = "jwks.json"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    3:12: the audience is empty: give the exact `aud` that names this service
      3 | audience = []
        |            ^^
    "#);
}

#[test]
fn an_issuer_has_keys() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    1:1: it does not say where its keys are: write `jwks_file = "jwks.json"`, `jwks_url = "https://.."`, `discover = true`, or `pem_file = "key.pem"` with `algorithm = "ES256"`
      1 | [[issuer]]
        | ^^^^^^^^^^
    "#);
}

#[test]
fn keys_come_from_one_place() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
jwks_url = "https://issuer.test/jwks"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: `jwks_url` beside `jwks_file`: keys come from one place, leave one of them out
      5 | jwks_url = "https://issuer.test/jwks"
        | ^^^^^^^^
    "#);
}

#[test]
fn a_place_for_keys_is_not_empty() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = ""
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:13: it is empty: write `jwks_file = "jwks.json"`
      4 | jwks_file = ""
        |             ^^
    "#);
}

#[test]
fn keys_that_are_not_discovered_come_from_somewhere() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
discover = false
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:12: keys have to come from somewhere: say `true`, or name another place
      4 | discover = false
        |            ^^^^^
    "#);
}

#[test]
fn a_key_in_pem_has_an_algorithm() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
pem_file = "key.pem"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    4:1: `pem_file` does not say for which algorithm: write `algorithm = "ES256"` too
      4 | pem_file = "key.pem"
        | ^^^^^^^^
    "#);
}

#[test]
fn a_key_set_has_no_algorithm() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
algorithm = "ES256"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:1: `algorithm` is that of a `pem_file`: a key set says it itself; what may be used is `algorithms`, a list
      5 | algorithm = "ES256"
        | ^^^^^^^^^
    "#);
}

#[test]
fn an_algorithm_is_known() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
algorithms = ["RS256", "es256"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:24: `es256` is not an algorithm for signatures: take one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`; did you mean `ES256`?
      5 | algorithms = ["RS256", "es256"]
        |                        ^^^^^^^
    "#);
}

#[test]
fn an_algorithm_without_a_signature_is_none() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
algorithms = ["none"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:15: `none` is not an algorithm for signatures: take one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`
      5 | algorithms = ["none"]
        |               ^^^^^^
    "#);
}

#[test]
fn a_shared_secret_has_no_place_in_a_policy() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
algorithms = ["HS256"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:15: `HS256` signs with a shared secret: whoever verifies could sign, and a secret has no place in a policy; take one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`
      5 | algorithms = ["HS256"]
        |               ^^^^^^^
    "#);
}

#[test]
fn a_key_in_pem_is_no_shared_secret() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
pem_file = "key.pem"
algorithm = "HS512"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:13: `HS512` signs with a shared secret: whoever verifies could sign, and a secret has no place in a policy; take one of `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `ES256`, `ES384`, `EdDSA`
      5 | algorithm = "HS512"
        |             ^^^^^^^
    "#);
}

#[test]
fn some_algorithm_is_accepted() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
algorithms = []
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:14: the list of algorithms is empty: name at least one, or leave the default
      5 | algorithms = []
        |              ^^
    "#);
}

#[test]
fn a_leeway_is_short() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
leeway = "5m"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:10: a leeway over 60 s keeps expired tokens alive: mend the clocks, or say `dangerous().leeway(…)`
      5 | leeway = "5m"
        |          ^^^^
    "#);
}

#[test]
fn a_lifetime_is_a_day_at_most() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
max_lifetime = "2 days"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:16: a lifetime over a day leaves a stolen token good for days: have shorter ones issued, or say `dangerous().max_lifetime(…)`
      5 | max_lifetime = "2 days"
        |                ^^^^^^^^
    "#);
}

#[test]
fn a_lifetime_has_a_unit() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
max_lifetime = 3600
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:16: `3600` has no unit: write `"30s"`, `"5m"` or `"1h"`
      5 | max_lifetime = 3600
        |                ^^^^
    "#);
}

#[test]
fn scopes_are_at_a_path_of_claims() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
scopes = ["https://id.test/scopes"]
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: `https://id.test/scopes` is not a claim: a claim is a name, or several separated by dots; one with anything but letters, digits, `_` and `-` in it stands in double quotes: `resource_access."orders.api".roles`
      5 | scopes = ["https://id.test/scopes"]
        |           ^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
}

#[test]
fn roles_are_somewhere() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
roles = []
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:9: it names no claim: write `roles = ["realm_access.roles"]`, or leave it out
      5 | roles = []
        |         ^^
    "#);
}

#[test]
fn there_is_one_profile() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"
profile = "rfc9086"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    5:11: there is one profile: write `profile = "rfc9068"`, or leave it out
      5 | profile = "rfc9086"
        |           ^^^^^^^^^
    "#);
}

#[test]
fn an_issuer_stands_there_once() {
    let text = r#"
[[issuer]]
issuer = "https://issuer.test/"
audience = "https://api.test/"
jwks_file = "jwks.json"

[[issuer]]
issuer = "https://issuer.test/"
audience = "https://other.test/"
jwks_file = "jwks.json"
"#;
    insta::assert_snapshot!(refusal(&text[1..]), @r#"
    7:10: this issuer is in line 2 already: put its audiences in one list
      7 | issuer = "https://issuer.test/"
        |          ^^^^^^^^^^^^^^^^^^^^^^
    "#);
}
