//! A JPEG picture as a document of one page, so that one library draws everything.

use document_worker::Failure;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;

/// A PDF whose only page is the picture, a point for each of its pixels.
pub fn as_document(picture: &[u8]) -> Result<Vec<u8>, Failure> {
    let mut decoder = JpegDecoder::new(ZCursor::new(picture));
    decoder.decode_headers().map_err(|_| Failure::Unreadable)?;
    let (width, height) = decoder.dimensions().ok_or(Failure::Unreadable)?;
    // Programs that write four inks into a JPEG write them inverted.
    let colors = match decoder.input_colorspace() {
        Some(ColorSpace::Luma | ColorSpace::LumaA) => "/ColorSpace/DeviceGray",
        Some(ColorSpace::CMYK | ColorSpace::YCCK) => {
            "/ColorSpace/DeviceCMYK/Decode[1 0 1 0 1 0 1 0]"
        }
        _ => "/ColorSpace/DeviceRGB",
    };
    let content = format!("q {width} 0 0 {height} 0 0 cm /P Do Q");
    let image = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}{colors}\
         /BitsPerComponent 8/Filter/DCTDecode/Length {}>>\nstream\n",
        picture.len()
    );
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R\
         /Resources<</XObject<</P 5 0 R>>>>>>"
    );
    let content = format!("<</Length {}>>\nstream\n{content}\nendstream", content.len());
    let objects: [&[&[u8]]; 5] = [
        &[b"<</Type/Catalog/Pages 2 0 R>>"],
        &[b"<</Type/Pages/Count 1/Kids[3 0 R]>>"],
        &[page.as_bytes()],
        &[content.as_bytes()],
        &[image.as_bytes(), picture, b"\nendstream"],
    ];
    let mut document = b"%PDF-1.7\n".to_vec();
    let mut table = "xref\n0 6\n0000000000 65535 f \n".to_owned();
    for (number, object) in (1..).zip(objects) {
        table.push_str(&format!("{:010} 00000 n \n", document.len()));
        document.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        object.iter().for_each(|part| document.extend_from_slice(part));
        document.extend_from_slice(b"\nendobj\n");
    }
    let end =
        format!("{table}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n{}\n%%EOF\n", document.len());
    document.extend_from_slice(end.as_bytes());
    Ok(document)
}
