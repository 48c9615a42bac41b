//! The month's file, from the bookings to the bytes.

use print_core::{Counted, Usage};

use crate::browser::Browser;
use crate::house::{House, day};

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_a_month_is_these_bytes() {
    let house = House::open().await;
    let printed = Usage {
        impressions_monochrome: 13,
        impressions_color: 1,
        sheets: 8,
        counted: Counted::Printer,
    };
    house.book(&house.departments[0].clone(), day("2026-10-15"), printed).await;
    let guessed = Usage { counted: Counted::Estimated, ..printed };
    house.book(&house.departments[0].clone(), day("2026-10-16"), guessed).await;
    house.book(&house.departments[3].clone(), day("2026-10-31"), Usage::UNKNOWN).await;
    house.book(&house.departments[3].clone(), day("2026-11-01"), printed).await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let reply = browser.get("/usage.csv?month=2026-10").await;
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        reply.header("content-disposition"),
        "attachment; filename=\"utskrifter-2026-10.csv\""
    );
    // 13 x 0.45 + 2.20 + 8 x 0.30 = 10.45, twice.
    assert_eq!(
        reply.text(),
        "\u{feff}Institutionskod;Institution;Jobb;Ark;Sidor svartvitt;Sidor färg;Belopp;\
         Varav beräknade;Att kontrollera\r\n\
         C1;Fysiologi och farmakologi;2;16;26;2;20,90;1;0\r\n\
         K6;Kvinnors och barns hälsa;1;0;0;0;0,00;0;1\r\n"
    );
    assert_eq!(browser.get("/usage.csv?month=2026-10").await.body, reply.body);
}
