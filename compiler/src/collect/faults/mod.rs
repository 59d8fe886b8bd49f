//! The faults of this stage, one file each.

mod bad_path;
mod bad_retention;
mod borrowed_input;
mod borrowed_key;
mod exclusive_borrow;
mod inside_fn;
mod is_generic;
mod kept_borrow;
mod no_constructor;
mod not_async;
mod pattern_parameter;
mod takes_self;
mod unknown_argument;
mod unknown_key;
mod wrong_argument;
mod wrong_constructor;
mod wrong_item;

pub(crate) use bad_path::BadPath;
pub(crate) use bad_retention::BadRetention;
pub(crate) use borrowed_input::BorrowedInput;
pub(crate) use borrowed_key::BorrowedKey;
pub(crate) use exclusive_borrow::ExclusiveBorrow;
pub(crate) use inside_fn::InsideFn;
pub(crate) use is_generic::IsGeneric;
pub(crate) use kept_borrow::KeptBorrow;
pub(crate) use no_constructor::NoConstructor;
pub(crate) use not_async::NotAsync;
pub(crate) use pattern_parameter::PatternParameter;
pub(crate) use takes_self::TakesSelf;
pub(crate) use unknown_argument::UnknownArgument;
pub(crate) use unknown_key::UnknownKey;
pub(crate) use wrong_argument::WrongArgument;
pub(crate) use wrong_constructor::WrongConstructor;
pub(crate) use wrong_item::WrongItem;
