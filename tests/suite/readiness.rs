//! The contract of `tower::Service` about readiness: `call` only where `poll_ready` said so, on that very instance, and no
//! reservation kept without need.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::task::{Context, Poll};

use http::{Request, Response, StatusCode};
use portcullis::{Authority, Denied, DeniedKind, GuardLayer};
use portcullis_testing::TestIssuer;
use portcullis_tests::inner::{Broken, Probe, Readiness};
use portcullis_tests::keys::{Answer, HandKeys};
use portcullis_tests::polling::{Driven, poll_ready};
use portcullis_tests::{ReadOrders, builder, request};
use tower::buffer::Buffer;
use tower::limit::ConcurrencyLimit;
use tower::util::BoxCloneService;
use tower::{BoxError, Layer, Service, ServiceExt};

type Stack = BoxCloneService<Request<String>, Response<String>, BoxError>;
type MakeStack = Box<dyn Fn(Stack) -> Stack>;

/// The table of layers that every promise is tried on.
fn every_layer(authority: &Authority) -> Vec<(&'static str, MakeStack)> {
    fn boxed<C: portcullis::Check + Send + Sync + 'static>(layer: GuardLayer<C>) -> MakeStack {
        Box::new(move |inner| BoxCloneService::new(layer.layer(inner)))
    }
    let all = {
        let authority = authority.clone();
        move |inner| {
            let stack = authority.extract_claims::<HashMap<String, serde_json::Value>>().layer(inner);
            let stack = authority.require(ReadOrders).layer(stack);
            let stack = authority.enforce_expiry().layer(stack);
            BoxCloneService::new(authority.verify_signature().layer(stack))
        }
    };
    vec![
        ("verify_signature", boxed(authority.verify_signature())),
        ("enforce_expiry", boxed(authority.enforce_expiry())),
        ("authenticate", boxed(authority.authenticate())),
        ("require", boxed(authority.require(ReadOrders))),
        ("extract_claims", boxed(authority.extract_claims::<HashMap<String, serde_json::Value>>())),
        ("all nested", Box::new(all)),
    ]
}

/// Two issuers of one name: the keys of the first are at hand, those of the second are not.
struct World {
    known: TestIssuer,
    unknown: TestIssuer,
    keys: HandKeys,
    authority: Authority,
}

impl World {
    fn new() -> Self {
        let known = TestIssuer::new();
        let key = portcullis_core::SigningKey::generate(portcullis::Algorithm::ES256).unwrap();
        let unknown = TestIssuer::with_key(key.with_kid("on its way"));
        let keys = HandKeys::of(&known.keys(), Answer::Wait);
        let authority = builder(&known, keys.clone()).build().unwrap();
        Self { known, unknown, keys, authority }
    }

    fn good(&self) -> Request<String> {
        request(&self.known.token("orders:read"))
    }

    /// Refused by every layer: the signature is wrong.
    fn bad(&self) -> Request<String> {
        request(&format!("{}AAAA", self.known.token("orders:read").trim_end_matches(|c| c != '.')))
    }

    /// Good, as soon as the keys of the second issuer are there.
    fn unknown(&self) -> Request<String> {
        request(&self.unknown.token("orders:read"))
    }

    /// The new keys arrive.
    fn arrive(&self) {
        self.keys.put(&self.unknown.keys());
        assert_eq!(self.keys.resolve(), 1, "one wait, and somebody waits");
    }
}

fn direct(probe: &Probe) -> Stack {
    BoxCloneService::new(probe.service())
}

fn limited(probe: &Probe) -> Stack {
    BoxCloneService::new(ConcurrencyLimit::new(probe.service(), 1))
}

fn kind(response: &Response<String>) -> Option<DeniedKind> {
    response.extensions().get::<Denied>().map(Denied::kind)
}

fn assert_called(name: &str, response: Result<Response<String>, BoxError>) {
    let response = response.unwrap();
    assert_eq!((response.status(), response.body().as_str()), (StatusCode::OK, "called"), "{name}");
}

#[test]
fn a_pass_calls_the_very_service_that_was_polled_ready() {
    let world = World::new();
    for (name, layer) in every_layer(&world.authority) {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        for _ in 0..3 {
            assert!(poll_ready(&mut guarded).is_ready(), "{name}");
            assert_called(name, Driven::new(guarded.call(world.good())).done(name));
        }
        assert_eq!(probe.called(), [0, 0, 0], "{name}: no clone was called");
    }
}

#[test]
fn a_clone_of_a_ready_guard_begins_unready() {
    let world = World::new();
    for (name, layer) in every_layer(&world.authority) {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut clone = guarded.clone();
        assert_eq!(probe.reserved(), 1, "{name}");
        assert!(poll_ready(&mut clone).is_ready(), "{name}");
        assert_called(name, Driven::new(clone.call(world.good())).done(name));
        assert_eq!(probe.called(), [1], "{name}");
    }
}

#[test]
fn readiness_is_that_of_the_inner_service() {
    let world = World::new();
    for (name, layer) in every_layer(&world.authority) {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        probe.set(Readiness::Pending);
        let mut ready = Driven::new(std::future::poll_fn(|cx| guarded.poll_ready(cx)));
        assert!(ready.poll().is_pending(), "{name}");
        probe.set(Readiness::Ready);
        assert_eq!(ready.wakes(), 1, "{name}: whoever waits is woken");
        assert!(ready.done(name).is_ok(), "{name}");
        probe.set(Readiness::Broken);
        drop(ready);
        let Poll::Ready(Err(error)) = poll_ready(&mut guarded) else { panic!("{name}: the error is lost") };
        assert!(error.is::<Broken>(), "{name}: {error}");
    }
}

#[test]
fn a_refusal_calls_nothing_and_leaves_the_guard_usable() {
    let world = World::new();
    for (name, layer) in every_layer(&world.authority) {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut refused = Driven::new(guarded.call(world.bad()));
        assert_eq!(probe.reserved(), 0, "{name}: given back before the future is even polled");
        let response = refused.done(name).unwrap();
        assert_eq!(
            (response.status(), kind(&response)),
            (StatusCode::UNAUTHORIZED, Some(DeniedKind::BadSignature)),
            "{name}"
        );
        assert_eq!((probe.called(), probe.alive()), (vec![], 1), "{name}");

        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        assert_called(name, Driven::new(guarded.call(world.good())).done(name));
        assert_eq!(probe.called().len(), 1, "{name}");
    }
}

#[test]
fn a_refusal_gives_its_permit_back() {
    let world = World::new();
    for (name, layer) in every_layer(&world.authority) {
        let probe = Probe::default();
        let mut first = layer(limited(&probe));
        let mut second = first.clone();
        assert!(poll_ready(&mut first).is_ready(), "{name}");
        assert!(poll_ready(&mut second).is_pending(), "{name}: there is one permit");
        let mut refused = Driven::new(first.call(world.bad()));
        // The refused request is not answered yet, and its guard still there.
        assert!(poll_ready(&mut second).is_ready(), "{name}: the refusal keeps the permit");
        assert_called(name, Driven::new(second.call(world.good())).done(name));
        assert_eq!(refused.done(name).unwrap().status(), StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[test]
fn a_wait_for_keys_keeps_no_permit() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut first = layer(limited(&probe));
        let mut second = first.clone();
        assert!(poll_ready(&mut first).is_ready(), "{name}");
        let mut waiting = Driven::new(first.call(world.unknown()));
        for polled in [false, true] {
            assert!(!polled || waiting.poll().is_pending(), "{name}");
            assert!(poll_ready(&mut second).is_ready(), "{name}: the wait keeps the permit, polled: {polled}");
            assert_called(name, Driven::new(second.call(world.good())).done(name));
        }
        world.arrive();
        assert_eq!(waiting.wakes(), 1, "{name}");
        assert_called(name, waiting.done(name));
    }
}

#[test]
fn after_the_wait_the_permit_is_waited_for_like_anyone_elses() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let limit = ConcurrencyLimit::new(probe.service(), 1);
        let mut holder = limit.clone();
        let mut guarded = layer(BoxCloneService::new(limit));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        assert!(waiting.poll().is_pending(), "{name}");

        assert!(poll_ready::<_, Request<String>>(&mut holder).is_ready(), "{name}");
        let held = holder.call(world.good());
        world.arrive();
        assert!(waiting.poll().is_pending(), "{name}: the permit is taken");
        let woken = waiting.wakes();
        drop(held);
        assert!(waiting.wakes() > woken, "{name}");
        assert_called(name, waiting.done(name));
    }
}

#[test]
fn the_keys_arrive_and_the_token_passes() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        assert_eq!(probe.reserved(), 0, "{name}");
        assert!(waiting.poll().is_pending() && waiting.poll().is_pending(), "{name}");
        assert_eq!((probe.called(), world.keys.waiting()), (vec![], 1), "{name}");
        world.arrive();
        assert_called(name, waiting.done(name));
        assert_eq!(probe.called().len(), 1, "{name}");
        assert_eq!(world.keys.unknown(), ["on its way"], "{name}");
    }
}

#[test]
fn the_keys_arrive_and_the_token_is_refused() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        // Signed by a stranger under the name of the new key.
        let forged = world.known.mint().scope("orders:read").header("kid", "on its way").sign();
        let mut waiting = Driven::new(guarded.call(request(&forged)));
        assert!(waiting.poll().is_pending(), "{name}");
        world.arrive();
        let response = waiting.done(name).unwrap();
        assert_eq!(
            (response.status(), kind(&response)),
            (StatusCode::UNAUTHORIZED, Some(DeniedKind::BadSignature)),
            "{name}"
        );
        assert_eq!((probe.called(), probe.reserved()), (vec![], 0), "{name}");
    }
}

#[test]
fn a_kid_that_is_still_unknown_is_refused_and_never_waited_for_again() {
    for (name, layer, world) in each_in_its_world() {
        let mut outcomes = Vec::new();
        for then in [Answer::Wait, Answer::Refuse, Answer::Unavailable(2500)] {
            let probe = Probe::default();
            let mut guarded = layer(direct(&probe));
            world.keys.answer(Answer::Wait);
            assert!(poll_ready(&mut guarded).is_ready(), "{name}");
            let mut waiting = Driven::new(guarded.call(world.unknown()));
            assert!(waiting.poll().is_pending(), "{name}");
            world.keys.answer(then);
            assert_eq!(world.keys.resolve(), 1, "{name}"); // and nothing has arrived
            let response = waiting.done(name).unwrap();
            assert_eq!(world.keys.waiting(), 0, "{name}: nobody waits a second time");
            assert!(probe.called().is_empty(), "{name}");
            let header = |field| response.headers().get(field).map(|value| value.to_str().unwrap().to_owned());
            outcomes.push((response.status().as_u16(), header("retry-after"), header("www-authenticate").is_some()));
        }
        let wanted = [(503, Some("1".to_owned()), false), (401, None, true), (503, Some("3".to_owned()), false)];
        assert_eq!(outcomes, wanted, "{name}");
    }
}

#[test]
fn inner_readiness_after_the_wait_is_honoured() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        assert!(waiting.poll().is_pending(), "{name}");
        probe.set(Readiness::Pending);
        world.arrive();
        let lookups = world.keys.lookups();
        assert!(waiting.poll().is_pending() && waiting.poll().is_pending(), "{name}: the inner service is not ready");
        assert_eq!(world.keys.lookups() - lookups, 1, "{name}: judged once, however often it is polled");
        let woken = waiting.wakes();
        probe.set(Readiness::Ready);
        assert_eq!(waiting.wakes() - woken, 1, "{name}: the inner service wakes the request");
        assert_called(name, waiting.done(name));
        assert_eq!(probe.called().len(), 1, "{name}");
    }
}

#[test]
fn an_inner_error_after_the_wait_is_the_error_of_the_call() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        assert!(waiting.poll().is_pending(), "{name}");
        probe.set(Readiness::Broken);
        world.arrive();
        let error = waiting.done(name).unwrap_err();
        assert!(error.is::<Broken>(), "{name}: {error}");

        // Done is done: a poll too many brings no second answer, and no call.
        probe.set(Readiness::Ready);
        assert!(probe.called().is_empty(), "{name}");
        assert!(waiting.poll().is_pending(), "{name}");
        assert!(probe.called().is_empty(), "{name}: a request that failed is served");
    }
}

#[test]
fn a_future_gives_one_answer() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut refused = Driven::new(guarded.call(world.bad()));
        assert!(refused.poll().is_ready(), "{name}");
        assert!(refused.poll().is_pending(), "{name}: refused twice");

        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waited = Driven::new(guarded.call(world.unknown()));
        assert!(waited.poll().is_pending(), "{name}");
        assert_eq!(world.keys.resolve(), 1, "{name}");
        assert!(waited.poll().is_ready(), "{name}");
        assert!(waited.poll().is_pending(), "{name}: refused twice after a wait");
        assert!(probe.called().is_empty(), "{name}");
    }
}

#[test]
fn dropping_the_future_while_it_waits_leaves_nothing_behind() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        for polled in [false, true] {
            assert!(poll_ready(&mut guarded).is_ready(), "{name}");
            let before = probe.alive();
            let mut waiting = Driven::new(guarded.call(world.unknown()));
            assert!(!polled || waiting.poll().is_pending(), "{name}");
            assert_eq!(world.keys.waiting(), 1, "{name}");
            drop(waiting);
            assert_eq!(world.keys.waiting(), 0, "{name}: the wait goes with the request");
            assert_eq!((probe.alive(), probe.reserved(), probe.called()), (before, 0, vec![]), "{name}");
        }
        // Also when the keys are there, and it waits for the inner service.
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let before = probe.alive();
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        probe.set(Readiness::Pending);
        assert!(waiting.poll().is_pending(), "{name}");
        world.arrive();
        assert!(waiting.poll().is_pending(), "{name}");
        drop(waiting);
        assert_eq!((probe.alive(), probe.called()), (before, vec![]), "{name}");
        // And the guard goes on.
        probe.set(Readiness::Ready);
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        assert_called(name, Driven::new(guarded.call(world.unknown())).done(name));
    }
}

#[test]
fn a_waiting_request_outlives_its_guard() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut guarded = layer(direct(&probe));
        assert!(poll_ready(&mut guarded).is_ready(), "{name}");
        let mut waiting = Driven::new(guarded.call(world.unknown()));
        drop(guarded);
        assert!(waiting.poll().is_pending(), "{name}");
        world.arrive();
        assert_called(name, waiting.done(name));
    }
}

#[tokio::test]
async fn around_a_buffer_neither_a_refusal_nor_a_wait_keeps_a_slot() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut first = layer(BoxCloneService::new(Buffer::new(probe.service(), 1)));
        let mut second = first.clone();
        first.ready().await.unwrap();
        assert!(poll_ready(&mut second).is_pending(), "{name}: there is one slot");
        let refused = first.call(world.bad());
        assert!(poll_ready(&mut second).is_ready(), "{name}: the refusal keeps the slot");
        let passed = second.call(world.good());
        assert_called(name, passed.await);
        assert_eq!(refused.await.unwrap().status(), StatusCode::UNAUTHORIZED, "{name}");

        first.ready().await.unwrap();
        let mut waiting = Driven::new(first.call(world.unknown()));
        assert!(waiting.poll().is_pending(), "{name}");
        assert_called(name, second.ready().await.unwrap().call(world.good()).await);
        world.arrive();
        // The worker of the buffer has to run now: it is awaited for real.
        assert_called(name, std::future::poll_fn(|_| waiting.poll()).await_with_yields().await);
    }
}

#[tokio::test]
async fn within_a_buffer_neither_a_refusal_nor_a_wait_stops_the_worker() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let mut buffered = Buffer::new(layer(limited(&probe)), 1);
        let refused = buffered.ready().await.unwrap().call(world.bad());
        assert_eq!(refused.await.unwrap().status(), StatusCode::UNAUTHORIZED, "{name}");
        let waiting = tokio::spawn(buffered.ready().await.unwrap().call(world.unknown()));
        while world.keys.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        assert_called(name, buffered.ready().await.unwrap().call(world.good()).await);
        world.arrive();
        assert_called(name, waiting.await.unwrap());
    }
}

/// Good, bad and waiting requests through one permit, all at once: everyone is answered, and nobody twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_gets_through_one_permit() {
    for (name, layer, world) in each_in_its_world() {
        let probe = Probe::default();
        let limited = layer(limited(&probe));
        let buffered = layer(BoxCloneService::new(Buffer::new(ConcurrencyLimit::new(probe.service(), 1), 1)));
        let mut crowd = Vec::new();
        for n in 0..60 {
            let stack = if n % 2 == 0 { limited.clone() } else { buffered.clone() };
            let (request, wanted) = match n % 3 {
                0 => (world.good(), StatusCode::OK),
                1 => (world.bad(), StatusCode::UNAUTHORIZED),
                _ => (world.unknown(), StatusCode::OK),
            };
            crowd.push((wanted, tokio::spawn(stack.oneshot(request))));
        }
        // All that wait do so before the keys arrive.
        while world.keys.waiting() < 20 {
            tokio::task::yield_now().await;
        }
        world.keys.put(&both(&world));
        assert_eq!(world.keys.resolve(), 20, "{name}");
        for (wanted, one) in crowd {
            assert_eq!(one.await.unwrap().unwrap().status(), wanted, "{name}");
        }
        assert_eq!((probe.called().len(), probe.reserved()), (40, 0), "{name}");
    }
}

/// The keys of both issuers.
fn both(world: &World) -> portcullis::StaticKeys {
    let keys = [&world.known, &world.unknown].map(|issuer| issuer.key().verifying_key().unwrap());
    portcullis::KeySet::from_keys(keys).unwrap().into()
}

/// A fresh world for each layer, so that the one wait of each can be resolved by itself.
fn each_in_its_world() -> Vec<(&'static str, MakeStack, World)> {
    let names = every_layer(&World::new().authority).len();
    let nth = |at: usize| {
        let world = World::new();
        let (name, layer) = every_layer(&world.authority).swap_remove(at);
        (name, layer, world)
    };
    (0..names).map(nth).collect()
}

/// Polls by hand, letting the other tasks run in between.
trait AwaitWithYields: Future + Unpin + Sized {
    async fn await_with_yields(mut self) -> Self::Output {
        loop {
            let once = std::future::poll_fn(|cx| Poll::Ready(std::pin::Pin::new(&mut self).poll(cx))).await;
            match once {
                Poll::Ready(output) => return output,
                Poll::Pending => tokio::task::yield_now().await,
            }
        }
    }
}
impl<F: Future + Unpin> AwaitWithYields for F {}

/// Neither `Send` nor `'static`: it borrows from the test and holds an `Rc`.
#[derive(Clone)]
struct Local<'t> {
    seen: &'t RefCell<Vec<u32>>,
    name: Rc<str>,
}

impl<'t> Service<Request<&'t Cell<u32>>> for Local<'t> {
    type Response = Response<Rc<str>>;
    type Error = &'t str;
    type Future = Ready<Result<Response<Rc<str>>, &'t str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'t str>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<&'t Cell<u32>>) -> Self::Future {
        self.seen.borrow_mut().push(request.body().get());
        ready(Ok(Response::new(Rc::clone(&self.name))))
    }
}

#[test]
fn services_and_bodies_need_be_neither_send_nor_static() {
    let world = World::new();
    let (seen, body) = (RefCell::new(Vec::new()), Cell::new(7));
    let local = Local { seen: &seen, name: "local".into() };
    let ask = |token: &str| Request::get("/").header("authorization", format!("Bearer {token}")).body(&body).unwrap();

    let stack = world.authority.require(ReadOrders).layer(local);
    let mut stack = world.authority.authenticate().layer(stack);
    assert!(poll_ready(&mut stack).is_ready());
    let passed = Driven::new(stack.call(ask(&world.known.token("orders:read")))).done("pass").unwrap();
    assert_eq!(&**passed.body(), "local");

    assert!(poll_ready(&mut stack).is_ready());
    let refused = Driven::new(stack.call(ask(&world.known.token("orders:write")))).done("refuse").unwrap();
    assert_eq!((refused.status(), &**refused.body()), (StatusCode::FORBIDDEN, ""));

    assert!(poll_ready(&mut stack).is_ready());
    let mut waiting = Driven::new(stack.call(ask(&world.unknown.token("orders:read"))));
    assert!(waiting.poll().is_pending());
    body.set(8); // the body is with the waiting request, and still the caller's too
    world.arrive();
    assert_eq!(&**waiting.done("wait").unwrap().body(), "local");
    assert_eq!(*seen.borrow(), [7, 8]);
}
