//! The usage page: figures, comparison, order, parts for the script, empty states.

use print_core::{Counted, Usage};

use crate::browser::Browser;
use crate::house::{House, day};

fn usage(sheets: u32) -> Usage {
    Usage {
        impressions_monochrome: sheets,
        impressions_color: 0,
        sheets,
        counted: Counted::Printer,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_compared_with_the_one_before_and_the_year_before() {
    let house = House::open().await;
    let department = house.departments[0].clone();
    // 0.45 a side and 0.30 a sheet: 0.75 each.
    house.book(&department, day("2025-10-15"), usage(1_000)).await;
    house.book(&department, day("2026-09-15"), usage(2_000)).await;
    house.book(&department, day("2026-10-15"), usage(1_500)).await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let page = browser.get("/usage?month=2026-10").await.text();
    for text in [
        "1\u{a0}125\u{a0}kr",
        "\u{2212}25,0\u{a0}% mot månaden före",
        "+50,0\u{a0}% mot samma månad i fjol",
        "oktober 2026",
        "1\u{a0}125,00",
        "Fysiologi och farmakologi",
    ] {
        assert!(page.contains(text), "{text} in {page}");
    }
    assert!(!page.contains("Månaden pågår"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_that_goes_on_is_named_and_compared_with_nothing() {
    let house = House::open().await;
    let department = house.departments[0].clone();
    house.book(&department, day("2026-10-15"), usage(1_500)).await;
    house.book(&department, day("2026-11-03"), usage(10)).await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let page = browser.get("/usage").await.text();
    assert!(page.contains("november 2026") && page.contains("Månaden pågår"));
    assert!(page.contains("hittills") && !page.contains("mot månaden före"));
    assert!(page.contains("oktober 2026: 1\u{a0}125\u{a0}kr"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_gets_the_table_alone() {
    let house = House::with_history().await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let part = [("x-part", "rows")];
    let reply = browser.send("GET", "/usage?q=neuro&month=2026-10", &part, "").await;
    let rows = reply.text();
    assert!(reply.header("vary").contains("x-part"));
    assert!(!rows.contains("<html") && rows.contains("data-status=\"1\u{a0}institution\""));
    assert_eq!(rows.matches("<tr>").count(), 2, "the headings and one row");
    let rows = browser.send("GET", "/usage?q=finns-inte", &part, "").await.text();
    assert!(rows.contains("Ingen institution passar."));
    let rows = browser.send("GET", "/usage?sort=name&dir=desc", &part, "").await.text();
    assert!(rows.contains("aria-sort=\"descending\""));
    assert_eq!(rows.matches("aria-sort").count(), 1, "only the sorted column says so");
    let place = |name: &str| rows.find(name).unwrap_or_else(|| panic!("{name} is there"));
    assert!(place("Universitetsbiblioteket") < place("Fysiologi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_without_prints_says_so() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    assert!(browser.get("/usage").await.text().contains("Inget är bokfört den här månaden."));
    assert!(browser.get("/to-check").await.text().contains("Det finns inget att kontrollera."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_print_that_nobody_counted_stands_under_to_check() {
    let house = House::open().await;
    house.book(&house.departments[2].clone(), day("2026-11-03"), Usage::UNKNOWN).await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let page = browser.get("/to-check").await.text();
    assert!(page.contains("Laboratoriemedicin") && page.contains("2026-11-03"));
    assert!(page.contains("1\u{a0}post<"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_department_is_looked_at_by_itself() {
    let house = House::open().await;
    house.book(&house.departments[0].clone(), day("2026-10-15"), usage(100)).await;
    house.book(&house.departments[1].clone(), day("2026-10-15"), usage(300)).await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    let page = browser.get("/usage?month=2026-10&department=C3").await.text();
    assert!(page.contains("<h1>Neurovetenskap</h1>") && page.contains("225\u{a0}kr"));
    assert!(!page.contains("75,00"), "the other department's cost");
    let page = browser.get("/usage?month=2026-10&department=none-such").await.text();
    assert!(page.contains("<h1>Ingen institution passar.</h1>"));
}
