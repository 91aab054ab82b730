//! One caller's work on its way through a database thread: run in a transaction, answered after the commit.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::error::DbError;
use crate::tx::Tx;

/// Work whose types the database threads need not know.
pub(crate) trait Call: Send {
    /// Does the work; `true` when its changes are to be kept. May be run again after a deadlock.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Whether the last run failed for a reason that running again may cure.
    fn lost_a_race(&self) -> bool;
    /// Tells the caller. `Err`: the group's commit failed and nothing was kept.
    fn answer(self: Box<Self>, committed: Result<(), DbError>);
}

pub(crate) struct Work<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    busy: bool,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Work<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    pub(crate) fn boxed(work: F) -> (Box<dyn Call>, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Box::new(Self { work, result: None, busy: false, reply }), answer)
    }
}

impl<F, T, E> Call for Work<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        tx.busy = false;
        // A panic in one caller's work must not take the writer, and with it everyone's, down.
        let result = catch_unwind(AssertUnwindSafe(|| {
            let done = (self.work)(tx)?;
            tx.settle()?;
            Ok(done)
        }))
        .unwrap_or_else(|_| Err(DbError::Failed("the work panicked".to_owned()).into()));
        self.busy = tx.busy;
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn lost_a_race(&self) -> bool {
        self.busy && matches!(self.result, Some(Err(_)))
    }

    fn answer(self: Box<Self>, committed: Result<(), DbError>) {
        let result = match committed {
            Ok(()) => {
                self.result.unwrap_or_else(|| Err(DbError::Failed("the work never ran".to_owned()).into()))
            }
            Err(error) => Err(error.into()),
        };
        // The caller may have gone away (a closed connection): the work stands all the same.
        drop(self.reply.send(result));
    }
}
