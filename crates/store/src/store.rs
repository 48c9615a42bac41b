//! The store itself: opened once, cloned freely, closed at the end.

use std::sync::Arc;

use print_core::{Clock, Timestamp};

use crate::database::error::StoreError;
use crate::database::migrate::{self, MigrationError};
use crate::database::pool::Pool;
use crate::database::url::DatabaseUrl;
use crate::nodes::{self, NodeName};
use crate::writer::Writers;

/// Everything that is remembered, on either database. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: Pool,
    writers: Writers,
    instance: String,
    node: NodeName,
    epoch: i64,
    clock: Arc<dyn Clock>,
}

/// Why the store did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database cannot be reached or written.
    #[error("the database cannot be opened")]
    Database(#[source] StoreError),
    /// Its tables are not as this program needs them.
    #[error(transparent)]
    Migration(MigrationError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Database(error)
    }
}

impl From<MigrationError> for OpenError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Store(error) => Self::Database(error),
            other => Self::Migration(other),
        }
    }
}

impl Store {
    /// Opens the database, brings its tables up to date, starts a new epoch of `node` and takes its
    /// lease.
    ///
    /// # Errors
    /// [`OpenError`] when the database cannot be used.
    pub async fn open(
        url: &DatabaseUrl,
        node: NodeName,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let pool = Pool::open(url).await?;
        migrate::migrate(&pool, clock.now()).await?;
        let (instance, epoch) = nodes::start(&pool, &node, clock.now()).await?;
        let writers = Writers::start(&pool, &node, epoch);
        Ok(Self(Arc::new(Inner { pool, writers, instance, node, epoch, clock })))
    }

    /// Carries out what waits, gives the lease back and closes every connection. Later calls fail.
    pub async fn close(&self) {
        self.0.writers.stop().await;
        if let Err(error) = self.end_lease().await {
            tracing::warn!(error = %error, "The lease was not given back; it ends by itself");
        }
        self.0.pool.close().await;
    }

    /// The installation's identifier, made once: a spool that carries another one is not ours.
    #[must_use]
    pub fn instance(&self) -> &str {
        &self.0.instance
    }

    /// The node that this process runs as.
    #[must_use]
    pub fn node(&self) -> &NodeName {
        &self.0.node
    }

    /// How often this node has started.
    #[must_use]
    pub fn epoch(&self) -> i64 {
        self.0.epoch
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.0.pool
    }

    pub(crate) fn writers(&self) -> &Writers {
        &self.0.writers
    }
}
