//! What an operation asks of an authorization detail.

use super::AuthorizationDetail;
use crate::permission::{Answer, Parameters};
use crate::verify::SetupError;

/// What an operation asks of an authorization detail (RFC 9396): of one, which has to be and to hold all that is said here.
/// What two details say together is never enough, and a detail of another type never counts.
///
/// Each call asks for more. Texts are compared to the byte; what the detail does not say is not granted. What the rule does
/// not ask about is not looked at, a limit in the detail least of all: what is no text, such as an amount, is read with
/// [`Principal::authorization_details_of`](crate::Principal::authorization_details_of).
///
/// ```
/// use portcullis_core::DetailsRule;
///
/// let pay = DetailsRule::new("payment_initiation")?.action("initiate").identifier_parameter("account").field("currency", "EUR");
/// assert_eq!(pay.to_string(), "payment_initiation(actions: initiate; identifier: {account}; currency: EUR)");
///
/// assert!(DetailsRule::new("").is_err());
/// # Ok::<(), portcullis_core::SetupError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DetailsRule {
    pub(super) kind: Box<str>,
    /// The member, and what has to be in its array.
    pub(super) listed: Vec<(List, Box<str>)>,
    pub(super) identifiers: Vec<Identifier>,
    pub(super) fields: Vec<(Box<str>, Box<str>)>,
}

/// The members that are arrays of texts, in the order that they are written in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum List {
    Actions,
    Locations,
    Datatypes,
    Privileges,
}

impl List {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Actions => "actions",
            Self::Locations => "locations",
            Self::Datatypes => "datatypes",
            Self::Privileges => "privileges",
        }
    }
}

/// What the identifier has to be.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Identifier {
    Text(Box<str>),
    Parameter(Box<str>),
}

impl DetailsRule {
    /// Asks for a detail of this type.
    ///
    /// # Errors
    /// When the type is empty, which none is.
    pub fn new(kind: impl Into<Box<str>>) -> Result<Self, SetupError> {
        let kind = kind.into();
        if kind.is_empty() {
            return Err(SetupError::new("the type of an authorization detail is empty: give its exact `type`"));
        }
        Ok(Self { kind, listed: Vec::new(), identifiers: Vec::new(), fields: Vec::new() })
    }

    /// Asks for this action, among others.
    #[must_use]
    pub fn action(self, action: impl Into<Box<str>>) -> Self {
        self.listing(List::Actions, action.into())
    }

    /// Asks for this location, among others.
    #[must_use]
    pub fn location(self, location: impl Into<Box<str>>) -> Self {
        self.listing(List::Locations, location.into())
    }

    /// Asks for this type of data, among others.
    #[must_use]
    pub fn datatype(self, datatype: impl Into<Box<str>>) -> Self {
        self.listing(List::Datatypes, datatype.into())
    }

    /// Asks for this privilege, among others.
    #[must_use]
    pub fn privilege(self, privilege: impl Into<Box<str>>) -> Self {
        self.listing(List::Privileges, privilege.into())
    }

    /// Asks for this identifier.
    #[must_use]
    pub fn identifier(mut self, identifier: impl Into<Box<str>>) -> Self {
        self.identifiers.push(Identifier::Text(identifier.into()));
        self
    }

    /// Asks for the identifier that is in the path, by the name of its parameter. An empty one is no identifier.
    #[must_use]
    pub fn identifier_parameter(mut self, parameter: impl Into<Box<str>>) -> Self {
        self.identifiers.push(Identifier::Parameter(parameter.into()));
        self
    }

    /// Asks for another member of the detail to be this text.
    #[must_use]
    pub fn field(mut self, name: impl Into<Box<str>>, value: impl Into<Box<str>>) -> Self {
        self.fields.push((name.into(), value.into()));
        self
    }

    /// The type.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The parameters of the path that it asks for: where one does not exist, the rule is never met.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.identifiers.iter().filter_map(|identifier| match identifier {
            Identifier::Text(_) => None,
            Identifier::Parameter(name) => Some(&**name),
        })
    }

    fn listing(mut self, list: List, value: Box<str>) -> Self {
        self.listed.push((list, value));
        self
    }

    /// Whether one element of the claim, which was checked before, is what this asks for.
    pub(crate) fn met_by(&self, claim: &str, parameters: &dyn Parameters) -> bool {
        let mut met = false;
        let read = AuthorizationDetail::each(claim, |detail| met = met || self.met_by_one(detail, parameters));
        read.is_ok() && met
    }

    /// Whether there is a request in which it is met: the identifier may hang on its path.
    pub(crate) fn could_be_met_by(&self, claim: &str) -> Answer {
        if self.parameters().next().is_none() {
            return self.met_by(claim, &()).into();
        }
        let texts = self.identifiers.iter().filter(|identifier| matches!(identifier, Identifier::Text(_)));
        let without_parameters = Self { identifiers: texts.cloned().collect(), ..self.clone() };
        if without_parameters.met_by(claim, &()) { Answer::Depends } else { Answer::No }
    }

    fn met_by_one(&self, detail: AuthorizationDetail<'_>, parameters: &dyn Parameters) -> bool {
        let says = |name: &str, value: &str| detail.field(name).is_some_and(|text| text == value);
        let named = |identifier: &Identifier| match identifier {
            Identifier::Text(text) => says("identifier", text),
            Identifier::Parameter(name) => {
                parameters.get(name).is_some_and(|value| !value.is_empty() && says("identifier", &value))
            }
        };
        says("type", &self.kind)
            && self.listed.iter().all(|(list, value)| detail.lists(list.name(), value))
            && self.identifiers.iter().all(named)
            && self.fields.iter().all(|(name, value)| says(name, value))
    }
}
