//! Where a document is, as the database keeps it: a kind and an id.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use aws_lc_rs::rand;

/// The identifier of a file of the spool, a document's own or a segment: 128 random bits, written as 32
/// lower-case hexadecimal digits. It says nothing about the job.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentId([u8; 16]);

impl DocumentId {
    /// A new identifier.
    pub(super) fn random() -> Self {
        let mut bytes = [0; 16];
        rand::fill(&mut bytes).expect("the operating system gives random numbers");
        Self(bytes)
    }

    /// The identifier's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The directory that the file is in.
    #[must_use]
    pub fn shard(&self) -> Shard {
        Shard(self.0[0])
    }

    /// The file under the spool's directory.
    pub(super) fn path(&self, root: &Path) -> PathBuf {
        self.shard().path(root).join(self.to_string())
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocumentId({self})")
    }
}

/// A kind or id that no document of ours has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not the place of a document")]
pub struct BadLocation;

impl FromStr for DocumentId {
    type Err = BadLocation;

    fn from_str(text: &str) -> Result<Self, BadLocation> {
        let digits = text.as_bytes();
        let lower = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if digits.len() != 32 || !digits.iter().all(lower) {
            return Err(BadLocation);
        }
        u128::from_str_radix(text, 16).map(|bits| Self(bits.to_be_bytes())).map_err(|_| BadLocation)
    }
}

/// One of the 256 directories, by the first byte of the ids in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard(u8);

impl Shard {
    /// All shards, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// The ids of this shard as text: from the first (included) to the second (excluded).
    #[must_use]
    pub fn range(self) -> (String, String) {
        // 'g' follows every hexadecimal digit.
        let after =
            self.0.checked_add(1).map_or_else(|| "g".to_owned(), |byte| format!("{byte:02x}"));
        (format!("{:02x}", self.0), after)
    }

    /// The shard's directory under the spool's.
    pub(super) fn path(self, root: &Path) -> PathBuf {
        root.join(format!("{:02x}", self.0))
    }
}

/// Where a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Location {
    /// In a file of its own.
    File {
        /// Which one.
        id: DocumentId,
    },
    /// Among others in a segment.
    Segment(Extent),
}

/// A record's place in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Extent {
    /// Which segment.
    pub segment: DocumentId,
    /// Where the record begins, in bytes.
    pub offset: u32,
    /// How long it is, in bytes.
    pub length: u32,
}

impl Extent {
    /// Where the record ends, in bytes.
    #[must_use]
    pub fn end(&self) -> u64 {
        u64::from(self.offset) + u64::from(self.length)
    }
}

/// The segment's id, offset and length, as in `0123456789abcdef0123456789abcdef-96-1112`.
impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.segment, self.offset, self.length)
    }
}

impl FromStr for Extent {
    type Err = BadLocation;

    fn from_str(text: &str) -> Result<Self, BadLocation> {
        let mut pieces = text.splitn(3, '-');
        let mut next = || pieces.next().ok_or(BadLocation);
        let segment = next()?.parse()?;
        let number = |digits: &str| digits.parse().map_err(|_| BadLocation);
        let extent = Self { segment, offset: number(next()?)?, length: number(next()?)? };
        // One text for each place: no plus sign, no leading zero.
        if extent.to_string() == text { Ok(extent) } else { Err(BadLocation) }
    }
}

impl Location {
    /// The word for the row.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Segment(_) => "segment",
        }
    }

    /// The id for the row.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::File { id } => id.to_string(),
            Self::Segment(extent) => extent.to_string(),
        }
    }

    /// The file that the document is in.
    #[must_use]
    pub fn file(&self) -> DocumentId {
        match self {
            Self::File { id } => *id,
            Self::Segment(extent) => extent.segment,
        }
    }

    /// The place that a row names.
    ///
    /// # Errors
    /// [`BadLocation`] when it names none.
    pub fn parse(kind: &str, id: &str) -> Result<Self, BadLocation> {
        match kind {
            "file" => Ok(Self::File { id: id.parse()? }),
            "segment" => Ok(Self::Segment(id.parse()?)),
            _ => Err(BadLocation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_survives_its_row() {
        let id = DocumentId::random();
        let extent = Extent { segment: id, offset: 96, length: u32::MAX };
        for location in [Location::File { id }, Location::Segment(extent)] {
            assert_eq!(Location::parse(location.kind(), &location.id()), Ok(location));
            assert_eq!(location.file(), id);
            let (from, to) = id.shard().range();
            assert!(from <= location.id() && location.id() < to);
        }
    }

    #[test]
    fn a_place_in_a_segment_is_written_in_one_way_only() {
        let id = "0123456789abcdef0123456789abcdef";
        assert!(Location::parse("segment", &format!("{id}-96-1112")).is_ok());
        for rest in ["", "-96", "-96-", "-+96-1", "-096-1", "-96-1-1", "-96-4294967296", "--1-1"] {
            let text = format!("{id}{rest}");
            assert_eq!(Location::parse("segment", &text), Err(BadLocation), "{text}");
        }
    }

    #[test]
    fn nothing_but_32_lower_case_digits_names_a_file() {
        let good = "0123456789abcdef0123456789abcdef";
        assert!(Location::parse("file", good).is_ok());
        let long = format!("{good}0");
        let upper = good.to_uppercase();
        let climbing = "../../../../../../../etc/passwd0";
        for id in ["", &good[1..], &long, &upper, climbing, "+123456789abcdef0123456789abcdef"] {
            assert_eq!(Location::parse("file", id), Err(BadLocation), "{id}");
        }
        assert_eq!(Location::parse("object", good), Err(BadLocation));
    }

    #[test]
    fn the_shards_ranges_cover_every_id_once() {
        let ranges: Vec<_> = Shard::all().map(Shard::range).collect();
        assert_eq!(ranges.len(), 256);
        assert!(ranges.windows(2).all(|pair| pair[0].1 == pair[1].0 && pair[0].0 < pair[0].1));
        assert_eq!((ranges[0].0.as_str(), ranges[255].1.as_str()), ("00", "g"));
        let id = DocumentId::random();
        let (from, to) = id.shard().range();
        assert!(from <= id.to_string() && id.to_string() < to);
    }
}
