//! What is wrong with a model.

use std::fmt;

/// A fault of a model; the text names it and says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelFault {
    /// Outside the grammar of RFC 6749 §3.3.
    InvalidScope {
        /// The text.
        scope: Box<str>,
        /// Whose scope it is: another scope's, or a role's.
        by: Box<str>,
        /// Whether that is a role.
        role: bool,
    },
    /// A wildcard that is not a beginning, a separator and one star.
    InvalidWildcard {
        /// The text.
        wildcard: Box<str>,
    },
    /// An implication without anything implied.
    ImpliesNothing {
        /// The scope.
        scope: Box<str>,
    },
    /// Scopes that imply each other in a circle, the first one again at the end.
    Cycle {
        /// The way round.
        scopes: Vec<Box<str>>,
    },
    /// More follows from what is implied than anybody can review.
    TooMuch,
    /// More sets of roles that exclude each other than can be asked about for every token.
    TooManyExclusive,
    /// A role without a name.
    UnnamedRole,
    /// A role that is declared twice.
    RoleTwice {
        /// The role.
        role: Box<str>,
    },
    /// Two roles share a scope, and roles are to be separate.
    SharedScope {
        /// The scope.
        scope: Box<str>,
        /// Two of the roles that have it.
        roles: [Box<str>; 2],
    },
    /// Roles that exclude each other, with one among them that is not declared.
    UnknownRole {
        /// The role.
        role: Box<str>,
        /// Which of the sets, from 0.
        nth: usize,
    },
    /// A set of roles that exclude each other, with fewer than two in it.
    ExcludesNobody {
        /// Which of the sets, from 0.
        nth: usize,
    },
}

/// What a fault is about, for whoever knows where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ModelPart<'f> {
    /// What this scope implies.
    Implication(&'f str),
    /// A wildcard.
    Wildcard(&'f str),
    /// A role.
    Role(&'f str),
    /// A set of roles that exclude each other, from 0.
    Exclusive(usize),
}

impl ModelFault {
    /// What it is about.
    pub fn part(&self) -> ModelPart<'_> {
        match self {
            Self::InvalidScope { by, role: true, .. } => ModelPart::Role(by),
            Self::InvalidScope { by, role: false, .. } => ModelPart::Implication(by),
            Self::InvalidWildcard { wildcard } => ModelPart::Wildcard(wildcard),
            Self::ImpliesNothing { scope } => ModelPart::Implication(scope),
            Self::Cycle { scopes } => ModelPart::Implication(scopes.first().map_or("", |scope| scope)),
            Self::TooMuch => ModelPart::Implication(""),
            Self::TooManyExclusive => ModelPart::Exclusive(0),
            Self::UnnamedRole => ModelPart::Role(""),
            Self::RoleTwice { role } => ModelPart::Role(role),
            Self::SharedScope { roles: [_, second], .. } => ModelPart::Role(second),
            Self::UnknownRole { nth, .. } | Self::ExcludesNobody { nth } => ModelPart::Exclusive(*nth),
        }
    }
}

impl fmt::Display for ModelFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidScope { scope, .. } => write!(
                f,
                "`{}` is not a scope: printable ASCII without space, double quote and backslash; write several as a list",
                scope.escape_debug()
            ),
            Self::InvalidWildcard { wildcard } => write!(
                f,
                "`{}` is not a wildcard: write a beginning, a separator (`:`, `.` or `/`) and one star at the end, as in `orders:*`",
                wildcard.escape_debug()
            ),
            Self::ImpliesNothing { scope } => {
                write!(f, "`{scope}` implies nothing: name the scopes that it implies, or leave it out")
            }
            Self::Cycle { scopes } => write!(
                f,
                "these scopes imply each other in a circle: {}; take one of the steps out",
                scopes.join(" -> ")
            ),
            Self::TooMuch => f.write_str("more than 100000 pairs of scopes follow from what is implied: imply less"),
            Self::TooManyExclusive => f.write_str(
                "there are more than 256 sets of roles that exclude each other: put roles together in fewer sets",
            ),
            Self::UnnamedRole => f.write_str("a role has no name: give it one"),
            Self::RoleTwice { role } => write!(f, "the role `{role}` is declared twice: put its scopes in one list"),
            Self::SharedScope { scope, roles: [first, second] } => write!(
                f,
                "the roles `{first}` and `{second}` both give `{scope}`, by name or by what is implied: take it from one of \
                 them, or give up `separate`"
            ),
            Self::UnknownRole { role, .. } => {
                write!(f, "`{role}` is not a role that is declared: declare it, or mend its name")
            }
            Self::ExcludesNobody { .. } => {
                f.write_str("one role alone excludes nobody: name at least two different ones")
            }
        }
    }
}

/// Why a model cannot be built: every fault there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelError(Vec<ModelFault>);

impl ModelError {
    pub(super) const fn new(faults: Vec<ModelFault>) -> Self {
        Self(faults)
    }

    /// The faults, at least one.
    pub fn faults(&self) -> &[ModelFault] {
        &self.0
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            write!(f, "{}{fault}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for ModelError {}
