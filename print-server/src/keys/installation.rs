//! The installation's key: 32 bytes, written as 64 hexadecimal digits in a file that only we may read.
//! It stays outside the database and its backups. Without it nothing here can be read, so a copy
//! belongs in a safe.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::durable;
use super::error::KeyError;
use super::secret::{KEY_BYTES, Secret};

/// More than this no key file has, with its line end.
const FILE_MAX_BYTES: u64 = 2 * KEY_BYTES as u64 + 2;

/// The key above all others of this installation.
#[derive(Debug)]
pub struct InstallationKey(Secret);

impl InstallationKey {
    /// Makes a new key in a new file with mode 0600, durably.
    ///
    /// # Errors
    /// [`KeyError::Exists`] when the file is there, [`KeyError::Io`] when it cannot be written.
    pub fn create_new(path: &Path) -> Result<(), KeyError> {
        let secret = Secret::random();
        let mut text = String::with_capacity(2 * KEY_BYTES + 1);
        for byte in secret.bytes() {
            write!(text, "{byte:02x}").expect("writing to a String does not fail");
        }
        text.push('\n');
        durable::create(path, text.as_bytes()).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => KeyError::Exists(path.to_path_buf()),
            _ => KeyError::io(path)(error),
        })
    }

    /// Reads the key.
    ///
    /// # Errors
    /// [`KeyError::Missing`], [`KeyError::TooOpen`] when the group or the world may do anything with the
    /// file, [`KeyError::Malformed`] when it does not hold 64 hexadecimal digits, [`KeyError::Io`].
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::Missing(path.to_path_buf()),
            _ => KeyError::io(path)(error),
        })?;
        let mode = file.metadata().map_err(KeyError::io(path))?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(KeyError::TooOpen(path.to_path_buf()));
        }
        let mut text = Vec::new();
        file.take(FILE_MAX_BYTES + 1).read_to_end(&mut text).map_err(KeyError::io(path))?;
        let secret = parse(&text).ok_or_else(|| KeyError::Malformed(path.to_path_buf()));
        text.fill(0);
        std::hint::black_box(&text);
        secret.map(Self)
    }

    /// The key for one purpose.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Secret {
        self.0.derive(purpose.as_bytes())
    }
}

fn parse(text: &[u8]) -> Option<Secret> {
    let digits = text.trim_ascii_end();
    if digits.len() != 2 * KEY_BYTES {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = [0; KEY_BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(Secret::from_bytes(bytes))
}
