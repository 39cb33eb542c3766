//! Policies from files.

mod authority;
mod details;
mod error;
mod fields;
mod issuer;
mod keys;
mod model;
mod operation;
mod place;
mod read;
mod requirement;
mod suggest;
mod table;

use std::collections::BTreeMap;
use std::path::Path;

use toml::de::DeTable;

pub use error::{FileError, FileFault};
pub use issuer::IssuerSettings;
pub use keys::{KeysAt, KeysFileError};

use super::Policy;
use fields::{Field, Fields};
use issuer::Surroundings;
use operation::Row;
use place::{Report, Source, Span};

const FIELDS: [&str; 6] = ["report_only", "wildcards", "issuer", "implies", "roles", "operation"];

/// More than any table that somebody can read.
const LONGEST: u64 = 1024 * 1024;

/// A policy from a TOML file: the table, what scopes imply and roles stand for, and whom to trust if it says so.
///
/// ```
/// use portcullis::policy::PolicyFile;
///
/// let file = PolicyFile::parse(r#"
///     [implies]
///     "orders:admin" = ["orders:read", "orders:write"]
///
///     [[operation]]
///     methods = ["GET"]
///     path = "/orders/{id}"
///     require = "orders:read"
///
///     [[operation]]
///     methods = ["GET"]
///     path = "/public"
///     public = "landing page, carries no data"
/// "#)?;
/// assert_eq!(file.policy().operations().count(), 2);
///
/// let mistaken = PolicyFile::parse("[[operation]]\nrpc = \"orders.v1.Orders/GetOrder\"\nrequires = \"orders:read\"\n");
/// assert_eq!(mistaken.unwrap_err().to_string(), "\
/// 3:1: unknown field `requires`: an operation has `methods`, `path`, `rpc`, `require`, `where`, `max_age`, `public`, \
/// `report_only`; did you mean `require`?
///   3 | requires = \"orders:read\"
///     | ^^^^^^^^");
/// # Ok::<(), portcullis::policy::FileError>(())
/// ```
///
/// The whole shape is in `examples/orders-policy.toml` of the repository.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    policy: Policy,
    issuers: Vec<IssuerSettings>,
    name: Option<Box<str>>,
}

impl PolicyFile {
    /// Reads a policy from a text. Paths in it are relative to the working directory.
    ///
    /// # Errors
    /// Every fault there is, each with its place and with what to do about it; where the text is no TOML, what is wrong with that.
    pub fn parse(text: &str) -> Result<Self, FileError> {
        Self::of(text, None, None)
    }

    /// Reads a policy from a file of 1 MiB at most. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), and when the file cannot be read; with the path as it is given here.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, FileError> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = read::read_text(path, LONGEST);
        let text =
            text.map_err(|error| FileError::of_file(Some(&name), &format!("the policy cannot be read: {error}")))?;
        Self::of(&text, Some(&name), path.parent())
    }

    /// The table.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Whom to trust, in the order of the file.
    pub fn issuers(&self) -> &[IssuerSettings] {
        &self.issuers
    }

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn of(text: &str, name: Option<&str>, folder: Option<&Path>) -> Result<Self, FileError> {
        if text.len() as u64 > LONGEST {
            return Err(FileError::of_file(name, &read::too_long(LONGEST)));
        }
        let (source, mut report) = (Source::new(name, text), Report::default());
        let (document, errors) = DeTable::parse_recoverable(text);
        syntax(&errors, &mut report);
        if !report.is_empty() {
            return Err(report.into_error(&source));
        }
        let root = Fields::new(document.get_ref(), Span::default());
        root.expect("a policy", &FIELDS, &mut report);
        let report_only = root.get("report_only").and_then(|field| field.truth(&mut report)).unwrap_or_default();
        let model = model::read(&root, &mut report);
        let issuers = issuers(&root, &Surroundings { folder, model: &model, source: &source }, &mut report);
        let rows: Vec<Row> = tables(&root, "operation", &mut report)
            .iter()
            .filter_map(|operation| Row::read(operation, &mut report))
            .collect();
        let policy = table::build(&rows, &model, report_only, &mut report);
        if policy.as_ref().is_some_and(Policy::asks_about_roles) {
            nameless_roles(&root, &mut report);
        }
        match policy {
            Some(policy) if report.is_empty() => Ok(Self { policy, issuers, name: name.map(Into::into) }),
            _ => Err(report.into_error(&source)),
        }
    }
}

/// Where an issuer does not say where the roles of its tokens are, nobody would ever have one.
fn nameless_roles(root: &Fields<'_>, report: &mut Report) {
    for issuer in tables(root, "issuer", report).iter().filter(|issuer| issuer.get("roles").is_none()) {
        let text = "this policy asks about roles, or says which exclude each other, and the issuer does not say where its tokens name \
                    them: write `roles = [\"realm_access.roles\"]`";
        report.fault(issuer.at.clone(), text);
    }
}

/// Keys that are there twice are all told. Of what is no TOML the first: what follows hangs on how one goes on reading.
fn syntax(errors: &[toml::de::Error], report: &mut Report) {
    let place = |error: &toml::de::Error| error.span().unwrap_or_default();
    let (twice, other): (Vec<_>, Vec<_>) = errors.iter().partition(|error| error.message() == "duplicate key");
    for error in twice {
        report.fault(place(error), "this key is there already, in the same table: write it once");
    }
    if let Some(first) = other.into_iter().min_by_key(|error| place(error).start) {
        report.fault(place(first), format!("this is no TOML: {}", first.message()));
    }
}

fn issuers(root: &Fields<'_>, of: &Surroundings<'_, '_>, report: &mut Report) -> Vec<IssuerSettings> {
    let mut issuers = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for fields in tables(root, "issuer", report) {
        issuers.extend(IssuerSettings::read(&fields, of, report));
        let field = fields.get("issuer");
        let Some((field, name)) = field.and_then(|field| Some((field.at(), field.value.get_ref().as_str()?))) else {
            continue;
        };
        match known.get(name) {
            Some(line) => {
                let text = format!("this issuer is in line {line} already: put its audiences in one list");
                report.fault(field, text);
            }
            None => {
                known.insert(name.to_owned(), of.source.line(field.start));
            }
        }
    }
    issuers
}

/// The tables of an array of tables.
fn tables<'a>(root: &Fields<'a>, name: &str, report: &mut Report) -> Vec<Fields<'a>> {
    let Some(field) = root.get(name) else { return Vec::new() };
    let header = format!("[[{name}]]");
    let list = field.list(&header, report).unwrap_or_default();
    list.iter().filter_map(|value| Field { value, ..field.clone() }.fields(&header, report)).collect()
}
