//! What an audit finds.

use std::fmt;

use crate::policy::shown::one_line;

/// How bad it is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// A hole, or a rule that does not do what it says.
    Error,
    /// More than is needed, or a rule that may not do what it says.
    Warning,
    /// Something to know.
    Note,
}

impl Severity {
    /// Its name for machines: `error`, `warning`, `note`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal)+) => {
        /// What is found.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum FindingKind {
            $($(#[$doc])* $kind,)+
        }

        impl FindingKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// Its name for machines, which stays as it is.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// An endpoint that no rule matches. An error.
    Unguarded "unguarded"
    /// An endpoint whose own code asks for something else than the table, be it for some of its requests only. An error. The reason of a public operation, and the
    /// order in which a requirement names its parts, are no difference; nor is a table that wants fresher tokens.
    Disagrees "disagrees"
    /// A rule whose scopes come from roles that exclude each other. An error.
    Unreachable "unreachable"
    /// A rule, or a method of one, that no endpoint needs. A warning.
    Unused "unused"
    /// A rule some of whose requests find a more specific path, which does not have their method. A warning; a note where the
    /// service does not serve these requests either.
    Shadowed "shadowed"
    /// A scope that a rule asks for and no role gives. A warning. The scope of an object (`orders:{id}:read`) is left out: it
    /// need not come from a role.
    Unobtainable "unobtainable"
    /// A scope that a role names and no rule asks for, nor for one that it implies. A warning.
    UnusedScope "unused_scope"
    /// A wildcard; a role that opens everything; a scope that reads and writes; a catch-all with more than one method; a rule for HTTP
    /// that takes the calls of procedures without a rule. A warning.
    OverWide "over_wide"
    /// A rule that only reports, or a whole table. A warning.
    ReportOnly "report_only"
    /// A public rule that is more specific than a guarded one; a rule that asks for something else for some of the requests of
    /// an endpoint. A note.
    Overridden "overridden"
    /// A public rule. A note.
    Public "public"
    /// Scopes that only one role gives, unless the model says that roles are apart. A note.
    OneRole "one_role"
}

impl fmt::Display for FindingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One finding. Its `Display` is one line that names the operations, the mistake and the repair.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    // In the order by which they are sorted.
    severity: Severity,
    kind: FindingKind,
    operations: Vec<Box<str>>,
    text: Box<str>,
}

impl Finding {
    pub(super) fn new<'o>(
        severity: Severity,
        kind: FindingKind,
        operations: impl IntoIterator<Item = &'o str>,
        text: impl AsRef<str>,
    ) -> Self {
        let operations = operations.into_iter().map(|name| one_line(name).into()).collect();
        Self { severity, kind, operations, text: one_line(text.as_ref()).into() }
    }

    /// What is found.
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.severity
    }

    /// The operations that it concerns, as they read: `GET /orders/{id}`. None where it concerns the table or the roles.
    pub fn operations(&self) -> impl ExactSizeIterator<Item = &str> {
        self.operations.iter().map(|operation| &**operation)
    }

    /// The mistake and the repair, without the operations.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.kind)?;
        if !self.operations.is_empty() {
            write!(f, "{}: ", self.operations.join("; "))?;
        }
        f.write_str(&self.text)
    }
}
