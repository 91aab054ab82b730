//! What a file is, by its first bytes, and what a browser may do with it.

/// How many bytes are looked at.
pub(super) const HEAD: usize = 8192;

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(&'static str);

/// What nobody knows, and what a browser would run: pages and drawings with scripts in them.
const BYTES: &str = "application/octet-stream";
/// Text without a mark of its own goes by its name's ending.
const TEXTS: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("txt", "text/plain"),
    ("log", "text/plain"),
    ("md", "text/plain"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("json", "application/json"),
];
/// Pictures that every browser shows and that hold no script.
const PICTURES: &[&str] = &[
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heif",
    "image/jpeg",
    "image/jxl",
    "image/png",
    "image/tiff",
    "image/vnd.microsoft.icon",
    "image/webp",
];

impl Kind {
    /// What begins with `head` and is called `name`.
    #[must_use]
    pub fn of(head: &[u8], name: &str) -> Self {
        match infer::get(head) {
            Some(found) if found.mime_type().starts_with("text/") => Self(BYTES),
            Some(found) => Self(found.mime_type()),
            None => Self(text(head, name).unwrap_or(BYTES)),
        }
    }

    /// Its media type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        self.0
    }
}

/// Whether a media type is a film's.
#[must_use]
pub fn is_video(mime: &str) -> bool {
    mime.starts_with("video/")
}

/// Whether a browser may show it in place of a page of ours; everything else is saved.
#[must_use]
pub fn is_shown(mime: &str) -> bool {
    is_video(mime) || mime.starts_with("audio/") || mime == "application/pdf" || PICTURES.contains(&mime)
}

fn text(head: &[u8], name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1.to_ascii_lowercase();
    let (_, mime) = TEXTS.iter().find(|(known, _)| *known == ending)?;
    // The head may end within a character.
    let whole = match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    (whole && !head.contains(&0)).then_some(mime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_decide_and_not_the_name() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        assert_eq!(Kind::of(png, "a.html").mime(), "image/png");
        assert_eq!(Kind::of(b"%PDF-1.7\n", "a.png").mime(), "application/pdf");
        assert_eq!(Kind::of(b"name,email\n", "a.CSV").mime(), "text/csv");
        assert_eq!(Kind::of("ä".as_bytes().get(..1).unwrap(), "a.txt").mime(), "text/plain");
        assert_eq!(Kind::of(b"a\0b", "a.txt").mime(), BYTES);
    }

    #[test]
    fn what_a_browser_would_run_is_bytes() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        for (head, name) in [
            (&b"<!DOCTYPE html><script>alert(1)</script>"[..], "a.png"),
            (b"<html><body>", "a.txt"),
            (b"<?xml version='1.0'?><svg/>", "a.svg"),
            (svg, "a.svg"),
            (b"alert(1)", "a.js"),
        ] {
            let mime = Kind::of(head, name).mime();
            assert!(!is_shown(mime) && mime == BYTES, "{name}: {mime}");
        }
        assert!(is_shown("image/png") && is_shown("application/pdf") && is_shown("video/mp4"));
        assert!(!is_shown("text/plain") && !is_shown("image/svg+xml") && !is_shown("application/zip"));
    }
}
