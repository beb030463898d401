//! The only ways off the async runtime: `CpuPool::run` for computation under admission, `blocking` for file I/O.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// Why a job did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many jobs wait already.
    #[error("too much work is waiting")]
    Busy,
    /// The job alone would take more than the whole budget.
    #[error("needs {needed} bytes of memory, the budget is {budget}")]
    OverBudget {
        /// The job's estimate in bytes.
        needed: u64,
        /// The whole budget in bytes.
        budget: u64,
    },
    /// The job did not end in its time. It may go on for a while and holds its memory and its thread until it ends, as a thread
    /// cannot be stopped from outside; nobody waits for it.
    #[error("did not end within {0:?}")]
    TooSlow(Duration),
    /// The job panicked; its work is lost, nothing else is.
    #[error("job panicked")]
    Panicked,
}

/// A fixed number of jobs at a time, whose estimated memory together stays inside one budget.
#[derive(Debug, Clone)]
pub struct CpuPool {
    slots: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    max_waiting: usize,
    budget_bytes: u64,
    time_limit: Duration,
}

/// What a job may use.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    /// When it has to end.
    pub deadline: Instant,
    /// Most threads at a time: more than one while others are idle.
    pub threads: usize,
}

/// What a job gets beyond its time, as a part of it: one that looks at its deadline now and then ends with an error of its own.
const GRACE: f64 = 0.25;
/// Most threads of a job: the next one makes a picture quicker by little.
const MAX_THREADS: usize = 4;
/// Memory is counted in these units, so that a budget of terabytes fits a semaphore.
const UNIT_BYTES: u64 = 1024;

impl CpuPool {
    /// A pool of `threads` jobs at a time within `budget_bytes`; at most `max_waiting` more wait. Each has `time_limit` from when it
    /// starts.
    #[must_use]
    pub fn new(
        threads: usize,
        budget_bytes: u64,
        max_waiting: usize,
        time_limit: Duration,
    ) -> Self {
        let units = (budget_bytes / UNIT_BYTES).clamp(1, u64::from(u32::MAX)) as usize;
        Self {
            slots: Arc::new(Semaphore::new(threads.max(1))),
            memory: Arc::new(Semaphore::new(units)),
            waiting: Arc::default(),
            max_waiting,
            budget_bytes: units as u64 * UNIT_BYTES,
            time_limit,
        }
    }

    /// Runs a job that is estimated to take `memory_bytes`, once memory and a thread are free, and tells it its share.
    /// Dropping the future before the job has started means that it never runs.
    ///
    /// # Errors
    /// `Busy` when the queue is full, `OverBudget`, `TooSlow`, `Panicked`.
    pub async fn run<T, F>(&self, memory_bytes: u64, job: F) -> Result<T, Error>
    where
        F: FnOnce(Share) -> T + Send + 'static,
        T: Send + 'static,
    {
        if memory_bytes > self.budget_bytes {
            return Err(Error::OverBudget {
                needed: memory_bytes,
                budget: self.budget_bytes,
            });
        }
        let waiting = Waiting::enter(&self.waiting, self.max_waiting)?;
        let units = memory_bytes.div_ceil(UNIT_BYTES) as u32;
        // Memory before the thread, always in this order: no two jobs can wait for each other.
        let memory = Arc::clone(&self.memory)
            .acquire_many_owned(units)
            .await
            .map_err(|_| Error::Busy)?;
        let slot = Arc::clone(&self.slots)
            .acquire_owned()
            .await
            .map_err(|_| Error::Busy)?;
        drop(waiting);
        let span = tracing::Span::current();
        let share = Share {
            deadline: Instant::now() + self.time_limit,
            // Nobody holds the others for it: who comes now begins at once.
            threads: (1 + self.slots.available_permits()).min(MAX_THREADS),
        };
        #[allow(clippy::disallowed_methods)]
        let job = tokio::task::spawn_blocking(move || {
            let _held = (memory, slot);
            span.in_scope(|| job(share))
        });
        let longest = self.time_limit + self.time_limit.mul_f64(GRACE);
        let Ok(ended) = tokio::time::timeout(longest, job).await else {
            tracing::error!(limit = ?self.time_limit, "a job does not end; its thread and memory are held until it does");
            return Err(Error::TooSlow(self.time_limit));
        };
        ended.map_err(|_| Error::Panicked)
    }

    /// Jobs that wait for memory or a thread.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Estimated bytes of the jobs in work.
    #[must_use]
    pub fn bytes_in_flight(&self) -> u64 {
        self.budget_bytes - self.memory.available_permits() as u64 * UNIT_BYTES
    }
}

/// One place in the queue, given back when dropped.
struct Waiting(Arc<AtomicUsize>);

impl Waiting {
    fn enter(count: &Arc<AtomicUsize>, max: usize) -> Result<Self, Error> {
        let entered = Self(Arc::clone(count));
        if count.fetch_add(1, Ordering::Relaxed) >= max {
            Err(Error::Busy)
        } else {
            Ok(entered)
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Runs file I/O or another call that blocks. A panic in it is resumed here.
pub async fn blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> T {
    #[allow(clippy::disallowed_methods)]
    match tokio::task::spawn_blocking(job).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Blocking tasks are only cancelled when the runtime goes away, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[tokio::test]
    async fn memory_is_summed_over_jobs_and_given_back() {
        let pool = CpuPool::new(4, 10 * 1024, 8, LONG);
        assert!(matches!(
            pool.run(11 * 1024, |_| ()).await,
            Err(Error::OverBudget { .. })
        ));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(8 * 1024, move |_| held.recv()).await }
        });
        while pool.bytes_in_flight() == 0 {
            tokio::task::yield_now().await;
        }
        let mut second = Box::pin(pool.run(4 * 1024, |_| 2));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        assert_eq!(pool.waiting(), 1);
        release.send(()).unwrap();
        assert_eq!(second.await.unwrap(), 2);
        first.await.unwrap().unwrap().unwrap();
        assert_eq!((pool.waiting(), pool.bytes_in_flight()), (0, 0));
    }

    #[tokio::test]
    async fn a_panic_and_a_full_queue_are_errors() {
        let pool = CpuPool::new(1, 1024, 1, LONG);
        assert!(matches!(
            pool.run(0, |_| panic!("on purpose")).await,
            Err(Error::Panicked)
        ));
        let none = CpuPool::new(1, 1024, 0, LONG);
        assert!(matches!(none.run(0, |_| ()).await, Err(Error::Busy)));
    }

    #[tokio::test]
    async fn a_job_that_does_not_end_is_given_up_but_counted() {
        let pool = CpuPool::new(1, 1 << 20, 8, Duration::from_millis(20));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let slow = pool.run(4096, move |_| held.recv()).await;
        assert!(matches!(slow, Err(Error::TooSlow(_))), "{slow:?}");
        assert_eq!(pool.bytes_in_flight(), 4096);
        let mut next = Box::pin(pool.run(0, |share| share.deadline > Instant::now()));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
        release.send(()).unwrap();
        // Its own time begins when it has a thread.
        assert!(next.await.unwrap());
        assert_eq!(pool.bytes_in_flight(), 0);
    }
}
