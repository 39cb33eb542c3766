//! The resource layer, as domain code should be: it depends on `portcullis-core` alone, knows no HTTP, and asks for the
//! proof in its signatures. Whoever forgets the check does not compile.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::permissions::{DeleteOrders, ReadOrders, WriteOrders};
use crate::proof::Proof;

/// An order.
#[derive(Clone, Debug, Serialize)]
pub struct Order {
    /// Its name, given by the store.
    pub id: String,
    /// What is ordered.
    pub item: String,
    /// How many of it.
    pub quantity: u32,
    /// Who ordered: the subject of the token.
    pub placed_by: String,
}

/// An order to be placed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// What is ordered.
    pub item: String,
    /// How many of it.
    pub quantity: u32,
}

/// What happened to an order.
#[derive(Clone, Debug)]
pub enum Change {
    /// It was placed.
    Placed(Order),
    /// It was taken back.
    Deleted(Order),
}

/// All orders, in memory. Clones are the same store.
#[derive(Clone, Debug)]
pub struct Orders(Arc<Store>);

#[derive(Debug)]
struct Store {
    book: Mutex<Book>,
    changes: broadcast::Sender<Change>,
}

#[derive(Debug)]
struct Book {
    orders: Vec<Order>,
    next_id: u64,
}

impl Orders {
    /// A store with one order in it.
    pub fn new() -> Self {
        let first = Order { id: "1".into(), item: "portcullis".into(), quantity: 1, placed_by: "the house".into() };
        let book = Mutex::new(Book { orders: vec![first], next_id: 2 });
        let (changes, _) = broadcast::channel(64);
        Self(Arc::new(Store { book, changes }))
    }

    /// All orders.
    pub fn list(&self, _: &impl Proof<ReadOrders>) -> Vec<Order> {
        self.book().orders.clone()
    }

    /// One order, if it is there.
    pub fn get(&self, id: &str, _: &impl Proof<ReadOrders>) -> Option<Order> {
        self.book().orders.iter().find(|order| order.id == id).cloned()
    }

    /// Places an order, in the name of the caller.
    pub fn create(&self, new: NewOrder, by: &impl Proof<WriteOrders>) -> Order {
        let mut book = self.book();
        let id = book.next_id.to_string();
        let order = Order { id, item: new.item, quantity: new.quantity, placed_by: caller(by) };
        book.next_id += 1;
        book.orders.push(order.clone());
        self.tell(Change::Placed(order.clone()));
        order
    }

    /// Takes an order back, if it is there.
    pub fn delete(&self, id: &str, _: &impl Proof<DeleteOrders>) -> Option<Order> {
        let mut book = self.book();
        let at = book.orders.iter().position(|order| order.id == id)?;
        let order = book.orders.remove(at);
        self.tell(Change::Deleted(order.clone()));
        Some(order)
    }

    /// All orders, and what happens to them from then on.
    pub fn watch(&self, _: &impl Proof<ReadOrders>) -> (Vec<Order>, broadcast::Receiver<Change>) {
        let book = self.book(); // held, so that no change falls in between
        (book.orders.clone(), self.0.changes.subscribe())
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: Change) {
        // Nobody may be watching.
        self.0.changes.send(change).ok();
    }
}

impl Default for Orders {
    fn default() -> Self {
        Self::new()
    }
}

/// A proof says who may: there is no second argument to get wrong.
fn caller<P>(by: &impl Proof<P>) -> String {
    by.caller().and_then(|caller| caller.subject()).unwrap_or("somebody").to_owned()
}
