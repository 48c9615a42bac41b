//! Departments: who pays.

use clap::Subcommand;
use print_core::DepartmentId;
use serde_json::json;
use store::Department;

use super::office::{Office, because, shown_name};
use super::table;
use crate::commands::CommandError;

/// What can be done with departments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a department.
    Add {
        /// Finance's code.
        code: String,
        /// The name in Swedish.
        #[arg(long, value_name = "NAME")]
        sv: String,
        /// The name in English; otherwise the Swedish one.
        #[arg(long, value_name = "NAME")]
        en: Option<String>,
    },
    /// Change a department; what is booked keeps its old names.
    Change {
        /// Finance's code.
        code: String,
        /// The name in Swedish.
        #[arg(long, value_name = "NAME")]
        sv: Option<String>,
        /// The name in English.
        #[arg(long, value_name = "NAME")]
        en: Option<String>,
        /// A new code.
        #[arg(long, value_name = "CODE")]
        recode: Option<String>,
    },
    /// List the departments.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { code, sv, en } => {
            let name_sv = shown_name("--sv", &sv)?;
            let department = Department {
                id: DepartmentId::new(),
                code: shown_name("the code", &code)?,
                name_en: shown_name("--en", en.as_deref().unwrap_or(&name_sv))?,
                name_sv,
            };
            put(office, &department, "department-add", "Added").await
        }
        Command::Change { code, sv, en, recode } => {
            let found = office.store.department_by_code(&code).await?;
            let mut department =
                found.ok_or_else(|| format!("there is no department \"{code}\""))?;
            if let Some(sv) = sv {
                department.name_sv = shown_name("--sv", &sv)?;
            }
            if let Some(en) = en {
                department.name_en = shown_name("--en", &en)?;
            }
            if let Some(recode) = recode {
                department.code = shown_name("--recode", &recode)?;
            }
            put(office, &department, "department-change", "Changed").await
        }
        Command::List => {
            let row = |one: Department| [one.code, one.name_sv, one.name_en];
            let rows: Vec<_> = office.store.departments().await?.into_iter().map(row).collect();
            Ok(table::print(["code", "Swedish", "English"], &rows)?)
        }
    }
}

async fn put(
    office: &Office,
    department: &Department,
    event: &str,
    done: &str,
) -> Result<(), CommandError> {
    let taken = format!("there is already a department with the code \"{}\"", department.code);
    office.store.put_department(department).await.map_err(|error| because(error, &taken))?;
    let detail = json!({
        "code": department.code,
        "name_sv": department.name_sv,
        "name_en": department.name_en,
    });
    office.audit(event, format!("department:{}", department.id), detail).await?;
    println!("{done} the department {} \"{}\"", department.code, department.name_sv);
    Ok(())
}
