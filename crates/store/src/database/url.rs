//! Which database, as the configuration names it.

use std::fmt;
use std::path::{Path, PathBuf};

/// A database: a file of SQLite, or PostgreSQL.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`. The file is made when it is missing; its folder is not.
    Sqlite(PathBuf),
    /// `postgres://USER:PASSWORD@HOST/NAME`.
    Postgres(String),
}

/// A text that names no database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a database is written as sqlite:/path/to/file or postgres://user@host/name")]
pub struct BadUrl;

impl DatabaseUrl {
    /// Reads `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`BadUrl`] when it is neither.
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.starts_with(':') {
                return Err(BadUrl);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
        known.then(|| Self::Postgres(text.to_owned())).ok_or(BadUrl)
    }

    /// The database in this file.
    #[must_use]
    pub fn sqlite(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }

    /// Whether it is a file of SQLite, which only one machine can use.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }
}

/// Without the password and whatever else the address holds.
impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                write!(f, "postgres://…@{}", url.rsplit('@').next().unwrap_or_default())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_servers_are_told_apart_and_nothing_else_is_taken() {
        let file = |path: &str| Ok(DatabaseUrl::Sqlite(path.into()));
        assert_eq!(DatabaseUrl::parse("sqlite:/var/lib/x.db"), file("/var/lib/x.db"));
        assert_eq!(DatabaseUrl::parse("sqlite:///var/lib/x.db"), file("/var/lib/x.db"));
        assert!(DatabaseUrl::parse("postgres://a@b/c").is_ok_and(|url| !url.is_sqlite()));
        for text in ["", "sqlite:", "sqlite::memory:", "mysql://a@b/c", "/var/lib/x.db"] {
            assert_eq!(DatabaseUrl::parse(text), Err(BadUrl), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let url = DatabaseUrl::parse("postgres://anna:secret@db.example/print").expect("a URL");
        assert!(!format!("{url:?}").contains("secret"));
    }
}
