//! A rule about authorization details, in a line.

use std::fmt;

use super::rule::{DetailsRule, Identifier, List};

impl fmt::Display for DetailsRule {
    /// `payment_initiation(actions: initiate, cancel; identifier: 42; currency: EUR)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kind)?;
        let mut line = Line { f, name: None };
        for list in [List::Actions, List::Locations, List::Datatypes, List::Privileges] {
            for (_, value) in self.listed.iter().filter(|(of, _)| *of == list) {
                line.add(list.name(), value)?;
            }
        }
        for identifier in &self.identifiers {
            match identifier {
                Identifier::Text(text) => line.add("identifier", text)?,
                Identifier::Parameter(name) => line.add("identifier", &format_args!("{{{name}}}"))?,
            }
        }
        for (name, value) in &self.fields {
            line.add(name, value)?;
        }
        line.end()
    }
}

/// Members in brackets, those of one name in a row.
struct Line<'n, 'f, 'b> {
    f: &'f mut fmt::Formatter<'b>,
    name: Option<&'n str>,
}

impl<'n> Line<'n, '_, '_> {
    fn add(&mut self, name: &'n str, value: &dyn fmt::Display) -> fmt::Result {
        match self.name.replace(name) {
            Some(before) if before == name => write!(self.f, ", {value}"),
            Some(_) => write!(self.f, "; {name}: {value}"),
            None => write!(self.f, "({name}: {value}"),
        }
    }

    fn end(self) -> fmt::Result {
        if self.name.is_some() { self.f.write_str(")") } else { Ok(()) }
    }
}

impl fmt::Debug for DetailsRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DetailsRule({self})")
    }
}
