//! The `Version` header: which spelling of the API the client speaks.

use http::HeaderMap;
use leadhold_kernel::Error;

/// The spelling of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// Any dated version. The real service accepts each of them on every route.
    V2,
    /// `v3`.
    V3,
}

const DATED: [&str; 4] = ["2021-04-15", "2021-07-28", "2023-02-21", "legacy"];

/// Reads the header. Missing means `2021-07-28`, as in most published snippets; with `strict` it is refused as the real
/// service does.
///
/// # Errors
/// 401 with the real service's sentence.
pub fn read(headers: &HeaderMap, strict: bool) -> Result<ApiVersion, Error> {
    let Some(value) = headers.get("version") else {
        return if strict {
            Err(Error::Unauthorized("version header was not found.".into()))
        } else {
            Ok(ApiVersion::V2)
        };
    };
    match value.to_str().map(str::trim) {
        Ok("v3") => Ok(ApiVersion::V3),
        Ok(dated) if DATED.contains(&dated) => Ok(ApiVersion::V2),
        _ => Err(Error::Unauthorized("version header is invalid".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_value(value: Option<&'static str>, strict: bool) -> Result<ApiVersion, Error> {
        let mut headers = HeaderMap::new();
        if let Some(value) = value {
            headers.insert("version", http::HeaderValue::from_static(value));
        }
        read(&headers, strict)
    }

    #[test]
    fn a_missing_header_is_the_guides_version_unless_strict() {
        assert_eq!(read_value(None, false), Ok(ApiVersion::V2));
        assert_eq!(read_value(None, true), Err(Error::Unauthorized("version header was not found.".into())));
    }

    #[test]
    fn known_versions_are_taken_and_others_refused() {
        assert_eq!(read_value(Some("2023-02-21"), true), Ok(ApiVersion::V2)); // what the official SDK sends
        assert_eq!(read_value(Some("v3"), false), Ok(ApiVersion::V3));
        assert_eq!(
            read_value(Some("v4"), false),
            Err(Error::Unauthorized("version header is invalid".into()))
        );
    }
}
