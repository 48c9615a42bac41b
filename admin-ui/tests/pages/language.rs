//! Both languages on every page.

use admin_ui::routes::declared;

use crate::browser::Browser;
use crate::house::House;

/// Names, which are the same in every language.
const NAMES: [&str; 12] = [
    "Ingrid Törn",
    "Hassan Öst",
    "Någon",
    "Kommer ut där du håller ditt kort",
    "Hus B, plan 3, vid hissen",
    "Hus B, plan 5, pentryt",
    "Aula Medica, foajén",
    "Nobels väg 5, rum 214",
    "Kvinnors och barns hälsa",
    "Etiketter till labbet",
    "Svenska",
    "Uppsägning av Kim.pdf",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_english_page_has_a_swedish_letter() {
    let house = House::with_history().await;
    let mut browser = Browser::signed_in(house.address, "it").await;
    browser.language = "en";
    for (method, path, _) in declared() {
        if method != "GET" || path.contains("live") || path.contains(".csv") || path == "/" {
            continue;
        }
        let path = path.replace("{number}", &house.secret_job.to_string());
        let path = path.replace("{queue}", "followme").replace("{kind}", "linux");
        let mut page = browser.get(&format!("{path}?lang=en")).await.text();
        for name in NAMES {
            page = page.replace(name, "");
        }
        let at = page.find(['å', 'ä', 'ö', 'Å', 'Ä', 'Ö']);
        let place =
            at.map(|at| page[at.saturating_sub(60)..].chars().take(120).collect::<String>());
        assert_eq!(place, None, "{path}");
        if page.contains("<html") {
            assert!(page.contains("<html lang=\"en\">"), "{path}");
        }
    }
    let page = browser.get("/usage?lang=en&month=2026-10").await.text();
    assert!(page.contains("SEK\u{a0}") && !page.contains("kr<"), "money is English too");
    assert!(page.contains(">Oct<") && !page.contains("okt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_of_a_language_is_kept_and_ones_own_setting_counts() {
    let house = House::open().await;
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    assert!(visitor.get("/my-prints").await.text().contains("<html lang=\"en\">"), "the setting");
    let page = visitor.get("/my-prints?lang=sv").await.text();
    assert!(page.contains("<html lang=\"sv\">"));
    assert!(page.contains("lang=\"en\" hreflang=\"en\" href=\"/my-prints?lang=en\""));
    assert!(visitor.get("/my-prints").await.text().contains("<html lang=\"sv\">"), "the choice");
    let mut nobody = Browser::new(house.address);
    nobody.language = "en-GB,en;q=0.8";
    assert!(nobody.get("/sign-in").await.text().contains("Sign in"));
    assert!(nobody.get("/nowhere").await.text().contains("There is no such page"));
}
