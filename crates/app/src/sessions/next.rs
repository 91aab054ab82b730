//! Where a person wanted to go before they were asked to sign in.

use url::Url;

/// Characters of a path that is kept; an app's request for consent is the longest.
const LONGEST: usize = 4096;

/// `text` when it leads to a page of ours, and else the way home. Browsers read `//host`, `/\host` and `/<tab>/host` as
/// another site, so the URL standard's own parser says where it would lead.
#[must_use]
pub fn local(text: Option<&str>) -> String {
    let path = text.filter(|text| text.starts_with('/') && text.len() <= LONGEST).and_then(|text| {
        let here = Url::parse("http://here.invalid/").ok()?;
        let led = here.join(text).ok().filter(|led| led.origin() == here.origin())?;
        let query = led.query().map_or_else(String::new, |query| format!("?{query}"));
        Some(format!("{}{query}", led.path()))
    });
    // A path may itself begin with two slashes: `/.//host` is one on this site, and read alone it is another host.
    path.filter(|path| !path.starts_with("//")).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept_with_its_whole_query() {
        let asked = "/oauth/chooselocation?response_type=code&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&scope=contacts.readonly%20contacts.write&state=a%26b";
        for path in ["/", "/account", asked, "/a?b=//c", "/a?next=https://example.com"] {
            assert_eq!(local(Some(path)), path);
        }
    }

    #[test]
    fn no_text_leads_to_another_site() {
        let texts = [
            "",
            "https://evil.example",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\t//evil.example",
            " //evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "javascript:alert(1)",
            "http:evil.example",
            "evil.example",
            "/\u{0}",
            "@evil.example",
            ".evil.example",
            "/%09/evil.example",
        ];
        for text in texts {
            let led = local(Some(text));
            assert!(led == "/" || led == "/%00" || led == "/%09/evil.example", "{text:?} leads to {led}");
            for base in ["https://here.example/login", "http://127.0.0.1:8080/login"] {
                let base = Url::parse(base).unwrap();
                assert_eq!(base.join(&led).unwrap().origin(), base.origin(), "{text:?}");
            }
        }
        assert_eq!(local(None), "/");
        assert_eq!(local(Some(&format!("/{}", "a".repeat(LONGEST)))), "/");
    }
}
