//! As plain text.

use std::fmt;

use super::{LEGEND, Matrix, lines};

/// Columns for a terminal, and a line that says what the cells mean.
impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<Vec<String>> = lines(self).collect();
        let width =
            |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|field| field.chars().count()).max();
        let widths: Vec<usize> = (0..self.roles.len() + 2).filter_map(width).collect();
        for line in &lines {
            let padded = line.iter().zip(&widths).map(|(field, width)| format!("{field:width$}"));
            writeln!(f, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        if self.roles.is_empty() { Ok(()) } else { writeln!(f, "\n{LEGEND}") }
    }
}
