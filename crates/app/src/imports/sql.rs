//! Statements on imports, their waiting chunks and their rows.

leadhold_store::statements! {
    pub INSERT = "insert into contact_imports (id, location_id, state, dry_run, duplicates, file_name, encoding, separator,
        mapping, tags, actor, total, date_added) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// Its select list is also that of `LIST`.
    pub GET = "select id, state, dry_run, duplicates, file_name, encoding, separator, mapping, tags, actor, total, created,
        updated, unchanged, skipped, failed, undone, kept, date_added, started_at, finished_at
        from contact_imports where location_id = $1 and id = $2";
    pub LIST = "select id, state, dry_run, duplicates, file_name, encoding, separator, mapping, tags, actor, total, created,
        updated, unchanged, skipped, failed, undone, kept, date_added, started_at, finished_at
        from contact_imports where location_id = $1 and (date_added, id) < ($2, $3)
        order by date_added desc, id desc limit $4";
    pub SET_STATE = "update contact_imports set state = $3, finished_at = $4 where location_id = $1 and id = $2";
    pub PROGRESS = "update contact_imports set state = $3, created = created + $4, updated = updated + $5,
        unchanged = unchanged + $6, skipped = skipped + $7, failed = failed + $8, started_at = coalesce(started_at, $9),
        finished_at = $10 where location_id = $1 and id = $2";
    pub UNDO_PROGRESS = "update contact_imports set state = $3, undone = undone + $4, kept = kept + $5, finished_at = $6
        where location_id = $1 and id = $2";

    pub ADD_CHUNK = "insert into contact_import_chunks (location_id, import_id, first_row, content) values ($1, $2, $3, $4)";
    pub NEXT_CHUNKS = "select first_row, content from contact_import_chunks where location_id = $1 and import_id = $2
        order by first_row limit 2";
    pub END_CHUNK = "delete from contact_import_chunks where location_id = $1 and import_id = $2 and first_row = $3";
    pub END_CHUNKS = "delete from contact_import_chunks where location_id = $1 and import_id = $2";

    pub ADD_ROW = "insert into contact_import_rows (location_id, import_id, no, line, outcome, contact_id, faults, cells,
        former, after_hash, email_lower, phone_lower) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    pub ROWS = "select no, line, outcome, contact_id, faults, cells, undo, undo_note from contact_import_rows
        where location_id = $1 and import_id = $2 and no > $3 order by no limit $4";
    pub ROWS_OF_OUTCOME = "select no, line, outcome, contact_id, faults, cells, undo, undo_note from contact_import_rows
        where location_id = $1 and import_id = $2 and no > $3 and outcome = $5 order by no limit $4";
    /// Whether an earlier row of a rehearsal would have made the same person.
    pub EARLIER_EMAIL = "select 1 from contact_import_rows
        where location_id = $1 and import_id = $2 and email_lower = $3 and email_lower <> '' limit 1";
    pub EARLIER_PHONE = "select 1 from contact_import_rows
        where location_id = $1 and import_id = $2 and phone_lower = $3 and phone_lower <> '' limit 1";

    /// The last rows first: a contact that several rows changed goes back step by step.
    pub TO_UNDO = "select no, contact_id, former, after_hash from contact_import_rows
        where location_id = $1 and import_id = $2 and undo = '' and after_hash is not null order by no desc limit $3";
    pub UNDONE = "update contact_import_rows set undo = $4, undo_note = $5, former = null
        where location_id = $1 and import_id = $2 and no = $3";
}
