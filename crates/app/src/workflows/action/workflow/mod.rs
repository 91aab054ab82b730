//! What steps do with workflows: the contact comes into one, or leaves.

pub mod add_to_workflow;
pub mod remove_from_workflow;

use leadhold_kernel::{Error, fold};
use leadhold_store::Tx;

use crate::tenant::LocationScope;
use crate::workflows::{Workflow, service};

/// The workflow of this id or name; of several with a name, the oldest.
///
/// # Errors
/// 400 when the location has none; when the store fails.
fn named(tx: &mut Tx<'_>, here: &LocationScope, id_or_name: &str) -> Result<Workflow, Error> {
    let all = service::list(tx, here)?;
    let by_id = all.iter().find(|one| one.id.as_str() == id_or_name);
    let by_name = || all.iter().find(|one| fold(one.name.trim()) == fold(id_or_name.trim()));
    by_id.or_else(by_name).cloned().ok_or_else(|| {
        let shown: String = id_or_name.chars().take(60).collect();
        Error::bad_request(format!("The location has no workflow `{shown}`."))
    })
}
