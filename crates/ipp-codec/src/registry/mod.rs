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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_listed_once_in_their_order_and_have_names() {
        let ascending = |codes: Vec<u16>| codes.windows(2).all(|pair| pair[0] < pair[1]);
        assert!(ascending(Operation::REGISTERED.iter().map(|code| code.code()).collect()));
        assert!(ascending(Status::REGISTERED.iter().map(|code| code.code()).collect()));
        let tags = GroupTag::REGISTERED.iter().map(|tag| u16::from(tag.code())).collect();
        assert!(ascending(tags));
        let tags = ValueTag::REGISTERED.iter().map(|tag| u16::from(tag.code())).collect();
        assert!(ascending(tags));
        assert!(Operation::REGISTERED.iter().all(|operation| operation.name().is_some()));
        assert_eq!(Operation::new(0x3fff).to_string(), "0x3fff");
        assert_eq!(Operation::new(0x0002), Operation::PRINT_JOB);
        assert_eq!(Operation::PRINT_JOB.to_string(), "Print-Job");
    }

    #[test]
    fn only_vendor_operations_lie_in_the_vendor_range() {
        for operation in Operation::REGISTERED {
            let is_vendor = operation.code() >= 0x4000;
            assert_eq!(is_vendor, Operation::VENDOR.contains(operation), "{operation}");
        }
    }

    #[test]
    fn statuses_lie_in_the_class_that_their_name_says() {
        for status in Status::REGISTERED {
            let name = status.name().unwrap();
            let class = match status.code() >> 8 {
                0 => "successful-",
                4 => "client-error-",
                5 => "server-error-",
                other => panic!("{name} is in class {other}"),
            };
            assert!(name.starts_with(class), "{name}");
            assert_eq!(status.is_successful(), class == "successful-", "{name}");
        }
    }

    #[test]
    fn states_have_their_registered_names() {
        for state in JobState::REGISTERED {
            assert_eq!(enum_name("job-state", state.code()), state.name());
        }
        for state in PrinterState::REGISTERED {
            assert_eq!(enum_name("printer-state", state.code()), state.name());
        }
        assert_eq!(enum_name("finishings-default", 4), Some("staple"));
        assert_eq!(enum_name("finishings", -1), None);
    }
}
