//! Until when a certificate holds, so that the pages and `check-config` can warn in time.

use std::path::Path;

use print_core::{AccountingDay, TimeZone, Timestamp};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// Tags of DER (X.690 section 8) that stand on the way to the two dates.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of the first certificate in the PEM file; none when the file cannot be read so.
#[must_use]
pub fn until(chain: &Path) -> Option<Timestamp> {
    not_after(&CertificateDer::from_pem_file(chain).ok()?)
}

/// How many whole days there are from `now` to the end; negative when it is over.
#[must_use]
pub fn days_left(until: Timestamp, now: Timestamp) -> i64 {
    (until.seconds() - now.seconds()).div_euclid(86_400)
}

/// `notAfter` (RFC 5280 section 4.1.2.5).
#[must_use]
pub fn not_after(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, mut rest, _) = element(certificate).filter(|(tag, ..)| *tag == SEQUENCE)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // The serial number, the algorithm and the issuer come before.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, validity, _) = element(rest).filter(|(tag, ..)| *tag == SEQUENCE)?;
    let (_, _, not_after) = element(validity)?;
    let (tag, text, _) = element(not_after)?;
    moment(tag, std::str::from_utf8(text).ok()?)
}

/// The first element of `bytes`: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        ..=0x7f => (usize::from(first), rest),
        // A certificate's length fits into three bytes.
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ`, where 50 and more are of the last century, or `YYYYMMDDHHMMSSZ`.
fn moment(tag: u8, text: &str) -> Option<Timestamp> {
    let whole = match tag {
        UTC_TIME => format!("{}{text}", if text < "50" { "20" } else { "19" }),
        GENERALIZED_TIME => text.to_owned(),
        _ => return None,
    };
    let digits = whole.strip_suffix('Z').filter(|digits| {
        digits.len() == 14 && digits.bytes().all(|digit| digit.is_ascii_digit())
    })?;
    let day = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]);
    let day = AccountingDay::parse(&day).ok()?;
    let part = |place: usize| digits[place..place + 2].parse::<i64>().ok();
    let seconds = part(8)? * 3_600 + part(10)? * 60 + part(12)?;
    Some(TimeZone::named("UTC").ok()?.start_of(day).plus_seconds(seconds))
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn until_year(year: i32) -> Option<Timestamp> {
        let mut params = CertificateParams::new(vec!["print.example.org".into()]).unwrap();
        params.not_after = date_time_ymd(year, 3, 1);
        let key = KeyPair::generate().unwrap();
        not_after(params.self_signed(&key).unwrap().der())
    }

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_of_its_forms() {
        let utc = TimeZone::named("UTC").unwrap();
        for year in [2031, 2049, 2050, 2100] {
            let day = AccountingDay::parse(&format!("{year}-03-01")).unwrap();
            assert_eq!(until_year(year), Some(utc.start_of(day)), "{year}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        for bytes in [&b""[..], b"text", &[0x30, 0x82], &[0x30, 0x03, 0x30, 0x01, 0x02]] {
            assert_eq!(not_after(bytes), None);
        }
    }

    #[test]
    fn days_are_whole_and_negative_after_the_end() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        assert_eq!(days_left(now.plus_seconds(86_400 * 30 + 5), now), 30);
        assert_eq!(days_left(now.plus_seconds(5), now), 0);
        assert_eq!(days_left(now.plus_seconds(-5), now), -1);
    }
}
