//! Everything that is remembered: all SQL of the house, for SQLite and PostgreSQL.
//!
//! | module | what it holds |
//! |---|---|
//! | [`store`] | the store, opened and closed |
//! | [`nodes`] | the server processes of an installation, their epochs and leases |
//! | [`house`] | departments, people, their accounts in directories, cards, queues, printers, stations, holidays, prices, roles, sessions |
//! | [`doors`] | links and machines: who prints, where the directory does not say it |
//! | [`jobs`] | jobs taken in, held, listed, changed; keys of documents |
//! | [`release`] | taps, claims, attempts and their ends |
//! | [`books`] | ledger, sums, audit trail |
//! | [`notices`] | what people are told: inbox and outbox |
//! | [`requests`] | what the engine is asked to do |
//! | [`fsck`] | the promises of the database, counted |
//! | [`database`] | the two databases, and nothing about printing |
//! | `writer` | hot writes as values, many in one commit |
//!
//! Each SQL text stands once, in a registered constant; a test prepares every one on both databases.

pub mod books;
pub mod database;
pub mod doors;
pub mod fsck;
pub mod house;
pub mod jobs;
pub mod nodes;
pub mod notices;
pub mod release;
pub mod requests;
pub mod store;
mod writer;

#[cfg(test)]
mod registry;

pub use books::audit::AuditEvent;
pub use books::ledger::LedgerEntry;
pub use books::usage::{DepartmentUsage, MonthUsage, PrinterUsage};
pub use database::error::{Result, StoreError};
pub use database::migrate::MigrationError;
pub use database::url::{BadUrl, DatabaseUrl};
pub use doors::links::{AddedLink, LINKS_MAX, Link, NewLink};
pub use doors::machines::{Machine, Membership};
pub use fsck::Invariants;
pub use house::accounts::account::Account;
pub use house::accounts::put::{NewAccount, Placed};
pub use house::accounts::state::DirectoryState;
pub use house::card_offers::{CardOffer, OfferState, TakenCard};
pub use house::cards::{Card, CardChange, CardLookup, CardOwner, CardSource};
pub use house::codes::{
    CodePurpose, CodeTry, NewPersonCode, PersonCode, TypedCode, WRONG_CODES_MAX,
};
pub use house::delegates::{DELEGATES_MAX, Delegation};
pub use house::departments::Department;
pub use house::invitations::{INVITATION_TRIES, Invitation};
pub use house::machines::{Confirmation, FormerMachine, Found};
pub use house::new_cards::{ImportedCards, NewCard};
pub use house::people::{DirectoryPerson, Language, Person};
pub use house::person_pins::{
    OwnPinTry, PersonPin, QueuesWithPin, WRONG_OWN_PINS_A_DAY, WRONG_OWN_PINS_MAX,
};
pub use house::prices::TariffVersion;
pub use house::printers::{KnownMachine, Place, Printer, PrinterHealth};
pub use house::queues::{AtOnce, OfferedAbilities, Queue, QueueOffer, ReleaseMode};
pub use house::release_rules::{QueueRules, Starts, Titles};
pub use house::roles::{Grantee, Role, RoleGrant};
pub use house::sessions::WebSession;
pub use house::station_guard::{StationGuard, StationReader};
pub use house::station_guesses::{
    StationLock, UNKNOWN_PER_DAY, UNKNOWN_PER_HOUR, UnknownCards, UnknownNoted,
};
pub use house::stations::{Station, StationPolicy};
pub use jobs::changes::{Cancelled, JobEdit};
pub use jobs::documents::{DocumentFacts, DocumentKeyRow, DueDocument, LiveDocument};
pub use jobs::intake::{Accepted, NewJob, StoredDocument};
pub use jobs::lists::{Holding, JobListing, WhichJobs};
pub use jobs::passwords::{
    JobPassword, LOCKED_SECONDS, PasswordEncryption, PasswordTry, WRONG_PINS_MAX,
};
pub use jobs::record::{Door, JobRecord, Location, Uncertain};
pub use jobs::withdrawal::Withdrawn;
pub use nodes::{BadNode, LEASE_SECONDS, NodeName};
pub use notices::{AtReader, MailEnd, MailToSend, Notice, NoticeKind, Refused};
pub use release::attempts::{AttemptRecord, AttemptState};
pub use release::claim::{ClaimRequest, ClaimedJob, JobsToClaim, Release};
pub use release::end::{EndAttempt, Ended, EndedAttempt};
pub use release::steps::{Step, Stepped};
pub use release::taps::{Opener, TapKey, TapRecord};
pub use requests::{NewRequest, Request, RequestKind, RequestState};
pub use store::{OpenError, Store};
