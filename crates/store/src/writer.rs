//! The single writer of a process: takes what is waiting, lets a room decide it in one commit and
//! answers every waiter after the commit. A refused command writes nothing and is answered alone.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use model::Timestamp;
use tokio::sync::{mpsc, oneshot};

use crate::{Store, StoreError, Tx};

/// A room whose commands the writer carries out in batches.
pub trait Room: Send + Sync + 'static {
    /// What is asked.
    type Command: Send + Sync + 'static;
    /// What is answered, a refusal included.
    type Answer: Send + 'static;
    /// Commands with the same key never share a batch.
    type Key: Eq + Hash + Send;

    /// The key of a command.
    fn key(command: &Self::Command) -> Self::Key;

    /// Decides a batch and writes what was accepted; one answer per command, in order.
    fn act(
        &self,
        tx: &mut Tx,
        batch: &[Self::Command],
    ) -> impl Future<Output = Result<Vec<Self::Answer>, StoreError>> + Send;
}

/// How much a batch may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Commands in one commit.
    pub batch: usize,
    /// Commands that may wait before callers are held up.
    pub queue: usize,
    /// How long a commit waits for as many commands as the last one had: those who were just
    /// answered tend to come back at once, and one commit for all is cheaper than two.
    pub gather: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { batch: 1_000, queue: 4_000, gather: Duration::from_millis(1) }
    }
}

type Waiter<R> = (<R as Room>::Command, Reply<R>);
type Reply<R> = oneshot::Sender<Result<<R as Room>::Answer, StoreError>>;

/// The time, asked once per commit.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A commit that was tried, for those who measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// How many commands it held, refused ones included.
    pub commands: usize,
    /// From taking the lock of the chain to the answer of the disk.
    pub took: Duration,
    /// False when the database failed, and nothing was written.
    pub durable: bool,
}

type Listener = Arc<OnceLock<Box<dyn Fn(Tried) + Send + Sync>>>;

/// The way to the writer; clones lead to the same one, which stops when the last one is dropped.
pub struct Writer<R: Room> {
    sender: mpsc::Sender<Waiter<R>>,
    listener: Listener,
}

impl<R: Room> Clone for Writer<R> {
    fn clone(&self) -> Self {
        Self { sender: self.sender.clone(), listener: self.listener.clone() }
    }
}

impl<R: Room> Writer<R> {
    /// Starts the writer of this process.
    pub fn start(store: Store, room: Arc<R>, clock: Clock, limits: Limits) -> Self {
        let (sender, receiver) = mpsc::channel(limits.queue.max(1));
        let listener = Listener::default();
        let at = Desk { store, room, clock, listener: listener.clone() };
        tokio::spawn(work(at, limits, receiver));
        Self { sender, listener }
    }

    /// Tells of every commit from now on; the first who asks is the one who is told.
    pub fn on_commit(&self, tell: impl Fn(Tried) + Send + Sync + 'static) {
        let _ = self.listener.set(Box::new(tell));
    }

    /// Commands that wait to be taken into a batch.
    pub fn waiting(&self) -> usize {
        self.sender.max_capacity().saturating_sub(self.sender.capacity())
    }

    /// Hands over a command and waits until it is decided, and durable if it was accepted.
    pub async fn submit(&self, command: R::Command) -> Result<R::Answer, StoreError> {
        let (reply, answer) = oneshot::channel();
        self.sender.send((command, reply)).await.map_err(|_| StoreError::Stopped)?;
        answer.await.map_err(|_| StoreError::Stopped)?
    }
}

/// What the writer works with.
struct Desk<R> {
    store: Store,
    room: Arc<R>,
    clock: Clock,
    listener: Listener,
}

async fn work<R: Room>(desk: Desk<R>, limits: Limits, mut receiver: mpsc::Receiver<Waiter<R>>) {
    let mut waiting: VecDeque<Waiter<R>> = VecDeque::new();
    let mut last = 1;
    loop {
        if waiting.is_empty() {
            match receiver.recv().await {
                Some(waiter) => waiting.push_back(waiter),
                None => return,
            }
        }
        gather::<R>(&mut receiver, &mut waiting, last, limits).await;
        let (commands, replies) = take_batch::<R>(&mut waiting, limits.batch);
        last = commands.len();
        match desk.commit(&commands).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    // A caller that went away misses its answer, not its act.
                    let _ = reply.send(Ok(answer));
                }
            }
            Err(StoreError::Refused(_)) if commands.len() > 1 => {
                desk.one_by_one(commands, replies).await;
            }
            Err(error) => {
                // Whoever asked tells people; this is for the operator's closer look.
                tracing::debug!(error = %error, commands = commands.len(), "a commit failed");
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}

/// Takes what is there, and waits a moment for as many as came the last time.
async fn gather<R: Room>(
    receiver: &mut mpsc::Receiver<Waiter<R>>,
    waiting: &mut VecDeque<Waiter<R>>,
    wanted: usize,
    limits: Limits,
) {
    // A thousand callers need some milliseconds to read their answers and ask again, and a page that
    // one commit writes for all is written once.
    let crowd = u32::try_from(wanted / 200).unwrap_or(u32::MAX);
    let until = tokio::time::Instant::now() + limits.gather * crowd.saturating_add(1);
    while waiting.len() < limits.batch {
        let next = match receiver.try_recv() {
            Ok(waiter) => Some(waiter),
            Err(_) if waiting.len() >= wanted => None,
            Err(_) => tokio::time::timeout_at(until, receiver.recv()).await.ok().flatten(),
        };
        match next {
            Some(waiter) => waiting.push_back(waiter),
            None => return,
        }
    }
}

/// The commands whose key is not in the batch yet; the others keep their order for the next one.
fn take_batch<R: Room>(
    waiting: &mut VecDeque<Waiter<R>>,
    most: usize,
) -> (Vec<R::Command>, Vec<Reply<R>>) {
    let mut keys = HashSet::new();
    let mut later = VecDeque::new();
    let mut commands = Vec::with_capacity(most.min(waiting.len()));
    let mut replies = Vec::with_capacity(commands.capacity());
    while let Some((command, reply)) = waiting.pop_front() {
        if commands.len() < most && keys.insert(R::key(&command)) {
            commands.push(command);
            replies.push(reply);
        } else {
            later.push_back((command, reply));
        }
    }
    *waiting = later;
    (commands, replies)
}

impl<R: Room> Desk<R> {
    async fn commit(&self, commands: &[R::Command]) -> Result<Vec<R::Answer>, StoreError> {
        let begun = tokio::time::Instant::now();
        let done = self.carry_out(commands).await;
        if let Some(tell) = self.listener.get() {
            let (commands, took) = (commands.len(), begun.elapsed());
            tell(Tried { commands, took, durable: done.is_ok() });
        }
        done
    }

    async fn carry_out(&self, commands: &[R::Command]) -> Result<Vec<R::Answer>, StoreError> {
        let mut tx = self.store.begin_when(|| (self.clock)()).await?;
        let answers = self.room.act(&mut tx, commands).await?;
        tx.commit().await?;
        Ok(answers)
    }

    /// A row that the database refuses must not take its neighbours down.
    async fn one_by_one(&self, commands: Vec<R::Command>, replies: Vec<Reply<R>>) {
        for (command, reply) in commands.into_iter().zip(replies) {
            let done = self.commit(std::slice::from_ref(&command)).await;
            let answer = done.and_then(|mut answers| answers.pop().ok_or(StoreError::Stopped));
            let _ = reply.send(answer);
        }
    }
}
