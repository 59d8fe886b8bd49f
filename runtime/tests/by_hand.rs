//! The form that the compiler writes, written by hand: the subscription of `docs/generated-code.md`, run on the memory
//! store and a manual clock.
#![allow(missing_docs)] // A test's items are nobody's interface.
#![allow(clippy::unwrap_used)] // A test may panic, in its services too.

use std::sync::{Arc, Mutex};

use justscale::engine::{Engine, EngineParts};
use justscale::prelude::*;
use justscale::process::{Process, Runner};
use justscale::store::MemoryStore;
use justscale::{ManualClock, Status, rt};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    pub price: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Ended {
    ByCustomer,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub number: usize,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum BillingError {
    Declined,
    NoMail,
}

/// Notes what it is asked, and declines by plan.
#[derive(Default)]
pub struct Billing {
    charges: Mutex<Vec<String>>,
}

impl Billing {
    async fn charge(&self, customer: &str, price: u32) -> Result<Receipt, BillingError> {
        let mut charges = self.charges.lock().unwrap();
        charges.push(format!("{} {customer} {price}", idempotency_key()));
        if price == 0 { Err(BillingError::Declined) } else { Ok(Receipt { number: charges.len() }) }
    }
}

pub trait Mailer: Send + Sync {
    fn receipt<'a>(
        &'a self,
        customer: &'a str,
        receipt: &'a Receipt,
    ) -> justscale::store::BoxFuture<'a, Result<(), BillingError>>;
}

#[derive(Default)]
pub struct Post {
    sent: Mutex<Vec<usize>>,
}

impl Mailer for Post {
    fn receipt<'a>(
        &'a self,
        _customer: &'a str,
        receipt: &'a Receipt,
    ) -> justscale::store::BoxFuture<'a, Result<(), BillingError>> {
        Box::pin(async {
            if receipt.number > 5 {
                return Err(BillingError::NoMail);
            }
            self.sent.lock().unwrap().push(receipt.number);
            Ok(())
        })
    }
}

#[derive(Serialize, Deserialize)]
pub struct Cancelled {
    pub customer: String,
    pub reason: String,
}

impl justscale::Signal for Cancelled {
    const NAME: &'static str = "Cancelled";
    const PATH: &'static str = "/subscription/{customer}/cancelled";
    const RETENTION: core::time::Duration = core::time::Duration::from_secs(7 * 24 * 60 * 60);
    fn identity(&self) -> String {
        rt::fill(Self::PATH, &[&self.customer])
    }
}

impl Cancelled {
    pub fn of(customer: impl justscale::IntoKey<String>) -> justscale::SignalWait<Self> {
        justscale::SignalWait::new(&[&customer])
    }
    pub fn emit(self) -> justscale::Emit<Self> {
        justscale::Emit::new(self)
    }
}

pub fn subscription(customer: String, plan: Plan) -> justscale::Start<subscription::Machine> {
    let name = rt::fill(<subscription::Machine as rt::Machine>::PATH, &[&customer]);
    justscale::Start::new(name)
        .subscribe::<Cancelled>(&[&customer])
        .keep("customer", customer)
        .keep("plan", plan)
}

pub mod subscription {
    use super::*;
    use ::justscale::rt::{self, Step as _};

    pub enum State<Missed, Receipt> {
        Start { customer: String, plan: Plan },
        AwaitCancelled { customer: String, plan: Plan, missed: Missed },
        Charge { customer: String, plan: Plan, missed: Missed },
        Receipt { customer: String, plan: Plan, missed: Missed, receipt: Receipt },
    }

    #[automatically_derived]
    impl<Missed: rt::Durable, Receipt: rt::Durable> rt::Saved for State<Missed, Receipt> {
        fn save(&self, out: &mut rt::Saver) {
            match self {
                State::Start { customer, plan } => {
                    out.step("Start").field("customer", customer).field("plan", plan)
                }
                State::AwaitCancelled { customer, plan, missed } => out
                    .wait("AwaitCancelled")
                    .field("customer", customer)
                    .field("plan", plan)
                    .field("missed", missed),
                State::Charge { customer, plan, missed } => {
                    out.step("Charge").field("customer", customer).field("plan", plan).field("missed", missed)
                }
                State::Receipt { customer, plan, missed, receipt } => out
                    .step("Receipt")
                    .field("customer", customer)
                    .field("plan", plan)
                    .field("missed", missed)
                    .field("receipt", receipt),
            };
        }
        fn restore(saved: &mut rt::Restorer) -> ::core::result::Result<Self, rt::RestoreError> {
            match saved.point() {
                "Start" => {
                    Ok(State::Start { customer: saved.field("customer")?, plan: saved.field("plan")? })
                }
                "AwaitCancelled" => Ok(State::AwaitCancelled {
                    customer: saved.field("customer")?,
                    plan: saved.field("plan")?,
                    missed: saved.field("missed")?,
                }),
                "Charge" => Ok(State::Charge {
                    customer: saved.field("customer")?,
                    plan: saved.field("plan")?,
                    missed: saved.field("missed")?,
                }),
                "Receipt" => Ok(State::Receipt {
                    customer: saved.field("customer")?,
                    plan: saved.field("plan")?,
                    missed: saved.field("missed")?,
                    receipt: saved.field("receipt")?,
                }),
                _ => Err(saved.unknown_point()),
            }
        }
    }

    pub struct Machine;

    #[automatically_derived]
    impl rt::Machine for Machine {
        const NAME: &'static str = "subscription";
        const PATH: &'static str = "/subscription/{customer}";
        const POINTS: &'static [rt::Point] = &[
            rt::Point { name: "Start", keeps: &["customer", "plan"], awaits: &[] },
            rt::Point {
                name: "AwaitCancelled",
                keeps: &["customer", "plan", "missed"],
                awaits: &["Cancelled", "sleep"],
            },
            rt::Point { name: "Charge", keeps: &["customer", "plan", "missed"], awaits: &["billing.charge"] },
            rt::Point {
                name: "Receipt",
                keeps: &["customer", "plan", "missed", "receipt"],
                awaits: &["mail.receipt"],
            },
        ];
        type Output = Result<Ended, BillingError>;
    }

    pub(crate) struct Code;

    #[automatically_derived]
    impl rt::Code for Code {
        type Machine = Machine;
        type Services<'a> = (&'a Billing, &'a dyn Mailer);
        fn run<'a>(cx: &'a rt::Context, (billing, mail): Self::Services<'a>) -> rt::Running<'a> {
            run(cx, billing, mail)
        }
    }

    pub async fn get(
        customer: impl ::justscale::IntoKey<String>,
    ) -> ::justscale::Result<Option<::justscale::Handle<Machine>>> {
        rt::get::<Machine>(&[&customer]).await
    }

    fn transitions<Missed: rt::Durable, Receipt: rt::Durable>(
        _missed: rt::Kept<Missed>,
        _receipt: rt::Kept<Receipt>,
    ) -> rt::Transition<State<Missed, Receipt>, Machine> {
        rt::Transition::new()
    }

    #[allow(clippy::needless_return, unused_assignments)]
    pub(super) fn run<'a>(
        cx: &'a rt::Context,
        billing: &'a Billing,
        mail: &'a dyn Mailer,
    ) -> rt::Running<'a> {
        let next = transitions(rt::kept(), rt::kept());
        next.run(cx, move |state| async move {
            match state {
                State::Start { customer, plan } => {
                    let missed = 0;
                    return next.to(State::AwaitCancelled { customer, plan, missed });
                }
                State::AwaitCancelled { customer, plan, missed } => {
                    match cx.race((Cancelled::of(&customer).arm_in(cx), sleep(days(30)).arm_in(cx))).await {
                        rt::Race2::First(_) => return next.done(Ok(Ended::ByCustomer)),
                        rt::Race2::Second(_) => {}
                    }
                    return next.to(State::Charge { customer, plan, missed });
                }
                State::Charge { customer, plan, mut missed } => {
                    match billing.charge(&customer, plan.price).step_in(cx).await {
                        Ok(receipt) => {
                            missed = 0;
                            return next.to(State::Receipt { customer, plan, missed, receipt });
                        }
                        Err(BillingError::Declined) if missed < 3 => missed += 1,
                        Err(e) => return next.done(Err(e)),
                    }
                    return next.to(State::AwaitCancelled { customer, plan, missed });
                }
                State::Receipt { customer, plan, missed, receipt } => {
                    match next.branch(mail.receipt(&customer, &receipt).step_in(cx).await) {
                        ::core::ops::ControlFlow::Continue(value) => value,
                        ::core::ops::ControlFlow::Break(residual) => return next.fail(residual),
                    };
                    return next.to(State::AwaitCancelled { customer, plan, missed });
                }
            }
        })
    }
}

/// What the app's registry makes of a machine and its services.
#[derive(Default)]
struct Subscriptions {
    billing: Billing,
    post: Post,
}

impl Runner for Subscriptions {
    fn run<'a>(&'a self, cx: &'a rt::Context) -> rt::Running<'a> {
        <subscription::Code as rt::Code>::run(cx, (&self.billing, &self.post))
    }
}

fn app() -> (Engine, ManualClock, Arc<Subscriptions>) {
    let clock = ManualClock::default();
    let mut parts = EngineParts::new(Arc::new(MemoryStore::new()));
    parts.clock = clock.clone().into();
    parts.options.verify_restore = true;
    let engine = Engine::new(parts);
    let runner = Arc::new(Subscriptions::default());
    engine.start(vec![Process::new::<subscription::Machine>(runner.clone())]);
    (engine, clock, runner)
}

#[tokio::test]
async fn a_subscription_charges_every_month_until_it_is_cancelled() {
    let (engine, clock, runner) = app();
    engine
        .scope(async {
            let handle = subscription("ada".into(), Plan { price: 5 }).start().await.unwrap();
            clock.advance(days(65)).await;
            assert_eq!(handle.status().await.unwrap(), Status::Waiting);
            Cancelled { customer: "ada".into(), reason: "moved".into() }.emit().await.unwrap();
            assert_eq!(handle.await.unwrap(), Ok(Ended::ByCustomer));
            assert!(subscription::get("ada").await.unwrap().is_some());
            assert!(subscription::get("bob").await.unwrap().is_none());
        })
        .await;
    assert_eq!(
        *runner.billing.charges.lock().unwrap(),
        ["/subscription/ada#1:Charge:2 ada 5", "/subscription/ada#1:Charge:5 ada 5"]
    );
    assert_eq!(*runner.post.sent.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn an_error_that_it_returns_is_its_result() {
    let (engine, clock, runner) = app();
    engine
        .scope(async {
            let declined = subscription("bob".into(), Plan { price: 0 }).start().await.unwrap();
            clock.advance(days(125)).await;
            assert_eq!(declined.status().await.unwrap(), Status::Done);
            assert_eq!(declined.await.unwrap(), Err(BillingError::Declined));

            let unread = subscription("ada".into(), Plan { price: 1 }).start().await.unwrap();
            clock.advance(days(65)).await;
            assert_eq!(unread.await.unwrap(), Err(BillingError::NoMail));
        })
        .await;
    assert_eq!(runner.billing.charges.lock().unwrap().len(), 6);
}
