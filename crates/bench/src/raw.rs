//! The store without HTTP: the same service calls from tasks of this process, which is as fast as HTTP could ever be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use leadhold_app::LocationScope;
use leadhold_kernel::Error;
use leadhold_kernel::random::Random;
use leadhold_store::Store;
use tokio::task::JoinSet;

use crate::figures::Sample;
use crate::outcome::{During, Outcome};
use crate::place::Lab;
use crate::{clock, record, seed};

/// Creations on a store of its own.
pub struct Raw {
    pub store: Store,
    pub here: LocationScope,
    random: Arc<dyn Random>,
    counter: Arc<AtomicU64>,
}

const WARMING: u8 = 0;
const MEASURING: u8 = 1;
const STOPPING: u8 = 2;

impl Raw {
    pub fn new(store: Store, here: LocationScope) -> Self {
        Self { store, here, random: seed::chance(), counter: Arc::default() }
    }

    /// Creates from `tasks` tasks at once, `batch` contacts in each transaction. The times are the transactions'.
    pub fn run(&self, lab: &Lab, tasks: usize, batch: u64) -> Outcome<Sample> {
        let phase = Arc::new(AtomicU8::new(WARMING));
        lab.runtime.block_on(async {
            let mut workers = JoinSet::new();
            for _ in 0..tasks {
                workers.spawn(self.worker(batch, &phase));
            }
            tokio::time::sleep(lab.plan.warm_up).await;
            let start = clock::now();
            phase.store(MEASURING, Ordering::Release);
            tokio::time::sleep(lab.plan.measured).await;
            phase.store(STOPPING, Ordering::Release);
            let seconds = start.elapsed().as_secs_f64();
            let mut micros = Vec::new();
            while let Some(ended) = workers.join_next().await {
                let ended = ended.during("a task of the raw store")?;
                micros.append(&mut ended.map_err(|error| format!("the raw store: {error:?}"))?);
            }
            let mut sample = Sample::new(seconds, micros, Duration::ZERO);
            sample.done *= usize::try_from(batch).unwrap_or(1);
            Ok(sample)
        })
    }

    fn worker(
        &self,
        batch: u64,
        phase: &Arc<AtomicU8>,
    ) -> impl Future<Output = Result<Vec<u32>, Error>> + Send + 'static {
        let (store, here, random) = (self.store.clone(), self.here.clone(), Arc::clone(&self.random));
        let (counter, phase) = (Arc::clone(&self.counter), Arc::clone(phase));
        async move {
            let mut micros = Vec::new();
            while phase.load(Ordering::Acquire) != STOPPING {
                let first = counter.fetch_add(batch, Ordering::Relaxed);
                let begun = clock::now();
                let (store, here, random) = (store.clone(), here.clone(), Arc::clone(&random));
                seed::create(store, here, random, first..first + batch, record::fields).await?;
                if phase.load(Ordering::Acquire) == MEASURING {
                    micros.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
            }
            Ok(micros)
        }
    }
}
