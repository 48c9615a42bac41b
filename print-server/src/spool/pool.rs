//! The threads that write small documents. Such a write is one piece of work that mostly waits for the
//! disk; with a thread for each, the file system's journal makes many of them durable at once. (Measured
//! on ext4: 64 threads 5,000-13,000 documents a second, 8 threads 4,000-5,600.)

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::{Semaphore, oneshot};

use super::error::SpoolError;

/// Documents that are written at the same time.
const THREADS: usize = 64;

/// Documents that are being written or wait for a thread; more of them wait in their own tasks.
const PENDING_MAX: usize = 256;

/// The work needs little stack: no recursion, large buffers live on the heap.
const STACK_BYTES: usize = 256 * 1024;

type Work = Box<dyn FnOnce() + Send>;

/// The pool. Its threads end when it is dropped, after the work that was taken.
pub struct Pool {
    shared: Arc<Shared>,
    places: Semaphore,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    work: VecDeque<Work>,
    closed: bool,
}

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// What the system said when it had no thread left.
    pub fn start() -> io::Result<Self> {
        let shared = Arc::new(Shared { queue: Mutex::default(), wake: Condvar::new() });
        let pool = Self { shared: Arc::clone(&shared), places: Semaphore::new(PENDING_MAX) };
        for number in 0..THREADS {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("spool-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || shared.serve())?;
        }
        Ok(pool)
    }

    /// Runs `work` on a thread of the pool. When the caller goes away, the work is still done and its
    /// result dropped.
    ///
    /// # Errors
    /// [`SpoolError::Stopped`] when the work panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SpoolError> {
        let place = self.places.acquire().await.map_err(|_| SpoolError::Stopped)?;
        let (answer, result) = oneshot::channel();
        // A failed send drops the result where it was made, which is what a caller that left wants.
        let work = Box::new(move || drop(answer.send(work())));
        self.shared.lock().work.push_back(work);
        self.shared.wake.notify_one();
        let result = result.await.map_err(|_| SpoolError::Stopped);
        drop(place);
        result
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
    }
}

impl Shared {
    fn serve(&self) {
        let mut queue = self.lock();
        loop {
            if let Some(work) = queue.work.pop_front() {
                drop(queue);
                // A panic in one piece of work is that caller's failure, not the end of the thread.
                let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
                queue = self.lock();
            } else if queue.closed {
                return;
            } else {
                queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Nothing panics while the lock is held, so the queue is good also behind a poisoned one.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_its_callers_failure_and_the_pool_goes_on() {
        let pool = Pool::start().unwrap();
        for _ in 0..2 * THREADS {
            let failed = pool.run(|| -> u32 { panic!("on purpose") }).await;
            assert!(matches!(failed, Err(SpoolError::Stopped)), "{failed:?}");
        }
        assert_eq!(pool.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn more_work_than_places_is_all_done() {
        let pool = Arc::new(Pool::start().unwrap());
        let one = |number| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.run(move || number).await.unwrap() })
        };
        let tasks: Vec<_> = (0..4 * PENDING_MAX).map(one).collect();
        for (number, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.unwrap(), number);
        }
    }
}
