//! The faults of this stage, one file each.

mod ambiguous_provider;
mod app_in_module;
mod circular_parts;
mod circular_services;
mod less_visible;
mod missing_provider;
mod no_app;
mod no_service;
mod same_name;
mod same_path;
mod same_text;
mod service_by_value;
mod service_not_shared;
mod two_apps;
mod unused_service;

pub(crate) use ambiguous_provider::AmbiguousProvider;
pub(crate) use app_in_module::AppInModule;
pub(crate) use circular_parts::CircularParts;
pub(crate) use circular_services::CircularServices;
pub(crate) use less_visible::LessVisible;
pub(crate) use missing_provider::MissingProvider;
pub(crate) use no_app::NoApp;
pub(crate) use no_service::NoService;
pub(crate) use same_name::SameName;
pub(crate) use same_path::SamePath;
pub(crate) use same_text::SameText;
pub(crate) use service_by_value::ServiceByValue;
pub(crate) use service_not_shared::ServiceNotShared;
pub(crate) use two_apps::TwoApps;
pub(crate) use unused_service::UnusedService;
