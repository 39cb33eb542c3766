//! What a file may be: anything, and it never panics, nor shows more of itself than a line.

use portcullis::policy::PolicyFile;
use portcullis_tests::example::TempFile;
use proptest::prelude::*;

use super::{WHOLE, refusal};

/// What holds of every refusal.
fn is_well_told(text: &str) {
    let Err(error) = PolicyFile::parse(text) else { return };
    assert!((1..=50).contains(&error.faults().len()), "{text:?}");
    let lines = text.split('\n').count();
    for fault in error.faults() {
        let (line, column) = (fault.line().expect("a line"), fault.column().expect("a column"));
        assert!((1..=lines).contains(&line) && column >= 1, "{line}:{column} of {text:?}");
        let told = fault.to_string();
        assert_eq!(told.split('\n').count(), 3, "the mistake, the line, the mark: {told:?}");
        assert!(
            told.ends_with('^') && !told.contains(|letter: char| letter.is_control() && letter != '\n'),
            "{told:?}"
        );
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        is_well_told(&text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        is_well_told(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_change_to_the_example_makes_it_panic(
        at in any::<prop::sample::Index>(),
        gone in 0..40_usize,
        put in prop_oneof![
            Just(String::new()),
            "[\\[\\]{}=\",.#\\n a-z0-9\u{e9}\u{202e}\\t]{0,12}",
            prop::sample::select(vec!["[", "]]", "{}", "[]", "= 1", "\"\"", "true", "\n[roles]\n", "require = 1\n", "\u{0}"])
                .prop_map(str::to_owned),
        ],
    ) {
        let at = at.index(WHOLE.len());
        let after = WHOLE.get((at + gone).min(WHOLE.len())..).unwrap_or_default();
        is_well_told(&format!("{}{put}{after}", &WHOLE[..at]));
    }

    #[test]
    fn no_value_in_place_of_another_makes_it_panic(
        nth in any::<prop::sample::Index>(),
        value in prop::sample::select(vec![
            "1", "-9223372036854775809", "0.5", "nan", "true", "\"\"", "\"a b\"", "[]", "[[]]", "[[[\"a\"]]]", "{}", "{ all = [] }",
            "{ a = { b = { c = 1 } } }", "1979-05-27", "[1, \"a\", {}]", "\"\"\"a\nb\"\"\"", "\"99999999999999999999 years\"",
        ]),
    ) {
        let settings: Vec<usize> = WHOLE.lines().enumerate().filter(|(_, line)| line.contains(" = ")).map(|(nth, _)| nth).collect();
        let changed = settings[nth.index(settings.len())];
        let lines = WHOLE.lines().enumerate().map(|(nth, line)| match line.split_once(" = ") {
            Some((key, _)) if nth == changed => format!("{key} = {value}\n"),
            _ => format!("{line}\n"),
        });
        is_well_told(&lines.collect::<String>());
    }
}

#[test]
fn tables_within_tables_have_a_bound() {
    for (open, close) in [("{ all = [", "] }"), ("{ any = [{ all = [", "] }] }")] {
        let nested = format!("{}\"a\"{}", open.repeat(10_000), close.repeat(10_000));
        is_well_told(&format!("[[operation]]\nrpc = \"a.B/C\"\nrequire = {nested}\n"));
    }
    is_well_told(&format!("[{}]\n", "a.".repeat(10_000) + "a"));
}

#[test]
fn an_error_shows_the_one_line_and_no_secret_of_another() {
    let text = "[[operation]]\nrpc = \"a.B/C\"\nrequire = \"a\" # s3cret\nowner = \"\"\"\nhunter2\"\"\"\n";
    insta::assert_snapshot!(refusal(text), @r#"
    4:1: unknown field `owner`: an operation has `methods`, `path`, `rpc`, `require`, `where`, `max_age`, `public`, `report_only`
      4 | owner = """
        | ^^^^^
    "#);
}

#[test]
fn of_a_long_line_the_part_around_the_place_is_shown() {
    let scopes: Vec<String> = (0..60).map(|nth| format!("\"orders:{nth}\"")).collect();
    let text = format!("[implies]\nall = [{}, \"not one\", \"b\"]\n", scopes.join(", "));
    insta::assert_snapshot!(refusal(&text), @r#"
    2:778: `not one` is not a scope: printable ASCII without space, double quote and backslash; write several as a list
      2 | …s:55", "orders:56", "orders:57", "orders:58", "orders:59", "not one", "b"]
        |                                                             ^^^^^^^^^
    "#);
}

#[test]
fn a_file_full_of_faults_is_told_in_part() {
    let text: String = (0..60).map(|nth| format!("field{nth} = 1\n")).collect();
    let told = refusal(&text);
    assert!(told.starts_with("1:1: unknown field `field0`") && told.ends_with("\nand 10 more"), "{told}");
}

#[test]
fn what_moves_the_cursor_is_not_shown() {
    let told = refusal("\"a\u{202e}b\\u001b[31m\" = 1\n");
    assert!(!told.contains(['\u{202e}', '\u{1b}']), "{told:?}");
}

#[test]
fn a_file_has_a_mebibyte_at_most() {
    let padding = "#".repeat(1024 * 1024 - WHOLE.len());
    assert!(PolicyFile::parse(&format!("{WHOLE}{padding}")).is_ok());
    insta::assert_snapshot!(refusal(&format!("{WHOLE}{padding}#")), @r#"
    it has over 1024 KiB, more than it can need: is it the right file?
    "#);
    let file = TempFile::new(format!("{WHOLE}{padding}#"));
    let told = PolicyFile::read(file.path()).unwrap_err().to_string();
    assert!(told.contains("over 1024 KiB") && told.starts_with(file.path().to_str().unwrap()), "{told}");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let file = TempFile::new(b"a = 1\nb = \"\xff\"\n");
    let path = file.path().display().to_string();
    for (name, path, why) in [
        ("missing", "/nowhere/policy.toml", "No such file"),
        ("a folder", "/", "not a file"),
        ("not UTF-8", path.as_str(), "not UTF-8 in line 2"),
    ] {
        let error = PolicyFile::read(path).unwrap_err();
        let told = error.to_string();
        assert!(
            told.starts_with(&format!("{path}: the policy cannot be read: ")) && told.contains(why),
            "{name}: {told}"
        );
        assert_eq!(error.faults()[0].line(), None, "{name}");
    }
}

#[test]
fn a_fault_names_the_file_that_was_read() {
    let file = TempFile::new("operations = []\n");
    let told = PolicyFile::read(file.path()).unwrap_err().to_string();
    assert!(told.starts_with(&format!("{}:1:1: unknown field `operations`", file.path().display())), "{told}");
}
