//! `portcullis check`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use portcullis::policy::{Audit, FileError, Inventory, Matrix, Severity, shown};
use serde_json::{Value, json};

use crate::args::{Check, Deny, Layout};
use crate::failure::Failure;
use crate::output::{BAD, GOOD, OPEN};
use crate::{Outcome, output, policy, report};

pub(crate) fn run(args: &Check) -> Result<Outcome, Failure> {
    let inventory = args.inventory.as_deref().map(inventory).transpose()?;
    let file = match policy::read(&args.policy)? {
        Ok(file) => file,
        Err(invalid) => return refuse(args, &invalid),
    };
    let audit = match &inventory {
        Some(inventory) => file.policy().audit(inventory),
        None => file.policy().audit_alone(),
    };
    let matrix = file.policy().matrix();
    output::write(&match args.format {
        Layout::Text => text(&audit, &matrix),
        Layout::Json => shown::json(&format!("{:#}\n", document(&[], &audit, &matrix))),
        Layout::Markdown => markdown(&audit, &matrix),
    })?;
    let denied = if args.deny == Some(Deny::Warnings) { !audit.is_clean() } else { audit.has_errors() };
    Ok(if denied { Outcome::Findings } else { Outcome::Clean })
}

/// An invalid policy: its faults are what is found.
fn refuse(args: &Check, invalid: &FileError) -> Result<Outcome, Failure> {
    if args.format == Layout::Json {
        let faults = invalid.faults().iter();
        let faults =
            faults.map(|fault| json!({ "line": fault.line(), "column": fault.column(), "text": fault.text() }));
        let faults: Vec<Value> = faults.collect();
        let document = json!({ "faults": faults, "findings": null, "matrix": null });
        output::write(&shown::json(&format!("{document:#}\n")))?;
        return Ok(Outcome::Findings);
    }
    Err(Failure::invalid(&args.policy, invalid, 1))
}

fn inventory(path: &Path) -> Result<Inventory, Failure> {
    let name = output::name(path);
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("cannot read {name} ({error})"), "give --inventory a file with a line for each operation")
    })?;
    text.parse().map_err(|error| Failure::new(name, error))
}

/// For people: the findings, the worst first, what they count, and the matrix.
fn text(audit: &Audit, matrix: &Matrix) -> String {
    let mut text = String::new();
    for finding in audit.findings() {
        let style = match finding.severity() {
            Severity::Error => BAD,
            Severity::Warning => OPEN,
            _ => GOOD,
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{style}{}{style:#}: {finding}", finding.severity());
    }
    let _ = write!(text, "{}\n\n{matrix}", counts(audit));
    text
}

fn markdown(audit: &Audit, matrix: &Matrix) -> String {
    let mut text = format!("## Findings\n\n{}\n", counts(audit));
    for finding in audit.findings() {
        let _ = write!(text, "\n- **{}** `{}`", finding.severity(), finding.kind());
        for operation in finding.operations() {
            let _ = write!(text, " {}", code(operation));
        }
        let _ = write!(text, ": {}", shown::markdown(finding.text()));
    }
    let _ = write!(text, "\n\n## Permissions\n\n{}", matrix.to_markdown());
    text
}

/// What can stand in a span of code does.
fn code(name: &str) -> String {
    if name.contains(['`', '\\', '|', '<']) { shown::markdown(name) } else { format!("`{name}`") }
}

fn counts(audit: &Audit) -> String {
    let count = |severity: Severity| match audit.count(severity) {
        1 => format!("1 {severity}"),
        n => format!("{n} {severity}s"),
    };
    [Severity::Error, Severity::Warning, Severity::Note].map(count).join(", ")
}

/// For programs.
fn document(faults: &[Value], audit: &Audit, matrix: &Matrix) -> Value {
    json!({ "faults": faults, "findings": report::findings(audit), "matrix": report::rows(matrix) })
}
