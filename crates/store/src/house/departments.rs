//! Departments: whom the paper is booked to.

use print_core::DepartmentId;

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// A department as finance knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Our own key.
    pub id: DepartmentId,
    /// Finance's code, unique.
    pub code: String,
    /// The name in Swedish.
    pub name_sv: String,
    /// The name in English.
    pub name_en: String,
}

statements! {
    PUT = "INSERT INTO department (id, code, name_sv, name_en) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE
        SET code = excluded.code, name_sv = excluded.name_sv, name_en = excluded.name_en";
    BY_ID = "SELECT id, code, name_sv, name_en FROM department WHERE id = $1";
    BY_CODE = "SELECT id, code, name_sv, name_en FROM department WHERE code = $1";
    ALL = "SELECT id, code, name_sv, name_en FROM department ORDER BY code LIMIT 10000";
}

fn read(mut row: Row) -> Result<Department> {
    Ok(Department {
        id: row.parsed()?,
        code: row.text()?,
        name_sv: row.text()?,
        name_en: row.text()?,
    })
}

impl Store {
    /// Adds the department, or changes the one with this key. What is booked keeps its old names.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another department has the code.
    pub async fn put_department(&self, department: &Department) -> Result<()> {
        let Department { id, code, name_sv, name_en } = department;
        self.change(PUT, values![*id, code, name_sv, name_en]).await.map(drop)
    }

    /// The department with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn department(&self, id: DepartmentId) -> Result<Department> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// The department with this code.
    pub async fn department_by_code(&self, code: &str) -> Result<Option<Department>> {
        self.pool().row(BY_CODE, values![code]).await?.map(read).transpose()
    }

    /// All departments, by code.
    pub async fn departments(&self) -> Result<Vec<Department>> {
        self.pool().rows(ALL, values![]).await?.into_iter().map(read).collect()
    }
}
