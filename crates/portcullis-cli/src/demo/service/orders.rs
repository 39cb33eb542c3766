//! The resource: orders in memory. Each function asks for the proof that its caller may, so whoever forgets the check does not compile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use portcullis::{Granted, GrantedOn, Owner, Resource};
use serde::{Deserialize, Serialize};

portcullis::permissions! {
    /// See orders.
    pub(super) ReadOrders = "orders:read";
    /// Place an order.
    pub(super) WriteOrders = "orders:write";
    /// Take an order back: both of these.
    pub(super) CancelOrders = all("orders:cancel", "orders:write");
    /// Give money back.
    pub(super) RefundPayments = "payments:refund";
    /// See what was sold.
    pub(super) ReadReports = "reports:read";
}

/// More than anybody clicks together; the demo forgets nothing else.
const MOST: usize = 1_000;
const LONGEST_ITEM: usize = 64;

/// An order, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Order {
    pub(super) id: u64,
    pub(super) item: String,
    pub(super) quantity: u32,
    pub(super) placed_by: String,
    pub(super) state: State,
    #[serde(skip)]
    issuer: Arc<str>,
}

/// What became of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Open,
    Cancelled,
    Refunded,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }
}

impl Resource for Order {
    /// Who placed it. Others with the same scopes have no say in it.
    fn owner(&self) -> Owner<'_> {
        Owner::subject(&self.issuer, &self.placed_by)
    }
}

/// An order to be placed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewOrder {
    pub(super) item: String,
    pub(super) quantity: u32,
}

/// All orders. Clones are the same store.
#[derive(Clone, Debug)]
pub(super) struct Orders {
    issuer: Arc<str>,
    book: Arc<Mutex<Vec<Order>>>,
}

impl Orders {
    /// With an order of each of these.
    pub(super) fn placed_by(issuer: &str, people: &[&str]) -> Self {
        let issuer: Arc<str> = issuer.into();
        let order = |(nth, placed_by): (usize, &&str)| Order {
            id: nth as u64 + 1,
            item: "portcullis".into(),
            quantity: 1,
            placed_by: (*placed_by).into(),
            state: State::Open,
            issuer: Arc::clone(&issuer),
        };
        let book = people.iter().enumerate().map(order).collect();
        Self { issuer, book: Arc::new(Mutex::new(book)) }
    }

    pub(super) fn list(&self, _: &Granted<ReadOrders>) -> Vec<Order> {
        self.book().clone()
    }

    pub(super) fn get(&self, id: u64, _: &Granted<ReadOrders>) -> Option<Order> {
        self.book().iter().find(|order| order.id == id).cloned()
    }

    /// Places an order in the name of the caller; `None` if it is none, or the book is full.
    pub(super) fn place(&self, new: NewOrder, by: &Granted<WriteOrders>) -> Option<Order> {
        let mut book = self.book();
        if new.item.is_empty() || new.item.len() > LONGEST_ITEM || book.len() >= MOST {
            return None;
        }
        let order = Order {
            id: book.iter().map(|order| order.id).max().unwrap_or_default() + 1,
            item: new.item,
            quantity: new.quantity,
            placed_by: by.principal().subject()?.to_owned(),
            state: State::Open,
            issuer: Arc::clone(&self.issuer),
        };
        book.push(order.clone());
        Some(order)
    }

    /// An order to decide about: what may be done to it hangs on whose it is.
    pub(super) fn to_cancel(&self, id: u64, _: &Granted<CancelOrders>) -> Option<Order> {
        self.book().iter().find(|order| order.id == id).cloned()
    }

    /// Takes an order back. The proof is for this very order.
    pub(super) fn cancel(&self, by: GrantedOn<'_, CancelOrders, Order>) -> Option<Order> {
        self.turn(by.resource().id, State::Cancelled)
    }

    pub(super) fn refund(&self, id: u64, _: &Granted<RefundPayments>) -> Option<Order> {
        self.turn(id, State::Refunded)
    }

    fn turn(&self, id: u64, state: State) -> Option<Order> {
        let mut book = self.book();
        let order = book.iter_mut().find(|order| order.id == id)?;
        order.state = state;
        Some(order.clone())
    }

    pub(super) fn report(&self, _: &Granted<ReadReports>) -> Report {
        let book = self.book();
        let of = |state| book.iter().filter(|order| order.state == state).count();
        Report { open: of(State::Open), cancelled: of(State::Cancelled), refunded: of(State::Refunded) }
    }

    fn book(&self) -> MutexGuard<'_, Vec<Order>> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was sold, and nobody's name.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    open: usize,
    cancelled: usize,
    refunded: usize,
}
