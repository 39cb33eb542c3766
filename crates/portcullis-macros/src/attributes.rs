//! Finding our annotations among the attributes of an item.

use syn::{Attribute, Path};

/// The first attribute of that name, however its path is written: a macro cannot know what the user imported.
pub(crate) fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Path> {
    named(attributes, name).next()
}

/// How many attributes have that name.
pub(crate) fn count(attributes: &[Attribute], name: &str) -> usize {
    named(attributes, name).count()
}

fn named<'a>(attributes: &'a [Attribute], name: &str) -> impl Iterator<Item = &'a Path> {
    let paths = attributes.iter().map(Attribute::path);
    paths.filter(move |path| path.segments.last().is_some_and(|last| last.ident == name))
}
