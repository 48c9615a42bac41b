//! The pure rules of print release: no input, no output, no database, no clock of its own.
//!
//! | module | what it decides |
//! |---|---|
//! | [`job`] | a job's states and the one function that changes them |
//! | [`ticket`] | what the owner asked for: copies, sides, colour, paper |
//! | [`usage`], [`quote`] | what came out of the printer, and how sure we are; what will |
//! | [`money`], [`price`] | amounts and the price list that turns usage into an amount |
//! | [`account`] | why an account does not pay for a job |
//! | [`policy`] | how long a held job is kept |
//! | [`ids`], [`names`], [`card`] | identifiers, text from outside, cards |
//! | [`time`] | time stamps, accounting days and the clock that is passed in |

pub mod account;
pub mod card;
pub mod ids;
pub mod job;
pub mod money;
pub mod names;
pub mod policy;
pub mod price;
pub mod quote;
pub mod ticket;
pub mod time;
pub mod usage;

pub use account::AccountRefusal;
pub use card::{CardForm, CardNumber, CardReading};
pub use ids::{
    AttemptId, CardId, CodeId, DepartmentId, GroupId, JobId, JobNumber, LinkId, NoticeId, OwnerId,
    PersonId, PrinterId, QueueId, RequestId, StationId, TariffVersionId,
};
pub use job::{Booking, Job, JobEvent, JobState, Transition};
pub use money::Amount;
pub use names::{ClaimedName, DeviceName, JobName, Keyword, Login};
pub use price::PriceList;
pub use quote::PageCount;
pub use ticket::{PrintColorMode, Sides, Ticket};
pub use time::{AccountingDay, Clock, ManualClock, Period, SystemClock, TimeZone, Timestamp};
pub use usage::{Counted, Usage};
