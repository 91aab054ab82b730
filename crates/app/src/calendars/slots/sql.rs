//! Statements on what keeps slots from being free. A cancelled or invalid appointment keeps none.

leadhold_store::statements! {
    /// What is booked in a calendar.
    pub OWN = "select start_at, end_at, users from appointments
        where location_id = $1 and calendar_id = $2 and end_at > $3 and start_at < $4 and id <> $5
        and status not in ('cancelled', 'invalid')";
    /// What is booked with a person in other calendars.
    pub ELSEWHERE = "select a.start_at, a.end_at from appointment_users u
        join appointments a on a.id = u.appointment_id and a.location_id = u.location_id
        where u.location_id = $1 and u.user_id = $2 and u.end_at > $3 and a.start_at < $4 and a.calendar_id <> $5
        and a.id <> $6 and a.status not in ('cancelled', 'invalid')";
    pub BLOCKED = "select start_at, end_at, calendar_id, assigned_user_id from blocked_slots
        where location_id = $1 and end_at > $2 and start_at < $3";
}
