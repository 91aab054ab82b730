//! An appointment as its row.

use leadhold_kernel::Timestamp;
use leadhold_store::{DbError, Json, Row, Value, json_text};

use super::Moment;
use super::model::{Appointment, AppointmentStatus};

/// Reads a row with the select list of `sql::GET`.
pub(super) fn read(row: &Row<'_>) -> Result<Appointment, DbError> {
    let status: String = row.get(6)?;
    let (Json(users), Json(created_by)) = (row.get(8)?, row.get(18)?);
    Ok(Appointment {
        id: row.get(0)?,
        location_id: row.get(1)?,
        calendar_id: row.get(2)?,
        group_id: row.get(3)?,
        contact_id: row.get(4)?,
        title: row.get(5)?,
        status: AppointmentStatus::parse(&status).ok_or_else(|| DbError::Inconsistent {
            place: "appointments.status".into(),
            fault: format!("found `{status}`"),
        })?,
        assigned_user_id: Some(row.get::<String>(7)?).filter(|user| !user.is_empty()),
        users,
        start: Moment { at: row.get(9)?, offset: row.get(10)? },
        end: Moment { at: row.get(11)?, offset: row.get(12)? },
        address: row.get(13)?,
        meeting_location_type: row.get(14)?,
        meeting_location_id: row.get(15)?,
        description: row.get(16)?,
        source: row.get(17)?,
        created_by,
        date_added: row.get::<Timestamp>(19)?,
        date_updated: row.get::<Timestamp>(20)?,
    })
}

/// The values of `sql::INSERT` and `sql::UPDATE`, in their order.
pub(super) fn params(appointment: &Appointment) -> Vec<Value<'static>> {
    let of = appointment.clone();
    vec![
        of.id.to_string().into(),
        of.location_id.to_string().into(),
        of.calendar_id.into(),
        of.contact_id.into(),
        of.title.into(),
        of.status.name().to_owned().into(),
        of.assigned_user_id.unwrap_or_default().into(),
        json_text(&of.users).into(),
        of.start.at.into(),
        of.start.offset.into(),
        of.end.at.into(),
        of.end.offset.into(),
        of.address.into(),
        of.meeting_location_type.into(),
        of.meeting_location_id.into(),
        of.description.into(),
        of.source.into(),
        json_text(&of.created_by).into(),
        of.date_added.into(),
        of.date_updated.into(),
    ]
}
