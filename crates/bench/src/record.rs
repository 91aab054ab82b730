//! The contact of the benchmarks: name, e-mail, telephone and a tag, every text of one width, so that all answers to the
//! same question are as long as each other.

use leadhold_app::contacts::ContactFields;
use leadhold_kernel::Patch;
use leadhold_kernel::email::Email;

/// Area codes of the United States; each has 7,000,000 numbers here.
const AREAS: [&str; 4] = ["312", "415", "617", "718"];

/// A contact's e-mail address, by its number.
pub fn email(number: u64) -> String {
    format!("ada.{number:08}@bench.example")
}

fn phone(number: u64) -> String {
    let area = AREAS[usize::try_from(number / 7_000_000).unwrap_or(0) % AREAS.len()];
    format!("+1{area}{}", 2_000_000 + number % 7_000_000)
}

/// As a client sends it.
pub fn json(location: &str, number: u64) -> String {
    let (email, phone) = (email(number), phone(number));
    format!(
        r#"{{"locationId":"{location}","firstName":"Ada","lastName":"Bench {number:08}","email":"{email}","phone":"{phone}","source":"bench","tags":["lead"]}}"#
    )
}

/// The same without a tag.
pub fn untagged_json(location: &str, number: u64) -> String {
    json(location, number).replace(r#","tags":["lead"]"#, "")
}

/// The same without a tag, in another city for `moved`.
pub fn moved_json(location: &str, number: u64, moved: u64) -> String {
    json(location, number).replace(r#""tags":["lead"]"#, &format!(r#""city":"Town {moved:08}""#))
}

/// As the service takes it.
pub fn fields(number: u64) -> ContactFields {
    ContactFields { tags: Some(vec!["lead".to_owned()]), ..untagged(number) }
}

/// Without a tag: it makes one event and no second one for the tag.
pub fn untagged(number: u64) -> ContactFields {
    ContactFields {
        first_name: Patch::Value("Ada".to_owned()),
        last_name: Patch::Value(format!("Bench {number:08}")),
        email: Email::parse(&email(number)).map_or(Patch::Absent, Patch::Value),
        phone: Patch::Value(phone(number)),
        source: Patch::Value("bench".to_owned()),
        ..ContactFields::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn without_a_tag_it_is_the_same_contact() {
        let untagged: serde_json::Value = serde_json::from_str(&untagged_json("l", 7)).unwrap();
        let mut tagged: serde_json::Value = serde_json::from_str(&json("l", 7)).unwrap();
        assert_eq!(tagged.as_object_mut().unwrap().remove("tags"), Some(serde_json::json!(["lead"])));
        assert_eq!(untagged, tagged);
    }

    #[test]
    fn who_moved_is_the_same_contact() {
        let mut moved: serde_json::Value = serde_json::from_str(&moved_json("l", 7, 3)).unwrap();
        let untagged: serde_json::Value = serde_json::from_str(&untagged_json("l", 7)).unwrap();
        assert_eq!(moved.as_object_mut().unwrap().remove("city"), Some(serde_json::json!("Town 00000003")));
        assert_eq!(untagged, moved);
    }

    #[test]
    fn contacts_differ_and_are_of_one_width() {
        let numbers = [0, 1, 6_999_999, 7_000_000, 27_999_999];
        let texts: BTreeSet<String> = numbers.iter().map(|number| json("l", *number)).collect();
        assert_eq!(texts.len(), numbers.len());
        assert_eq!(texts.iter().map(String::len).collect::<BTreeSet<_>>().len(), 1);
        let phones: BTreeSet<String> = numbers.iter().map(|number| phone(*number)).collect();
        assert_eq!(phones.len(), numbers.len());
        assert_eq!(phone(7_000_000), "+14152000000");
    }

    #[test]
    fn the_service_is_given_what_a_client_sends() {
        let sent: serde_json::Value = serde_json::from_str(&json("l", 7)).unwrap();
        let given = fields(7);
        assert_eq!(given.email.into_option().map(Email::into_string).as_deref(), sent["email"].as_str());
        assert_eq!(given.phone.into_option().as_deref(), sent["phone"].as_str());
        assert_eq!(given.last_name.into_option().as_deref(), sent["lastName"].as_str());
        assert_eq!(serde_json::json!(given.tags), sent["tags"]);
    }
}
