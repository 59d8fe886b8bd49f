//! `race!` and `join!` as they are outside a process. In a process the compiler has put the durable ones in their place.

/// Waits for the first of several, and does what its arm says: `race! { order = Paid::of(id) => …, _ = sleep(days(14)) => … }`.
///
/// In a process each wait is registered once, with the state, and the instance is parked. Elsewhere, in a service or a test, the arms are
/// plain futures that run side by side. When several are ready at once, the one that is written first wins; those that lose are dropped.
#[macro_export]
macro_rules! race {
    ($($arms:tt)+) => { $crate::rt::tokio::select! { biased; $($arms)+ } };
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
