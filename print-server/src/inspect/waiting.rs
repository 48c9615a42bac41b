//! Whose document is looked into next. A document can cost as much as the limits allow, and one person may
//! send hundreds of such: each owner has a line of their own, and the owner whose documents have taken the
//! least time comes first. So a line of a thousand costs nobody but its owner more than one document's time.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use print_core::{JobId, OwnerId};
use tokio::time::Instant;

/// Jobs that wait in memory; more are found in the store. An owner who has none here is let in all the same.
const WAITING_MAX: usize = 4_096;
/// Of these one owner's. The store knows the rest.
pub const OWNER_WAITING_MAX: usize = 256;
/// The store is asked for more no sooner than this after the last time.
const SEARCH_EVERY: Duration = Duration::from_secs(1);
/// Documents without a result that are remembered, so that this run leaves them alone.
const LEFT_MAX: usize = 4_096;

/// The lines.
#[derive(Debug, Default)]
pub struct Waiting {
    lines: HashMap<OwnerId, Line>,
    /// What stands in a line or is being looked into.
    known: HashSet<JobId>,
    /// What is being looked into is not in here.
    jobs: usize,
    /// What gave no result; the next start tries again.
    left: HashSet<JobId>,
    turns: u64,
    /// The store may know of more.
    is_more: bool,
    /// A line has come to its end since the store was asked.
    ran_out: bool,
    searched: Option<Instant>,
}

/// One owner's line.
#[derive(Debug, Default)]
struct Line {
    /// Somebody stands at a printer and waits for these.
    wanted: VecDeque<JobId>,
    jobs: VecDeque<JobId>,
    at_work: usize,
    spent: Duration,
    turn: u64,
}

/// Which jobs somebody takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Any; those that somebody waits for come first.
    Any,
    /// Only those that somebody waits for.
    Wanted,
}

/// How many of one owner's documents are looked into at once, so that a place is left for others.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// While nobody waits for one.
    pub any: usize,
    /// With those that somebody waits for.
    pub wanted: usize,
}

/// A job that is to be looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whose it is.
    pub owner: OwnerId,
    /// The job.
    pub job: JobId,
}

impl Waiting {
    /// Empty lines; the store may know of jobs.
    pub fn new() -> Self {
        Self { is_more: true, ..Self::default() }
    }

    /// A job has come.
    pub fn add(&mut self, owner: OwnerId, job: JobId) {
        if self.known.contains(&job) || self.left.contains(&job) {
            return;
        }
        let is_full = self
            .lines
            .get(&owner)
            .is_some_and(|line| self.jobs >= WAITING_MAX || line.jobs.len() >= OWNER_WAITING_MAX);
        if is_full {
            self.is_more = true;
            return;
        }
        self.known.insert(job);
        self.jobs += 1;
        self.line(owner).jobs.push_back(job);
    }

    /// Somebody stands at a printer and waits for this one. What gave no result is tried again.
    pub fn want(&mut self, owner: OwnerId, job: JobId) {
        let is_new = self.known.insert(job);
        self.left.remove(&job);
        let line = self.line(owner);
        let place = line.jobs.iter().position(|waiting| *waiting == job);
        if place.and_then(|place| line.jobs.remove(place)).is_some() || is_new {
            line.wanted.push_back(job);
        }
        self.jobs += usize::from(is_new);
    }

    /// The next job; nothing where none waits, or only such whose owners have their share.
    pub fn take(&mut self, which: Which, share: Share) -> Option<Taken> {
        let wanted = |line: &Line| line.at_work < share.wanted && !line.wanted.is_empty();
        let any =
            |line: &Line| which == Which::Any && line.at_work < share.any && !line.jobs.is_empty();
        let owner = self.first(wanted).or_else(|| self.first(any))?;
        let line = self.lines.get_mut(&owner)?;
        let job = line.wanted.pop_front().or_else(|| line.jobs.pop_front())?;
        line.at_work += 1;
        line.turn = self.turns;
        self.turns += 1;
        self.jobs -= 1;
        self.ran_out |= line.wanted.is_empty() && line.jobs.is_empty();
        Some(Taken { owner, job })
    }

    /// A job that was taken is done with after so long. Where there is no result, this run leaves it alone.
    pub fn done(&mut self, taken: Taken, spent: Duration, has_result: bool) {
        self.known.remove(&taken.job);
        if !has_result && self.left.len() < LEFT_MAX {
            self.left.insert(taken.job);
        }
        let Some(line) = self.lines.get_mut(&taken.owner) else { return };
        line.at_work -= 1;
        line.spent += spent;
        if line.at_work == 0 && line.wanted.is_empty() && line.jobs.is_empty() {
            self.lines.remove(&taken.owner);
        }
    }

    /// A job that was taken is to be found again.
    pub fn find_again(&mut self) {
        self.is_more = true;
    }

    /// How long until the store is to be asked for more; nothing where it knows of none, or the lines have
    /// enough. An owner whose line has come to its end does not wait for the end of the others.
    pub fn search_in(&self, now: Instant) -> Option<Duration> {
        if !self.is_more || (self.jobs > 0 && !self.ran_out) {
            return None;
        }
        let since = self.searched.map(|at| now.saturating_duration_since(at));
        Some(since.map_or(Duration::ZERO, |since| SEARCH_EVERY.saturating_sub(since)))
    }

    /// The store is being asked.
    pub fn searching(&mut self, now: Instant) {
        (self.is_more, self.ran_out, self.searched) = (false, false, Some(now));
    }

    /// How many wait.
    pub fn jobs(&self) -> usize {
        self.jobs
    }

    fn first(&self, has: impl Fn(&Line) -> bool) -> Option<OwnerId> {
        let lines = self.lines.iter().filter(|(_, line)| has(line));
        lines.min_by_key(|(_, line)| (line.spent, line.turn)).map(|(owner, _)| *owner)
    }

    /// The owner's line. A new one begins where the luckiest of the others is: who has just come owes
    /// nothing, and is owed nothing either.
    fn line(&mut self, owner: OwnerId) -> &mut Line {
        let spent = self.lines.values().map(|line| line.spent).min().unwrap_or_default();
        let turns = &mut self.turns;
        self.lines.entry(owner).or_insert_with(|| {
            *turns += 1;
            Line { spent, turn: *turns, ..Line::default() }
        })
    }
}

#[cfg(test)]
mod tests {
    use print_core::PersonId;

    use super::*;

    const ONE: Share = Share { any: 1, wanted: 1 };
    const LONG: Duration = Duration::from_secs(20);
    const SHORT: Duration = Duration::from_millis(10);

    fn owner() -> OwnerId {
        OwnerId::Person(PersonId::new())
    }

    fn add(waiting: &mut Waiting, owner: OwnerId, count: usize) -> Vec<JobId> {
        let jobs: Vec<JobId> = (0..count).map(|_| JobId::new()).collect();
        jobs.iter().for_each(|job| waiting.add(owner, *job));
        jobs
    }

    /// Looks into the next one, which takes so long.
    fn look(waiting: &mut Waiting, spent: impl Fn(OwnerId) -> Duration) -> Option<Taken> {
        let taken = waiting.take(Which::Any, ONE)?;
        waiting.done(taken, spent(taken.owner), true);
        Some(taken)
    }

    #[test]
    fn hundreds_of_bombs_of_one_owner_keep_the_others_waiting_for_one() {
        let mut waiting = Waiting::new();
        let bomber = owner();
        add(&mut waiting, bomber, 200);
        let spent = |owner| if owner == bomber { LONG } else { SHORT };
        assert_eq!(look(&mut waiting, spent).map(|taken| taken.owner), Some(bomber));
        let honest: Vec<OwnerId> = (0..10).map(|_| owner()).collect();
        for owner in &honest {
            add(&mut waiting, *owner, 10);
        }
        add(&mut waiting, bomber, 300);
        let order: Vec<OwnerId> =
            std::iter::from_fn(|| look(&mut waiting, spent)).map(|taken| taken.owner).collect();
        let bombs_before_the_last = order[..=order.iter().rposition(|o| *o != bomber).unwrap()]
            .iter()
            .filter(|owner| **owner == bomber)
            .count();
        assert!(bombs_before_the_last <= 1, "{bombs_before_the_last}");
        assert_eq!(order.iter().filter(|owner| **owner != bomber).count(), 100);
    }

    #[test]
    fn owners_take_turns_and_each_owners_jobs_keep_their_order() {
        let mut waiting = Waiting::new();
        let (one, two) = (owner(), owner());
        let (first, second) = (add(&mut waiting, one, 3), add(&mut waiting, two, 2));
        let order: Vec<JobId> =
            std::iter::from_fn(|| look(&mut waiting, |_| SHORT)).map(|taken| taken.job).collect();
        assert_eq!(order, [first[0], second[0], first[1], second[1], first[2]]);
        assert!(waiting.lines.is_empty() && waiting.known.is_empty());
    }

    #[test]
    fn one_owner_never_has_every_place() {
        let share = Share { any: 2, wanted: 3 };
        let mut waiting = Waiting::new();
        let greedy = owner();
        let jobs = add(&mut waiting, greedy, 5);
        assert!(waiting.take(Which::Any, share).is_some());
        let second = waiting.take(Which::Any, share).unwrap();
        assert_eq!(waiting.take(Which::Any, share), None, "the third place is for others");
        let other = owner();
        add(&mut waiting, other, 1);
        assert_eq!(waiting.take(Which::Any, share).map(|taken| taken.owner), Some(other));
        // What somebody waits for has one more.
        waiting.want(greedy, jobs[4]);
        assert_eq!(waiting.take(Which::Wanted, share).map(|taken| taken.job), Some(jobs[4]));
        waiting.want(greedy, jobs[3]);
        assert_eq!(waiting.take(Which::Wanted, share), None);
        waiting.done(second, SHORT, true);
        assert_eq!(waiting.take(Which::Any, share).map(|taken| taken.job), Some(jobs[3]));
    }

    #[test]
    fn what_somebody_waits_for_goes_before_everything_else() {
        let mut waiting = Waiting::new();
        let (one, two) = (owner(), owner());
        let first = add(&mut waiting, one, 3);
        add(&mut waiting, two, 3);
        // One in a line, and one that only the store knew.
        let unknown = JobId::new();
        waiting.want(one, first[2]);
        waiting.want(one, unknown);
        waiting.want(one, unknown);
        assert_eq!(waiting.jobs(), 7);
        let taken = waiting.take(Which::Any, ONE).unwrap();
        assert_eq!(taken.job, first[2]);
        waiting.want(one, taken.job);
        waiting.done(taken, LONG, true);
        assert_eq!(waiting.take(Which::Wanted, ONE).map(|taken| taken.job), Some(unknown));
        assert_eq!(waiting.take(Which::Wanted, ONE), None, "the others can wait");
    }

    #[test]
    fn a_job_stands_in_line_once_and_one_without_a_result_is_left_alone_until_it_is_wanted() {
        let mut waiting = Waiting::new();
        let one = owner();
        let job = add(&mut waiting, one, 1)[0];
        waiting.add(one, job);
        let taken = waiting.take(Which::Any, ONE).unwrap();
        waiting.add(one, job);
        assert_eq!((waiting.take(Which::Any, ONE), waiting.jobs()), (None, 0));
        waiting.done(taken, SHORT, false);
        waiting.add(one, job);
        assert_eq!(waiting.take(Which::Any, ONE), None);
        waiting.want(one, job);
        assert_eq!(waiting.take(Which::Any, ONE), Some(taken));
    }

    #[test]
    fn a_full_line_is_its_owners_trouble_and_the_store_is_asked_when_a_line_runs_out() {
        let now = Instant::now();
        let mut waiting = Waiting::new();
        assert_eq!(
            waiting.search_in(now),
            Some(Duration::ZERO),
            "an earlier run may have left some"
        );
        waiting.searching(now);
        let (many, few) = (owner(), owner());
        add(&mut waiting, many, OWNER_WAITING_MAX);
        assert_eq!(waiting.search_in(now), None, "there was room for all");
        add(&mut waiting, many, 1);
        assert_eq!(waiting.jobs(), OWNER_WAITING_MAX);
        assert_eq!(waiting.search_in(now), None, "everybody has something in line");
        add(&mut waiting, few, 1);
        while look(&mut waiting, |_| SHORT).is_some_and(|taken| taken.owner != few) {}
        assert_eq!(waiting.search_in(now), Some(SEARCH_EVERY));
        assert_eq!(waiting.search_in(now + SEARCH_EVERY), Some(Duration::ZERO));
    }

    #[test]
    fn when_memory_is_full_whoever_has_nothing_in_line_is_let_in() {
        let mut waiting = Waiting::new();
        let full = WAITING_MAX / OWNER_WAITING_MAX;
        let owners: Vec<OwnerId> = (0..full).map(|_| owner()).collect();
        for owner in &owners {
            add(&mut waiting, *owner, OWNER_WAITING_MAX);
        }
        add(&mut waiting, owner(), 2);
        assert_eq!(waiting.jobs(), WAITING_MAX + 1);
    }
}
