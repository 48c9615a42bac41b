//! Every count and length that a peer can choose, in one table.

/// How much of a message is accepted. There are two rows: [`Limits::REQUEST`] for what clients
/// send to us, and [`Limits::REPLY`] for what printers answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub(crate) attributes_bytes_max: usize,
    pub(crate) groups_max: usize,
    pub(crate) attributes_max: usize,
    pub(crate) values_max: usize,
    pub(crate) depth_max: usize,
    pub(crate) name_bytes_max: usize,
    pub(crate) text_bytes_max: usize,
    pub(crate) repeats_refused: bool,
}

impl Limits {
    /// For requests from clients, who are strangers.
    ///
    /// An attribute given twice in a group and a second operation group are refused: two readers of
    /// such a message could disagree about who asked for what.
    pub const REQUEST: Limits = Limits {
        attributes_bytes_max: 64 * 1024,
        groups_max: 100,
        attributes_max: 1_000,
        values_max: 1_000,
        depth_max: 10,
        name_bytes_max: 255,
        text_bytes_max: 1_023,
        repeats_refused: true,
    };

    /// For replies of printers, which are long and not always tidy: a `media-col-database` has
    /// thousands of values, and long texts are kept.
    pub const REPLY: Limits = Limits {
        attributes_bytes_max: 1024 * 1024,
        groups_max: 10_000,
        attributes_max: 10_000,
        values_max: 10_000,
        depth_max: 10,
        name_bytes_max: u16::MAX as usize,
        text_bytes_max: u16::MAX as usize,
        repeats_refused: false,
    };

    /// The most bytes from the version number to the end-of-attributes tag, both included.
    pub fn attributes_bytes_max(&self) -> usize {
        self.attributes_bytes_max
    }

    /// The most groups in a message.
    pub fn groups_max(&self) -> usize {
        self.groups_max
    }

    /// The most attributes in a message, not counting the members of collections.
    pub fn attributes_max(&self) -> usize {
        self.attributes_max
    }

    /// The most values of one attribute, counting every value inside its collections.
    pub fn values_max(&self) -> usize {
        self.values_max
    }

    /// The deepest nesting of collections; 1 is a collection without another inside it.
    pub fn depth_max(&self) -> usize {
        self.depth_max
    }

    /// The longest `name` value in bytes; a longer one is decoded, and refused by the checker.
    pub fn name_bytes_max(&self) -> usize {
        self.name_bytes_max
    }

    /// The longest `text` value in bytes; a longer one is decoded, and refused by the checker.
    pub fn text_bytes_max(&self) -> usize {
        self.text_bytes_max
    }
}
