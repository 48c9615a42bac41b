//! One side as a JPEG picture that is as large as its paper.

use document_worker::{Failure, RasterColor, RenderOrder};
use hayro::RenderCache;
use jpeg_encoder::{ColorType, Encoder, PixelDensity, SamplingFactor};

use super::canvas::Canvas;
use super::dots;
use super::rows::DRAWN_BYTES;
use super::sides::Side;

/// Of 100. Letters get no visible fringes.
const QUALITY: u8 = 92;

/// Draws the side as a picture.
pub fn picture<'a>(
    order: &RenderOrder,
    side: &Side<'a>,
    cache: &RenderCache<'a>,
) -> Result<Vec<u8>, Failure> {
    let mut canvas = Canvas::new(order.color);
    let pixels = canvas.draw(side, cache, 0, side.height).data_as_u8_slice();
    let mut picture = Vec::new();
    let mut encoder = Encoder::new(&mut picture, QUALITY);
    let dots = u16::try_from(order.resolution).unwrap_or(u16::MAX);
    encoder.set_density(PixelDensity::dpi(dots));
    // Red letters stay as sharp as black ones.
    encoder.set_sampling_factor(SamplingFactor::R_4_4_4);
    let written = if order.color == RasterColor::Srgb {
        encoder.encode(pixels, side.width, side.height, ColorType::Rgba)
    } else {
        let (pixels, _) = pixels.as_chunks::<DRAWN_BYTES>();
        let grey: Vec<u8> = pixels.iter().map(dots::grey).collect();
        encoder.encode(&grey, side.width, side.height, ColorType::Luma)
    };
    written.map_err(|_| Failure::Crashed)?;
    Ok(picture)
}
