//! Finding our annotations among the attributes of an item.

use syn::{Attribute, Path};

/// The first attribute of that name, however its path is written: a macro cannot know what the user imported.
pub(crate) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Path> {
    all(attributes, name).next().map(Attribute::path)
}

/// How many attributes have that name.
pub(crate) fn count(attributes: &[Attribute], name: &str) -> usize {
    all(attributes, name).count()
}

/// The attributes of that name.
pub(crate) fn all<'a>(attributes: &'a [Attribute], name: &str) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.path().segments.last().is_some_and(|last| last.ident == name))
}
