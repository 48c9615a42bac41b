//! People and departments of the directory as rows of the store.

use std::collections::HashMap;

use print_core::DepartmentId;
use store::{Department, DirectoryPerson, Store, StoreError};

use super::entry::Described;
use super::source::SOURCE;

/// The row of a person.
#[must_use]
pub fn person(
    described: &Described,
    groups: Vec<String>,
    departments: &HashMap<String, DepartmentId>,
    disabled: bool,
) -> DirectoryPerson {
    let code = described.department.as_ref();
    DirectoryPerson {
        source: SOURCE.into(),
        key: described.key.clone(),
        login: described.login.clone(),
        name: described.name.clone(),
        mail: described.mail.clone(),
        language: described.language.unwrap_or_default(),
        department: code.and_then(|code| departments.get(code).copied()),
        disabled,
        groups,
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
