//! Performs effects inside a run's transaction.

use leadhold_kernel::Error;
use leadhold_store::Tx;

use super::action::{At, Done, Effect};

/// Performs an effect of the step at which the run stands. The inner error is a refusal: the effect changed nothing, its
/// step failed, the run goes on.
///
/// # Errors
/// A failure of ours: the whole transaction must be given up.
pub fn perform(tx: &mut Tx<'_>, at: &At<'_>, effect: &dyn Effect) -> Result<Result<Done, String>, Error> {
    match tx.attempt(|tx| effect.perform(tx, at)) {
        Ok(done) => Ok(Ok(done)),
        Err(
            refusal @ (Error::Validation(_)
            | Error::BadRequest(_)
            | Error::Forbidden(_)
            | Error::NotFound(_)
            | Error::Conflict(_)
            | Error::TooLarge(_)
            | Error::NotImplemented(_)),
        ) => Ok(Err(refusal.client_message())),
        Err(failure) => Err(failure),
    }
}
