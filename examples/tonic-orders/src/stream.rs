//! Answers that last.

use std::collections::VecDeque;

use futures::{Stream, StreamExt, stream};
use orders_support::{Change, Orders, ReadOrders};
use portcullis::{Clock, DeniedKind, Granted, SystemClock, Timestamp};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tonic::{Status, Streaming};

use crate::proto::watch_orders_response::Change as Changed;
use crate::proto::{WatchOrdersRequest, WatchOrdersResponse};

/// Ends an answer when the token of its caller does. The guard judges a token once, when the call begins; a stream can
/// outlive it by far.
pub(crate) fn until_expiry<T>(
    expires_at: Timestamp,
    answer: impl Stream<Item = Result<T, Status>>,
) -> Result<impl Stream<Item = Result<T, Status>>, Status> {
    let now = SystemClock.now().map_err(|_| Status::internal("internal error"))?;
    let deadline = tokio::time::Instant::now() + expires_at.saturating_since(now);
    Ok(stream::unfold(Box::pin(answer), move |mut answer| async move {
        tokio::select! {
            biased; // an answer that is never out of breath ends too
            () = tokio::time::sleep_until(deadline) => {
                Some((Err(portcullis_tonic::status(DeniedKind::Expired.into(), None)), answer))
            }
            item = answer.next() => Some((item?, answer)),
        }
    }))
}

/// The orders of one item, as the caller names it: those that are there, then every change.
pub(crate) fn watch(
    orders: Orders,
    by: Granted<ReadOrders>,
    asked: Streaming<WatchOrdersRequest>,
) -> impl Stream<Item = Result<WatchOrdersResponse, Status>> {
    let (_, changes) = orders.watch(&by);
    let watch = Watch { orders, by, asked, changes, item: None, backlog: VecDeque::new() };
    stream::unfold(watch, |mut watch| async move { Some((watch.next().await.transpose()?, watch)) })
}

struct Watch {
    orders: Orders,
    by: Granted<ReadOrders>,
    asked: Streaming<WatchOrdersRequest>,
    changes: Receiver<Change>,
    item: Option<String>,
    backlog: VecDeque<WatchOrdersResponse>,
}

impl Watch {
    /// The next change; `None` when the caller has no more to ask.
    async fn next(&mut self) -> Result<Option<WatchOrdersResponse>, Status> {
        loop {
            if let Some(change) = self.backlog.pop_front() {
                return Ok(Some(change));
            }
            tokio::select! {
                asked = self.asked.message() => match asked? {
                    Some(WatchOrdersRequest { item }) => self.turn_to(item),
                    None => return Ok(None),
                },
                change = self.changes.recv() => match change {
                    Ok(change) => self.note(change),
                    Err(RecvError::Lagged(_)) => return Err(Status::data_loss("too slow: changes were lost, watch again")),
                    Err(RecvError::Closed) => return Ok(None),
                },
            }
        }
    }

    fn turn_to(&mut self, item: String) {
        let (placed, changes) = self.orders.watch(&self.by);
        let placed = placed.into_iter().filter(|order| order.item == item);
        self.backlog = placed.map(|order| Change::Placed(order).into()).collect();
        (self.item, self.changes) = (Some(item), changes);
    }

    fn note(&mut self, change: Change) {
        let (Change::Placed(order) | Change::Deleted(order)) = &change;
        if self.item.as_ref() == Some(&order.item) {
            self.backlog.push_back(change.into());
        }
    }
}

impl From<Change> for WatchOrdersResponse {
    fn from(change: Change) -> Self {
        let change = match change {
            Change::Placed(order) => Changed::Placed(order.into()),
            Change::Deleted(order) => Changed::Deleted(order.into()),
        };
        Self { change: Some(change) }
    }
}
