//! What the server and its commands keep on disk: rows, keys, documents.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use print_core::Clock;
use store::{DatabaseUrl, NodeName, Store};

use crate::config::Config;
use crate::keys::{InstallationKey, Keys};
use crate::serve::ServeError;
use crate::serve::hold::Hold;
use crate::spool::{Reserve, Spool, SpoolSettings};

/// The three, opened, and nobody else's.
#[derive(Debug)]
pub struct State {
    /// Rows.
    pub store: Store,
    /// Keys.
    pub keys: Arc<Keys>,
    /// Documents.
    pub spool: Spool,
    /// Keeps other processes of this node away; to be dropped last.
    pub hold: Hold,
}

/// Opens all three. The spool must belong to this very database.
///
/// # Errors
/// When one of them cannot be opened, or another process works as this node; the text names it.
pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<State, ServeError> {
    let keys = open_keys(config)?;
    // Before the store, where our start ends every earlier one.
    let hold = Hold::take(&config.spool.directory, &config.node)?;
    let store = open_store(config, &config.node, clock).await?;
    let settings = SpoolSettings {
        directory: config.spool.directory.clone(),
        instance: store.instance().to_owned(),
        node: config.node.clone(),
        epoch: store.epoch(),
        document_size_max: config.spool.document_max_mib.saturating_mul(1024 * 1024),
        reserve: Reserve {
            bytes: config.spool.reserve_mib.saturating_mul(1024 * 1024),
            ..Reserve::default()
        },
    };
    let spool = Spool::open(settings).await?;
    Ok(State { store, keys, spool, hold })
}

/// Opens the keys; the installation's key must be there already.
///
/// # Errors
/// When the key is missing or readable by others.
pub fn open_keys(config: &Config) -> Result<Arc<Keys>, ServeError> {
    Ok(Arc::new(Keys::open(&config.keys.directory, &config.keys.installation_key)?))
}

/// Makes the installation's key when there is none, for a first start.
///
/// # Errors
/// When the file cannot be written.
pub fn make_key(config: &Config) -> Result<bool, ServeError> {
    if config.keys.installation_key.exists() {
        return Ok(false);
    }
    if let Some(folder) = config.keys.installation_key.parent() {
        std::fs::create_dir_all(folder)?;
    }
    InstallationKey::create_new(&config.keys.installation_key)?;
    Ok(true)
}

/// Opens the database as the node `node`.
///
/// # Errors
/// When it cannot be reached or was made by another product.
pub async fn open_store(
    config: &Config,
    node: &str,
    clock: Arc<dyn Clock>,
) -> Result<Store, ServeError> {
    let url = match (&config.database.url, &config.database.url_file) {
        (Some(url), _) => url.clone(),
        (None, Some(file)) => {
            let mode = std::fs::metadata(file).map(|found| found.permissions().mode());
            if mode.is_ok_and(|mode| mode & 0o007 != 0) {
                let shown = file.display();
                return Err(format!(
                    "{shown}: can be read by everybody on this machine; chmod 600"
                )
                .into());
            }
            let text = std::fs::read_to_string(file)
                .map_err(|error| format!("{}: {error}", file.display()))?;
            text.trim().to_owned()
        }
        (None, None) => return Err("database: give either url or url_file".into()),
    };
    if let Some(file) = url.strip_prefix("sqlite:")
        && let Some(folder) = std::path::Path::new(file).parent()
    {
        std::fs::create_dir_all(folder)?;
    }
    let url = DatabaseUrl::parse(&url)?;
    Ok(Store::open(&url, NodeName::parse(node)?, clock).await?)
}
