//! The start page: for everybody, for every device, and the first print as it arrives.

use std::time::Instant;

use real_parts::chromium::{Chromium, Window};
use tokio::task::block_in_place;

use crate::browser::Browser;
use crate::house::House;
use crate::script::{at, browser};

const DEVICES: [(&str, &str, &str); 6] = [
    ("windows", "Windows", "windows"),
    ("mac", "Mac", "apple"),
    ("iphone", "iPhone, iPad", "apple"),
    ("android", "Android", ""),
    ("chromeos", "ChromeOS", "chromeos"),
    ("linux", "Linux", "linux"),
];

#[tokio::test(flavor = "multi_thread")]
async fn everybody_finds_the_steps_the_file_and_the_address_for_every_device() {
    let house = House::open().await;
    let mut nobody = Browser::new(house.address);
    for (word, name, file) in DEVICES {
        for language in ["sv", "en"] {
            let page = nobody.get(&format!("/start?device={word}&lang={language}")).await.text();
            assert!(page.contains(&format!("aria-current=\"page\">{name}</a>")), "{word}");
            assert_eq!(page.matches("<li><h3>").count(), 3, "{word} has three steps");
            let file = format!("/start/followme/{file}\" download");
            assert_eq!(page.contains(&file), word != "android", "{word}");
            assert!(page.contains("<code>ipps://print.example.org/ipp/print/followme</code>"));
        }
    }
    for (device, warned) in [("windows", true), ("mac", false)] {
        let page = nobody.get(&format!("/start?device={device}&lang=en")).await.text();
        assert_eq!(page.contains("cannot sign in to the queue"), warned, "{device}");
        let page = nobody.get(&format!("/start?device={device}&queue=library&lang=en")).await;
        assert!(!page.text().contains("cannot sign in to the queue"), "nobody is asked there");
    }
    let library = nobody.get("/start?device=linux&queue=library").await.text();
    assert!(library.contains("ipps://print.example.org/ipp/print/library"));
    let reply = nobody.get("/start/followme/apple").await;
    assert_eq!((reply.status, reply.text().as_str()), (200, "Apple"));
    assert_eq!(reply.header("content-disposition"), "attachment; filename=\"followme.file\"");
    for path in ["/start/nowhere/apple", "/start/followme/amiga"] {
        assert_eq!(nobody.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_takes_only_tokens_or_links_says_kindly_what_each_device_does() {
    let house = House::open().await;
    let mut nobody = Browser::new(house.address);
    let cannot = ["kan inte logga in på kön", "cannot sign in to the queue"];
    let only = ["skriver man ut med en länk", "People print to this queue by a link"];
    let account = ["med ditt vanliga konto", "with your usual account"];
    for (word, ..) in DEVICES {
        for (place, language) in ["sv", "en"].into_iter().enumerate() {
            let path = |queue| format!("/start?device={word}&queue={queue}&lang={language}");
            let page = nobody.get(&path("provider")).await.text();
            let signs_in = word == "chromeos";
            assert_eq!(page.contains(cannot[place]), !signs_in, "{word} {language}");
            assert_eq!(page.contains(account[place]), signs_in, "{word} {language}");
            let page = nobody.get(&path("links")).await.text();
            assert!(page.contains(only[place]) && !page.contains(cannot[place]), "{word}");
            assert!(!page.contains(account[place]), "{word} {language}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_knows_the_device_and_leaves_the_choice() {
    let house = House::open().await;
    let mut nobody = Browser::new(house.address);
    let chrome = [("sec-ch-ua-platform", "\"Chrome OS\""), ("user-agent", "X11; Linux")];
    let page = nobody.send("GET", "/start", &chrome, "").await.text();
    assert!(page.contains("Vi tror att du använder ChromeOS."), "{page}");
    let phone = [("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)")];
    let page = nobody.send("GET", "/start", &phone, "").await.text();
    assert!(page.contains("aria-current=\"page\">iPhone, iPad</a>"));
    let page = nobody.send("GET", "/start?device=linux", &phone, "").await.text();
    assert!(page.contains("aria-current=\"page\">Linux</a>") && !page.contains("Vi tror"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_print_is_seen_within_two_seconds_and_by_its_owner_only() {
    let house = House::open().await;
    house.clock.advance(3_600);
    let (mut own, mut other) = block_in_place(|| {
        let mut own = browser(&house, "staff", Window::DESK, "/start?lang=sv");
        own.wait_for_text("Skriv ut något nu.");
        let mut other = browser(&house, "visitor", Window::DESK, "/start?lang=sv");
        other.wait_for_text("Skriv ut något nu.");
        (own, other)
    });
    house.held("staff", "Provsida.pdf").await;
    let printed = Instant::now();
    block_in_place(|| {
        own.wait_for_text("Provsida.pdf");
        let took = printed.elapsed();
        assert!(took.as_millis() < 2_000, "it took {took:?}");
        own.wait_for_text("Den kom fram!");
        assert!(!other.document().contains("Provsida"), "somebody else's print is not shown");
        assert_eq!(own.complaints(), &[] as &[String]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_the_first_print_is_there_after_reloading() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(staff.get("/start").await.text().contains("Den kom fram!"), "it came a moment ago");
    house.clock.advance(16 * 60);
    let page = staff.get("/start").await.text();
    assert!(page.contains("Läs om sidan") && !page.contains("Den kom fram!"), "it is an old one");
    block_in_place(|| {
        let mut nobody = Chromium::start(Window::PHONE);
        nobody.open(&at(&house, "/start?device=android&lang=en"));
        nobody.wait_for_text("Default Print Service");
        let wide = "document.documentElement.scrollWidth > innerWidth";
        assert_eq!(nobody.evaluate(wide), false);
    });
}
