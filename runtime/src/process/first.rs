//! `race!` outside a process: the first of several plain futures.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

/// Which of two was first.
#[derive(Debug)]
pub enum Either<A, B> {
    /// The one that is written first.
    This(A),
    /// The other, or one of the others.
    Other(B),
}

/// Waits for the first of two; when both are ready, `this` it is. What loses is dropped with it.
pub fn first<A: IntoFuture, B: IntoFuture>(this: A, other: B) -> First<A::IntoFuture, B::IntoFuture> {
    First(Box::pin(this.into_future()), Box::pin(other.into_future()))
}

/// Two futures, one of which will be first.
pub struct First<A, B>(Pin<Box<A>>, Pin<Box<B>>);

impl<A, B> std::fmt::Debug for First<A, B> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("First")
    }
}

impl<A: Future, B: Future> Future for First<A, B> {
    type Output = Either<A::Output, B::Output>;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(value) = self.0.as_mut().poll(task) {
            return Poll::Ready(Either::This(value));
        }
        self.1.as_mut().poll(task).map(Either::Other)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use crate::race;

    #[tokio::test]
    async fn the_first_that_is_ready_wins_in_the_order_of_the_arms() {
        let number = race! {
            _ = pending::<()>() => 1,
            two = ready(2) => two,
            three = ready(3) => { three }
        };
        assert_eq!(number, 2);
        let text = race! { text = ready("alone") => text };
        assert_eq!(text, "alone");
    }

    #[tokio::test]
    async fn an_arm_leaves_a_loop_and_a_fn() {
        async fn count() -> Result<u32, String> {
            let mut rounds = 0;
            loop {
                race! {
                    _ = pending::<Option<u32>>() => {}
                    _ = ready(()) => {
                        rounds += 1;
                        if rounds < 3 { continue; }
                        break;
                    }
                }
            }
            race! { error = ready(format!("{rounds} rounds")) => Err(error)?, () = pending() => return Ok(0) }
            Ok(1)
        }
        assert_eq!(count().await, Err("3 rounds".to_owned()));
    }
}
