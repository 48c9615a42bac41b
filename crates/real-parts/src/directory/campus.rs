//! The people, departments, groups and cards of the test directory, as an LDIF file.

use std::fmt::Write;

/// The top of the directory.
pub const BASE: &str = "dc=campus,dc=test";
/// The account that the product signs in with; its password is [`PASSWORD`].
pub const SERVICE_DN: &str = "cn=svc,ou=svc,dc=campus,dc=test";
/// Everybody's password.
pub const PASSWORD: &str = "pw";
/// The account that may change everything; its password is [`ROOT_PASSWORD`].
pub const ROOT_DN: &str = "cn=admin,dc=campus,dc=test";
/// The password of [`ROOT_DN`].
pub const ROOT_PASSWORD: &str = "secret";
/// After this many wrong passwords an account is locked, and even the right one is refused.
pub const WRONG_PASSWORDS_MAX: usize = 5;
/// A search that is not paged ends after this many entries with "size limit exceeded".
pub const SEARCH_SIZE_MAX: usize = 500;

/// How many departments the numbered people are spread over: `D000`, `D001`, …
pub const DEPARTMENTS: usize = 60;
/// Only so many numbered people are members of their department's group, to keep groups readable.
const GROUPED_MAX: usize = 3000;

/// Somebody in the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What they sign in with.
    pub uid: String,
    /// Their name.
    pub name: String,
    /// The number of their department.
    pub department: String,
    /// What readers read from their cards, in hexadecimal.
    pub cards: Vec<String>,
    /// Groups besides the department's.
    pub groups: Vec<&'static str>,
    /// Whether the account is closed.
    pub disabled: bool,
}

impl Person {
    fn named(uid: &str, name: &str, department: &str, card: &str) -> Person {
        Person {
            uid: uid.to_owned(),
            name: name.to_owned(),
            department: department.to_owned(),
            cards: vec![card.to_owned()],
            groups: Vec::new(),
            disabled: false,
        }
    }

    /// The person's place in the directory.
    pub fn dn(&self) -> String {
        format!("uid={},ou=people,{BASE}", escaped(&self.uid))
    }
}

/// The people with names that tests can rely on: an administrator, somebody of finance, two who
/// print, one who has left, and one whose name and card are made of LDAP's special characters.
pub fn named_people() -> Vec<Person> {
    let mut anna = Person::named("anna", "Anna Åkesson", "D001", "04A1B2C3D4E580");
    anna.groups = vec!["print-admins"];
    let mut bo = Person::named("bo", "Bo Öberg", "D002", "04B1B2C3D4E581");
    bo.groups = vec!["print-finance"];
    let cecilia = Person::named("cecilia", "Cecilia Lind", "D001", "04C1B2C3D4E582");
    let mut david = Person::named("david", "David Nilsson", "D002", "A1B2C3D4");
    david.cards.push("04D1B2C3D4E583".to_owned());
    let mut elsa = Person::named("elsa", "Elsa Berg", "D001", "04E1B2C3D4E584");
    elsa.disabled = true;
    let odd = Person::named("o,(x)*\\b", "Odd Name", "D003", "*)(uid=*");
    vec![anna, bo, cecilia, david, elsa, odd]
}

/// The numbered person `user00000`, `user00001`, …: every fifth has two cards, every fiftieth has a
/// closed account.
pub fn numbered_person(number: usize) -> Person {
    let mut cards = vec![format!("04{:012X}", number * 7919)];
    if number.is_multiple_of(5) {
        cards.push(format!("{:08X}", 0x1000_0000 + number * 104_729));
    }
    Person {
        uid: format!("user{number:05}"),
        name: format!("Test Person{number}"),
        department: department(number),
        cards,
        groups: Vec::new(),
        disabled: number.is_multiple_of(50),
    }
}

fn department(number: usize) -> String {
    format!("D{:03}", number % DEPARTMENTS)
}

/// The whole directory: everybody of [`named_people`], `numbered` more, their groups, an account for
/// the product, the rule for locking accounts and a referral to a directory that does not exist.
///
/// `hospital` holds the groups of the first 20 departments; `all-staff` holds `hospital` and one
/// department more, so that membership has to be followed through two levels.
pub fn ldif(numbered: usize) -> String {
    let mut tree = Tree::default();
    tree.skeleton();
    let mut people = named_people();
    people.extend((0..numbered).map(numbered_person));
    let grouped = &people[..people.len().min(GROUPED_MAX)];
    for (index, person) in people.iter().enumerate() {
        let department = (index < grouped.len()).then_some(person.department.as_str());
        let groups = person.groups.iter().copied().chain(department);
        tree.person(person, groups.map(group_dn).collect());
    }
    for number in 0..DEPARTMENTS {
        let name = department(number);
        let members = grouped.iter().filter(|person| person.department == name).map(Person::dn);
        tree.group(&name, members.collect());
    }
    for name in ["print-admins", "print-finance"] {
        let members = people.iter().filter(|person| person.groups.contains(&name));
        tree.group(name, members.map(Person::dn).collect());
    }
    tree.group("hospital", (0..20).map(|number| group_dn(&department(number))).collect());
    tree.group("all-staff", vec![group_dn("hospital"), group_dn("D050")]);
    tree.text
}

fn group_dn(name: &str) -> String {
    format!("cn={name},ou=groups,{BASE}")
}

/// RFC 4514 section 2.4: special characters of a name, as hexadecimal pairs.
fn escaped(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        match character {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' | '#' | '(' | ')' | '*' => {
                let _ = write!(text, "\\{:02x}", character as u32);
            }
            _ => text.push(character),
        }
    }
    text
}

/// An LDIF file in the making.
#[derive(Default)]
struct Tree {
    text: String,
}

impl Tree {
    fn entry(&mut self, dn: &str, classes: &[&str], values: &[(&str, &str)]) {
        let _ = writeln!(self.text, "dn: {dn}");
        for class in classes {
            let _ = writeln!(self.text, "objectClass: {class}");
        }
        for (name, value) in values {
            let _ = writeln!(self.text, "{name}: {value}");
        }
        self.text.push('\n');
    }

    fn skeleton(&mut self) {
        self.entry(BASE, &["dcObject", "organization"], &[("o", "Campus"), ("dc", "campus")]);
        for unit in ["people", "groups", "svc", "policies", "elsewhere"] {
            self.entry(&format!("ou={unit},{BASE}"), &["organizationalUnit"], &[("ou", unit)]);
        }
        self.entry(
            SERVICE_DN,
            &["applicationProcess", "simpleSecurityObject"],
            &[("cn", "svc"), ("userPassword", PASSWORD)],
        );
        self.entry(
            &format!("cn=default,ou=policies,{BASE}"),
            &["pwdPolicy", "person"],
            &[
                ("cn", "default"),
                ("sn", "default"),
                ("pwdAttribute", "userPassword"),
                ("pwdLockout", "TRUE"),
                ("pwdMaxFailure", &WRONG_PASSWORDS_MAX.to_string()),
                ("pwdLockoutDuration", "60"),
            ],
        );
        self.entry(
            &format!("ou=other,ou=elsewhere,{BASE}"),
            &["referral", "extensibleObject"],
            &[("ou", "other"), ("ref", "ldap://127.0.0.1:9/ou=people,dc=other,dc=test")],
        );
    }

    /// The server keeps `memberOf` up to date once it runs, but the loading program does not fill it
    /// in, so it is written out here.
    fn person(&mut self, person: &Person, member_of: Vec<String>) {
        let surname = person.name.rsplit(' ').next().unwrap_or_default();
        let mail = format!("{}@campus.test", person.uid);
        let mut values = vec![
            ("uid", person.uid.as_str()),
            ("cn", &person.name),
            ("sn", surname),
            ("departmentNumber", &person.department),
            ("userPassword", PASSWORD),
        ];
        if person.uid.chars().all(|character| character.is_ascii_alphanumeric()) {
            values.push(("mail", &mail));
        }
        values.extend(person.cards.iter().map(|card| ("campusCard", card.as_str())));
        values.extend(member_of.iter().map(|group| ("memberOf", group.as_str())));
        if person.disabled {
            values.push(("campusDisabled", "TRUE"));
        }
        self.entry(&person.dn(), &["inetOrgPerson", "campusPerson"], &values);
    }

    /// A group must have a member; one without people holds the product's own account.
    fn group(&mut self, name: &str, mut members: Vec<String>) {
        if members.is_empty() {
            members.push(SERVICE_DN.to_owned());
        }
        let mut values = vec![("cn", name)];
        values.extend(members.iter().map(|member| ("member", member.as_str())));
        self.entry(&group_dn(name), &["groupOfNames"], &values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_of_a_name_are_escaped_in_its_place() {
        let odd = named_people().pop().unwrap();
        assert_eq!(odd.dn(), r"uid=o\2c\28x\29\2a\5cb,ou=people,dc=campus,dc=test");
    }

    #[test]
    fn every_card_belongs_to_one_person() {
        let mut people = named_people();
        people.extend((0..2000).map(numbered_person));
        let mut cards: Vec<_> = people.into_iter().flat_map(|person| person.cards).collect();
        let count = cards.len();
        cards.sort();
        cards.dedup();
        assert_eq!(cards.len(), count);
    }
}
