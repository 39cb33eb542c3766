//! The rows of the misuse table that end at the compiler. To renew what it says: `TRYBUILD=overwrite`.

#[test]
fn what_must_not_compile_does_not() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}
