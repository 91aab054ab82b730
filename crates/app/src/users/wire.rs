//! People as clients write and read them; the two versions of the API differ only in how a deletion says that it worked.

use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::list::{Search, Sort};
use super::words::{LANGUAGES, SCOPES};
use super::{Permission, Role, Type, User};
use crate::http::Query;
use crate::http::fields::Fields;

/// Characters of a name.
const NAME_LENGTH: usize = 255;
/// Characters of a password: at least and at most. Hashing takes the same time for all of them.
const PASSWORD_LENGTH: (usize, usize) = (8, 256);
/// The longest page, and how far pages go.
const LONGEST_PAGE: i64 = 1000;
const FARTHEST: i64 = 100_000;
/// How many ids or addresses one request may name.
const MOST_NAMED: usize = 500;

/// Who a creation asks for.
#[derive(Debug)]
pub struct New {
    /// The address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The password itself.
    pub password: String,
    /// How far the account reaches.
    pub kind: Type,
    /// What it may do there.
    pub role: Role,
    /// The locations that are named.
    pub location_ids: Vec<String>,
    /// What else is said, as a merge-patch of a [`User`].
    pub details: Map<String, Value>,
}

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub fn new(body: &Map<String, Value>) -> Result<New, Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("companyId"); // the edge has seen that it is the caller's
    let first_name = fields.required_text_within("firstName", NAME_LENGTH);
    let last_name = fields.required_text_within("lastName", NAME_LENGTH);
    let email = fields.required_email("email");
    let password = password(&mut fields);
    if password.is_none() && !body.get("password").is_some_and(Value::is_string) {
        fields.fault("password", "should not be empty");
    }
    let kind = required_word(&mut fields, body, "type", &["account", "agency"]);
    let role = required_word(&mut fields, body, "role", &["admin", "user"]);
    if body.get("locationIds").is_none_or(Value::is_null) {
        fields.fault("locationIds", "must be an array");
    }
    let location_ids = fields.texts("locationIds").unwrap_or_default();
    let details = details(&mut fields);
    fields.finish()?;
    Ok(New {
        email,
        first_name,
        last_name,
        password: password.unwrap_or_default(),
        kind: if kind == Some("agency") { Type::Agency } else { Type::Account },
        role: if role == Some("admin") { Role::Admin } else { Role::User },
        location_ids,
        details,
    })
}

fn required_word(
    fields: &mut Fields<'_>,
    body: &Map<String, Value>,
    name: &'static str,
    words: &[&'static str],
) -> Option<&'static str> {
    if body.get(name).is_none_or(Value::is_null) {
        fields.fault(name, "should not be empty");
    }
    fields.one_of(name, words)
}

/// Reads the body of a change: a merge-patch of a [`User`], and the new password.
///
/// # Errors
/// All faults at once.
pub fn changes(body: &Map<String, Value>) -> Result<(Map<String, Value>, Option<String>), Error> {
    let mut fields = Fields::of_body(body);
    fields.text("companyId"); // the edge has seen that it is the caller's
    let mut said = Map::new();
    for name in ["firstName", "lastName"] {
        if let Some(text) = fields.given_text_within(name, NAME_LENGTH) {
            said.insert(name.to_owned(), text.into());
        }
    }
    if let Patch::Value(email) = fields.email("email") {
        said.insert("email".to_owned(), email.into_string().into());
    }
    for (name, words) in [("type", ["account", "agency"]), ("role", ["admin", "user"])] {
        if let Some(word) = fields.one_of(name, &words) {
            said.insert(name.to_owned(), word.into());
        }
    }
    if let Some(ids) = fields.texts("locationIds") {
        if ids.iter().any(|id| leadhold_kernel::Id::<leadhold_kernel::id::Location>::parse(id).is_none()) {
            fields.fault_of_each("locationIds", "must be an id");
        }
        said.insert("locationIds".to_owned(), json!(ids));
    }
    let password = password(&mut fields);
    said.extend(details(&mut fields));
    fields.finish()?;
    Ok((said, password))
}

fn password(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text("password").into_option()?;
    let (least, most) = PASSWORD_LENGTH;
    let length = text.chars().count();
    if length < least {
        fields.fault("password", format!("must be longer than or equal to {least} characters"));
    } else if length > most {
        fields.fault("password", format!("must be shorter than or equal to {most} characters"));
    }
    Some(text)
}

/// What a creation and a change have in common.
fn details(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut said = Map::new();
    fields.texts_into(&mut said, &[("phone", 100), ("profilePhoto", 2000)]);
    let permissions = fields.object("permissions", |permissions| {
        let all = Permission::ALL.iter().map(|one| one.name());
        let switches = all.filter_map(|name| Some((name.to_owned(), permissions.flag(name)?.into())));
        Value::Object(switches.collect())
    });
    if let Patch::Value(permissions) = permissions {
        said.insert("permissions".to_owned(), permissions);
    }
    for name in ["scopes", "scopesAssignedToOnly"] {
        if let Some(scopes) = fields.texts(name) {
            if scopes.iter().any(|scope| !SCOPES.contains(&scope.as_str())) {
                fields.fault_of_each(
                    name,
                    &format!("must be one of the following values: {}", SCOPES.join(", ")),
                );
            }
            said.insert(name.to_owned(), json!(scopes));
        }
    }
    if let Some(numbers) = numbers(fields) {
        said.insert("twilioPhone".to_owned(), numbers);
    }
    if let Some(language) = fields.one_of("platformLanguage", LANGUAGES) {
        said.insert("platformLanguage".to_owned(), language.into());
    }
    said
}

/// Numbers by location; an empty one clears its location's.
fn numbers(fields: &mut Fields<'_>) -> Option<Value> {
    let map = match fields.value("twilioPhone") {
        None | Some(Value::Null) => return None,
        Some(Value::Object(map)) => map.clone(),
        Some(_) => {
            fields.fault("twilioPhone", "must be an object");
            return None;
        }
    };
    let fits = |text: &str| text.len() <= 100;
    if map.len() > MOST_NAMED
        || map.iter().any(|(id, number)| !fits(id) || !number.as_str().is_some_and(fits))
    {
        fields.fault("twilioPhone", "must have a telephone number for each location");
    }
    Some(Value::Object(map.into_iter().filter(|(_, number)| number.as_str() != Some("")).collect()))
}

/// Reads the query of the search. `enabled2waySync` finds nobody: there are no calendars that are synchronised.
///
/// # Errors
/// 401 when the query names neither an agency nor a location, as the real service answers it; all faults at once.
pub fn search(query: &Query) -> Result<Search, Error> {
    if query.get("companyId").is_none() && query.get("locationId").is_none() {
        return Err(Error::Unauthorized("E01 - Unauthorized request".to_owned()));
    }
    let mut fields = Fields::of_query(query);
    fields.required_text("companyId"); // the edge has seen that it is the caller's
    let synchronised = fields.flag("enabled2waySync") == Some(true);
    let filled = |text: Patch<String>| text.into_option().filter(|text| !text.trim().is_empty());
    let mut ids = fields.texts("ids").filter(|ids| ids.iter().any(|id| !id.is_empty()));
    if ids.as_ref().is_some_and(|ids| ids.len() > MOST_NAMED) {
        fields.too_many("ids", MOST_NAMED);
    }
    if synchronised {
        ids = Some(Vec::new());
    }
    let sort = fields.one_of("sort", &["dateAdded", "name", "firstName", "email"]);
    let search = Search {
        query: filled(fields.text_within("query", NAME_LENGTH)),
        location: filled(fields.text("locationId")),
        kind: match fields.one_of("type", &["account", "agency"]) {
            Some("agency") => Some(Type::Agency),
            Some(_) => Some(Type::Account),
            None => None,
        },
        role: match fields.one_of("role", &["admin", "user"]) {
            Some("admin") => Some(Role::Admin),
            Some(_) => Some(Role::User),
            None => None,
        },
        ids,
        emails: None,
        deleted: false,
        sort: match sort {
            Some("dateAdded") => Sort::DateAdded,
            Some("email") => Sort::Email,
            _ => Sort::Name,
        },
        descending: fields.one_of("sortDirection", &["asc", "desc"]) == Some("desc"),
        skip: fields.integer("skip", 0, FARTHEST).unwrap_or(0),
        limit: fields.integer("limit", 1, LONGEST_PAGE).unwrap_or(25),
    };
    fields.finish()?;
    Ok(search)
}

/// Reads the query of the deprecated list: `locationId` and nothing else.
///
/// # Errors
/// All faults at once.
pub fn of_location(query: &Query) -> Result<Search, Error> {
    let mut fields = Fields::of_query(query);
    fields.required_text("locationId"); // the edge has seen that it is the caller's
    fields.finish()?;
    Ok(Search { limit: LONGEST_PAGE, ..Search::default() })
}

/// Which fields of a user an answer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Projection {
    /// All.
    All,
    /// These, besides `id`.
    Named(Vec<String>),
}

/// Reads the body of the search by addresses.
///
/// # Errors
/// All faults at once.
pub fn by_email(body: &Map<String, Value>) -> Result<(Search, Projection), Error> {
    let mut fields = Fields::of_body(body);
    fields.required_text("companyId"); // the edge has seen that it is the caller's
    // Documented is one text with commas; a list means the same.
    let emails: Vec<String> = match fields.value("emails") {
        Some(Value::Array(_)) => fields.texts("emails").unwrap_or_default(),
        _ => fields.required_text("emails").split(',').map(str::to_owned).collect(),
    };
    let emails: Vec<String> = emails.into_iter().filter(|email| !email.trim().is_empty()).collect();
    if emails.len() > MOST_NAMED {
        fields.too_many("emails", MOST_NAMED);
    }
    let search = Search {
        emails: Some(emails),
        deleted: fields.flag("deleted").unwrap_or(false),
        skip: number(&mut fields, "skip", 0, FARTHEST).unwrap_or(0),
        limit: number(&mut fields, "limit", 1, LONGEST_PAGE).unwrap_or(25),
        ..Search::default()
    };
    let projection = match fields.text("projection").into_option().as_deref().map(str::trim) {
        None | Some("") => Projection::Named(vec!["email".to_owned()]),
        Some("all") => Projection::All,
        Some(names) => Projection::Named(names.split(',').map(|name| name.trim().to_owned()).collect()),
    };
    fields.finish()?;
    Ok((search, projection))
}

/// A number that this body has as text; a number is taken, too.
fn number(fields: &mut Fields<'_>, name: &'static str, least: i64, most: i64) -> Option<i64> {
    let Some(Value::String(text)) = fields.value(name).cloned() else {
        return fields.integer(name, least, most);
    };
    let number = text.trim().parse().ok().filter(|number| (least..=most).contains(number));
    if number.is_none() {
        fields.fault(name, format!("must be a number from {least} to {most}"));
    }
    number
}

/// A person as creating, changing and reading one answers it.
#[must_use]
pub fn shown(user: &User) -> Value {
    let mut shown = json!({
        "id": user.id,
        "name": user.name(),
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "permissions": user.permissions,
        "roles": {
            "type": user.kind,
            "role": user.role,
            "locationIds": user.location_ids,
            "restrictSubAccount": user.is_restricted(),
        },
        "lcPhone": {},
    });
    let texts = [
        ("phone", &user.phone),
        ("profilePhoto", &user.profile_photo),
        ("platformLanguage", &user.platform_language),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            shown[name] = json!(text);
        }
    }
    for (name, list) in [("scopes", &user.scopes), ("scopesAssignedToOnly", &user.scopes_assigned_to_only)] {
        if let Some(list) = list {
            shown[name] = json!(list);
        }
    }
    if !user.twilio_phone.is_empty() {
        shown["twilioPhone"] = json!(user.twilio_phone);
    }
    shown
}

/// A person of a list.
#[must_use]
pub fn listed(user: &User) -> Value {
    let mut shown = shown(user);
    shown["deleted"] = json!(user.deleted);
    shown
}

/// The fields of a person that were asked for.
#[must_use]
pub fn projected(user: &User, projection: &Projection) -> Value {
    let whole = listed(user);
    let Projection::Named(names) = projection else { return whole };
    let Value::Object(fields) = whole else { return whole };
    let asked = |name: &str| name == "id" || names.iter().any(|asked| asked == name);
    Value::Object(fields.into_iter().filter(|(name, _)| asked(name)).collect())
}
