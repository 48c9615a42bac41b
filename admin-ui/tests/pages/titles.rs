//! What a document is called is written for its owner and for nobody else.

use admin_ui::routes::declared;

use crate::browser::Browser;
use crate::house::{House, SECRET_TITLE};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_owner_reads_a_title_on_any_page() {
    let house = House::open().await;
    for login in ["it", "finance", "helpdesk", "visitor"] {
        let mut browser = Browser::signed_in(house.address, login).await;
        for (method, path, _) in declared() {
            if method != "GET" || path == "/overview/live" {
                continue;
            }
            let path = path.replace("{number}", &house.secret_job.to_string());
            let page = browser.get(&path).await.text();
            assert!(!page.contains(SECRET_TITLE) && !page.contains("Uppsägning"), "{login} {path}");
        }
    }
    let mut owner = Browser::signed_in(house.address, "staff").await;
    assert!(owner.get("/my-prints").await.text().contains(SECRET_TITLE));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_helpdesk_sees_whose_job_it_is_and_why_it_is_where_it_is() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "helpdesk").await;
    let list = browser.get("/jobs").await.text();
    assert!(list.contains("Kim Ek (staff)"));
    assert!(list.contains("Väntar på att ägaren ska hålla sitt kort mot en läsare."));
    let page = browser.get(&format!("/jobs/{}", house.secret_job)).await.text();
    assert!(page.contains("Kim Ek (staff)") && page.contains("Sparas till"));
    assert!(browser.get("/jobs/999999").await.text().contains("Sidan finns inte"));
    assert!(browser.get("/jobs?which=stopped").await.text().contains("Här finns inga jobb."));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_title_or_search_stays_text() {
    let house = House::open().await;
    let hostile = "<script>alert(1)</script>\"onload=x";
    house.held("staff", hostile).await;
    let mut owner = Browser::signed_in(house.address, "staff").await;
    let page = owner.get("/my-prints").await.text();
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"));
    let mut finance = Browser::signed_in(house.address, "finance").await;
    let page = finance.get("/usage?q=%22%3E%3Cscript%3E&sort=%3Cb%3E&month=x").await.text();
    assert!(!page.contains("<script>") && !page.contains("<b>"));
}
