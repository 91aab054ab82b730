//! Custom menus as clients write and read them, spelled alike in both versions of the API.

use leadhold_kernel::fold::fold;
use leadhold_kernel::merge_field::filled;
use leadhold_kernel::{Error, Patch};
use serde_json::{Map, Value, json};

use super::model::{CustomMenu, Icon, Link};
use super::{MOST, Wanted};
use crate::http::Query;
use crate::http::fields::Fields;
use crate::http::web_url;

const TITLE_LENGTH: usize = 255;
const URL_LENGTH: usize = 2048;
const ICON_LENGTH: usize = 100;
const ID_LENGTH: usize = 64;
const MOST_LOCATIONS: usize = 1000;
const OPEN_MODES: &[&str] = &["iframe", "new_tab", "current_tab"];
const USER_ROLES: &[&str] = &["all", "admin", "user"];
const FONTS: &[&str] = &["fab", "fas", "far"];

/// Reads the body of a creation.
///
/// # Errors
/// All faults at once.
pub(super) fn new(body: &Map<String, Value>) -> Result<Link, Error> {
    let mut fields = Fields::of_body(body);
    let title = fields.required_text_within("title", TITLE_LENGTH);
    let url = fields.required_text_within("url", URL_LENGTH);
    check_url(&mut fields, &url);
    let icon = fields.object("icon", icon).into_option().unwrap_or_else(|| {
        fields.fault("icon", "should not be empty");
        Icon { name: String::new(), font_family: String::new() }
    });
    // The description asks for these, and has a default for each.
    let mut flag = |name, default| fields.flag(name).unwrap_or(default);
    let show_on_company = flag("showOnCompany", true);
    let show_on_location = flag("showOnLocation", true);
    let show_to_all_locations = flag("showToAllLocations", true);
    let (allow_camera, allow_microphone) = (flag("allowCamera", false), flag("allowMicrophone", false));
    let open_mode = required_word(&mut fields, "openMode", OPEN_MODES);
    let locations = match locations(&mut fields) {
        Some(locations) => locations,
        None => {
            if fields.value("locations").is_none_or(Value::is_null) {
                fields.fault("locations", "must be an array");
            }
            Vec::new()
        }
    };
    let user_role = required_word(&mut fields, "userRole", USER_ROLES);
    fields.finish()?;
    Ok(Link {
        icon,
        title,
        url,
        show_on_company,
        show_on_location,
        show_to_all_locations,
        locations,
        open_mode: open_mode.to_owned(),
        user_role: user_role.to_owned(),
        allow_camera,
        allow_microphone,
    })
}

/// Reads the body of a change as a merge-patch of a [`Link`].
///
/// # Errors
/// All faults at once.
pub(super) fn changes(body: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let mut fields = Fields::of_body(body);
    let mut changes = Map::new();
    for (name, longest) in [("title", TITLE_LENGTH), ("url", URL_LENGTH)] {
        if let Some(text) = fields.given_text_within(name, longest) {
            if name == "url" {
                check_url(&mut fields, &text);
            }
            changes.insert(name.to_owned(), text.into());
        }
    }
    if let Patch::Value(icon) = fields.object("icon", icon) {
        changes.insert("icon".to_owned(), json!(icon));
    }
    for name in ["showOnCompany", "showOnLocation", "showToAllLocations", "allowCamera", "allowMicrophone"] {
        if let Some(flag) = fields.flag(name) {
            changes.insert(name.to_owned(), flag.into());
        }
    }
    for (name, words) in [("openMode", OPEN_MODES), ("userRole", USER_ROLES)] {
        if let Some(word) = fields.one_of(name, words) {
            changes.insert(name.to_owned(), word.into());
        }
    }
    if let Some(locations) = locations(&mut fields) {
        changes.insert("locations".to_owned(), locations.into());
    }
    fields.finish()?;
    Ok(changes)
}

fn icon(fields: &mut Fields<'_>) -> Icon {
    let name = fields.required_text_within("name", ICON_LENGTH);
    let font_family = required_word(fields, "fontFamily", FONTS).to_owned();
    Icon { name, font_family }
}

fn locations(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    let mut locations = fields.texts_within("locations", ID_LENGTH)?;
    if locations.len() > MOST_LOCATIONS {
        fields.too_many("locations", MOST_LOCATIONS);
    }
    let mut seen = std::collections::BTreeSet::new();
    locations.retain(|location| seen.insert(location.clone()));
    Some(locations)
}

/// A menu opens pages of the web; merge fields may stand in its URL.
fn check_url(fields: &mut Fields<'_>, url: &str) {
    if !url.is_empty() && !is_web(url) {
        fields.fault("url", "must be a URL address");
    }
}

fn is_web(url: &str) -> bool {
    let example = filled(url, "x");
    let plain = !example.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'));
    plain && web_url(&example).is_some()
}

fn required_word(fields: &mut Fields<'_>, name: &'static str, words: &[&'static str]) -> &'static str {
    if fields.value(name).is_none_or(Value::is_null) {
        fields.fault(name, format!("must be one of the following values: {}", words.join(", ")));
        return "";
    }
    fields.one_of(name, words).unwrap_or_default()
}

/// Reads the query of the list.
///
/// # Errors
/// All faults at once.
pub(super) fn wanted(query: &Query) -> Result<Wanted, Error> {
    let mut fields = Fields::of_query(query);
    let most = i64::try_from(MOST).unwrap_or(i64::MAX);
    let location = fields.text_within("locationId", ID_LENGTH).into_option();
    let skip = fields.integer("skip", 0, most).unwrap_or(0);
    let limit = fields.integer("limit", 1, most).unwrap_or(20);
    let query = fields.text_within("query", TITLE_LENGTH).into_option().unwrap_or_default();
    let on_company = fields.flag("showOnCompany");
    fields.finish()?;
    let whole = |number| usize::try_from(number).unwrap_or_default();
    Ok(Wanted { location, on_company, query: fold(&query), skip: whole(skip), limit: whole(limit) })
}

/// A menu as it is read.
pub(super) fn shown(menu: &CustomMenu) -> Value {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(menu.id));
    if let Value::Object(link) = json!(menu.link) {
        shown.extend(link);
    }
    shown.insert("order".to_owned(), json!(menu.order));
    shown.into()
}
