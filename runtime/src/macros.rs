//! `race!` and `join!` as they are outside a process. In a process the compiler has put the durable ones in their place.

/// Waits for the first of several, and does what its arm says: `race! { order = Paid::of(id) => …, _ = sleep(days(14)) => … }`.
///
/// In a process each wait is registered once, with the state, and the instance is parked. Elsewhere, in a service or a test, the arms are
/// plain futures that run side by side. When several are ready at once, the one that is written first wins; those that lose are dropped.
#[macro_export]
macro_rules! race {
    ($($arms:tt)+) => { $crate::__race!([] [] $($arms)+) };
}

/// The arms of a `race!`, one by one: first those that were read, then a mark for each of them, then the rest.
#[doc(hidden)]
#[macro_export]
macro_rules! __race {
    ([$($read:tt)*] [$($mark:tt)*] $pattern:pat = $future:expr => $body:block , $($rest:tt)*) => {
        $crate::__race!([$($read)* {[$($mark)*] ($pattern) ($future) ($body)}] [$($mark)* +] $($rest)*)
    };
    ([$($read:tt)*] [$($mark:tt)*] $pattern:pat = $future:expr => $body:block $($rest:tt)*) => {
        $crate::__race!([$($read)* {[$($mark)*] ($pattern) ($future) ($body)}] [$($mark)* +] $($rest)*)
    };
    ([$($read:tt)*] [$($mark:tt)*] $pattern:pat = $future:expr => $body:expr , $($rest:tt)*) => {
        $crate::__race!([$($read)* {[$($mark)*] ($pattern) ($future) ($body)}] [$($mark)* +] $($rest)*)
    };
    ([$($read:tt)*] [$($mark:tt)*] $pattern:pat = $future:expr => $body:expr) => {
        $crate::__race!([$($read)* {[$($mark)*] ($pattern) ($future) ($body)}] [$($mark)* +])
    };
    ([$({[$($mark:tt)*] ($pattern:pat) ($future:expr) ($body:expr)})+] [$($all:tt)*]) => {
        match $crate::__first!($(($future))+).await {
            $($crate::__nth!([$($mark)*] $pattern) => $body,)+
            #[allow(unreachable_patterns, reason = "the end of the chain is never first")]
            $crate::__nth!(end [$($all)*] never) => match never {},
        }
    };
}

/// A chain of futures: `first(a, first(b, …))`, with one at its end that is never ready.
#[doc(hidden)]
#[macro_export]
macro_rules! __first {
    () => { ::core::future::pending::<::core::convert::Infallible>() };
    (($future:expr) $($rest:tt)*) => { $crate::rt::first($future, $crate::__first!($($rest)*)) };
}

/// The pattern of an arm, or of the end, at its place in the chain.
#[doc(hidden)]
#[macro_export]
macro_rules! __nth {
    ([] $pattern:pat) => { $crate::rt::Either::This($pattern) };
    (end [] $pattern:pat) => { $pattern };
    (end [+ $($mark:tt)*] $pattern:pat) => { $crate::rt::Either::Other($crate::__nth!(end [$($mark)*] $pattern)) };
    ([+ $($mark:tt)*] $pattern:pat) => { $crate::rt::Either::Other($crate::__nth!([$($mark)*] $pattern)) };
}

/// Waits for all of several, and gives what they gave as a tuple: `let (flight, hotel) = join!(flight(trip), hotel(trip));`.
///
/// In a process the results of finished branches are kept in its state. Elsewhere they are plain futures that run side by side.
#[macro_export]
macro_rules! join {
    ($($branch:expr),+ $(,)?) => {
        $crate::rt::tokio::join!(biased; $(::core::future::IntoFuture::into_future($branch)),+)
    };
}
