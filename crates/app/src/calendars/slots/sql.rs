//! Statements on what keeps slots from being free. A cancelled or invalid appointment keeps none.

leadhold_store::statements! {
    /// What is booked in a calendar.
    pub OWN = "select start_at, end_at, users from appointments
        where location_id = $1 and calendar_id = $2 and end_at > $3 and start_at < $4 and id <> $5
        and status not in ('cancelled', 'invalid') order by start_at, id";
    /// What is blocked in a calendar.
    pub BLOCKED = "select start_at, end_at from blocked_slots
        where location_id = $1 and calendar_id = $2 and end_at > $3 and start_at < $4";
}

/// What is booked with people: it ends where the location's id belongs.
pub(super) const ELSEWHERE: &str = "select u.user_id, a.start_at, a.end_at from appointment_users u
    join appointments a on a.id = u.appointment_id and a.location_id = u.location_id
    where a.status not in ('cancelled', 'invalid') and u.location_id = ";
/// What is blocked with people, likewise.
pub(super) const BLOCKED_WITH: &str =
    "select assigned_user_id, start_at, end_at from blocked_slots where location_id = ";
