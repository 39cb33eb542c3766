//! `portcullis check`.

use portcullis_tests::example::TempFile;

use super::{run, run_with};

const CLEAN: &str = r#"
[roles]
reader = ["orders:read"]
writer = ["orders:read", "orders:write"]

[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"

[[operation]]
methods = ["POST"]
path = "/orders"
require = "orders:write"
"#;

/// No role gives `orders:delete`.
const WARNED: &str = r#"
[roles]
reader = ["orders:read"]

[[operation]]
methods = ["GET"]
path = "/orders/{id}"
require = "orders:read"

[[operation]]
methods = ["DELETE"]
path = "/orders/{id}"
require = "orders:delete"
"#;

const INVALID: &str = "[[operation]]\nmethods = [\"GET\"]\npath = \"/orders\"\nrequires = \"orders:read\"\n";

#[test]
fn the_exit_code_says_whether_a_policy_is_clean() {
    let file = |text: &str| TempFile::new(text);
    let (clean, warned, invalid) = (file(CLEAN), file(WARNED), file(INVALID));
    let (served, more) =
        (file("GET /orders/{id}\nPOST /orders\n"), file("GET /orders/{id}\nPOST /orders\nGET /admin\n"));
    let (no_lines, token) = (file("GET"), file("a.b.c"));
    let path = |file: &'static TempFile| file.path().to_str().unwrap();
    let leak = |file: TempFile| path(Box::leak(Box::new(file)));
    let [clean, warned, invalid, served, more, no_lines, token] =
        [clean, warned, invalid, served, more, no_lines, token].map(leak);
    for (name, arguments, code, text) in [
        ("clean", &[clean][..], 0, "0 errors, 0 warnings"),
        ("clean, warnings denied", &[clean, "--deny", "warnings"], 0, "0 errors, 0 warnings"),
        ("all is guarded", &[clean, "--inventory", served], 0, "0 errors, 0 warnings"),
        ("an unguarded endpoint", &[clean, "--inventory", more], 1, "error: unguarded: GET /admin: "),
        ("a warning", &[warned], 0, "warning: unobtainable: DELETE /orders/{id}: "),
        ("a warning, denied", &[warned, "--deny", "warnings"], 1, "warning: unobtainable: DELETE /orders/{id}: "),
        ("invalid", &[invalid], 1, ":4:1: unknown field `requires`"),
        ("no TOML", &[token], 1, "this is no TOML"),
        ("no file", &["/nowhere.toml"], 2, "cannot read /nowhere.toml"),
        ("a folder", &["/"], 2, "it is not a file"),
        ("no inventory", &[clean, "--inventory", "/nowhere"], 2, "cannot read /nowhere"),
        ("a broken inventory", &[clean, "--inventory", no_lines], 2, "line 1: an operation reads"),
        ("no policy", &[], 2, "<POLICY>"),
        ("another thing to deny", &[clean, "--deny", "everything"], 2, "possible values"),
    ] {
        let run = run(&[&["check"], arguments].concat());
        assert_eq!(run.code, code, "{name}: {run:?}");
        let (said, silent) = if text.contains("error: ") || code == 0 || !run.out.is_empty() {
            (&run.out, &run.err)
        } else {
            (&run.err, &run.out)
        };
        assert!(said.contains(text), "{name}: {run:?}");
        assert_eq!(silent, "", "{name}");
        assert_eq!(run.err.starts_with("error: "), !run.err.is_empty(), "{name}: {run:?}");
    }
}

#[test]
fn findings_and_permissions_read_the_same_every_time() {
    let policy = TempFile::new(CLEAN);
    let run = run(&["check", policy.path().to_str().unwrap()]);
    insta::assert_snapshot!(run.out, @r#"
    note: one_role: POST /orders: only the role `writer` gives `orders:write`: if others need it, give it to them too
    0 errors, 0 warnings, 1 note

    operation         reader  writer  needs
    GET /orders/{id}  yes     yes     orders:read
    POST /orders      -       yes     orders:write

    yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody
    "#);
}

#[test]
fn programs_get_the_findings_and_the_matrix() {
    let (policy, served) = (TempFile::new(WARNED), TempFile::new("GET /orders/{id}\nDELETE /orders/{id}\nGET /x\n"));
    let arguments = ["check", policy.path().to_str().unwrap(), "--inventory", served.path().to_str().unwrap()];
    let run = run(&[&arguments[..], &["--format", "json"]].concat());
    let document = run.json();
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let first = &document["findings"][0];
    assert_eq!(
        (&first["severity"], &first["kind"], &first["operations"]),
        (&"error".into(), &"unguarded".into(), &serde_json::json!(["GET /x"]))
    );
    assert_eq!(
        document["matrix"][0],
        serde_json::json!({
            "operation": "GET /orders/{id}", "needs": "orders:read", "roles": { "reader": "yes" }
        })
    );
    assert_eq!(document["faults"], serde_json::json!([]));
}

#[test]
fn programs_get_the_faults_of_an_invalid_policy() {
    let policy = TempFile::new(INVALID);
    let run = run(&["check", policy.path().to_str().unwrap(), "--format", "json"]);
    let document = run.json();
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let fault = &document["faults"][0];
    assert_eq!((&fault["line"], &fault["column"]), (&4.into(), &1.into()));
    assert!(fault["text"].as_str().unwrap().starts_with("unknown field `requires`"), "{document}");
}

#[test]
fn a_repository_gets_markdown() {
    let policy = TempFile::new(WARNED);
    let run = run(&["check", policy.path().to_str().unwrap(), "--format", "markdown"]);
    assert_eq!(run.code, 0);
    for line in
        ["## Findings", "- **warning** `unobtainable` `DELETE /orders/{id}`: ", "| operation | reader | needs |"]
    {
        assert!(run.out.lines().any(|other| other.starts_with(line)), "{line}: {}", run.out);
    }
}

#[test]
fn colours_of_findings_are_for_terminals() {
    let policy = TempFile::new(WARNED);
    for (environment, coloured) in [(&[][..], false), (&[("CLICOLOR_FORCE", "1")], true)] {
        let run = run_with(&["check", policy.path().to_str().unwrap()], "", environment);
        assert_eq!(run.out.contains("\u{1b}["), coloured, "{run:?}");
    }
}

/// The policy that the repository shows is one that the command finds nothing wrong with.
#[test]
fn the_policy_of_the_examples_is_clean() {
    let run = run(&["check", concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/orders-policy.toml")]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn each_fault_of_a_policy_is_an_error_of_its_own() {
    let policy = TempFile::new(format!("{INVALID}\n{INVALID}"));
    let run = run(&["check", policy.path().to_str().unwrap()]);
    assert_eq!(run.code, 1, "{run:?}");
    let errors: Vec<&str> = run.err.split("\n\n").collect();
    let [faults @ .., count] = errors.as_slice() else { panic!("{run:?}") };
    assert!(faults.len() > 1 && faults.iter().all(|fault| fault.starts_with("error: ")), "{run:?}");
    assert_eq!(*count, format!("{} errors\n", faults.len()), "{run:?}");
}

#[test]
fn what_turns_a_terminal_around_stays_out_of_it() {
    let odd = |text: &str| format!("{CLEAN}\n[[operation]]\nmethods = [\"GET\"]\npath = \"/x\"\npublic = \"{text}\"\n");
    let policy = TempFile::new(odd("a\\u001B[2J\\u202Eb\\u2066c | <b> `d` \\ne"));
    for format in ["text", "json", "markdown"] {
        let run = run(&["check", policy.path().to_str().unwrap(), "--format", format]);
        let unseen = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}".contains(c));
        assert!(run.code == 0 && !run.out.contains(unseen), "{run:?}");
        if format == "markdown" {
            let note = run.out.lines().find(|line| line.starts_with("- **note** `public`")).unwrap();
            assert!(note.contains("c \\| \\<b\\> \\`d\\` \\\\ne"), "{note}");
        }
    }
    let run = run(&["check", "/nowhere\u{1b}[2J\u{202e}\nerror: x"]);
    assert!(!run.err.contains(['\u{1b}', '\u{202e}']) && run.err.lines().count() == 1, "{run:?}");
}
