//! An inner service that holds its caller to the contract of readiness.

use std::fmt;
use std::future::{Ready, ready};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use tower::{BoxError, Service};

/// A service that must be polled ready, as this very instance, before each call. A clone begins unready.
pub struct Strict {
    probe: Probe,
    instance: usize,
    ready: bool,
}

/// What the instances of a [`Strict`] service have seen, and how they answer when asked for readiness.
#[derive(Clone, Default)]
pub struct Probe(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    readiness: Readiness,
    waker: Option<Waker>,
    instances: usize,
    alive: usize,
    reserved: usize,
    called: Vec<usize>,
}

/// How a service answers when asked whether it is ready.
#[derive(Clone, Copy, Default)]
pub enum Readiness {
    /// It is.
    #[default]
    Ready,
    /// Not yet.
    Pending,
    /// It never will be.
    Broken,
}

/// The error of a broken service.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the inner service is broken")
    }
}

impl std::error::Error for Broken {}

impl Probe {
    /// A new service that reports here: instance 0.
    pub fn service(&self) -> Strict {
        Strict { probe: self.clone(), instance: self.new_instance(), ready: false }
    }

    /// From now on the service answers so, and whoever waits for it is woken.
    pub fn set(&self, readiness: Readiness) {
        let waker = {
            let mut state = self.0.lock().unwrap();
            state.readiness = readiness;
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// The instances that were called, in order.
    pub fn called(&self) -> Vec<usize> {
        self.0.lock().unwrap().called.clone()
    }

    /// How many instances there are.
    pub fn alive(&self) -> usize {
        self.0.lock().unwrap().alive
    }

    /// How many instances are polled ready and neither called nor dropped: permits that are held.
    pub fn reserved(&self) -> usize {
        self.0.lock().unwrap().reserved
    }

    fn new_instance(&self) -> usize {
        let mut state = self.0.lock().unwrap();
        state.instances += 1;
        state.alive += 1;
        state.instances - 1
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").finish_non_exhaustive()
    }
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        self.probe.service()
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        let mut state = self.probe.0.lock().unwrap();
        state.alive -= 1;
        state.reserved -= usize::from(self.ready);
    }
}

impl fmt::Debug for Strict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Strict").field("instance", &self.instance).finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Response<String>;
    type Error = BoxError;
    type Future = Ready<Result<Response<String>, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        let mut state = self.probe.0.lock().unwrap();
        match state.readiness {
            Readiness::Ready => {
                state.reserved += usize::from(!self.ready);
                self.ready = true;
                Poll::Ready(Ok(()))
            }
            Readiness::Pending => {
                state.waker = Some(cx.waker().clone());
                Poll::Pending
            }
            Readiness::Broken => Poll::Ready(Err(Broken.into())),
        }
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        assert!(self.ready, "instance {} was called without having been polled ready", self.instance);
        let mut state = self.probe.0.lock().unwrap();
        self.ready = false;
        state.reserved -= 1;
        state.called.push(self.instance);
        ready(Ok(Response::new("called".to_owned())))
    }
}
