//! What columns say of the work: whose it is, and its genres.
//!
//! Must never: take who reviews for who made the work; where that is open, the column is left.

use super::Chooser;
use crate::profile::{FieldSpec, FullSpec};
use crate::roles::names::{self, Role};
use revdb_model::{Property, property};

/// What parts names that may have commas of their own.
const SLASH: &str = " / ";

impl Chooser<'_> {
    pub(super) fn properties(&mut self) {
        for at in 0..self.columns.len() {
            let column = &self.columns[at];
            let Some(property) = names::property(&column.name) else { continue };
            let said = match column.meaning.as_ref().map(|meaning| meaning.role) {
                Some(Role::WorkAuthor | Role::WorkDetail | Role::Artist) => true,
                Some(Role::Author) => self.author_made_it(at),
                _ => false,
            };
            let field = property.as_str();
            if !said
                || column.mapped.is_some()
                || column.values.are_numbers()
                || self.is_explicit(field)
            {
                continue;
            }
            let spec = self.list_of(at, property);
            let fields = &mut self.chosen.fields;
            match property {
                Property::Author => fields.author.push(spec),
                Property::Contributor => fields.contributor.push(spec),
                Property::Director => fields.director.push(spec),
                Property::Brand => fields.brand.push(spec),
                Property::Genre => fields.genre.push(spec),
            }
            if !self.chosen.used.iter().any(|used| used.column == at) {
                self.sure(field, at);
            }
        }
    }

    /// A cell may name several. What parts them is a slash where any cell has one and else a comma,
    /// unless the comma stands in every name that has one as in `Surname, Name`.
    fn list_of(&self, at: usize, property: Property) -> FieldSpec {
        let column = &self.columns[at];
        let cells = || self.table.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
        let turned = |name: &str| {
            name.split_once(',').is_some_and(|(surname, given)| {
                !surname.trim().contains(' ') && !given.trim().is_empty() && !given.contains(',')
            })
        };
        let slash = cells().any(|cell| cell.contains(SLASH)).then(|| SLASH.to_owned());
        let names = || cells().flat_map(|cell| property::parted(cell, slash.as_deref()));
        let mut commas = names().filter(|name| name.contains(',')).peekable();
        // Two artists of one name each are no surname and given name.
        let is_artist = column.is(Role::Artist);
        let surname_first = property == Property::Author
            && !is_artist
            && commas.peek().is_some()
            && commas.all(turned);
        let spec = FullSpec::unwrapping_excel_text(&column.name);
        FieldSpec::Full(match surname_first {
            true => FullSpec { surname_first, separator: slash, ..spec },
            false => FullSpec { separator: Some(slash.unwrap_or_else(|| ",".to_owned())), ..spec },
        })
    }
}
