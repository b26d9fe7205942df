//! What columns say of the work: whose it is, and its genres.
//!
//! Must never: take who reviews for who made the work; where that is open, the column is left.

use super::Chooser;
use crate::profile::{FieldSpec, FullSpec};
use crate::roles::names::{self, Role};
use revdb_model::Property;

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

    /// A cell may name several; `Surname, Name` in every row is one.
    fn list_of(&self, at: usize, property: Property) -> FieldSpec {
        let column = &self.columns[at];
        let cells = || self.table.rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim());
        let turned = |cell: &str| {
            cell.split_once(',').is_some_and(|(surname, name)| {
                !surname.trim().contains(' ') && !name.trim().is_empty() && !name.contains(',')
            })
        };
        let surname_first = property == Property::Author
            && cells().any(|cell| !cell.is_empty())
            && cells().all(|cell| cell.is_empty() || turned(cell));
        let spec = FullSpec::unwrapping_excel_text(&column.name);
        FieldSpec::Full(match surname_first {
            true => FullSpec { surname_first, ..spec },
            false => FullSpec { separator: Some(",".to_owned()), ..spec },
        })
    }
}
