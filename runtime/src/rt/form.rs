//! `rt::process!` and `rt::part!`: the parts of a generated process that are the same for each, made of a list of its states.
//!
//! ```text
//! rt::process! {
//!     pub struct Machine: "subscription" at "/subscription/{customer}" -> Result<Ended, BillingError>;
//!     struct Code: run(billing: &Billing, mail: &dyn Mailer);
//!     pub fn get(customer: Customer);
//!
//!     enum State<Missed: rt::Durable, Receipt: rt::Durable> by transitions {
//!         step Start { customer: Customer, plan: Plan };
//!         wait AwaitCancelled { customer: Customer, plan: Plan, missed: Missed } => ["Cancelled", "sleep(days(30))"];
//!     }
//!     blocks {
//!         AfterLoop { customer: Customer };
//!     }
//! }
//! ```
//!
//! `Machine` is the process as the engine sees it, `Code` as the app runs it, with what it borrows, and `get` finds an instance by its key.
//! The enum has a variant for each state; with what is awaited there; a `step` is saved before it, a `wait` together with what it registers, and a block
//! is only jumped to. It implements `Saved`, by the names of variants and fields. `transitions` gives the moves between the states, and
//! asks of each type that rustc infers that it can be saved. A part has the same form, without path and `get`.

/// See the module.
#[doc(hidden)]
#[macro_export]
macro_rules! __process {
    (
        $machine_visibility:vis struct $machine:ident: $name:literal at $path:literal -> $output:ty;
        struct $code:ident: $run:ident($($service:ident: &$held:ty),*);
        $get_visibility:vis fn get($($key:ident: $key_type:ty),*);
        $($states:tt)*
    ) => {
        /// The process as the engine sees it.
        $machine_visibility struct $machine;

        #[automatically_derived]
        impl $crate::rt::Machine for $machine {
            const NAME: &'static str = $name;
            const PATH: &'static str = $path;
            const POINTS: &'static [$crate::rt::Point] = $crate::__points!($($states)*);
            type Output = $output;
        }

        /// The process as the app runs it: with what it borrows.
        pub(crate) struct $code;

        #[automatically_derived]
        impl $crate::rt::Code for $code {
            type Machine = $machine;
            type Services<'a> = ($(&'a $held,)*);

            fn run<'a>(cx: &'a $crate::rt::Context, ($($service,)*): Self::Services<'a>) -> $crate::rt::Running<'a> {
                $run(cx, $($service),*)
            }
        }

        /// The running, waiting or ended instance of this key, if there is one.
        #[allow(dead_code, reason = "not every process is looked up")]
        $get_visibility async fn get(
            $($key: impl $crate::IntoKey<$key_type>),*
        ) -> $crate::Result<::core::option::Option<$crate::Handle<$machine>>> {
            $crate::rt::get::<$machine>(&[$(&$key),*]).await
        }

        $crate::__states!($machine $($states)*);
    };
}

/// See the module.
#[doc(hidden)]
#[macro_export]
macro_rules! __part {
    (
        struct $machine:ident: $name:literal -> $output:ty;
        struct $code:ident: $run:ident($($service:ident: &$held:ty),*);
        $($states:tt)*
    ) => {
        /// The part as its callers see it.
        pub struct $machine;

        #[automatically_derived]
        impl $crate::rt::Part for $machine {
            const NAME: &'static str = $name;
            const POINTS: &'static [$crate::rt::Point] = $crate::__points!($($states)*);
        }

        #[automatically_derived]
        impl $crate::rt::Returns for $machine {
            type Output = $output;
        }

        /// The part as the app runs it: with what it borrows.
        pub(crate) struct $code;

        #[automatically_derived]
        impl $crate::rt::PartCode for $code {
            type Part = $machine;
            type Services<'a> = ($(&'a $held,)*);

            fn run<'a>(
                cx: &'a $crate::rt::Context,
                ($($service,)*): Self::Services<'a>,
            ) -> $crate::rt::PartRunning<'a, <$machine as $crate::rt::Returns>::Output> {
                $run(cx, $($service),*)
            }
        }

        $crate::__states!($machine $($states)*);
    };
}

/// The points of a list of states.
#[doc(hidden)]
#[macro_export]
macro_rules! __points {
    (
        $(#[$doc:meta])* enum $state:ident $(<$($generic:ident: $bound:path),+>)? by $transitions:ident {
            $($kind:ident $point:ident { $($field:ident: $ty:ty),* } $(=> [$($awaits:literal),*])?;)*
        }
        $($blocks:tt)*
    ) => {
        &[$($crate::rt::Point {
            name: ::core::stringify!($point),
            keeps: &[$($crate::rt::saved_name(::core::stringify!($field))),*],
            awaits: &[$($($awaits),*)?],
        }),*]
    };
}

/// The enum of a list of states, how it is saved, and its moves.
#[doc(hidden)]
#[macro_export]
macro_rules! __states {
    (
        $machine:ident
        $(#[$doc:meta])* enum $state:ident $(<$($generic:ident: $bound:path),+>)? by $transitions:ident {
            $($kind:ident $point:ident { $($field:ident: $ty:ty),* } $(=> [$($awaits:literal),*])?;)*
        }
        $(blocks { $($block:ident { $($passed:ident: $passed_ty:ty),* };)* })?
    ) => {
        $(#[$doc])*
        enum $state $(<$($generic),+>)? {
            $($point { $($field: $ty),* },)*
            $($($block { $($passed: $passed_ty),* },)*)?
        }

        #[automatically_derived]
        impl $(<$($generic: $bound),+>)? $crate::rt::Saved for $state $(<$($generic),+>)? {
            fn save(&self, out: &mut $crate::rt::Saver) {
                match self {
                    $(Self::$point { $($field),* } => {
                        out.$kind(::core::stringify!($point))
                            $(.field($crate::rt::saved_name(::core::stringify!($field)), $field))*;
                    })*
                    $($(Self::$block { .. } => {})*)?
                }
            }

            fn restore(saved: &mut $crate::rt::Restorer) -> ::core::result::Result<Self, $crate::rt::RestoreError> {
                match saved.point() {
                    $(::core::stringify!($point) => ::core::result::Result::Ok(Self::$point {
                        $($field: saved.field($crate::rt::saved_name(::core::stringify!($field)))?),*
                    }),)*
                    _ => ::core::result::Result::Err(saved.unknown_point()),
                }
            }
        }

        /// The moves between the states. Each type that rustc infers must be one that can be saved.
        #[allow(clippy::too_many_arguments, reason = "there is one for each type that rustc infers")]
        fn $transitions $(<$($generic: $bound),+>)? (
            $($(_: $crate::rt::Kept<$generic>),+)?
        ) -> $crate::rt::Transition<$state $(<$($generic),+>)?, $machine> {
            $crate::rt::Transition::new()
        }
    };
}

/// The name under which a local is saved: that in the source, without the `r#` of a keyword.
#[doc(hidden)]
pub const fn saved_name(written: &'static str) -> &'static str {
    match written.as_bytes() {
        [b'r', b'#', name @ ..] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => written,
        },
        _ => written,
    }
}
