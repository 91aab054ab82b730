//! The closed lists of words that a location's fields are made of.

/// ISO 3166 two-letter countries, as the real service has them: with two that the standard dropped or never had.
#[rustfmt::skip]
pub const COUNTRIES: &[&str] = &[
    "AF", "AX", "AL", "DZ", "AS", "AD", "AO", "AI", "AQ", "AG", "AR", "AM", "AW", "AU", "AT", "AZ", "BS",
    "BH", "BD", "BB", "BY", "BE", "BZ", "BJ", "BM", "BT", "BO", "BA", "BW", "BV", "BR", "IO", "BN", "BG",
    "BF", "BI", "KH", "CM", "CA", "CV", "KY", "CF", "TD", "CL", "CN", "CX", "CC", "CO", "KM", "CG", "CD",
    "CK", "CR", "CI", "HR", "CU", "CY", "CZ", "DK", "DJ", "DM", "DO", "EC", "EG", "SV", "GQ", "ER", "EE",
    "ET", "FK", "FO", "FJ", "FI", "FR", "GF", "PF", "TF", "GA", "GM", "GE", "DE", "GH", "GI", "GR", "GL",
    "GD", "GP", "GU", "GT", "GG", "GN", "GW", "GY", "HT", "HM", "VA", "HN", "HK", "HU", "IS", "IN", "ID",
    "IR", "IQ", "IE", "IM", "IL", "IT", "JM", "JP", "JE", "JO", "KZ", "KE", "KI", "KP", "KR", "XK", "KW",
    "KG", "LA", "LV", "LB", "LS", "LR", "LY", "LI", "LT", "LU", "MO", "MK", "MG", "MW", "MY", "MV", "ML",
    "MT", "MH", "MQ", "MR", "MU", "YT", "MX", "FM", "MD", "MC", "MN", "ME", "MS", "MA", "MZ", "MM", "NA",
    "NR", "NP", "NL", "AN", "NC", "NZ", "NI", "NE", "NG", "NU", "NF", "MP", "NO", "OM", "PK", "PW", "PS",
    "PA", "PG", "PY", "PE", "PH", "PN", "PL", "PT", "PR", "QA", "RE", "RO", "RU", "RW", "SH", "KN", "LC",
    "MF", "PM", "VC", "WS", "SM", "ST", "SA", "SN", "RS", "SC", "SL", "SG", "SX", "SK", "SI", "SB", "SO",
    "ZA", "GS", "ES", "LK", "SD", "SR", "SJ", "SZ", "SE", "CH", "SY", "TW", "TJ", "TZ", "TH", "TL", "TG",
    "TK", "TO", "TT", "TN", "TR", "TM", "TC", "TV", "UG", "GB", "UA", "AE", "US", "UM", "UY", "UZ", "VU",
    "VE", "VN", "VG", "VI", "WF", "EH", "YE", "ZM", "ZW",
];

/// The pages elsewhere that a location may name.
pub const SOCIAL: &[&str] = &[
    "facebookUrl",
    "googlePlus",
    "linkedIn",
    "foursquare",
    "twitter",
    "yelp",
    "instagram",
    "youtube",
    "pinterest",
    "blogRss",
    "googlePlacesId",
];

/// The parts of the product that can be switched on for a location.
pub const PERMISSIONS: &[&str] = &[
    "2-way-text-messaging",
    "gmb-messaging",
    "web-chat",
    "reputation-management",
    "facebook-messenger",
    "gmb-call-tracking",
    "missed-call-text-back",
    "text-to-pay",
    "calendar",
    "crm",
    "opportunities",
    "email-marketing",
    "form-builder",
    "survey-builder",
    "trigger-links",
    "html-builder",
    "sms-email-templates",
    "funnels",
    "websites",
    "workflow",
    "membership",
    "all-reports",
    "triggers",
    "campaigns",
    "launchpad",
];

/// The IANA time zones that a location can be in.
#[must_use]
pub fn timezones() -> Vec<String> {
    let mut all: Vec<String> = jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    all.sort();
    all
}
