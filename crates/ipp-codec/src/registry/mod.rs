//! The registered names of IPP, in one place: operations, statuses, tags, attributes and enums.
//!
//! Source: the IANA registrations of 2025-10-31; the CUPS names are listed apart.

mod attributes;
mod enums;
mod operations;
mod statuses;
mod syntax;
mod tags;

pub use attributes::{AttributeGroup, attribute_names, attribute_syntax, printer_attribute_group};
pub use enums::{JobState, PrinterState, enum_name};
pub use operations::Operation;
pub use statuses::Status;
pub use syntax::{Syntax, SyntaxFault, SyntaxKind, standard_bytes_max};
pub use tags::{GroupTag, ValueTag};

/// Makes a number type whose registered values are constants with names.
macro_rules! code_table {
    (
        $(#[$doc:meta])*
        $type:ident($number:ty);
        $($constant:ident = $code:literal, $name:literal;)*
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type($number);

        impl $type {
            $(
                #[doc = concat!("`", $name, "`.")]
                pub const $constant: $type = $type($code);
            )*

            /// Every value that has a name here, in the order of the codes.
            pub const REGISTERED: &'static [$type] = &[$($type::$constant),*];

            /// The value with this code, registered or not.
            pub const fn new(code: $number) -> $type {
                $type(code)
            }

            /// The number on the wire.
            pub const fn code(self) -> $number {
                self.0
            }

            /// The registered name; `None` for a code without one.
            pub fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($code => Some($name),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "0x{:04x}", self.0),
                }
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}(0x{:04x} {})", stringify!($type), self.0, self)
            }
        }
    };
}

use code_table;
