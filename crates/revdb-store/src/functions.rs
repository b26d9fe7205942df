//! SQL functions that SQLite may lack.
//!
//! Owns: the mathematical functions and the percentile aggregates, registered where SQLite was
//! compiled without them (`LIBSQLITE3_FLAGS`), so that a program installed from a package answers
//! as one built from the checkout. Must never: replace a function that SQLite has, or differ from
//! it; tests compare both.
//!
//! Sources: <https://sqlite.org/lang_mathfunc.html>, <https://sqlite.org/percentile.html>.

use std::sync::OnceLock;

use rusqlite::functions::{Aggregate, Context, FunctionFlags, WindowAggregate};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};

/// Deterministic, and safe in views although the schema is not trusted.
const FLAGS: FunctionFlags = FunctionFlags::SQLITE_UTF8
    .union(FunctionFlags::SQLITE_DETERMINISTIC)
    .union(FunctionFlags::SQLITE_INNOCUOUS);

/// Registers the functions that this SQLite lacks.
///
/// # Errors
/// SQLite's error.
pub fn register_missing(conn: &Connection) -> Result<()> {
    static BUILT_WITH: OnceLock<(bool, bool)> = OnceLock::new();
    let (math, percentile) = match BUILT_WITH.get() {
        Some(known) => *known,
        None => {
            let asked = conn.query_row(super::sql::sql("open/built_with"), [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            *BUILT_WITH.get_or_init(|| asked)
        }
    };
    if !math {
        register_math(conn)?;
    }
    if !percentile {
        register_percentile(conn)?;
    }
    Ok(())
}

/// The functions of one number.
type OfOne = fn(f64) -> f64;

const MATH: [(&str, OfOne); 24] = [
    ("acos", f64::acos),
    ("acosh", f64::acosh),
    ("asin", f64::asin),
    ("asinh", f64::asinh),
    ("atan", f64::atan),
    ("atanh", f64::atanh),
    ("ceil", f64::ceil),
    ("ceiling", f64::ceil),
    ("cos", f64::cos),
    ("cosh", f64::cosh),
    ("degrees", f64::to_degrees),
    ("exp", f64::exp),
    ("floor", f64::floor),
    ("ln", |x| positive(x).ln()),
    ("log", |x| positive(x).log10()),
    ("log10", |x| positive(x).log10()),
    ("log2", |x| positive(x).log2()),
    ("radians", f64::to_radians),
    ("sin", f64::sin),
    ("sinh", f64::sinh),
    ("sqrt", f64::sqrt),
    ("tan", f64::tan),
    ("tanh", f64::tanh),
    ("trunc", f64::trunc),
];

fn register_math(conn: &Connection) -> Result<()> {
    for (name, of) in MATH {
        conn.create_scalar_function(name, 1, FLAGS, move |context| {
            Ok(number(context, 0).map(of).filter(|answer| !answer.is_nan()))
        })?;
    }
    for name in ["pow", "power"] {
        conn.create_scalar_function(name, 2, FLAGS, |context| {
            let (base, exponent) = (number(context, 0), number(context, 1));
            Ok(base.zip(exponent).map(|(base, exponent)| base.powf(exponent)))
        })?;
    }
    Ok(())
}

/// Logarithms of 0 and less are NULL in SQLite; NaN becomes NULL.
fn positive(x: f64) -> f64 {
    if x > 0.0 { x } else { f64::NAN }
}

/// A numeric argument; `None` for NULL, a blob, and non-numeric text.
fn number(context: &Context<'_>, at: usize) -> Option<f64> {
    match context.get_raw(at) {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?.trim().parse().ok(),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

/// One of SQLite's four percentile aggregates.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Percentile {
    name: &'static str,
    /// Maximum of the fraction: 100 for `percentile`, 1 for the others.
    whole: f64,
    /// Whether a result between two values is the lower one or their interpolation.
    discrete: bool,
}

const PERCENTILES: [Percentile; 4] = [
    Percentile { name: "median", whole: 1.0, discrete: false },
    Percentile { name: "percentile", whole: 100.0, discrete: false },
    Percentile { name: "percentile_cont", whole: 1.0, discrete: false },
    Percentile { name: "percentile_disc", whole: 1.0, discrete: true },
];

fn register_percentile(conn: &Connection) -> Result<()> {
    for function in PERCENTILES {
        let arguments = if function.name == "median" { 1 } else { 2 };
        conn.create_window_function(function.name, arguments, FLAGS, function)?;
    }
    Ok(())
}

/// The values of a group, and the fraction that every row must repeat.
#[derive(Debug, Default)]
struct Group {
    values: Vec<f64>,
    fraction: Option<f64>,
}

impl Percentile {
    fn error(self, what: &str) -> Error {
        Error::UserFunctionError(format!("{} {}()", what, self.name).into())
    }

    /// The fraction of this row, from 0 to 1.
    fn fraction(self, context: &Context<'_>) -> Result<f64> {
        if context.len() < 2 {
            return Ok(0.5);
        }
        let asked = match context.get_raw(1) {
            ValueRef::Integer(number) => Some(number as f64),
            ValueRef::Real(number) => Some(number),
            _ => None,
        };
        asked
            .filter(|asked| (0.0..=self.whole).contains(asked))
            .map(|asked| asked / self.whole)
            .ok_or_else(|| self.error("the fraction is out of range or no number in"))
    }

    /// The number in this row; `None` for NULL, which is ignored.
    fn input(self, context: &Context<'_>) -> Result<Option<f64>> {
        match context.get_raw(0) {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number as f64)),
            ValueRef::Real(number) if number.is_infinite() => Err(self.error("Inf input to")),
            ValueRef::Real(number) => Ok(Some(number)),
            _ => Err(self.error("input is not numeric in")),
        }
    }

    fn of(self, group: Option<&Group>) -> Option<f64> {
        let Group { values, fraction } = group?;
        let mut ordered = values.clone();
        ordered.sort_unstable_by(f64::total_cmp);
        let place = (*fraction)? * (ordered.len().checked_sub(1)? as f64);
        let below = *ordered.get(place.floor() as usize)?;
        let above = *ordered.get(place.ceil() as usize)?;
        if self.discrete {
            return Some(below);
        }
        Some(below + (above - below) * place.fract())
    }
}

impl Aggregate<Group, Option<f64>> for Percentile {
    fn init(&self, _: &mut Context<'_>) -> Result<Group> {
        Ok(Group::default())
    }

    fn step(&self, context: &mut Context<'_>, group: &mut Group) -> Result<()> {
        let fraction = self.fraction(context)?;
        if group.fraction.replace(fraction).is_some_and(|before| before != fraction) {
            return Err(self.error("the fraction is not the same for all rows of"));
        }
        group.values.extend(self.input(context)?);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, group: Option<Group>) -> Result<Option<f64>> {
        Ok(self.of(group.as_ref()))
    }
}

impl WindowAggregate<Group, Option<f64>> for Percentile {
    fn value(&self, group: Option<&mut Group>) -> Result<Option<f64>> {
        Ok(self.of(group.as_deref()))
    }

    fn inverse(&self, context: &mut Context<'_>, group: &mut Group) -> Result<()> {
        if let Some(gone) = self.input(context)?
            && let Some(at) = group.values.iter().position(|value| *value == gone)
        {
            group.values.swap_remove(at);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stock_and_ours() -> (Connection, Connection) {
        let stock = Connection::open_in_memory().unwrap_or_else(|error| panic!("{error}"));
        let ours = Connection::open_in_memory().unwrap_or_else(|error| panic!("{error}"));
        // Replaces SQLite's own functions, which this build has.
        register_math(&ours).unwrap_or_else(|error| panic!("{error}"));
        register_percentile(&ours).unwrap_or_else(|error| panic!("{error}"));
        (stock, ours)
    }

    fn answer(conn: &Connection, sql: &str) -> std::result::Result<Vec<Option<f64>>, ()> {
        let mut statement = conn.prepare(sql).map_err(|_| ())?;
        statement
            .query_map([], |row| row.get(0))
            .map_err(|_| ())?
            .collect::<Result<_>>()
            .map_err(|_| ())
    }

    fn same(a: &[Option<f64>], b: &[Option<f64>]) -> bool {
        let close = |a: f64, b: f64| a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs());
        a.len() == b.len()
            && a.iter().zip(b).all(|pair| match pair {
                (Some(a), Some(b)) => close(*a, *b),
                (a, b) => a == b,
            })
    }

    #[test]
    fn math_functions_agree_with_sqlite() {
        let (stock, ours) = stock_and_ours();
        let names = MATH.iter().map(|(name, _)| (*name).to_owned());
        let calls: Vec<String> = names
            .flat_map(|name| {
                ["2", "0.5", "-1.5", "0", "NULL", "'3'", "'x'", "x'00'"]
                    .map(|value| format!("SELECT {name}({value})"))
            })
            .chain(
                ["SELECT pow(2, 10)", "SELECT power(2, NULL)", "SELECT pow(-8, 2)"]
                    .map(str::to_owned),
            )
            .collect();
        for call in &calls {
            let stock =
                answer(&stock, call).unwrap_or_else(|()| panic!("this SQLite lacks {call}"));
            let ours = answer(&ours, call).unwrap_or_else(|()| panic!("ours fails: {call}"));
            assert!(same(&stock, &ours), "{call}: {stock:?} {ours:?}");
        }
    }

    proptest! {
        #[test]
        fn percentiles_agree_with_sqlite(
            values in proptest::collection::vec(proptest::option::of(-100..100i32), 0..12),
            fraction in -0.2..1.2f64,
        ) {
            let (stock, ours) = stock_and_ours();
            let rows: Vec<String> = values
                .iter()
                .enumerate()
                .map(|(at, value)| format!("({at}, {})", value.map_or("NULL".to_owned(), |v| (f64::from(v) / 4.0).to_string())))
                .collect();
            let rows = if rows.is_empty() { "(0, NULL)".to_owned() } else { rows.join(", ") };
            for call in [
                "median(column2)".to_owned(),
                format!("percentile(column2, {})", fraction * 100.0),
                format!("percentile_cont(column2, {fraction})"),
                format!("percentile_disc(column2, {fraction})"),
            ] {
                for over in ["", " OVER (ORDER BY column1 ROWS 2 PRECEDING)"] {
                    let sql = format!("SELECT {call}{over} FROM (VALUES {rows})");
                    let (stock, ours) = (answer(&stock, &sql), answer(&ours, &sql));
                    prop_assert_eq!(stock.is_ok(), ours.is_ok(), "{}: {:?} {:?}", sql, stock, ours);
                    if let (Ok(stock), Ok(ours)) = (&stock, &ours) {
                        prop_assert!(same(stock, ours), "{}: {:?} {:?}", sql, stock, ours);
                    }
                }
            }
        }
    }
}
