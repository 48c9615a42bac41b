//! From when until when a certificate holds (RFC 5280 section 4.1.2.5), in seconds since 1970.

/// Tags of DER (X.690 section 8) that stand on the way to the two dates.
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// Both dates; none when these bytes are no certificate.
pub fn validity(certificate: &[u8]) -> Option<(i64, i64)> {
    let (content, _) = expect(SEQUENCE, certificate)?;
    let (mut rest, _) = expect(SEQUENCE, content)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // The serial number, the algorithm and the issuer come before.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (dates, _) = expect(SEQUENCE, rest)?;
    let (tag, from, rest) = element(dates)?;
    let from = moment(tag, from)?;
    let (tag, until, _) = element(rest)?;
    Some((from, moment(tag, until)?))
}

fn expect(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = element(bytes)?;
    (found == tag).then_some((content, rest))
}

/// The first element: its tag, its content, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let mut length = usize::from(first);
    if first > 0x7f {
        // A certificate's length fits into three bytes.
        let digits;
        (digits, rest) = rest.split_at_checked(length & 0x7f).filter(|(d, _)| d.len() <= 3)?;
        length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
    }
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// `YYMMDDHHMMSSZ`, where 50 and more are of the last century, or `YYYYMMDDHHMMSSZ`.
fn moment(tag: u8, text: &[u8]) -> Option<i64> {
    let digits = text.strip_suffix(b"Z")?;
    let two = |at: usize| -> Option<i64> {
        let pair = digits.get(at..at + 2)?;
        let is_number = pair.iter().all(u8::is_ascii_digit);
        is_number.then(|| i64::from(pair[0] - b'0') * 10 + i64::from(pair[1] - b'0'))
    };
    let (year, at) = match (tag, digits.len()) {
        (UTC_TIME, 12) => {
            (two(0).map(|year| if year < 50 { 2_000 + year } else { 1_900 + year })?, 2)
        }
        (GENERALIZED_TIME, 14) => (two(0)? * 100 + two(2)?, 4),
        _ => return None,
    };
    let days = days(year, two(at)?, two(at + 2)?);
    Some(days * 86_400 + two(at + 4)? * 3_600 + two(at + 6)? * 60 + two(at + 8)?)
}

/// The days from 1970-01-01 to a date of the Gregorian calendar, with years that begin in March, so that the day of a
/// leap year is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn both_dates_of_a_certificate_are_read_in_both_of_their_forms() {
        for (year, seconds) in [
            (2026, 1_772_323_200),
            (2049, 2_498_169_600),
            (2050, 2_529_705_600),
            (2100, 4_107_542_400),
        ] {
            let mut params = CertificateParams::new(vec!["station".to_owned()]).unwrap();
            params.not_before = date_time_ymd(1999, 12, 31);
            params.not_after = date_time_ymd(year, 3, 1);
            let key = KeyPair::generate().unwrap();
            let certificate = params.self_signed(&key).unwrap();
            assert_eq!(validity(certificate.der()), Some((946_598_400, seconds)), "{year}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_dates() {
        for bytes in
            [&b""[..], b"text", &[0x30, 0x82], &[0x30, 0x84, 0, 0, 0, 1, 0], &[0x30, 3, 0x30, 1, 2]]
        {
            assert_eq!(validity(bytes), None);
        }
    }
}
