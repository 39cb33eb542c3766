//! Descriptor sets, and what is wrong with some of them.

use portcullis::policy::Policy;
use portcullis_tonic::{Descriptors, REQUIRE_PROTO};
use prost::Message as _;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

/// The beginning of a proto, up to the brace of its first service.
pub(super) const ORDERS: &str =
    r#"syntax = "proto3"; package test; import "portcullis/v1/require.proto"; message Nothing {} service Orders"#;

pub(super) const PUBLIC: &str = r#"public: "a test""#;

/// Files by name.
struct Sources(Vec<(&'static str, String)>);

impl FileResolver for Sources {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        let (_, source) = found.ok_or_else(|| protox::Error::file_not_found(name))?;
        File::from_source(name, source)
    }
}

fn compile(proto: &str, require: &str) -> Compiler {
    let mut files = ChainFileResolver::new();
    files.add(Sources(vec![("orders.proto", proto.to_owned()), ("portcullis/v1/require.proto", require.to_owned())]));
    files.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(files);
    compiler.include_imports(true).open_file("orders.proto").unwrap_or_else(|error| panic!("{error:?}: {proto}"));
    compiler
}

/// A proto, encoded as it should be.
pub(super) fn set_of(proto: &str) -> Vec<u8> {
    compile(proto, REQUIRE_PROTO).encode_file_descriptor_set()
}

fn with_options(names: [&str; 4], options: [&str; 4]) -> String {
    let methods = names.into_iter().zip(options).map(|(name, option)| {
        format!("rpc {name}(Nothing) returns (Nothing) {{ option (portcullis.v1.require) = {{ {option} }}; }} ")
    });
    format!("{ORDERS} {{ {} }}", methods.collect::<String>())
}

/// The service of the tests, with these options on its methods.
pub(super) fn orders(options: [&str; 4]) -> Vec<u8> {
    set_of(&with_options(["Get", "Watch", "Upload", "Chat"], options))
}

/// The error of a set whose only fault is this option, all but the name of the method.
fn fault(option: &str) -> String {
    let error = Descriptors::decode(&orders([option, PUBLIC, PUBLIC, PUBLIC])).unwrap().operations().unwrap_err();
    let [fault] = error.faults().collect::<Vec<_>>()[..] else { panic!("one fault: {error}") };
    fault.strip_prefix("rpc test.Orders/Get: ").unwrap().to_owned()
}

#[test]
fn every_method_without_the_option_is_named_at_once() {
    let method = |name: &str, more: &str| format!("rpc {name}(Nothing) returns (Nothing) {more} ");
    let option = format!("{{ option (portcullis.v1.require) = {{ {PUBLIC} }}; }}");
    let set = set_of(&format!(
        "{ORDERS} {{ {} {} {} }} service More {{ {} }}",
        method("Get", ";"),
        method("Watch", &option),
        method("Chat", "{ option deprecated = true; }"),
        method("Get", ";"),
    ));
    let error = Descriptors::decode(&set).unwrap().operations().unwrap_err().to_string();
    let lines: Vec<_> = error.lines().collect();
    assert_eq!(lines.len(), 3, "{error}");
    for (line, name) in lines.iter().zip(["test.Orders/Get", "test.Orders/Chat", "test.More/Get"]) {
        assert!(
            line.starts_with(&format!("rpc {name}: it does not say what it asks of its callers: write ")),
            "{line}"
        );
    }
}

#[test]
fn an_option_that_cannot_be_understood_is_an_error_with_its_repair() {
    for (option, wanted) in [
        ("", "write exactly one"),
        ("report_only: true", "write exactly one"),
        (r#"max_age: "5m""#, "write exactly one"),
        (r#"scope: "a" role: "support""#, "write exactly one"),
        (r#"scope: "a" all: ["b"]"#, "write exactly one"),
        (r#"all: ["a"] any: ["b"]"#, "write exactly one"),
        (r#"any: ["a"] public: "why""#, "write exactly one"),
        ("all: []", "write exactly one"),
        (r#"scope: """#, "``: "),
        (r#"scope: "a b""#, "`a b`: "),
        (r#"all: ["a", "b c"]"#, "`b c`: "),
        (r#"any: ["\n", "b"]"#, "`\\n`: "),
        (r#"scope: "a:{id""#, "`a:{id`: "),
        (r#"role: " ""#, "its role is blank"),
        (r#"public: """#, "public without a reason"),
        (r#"public: " \t""#, "public without a reason"),
        (r#"scope: "a" max_age: "soon""#, "write \"90s\", \"5m\", \"1h\""),
        (r#"scope: "a" max_age: """#, "is no time"),
        (r#"scope: "a" max_age: "0s""#, "is no time"),
        (r#"public: "why" max_age: "5m""#, "leave `max_age` and `report_only` out"),
        (r#"public: "why" report_only: true"#, "leave `max_age` and `report_only` out"),
    ] {
        let fault = fault(option);
        assert!(fault.contains(wanted), "{option}: {fault}");
    }
}

/// Roles and parameters are for the policy to judge, which knows the access model.
#[test]
fn what_only_the_policy_can_know_it_refuses_by_the_name_of_the_method() {
    for (option, wanted) in [
        (r#"role: "nobody""#, "rpc test.Orders/Get: the role `nobody` is not declared"),
        (r#"scope: "orders:{id}:read""#, "rpc test.Orders/Get: `{id}` is no parameter"),
    ] {
        let rows = Descriptors::decode(&orders([option, PUBLIC, PUBLIC, PUBLIC])).unwrap().operations().unwrap();
        let error = Policy::builder().operations(rows).build().unwrap_err().to_string();
        assert!(error.starts_with(wanted), "{error}");
    }
}

#[test]
fn a_set_that_lost_its_imports_is_an_error_that_says_how_to_make_one() {
    let mut compiler = compile(&with_options(["A", "B", "C", "D"], [PUBLIC; 4]), REQUIRE_PROTO);
    let set = compiler.include_imports(false).encode_file_descriptor_set();
    let error = Descriptors::decode(&set).unwrap_err().to_string();
    assert!(error.contains("imported file 'portcullis/v1/require.proto' has not been added"), "{error}");
    assert!(error.contains("include_imports(true)") && error.contains("encode_file_descriptor_set()"), "{error}");
}

#[test]
fn a_set_without_the_option_is_an_error_that_says_how_to_make_one() {
    let set = set_of(
        r#"syntax = "proto3"; package test; message Nothing {} service Orders { rpc Get(Nothing) returns (Nothing); }"#,
    );
    for set in [&set[..], b""] {
        let error = Descriptors::decode(set).unwrap_err().to_string();
        assert!(
            error.contains("without `portcullis/v1/require.proto`") && error.contains("include_imports(true)"),
            "{error}"
        );
    }
}

/// `prost-types` knows no extensions: it decodes a set and encodes another.
#[test]
fn a_set_that_lost_its_options_is_an_error_that_names_who_loses_them() {
    let compiler = compile(&with_options(["A", "B", "C", "D"], [PUBLIC; 4]), REQUIRE_PROTO);
    let set = compiler.file_descriptor_set().encode_to_vec();
    let error = Descriptors::decode(&set).unwrap().operations().unwrap_err();
    assert_eq!(error.faults().count(), 5, "{error}");
    let last = error.faults().last().unwrap();
    assert!(
        last.starts_with("no method of the descriptor set has the option") && last.contains("`prost-types` drops"),
        "{last}"
    );
}

#[test]
fn an_option_of_another_definition_is_refused() {
    let proto = with_options(["A", "B", "C", "D"], [PUBLIC; 4]);
    for (was, is) in [
        ("require = 51717", "require = 51718"),
        ("MethodOptions", "ServiceOptions"),
        ("Require require = 51717", "repeated Require require = 51717"),
        ("Require require = 51717", "string require = 51717"),
    ] {
        let require = REQUIRE_PROTO.replace(was, is);
        assert_ne!(require, REQUIRE_PROTO);
        let proto = if is == "require = 51718" { proto.as_str() } else { &proto[..proto.find(" service").unwrap()] };
        let error =
            Descriptors::decode(&compile(proto, &require).encode_file_descriptor_set()).unwrap_err().to_string();
        assert!(error.contains("another option of that name"), "{is}: {error}");
    }
}

/// What a later version would have restricted must not be lost.
#[test]
fn an_option_of_a_later_version_is_refused() {
    let later = REQUIRE_PROTO.replace("bool report_only = 7;", "bool report_only = 7; string only_from = 8;");
    let proto = with_options(["A", "B", "C", "D"], [r#"scope: "a" only_from: "10.0.0.0/8""#, PUBLIC, PUBLIC, PUBLIC]);
    let error =
        Descriptors::decode(&compile(&proto, &later).encode_file_descriptor_set()).unwrap().operations().unwrap_err();
    assert!(error.to_string().starts_with("rpc test.Orders/A: its option says something that this version"), "{error}");
    assert_eq!(error.faults().count(), 1, "{error}");
}

#[test]
fn a_proto_of_another_syntax_is_an_error_that_names_it() {
    let compiler = compile(&with_options(["A", "B", "C", "D"], [PUBLIC; 4]), REQUIRE_PROTO);
    let mut set = compiler.file_descriptor_set();
    set.file.last_mut().unwrap().syntax = Some("editions".to_owned());
    let error = Descriptors::decode(&set.encode_to_vec()).unwrap_err().to_string();
    assert!(error.contains("`orders.proto` is written in `editions`"), "{error}");
}

#[test]
fn no_bytes_make_it_panic() {
    let set = orders([r#"scope: "a" max_age: "5m""#, r#"all: ["a", "b"]"#, r#"role: "support""#, PUBLIC]);
    let read = |bytes: &[u8]| {
        if let Ok(descriptors) = Descriptors::decode(bytes) {
            drop(descriptors.operations());
            drop(descriptors.inventory());
        }
    };
    (0..set.len()).step_by(7).for_each(|end| read(&set[..end]));
    // The options of the methods stand in the last file.
    for at in (set.len() - 600..set.len()).step_by(2) {
        for flip in [1, 8, 64] {
            let mut bytes = set.clone();
            bytes[at] ^= flip;
            read(&bytes);
        }
    }
}
