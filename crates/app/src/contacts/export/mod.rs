//! Contacts as a CSV file that is written as it is sent.
//!
//! What is guaranteed:
//! - Memory does not grow with the file: pages of [`PAGE`] contacts are read by key, oldest first, and each is sent before
//!   the next is read.
//! - Whoever was there when the file began and stays is in it once. A file that could not be written to its end ends in a
//!   broken connection and never in a short file.
//! - No cell is a formula to a spreadsheet: what begins like one has an apostrophe before it, which an import takes away.

mod cells;

pub use self::cells::unguarded;

use futures_util::{StreamExt, stream};
use leadhold_kernel::Error;
use leadhold_store::Tx;

use super::query;
use super::search::{CATALOGUE, DATE_ADDED};
use super::stored::Stored;
use crate::custom_fields::{self, CustomField, Model};
use crate::file_store::Content;
use crate::http::fields::Fields;
use crate::http::filters;
use crate::search::compile::Plan;
use crate::search::{Key, MAX_TEXT, Search, Sort, Window};
use crate::tenant::LocationScope;
use crate::world::World;

/// Contacts that are read at a time.
const PAGE: i64 = 500;

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// What the contacts have to match.
    search: Search,
    /// Whether the file begins with a byte order mark, by which Excel knows UTF-8.
    bom: bool,
}

/// Reads a body such as a search's, without its pages and order, or the same as a query.
///
/// # Errors
/// All faults at once; 400 for a field that does not exist.
pub(super) fn asked(mut fields: Fields<'_>) -> Result<Asked, Error> {
    fields.declare("locationId");
    let bom = fields.flag("bom").unwrap_or(false);
    let words = fields.text_within("query", MAX_TEXT).into_option().unwrap_or_default();
    let (filter, known) = filters::read(&mut fields, &CATALOGUE);
    fields.finish()?;
    known?;
    let sort = vec![Sort { key: DATE_ADDED, descending: false }];
    let search = Search {
        limit: PAGE,
        window: Window::Page(1),
        sort,
        words: leadhold_kernel::words::asked(&words),
        filter,
    };
    Ok(Asked { search, bom })
}

/// The file. The first page is read at once, so that what is wrong is answered and not sent.
///
/// # Errors
/// When the store fails.
pub(super) async fn file(world: &World, here: &LocationScope, asked: Asked) -> Result<Content, Error> {
    let (location, search) = (here.clone(), asked.search.clone());
    let begin = world.store.read(move |tx| begin(tx, &location, &search)).await?;
    let (custom, plan, rows) = begin;
    let first = cells::head(&custom, asked.bom)?;
    let file = Unsent { world: world.clone(), here: here.clone(), search: asked.search, plan, custom };
    let first = [first, cells::rows(&file.custom, &rows)?].concat();
    let next = file.after(&rows);
    let rest = stream::try_unfold(next, |unsent| async move {
        let Some(unsent) = unsent else { return Ok(None) };
        let rows = unsent.page().await?;
        let text = cells::rows(&unsent.custom, &rows)?;
        Ok(Some((text.into(), unsent.after(&rows))))
    });
    Ok(stream::once(async move { Ok(first.into()) }).chain(rest).boxed())
}

/// The fields that cells are written for, the plan that fits, and the first page.
fn begin(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    search: &Search,
) -> Result<(Vec<CustomField>, Plan, Vec<Stored>), Error> {
    let custom = custom_fields::list(tx, here, &Model::Contact)?;
    let plan = query::plan(tx, here, search)?;
    Ok((custom, plan, query::page(tx, here, search, plan)?))
}

/// What of a file has not been sent.
struct Unsent {
    world: World,
    here: LocationScope,
    search: Search,
    plan: Plan,
    custom: Vec<CustomField>,
}

impl Unsent {
    async fn page(&self) -> Result<Vec<Stored>, Error> {
        let (here, search, plan) = (self.here.clone(), self.search.clone(), self.plan);
        self.world.store.read(move |tx| query::page(tx, &here, &search, plan)).await
    }

    /// What is left after a page; `None` when it was the last.
    fn after(mut self, rows: &[Stored]) -> Option<Self> {
        let last = rows.last().filter(|_| rows.len() as i64 == PAGE)?;
        self.search.window = Window::After(vec![Key::Number(last.date_added.millis())], last.id.clone());
        Some(self)
    }
}
