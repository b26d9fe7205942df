//! Only parses every file of a folder with the HTML parser; the baseline for an import of saved
//! pages in `benches/compare.py`.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use revdb_formats::formats::Tree;

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("usage: parse_pages FOLDER");
        return ExitCode::from(2);
    };
    match parse(Path::new(&folder)) {
        Ok((bytes, nodes)) => {
            println!("{bytes} bytes, {nodes} nodes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(folder: &Path) -> io::Result<(usize, usize)> {
    let (mut bytes, mut nodes) = (0, 0);
    for entry in fs::read_dir(folder)? {
        let page = fs::read_to_string(entry?.path())?;
        bytes += page.len();
        nodes += Tree::of(&page).len();
    }
    Ok((bytes, nodes))
}
