//! What generated code names, and nothing else. The agreement is written down in `docs/generated-code.md`.

mod form;
mod wiring;

pub use serde;
pub use tokio;

pub use crate::app::{
    Argument, ArgumentKind, Arguments, Command, CommandOptions, CommandOutput, CommandRunning, Failure,
    Parts, Registry, build, exit,
};
pub use crate::process::{
    Backwards, Branch, Code, Context, Durable, Either, Exit, Exporting, Inclusive, Joined, Kept, Key, Leaves,
    Machine, Ordered, Part, PartCall, PartCode, PartRunning, Plain, Point, Race1, Race2, Race3, Race4, Race5,
    Race6, Race7, Race8, Race9, Race10, Race11, Race12, Racers, Rest, RestoreError, Restorer, Returns,
    Running, Saved, Saver, Step, Stop, To, Transition, TryJoined, backwards, changed, fill, first, get, idle,
    inclusive, kept, nth, rest, shown, start, still,
};
pub use crate::{__part as part, __process as process};
pub use form::saved_name;
pub use wiring::{Service, Slot};
