//! Which role can do what.

mod markdown;
mod text;

use portcullis_core::Answer;

use super::shown::one_line;
use super::{Operation, Policy};

/// Operations by roles; made by [`Policy::matrix`].
///
/// Its `Display` is a table of text, [`to_markdown`](Self::to_markdown) one for a repository; both are the same every time,
/// without spaces at the ends of lines, so they can be kept as a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a matrix is to be shown"]
pub struct Matrix {
    roles: Vec<Box<str>>,
    rows: Vec<MatrixRow>,
}

/// An operation of a [`Matrix`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixRow {
    operation: Box<str>,
    needs: Box<str>,
    cells: Vec<MatrixCell>,
}

/// What a role can do with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum MatrixCell {
    /// Its scopes are not enough.
    No,
    /// It hangs on the request: on a claim, or on the object.
    Depends,
    /// Its scopes are enough.
    Yes,
    /// The operation is public.
    Open,
}

impl MatrixCell {
    /// As it reads: `-`, `if`, `yes`, `open`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "-",
            Self::Depends => "if",
            Self::Yes => "yes",
            Self::Open => "open",
        }
    }
}

impl From<Answer> for MatrixCell {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::No => Self::No,
            Answer::Depends => Self::Depends,
            Answer::Yes => Self::Yes,
        }
    }
}

impl Policy {
    /// Which role can do what: a row for each operation, in the order of the table, a column for each role, by name, and what the
    /// operation needs.
    ///
    /// ```
    /// use portcullis::policy::{Operation, Policy};
    /// use portcullis::{AccessModel, scope};
    ///
    /// let model = AccessModel::builder().role("support", ["orders:read"]).role("fulfilment", ["orders:write"]).build()?;
    /// let policy = Policy::builder()
    ///     .access_model(model)
    ///     .operation(Operation::get("/orders/{id}").require(scope!("orders:read")))
    ///     .operation(Operation::get("/public").public("landing page"))
    ///     .build()?;
    /// assert_eq!(
    ///     policy.matrix().to_string(),
    ///     "\
    /// operation         fulfilment  support  needs
    /// GET /orders/{id}  -           yes      orders:read
    /// GET /public       open        open     public: landing page
    ///
    /// yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody
    /// ",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matrix(&self) -> Matrix {
        let roles: Vec<Box<str>> = self.0.model.roles().map(Box::from).collect();
        let rows = self.operations().map(|operation| self.row(operation, &roles)).collect();
        Matrix { roles, rows }
    }

    fn row(&self, operation: &Operation, roles: &[Box<str>]) -> MatrixRow {
        let of = |role: &str| match operation.access().requirement() {
            Some(requirement) => self.0.model.role_meets(role, requirement).into(),
            None => MatrixCell::Open,
        };
        let reports = self.is_report_only() || operation.is_report_only();
        let needs = format!("{}{}", operation.access(), if reports { " (report only)" } else { "" });
        MatrixRow {
            operation: operation.target().to_string().into(),
            needs: needs.into(),
            cells: roles.iter().map(|role| of(role)).collect(),
        }
    }
}

impl Matrix {
    /// The roles, by name.
    pub fn roles(&self) -> impl ExactSizeIterator<Item = &str> {
        self.roles.iter().map(|role| &**role)
    }

    /// The operations, in the order of the table.
    pub fn rows(&self) -> &[MatrixRow] {
        &self.rows
    }

    /// What a role can do with an operation, by their names: `None` when either is not there.
    pub fn cell(&self, operation: &str, role: &str) -> Option<MatrixCell> {
        let column = self.roles.iter().position(|known| **known == *role)?;
        self.rows.iter().find(|row| *row.operation == *operation)?.cells.get(column).copied()
    }
}

impl MatrixRow {
    /// The operation, as it reads: `GET /orders/{id}`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// What it needs, as it reads.
    pub fn needs(&self) -> &str {
        &self.needs
    }

    /// A cell for each of the matrix's roles.
    pub fn cells(&self) -> &[MatrixCell] {
        &self.cells
    }
}

const LEGEND: &str =
    "yes: its scopes are enough; if: it hangs on the request (a claim, the object); -: no; open: to everybody";

/// A line of a table: the operation, the cells, what it needs.
fn lines(matrix: &Matrix) -> impl Iterator<Item = Vec<String>> {
    let line = |first: &str, cells: Vec<&str>, last: &str| {
        let fields = [first].into_iter().chain(cells).chain([last]);
        // Names may hold anything: a line stays a line.
        fields.map(|field| one_line(field.trim())).collect()
    };
    let head = line("operation", matrix.roles().collect(), "needs");
    let rows = matrix
        .rows
        .iter()
        .map(move |row| line(&row.operation, row.cells.iter().map(|cell| cell.as_str()).collect(), &row.needs));
    [head].into_iter().chain(rows)
}
