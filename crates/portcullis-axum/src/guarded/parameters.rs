//! The parameters of the path, as the handler gets them.

use std::borrow::Cow;

use axum::extract::RawPathParams;
use portcullis::Parameters;

/// Those that axum found when it chose the route, decoded: what the handler gets from `Path`.
pub(super) struct RouteParameters<'r>(pub(super) &'r RawPathParams);

impl Parameters for RouteParameters<'_> {
    /// A name that stands twice in the path, that of a prefix and its own, names neither.
    fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.0.iter().filter(|(known, _)| *known == name).map(|(_, value)| value);
        let value = values.next()?;
        values.next().is_none().then_some(Cow::Borrowed(value))
    }
}
