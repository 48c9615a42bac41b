//! Who works in the house: the file of people that the server reads.

use std::fmt::Write as _;

/// A department: its code and its names in Swedish and English.
pub const DEPARTMENTS: [(&str, &str, &str); 3] = [
    ("K8", "Institutionen för neurovetenskap", "Department of Neuroscience"),
    ("K2", "Institutionen för medicin", "Department of Medicine"),
    ("UF", "Universitetsförvaltningen", "University Administration"),
];

/// Whoever is in this group sees the finance pages.
pub const FINANCE_GROUP: &str = "print-finance";
/// Whoever is in this group sees the administration pages.
pub const ADMIN_GROUP: &str = "print-admins";

/// A person of the house.
#[derive(Debug, Clone)]
pub struct Person {
    /// The name to sign in with.
    pub login: String,
    /// The name as people read it.
    pub name: String,
    /// `sv` or `en`.
    pub language: &'static str,
    /// The code of the department.
    pub department: &'static str,
    /// Groups of the directory.
    pub groups: Vec<&'static str>,
    /// Card numbers in hexadecimal digits.
    pub cards: Vec<&'static str>,
    /// What the file keeps of the password; without it nobody can sign in as this person.
    pub password_hash: Option<String>,
}

impl Person {
    /// A person of a department with one card, in no group and without a password.
    #[must_use]
    pub fn new(login: &str, name: &str, department: &'static str, card: &'static str) -> Person {
        Person {
            login: login.to_owned(),
            name: name.to_owned(),
            language: "sv",
            department,
            groups: Vec::new(),
            cards: vec![card],
            password_hash: None,
        }
    }
}

/// The file of people.
#[must_use]
pub fn file(people: &[Person]) -> String {
    let mut text = String::from("# People of this house. Passwords are kept as hashes only.\n");
    for (code, name_sv, name_en) in DEPARTMENTS {
        let _ = write!(
            text,
            "\n[[department]]\ncode = {code:?}\nname_sv = {name_sv:?}\nname_en = {name_en:?}\n"
        );
    }
    for person in people {
        let Person { login, name, language, department, groups, cards, .. } = person;
        let _ = write!(
            text,
            "\n[[person]]\nlogin = {login:?}\nname = {name:?}\nlanguage = {language:?}\n\
             department = {department:?}\ngroups = {groups:?}\ncards = {cards:?}\n"
        );
        if let Some(hash) = &person.password_hash {
            let _ = writeln!(text, "password_hash = {hash:?}");
        }
    }
    text
}
