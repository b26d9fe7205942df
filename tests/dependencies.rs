//! Dependencies: every licence permits redistribution, and every crate comes from crates.io.
//! `cargo deny` (deny.toml) checks more, if installed; this test needs only cargo.

#[path = "common/shared.rs"]
mod shared;

use std::process::Command;

use serde_json::Value;
use shared::skipped;

/// The licences in deny.toml.
fn allowed() -> Vec<String> {
    let text = include_str!("../deny.toml");
    let file: toml::Value = toml::from_str(text).expect("deny.toml");
    let list = file["licenses"]["allow"].as_array().expect("a list");
    list.iter().filter_map(|licence| licence.as_str().map(str::to_owned)).collect()
}

/// Whether some choice of the expression is allowed. AND binds tighter than OR in SPDX;
/// parentheses are supported only as they occur: around an OR.
fn fits(expression: &str, allowed: &[String]) -> bool {
    let each = |text: &str| {
        text.split(" OR ")
            .any(|choice| choice.split(" AND ").all(|one| allowed.iter().any(|a| a == one.trim())))
    };
    let expression = expression.replace('/', " OR ");
    match (expression.find('('), expression.find(')')) {
        (Some(open), Some(close)) if open < close => {
            let rest = format!("{} {}", &expression[..open], &expression[close + 1..]);
            each(&expression[open + 1..close])
                && rest
                    .split(" AND ")
                    .map(str::trim)
                    .filter(|part| !part.is_empty() && *part != "AND")
                    .all(each)
        }
        _ => each(&expression),
    }
}

#[test]
fn every_licence_and_source_is_allowed() {
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    if !said.status.success() {
        skipped(format_args!(
            "cargo metadata --offline: {}",
            String::from_utf8_lossy(&said.stderr)
        ));
        return;
    }
    let metadata: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let allowed = allowed();
    let mut bad = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or("?");
        let licence = package["license"].as_str().unwrap_or("none said");
        let registry =
            package["source"].as_str().is_none_or(|source| source.contains("crates.io-index"));
        if !fits(licence, &allowed) || !registry {
            bad.push(format!("{name}: {licence}, {}", package["source"]));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(packages.len() > 50, "only {} packages", packages.len());
}
