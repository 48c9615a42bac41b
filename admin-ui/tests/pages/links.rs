//! Links that people make themselves: the address is shown once, and what was made can be removed.

use print_core::{Clock as _, DeviceName, GroupId, LinkId, OwnerId};
use real_parts::chromium::Window;
use store::{LINKS_MAX, Machine, NewLink, NoticeKind};
use tokio::task::block_in_place;

use crate::browser::{Browser, Reply, field};
use crate::house::House;
use crate::script::browser;

/// Presses "Make a link" on the start page of this device.
async fn make(browser: &mut Browser, device: &str, name: &str) -> Reply {
    let page = browser.get(&format!("/start?device={device}")).await.text();
    let (token, id) = (field(&page, "token"), field(&page, "id"));
    let fields = [("token", token.as_str()), ("id", &id), ("device_name", name)];
    browser.post(&format!("/start/link?device={device}&queue=followme"), &fields).await
}

async fn of(house: &House, login: &str) -> OwnerId {
    OwnerId::Person(house.person(login).await)
}

async fn audit_text(house: &House) -> String {
    let rows = house.store.audit_newest(100).await.expect("the trail");
    rows.into_iter().map(|row| format!("{row:?}\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_shown_once_with_its_file_and_its_secret_is_nowhere_else() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let reply = make(&mut staff, "linux", " Köksdatorn ").await;
    assert_eq!((reply.status, reply.header("cache-control")), (200, "no-store"));
    let page = reply.text();
    let secret = field(&page, "link");
    assert!(page.contains("Köksdatorn") && page.contains("Adressen visas bara nu."), "{page}");
    let address = format!("ipps://print.example.org/ipp/print/followme/u/{secret}");
    assert!(page.contains(&format!("<code class=\"whole\">{address}</code>")));
    assert!(
        page.contains(&address.replace("followme", "library")),
        "it opens the other queue, too"
    );
    for attribute in ["href", "action", "src", "data-again"] {
        let start = format!("{attribute}=\"");
        let in_address = page.split(&start).skip(1);
        let mut addresses = in_address.map(|rest| rest.split('"').next().unwrap_or_default());
        assert!(addresses.all(|address| !address.contains(&secret)), "{attribute}");
    }
    assert!(!page.contains("hreflang"), "the other language would leave the page");
    let token = field(&page, "token");
    let fields = [("token", token.as_str()), ("link", &secret)];
    let file = staff.post("/start/followme/linux", &fields).await;
    assert_eq!((file.status, file.header("cache-control")), (200, "no-store"));
    assert_eq!(file.text(), format!("Linux by {secret}"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"followme.file\"");
    for path in ["/start?device=linux", "/my-prints", "/start/followme/linux"] {
        assert!(!staff.get(path).await.text().contains(&secret), "{path}");
    }
    assert!(!audit_text(&house).await.contains(&secret));
    let [link] = &house.store.links_of(of(&house, "staff").await).await.unwrap()[..] else {
        panic!("one link")
    };
    let audit = house.store.audit_newest(1).await.unwrap();
    assert_eq!((audit[0].event.as_str(), audit[0].actor.as_str()), ("link-add", &*link.made_by));
    assert_eq!(audit[0].object, format!("link:{}", link.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_makes_one_link_and_says_what_to_do() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let page = staff.get("/start?device=windows").await.text();
    let (token, id) = (field(&page, "token"), field(&page, "id"));
    let fields = [("token", token.as_str()), ("id", &id), ("device_name", "")];
    let path = "/start/link?device=windows&queue=library";
    assert_eq!(staff.post(path, &fields).await.status, 200);
    let again = staff.post(path, &fields).await;
    let back = "/start?device=windows&queue=library&link=known";
    assert_eq!((again.status, again.header("location")), (303, back));
    assert!(staff.get(back).await.text().contains("Länken är redan gjord"));
    let links = house.store.links_of(of(&house, "staff").await).await.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].device, "Dator med Windows", "without a name it is called what it is");
    let told = house.store.notices(house.person("staff").await, 10).await.unwrap();
    assert_eq!(told.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [NoticeKind::LinkMade]);
    assert!(staff.get("/my-prints").await.text().contains("En ny länk skriver nu ut i ditt namn."));
    let wrong = make(&mut staff, "mac", "a\u{202e}b").await;
    assert_eq!(wrong.header("location"), "/start?device=mac&queue=followme&link=name");
    let page = staff.get(wrong.header("location")).await.text();
    assert!(page.contains("Namnet gick inte att använda."));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ones_own_link_in_use_goes_into_a_file() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let secret = field(&make(&mut staff, "mac", "Mac").await.text(), "link");
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&visitor.get("/my-prints").await.text(), "token");
    let fields = [("token", theirs.as_str()), ("link", &secret)];
    assert_eq!(visitor.post("/start/followme/apple", &fields).await.status, 404);
    let owner = of(&house, "staff").await;
    let link = house.store.links_of(owner).await.unwrap()[0].id;
    house.store.revoke_link(link, owner, "os:0").await.unwrap().expect("revoked");
    let token = field(&staff.get("/my-prints").await.text(), "token");
    let fields = [("token", token.as_str()), ("link", &secret)];
    assert_eq!(staff.post("/start/followme/apple", &fields).await.status, 404, "it is revoked");
    // Without the session's token nothing is made.
    let fields = [("device_name", "Mac")];
    assert_eq!(staff.post("/start/link?device=mac", &fields).await.status, 403);
    assert_eq!(house.store.links_of(owner).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_not_signed_in_is_invited_and_comes_back_to_the_same_device() {
    let house = House::open().await;
    let mut nobody = Browser::new(house.address);
    let page = nobody.get("/start?device=android&lang=en").await.text();
    assert!(
        page.contains("Sign in to make a link for this device.") && !page.contains("/start/link")
    );
    assert!(page.contains("/sign-in?next=%2Fstart%3Fdevice%3Dandroid"), "{page}");
    assert_eq!(nobody.post("/start/link?device=android", &[]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_listed_with_its_device_and_removed_by_its_owner_only() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(staff.get("/my-prints").await.text().contains("Du har inga länkar."));
    make(&mut staff, "windows", "Kontoret <b>").await;
    let page = staff.get("/my-prints").await.text();
    assert!(page.contains("Kontoret &lt;b&gt;") && page.contains("Fungerar"), "{page}");
    assert!(page.contains("2026-11-12 12:00") && page.contains("Aldrig"), "made, never used");
    assert!(!page.contains("gjord av IT"));
    let owner = of(&house, "staff").await;
    let link = house.store.links_of(owner).await.unwrap().remove(0);
    house.store.use_link(&link).await.unwrap();
    assert!(!staff.get("/my-prints").await.text().contains("Aldrig"));
    let path = format!("/my-prints/links/{}/remove", link.id);
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&visitor.get("/my-prints").await.text(), "token");
    let reply = visitor.post(&path, &[("token", &theirs)]).await;
    assert_eq!(reply.header("location"), "/my-prints?removed=no");
    let page = visitor.get(&format!("/my-prints?removed={}", link.id)).await.text();
    assert!(page.contains("was no longer there") && !page.contains("Kontoret"), "{page}");
    let token = field(&staff.get("/my-prints").await.text(), "token");
    let reply = staff.post(&path, &[("token", &token)]).await;
    let back = format!("/my-prints?removed={}", link.id);
    assert_eq!((reply.status, reply.header("location")), (303, back.as_str()));
    let page = staff.get(&back).await.text();
    assert!(page.contains("Länken för ”Kontoret &lt;b&gt;” är borttagen"), "{page}");
    assert!(page.contains("Borttagen") && !page.contains("/remove\""));
    let audit = house.store.audit_newest(1).await.unwrap();
    assert_eq!((audit[0].event.as_str(), audit[0].actor.as_str()), ("link-revoke", &*link.made_by));
    let again = staff.post(&path, &[("token", &token)]).await;
    assert_eq!(again.header("location"), "/my-prints?removed=no");
    house.clock.advance(31 * 24 * 3_600);
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(!staff.get("/my-prints").await.text().contains("Kontoret"), "that is long ago");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_as_many_links_as_one_can_have_is_told_kindly_what_to_do() {
    let house = House::open().await;
    let owner = of(&house, "visitor").await;
    for place in 0..LINKS_MAX {
        let link = NewLink {
            id: LinkId::new(),
            owner,
            device: DeviceName::parse(&format!("Device {place}")).unwrap(),
            lookup: [u8::try_from(place).unwrap(); 32],
            made_by: "os:0".into(),
        };
        house.store.add_link(&link).await.unwrap();
    }
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let page = visitor.get("/start?device=windows").await.text();
    assert!(page.contains("as many links as one can have") && !page.contains("device_name"));
    let page = visitor.get("/my-prints").await.text();
    assert!(page.contains("as many links as one can have") && page.contains("made by IT"));
    let token = field(&page, "token");
    let reply = visitor.post("/start/link?device=windows", &[("token", &token)]).await;
    assert_eq!(reply.header("location"), "/start?device=windows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_reads_what_waits_from_a_machine_apart_from_the_own_jobs() {
    let house = House::open().await;
    let machine = Machine {
        id: GroupId::new(),
        name: "lab12".into(),
        networks: vec!["10.1.2.0/24".into()],
        department: None,
        revoked_at: None,
    };
    house.store.put_machine(&machine).await.unwrap();
    let owner = OwnerId::Group(machine.id);
    house.held_for(owner, "Tidigare.pdf", None).await;
    house.clock.advance(60);
    house.store.join_machine(machine.id, house.person("visitor").await).await.unwrap();
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    assert!(!visitor.get("/my-prints").await.text().contains("From lab12"), "nothing waits");
    let (_, number) = house.held_for(owner, "Provsvar.pdf", Some("lab")).await;
    let page = visitor.get("/my-prints").await.text();
    assert!(page.contains("From lab12") && page.contains("Provsvar.pdf"), "{page}");
    assert!(page.contains("printed by lab") && !page.contains("Tidigare"), "since joining");
    assert!(page.contains("You have no prints."), "it is not among the own ones");
    assert!(!page.contains(&format!("/my-prints/{number}/")), "it is to be read only");
    let token = field(&page, "token");
    for act in ["cancel", "keep"] {
        let path = format!("/my-prints/{number}/{act}");
        assert_eq!(visitor.post(&path, &[("token", &token)]).await.status, 404, "{act}");
    }
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(!staff.get("/my-prints").await.text().contains("lab12"), "no member");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_does_not_lose_the_address_and_every_window_fits() {
    let house = House::open().await;
    let staff = of(&house, "staff").await;
    block_in_place(|| {
        for (window, language) in [(Window::PHONE, "en"), (Window::DESK, "sv")] {
            let path = format!("/start?device=windows&lang={language}");
            let mut browser = browser(&house, "staff", window, &path);
            let fits = "document.documentElement.scrollWidth <= innerWidth";
            browser.wait_for("document.documentElement.classList.contains('script')");
            assert_eq!(browser.evaluate(fits), true);
            // An answer to a second click would take the place of the one with the address.
            let twice = "(form => [1, 2].map(() => form.dispatchEvent(new SubmitEvent('submit', \
                { bubbles: true, cancelable: true }))))(document.querySelector('#link form'))";
            assert_eq!(browser.evaluate(twice), serde_json::json!([true, false]));
            browser.open(&crate::script::at(&house, &path));
            browser.click("#link form button");
            browser.wait_for("!!document.querySelector('code.whole')");
            assert_eq!(browser.evaluate(fits), true, "{language}");
            let marked = "(code => { const range = document.createRange(); range.selectNode(code); \
                getSelection().addRange(range); return getSelection().toString().trim() === \
                code.textContent; })(document.querySelector('code.whole'))";
            assert_eq!(browser.evaluate(marked), true);
            browser.open(&crate::script::at(&house, "/my-prints"));
            browser.wait_for("!!document.querySelector('#links tbody tr')");
            assert_eq!(browser.evaluate(fits), true, "{language}");
            assert_eq!(browser.complaints(), &[] as &[String]);
        }
    });
    let links = house.store.links_to_show(staff, house.clock.now(), 10).await.unwrap();
    assert_eq!(links.len(), 2, "one for each window");
}
