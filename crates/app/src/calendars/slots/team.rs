//! The people of a calendar who can be booked.

use std::collections::HashSet;

use leadhold_kernel::Error;
use leadhold_store::Tx;

use crate::calendars::{Calendar, CalendarType, TeamMember};
use crate::tenant::LocationScope;
use crate::users;

/// The people of a calendar who are (still) the location's: whoever left it, or was deleted, is booked no more.
#[derive(Clone, Debug)]
pub(in crate::calendars) struct Team {
    /// They, in the order in which they were named.
    pub(in crate::calendars) members: Vec<TeamMember>,
    /// Whether the calendar names nobody, and so is anybody's.
    pub(in crate::calendars) nobodys: bool,
    /// Whether all of them take part.
    pub(in crate::calendars) together: bool,
}

impl Team {
    /// The team of a calendar.
    ///
    /// # Errors
    /// When the store fails.
    pub(in crate::calendars) fn of(
        tx: &mut Tx<'_>,
        here: &LocationScope,
        calendar: &Calendar,
    ) -> Result<Self, Error> {
        let mut members = calendar.team();
        let nobodys = members.is_empty();
        let known = of_location(tx, here, calendar.people())?;
        members.retain(|member| known.contains(&member.user_id));
        Ok(Self { members, nobodys, together: calendar.kind == CalendarType::Collective })
    }

    /// Their ids.
    pub(in crate::calendars) fn people(&self) -> Vec<String> {
        self.members.iter().map(|member| member.user_id.clone()).collect()
    }

    /// The people whose free time counts when only some are `asked` for; `None` when none of those can be booked.
    pub(super) fn asked(&self, asked: &[String]) -> Option<Vec<String>> {
        if self.nobodys {
            return Some(asked.to_vec());
        }
        let mut people = self.people();
        if !self.together && !asked.is_empty() {
            people.retain(|person| asked.contains(person));
        }
        (!people.is_empty()).then_some(people)
    }
}

/// Those of `people` who are the location's.
///
/// # Errors
/// When the store fails.
pub(in crate::calendars) fn of_location(
    tx: &mut Tx<'_>,
    here: &LocationScope,
    people: Vec<String>,
) -> Result<HashSet<String>, Error> {
    if people.is_empty() {
        return Ok(HashSet::new());
    }
    let limit = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let search = users::Search { ids: Some(people), limit, ..users::Search::default() };
    let (found, _) = users::search(tx, &users::Access::at(here), &search)?;
    Ok(found.into_iter().map(|user| user.id.to_string()).collect())
}
