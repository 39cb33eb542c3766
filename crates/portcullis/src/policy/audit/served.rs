//! What a service does with a request, by its inventory: the part of its router.

use std::collections::HashMap;

use matchit::Router;

use super::pattern::Pattern;
use crate::policy::{Access, Endpoint, Inventory, path};

pub(super) struct Served<'a> {
    pub(super) places: Vec<Place<'a>>,
    /// By shape.
    router: Router<usize>,
}

/// An endpoint.
pub(super) struct Place<'a> {
    pub(super) name: String,
    pub(super) method: &'a str,
    /// `None` when it begins with no slash, and nothing gets there.
    pub(super) pattern: Option<Pattern>,
    /// What its own code asks for, where that is known; several where the sources of the inventory do not agree.
    pub(super) access: &'a [Access],
    /// `None` when the router of a service would not take it beside the others: then it is taken to serve what it matches.
    shape: Option<usize>,
}

impl<'a> Served<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Self {
        let (mut router, mut shapes, mut places) = (Router::new(), HashMap::new(), Vec::new());
        for (endpoint, access) in inventory.iter() {
            let (method, path, pattern): (&str, Box<str>, _) = match endpoint {
                Endpoint::Http { method, path } => (method, path.clone(), Pattern::of(path)),
                Endpoint::Rpc(name) => {
                    let path = format!("/{name}");
                    let pattern = Pattern::text(&path);
                    ("POST", path.replace('{', "{{").replace('}', "}}").into(), pattern)
                }
            };
            let known = pattern.as_ref().and_then(|pattern| shapes.get(pattern).copied());
            let shape = known.or_else(|| {
                let shape = shapes.len();
                // The router panics beyond 25.
                let fits = path::parameters(&path).len() <= 25 && router.insert(&*path, shape).is_ok();
                shapes.insert(pattern.clone().filter(|_| fits)?, shape);
                Some(shape)
            });
            places.push(Place { name: endpoint.to_string(), method, pattern, access, shape });
        }
        Self { places, router }
    }

    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.places.iter().filter_map(|place| place.pattern.as_ref())
    }

    /// Whether it is this endpoint that a request of a path in its pattern gets to.
    pub(super) fn is_at(&self, place: &Place<'_>, method: &str, path: &str) -> bool {
        let follows = *place.method == *method || (method == "HEAD" && place.method == "GET");
        let found = || self.router.at(path).is_ok_and(|found| Some(*found.value) == place.shape);
        follows && (place.shape.is_none() || found())
    }

    /// Whether any endpoint gets a request.
    pub(super) fn serves(&self, method: &str, path: &str) -> bool {
        let Some(literal) = Pattern::text(path) else { return false };
        let matching = self
            .places
            .iter()
            .filter(|place| place.pattern.as_ref().is_some_and(|pattern| pattern.meet(&literal).is_some()));
        matching.into_iter().any(|place| self.is_at(place, method, path))
    }
}
