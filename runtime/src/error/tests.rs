use std::io;

use super::*;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
#[error("the ledger is closed")]
struct Ledger {
    #[source]
    cause: io::Error,
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Wrapped(#[from] Ledger);

fn closed() -> Result<()> {
    Err(Ledger { cause: io::Error::new(io::ErrorKind::TimedOut, "no answer") })?;
    Ok(())
}

#[test]
fn any_error_becomes_one_with_its_chain_and_kind() {
    let error = closed().context("charging ada").unwrap_err();
    assert_eq!(error.to_string(), "charging ada");
    assert_eq!(format!("{error:#}"), "charging ada: the ledger is closed: no answer");
    assert_eq!(format!("{error:?}"), "charging ada\n\ncaused by:\n    the ledger is closed\n    no answer");
    assert_eq!(error.root_cause(), "no answer");
    assert_eq!(error.kind(), Kind::Transient);
}

#[test]
fn a_transparent_wrapper_adds_nothing() {
    let error = Error::from(Wrapped(Ledger { cause: io::Error::other("no answer") }));
    assert_eq!(error.chain().collect::<Vec<_>>(), ["the ledger is closed", "no answer"]);
    assert_eq!(error.kind(), Kind::Other);
}

#[test]
fn the_store_s_errors_say_their_kind() {
    let statement =
        |constraint| StoreError::Statement { message: "no".into(), sql: String::new(), constraint };
    assert_eq!(Error::from(statement(true)).kind(), Kind::Conflict);
    assert_eq!(Error::from(statement(false)).kind(), Kind::Permanent);
    assert_eq!(Error::from(StoreError::Unavailable("busy".into())).kind(), Kind::Transient);
    assert_eq!(Error::from(StoreError::Full { place: "data".into() }).kind(), Kind::Transient);
}

#[test]
fn it_is_saved_and_comes_back_the_same() {
    let error = closed().context("charging ada").unwrap_err();
    let text = crate::encoding::to_text(&error).unwrap();
    insta::assert_snapshot!(text, @r#"{"kind":"transient","message":"charging ada","cause":{"message":"the ledger is closed","cause":{"message":"no answer"}}}"#);
    let again: Error = crate::encoding::from_text(&text).unwrap();
    assert_eq!(again, error);
}

#[test]
fn other_libraries_can_take_it_as_an_error() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Error);

    let outer = Outer(Error::not_found("no order 7").context("loading"));
    let source = std::error::Error::source(&outer).unwrap();
    assert_eq!(source.to_string(), "loading");
    assert_eq!(source.source().unwrap().to_string(), "no order 7");
    let boxed: Box<dyn std::error::Error + Send + Sync> = Error::msg("plain").into();
    assert_eq!(boxed.to_string(), "plain");
}

#[test]
fn bail_ensure_and_none_say_what_is_wrong() {
    fn check(price: i32) -> Result<i32> {
        ensure!(price > 0, "a price of {price} is no price");
        if price > 100 {
            bail!("{price} is too dear");
        }
        (price != 7).then_some(price).with_context(|| format!("{price} is reserved"))
    }
    assert_eq!(check(-1).unwrap_err().to_string(), "a price of -1 is no price");
    assert_eq!(check(101).unwrap_err().to_string(), "101 is too dear");
    assert_eq!(check(7).unwrap_err().to_string(), "7 is reserved");
    assert_eq!(check(8).unwrap(), 8);
}
