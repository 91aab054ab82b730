//! The load generator: many keep-alive connections, one request on each at a time, two threads.
//!
//! It runs in this process and the server in another. On raw sockets it costs a few microseconds a request, so that most
//! of the machine is left to the server; what it does cost, both contenders pay alike.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::clock;
use crate::exchange;
use crate::figures::Sample;
use crate::outcome::{During, Outcome};
use crate::process;

const THREADS: usize = 2;

/// Makes the request with this number, over the wire.
pub type Requests = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// What to send, and for how long.
pub struct Load {
    pub address: SocketAddr,
    /// The server, whose processor time is measured.
    pub pid: u32,
    pub connections: usize,
    pub warm_up: Duration,
    pub measured: Duration,
    pub requests: Requests,
    /// Every answer's status must be this one.
    pub status: u16,
    /// Counts the requests across rounds, so that no two are alike.
    pub counter: Arc<AtomicU64>,
}

const WARMING: u8 = 0;
const MEASURING: u8 = 1;
const STOPPING: u8 = 2;

impl Load {
    /// Sends until the time is over.
    ///
    /// # Errors
    /// When an answer is not what was expected.
    pub fn run(&self) -> Outcome<Sample> {
        let phase = Arc::new(AtomicU8::new(WARMING));
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let share = self.connections / THREADS + usize::from(thread < self.connections % THREADS);
                    let phase = Arc::clone(&phase);
                    scope.spawn(move || self.send(share, &phase))
                })
                .collect();
            std::thread::sleep(self.warm_up);
            let (start, cpu) = (clock::now(), process::cpu(self.pid));
            phase.store(MEASURING, Ordering::Release);
            std::thread::sleep(self.measured);
            phase.store(STOPPING, Ordering::Release);
            let (seconds, used) = (start.elapsed().as_secs_f64(), process::cpu(self.pid));
            let mut micros = Vec::new();
            for sender in senders {
                micros.append(&mut sender.join().map_err(|_| "a load thread panicked")??);
            }
            Ok(Sample::new(seconds, micros, used?.saturating_sub(cpu?)))
        })
    }

    fn send(&self, connections: usize, phase: &Arc<AtomicU8>) -> Outcome<Vec<u32>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.during("cannot start a load thread")?.block_on(async {
            let mut conversations = JoinSet::new();
            for _ in 0..connections {
                conversations.spawn(Conversation::of(self, phase).hold());
            }
            let mut micros = Vec::new();
            while let Some(ended) = conversations.join_next().await {
                micros.append(&mut ended.during("a connection's task")??);
            }
            Ok(micros)
        })
    }
}

/// One connection's own share of the load.
struct Conversation {
    address: SocketAddr,
    requests: Requests,
    status: u16,
    counter: Arc<AtomicU64>,
    phase: Arc<AtomicU8>,
}

impl Conversation {
    fn of(load: &Load, phase: &Arc<AtomicU8>) -> Self {
        Self {
            address: load.address,
            requests: Arc::clone(&load.requests),
            status: load.status,
            counter: Arc::clone(&load.counter),
            phase: Arc::clone(phase),
        }
    }

    /// Sends and reads in turn; gives back the microseconds of each exchange that ended while it was measured.
    async fn hold(self) -> Outcome<Vec<u32>> {
        let mut stream = TcpStream::connect(self.address).await.during("cannot connect")?;
        stream.set_nodelay(true).during("cannot set TCP_NODELAY")?;
        let (mut micros, mut bytes) = (Vec::new(), Vec::with_capacity(32 * 1024));
        while self.phase.load(Ordering::Acquire) != STOPPING {
            let request = (self.requests)(self.counter.fetch_add(1, Ordering::Relaxed));
            let begun = clock::now();
            stream.write_all(&request).await.during("cannot send")?;
            read_answer(&mut stream, &mut bytes, self.status).await?;
            if self.phase.load(Ordering::Acquire) == MEASURING {
                micros.push(u32::try_from(begun.elapsed().as_micros()).unwrap_or(u32::MAX));
            }
        }
        Ok(micros)
    }
}

async fn read_answer(stream: &mut TcpStream, bytes: &mut Vec<u8>, status: u16) -> Outcome<()> {
    bytes.clear();
    let mut extent = None;
    loop {
        if stream.read_buf(bytes).await.during("no answer")? == 0 {
            return Err("the server closed the connection".to_owned());
        }
        if extent.is_none() {
            extent = exchange::extent(bytes)?;
        }
        let Some(found) = &extent else { continue };
        if bytes.len() < found.whole {
            continue;
        }
        if found.status != status {
            let body = String::from_utf8_lossy(&bytes[found.head..]);
            return Err(format!("expected {status}, got {}: {body}", found.status));
        }
        return Ok(());
    }
}
