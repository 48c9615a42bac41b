//! What is Active Directory's own: account flags, expiry, and what it says of a refused password.

use print_core::Timestamp;

use super::search::Entry;
use crate::directory::Barred;

/// The flags of an account (MS-ADTS section 2.2.16).
pub const USER_ACCOUNT_CONTROL: &str = "userAccountControl";
/// When an account ends, in ticks (MS-ADTS section 2.254 of its attributes).
pub const ACCOUNT_EXPIRES: &str = "accountExpires";
/// The change number of an entry on the server that is asked.
pub const USN_CHANGED: &str = "uSNChanged";
/// Set in the flags of a disabled account.
const ACCOUNT_DISABLE: i64 = 2;
/// Ticks are tenths of a microsecond.
const TICKS_PER_MICROSECOND: i64 = 10;
/// From 1601, where ticks begin, to 1970.
const MICROSECONDS_TO_1970: i64 = 11_644_473_600_000_000;
/// Follows a chain of groups to its end (MS-ADTS section 3.1.1.3.4.4.3).
pub const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";
/// Shows entries that were deleted (MS-ADTS section 3.1.1.3.4.1.14).
pub const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";

/// Whether the account is disabled, or its time is over.
#[must_use]
pub fn is_closed(entry: &Entry, now: Timestamp) -> bool {
    let number = |name: &str| entry.text(name).and_then(|text| text.parse::<i64>().ok());
    let is_disabled =
        number(USER_ACCOUNT_CONTROL).is_some_and(|flags| flags & ACCOUNT_DISABLE != 0);
    // 0 and the largest number both mean "never".
    let ends = number(ACCOUNT_EXPIRES).filter(|ticks| !matches!(*ticks, 0 | i64::MAX));
    let is_over = ends
        .is_some_and(|ticks| ticks / TICKS_PER_MICROSECOND - MICROSECONDS_TO_1970 <= now.micros());
    is_disabled || is_over
}

/// What `data 533` in the text of a refusal means, where the password was right. A locked account (775) and a
/// wrong password (52e) look the same to a stranger, and stay so.
#[must_use]
pub fn barred(text: &str) -> Option<Barred> {
    let (_, rest) = text.split_once("data ")?;
    let code = rest.split(|c: char| !c.is_ascii_hexdigit()).next()?;
    match code.to_ascii_lowercase().as_str() {
        "533" => Some(Barred::Disabled),
        "701" => Some(Barred::Expired),
        "532" | "773" => Some(Barred::PasswordOld),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_closed_by_its_flag_or_by_its_time() {
        let now = Timestamp::from_micros(1_760_000_000_000_000);
        let ticks =
            |micros: i64| ((micros + MICROSECONDS_TO_1970) * TICKS_PER_MICROSECOND).to_string();
        let (past, future) = (ticks(now.micros() - 1), ticks(now.micros() + 1_000_000));
        for (flags, expires, closed) in [
            ("512", "0", false),
            ("512", "9223372036854775807", false),
            ("514", "0", true),
            ("66050", "0", true),
            ("512", past.as_str(), true),
            ("512", future.as_str(), false),
            ("none", "", false),
        ] {
            let all: [(&str, &[u8]); 2] =
                [(USER_ACCOUNT_CONTROL, flags.as_bytes()), (ACCOUNT_EXPIRES, expires.as_bytes())];
            assert_eq!(is_closed(&Entry::of("cn=x", &all), now), closed, "{flags} {expires}");
        }
    }

    #[test]
    fn a_refusal_says_more_only_where_the_password_was_right() {
        let text = |code: &str| {
            format!(
                "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {code}, v1db1"
            )
        };
        for (code, wanted) in [
            ("52e", None),
            ("525", None),
            ("775", None),
            ("532", Some(Barred::PasswordOld)),
            ("533", Some(Barred::Disabled)),
            ("701", Some(Barred::Expired)),
            ("773", Some(Barred::PasswordOld)),
        ] {
            assert_eq!(barred(&text(code)), wanted, "{code}");
        }
        assert_eq!(barred("no such text"), None);
    }
}
