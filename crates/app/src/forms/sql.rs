//! Statements on forms and what was sent with them.

leadhold_store::statements! {
    pub INSERT = "insert into forms (id, company_id, location_id, kind, name, definition, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7)";
    pub GET = "select id, company_id, location_id, kind, name, definition, created_at, updated_at from forms
        where location_id = $1 and id = $2 and kind = $3";
    pub OPEN across tenants "a visitor knows a form by its id alone" =
        "select id, company_id, location_id, kind, name, definition, created_at, updated_at from forms
        where id = $1 and kind = $2
            and exists (select 1 from locations l where l.id = forms.location_id and l.deleted_at is null)";
    pub LIST = "select id, name, updated_at from forms where location_id = $1 and kind = $2
        order by created_at, id limit $3 offset $4";
    pub COUNT = "select count(*) from forms where location_id = $1 and kind = $2";
    pub UPDATE = "update forms set name = $3, definition = $4, updated_at = $5 where location_id = $1 and id = $2";
    pub DELETE = "delete from forms where location_id = $1 and id = $2";
    pub DELETE_ALL = "delete from forms where location_id = $1";

    pub INSERT_SUBMISSION = "insert into form_submissions
        (id, location_id, kind, form_id, contact_id, name, email, searched, answers, event_data, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, $10) returning no";
    pub IS_KNOWN = "select 1 from form_submissions where location_id = $1 and id = $2";
    pub SUBMISSION = "select s.id, s.form_id, s.contact_id, s.name, s.email, s.answers, s.event_data, s.created_at
        from form_submissions s where s.location_id = $1 and s.id = $2";
    /// What a submission said of a contact that is gone.
    pub FORGET_CONTACT = "update form_submissions
        set name = '', email = null, searched = '', answers = '[]', event_data = '{}'
        where location_id = $1 and contact_id = $2";
    pub UNINDEX_CONTACT = "delete from form_submissions_search where location_id = $1
        and rowid in (select no from form_submissions where location_id = $1 and contact_id = $2)";
    pub INSERT_FILE = "insert into contact_files (file_id, location_id, contact_id) values ($1, $2, $3)";
    pub FILES_OF_CONTACT = "select file_id from contact_files where location_id = $1 and contact_id = $2";
    pub DELETE_FILES = "delete from contact_files where location_id = $1 and contact_id = $2";
    pub OF_CONTACT = "select no, name, answers from form_submissions where location_id = $1 and contact_id = $2";
    pub MOVE_FILES = "update contact_files set contact_id = $3 where location_id = $1 and contact_id = $2";
    pub MOVE_SUBMISSIONS = "update form_submissions set contact_id = $3 where location_id = $1 and contact_id = $2";
    pub SOME_FILES = "select file_id from contact_files where location_id = $1 order by file_id limit $2";
    pub DELETE_FILE = "delete from contact_files where location_id = $1 and file_id = $2";
    pub DELETE_SUBMISSIONS = "delete from form_submissions where location_id = $1";
    pub UNINDEX_ALL = "delete from form_submissions_search where location_id = $1";
    pub INDEX_TEXT = "insert into form_submissions_search (rowid, location_id, body) values ($1, $2, $3)";
}

/// The select list and tenant of a page of submissions: it ends where the location's id belongs.
pub fn head() -> &'static str {
    SUBMISSION.text().split_once("$1").map_or("", |(head, _)| head)
}

/// As [`head`], for counting.
pub const COUNT_HEAD: &str = "select count(*) from form_submissions s where s.location_id = ";
