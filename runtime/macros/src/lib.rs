//! The slots: attribute macros with no logic of their own, each of which stands for what the JustScale compiler wrote.
//!
//! A slot hashes the tokens of its item, opens the generated file of that hash, gives every token that came from the user its own place
//! back and returns that instead of the item. So an error of rustc's stands on the user's own line. This crate depends on nothing.
//! `docs/generated-code.md` describes the files; programs name these macros through the `justscale` crate.

mod files;
mod leaves;
mod missing;
mod respan;
mod slot;
mod stand_in;
mod test;

use proc_macro::TokenStream;

/// A process: an `async fn` that is saved at its awaits and outlives the program.
///
/// `#[process("/subscription/{customer}")]` names its instances by the filled path; `#[process]` without a path is a part that other
/// processes call.
#[proc_macro_attribute]
pub fn process(arguments: TokenStream, item: TokenStream) -> TokenStream {
    slot::fill("process", arguments, item)
}

/// A signal: a struct that is sent to processes and waits for them durably.
///
/// `#[signal("/subscription/{customer}/cancelled")]` makes the named fields its identity.
#[proc_macro_attribute]
pub fn signal(arguments: TokenStream, item: TokenStream) -> TokenStream {
    slot::fill("signal", arguments, item)
}

/// A service: a struct whose fields are its dependencies, or an `impl` with a `#[new]` constructor whose parameters are.
///
/// `#[service(provides = dyn Mailer)]` offers it to those who need the trait.
#[proc_macro_attribute]
pub fn service(arguments: TokenStream, item: TokenStream) -> TokenStream {
    slot::fill("service", arguments, item)
}

/// A command of the app's own command line: an `async fn` whose owned parameters are arguments and whose borrowed ones are services.
#[proc_macro_attribute]
pub fn command(arguments: TokenStream, item: TokenStream) -> TokenStream {
    slot::fill("command", arguments, item)
}

/// The app: `justscale::app!(Shop);` stands for the wiring of every component of the crate.
#[proc_macro]
pub fn app(arguments: TokenStream) -> TokenStream {
    slot::fill_app(arguments)
}

/// A test with an app and a clock of its own: `#[justscale::test] async fn renews(app: TestApp<Shop>) { … }`.
///
/// `#[justscale::test(database = sqlite)]` runs it on SQLite instead of in memory, `database = all` on each.
#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    test::expand(arguments, item)
}

/// The hash of `attribute (arguments) {item}` as a literal: lets a test compare it with the compiler's.
#[doc(hidden)]
#[proc_macro]
pub fn hash_of(tokens: TokenStream) -> TokenStream {
    slot::hash_of(tokens)
}
