//! What comes out of printers that take pixels only, page by page: the manuals of Debian and documents of many
//! programs go through the whole product to two of CUPS's printers; what these got is read by a reader of its
//! own and compared with what another renderer draws.
//!
//! The first three pages of each document, or as many as `FOLLOWME_PAGES` says (`all`). Pages that look
//! different are kept as pictures in `target/pages`, ours and the other's.

mod compare;
mod paper;
mod sending;

use std::path::PathBuf;

use real_parts::folder::Folder;
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use real_parts::{made, shipped};

use self::compare::Tally;
use self::sending::Route;
use crate::scene::{ANNA, BO, Setup};

/// Pages of each document that are printed.
const PAGES: u32 = 3;

/// Of a hundred pages so many look alike.
const ALIKE_MIN: usize = 97;

/// Papers that the printers have.
const MEDIA: &str =
    "iso_a4_210x297mm,na_letter_8.5x11in,iso_a5_148x210mm,iso_a3_297x420mm,na_legal_8.5x14in";

/// A printer of colour on both sides, of one format.
fn printer(format: &str, raster: &str) -> IppEvePrinter {
    let attributes = format!(
        "ATTR integer copies-default 1\n\
         ATTR rangeOfInteger copies-supported 1-1\n\
         ATTR keyword media-default iso_a4_210x297mm\n\
         ATTR keyword media-ready {MEDIA}\n\
         ATTR keyword media-supported {MEDIA}\n\
         ATTR boolean color-supported true\n\
         ATTR keyword print-color-mode-supported auto,color,monochrome\n\
         ATTR enum print-quality-supported 3,4,5\n\
         ATTR keyword sides-supported one-sided,two-sided-long-edge,two-sided-short-edge\n\
         ATTR boolean page-ranges-supported false\n{raster}"
    );
    let formats = vec![format.to_owned()];
    IppEvePrinter::start(&Model { formats, attributes: Some(attributes), ..Model::default() })
}

fn pages_wanted() -> Option<u32> {
    match std::env::var("FOLLOWME_PAGES") {
        Ok(all) if all == "all" => None,
        Ok(number) => Some(number.parse().expect("FOLLOWME_PAGES is a number or \"all\"")),
        Err(_) => Some(PAGES),
    }
}

/// The documents, with the names that a person knows them by.
fn documents(folder: &Folder) -> Vec<(String, PathBuf)> {
    let name = |path: &PathBuf| {
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let shipped = shipped::documents().into_iter().map(|path| {
        let file = shipped::unpacked(&path, folder);
        (name(&path), file)
    });
    let made = made::documents(folder).into_iter().map(|made| (made.name, made.file));
    shipped.chain(made).collect()
}

#[test]
fn every_page_comes_out_of_printers_of_pixels_as_another_renderer_draws_it() {
    compare::forget_earlier();
    let folder = Folder::new("printed-pages");
    let documents = documents(&folder);
    let house = Setup::new().without_limits().with_passwords().start();
    let pwg = printer(
        "image/pwg-raster",
        "ATTR resolution pwg-raster-document-resolution-supported 300dpi\n\
         ATTR keyword pwg-raster-document-type-supported sgray_8,srgb_8\n\
         ATTR keyword pwg-raster-document-sheet-back flipped\n",
    );
    let urf = printer("image/urf", "ATTR keyword urf-supported V1.4,CP1,W8,SRGB24,RS300,DM3\n");
    for (name, printer) in [("Hall", &pwg), ("Library", &urf)] {
        house.exchange(name, &printer.uri());
    }
    let routes = [
        Route { format: "pwg", person: "anna", card: ANNA, station: house.hall().1, eve: &pwg },
        Route { format: "urf", person: "bo", card: BO, station: house.library().1, eve: &urf },
    ];
    let wanted = pages_wanted();
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let routes = routes.iter().map(|route| {
            let (house, documents) = (&house, &documents);
            scope.spawn(move || sending::print_all(house, route, documents, wanted))
        });
        let routes: Vec<_> = routes.collect();
        routes.into_iter().map(|route| route.join().expect("every document prints")).collect()
    });
    for (route, tally) in routes.iter().zip(&tallies) {
        println!("{}: {}", route.format, tally.summary());
    }
    for tally in &tallies {
        assert_eq!(tally.wrong, Vec::<String>::new(), "size, side or number of pages");
        assert!(tally.alike * 100 >= tally.pages * ALIKE_MIN, "{}", tally.summary());
    }
    house.expect_whole();
}
