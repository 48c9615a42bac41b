//! People and departments of the directory as rows of the store.

use std::collections::HashMap;

use print_core::DepartmentId;
use store::{Department, DirectoryPerson, NewAccount, Store, StoreError};

use super::entry::Described;

/// The row of an account in this directory.
#[must_use]
pub fn account(
    directory: &str,
    described: &Described,
    groups: Vec<String>,
    departments: &HashMap<String, DepartmentId>,
) -> NewAccount {
    let code = described.department.as_ref();
    NewAccount {
        link: described.link.clone(),
        person: DirectoryPerson {
            source: directory.to_owned(),
            key: described.key.clone(),
            login: described.login.clone(),
            name: described.name.clone(),
            mail: described.mail.clone(),
            language: described.language.unwrap_or_default(),
            department: code.and_then(|code| departments.get(code).copied()),
            disabled: described.closed,
            groups,
        },
    }
}

/// The departments with these codes; those that nobody has heard of are made, with the code as name.
///
/// # Errors
/// What the store answers.
pub async fn departments<'a>(
    store: &Store,
    codes: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, DepartmentId>, StoreError> {
    let mut departments = HashMap::new();
    for code in codes {
        if departments.contains_key(code) {
            continue;
        }
        let id = match store.department_by_code(code).await? {
            Some(known) => known.id,
            None => {
                let id = DepartmentId::new();
                let (name_sv, name_en) = (code.clone(), code.clone());
                store
                    .put_department(&Department { id, code: code.clone(), name_sv, name_en })
                    .await?;
                id
            }
        };
        departments.insert(code.clone(), id);
    }
    Ok(departments)
}
