//! How much may wait for one owner: somebody who prints without end must not fill the spool for everybody.
//!
//! What counts is what the store holds, and what is on its way into it: who opens many connections at once
//! has no more than who opens one after the other. A document is weighed as it comes. One of them may pass
//! the limit, as nobody knows beforehand how long it is; the others of its owner end there. What it costs is
//! one look-up that stops at the limit, and for an owner who prints many jobs in a row one every other second.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print_core::OwnerId;
use store::{Holding, Store, StoreError};

/// How long a look may be old.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);
/// When more owners are known, all are forgotten.
const OWNERS_MAX: usize = 10_000;
/// Where jobs have no limit, bytes are added up of no more jobs than this.
const JOBS_LOOKED_AT_MAX: u32 = 10_000;

/// What an owner may hold; a zero is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Jobs.
    pub jobs: u32,
    /// Bytes of documents.
    pub size_bytes: u64,
}

/// Too much waits for the owner. The texts are for the owner and say what to do.
#[derive(Debug, thiserror::Error)]
pub enum AllowanceError {
    /// Too many jobs.
    #[error(
        "{0} of your jobs wait already, which is the most; print some at a printer or delete some, \
         then print again"
    )]
    Jobs(i64),
    /// Too many bytes.
    #[error(
        "your jobs that wait take {} MiB already, which is the most; print some at a printer or delete \
         some, then print again",
        .0 / 1_048_576
    )]
    Bytes(i64),
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks after the allowance.
#[derive(Debug)]
pub struct Allowances {
    store: Store,
    books: Arc<Books>,
}

/// What one job under way takes of its owner's allowance, until it is dropped. Clones are the same share.
#[derive(Debug, Clone)]
pub struct Share(Arc<Entry>);

#[derive(Debug)]
struct Entry {
    books: Arc<Books>,
    owner: OwnerId,
    number: u64,
}

#[derive(Debug)]
struct Books {
    allowance: Allowance,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// What the store held a moment ago, and what has come there since.
    known: HashMap<OwnerId, (Instant, Holding)>,
    under_way: HashMap<OwnerId, UnderWay>,
    next_number: u64,
}

/// One owner's jobs on their way in.
#[derive(Debug, Default)]
struct UnderWay {
    /// Bytes in the store, as far as is known.
    held_bytes: i64,
    /// In the order of their coming.
    shares: BTreeMap<u64, Weight>,
}

#[derive(Debug, Clone, Copy)]
struct Weight {
    /// A job that has its row is counted by the store.
    jobs: i64,
    size_bytes: i64,
}

impl Allowance {
    fn is_kept(self, holding: Holding) -> Result<(), AllowanceError> {
        let is_reached = |limit: i64, held: i64| limit > 0 && held >= limit;
        if is_reached(i64::from(self.jobs), holding.jobs) {
            return Err(AllowanceError::Jobs(holding.jobs));
        }
        if is_reached(self.bytes_limit(), holding.size_bytes) {
            return Err(AllowanceError::Bytes(holding.size_bytes));
        }
        Ok(())
    }

    fn bytes_limit(self) -> i64 {
        i64::try_from(self.size_bytes).unwrap_or(i64::MAX)
    }
}

impl Allowances {
    /// Everybody may hold this much of what is in the store.
    #[must_use]
    pub fn new(store: Store, allowance: Allowance) -> Self {
        Self { store, books: Arc::new(Books { allowance, open: Mutex::default() }) }
    }

    /// Lets one more job of this owner come in, while the share is kept.
    ///
    /// # Errors
    /// [`AllowanceError`] when too much waits already, or is on its way.
    pub async fn admit(&self, owner: OwnerId) -> Result<Share, AllowanceError> {
        if let Some(share) = self.books.enter_by_memory(owner) {
            return Ok(share);
        }
        // Only what the store says is a reason to refuse.
        let limit = match self.books.allowance.jobs {
            0 => JOBS_LOOKED_AT_MAX,
            jobs => jobs,
        };
        let holding = self.store.holding(owner, limit).await?;
        self.books.open().remember(owner, holding);
        self.books.enter(owner, holding)
    }

    /// The share of a document whose job has its row.
    #[must_use]
    pub fn document_of(&self, owner: OwnerId) -> Share {
        self.books.add(&mut self.books.open(), owner, 0)
    }
}

impl Share {
    /// So many more bytes of the document are here.
    ///
    /// # Errors
    /// [`AllowanceError::Bytes`] when that is too much with all that waits, and an earlier document of
    /// this owner is on its way as well.
    pub fn weigh(&self, bytes: usize) -> Result<(), AllowanceError> {
        let Entry { books, owner, number } = &*self.0;
        let limit = books.allowance.bytes_limit();
        let mut open = books.open();
        let Some(under_way) = open.under_way.get_mut(owner) else { return Ok(()) };
        if let Some(weight) = under_way.shares.get_mut(number) {
            weight.size_bytes += i64::try_from(bytes).unwrap_or(i64::MAX);
        }
        let total = under_way.held_bytes + under_way.sum().size_bytes;
        let is_first = under_way.shares.keys().next() == Some(number);
        if limit > 0 && total > limit && !is_first {
            return Err(AllowanceError::Bytes(total));
        }
        Ok(())
    }

    /// The job has its row and is the store's to count; its document is still on its way.
    pub fn has_row(&self) {
        let Entry { books, owner, number } = &*self.0;
        let mut open = books.open();
        let weight = open.weight(*owner, *number);
        let jobs = weight.map_or(0, |weight| std::mem::take(&mut weight.jobs));
        open.arrived(*owner, Holding { jobs, size_bytes: 0 });
    }

    /// Job and document are the store's to count.
    pub fn is_held(&self) {
        let Entry { books, owner, number } = &*self.0;
        let mut open = books.open();
        let Some(weight) = open.weight(*owner, *number) else { return };
        let Weight { jobs, size_bytes } =
            std::mem::replace(weight, Weight { jobs: 0, size_bytes: 0 });
        open.arrived(*owner, Holding { jobs, size_bytes });
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut open = self.books.open();
        let Some(under_way) = open.under_way.get_mut(&self.owner) else { return };
        under_way.shares.remove(&self.number);
        if under_way.shares.is_empty() {
            open.under_way.remove(&self.owner);
        }
    }
}

impl Books {
    /// A share, if a look a moment ago leaves room for it.
    fn enter_by_memory(self: &Arc<Self>, owner: OwnerId) -> Option<Share> {
        let known = if self.allowance == (Allowance { jobs: 0, size_bytes: 0 }) {
            Holding::default()
        } else {
            let open = self.open();
            let (at, holding) = open.known.get(&owner)?;
            if at.elapsed() >= REMEMBERED_FOR {
                return None;
            }
            *holding
        };
        self.enter(owner, known).ok()
    }

    /// A share, if this leaves room for it beside all that is on its way.
    fn enter(self: &Arc<Self>, owner: OwnerId, held: Holding) -> Result<Share, AllowanceError> {
        let mut open = self.open();
        let under_way = open.under_way.get(&owner).map(UnderWay::sum).unwrap_or_default();
        self.allowance.is_kept(Holding {
            jobs: held.jobs + under_way.jobs,
            size_bytes: held.size_bytes + under_way.size_bytes,
        })?;
        let share = self.add(&mut open, owner, 1);
        open.under_way.entry(owner).or_default().held_bytes = held.size_bytes;
        Ok(share)
    }

    fn add(self: &Arc<Self>, open: &mut Open, owner: OwnerId, jobs: i64) -> Share {
        let number = open.next_number;
        open.next_number += 1;
        let known = open.known.get(&owner).map_or(0, |(_, holding)| holding.size_bytes);
        let under_way = open.under_way.entry(owner).or_default();
        under_way.held_bytes = under_way.held_bytes.max(known);
        under_way.shares.insert(number, Weight { jobs, size_bytes: 0 });
        Share(Arc::new(Entry { books: Arc::clone(self), owner, number }))
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn remember(&mut self, owner: OwnerId, holding: Holding) {
        if self.known.len() >= OWNERS_MAX {
            self.known.clear();
        }
        self.known.insert(owner, (Instant::now(), holding));
    }

    /// This has come into the store since the look.
    fn arrived(&mut self, owner: OwnerId, more: Holding) {
        if let Some((_, holding)) = self.known.get_mut(&owner) {
            holding.jobs += more.jobs;
            holding.size_bytes += more.size_bytes;
        }
        if let Some(under_way) = self.under_way.get_mut(&owner) {
            under_way.held_bytes += more.size_bytes;
        }
    }

    fn weight(&mut self, owner: OwnerId, number: u64) -> Option<&mut Weight> {
        self.under_way.get_mut(&owner)?.shares.get_mut(&number)
    }
}

impl UnderWay {
    fn sum(&self) -> Holding {
        self.shares.values().fold(Holding::default(), |sum, weight| Holding {
            jobs: sum.jobs + weight.jobs,
            size_bytes: sum.size_bytes + weight.size_bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use print_core::PersonId;

    use super::*;

    fn books(jobs: u32, size_bytes: u64) -> Arc<Books> {
        let allowance = Allowance { jobs, size_bytes };
        Arc::new(Books { allowance, open: Mutex::default() })
    }

    #[test]
    fn jobs_on_their_way_count_like_those_that_wait() {
        let books = books(3, 0);
        let (anna, bo) = (OwnerId::Person(PersonId::new()), OwnerId::Person(PersonId::new()));
        let held = Holding { jobs: 1, size_bytes: 0 };
        let first = books.enter(anna, held).unwrap();
        let second = books.enter(anna, held).unwrap();
        assert!(matches!(books.enter(anna, held), Err(AllowanceError::Jobs(3))));
        assert!(books.enter(bo, held).is_ok(), "another owner");
        // A client that goes away, or is refused, leaves its place.
        drop(first.clone());
        assert!(books.enter(anna, held).is_err(), "the job is still under way");
        drop(first);
        let third = books.enter(anna, held).unwrap();
        // The store counts the rows of two from now on; what is remembered of it is kept up to date.
        books.open().remember(anna, held);
        second.has_row();
        third.is_held();
        assert!(books.enter_by_memory(anna).is_none());
        assert_eq!(books.open().known[&anna].1.jobs, 3);
        drop((second, third));
        assert!(books.open().under_way.is_empty());
        assert!(books.enter_by_memory(anna).is_none(), "they are held");
    }

    #[test]
    fn many_documents_at_once_weigh_as_much_as_one_after_the_other() {
        let books = books(0, 1_000);
        let anna = OwnerId::Person(PersonId::new());
        let held = Holding { jobs: 1, size_bytes: 400 };
        let shares: Vec<_> = (0..3).map(|_| books.enter(anna, held).unwrap()).collect();
        for share in &shares {
            share.weigh(200).unwrap();
        }
        assert!(matches!(shares[2].weigh(1), Err(AllowanceError::Bytes(1_001))));
        assert!(
            shares[0].weigh(5_000).is_ok(),
            "one may pass the limit, or no long one ever would"
        );
        assert!(books.enter(anna, held).is_err());
        shares[0].is_held();
        drop(shares);
        let held = Holding { jobs: 2, size_bytes: 400 };
        assert!(books.enter(anna, held).is_ok(), "what was given up weighs nothing");
        // A document whose job has its row is weighed with the others.
        let (one, other) = (books.enter(anna, held).unwrap(), books.enter(anna, held).unwrap());
        one.has_row();
        assert!(one.weigh(800).is_ok() && other.weigh(1).is_err());
    }

    #[test]
    fn a_limit_is_reached_when_so_much_waits_and_a_zero_is_none() {
        let allowance = Allowance { jobs: 2, size_bytes: 1_000 };
        let kept = |jobs, size_bytes| allowance.is_kept(Holding { jobs, size_bytes });
        assert!(kept(1, 999).is_ok());
        assert!(matches!(kept(2, 0), Err(AllowanceError::Jobs(2))));
        assert!(matches!(kept(0, 1_000), Err(AllowanceError::Bytes(1_000))));
        let none = Allowance { jobs: 0, size_bytes: 0 };
        assert!(none.is_kept(Holding { jobs: i64::MAX, size_bytes: i64::MAX }).is_ok());
    }
}
