//! Documents drawn as raster: what comes out is read by a reader of its own, by CUPS's, and compared with
//! what other programs draw.

mod drawn;
mod likeness;
mod limits;
mod together;

use bytes::Bytes;
use document_worker::{
    Failure, Medium, RasterColor, RasterFormat, RenderOrder, Scaling, SheetBack, Sides,
};

use crate::asking::{runtime, worker};

/// A printer's usual order.
fn order() -> RenderOrder {
    let medium = |name: &str, x_dimension, y_dimension| Medium {
        name: name.to_owned(),
        x_dimension,
        y_dimension,
    };
    RenderOrder {
        format: RasterFormat::PwgRaster,
        resolution: 300,
        color: RasterColor::Srgb,
        media: vec![
            medium("iso_a4_210x297mm", 21_000, 29_700),
            medium("iso_a5_148x210mm", 14_800, 21_000),
        ],
        sides: Sides::One,
        sheet_back: SheetBack::Normal,
        copies: 1,
        page_ranges: Vec::new(),
        scaling: Scaling::Auto,
        quality: 4,
        number_up: 1,
    }
}

/// The raster document, or why there is none.
fn draw(order: &RenderOrder, document: impl Into<Bytes>) -> Result<Vec<u8>, Failure> {
    let document = document.into();
    runtime().block_on(async {
        let mut rendering = worker(1).render(order, document).await;
        let mut raster = Vec::new();
        while let Some(bytes) = rendering.next().await? {
            raster.extend_from_slice(&bytes);
        }
        Ok(raster)
    })
}
