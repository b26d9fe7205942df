//! The fields of a review, listed once; a record's values, its difference from the review, and the
//! mapping to columns are generated from the list.
//!
//! The order is that of the columns of `review`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One field's value, as stored in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Piece<'a> {
    /// Empty.
    Nothing,
    /// Words, a date or an address.
    Text(&'a str),
    /// A score.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}

impl Piece<'_> {
    /// The value for display; `None` if empty.
    pub fn text(self) -> Option<String> {
        match self {
            Piece::Nothing | Piece::Flag(false) => None,
            Piece::Text(text) => Some(text.to_owned()),
            Piece::Number(number) => Some(number.to_string()),
            Piece::Flag(true) => Some("yes".to_owned()),
        }
    }
}

/// A type that a field may have. `None`: the piece has another type.
trait Field: Sized {
    fn piece(&self) -> Piece<'_>;
    fn from_piece(piece: Piece<'_>) -> Option<Self>;
}

impl Field for Option<String> {
    fn piece(&self) -> Piece<'_> {
        self.as_deref().map_or(Piece::Nothing, Piece::Text)
    }

    fn from_piece(piece: Piece<'_>) -> Option<Self> {
        match piece {
            Piece::Nothing => Some(None),
            Piece::Text(text) => Some(Some(text.to_owned())),
            _ => None,
        }
    }
}

impl Field for Option<f64> {
    fn piece(&self) -> Piece<'_> {
        self.map_or(Piece::Nothing, Piece::Number)
    }

    fn from_piece(piece: Piece<'_>) -> Option<Self> {
        match piece {
            Piece::Nothing => Some(None),
            Piece::Number(number) => Some(Some(number)),
            _ => None,
        }
    }
}

impl Field for bool {
    fn piece(&self) -> Piece<'_> {
        Piece::Flag(*self)
    }

    fn from_piece(piece: Piece<'_>) -> Option<Self> {
        match piece {
            Piece::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident: $type:ty,)+) => {
        /// The values of a record or of a review row.
        #[allow(missing_docs, reason = "the fields are those of a review")]
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct Values {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl Values {
            /// Every field's name.
            pub const NAMES: [&str; [$(stringify!($field)),+].len()] = [$(stringify!($field)),+];

            /// Every field's value, in the order of [`Values::NAMES`].
            pub fn pieces(&self) -> [Piece<'_>; Self::NAMES.len()] {
                [$(self.$field.piece()),+]
            }

            /// The inverse of [`Values::pieces`]; `None` if one has the wrong type.
            pub fn from_pieces(pieces: [Piece<'_>; Self::NAMES.len()]) -> Option<Self> {
                let [$($field),+] = pieces;
                Some(Values { $($field: Field::from_piece($field)?,)+ })
            }
        }

        /// The fields in which a record differs from the row shown, stored as JSON with the
        /// sighting, so that the record's own values can be restored when another source is
        /// undone. An inner `None` means that the record has no value.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Differs {
            $(#[serde(skip_serializing_if = "Option::is_none", with = "said")]
            $field: Option<$type>,)+
        }

        impl Differs {
            /// The differences of `record` from `shown`; `None` if there are none.
            pub fn between(shown: &Values, record: &Values) -> Option<Self> {
                let differs = Differs {
                    $($field: (shown.$field != record.$field).then(|| record.$field.clone()),)+
                };
                (differs != Differs::default()).then_some(differs)
            }

            /// Restores the record's own values.
            pub fn apply(self, shown: &Values) -> Values {
                Values { $($field: self.$field.unwrap_or_else(|| shown.$field.clone()),)+ }
            }
        }
    };
}

fields! {
    byline: Option<String>,
    publication: Option<String>,
    /// ISO, possibly partial.
    date: Option<String>,
    score: Option<f64>,
    score_text: Option<String>,
    quote: Option<String>,
    url: Option<String>,
    truncated: bool,
    language: Option<String>,
    verdict: Option<String>,
    /// Separated by "; ".
    tags: Option<String>,
}

/// Keeps "absent" and `null` apart, which serde's `Option` does not by itself.
mod said {
    use super::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(
        value: &Option<T>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(to)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<T>, D::Error> {
        T::deserialize(from).map(Some)
    }
}
