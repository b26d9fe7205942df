//! Columns about the work: makers and genres.
//!
//! Must never: take a reviewer for a maker; if in doubt, the column is not used.

use super::Chooser;
use crate::profile::{FieldSpec, FullSpec};
use crate::roles::names::{self, Role};
use revdb_model::{Property, property};

/// Separator for names that may contain commas.
const SLASH: &str = " / ";

impl Chooser<'_> {
    pub(super) fn properties(&mut self) {
        for at in 0..self.columns.len() {
            let column = &self.columns[at];
            let Some(property) = names::property(&column.name) else { continue };
            let said = match column.meaning.as_ref().map(|meaning| meaning.role) {
                Some(Role::WorkAuthor | Role::WorkDetail | Role::Artist) => true,
                Some(Role::Author) => self.author_is_maker(at),
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

    /// A cell may name several. The separator is a slash if any cell has one and otherwise a
    /// comma, unless every name with a comma looks like `Surname, Name`.
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
        // Two single-word artists are not a surname and a given name.
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
