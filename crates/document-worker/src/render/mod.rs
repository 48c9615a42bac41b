//! Documents as pixels for printers: what is ordered, and the process that draws it.

mod drawing;
mod frames;
mod order;

pub use drawing::Rendering;
pub use frames::{FRAME_BYTES_MAX, Frames};
pub use order::{
    Medium, OrderError, RasterColor, RasterFormat, RenderOrder, Scaling, SheetBack, Sides,
};
pub(crate) use order::{NUMBER_UP_MAX, blanks, one, wants};
