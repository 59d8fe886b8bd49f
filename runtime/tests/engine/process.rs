//! `process!` and `part!`: what the compiler writes for either, without the writing.

/// Writes the module of a process: its states, how they are saved, and its machine. A `step` is committed before its arm runs,
/// a `wait` together with what its arm registers.
///
/// ```ignore
/// process! {
///     order at "/order/{order}" gives u32;
///     |cx, next, world|
///     step Start { order: String } => next.to(State::Charge { order, n: 1 }),
///     step Charge { order: String, n: u32 } => { world.charge(&order).step_in(cx).await; next.done(n) },
/// }
/// ```
macro_rules! process {
    (
        $name:ident at $path:literal gives $output:ty;
        |$cx:ident, $next:ident, $world:ident|
        $($kind:ident $point:ident { $($local:ident: $type:ty),* } => $arm:expr,)*
    ) => {
        #[allow(unused_imports, unused_variables, dead_code)] // Not every process has use for all that one may need.
        pub mod $name {
            use super::*;
            use justscale::rt::{self, Step as _};

            pub enum State {
                $($point { $($local: $type),* },)*
            }

            impl rt::Saved for State {
                fn save(&self, out: &mut rt::Saver) {
                    match self {
                        $(Self::$point { $($local),* } => out.$kind(stringify!($point))$(.field(stringify!($local), $local))*,)*
                    };
                }

                fn restore(saved: &mut rt::Restorer) -> Result<Self, rt::RestoreError> {
                    match saved.point() {
                        $(stringify!($point) => Ok(Self::$point { $($local: saved.field(stringify!($local))?),* }),)*
                        _ => Err(saved.unknown_point()),
                    }
                }
            }

            pub struct Machine;

            impl rt::Machine for Machine {
                const NAME: &'static str = stringify!($name);
                const PATH: &'static str = $path;
                const POINTS: &'static [rt::Point] =
                    &[$(rt::Point { name: stringify!($point), keeps: &[$(stringify!($local)),*], awaits: &[] }),*];
                type Output = $output;
            }

            pub type Handle = justscale::Handle<Machine>;

            /// What the app's registry makes of it.
            pub fn process(world: &std::sync::Arc<World>) -> justscale::process::Process {
                struct Runner(std::sync::Arc<World>);
                impl justscale::process::Runner for Runner {
                    fn run<'a>(&'a self, cx: &'a rt::Context) -> rt::Running<'a> {
                        run(cx, &self.0)
                    }
                }
                justscale::process::Process::new::<Machine>(std::sync::Arc::new(Runner(world.clone())))
            }

            fn run<'a>($cx: &'a rt::Context, $world: &'a World) -> rt::Running<'a> {
                let $next = rt::Transition::<State, Machine>::new();
                $next.run($cx, move |state| async move {
                    match state {
                        $(State::$point { $($local),* } => $arm,)*
                    }
                })
            }
        }
    };
}

/// Writes the module of a part, as `process!` writes that of a process, and the fn that calls it.
macro_rules! part {
    (
        $name:ident gives $output:ty;
        |$cx:ident, $next:ident, $world:ident|
        $first_kind:ident $first:ident { $($input:ident: $input_type:ty),* } => $first_arm:expr,
        $($kind:ident $point:ident { $($local:ident: $type:ty),* } => $arm:expr,)*
    ) => {
        #[allow(unused_imports, unused_variables, dead_code)] // Not every part has use for all that one may need.
        pub mod $name {
            use super::*;
            use justscale::rt::{self, Step as _};

            pub enum State {
                $first { $($input: $input_type),* },
                $($point { $($local: $type),* },)*
            }

            impl rt::Saved for State {
                fn save(&self, out: &mut rt::Saver) {
                    match self {
                        Self::$first { $($input),* } => out.$first_kind(stringify!($first))$(.field(stringify!($input), $input))*,
                        $(Self::$point { $($local),* } => out.$kind(stringify!($point))$(.field(stringify!($local), $local))*,)*
                    };
                }

                fn restore(saved: &mut rt::Restorer) -> Result<Self, rt::RestoreError> {
                    match saved.point() {
                        stringify!($first) => Ok(Self::$first { $($input: saved.field(stringify!($input))?),* }),
                        $(stringify!($point) => Ok(Self::$point { $($local: saved.field(stringify!($local))?),* }),)*
                        _ => Err(saved.unknown_point()),
                    }
                }
            }

            pub struct Machine;

            impl rt::Part for Machine {
                const NAME: &'static str = stringify!($name);
                const POINTS: &'static [rt::Point] = &[
                    rt::Point { name: stringify!($first), keeps: &[$(stringify!($input)),*], awaits: &[] },
                    $(rt::Point { name: stringify!($point), keeps: &[$(stringify!($local)),*], awaits: &[] }),*
                ];
            }

            impl rt::Returns for Machine {
                type Output = $output;
            }

            /// What the app's registry makes of it.
            pub fn part(world: &std::sync::Arc<World>) -> justscale::process::BoundPart {
                struct Runner(std::sync::Arc<World>);
                impl justscale::process::PartRunner<Machine> for Runner {
                    fn run<'a>(&'a self, cx: &'a rt::Context) -> rt::PartRunning<'a, $output> {
                        run(cx, &self.0)
                    }
                }
                justscale::process::BoundPart::new::<Machine>(std::sync::Arc::new(Runner(world.clone())))
            }

            fn run<'a>($cx: &'a rt::Context, $world: &'a World) -> rt::PartRunning<'a, $output> {
                let $next = rt::Transition::<State, Machine>::new();
                $next.through($cx, move |state| async move {
                    match state {
                        State::$first { $($input),* } => $first_arm,
                        $(State::$point { $($local),* } => $arm,)*
                    }
                })
            }
        }

        pub fn $name($($input: $input_type),*) -> justscale::PartCall<$name::Machine> {
            justscale::PartCall::new()$(.keep(stringify!($input), $input))*
        }
    };
}

/// The fn that starts a process whose first parameter is its key.
macro_rules! starts {
    ($name:ident($key:ident: $key_type:ty $(, $input:ident: $type:ty)*) $(listens $signal:ty)?) => {
        pub fn $name($key: impl Into<$key_type> $(, $input: $type)*) -> justscale::Start<$name::Machine> {
            let $key: $key_type = $key.into();
            let name = justscale::rt::fill(<$name::Machine as justscale::rt::Machine>::PATH, &[&$key]);
            justscale::Start::new(name)
                $(.subscribe::<$signal>(&[&$key]))?
                .keep(stringify!($key), $key)
                $(.keep(stringify!($input), $input))*
        }
    };
}

/// A signal whose identity is made of its first field.
macro_rules! signal {
    ($name:ident at $path:literal { $key:ident: $key_type:ty $(, $field:ident: $type:ty)* } kept $hours:literal hours) => {
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { pub $key: $key_type $(, pub $field: $type)* }

        impl justscale::Signal for $name {
            const NAME: &'static str = stringify!($name);
            const PATH: &'static str = $path;
            const RETENTION: std::time::Duration = std::time::Duration::from_secs($hours * 60 * 60);
            fn identity(&self) -> String {
                justscale::rt::fill(Self::PATH, &[&self.$key])
            }
        }

        #[allow(dead_code)] // Some are only sent, some only received.
        impl $name {
            pub fn of(key: impl justscale::IntoKey<$key_type>) -> justscale::SignalWait<Self> {
                justscale::SignalWait::new(&[&key])
            }
            pub fn emit(self) -> justscale::Emit<Self> {
                justscale::Emit::new(self)
            }
        }
    };
}
