//! One-time codes from time (RFC 6238): six digits, new every 30 seconds, HMAC-SHA-1, which is what authenticator apps know.
//! A pure function; the HMAC is the library's, and thus not worth a further dependency.

use aws_lc_rs::hmac;
use leadhold_kernel::Timestamp;

use crate::secret;

/// Bytes of a seed: as many as HMAC-SHA-1 answers (RFC 4226, section 4).
pub const SEED: usize = 20;
const STEP_MILLIS: i64 = 30_000;

/// The number of the interval in which `now` lies.
#[must_use]
pub fn step(now: Timestamp) -> i64 {
    now.millis().div_euclid(STEP_MILLIS)
}

/// The code of one interval.
#[must_use]
pub fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[tag.len() - 1] & 15);
    let word = tag[at..at + 4].iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// The interval to which `sent` belongs: the present one, or one beside it, for clocks that differ and people who type
/// slowly. Nothing up to `last` counts: each code is good for one sign-in.
#[must_use]
pub fn matching_step(seed: &[u8], sent: &str, now: Timestamp, last: i64) -> Option<i64> {
    let sent: String = sent.chars().filter(|c| !c.is_whitespace()).collect();
    let near = [0, -1, 1].map(|off| step(now).saturating_add(off));
    near.into_iter().find(|step| *step > last && secret::same(&code(seed, *step), &sent))
}

/// `bytes` in base 32 without padding (RFC 4648), as apps want seeds typed.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |i| byte >> i & 1)).collect::<Vec<u8>>();
    let letter = |five: &[u8]| {
        let index = (0..5).fold(0, |index, i| index << 1 | five.get(i).copied().unwrap_or(0));
        char::from(ALPHABET[usize::from(index)])
    };
    bits.chunks(5).map(letter).collect()
}

/// What the QR code says (Google's Key URI format, which all apps read).
#[must_use]
pub fn uri(seed: &[u8], brand: &str, email: &str) -> String {
    let brand = form_urlencoded::byte_serialize(brand.as_bytes()).collect::<String>().replace('+', "%20");
    let email = form_urlencoded::byte_serialize(email.as_bytes()).collect::<String>().replace('+', "%20");
    format!(
        "otpauth://totp/{brand}:{email}?secret={}&issuer={brand}&algorithm=SHA1&digits=6&period=30",
        base32(seed)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, without the first two of its eight digits.
        let seed = b"12345678901234567890";
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(code(seed, step(Timestamp(seconds * 1000))), expected, "{seconds}");
        }
        assert_eq!(base32(seed), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!((base32(b"f").as_str(), base32(b"fooba").as_str()), ("MY", "MZXW6YTB"));
    }

    #[test]
    fn a_code_is_good_in_its_interval_and_beside_it_and_once() {
        let (seed, now) = ([7; SEED], Timestamp(1_768_471_200_000));
        let here = step(now);
        let at = |step, last| matching_step(&seed, &code(&seed, step), now, last);
        assert_eq!(
            [at(here - 1, 0), at(here, 0), at(here + 1, 0)],
            [Some(here - 1), Some(here), Some(here + 1)]
        );
        assert_eq!([at(here - 2, 0), at(here + 2, 0)], [None, None]);
        assert_eq!([at(here, here), at(here - 1, here), at(here + 1, here)], [None, None, Some(here + 1)]);
        assert_eq!(matching_step(&seed, "", now, 0), None);
        assert_eq!(matching_step(&seed, "1234567", now, 0), None);
        let spaced = format!("{} {}", &code(&seed, here)[..3], &code(&seed, here)[3..]);
        assert_eq!(matching_step(&seed, &spaced, now, 0), Some(here), "as apps show it");
    }
}
