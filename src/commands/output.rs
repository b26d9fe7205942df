//! The output flags shared by all verbs, and writing the output.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use revdb_render::chart::ChartSpec;
use revdb_render::spool::{Sink, Stdout};
use revdb_render::{Caption, Cell, Column, OutputFormat, OutputOptions, RowError, Rows, file};

use super::global::{is_quiet, wrote};
use super::messages::counted;
use super::pager::Paged;
use super::{CommandError, ExitStatus, Global, Result};

/// Assumed width of a terminal that does not report its own.
const USUAL_WIDTH: usize = 80;

#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Output format [default: by the ending of -o FILE, else table]
    #[arg(long, value_name = "FORMAT", ignore_case = true, value_parser = formats().try_map(|name| name.parse::<OutputFormat>()))]
    pub format: Option<OutputFormat>,
    /// Write to a file, complete or not at all; its ending chooses the format
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long)]
    pub force: bool,
    /// Write FILE without a byte order mark and without guarding cells that a spreadsheet would run as
    /// formulas or change into dates: for programs. A pipe gets neither
    #[arg(long, hide_short_help = true)]
    pub raw: bool,
    /// Separator of CSV [default: a comma; a semicolon with --decimal-comma]
    #[arg(long, hide_short_help = true, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Write 4,5 for 4.5 in CSV and TSV, for spreadsheets that expect it
    #[arg(long, hide_short_help = true)]
    pub decimal_comma: bool,
    /// Only these columns, in this order: work,critic,score (listings have all columns of `export`)
    #[arg(long, hide_short_help = true, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Exit with 1 if there are no rows
    #[arg(long, hide_short_help = true)]
    pub fail_if_none: bool,
    /// Do not send tables longer than the screen to $PAGER
    #[arg(long, hide_short_help = true)]
    pub no_pager: bool,
}

impl OutputArgs {
    /// The format from `--format`, else from the file's extension, else the table.
    ///
    /// # Errors
    /// An unknown extension without `--format`.
    pub fn chosen(&self) -> Result<OutputFormat> {
        let format = self.named()?;
        if self.decimal_comma && self.delimiter == Some(b',') {
            return Err(CommandError::usage("a comma cannot separate both cells and decimals")
                .help("without --delimiter, semicolons separate the cells"));
        }
        let of_csv = self.decimal_comma || self.delimiter.is_some();
        if of_csv && !matches!(format.to_string().as_str(), "csv" | "tsv") {
            let message = format!("{format} has neither --delimiter nor --decimal-comma");
            return Err(CommandError::usage(message).help("they are for --format csv and tsv"));
        }
        Ok(format)
    }

    fn named(&self) -> Result<OutputFormat> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(path) = self.file() else {
            return Ok(OutputFormat::usual());
        };
        if !file::is_regular_target(path) {
            return Ok(OutputFormat::usual());
        }
        OutputFormat::from_path(path).ok_or_else(|| {
            let known = OutputFormat::names().collect::<Vec<_>>().join(", ");
            CommandError::usage(format!("no output format has the ending of {}", path.display()))
                .help(format!("say one with --format: {known}"))
        })
    }

    /// Whether any output flag was given.
    pub fn is_said(&self) -> bool {
        self.format.is_some() || self.output.is_some()
    }

    /// `-o FILE`; `-o -` is standard output.
    fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|path| path.as_os_str() != "-")
    }

    /// Writes the rows as the flags say, and waits until they are written.
    pub fn deliver(&self, rows: &mut dyn Rows, global: &Global) -> Result {
        let status = self.deliver_read(rows, None, global)?;
        global.end_output()?;
        Ok(status)
    }

    /// Writes rows of an open archive as the flags say, with their chart if the format has one.
    /// Does not wait for a pager or a slow pipe, which would hold the archive's lock; the program
    /// waits at its end.
    pub fn deliver_read(
        &self,
        rows: &mut dyn Rows,
        chart: Option<ChartSpec>,
        global: &Global,
    ) -> Result {
        let format = self.chosen()?;
        let mut bare = Bare(rows);
        let rows: &mut dyn Rows = if is_quiet() { &mut bare } else { bare.0 };
        let mut picked;
        let (rows, chart): (&mut dyn Rows, _) = match self.columns.is_empty() {
            true => (rows, chart),
            // The chart may need columns that were not selected.
            false => {
                picked = Picked::of(rows, &self.columns)?;
                (&mut picked, None)
            }
        };
        let summary = match self.file() {
            Some(path) => {
                let mut options = self.delimited(OutputOptions::for_file(self.raw));
                options.to_file = file::is_regular_target(path);
                options.chart = chart;
                let write = |out: &mut dyn std::io::Write| format.write(rows, out, &options);
                let summary = file::to_file(path, self.force, write)?;
                wrote(&counted(summary.rows, "row"), path);
                summary
            }
            None => {
                let options =
                    OutputOptions { chart, ..self.delimited(self.stdout_options(global)) };
                if format.is_binary && options.is_terminal() {
                    return Err(CommandError::usage(format!("{format} is not for a terminal"))
                        .help("write it to a file with -o FILE"));
                }
                let sink: Box<dyn Sink> = match self.screen_height(format, &options) {
                    Some(height) => Box::new(Paged::new(height)),
                    None => Box::new(Stdout(std::io::stdout())),
                };
                global.to_sink(sink, |out| format.write(rows, out, &options))?
            }
        };
        for note in &summary.notes {
            global.say_after(format!("note: {note}"));
        }
        Ok(if summary.rows == 0 && self.fail_if_none {
            ExitStatus::Failed
        } else {
            ExitStatus::Done
        })
    }

    /// Whether the rows are read on a screen.
    pub fn is_for_screen(&self) -> bool {
        self.format.is_none_or(|format| format.styles_terminal)
            && self.file().is_none()
            && std::io::stdout().is_terminal()
    }

    /// The height of the terminal, if a table may go through a pager.
    fn screen_height(&self, format: OutputFormat, options: &OutputOptions) -> Option<usize> {
        if self.no_pager || !format.styles_terminal || !options.is_terminal() {
            return None;
        }
        terminal_size::terminal_size().map(|(_, height)| usize::from(height.0))
    }

    /// Adds the CSV and TSV flags to the options.
    fn delimited(&self, options: OutputOptions) -> OutputOptions {
        let usual = self.decimal_comma.then_some(b';');
        let (delimiter, decimal_comma) = (self.delimiter.or(usual), self.decimal_comma);
        OutputOptions { delimiter, decimal_comma, ..options }
    }

    fn stdout_options(&self, global: &Global) -> OutputOptions {
        if !std::io::stdout().is_terminal() {
            let ascii_only = !locale_has_unicode();
            // A pipe is read by a program; spreadsheets get `-o FILE`.
            return OutputOptions { raw: true, ascii_only, ..OutputOptions::default() };
        }
        let width = screen_width();
        OutputOptions {
            raw: self.raw,
            ascii_only: !locale_has_unicode() || is_dumb(),
            ..OutputOptions::for_terminal(width, global.colour)
        }
    }
}

/// The names of the formats, with their file extensions as aliases.
fn formats() -> PossibleValuesParser {
    let value = |format: OutputFormat| PossibleValue::new(format.name).aliases(format.endings);
    PossibleValuesParser::new(OutputFormat::all().map(value))
}

/// Prints a text to standard output.
pub fn print(text: &str) -> Result {
    file::to_stdout(|out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(ExitStatus::Done)
}

/// The width of the terminal.
pub fn screen_width() -> usize {
    terminal_size::terminal_size().map_or(USUAL_WIDTH, |(width, _)| usize::from(width.0))
}

/// Rows without a caption.
struct Bare<'r>(&'r mut dyn Rows);

impl Rows for Bare<'_> {
    fn columns(&self) -> &[Column] {
        self.0.columns()
    }

    fn caption(&self) -> Caption {
        Caption::default()
    }

    fn may_lift_constants(&self) -> bool {
        false
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        self.0.next_row()
    }

    fn next_into(&mut self, row: &mut Vec<Cell>) -> Result<bool, RowError> {
        self.0.next_into(row)
    }
}

/// Selected columns in the requested order.
struct Picked<'r> {
    rows: &'r mut dyn Rows,
    columns: Vec<Column>,
    places: Vec<usize>,
}

impl<'r> Picked<'r> {
    fn of(rows: &'r mut dyn Rows, names: &[String]) -> Result<Self> {
        let all = rows.columns();
        // People's headings differ from names: "score text" for score_text.
        let plain = |name: &str| name.trim().to_lowercase().replace('_', " ");
        let mut places = Vec::new();
        for name in names {
            let place = all.iter().position(|column| plain(&column.name) == plain(name));
            places.push(place.ok_or_else(|| {
                let known: Vec<&str> = all.iter().map(|column| column.name.as_str()).collect();
                CommandError::usage(format!("there is no column {name:?}"))
                    .help(format!("there are {}", known.join(", ")))
            })?);
        }
        let columns = places.iter().filter_map(|place| all.get(*place).cloned()).collect();
        Ok(Picked { rows, columns, places })
    }
}

impl Rows for Picked<'_> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn caption(&self) -> Caption {
        self.rows.caption()
    }

    fn next_row(&mut self) -> Result<Option<Vec<Cell>>, RowError> {
        let Some(row) = self.rows.next_row()? else { return Ok(None) };
        Ok(Some(self.places.iter().filter_map(|place| row.get(*place).cloned()).collect()))
    }
}

/// One ASCII character that neither numbers nor quoting need; `\\t` and `tab` mean a tab.
fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        _ if matches!(text, "\\t" | "tab") => Ok(b'\t'),
        [byte]
            if byte.is_ascii_graphic()
                && !byte.is_ascii_alphanumeric()
                && !b"\"'.-+".contains(byte) =>
        {
            Ok(*byte)
        }
        [b'\t'] => Ok(b'\t'),
        _ => Err("write one sign, such as ; or |, or tab".to_owned()),
    }
}

/// A terminal without capabilities: no colours, no drawing.
pub fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// Whether the locale supports more than ASCII. Without any locale (a container), UTF-8 is likely.
/// The order is POSIX's: the first variable that is set.
fn locale_has_unicode() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    match set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")) {
        None => true,
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
    }
}
