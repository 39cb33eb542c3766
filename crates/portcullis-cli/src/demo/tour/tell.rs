//! How the tour reads.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Duration;

use anstyle::{Effects, Style};

use portcullis::policy::{Audit, Matrix};

use super::player::Came;
use crate::demo::client::Reply;
use crate::demo::scenario::{Scenario, Step};
use crate::demo::service::way::Station;
use crate::demo::stopwatch::Stopwatch;
use crate::failure::Failure;
use crate::output::{self, BAD, GOOD};

const BOLD: Style = Style::new().effects(Effects::BOLD);
const DIM: Style = Style::new().effects(Effects::DIMMED);
/// Where the words begin, beside what a step came to.
const MARGIN: usize = 38;
const WIDTH: usize = 100;

pub(super) fn opening(address: SocketAddr, watch: Stopwatch, scenarios: usize) -> Result<(), Failure> {
    write(&format!(
        "{BOLD}Portcullis, live:{BOLD:#} an issuer and two guarded services on http://{address}, over real sockets.\n\
         First verdict after {watch}. {scenarios} things to see, in about half a minute.\n\
         {GOOD}✓{GOOD:#} is as promised. The layers are signature, expiry, permission, claims and resource: {GOOD}●{GOOD:#} let it through, \
         {BAD}✕{BAD:#} stopped it,\n○ was not reached.\n"
    ))
}

pub(super) fn title(nth: usize, scenario: &Scenario) -> Result<(), Failure> {
    let about = wrapped(&scenario.about, 4, WIDTH);
    write(&format!("\n{BOLD}{nth:>2}  {}{BOLD:#}\n    {DIM}{about}{DIM:#}\n", scenario.title))
}

/// What a step came to, the way through the layers if there was one, and what it was.
pub(super) fn step(step: &Step, came: &Came) -> Result<(), Failure> {
    let (style, mark) = if came.as_promised { (GOOD, "✓") } else { (BAD, "✗") };
    let stopped = came.reply.as_ref().and_then(|reply| reply.stopped.as_deref());
    let stopped = stopped.map(|station| format!(" Stopped at the {station}.")).unwrap_or_default();
    let words = wrapped(&format!("{}{stopped}", step.say), MARGIN, WIDTH);
    let way = came.reply.as_ref().map(way).unwrap_or_else(|| " ".repeat(Station::ALL.len()));
    let taken = came.to.chars().count() + Station::ALL.len() + 5;
    let gap = match MARGIN.checked_sub(taken).filter(|gap| *gap >= 2) {
        Some(gap) => " ".repeat(gap),
        None => format!("\n{}", " ".repeat(MARGIN)),
    };
    write(&format!("  {style}{mark}{style:#} {way} {}{gap}{words}\n", came.to))
}

/// A sign for each layer: passed, stopped, not reached.
fn way(reply: &Reply) -> String {
    let stopped = usize::from(reply.stopped.is_some());
    let ahead = Station::ALL.len().saturating_sub(reply.passed + stopped);
    let signs = [(GOOD, "●", reply.passed), (BAD, "✕", stopped), (DIM, "○", ahead)];
    signs.map(|(style, sign, count)| format!("{style}{}{style:#}", sign.repeat(count))).concat()
}

pub(super) fn moral(scenario: &Scenario) -> Result<(), Failure> {
    write(&format!("  → {}\n", wrapped(&scenario.moral, 4, WIDTH)))
}

/// Who can do what, and what the audit finds.
pub(super) fn table(matrix: &Matrix, audit: &Audit) -> Result<(), Failure> {
    let rows: Vec<String> = matrix.to_string().lines().map(|line| format!("    {line}\n")).collect();
    let findings =
        audit.findings().iter().map(|finding| format!("    {BAD}{}{BAD:#}: {finding}\n", finding.severity()));
    let findings: Vec<String> = findings.collect();
    write(&format!(
        "\n{BOLD}    Who can do what{BOLD:#}, over HTTP and gRPC alike, as far as scopes go: the code asks whose order it is besides\n{}\n{BOLD}    The audit{BOLD:#} finds the forgotten route, as it should\n{}",
        rows.concat(),
        findings.concat()
    ))
}

pub(super) fn closing(steps: usize, broken: &[String], took: Duration) -> Result<(), Failure> {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match broken {
        [] => writeln!(text, "\n{GOOD}All {steps} steps came out as promised{GOOD:#}, in {} s.", took.as_secs()),
        _ => writeln!(text, "\n{BAD}{} of {steps} steps did not come out as promised:{BAD:#}", broken.len()),
    };
    for broken in broken {
        let _ = writeln!(text, "  {broken}");
    }
    write(&text)
}

fn write(text: &str) -> Result<(), Failure> {
    Ok(output::write(text)?)
}

/// Words on lines of this width, all but the first set in.
fn wrapped(words: &str, indent: usize, width: usize) -> String {
    let (mut text, mut column) = (String::new(), indent);
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            let _ = write!(text, "\n{}", " ".repeat(indent));
            column = indent;
        } else if column > indent {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text
}
