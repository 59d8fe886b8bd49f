//! Process bodies to states: a process fn goes in, a machine comes out, or faults that say what stands in the way.

mod machine;

pub use machine::{
    Awaited, AwaitedKind, Edge, Field, FieldType, Generic, Machine, Parameter, State, StateKind, Subscription,
};
