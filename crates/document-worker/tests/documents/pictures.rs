//! JPEG pictures, by libjpeg's own program, by Ghostscript and by hand.

use std::process::Command;

use document_worker::{Failure, Flag, Format};
use real_parts::folder::Folder;
use real_parts::made::jpeg;
use real_parts::{documents, programs};

use crate::asking::{ask, letters};
use real_parts::pdf_file::{one_page, packed, page};

/// A page with black text, or red, drawn by one of Ghostscript's devices.
fn ghostscript(folder: &Folder, device: &str, color: &str) -> Vec<u8> {
    let content = format!("{color} rg 100 100 300 300 re f");
    let pdf = folder.write("page.pdf", one_page(page(""), packed(content, "")).bytes());
    let gs = programs::find("gs", "ghostscript");
    let mut command = Command::new(gs);
    command.args(["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-r72", "-o", "-"]);
    let output = command.arg(format!("-sDEVICE={device}")).arg(pdf).output().expect("gs runs");
    assert!(output.status.success() && !output.stdout.is_empty(), "gs with {device}");
    output.stdout
}

fn colors(picture: Vec<u8>) -> String {
    let facts = ask(picture).0.expect("a picture is read");
    assert_eq!((facts.counted.format, facts.counted.pages), (Format::Jpeg, 1));
    assert_eq!(facts.counted.papers.runs()[0].size, None, "the printer chooses the paper");
    letters(&facts.colors)
}

#[test]
fn pixels_tell_the_color_of_a_picture_not_the_number_of_channels() {
    let folder = Folder::new("pictures");
    assert_eq!(colors(documents::jpeg(false)), "m");
    assert_eq!(colors(documents::jpeg(true)), "m");
    let grey = [90, 90, 90].repeat(64 * 64);
    let red = [200, 20, 20].repeat(64 * 64);
    for options in [["-quality", "75"], ["-quality", "100"]] {
        assert_eq!(colors(jpeg(64, &grey, &options)), "m");
        assert_eq!(colors(jpeg(64, &red, &options)), "c");
    }
    assert_eq!(colors(jpeg(64, &red, &["-progressive"])), "c");
    assert_eq!(colors(jpeg(64, &red, &["-grayscale"])), "m");
    for (device, color, expected) in [
        ("jpeg", "0 0 0", "m"),
        ("jpeg", "1 0 0", "c"),
        ("jpeggray", "1 0 0", "m"),
        ("jpegcmyk", "1 1 1", "m"),
        // Inks: whether this is a deep black or a colour, the file does not say for sure.
        ("jpegcmyk", "1 0 0", "u"),
    ] {
        assert_eq!(colors(ghostscript(&folder, device, color)), expected, "{device} of {color}");
    }
}

#[test]
fn damaged_pictures_are_named() {
    let whole = jpeg(640, &[90, 120, 90].repeat(640 * 480), &[]);
    let cut = ask(whole[..whole.len() / 2].to_vec()).0.unwrap();
    assert!(cut.counted.flags.contains(&Flag::Truncated));
    let mut huge = whole.clone();
    let frame = huge.windows(2).position(|mark| mark == [0xff, 0xc0]).expect("it is baseline");
    huge[frame + 5..frame + 9].fill(0xff);
    let huge = ask(huge).0.unwrap();
    assert_eq!((huge.counted.pages, letters(&huge.colors).as_str()), (1, "u"));
    assert_eq!(ask(b"\xff\xd8\xff\xe0nothing else".as_slice()).0, Err(Failure::Unreadable));
}
