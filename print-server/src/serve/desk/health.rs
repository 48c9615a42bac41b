//! How directories are, and why they let somebody in nowhere, in the words of the pages.

use admin_ui::{HealthItem, SignInError};
use print_core::PersonId;

use crate::directory::{Barred, Health, Standing};

/// What the overview says of one directory.
pub fn items(health: Health) -> Vec<HealthItem> {
    let Health { name, answers, age_hours, standing, brake } = health;
    let mut items = vec![HealthItem::Directory { name: name.clone(), answers }];
    if standing != Standing::Fresh {
        let refuses = standing == Standing::Over;
        items.push(HealthItem::DirectoryOld { name: name.clone(), hours: age_hours, refuses });
    }
    items.extend(brake.map(|why| HealthItem::DirectoryBraked { name, why }));
    items
}

/// What somebody is told whose password is right and whose account is not open, and what is written down.
pub fn barred(why: Barred) -> (Result<PersonId, SignInError>, &'static str) {
    match why {
        Barred::Disabled => (Err(SignInError::AccountDisabled), "refused: account disabled"),
        Barred::Expired => (Err(SignInError::AccountExpired), "refused: account expired"),
        Barred::PasswordOld => (Err(SignInError::PasswordOld), "refused: password expired"),
    }
}
