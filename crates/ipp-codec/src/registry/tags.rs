//! Delimiter and value tags (RFC 8010 sections 3.5.1 and 3.5.2).

use super::code_table;

code_table! {
    /// What the attributes of a group belong to.
    GroupTag(u8);
    OPERATION = 0x01, "operation-attributes-tag";
    JOB = 0x02, "job-attributes-tag";
    PRINTER = 0x04, "printer-attributes-tag";
    UNSUPPORTED = 0x05, "unsupported-attributes-tag";
    SUBSCRIPTION = 0x06, "subscription-attributes-tag";
    EVENT_NOTIFICATION = 0x07, "event-notification-attributes-tag";
    RESOURCE = 0x08, "resource-attributes-tag";
    DOCUMENT = 0x09, "document-attributes-tag";
    SYSTEM = 0x0A, "system-attributes-tag";
}

impl GroupTag {
    /// The byte that ends the attributes; it begins no group.
    pub const END_OF_ATTRIBUTES: u8 = 0x03;

    /// Delimiters are the tags below this one.
    pub const DELIMITERS_END: u8 = 0x10;

    /// Whether this tag can begin a group: a delimiter that is neither reserved (0x00) nor the end
    /// of the attributes. Tags without a name here are read, kept and otherwise ignored.
    pub fn begins_group(self) -> bool {
        self.0 != 0 && self.0 != Self::END_OF_ATTRIBUTES && self.0 < Self::DELIMITERS_END
    }
}

code_table! {
    /// How a value is written.
    ValueTag(u8);
    UNSUPPORTED = 0x10, "unsupported";
    UNKNOWN = 0x12, "unknown";
    NO_VALUE = 0x13, "no-value";
    NOT_SETTABLE = 0x15, "not-settable";
    DELETE_ATTRIBUTE = 0x16, "delete-attribute";
    ADMIN_DEFINE = 0x17, "admin-define";
    INTEGER = 0x21, "integer";
    BOOLEAN = 0x22, "boolean";
    ENUM = 0x23, "enum";
    OCTET_STRING = 0x30, "octetString";
    DATE_TIME = 0x31, "dateTime";
    RESOLUTION = 0x32, "resolution";
    RANGE_OF_INTEGER = 0x33, "rangeOfInteger";
    BEGIN_COLLECTION = 0x34, "begCollection";
    TEXT_WITH_LANGUAGE = 0x35, "textWithLanguage";
    NAME_WITH_LANGUAGE = 0x36, "nameWithLanguage";
    END_COLLECTION = 0x37, "endCollection";
    TEXT_WITHOUT_LANGUAGE = 0x41, "textWithoutLanguage";
    NAME_WITHOUT_LANGUAGE = 0x42, "nameWithoutLanguage";
    KEYWORD = 0x44, "keyword";
    URI = 0x45, "uri";
    URI_SCHEME = 0x46, "uriScheme";
    CHARSET = 0x47, "charset";
    NATURAL_LANGUAGE = 0x48, "naturalLanguage";
    MIME_MEDIA_TYPE = 0x49, "mimeMediaType";
    MEMBER_ATTRIBUTE_NAME = 0x4A, "memberAttrName";
}
