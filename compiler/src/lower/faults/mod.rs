//! The faults of this stage, one file each.

mod borrow_across_suspension;
mod bug;
mod effect_of_drop;
mod ill_formed_point;
mod ill_formed_wait;
mod instrumented;
mod kept_iterator;
mod many_builds;
mod misplaced_export;
mod name_clash;
mod order_by_type;
mod retried_part;
mod same_item;
mod uncut_await;
mod unread_macro;
mod untyped_export;

pub(crate) use borrow_across_suspension::BorrowAcrossSuspension;
pub(crate) use bug::Bug;
pub(crate) use effect_of_drop::EffectOfDrop;
pub(crate) use ill_formed_point::IllFormedPoint;
pub(crate) use ill_formed_wait::IllFormedWait;
pub(crate) use instrumented::Instrumented;
pub(crate) use kept_iterator::KeptIterator;
pub(crate) use many_builds::ManyBuilds;
pub(crate) use misplaced_export::MisplacedExport;
pub(crate) use name_clash::NameClash;
pub(crate) use order_by_type::OrderByType;
pub(crate) use retried_part::RetriedPart;
pub(crate) use same_item::SameItem;
pub(crate) use uncut_await::UncutAwait;
pub(crate) use unread_macro::UnreadMacro;
pub(crate) use untyped_export::UntypedExport;
