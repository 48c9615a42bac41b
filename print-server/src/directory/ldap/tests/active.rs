//! Active Directory, as Samba's domain controller speaks it.

use print_core::Login;
use real_parts::samba::{self, Samba, dn, group_dn, person_ldif};

use super::{House, LdapDirectory, sign_in};
use crate::config::{self, LdapSecurity};
use crate::directory::Directory;

/// The seven people of the test's domain, and those that every domain has.
const PEOPLE: usize = 11;

impl House {
    /// The settings for this domain: what an administrator has to write, and nothing that is usual.
    pub fn domain(&self, samba: &Samba) -> LdapDirectory {
        let password = self.folder.write("domain-password", samba::PASSWORD);
        let text = format!(
            "name = \"ad\"\nservers = [\"{}\"]\nsecurity = \"ldaps\"\nca = \"{}\"\n\
             bind_dn = \"{}\"\npassword_file = \"{}\"\nbase = \"{}\"\nsuffix = \"{}\"\nprefix = \"{}\"\n\
             card_attribute = \"extensionName\"\nlink_attribute = \"employeeNumber\"\n",
            samba.server(),
            samba.authority_file().display(),
            dn("svc"),
            password.display(),
            samba::BASE,
            samba::SUFFIX,
            samba::PREFIX,
        );
        let config: LdapDirectory = toml::from_str(&text).unwrap();
        assert_eq!(config.security, LdapSecurity::Ldaps);
        config.settled(true)
    }

    pub fn of_domain(&self, samba: &Samba) -> Directory {
        self.directories(&[config::Directory::Active(Box::new(self.domain(samba)))])
    }

    async fn groups(&self, login: &str) -> Vec<String> {
        let person = self.store.person_by_login(&Login::parse(login).unwrap()).await.unwrap();
        self.store.groups_of(person.unwrap().id).await.unwrap()
    }
}

fn replace(login: &str, attribute: &str, value: &str) -> String {
    format!("dn: {}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n\n", dn(login))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_domain_s_people_are_copied_with_nested_groups_and_closed_accounts() {
    let (samba, house) = (Samba::start(), House::new().await);
    let directory = house.of_domain(&samba);
    let synced = directory.sync().await.unwrap();
    assert_eq!(synced.people, PEOPLE);
    for (login, disabled) in
        [("anna", false), ("disabled", true), ("expired", true), ("change", false)]
    {
        assert_eq!(house.person(login).await.unwrap().disabled, disabled, "{login}");
    }
    assert_eq!(house.groups("anna").await, ["dept", "staff", "ward"]);
    // One person alone is asked for by one question, which the domain follows to its end by itself.
    samba.change(&replace("bo", "extensionName", "04B1B2C3D4E581"));
    samba.change(&format!(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n",
        group_dn("ward"),
        dn("bo")
    ));
    let card = super::card("04B1B2C3D4E581");
    assert_eq!(directory.find_unknown_card(&card).await, crate::directory::Asked::Known);
    assert_eq!(house.groups("bo").await, ["dept", "staff", "ward"]);
    let anna = house.person("anna").await.unwrap();
    assert_eq!((anna.source.as_str(), anna.key.len()), ("ad", 32));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_knows_the_password_is_told_why_the_account_is_closed_and_nobody_else() {
    let (samba, house) = (Samba::start(), House::new().await);
    let directory = house.of_domain(&samba);
    directory.sync().await.unwrap();
    for (login, password, wanted) in [
        ("anna", samba::PASSWORD, "right"),
        ("anna@campus.test", samba::PASSWORD, "right"),
        ("CAMPUS\\anna", samba::PASSWORD, "right"),
        ("anna", "wrong", "wrong"),
        ("nobody", samba::PASSWORD, "wrong"),
        ("disabled", samba::PASSWORD, "disabled"),
        ("expired", samba::PASSWORD, "expired"),
        ("change", samba::PASSWORD, "password old"),
        ("disabled", "wrong", "wrong"),
        ("expired", "wrong", "wrong"),
        ("change", "wrong", "wrong"),
    ] {
        assert_eq!(sign_in(&directory, login, password).await, wanted, "{login} {password}");
    }
    // The domain locks at the fourth wrong one, and then says the same to everybody; we stop asking before.
    for _ in 0..3 {
        assert_eq!(sign_in(&directory, "locked", "wrong").await, "wrong");
    }
    assert_eq!(sign_in(&directory, "locked", "wrong").await, "throttled");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_a_domain_are_read_by_their_numbers_and_deletions_by_their_tombstones() {
    let (mut samba, house) = (Samba::start(), House::new().await);
    // Only administrators see what was deleted.
    let admin = LdapDirectory { bind_dn: samba::ADMIN.into(), ..house.domain(&samba) };
    house.folder.write("domain-password", samba::ADMIN_PASSWORD);
    let directory = house.directories(&[config::Directory::Active(Box::new(admin))]);
    let copied = async || directory.all[0].sync_changes(&directory.tools).await.unwrap();
    assert_eq!(copied().await.people, PEOPLE, "the first copy has everybody");
    assert_eq!(copied().await.people, 0, "nothing has changed");

    samba.change(&replace("bo", "mail", "bo@elsewhere.test"));
    samba.change(&person_ldif("carl", ""));
    assert_eq!(copied().await.people, 2);
    assert_eq!(house.person("bo").await.unwrap().mail.as_deref(), Some("bo@elsewhere.test"));
    assert!(!house.person("carl").await.unwrap().disabled);

    samba.change(&replace("bo", "userAccountControl", "514"));
    samba.change(&format!("dn: {}\nchangetype: delete\n", dn("carl")));
    let synced = copied().await;
    assert_eq!((synced.people, synced.disabled), (1, 2));
    for login in ["bo", "carl"] {
        assert!(house.person(login).await.unwrap().disabled, "{login}");
    }
    // A group's change stands at none of its members: everybody is read.
    samba.change(&format!(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n",
        group_dn("dept"),
        dn("change")
    ));
    assert_eq!(copied().await.people, PEOPLE);
    assert_eq!(house.groups("change").await, ["dept", "staff"]);
    // The same server, started again, is the same invocation.
    samba.bring_up();
    assert_eq!(copied().await.people, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_domain_controller_s_numbers_are_not_taken_for_the_first_one_s() {
    let (first, second, house) = (Samba::start(), Samba::start(), House::new().await);
    let authorities =
        [&first, &second].map(|one| std::fs::read_to_string(one.authority_file()).unwrap());
    let config = LdapDirectory {
        servers: vec![first.server(), second.server()],
        ca: Some(house.folder.write("domain-authorities.pem", authorities.concat())),
        ..house.domain(&first)
    };
    let directory = house.directories(&[config::Directory::Active(Box::new(config))]);
    let copied = async || directory.all[0].sync_changes(&directory.tools).await;
    assert_eq!(copied().await.unwrap().people, PEOPLE);
    assert_eq!(copied().await.unwrap().people, 0);
    drop(first);
    // Copies of one domain have one invocation; a controller that was restored has a new one.
    second.change(&format!("dn: {}\nchangetype: delete\n", dn("bo")));
    assert_eq!(directory.all[0].sync(&directory.tools).await.unwrap().disabled, 1);
    assert!(house.person("bo").await.unwrap().disabled);
}
