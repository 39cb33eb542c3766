//! As Markdown.

use super::{LEGEND, Matrix, lines};
use crate::policy::shown::markdown;

impl Matrix {
    /// A table for GitHub, and a line that says what the cells mean.
    ///
    /// ```
    /// use portcullis::policy::{Operation, Policy};
    /// use portcullis::{Requirement, scope};
    ///
    /// let either = Requirement::any([scope!("orders:read"), scope!("orders:all")])?;
    /// let policy = Policy::builder().operation(Operation::get("/orders").require(either)).build()?;
    /// assert_eq!(
    ///     policy.matrix().to_markdown(),
    ///     "| operation | needs |\n| --- | --- |\n| `GET /orders` | `orders:read \\| orders:all` |\n",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        for (nth, fields) in lines(self).enumerate() {
            let last = fields.len().saturating_sub(1);
            let is_code = |column| nth > 0 && (column == 0 || column == last);
            let fields = fields.iter().enumerate();
            let fields = fields.map(|(i, field)| if is_code(i) { code(field) } else { markdown(field) });
            push_line(&mut text, fields);
            if nth == 0 {
                push_line(&mut text, (0..=last).map(|_| "---".to_owned()));
            }
        }
        if !self.roles.is_empty() {
            text.push('\n');
            text.push_str(LEGEND);
            text.push('\n');
        }
        text
    }
}

fn push_line(markdown: &mut String, fields: impl Iterator<Item = String>) {
    for field in fields {
        markdown.push_str("| ");
        markdown.push_str(&field);
        markdown.push(' ');
    }
    markdown.push_str("|\n");
}

/// What can stand in a span of code does: all but a bar means itself there.
fn code(field: &str) -> String {
    if field.is_empty() || field.contains(['`', '\\']) {
        markdown(field)
    } else {
        format!("`{}`", field.replace('|', "\\|"))
    }
}
