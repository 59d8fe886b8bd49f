//! What the fuzz targets do with their bytes.

pub mod choices;
pub mod corpus;
pub mod edit;
pub mod hold;
