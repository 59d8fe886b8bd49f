//! `race!`, `join!` and `try_join!`: what a tuple of awaited things becomes.

use std::future::Future;

use super::awaited::{Await, Slot};
use super::{Context, Durable};

/// The arms of a `race!`.
pub trait Racers: Send {
    /// Which arm it was, and what it gave.
    type Output;
    /// Waits for the first.
    #[doc(hidden)]
    fn race(self, cx: &Context) -> impl Future<Output = Self::Output> + Send;
}

/// The branches of a `join!`.
pub trait Joined: Send {
    /// What they gave.
    type Output;
    /// Waits for all.
    #[doc(hidden)]
    fn join(self, cx: &Context) -> impl Future<Output = Self::Output> + Send;
}

/// The branches of a `try_join!`.
pub trait TryJoined: Send {
    /// What they gave, or the first error.
    type Output;
    /// Waits for all, or for one that fails. The others are dropped then.
    #[doc(hidden)]
    fn try_join(self, cx: &Context) -> impl Future<Output = Self::Output> + Send;
}

macro_rules! tuples {
    ($($race:ident: $($arm:ident $nth:ident $slot:ident),*;)*) => {$(
        #[doc = concat!("Which arm of a `race!` was first: one of ", stringify!($($nth),*), ".")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $race<$($arm),*> {
            $(
                #[doc = concat!("The arm ", stringify!($nth), ".")]
                $nth($arm),
            )*
        }

        impl<$($arm: Await),*> Racers for ($($arm,)*) {
            type Output = $race<$($arm::Output),*>;

            async fn race(self, cx: &Context) -> Self::Output {
                let ($($slot,)*) = self;
                $(let mut $slot = Slot::new($slot, cx);)*
                cx.first(&mut [$(&mut $slot),*]).await;
                $(if let Some(value) = $slot.value.take() {
                    return $race::$nth(value);
                })*
                cx.without_value().await
            }
        }

        impl<$($arm: Await<Output: Durable>),*> Joined for ($($arm,)*) {
            type Output = ($($arm::Output,)*);

            async fn join(self, cx: &Context) -> Self::Output {
                let ($($slot,)*) = self;
                $(let mut $slot = Slot::kept($slot, cx);)*
                cx.all(&mut [$(&mut $slot),*]).await;
                match ($($slot.value.take(),)*) {
                    ($(Some($slot),)*) => ($($slot,)*),
                    _ => cx.without_value().await,
                }
            }
        }

        impl<Error: Send, $($arm, $nth: Send),*> TryJoined for ($($arm,)*)
        where
            $($arm: Await<Output = Result<$nth, Error>>, Result<$nth, Error>: Durable,)*
        {
            type Output = Result<($($nth,)*), Error>;

            async fn try_join(self, cx: &Context) -> Self::Output {
                let ($($slot,)*) = self;
                $(let mut $slot = Slot::tried($slot, cx);)*
                cx.all(&mut [$(&mut $slot),*]).await;
                $(let $slot = match $slot.value.take() {
                    Some(Err(error)) => return Err(error),
                    Some(Ok(value)) => Some(value),
                    None => None,
                };)*
                match ($($slot,)*) {
                    ($(Some($slot),)*) => Ok(($($slot,)*)),
                    _ => cx.without_value().await,
                }
            }
        }
    )*};
}

tuples! {
    Race1: A First a;
    Race2: A First a, B Second b;
    Race3: A First a, B Second b, C Third c;
    Race4: A First a, B Second b, C Third c, D Fourth d;
    Race5: A First a, B Second b, C Third c, D Fourth d, E Fifth e;
    Race6: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f;
    Race7: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g;
    Race8: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g, H Eighth h;
    Race9: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g, H Eighth h, I Ninth i;
    Race10: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g, H Eighth h, I Ninth i, J Tenth j;
    Race11: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g, H Eighth h, I Ninth i, J Tenth j, K Eleventh k;
    Race12: A First a, B Second b, C Third c, D Fourth d, E Fifth e, F Sixth f, G Seventh g, H Eighth h, I Ninth i, J Tenth j, K Eleventh k, L Twelfth l;
}
