//! Which names a keytab has keys for (MIT's file format, version 0x0502), so that an administrator reads
//! what is missing before people do. The keys themselves are passed over.

use crate::Principal;

/// What begins a keytab of this format.
const VERSION: [u8; 2] = [5, 2];
/// A keytab holds a few keys; what is much larger is something else.
pub const KEYTAB_BYTES_MAX: u64 = 1 << 20;

/// What is not a keytab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file is not a keytab")]
pub struct NotKeytab;

/// A key, without the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is.
    pub principal: Principal,
    /// For which cipher (RFC 3961, IANA's list of encryption types).
    pub cipher: u16,
}

impl Entry {
    /// Whether the cipher is one of AES (RFC 3962, RFC 8009). The older ones can be broken.
    #[must_use]
    pub fn is_strong(&self) -> bool {
        (17..=20).contains(&self.cipher)
    }
}

/// The entries of a keytab, in their order; entries that were deleted are left out.
///
/// # Errors
/// [`NotKeytab`] when it is none, is cut off, or has a name that we do not read.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>, NotKeytab> {
    let mut rest = bytes.strip_prefix(&VERSION).ok_or(NotKeytab)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let size = i32::from_be_bytes(take(&mut rest)?);
        // A size below zero is a hole of that size; one of zero ends the file.
        if size == 0 {
            break;
        }
        let length = usize::try_from(size.unsigned_abs()).map_err(|_| NotKeytab)?;
        let (mut entry, behind) = rest.split_at_checked(length).ok_or(NotKeytab)?;
        rest = behind;
        if size > 0 {
            entries.push(read(&mut entry)?);
        }
    }
    Ok(entries)
}

fn read(entry: &mut &[u8]) -> Result<Entry, NotKeytab> {
    let parts = u16::from_be_bytes(take(entry)?);
    let realm = text(entry)?;
    let parts = (0..parts).map(|_| text(entry)).collect::<Result<Vec<_>, _>>()?;
    let principal = Principal::parse(&format!("{}@{realm}", parts.join("/"))).ok_or(NotKeytab)?;
    // The kind of name, the time and the low byte of the key's number.
    let _: [u8; 9] = take(entry)?;
    let cipher = u16::from_be_bytes(take(entry)?);
    Ok(Entry { principal, cipher })
}

fn text(bytes: &mut &[u8]) -> Result<String, NotKeytab> {
    let length = u16::from_be_bytes(take(bytes)?);
    let (text, rest) = bytes.split_at_checked(usize::from(length)).ok_or(NotKeytab)?;
    *bytes = rest;
    String::from_utf8(text.to_vec()).map_err(|_| NotKeytab)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], NotKeytab> {
    let (taken, rest) = bytes.split_first_chunk().ok_or(NotKeytab)?;
    *bytes = rest;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(parts: &[&str], realm: &str, cipher: u16) -> Vec<u8> {
        let mut entry = u16::try_from(parts.len()).unwrap().to_be_bytes().to_vec();
        for text in [&[realm][..], parts].concat() {
            entry.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
            entry.extend(text.as_bytes());
        }
        entry.extend([0; 9]);
        entry.extend(cipher.to_be_bytes());
        entry.extend(4_u16.to_be_bytes());
        entry.extend([7; 4]);
        entry
    }

    fn keytab(entries: &[(i32, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = VERSION.to_vec();
        for (sign, entry) in entries {
            bytes.extend((sign * i32::try_from(entry.len()).unwrap()).to_be_bytes());
            bytes.extend(entry);
        }
        bytes
    }

    #[test]
    fn names_and_ciphers_are_read_and_holes_are_passed_over() {
        let http = entry(&["HTTP", "print.example.org"], "EXAMPLE.ORG", 18);
        let bytes =
            keytab(&[(1, http), (-1, vec![9; 30]), (1, entry(&["old"], "EXAMPLE.ORG", 23))]);
        let found = entries(&bytes).unwrap();
        let names: Vec<_> = found.iter().map(|entry| entry.principal.to_string()).collect();
        assert_eq!(names, ["HTTP/print.example.org@EXAMPLE.ORG", "old@EXAMPLE.ORG"]);
        assert_eq!(found.iter().map(Entry::is_strong).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_is_cut_off_anywhere_is_no_keytab() {
        let whole = keytab(&[(1, entry(&["HTTP", "a"], "B", 18))]);
        assert_eq!(entries(&VERSION), Ok(Vec::new()));
        for length in (0..whole.len()).filter(|length| *length != VERSION.len()) {
            assert_eq!(entries(&whole[..length]), Err(NotKeytab), "{length}");
        }
        assert_eq!(entries(b"-----BEGIN PRIVATE KEY-----"), Err(NotKeytab));
    }
}
