//! Statements on contacts, their index rows and their count.

leadhold_store::statements! {
    /// By month and day of the birthday; both engines know the index by its expression.
    pub BORN_ON = "select id, date_of_birth from contacts
        where location_id = $1 and date_of_birth is not null and substr(date_of_birth, 6, 5) in ($2, $3) and id > $4
        order by id limit $5";
    pub DATED = "select distinct c.id from contact_field_values v join contacts c on c.no = v.contact_no
        where v.location_id = $1 and v.field_id = $2 and v.number >= $3 and v.number < $4 and c.id > $5
        order by c.id limit $6";
    /// The one read behind `GET /contacts/{id}`; its select list is also that of every built statement (`HEAD`).
    pub GET = "select c.no, c.id, c.location_id, c.first_name, c.last_name, c.email, c.phone, c.company_name, c.business_id,
        c.business_name,        c.address1, c.city, c.state, c.postal_code, c.country, c.website, c.timezone, c.gender, c.type, c.source,
        c.assigned_to, c.date_of_birth, c.dnd, c.dnd_settings, c.inbound_dnd_settings, c.tags, c.custom_fields,
        c.additional_emails, c.additional_phones, c.followers, c.attribution, c.last_attribution, c.valid_whatsapp,
        c.created_by, c.updated_by, c.date_added, c.date_updated
        from contacts c where c.location_id = $1 and c.id = $2";
    /// Whether the location has a contact of this id.
    pub IS_OURS = "select 1 from contacts where location_id = $1 and id = $2";
    /// Whether anyone has a contact of this id, once the caller's location turned out not to.
    pub IS_ANYONES across tenants "an id of another location is forbidden, one that nobody has is unknown" =
        "select 1 from contacts where id = $1";
    /// What [`CHANGE_KEYS`] changes stands before what [`CHANGE`] does.
    pub INSERT = "insert into contacts (id, location_id, first_name, first_name_lower, last_name, last_name_lower, name_lower,
        email, email_lower, phone, phone_lower, date_of_birth, date_added, company_name, company_name_lower, address1,
        address_lower, city, city_lower, state, state_lower, postal_code, postal_code_lower, country, country_lower, website,
        timezone, gender, type, source, source_lower, assigned_to, dnd, dnd_settings, inbound_dnd_settings, tags,
        custom_fields, created_by, updated_by, date_updated, attribution, last_attribution)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
        $41, $42) returning no";
    /// What indexes hold but for the date of the change. SQLite writes every index whose columns are named, also with the
    /// same value: in a large address book each is a page of its own.
    pub CHANGE_KEYS = "update contacts set first_name = $3, first_name_lower = $4, last_name = $5, last_name_lower = $6,
        name_lower = $7, email = $8, email_lower = $9, phone = $10, phone_lower = $11, date_of_birth = $12, date_added = $13
        where id = $1 and location_id = $2";
    /// Everything else.
    pub CHANGE = "update contacts set company_name = $3, company_name_lower = $4, address1 = $5, address_lower = $6, city = $7,
        city_lower = $8, state = $9, state_lower = $10, postal_code = $11, postal_code_lower = $12, country = $13,
        country_lower = $14, website = $15, timezone = $16, gender = $17, type = $18, source = $19, source_lower = $20,
        assigned_to = $21, dnd = $22, dnd_settings = $23, inbound_dnd_settings = $24, tags = $25, custom_fields = $26,
        created_by = $27, updated_by = $28, date_updated = $29, attribution = $30, last_attribution = $31
        where id = $1 and location_id = $2";
    /// Only what a change of tags changes: the indexes on names and addresses stay untouched.
    pub UPDATE_TAGS = "update contacts set tags = $3, updated_by = $4, date_updated = $5 where location_id = $1 and no = $2";
    pub UPDATE_LISTS = "update contacts set additional_emails = $3, additional_phones = $4, followers = $5
        where location_id = $1 and no = $2";
    pub JOIN_BUSINESS = "update contacts set business_id = $3, business_name = $4, business_name_lower = $5
        where location_id = $1 and no = $2";
    pub EMAIL_OPENED = "update contacts set last_email_opened = $3 where location_id = $1 and id = $2";
    pub EMAIL_CLICKED = "update contacts set last_email_clicked = $3 where location_id = $1 and id = $2";
    /// When e-mails of either of two contacts were opened and clicked last.
    pub UNITE_EMAIL_DATES = "update contacts set
        last_email_opened = (select max(c.last_email_opened) from contacts c where c.location_id = $1 and c.id in ($2, $3)),
        last_email_clicked = (select max(c.last_email_clicked) from contacts c where c.location_id = $1 and c.id in ($2, $3))
        where location_id = $1 and id = $3";
    /// Index rows go with it.
    pub DELETE = "delete from contacts where location_id = $1 and no = $2";

    pub BY_EMAIL = "select id, first_name, last_name from contacts
        where location_id = $1 and email_lower = $2 and id <> $3 order by date_added, no limit 1";
    pub BY_PHONE = "select id, first_name, last_name from contacts
        where location_id = $1 and phone_lower = $2 and id <> $3 order by date_added, no limit 1";

    pub INDEX_TEXT = "insert into contacts_search (rowid, location_id, body) values ($1, $2, $3)";
    pub REINDEX_TEXT = "update contacts_search set body = $3 where rowid = $1 and location_id = $2";
    pub UNINDEX_TEXT = "delete from contacts_search where rowid = $1 and location_id = $2";

    pub REMOVE_TAG = "delete from contact_tags where location_id = $1 and contact_no = $2 and tag = $3";
    pub ADD_FACET = "insert into contact_facets (location_id, contact_no, facet, value) values ($1, $2, $3, $4)
        on conflict do nothing";
    pub REMOVE_FACET = "delete from contact_facets
        where location_id = $1 and contact_no = $2 and facet = $3 and value = $4";
    pub REMOVE_FIELD = "delete from contact_field_values where location_id = $1 and contact_no = $2 and field_id = $3";

    pub COUNT = "insert into contact_counts (location_id, shard, contacts) values ($1, $2, $3)
        on conflict (location_id, shard) do update set contacts = contact_counts.contacts + $3";
    pub COUNTED = "select cast(coalesce(sum(contacts), 0) as bigint) from contact_counts where location_id = $1";

    pub COUNT_TAGGED = "select count(*) from contact_tags where location_id = $1 and tag = $2";

    pub NOTE_TAG_CHANGE = "insert into tag_changes (location_id, before_name, after_name) values ($1, $2, $3)";
    /// The change of a tag that contacts follow first.
    pub TAG_CHANGE = "select no, before_name, after_name from tag_changes where location_id = $1 order by no limit 1";
    pub TAG_CHANGED = "delete from tag_changes where location_id = $1 and no = $2";
    /// The next contacts that still carry a tag, for following its change.
    pub CARRYING_TAG = "select c.id from contacts c join contact_tags t on t.contact_no = c.no
        where t.location_id = $1 and t.tag = $2 order by c.id limit $3";
    /// The next contacts that still have a value of a removed field.
    pub CARRYING_FIELD = "select c.id from contacts c where c.no in (select v.contact_no from contact_field_values v
        where v.location_id = $1 and v.field_id = $2) order by c.id limit $3";
    /// The next contacts of a removed business.
    pub OF_BUSINESS = "select id from contacts where location_id = $1 and business_id = $2 order by id limit $3";
    pub LEAVE_BUSINESS = "update contacts set business_id = null, business_name = null, business_name_lower = ''
        where location_id = $1 and no = $2 and business_id = $3";
    pub SET_BUSINESS = "update contacts set business_id = $3, business_name = $4, business_name_lower = $5, updated_by = $6,
        date_updated = $7 where location_id = $1 and no = $2";
    /// The next contacts of a business that have another name of it.
    pub MISNAMING = "select id from contacts where location_id = $1 and business_id = $2
        and coalesce(business_name, '') <> $4 order by id limit $3";
    /// The next contacts by age, behind one.
    pub BEHIND = "select date_added, id from contacts where location_id = $1 and (date_added, id) > ($2, $3)
        order by date_added, id limit $4";
    pub NAME_OF_BUSINESS = "select name from businesses where location_id = $1 and id = $2";
    pub NAME_BUSINESS = "update contacts set business_name = $4, business_name_lower = $5
        where location_id = $1 and no = $2 and business_id = $3";
    pub UPDATE_FOLLOWERS = "update contacts set followers = $3, updated_by = $4, date_updated = $5
        where location_id = $1 and no = $2";
    pub UPDATE_CUSTOM_FIELDS = "update contacts set custom_fields = $3 where location_id = $1 and no = $2";
}

/// The select list and tenant of every statement that is built: it ends where the location's id belongs.
pub fn head() -> &'static str {
    GET.text().split_once("$1").map_or("", |(head, _)| head)
}

/// As [`head`], for counting.
pub const COUNT_HEAD: &str = "select count(*) from contacts c where c.location_id = ";

/// As [`head`], for counting contacts before a cursor; the caller adds the limit and closes the bracket.
pub const COUNT_BEFORE_HEAD: &str = "select count(*) from (select 1 from contacts c where c.location_id = ";

/// As [`head`], for what cards show.
pub const CARD_HEAD: &str = "select c.id, c.first_name, c.last_name, c.company_name, c.email, c.phone, c.tags
    from contacts c where c.location_id = ";

/// As [`head`], for the opportunities that name contacts.
pub const DEALS_HEAD: &str =
    "select o.contact_id, o.id, o.pipeline_id, o.stage_id, o.monetary_value, o.status
    from opportunities o where o.location_id = ";
