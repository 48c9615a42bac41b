//! What the pages are built from.

use std::fmt;
use std::sync::Arc;

use print_core::{Clock, Period, TimeZone, Timestamp};
use store::Store;
use tokio::sync::Semaphore;

use crate::assets::Assets;
use crate::desk::Desk;
use crate::elsewhere::Elsewhere;
use crate::pages::print::places::Places;

/// No more pages than this follow live figures at once; each asks the database every other second.
/// Pages beyond it show the figures of the moment they were opened.
const STREAMS_MAX: usize = 64;

/// What the pages need from the program that mounts them.
pub struct AdminParts {
    /// The database.
    pub store: Store,
    /// The running server.
    pub desk: Arc<dyn Desk>,
    /// The identity provider by which people may sign in, where there is one.
    pub elsewhere: Option<Arc<dyn Elsewhere>>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// The installation's time zone: all times on pages are in it.
    pub zone: TimeZone,
    /// What the product is called here.
    pub product: Product,
}

impl fmt::Debug for AdminParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdminParts").field("product", &self.product).finish_non_exhaustive()
    }
}

/// What the product is called here, and who helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The name at the top of every page.
    pub name: String,
    /// Whose installation this is.
    pub organisation: String,
    /// How to reach the helpdesk, as an address or a number: on every page and on error pages.
    pub contact: String,
}

/// The parts and what is made of them once.
#[derive(Debug)]
pub(crate) struct Site {
    pub parts: AdminParts,
    pub assets: Assets,
    pub streams: Arc<Semaphore>,
    pub uploads: Places,
}

impl Site {
    pub fn new(parts: AdminParts) -> Self {
        let streams = Arc::new(Semaphore::new(STREAMS_MAX));
        Self { parts, assets: Assets::new(), streams, uploads: Places::default() }
    }

    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// The month that is being booked now.
    pub fn this_month(&self) -> Period {
        self.parts.zone.accounting_day(self.now()).period()
    }

    /// A time of the installation, as `2026-11-30 14:05`.
    pub fn minute(&self, at: Timestamp) -> String {
        self.parts.zone.minute(at)
    }
}
