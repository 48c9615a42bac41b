//! Attribute names as constants, so that a slip of the pen does not compile.
//!
//! A test compares every name with the registry; what CUPS, Apple and Mopria add is listed apart.

macro_rules! names {
    ($list:ident; $($(#[$doc:meta])* $constant:ident = $name:literal;)*) => {
        $(
            #[doc = concat!("`", $name, "`.")]
            pub const $constant: &str = $name;
        )*

        #[cfg(test)]
        const $list: &[&str] = &[$($constant),*];
    };
}

names! { REGISTERED;
    // Operation attributes, of requests and responses.
    ATTRIBUTES_CHARSET = "attributes-charset";
    ATTRIBUTES_NATURAL_LANGUAGE = "attributes-natural-language";
    CHARGE_INFO_MESSAGE = "charge-info-message";
    CLIENT_INFO = "client-info";
    COMPRESSION = "compression";
    DETAILED_STATUS_MESSAGE = "detailed-status-message";
    DOCUMENT_FORMAT = "document-format";
    DOCUMENT_NAME = "document-name";
    DOCUMENT_NATURAL_LANGUAGE = "document-natural-language";
    FIRST_INDEX = "first-index";
    IDENTIFY_ACTIONS = "identify-actions";
    IPP_ATTRIBUTE_FIDELITY = "ipp-attribute-fidelity";
    JOB_HOLD_UNTIL = "job-hold-until";
    JOB_ID = "job-id";
    JOB_IDS = "job-ids";
    JOB_IMPRESSIONS = "job-impressions";
    JOB_K_OCTETS = "job-k-octets";
    JOB_MANDATORY_ATTRIBUTES = "job-mandatory-attributes";
    JOB_MEDIA_SHEETS = "job-media-sheets";
    JOB_NAME = "job-name";
    JOB_PAGES = "job-pages";
    JOB_PASSWORD = "job-password";
    JOB_PASSWORD_ENCRYPTION = "job-password-encryption";
    JOB_RELEASE_ACTION = "job-release-action";
    JOB_STORAGE = "job-storage";
    JOB_URI = "job-uri";
    LAST_DOCUMENT = "last-document";
    LIMIT = "limit";
    MESSAGE = "message";
    MY_JOBS = "my-jobs";
    OUTPUT_DEVICE_UUID = "output-device-uuid";
    PRINTER_URI = "printer-uri";
    REQUESTED_ATTRIBUTES = "requested-attributes";
    REQUESTING_USER_NAME = "requesting-user-name";
    REQUESTING_USER_URI = "requesting-user-uri";
    STATUS_MESSAGE = "status-message";
    SYSTEM_URI = "system-uri";
    WHICH_JOBS = "which-jobs";

    // What a client asks of a job.
    COPIES = "copies";
    COVER_BACK = "cover-back";
    COVER_FRONT = "cover-front";
    FINISHINGS = "finishings";
    FINISHINGS_COL = "finishings-col";
    IMPOSITION_TEMPLATE = "imposition-template";
    JOB_ACCOUNT_ID = "job-account-id";
    JOB_ACCOUNT_TYPE = "job-account-type";
    JOB_ACCOUNTING_USER_ID = "job-accounting-user-id";
    JOB_CANCEL_AFTER = "job-cancel-after";
    JOB_DELAY_OUTPUT_UNTIL = "job-delay-output-until";
    JOB_ERROR_ACTION = "job-error-action";
    JOB_HOLD_UNTIL_TIME = "job-hold-until-time";
    JOB_MESSAGE_TO_OPERATOR = "job-message-to-operator";
    JOB_PAGES_PER_SET = "job-pages-per-set";
    JOB_PRIORITY = "job-priority";
    JOB_RETAIN_UNTIL = "job-retain-until";
    JOB_SHEET_MESSAGE = "job-sheet-message";
    JOB_SHEETS = "job-sheets";
    JOB_SHEETS_COL = "job-sheets-col";
    MEDIA = "media";
    MEDIA_COL = "media-col";
    MULTIPLE_DOCUMENT_HANDLING = "multiple-document-handling";
    NUMBER_UP = "number-up";
    ORIENTATION_REQUESTED = "orientation-requested";
    OUTPUT_BIN = "output-bin";
    OUTPUT_DEVICE = "output-device";
    OVERRIDES = "overrides";
    PAGE_DELIVERY = "page-delivery";
    PAGE_RANGES = "page-ranges";
    PRESENTATION_DIRECTION_NUMBER_UP = "presentation-direction-number-up";
    PRINT_COLOR_MODE = "print-color-mode";
    PRINT_CONTENT_OPTIMIZE = "print-content-optimize";
    PRINT_QUALITY = "print-quality";
    PRINT_RENDERING_INTENT = "print-rendering-intent";
    PRINT_SCALING = "print-scaling";
    PRINTER_RESOLUTION = "printer-resolution";
    PROOF_COPIES = "proof-copies";
    SEPARATOR_SHEETS = "separator-sheets";
    SIDES = "sides";

    // What a job is and how it stands.
    COMPRESSION_SUPPLIED = "compression-supplied";
    COPIES_ACTUAL = "copies-actual";
    DATE_TIME_AT_COMPLETED = "date-time-at-completed";
    DATE_TIME_AT_CREATION = "date-time-at-creation";
    DATE_TIME_AT_PROCESSING = "date-time-at-processing";
    DOCUMENT_FORMAT_SUPPLIED = "document-format-supplied";
    DOCUMENT_NAME_SUPPLIED = "document-name-supplied";
    ERRORS_COUNT = "errors-count";
    IMPRESSIONS_COMPLETED_CURRENT_COPY = "impressions-completed-current-copy";
    JOB_COLLATION_TYPE = "job-collation-type";
    JOB_DETAILED_STATUS_MESSAGES = "job-detailed-status-messages";
    JOB_DOCUMENT_ACCESS_ERRORS = "job-document-access-errors";
    JOB_HOLD_UNTIL_ACTUAL = "job-hold-until-actual";
    JOB_IMPRESSIONS_COL = "job-impressions-col";
    JOB_IMPRESSIONS_COMPLETED = "job-impressions-completed";
    JOB_IMPRESSIONS_COMPLETED_COL = "job-impressions-completed-col";
    JOB_K_OCTETS_PROCESSED = "job-k-octets-processed";
    JOB_MEDIA_SHEETS_COL = "job-media-sheets-col";
    JOB_MEDIA_SHEETS_COMPLETED = "job-media-sheets-completed";
    JOB_MEDIA_SHEETS_COMPLETED_COL = "job-media-sheets-completed-col";
    JOB_MESSAGE_FROM_OPERATOR = "job-message-from-operator";
    JOB_MORE_INFO = "job-more-info";
    JOB_ORIGINATING_USER_NAME = "job-originating-user-name";
    JOB_ORIGINATING_USER_URI = "job-originating-user-uri";
    JOB_PAGES_COL = "job-pages-col";
    JOB_PAGES_COMPLETED = "job-pages-completed";
    JOB_PAGES_COMPLETED_COL = "job-pages-completed-col";
    JOB_PRINTER_UP_TIME = "job-printer-up-time";
    JOB_PRINTER_URI = "job-printer-uri";
    JOB_PROCESSING_TIME = "job-processing-time";
    JOB_SAVE_PRINTER_MAKE_AND_MODEL = "job-save-printer-make-and-model";
    JOB_STATE = "job-state";
    JOB_STATE_MESSAGE = "job-state-message";
    JOB_STATE_REASONS = "job-state-reasons";
    JOB_UUID = "job-uuid";
    MEDIA_ACTUAL = "media-actual";
    NUMBER_OF_DOCUMENTS = "number-of-documents";
    NUMBER_OF_INTERVENING_JOBS = "number-of-intervening-jobs";
    OUTPUT_DEVICE_ASSIGNED = "output-device-assigned";
    OUTPUT_DEVICE_UUID_ASSIGNED = "output-device-uuid-assigned";
    PRINT_COLOR_MODE_ACTUAL = "print-color-mode-actual";
    SIDES_ACTUAL = "sides-actual";
    TIME_AT_COMPLETED = "time-at-completed";
    TIME_AT_CREATION = "time-at-creation";
    TIME_AT_PROCESSING = "time-at-processing";
    WARNINGS_COUNT = "warnings-count";

    // What a printer is and what it can do.
    CHARSET_CONFIGURED = "charset-configured";
    CHARSET_SUPPORTED = "charset-supported";
    COLOR_SUPPORTED = "color-supported";
    COMPRESSION_SUPPORTED = "compression-supported";
    COPIES_DEFAULT = "copies-default";
    COPIES_SUPPORTED = "copies-supported";
    DEVICE_SERVICE_COUNT = "device-service-count";
    DEVICE_UUID = "device-uuid";
    DOCUMENT_FORMAT_DEFAULT = "document-format-default";
    DOCUMENT_FORMAT_SUPPORTED = "document-format-supported";
    DOCUMENT_PASSWORD_SUPPORTED = "document-password-supported";
    FINISHINGS_COL_DATABASE = "finishings-col-database";
    FINISHINGS_COL_READY = "finishings-col-ready";
    FINISHINGS_COL_SUPPORTED = "finishings-col-supported";
    FINISHINGS_DEFAULT = "finishings-default";
    FINISHINGS_READY = "finishings-ready";
    FINISHINGS_SUPPORTED = "finishings-supported";
    GENERATED_NATURAL_LANGUAGE_SUPPORTED = "generated-natural-language-supported";
    IDENTIFY_ACTIONS_DEFAULT = "identify-actions-default";
    IDENTIFY_ACTIONS_SUPPORTED = "identify-actions-supported";
    IPP_FEATURES_SUPPORTED = "ipp-features-supported";
    IPP_VERSIONS_SUPPORTED = "ipp-versions-supported";
    IPPGET_EVENT_LIFE = "ippget-event-life";
    JOB_ACCOUNT_ID_DEFAULT = "job-account-id-default";
    JOB_ACCOUNT_ID_SUPPORTED = "job-account-id-supported";
    JOB_ACCOUNTING_USER_ID_DEFAULT = "job-accounting-user-id-default";
    JOB_ACCOUNTING_USER_ID_SUPPORTED = "job-accounting-user-id-supported";
    JOB_CANCEL_AFTER_DEFAULT = "job-cancel-after-default";
    JOB_CANCEL_AFTER_SUPPORTED = "job-cancel-after-supported";
    JOB_CREATION_ATTRIBUTES_SUPPORTED = "job-creation-attributes-supported";
    JOB_HOLD_UNTIL_DEFAULT = "job-hold-until-default";
    JOB_HOLD_UNTIL_SUPPORTED = "job-hold-until-supported";
    JOB_IDS_SUPPORTED = "job-ids-supported";
    JOB_IMPRESSIONS_SUPPORTED = "job-impressions-supported";
    JOB_K_OCTETS_SUPPORTED = "job-k-octets-supported";
    JOB_MANDATORY_ATTRIBUTES_SUPPORTED = "job-mandatory-attributes-supported";
    JOB_MEDIA_SHEETS_SUPPORTED = "job-media-sheets-supported";
    JOB_PAGES_PER_SET_SUPPORTED = "job-pages-per-set-supported";
    JOB_PASSWORD_ENCRYPTION_SUPPORTED = "job-password-encryption-supported";
    JOB_PASSWORD_LENGTH_SUPPORTED = "job-password-length-supported";
    JOB_PASSWORD_REPERTOIRE_CONFIGURED = "job-password-repertoire-configured";
    JOB_PASSWORD_REPERTOIRE_SUPPORTED = "job-password-repertoire-supported";
    JOB_PASSWORD_SUPPORTED = "job-password-supported";
    JOB_PRESETS_SUPPORTED = "job-presets-supported";
    JOB_PRIORITY_DEFAULT = "job-priority-default";
    JOB_PRIORITY_SUPPORTED = "job-priority-supported";
    JOB_PRIVACY_ATTRIBUTES = "job-privacy-attributes";
    JOB_PRIVACY_SCOPE = "job-privacy-scope";
    JOB_RELEASE_ACTION_DEFAULT = "job-release-action-default";
    JOB_RELEASE_ACTION_SUPPORTED = "job-release-action-supported";
    JOB_RETAIN_UNTIL_DEFAULT = "job-retain-until-default";
    JOB_RETAIN_UNTIL_SUPPORTED = "job-retain-until-supported";
    JOB_SETTABLE_ATTRIBUTES_SUPPORTED = "job-settable-attributes-supported";
    JOB_SHEETS_DEFAULT = "job-sheets-default";
    JOB_SHEETS_SUPPORTED = "job-sheets-supported";
    JPEG_K_OCTETS_SUPPORTED = "jpeg-k-octets-supported";
    JPEG_X_DIMENSION_SUPPORTED = "jpeg-x-dimension-supported";
    JPEG_Y_DIMENSION_SUPPORTED = "jpeg-y-dimension-supported";
    MEDIA_BOTTOM_MARGIN_SUPPORTED = "media-bottom-margin-supported";
    MEDIA_COL_DATABASE = "media-col-database";
    MEDIA_COL_DEFAULT = "media-col-default";
    MEDIA_COL_READY = "media-col-ready";
    MEDIA_COL_SUPPORTED = "media-col-supported";
    MEDIA_DEFAULT = "media-default";
    MEDIA_LEFT_MARGIN_SUPPORTED = "media-left-margin-supported";
    MEDIA_READY = "media-ready";
    MEDIA_RIGHT_MARGIN_SUPPORTED = "media-right-margin-supported";
    MEDIA_SIZE_SUPPORTED = "media-size-supported";
    MEDIA_SOURCE_SUPPORTED = "media-source-supported";
    MEDIA_SUPPORTED = "media-supported";
    MEDIA_TOP_MARGIN_SUPPORTED = "media-top-margin-supported";
    MEDIA_TYPE_SUPPORTED = "media-type-supported";
    MULTIPLE_DOCUMENT_HANDLING_DEFAULT = "multiple-document-handling-default";
    MULTIPLE_DOCUMENT_HANDLING_SUPPORTED = "multiple-document-handling-supported";
    MULTIPLE_DOCUMENT_JOBS_SUPPORTED = "multiple-document-jobs-supported";
    MULTIPLE_OPERATION_TIME_OUT = "multiple-operation-time-out";
    MULTIPLE_OPERATION_TIME_OUT_ACTION = "multiple-operation-time-out-action";
    NATURAL_LANGUAGE_CONFIGURED = "natural-language-configured";
    NUMBER_UP_DEFAULT = "number-up-default";
    NUMBER_UP_SUPPORTED = "number-up-supported";
    OAUTH_AUTHORIZATION_SCOPE = "oauth-authorization-scope";
    OAUTH_AUTHORIZATION_SERVER_URI = "oauth-authorization-server-uri";
    OPERATIONS_SUPPORTED = "operations-supported";
    ORIENTATION_REQUESTED_DEFAULT = "orientation-requested-default";
    ORIENTATION_REQUESTED_SUPPORTED = "orientation-requested-supported";
    OUTPUT_BIN_DEFAULT = "output-bin-default";
    OUTPUT_BIN_SUPPORTED = "output-bin-supported";
    OVERRIDES_SUPPORTED = "overrides-supported";
    PAGE_RANGES_SUPPORTED = "page-ranges-supported";
    PAGES_PER_MINUTE = "pages-per-minute";
    PAGES_PER_MINUTE_COLOR = "pages-per-minute-color";
    PDF_K_OCTETS_SUPPORTED = "pdf-k-octets-supported";
    PDF_VERSIONS_SUPPORTED = "pdf-versions-supported";
    PDL_OVERRIDE_SUPPORTED = "pdl-override-supported";
    PREFERRED_ATTRIBUTES_SUPPORTED = "preferred-attributes-supported";
    PRINT_COLOR_MODE_DEFAULT = "print-color-mode-default";
    PRINT_COLOR_MODE_SUPPORTED = "print-color-mode-supported";
    PRINT_CONTENT_OPTIMIZE_DEFAULT = "print-content-optimize-default";
    PRINT_CONTENT_OPTIMIZE_SUPPORTED = "print-content-optimize-supported";
    PRINT_QUALITY_DEFAULT = "print-quality-default";
    PRINT_QUALITY_SUPPORTED = "print-quality-supported";
    PRINT_RENDERING_INTENT_DEFAULT = "print-rendering-intent-default";
    PRINT_RENDERING_INTENT_SUPPORTED = "print-rendering-intent-supported";
    PRINT_SCALING_DEFAULT = "print-scaling-default";
    PRINT_SCALING_SUPPORTED = "print-scaling-supported";
    PRINTER_ALERT = "printer-alert";
    PRINTER_ALERT_DESCRIPTION = "printer-alert-description";
    PRINTER_CHARGE_INFO = "printer-charge-info";
    PRINTER_CHARGE_INFO_URI = "printer-charge-info-uri";
    PRINTER_CONFIG_CHANGE_DATE_TIME = "printer-config-change-date-time";
    PRINTER_CONFIG_CHANGE_TIME = "printer-config-change-time";
    PRINTER_CURRENT_TIME = "printer-current-time";
    PRINTER_DEVICE_ID = "printer-device-id";
    PRINTER_DNS_SD_NAME = "printer-dns-sd-name";
    PRINTER_DRIVER_INSTALLER = "printer-driver-installer";
    PRINTER_FINISHER = "printer-finisher";
    PRINTER_FINISHER_DESCRIPTION = "printer-finisher-description";
    PRINTER_FIRMWARE_NAME = "printer-firmware-name";
    PRINTER_FIRMWARE_STRING_VERSION = "printer-firmware-string-version";
    PRINTER_GEO_LOCATION = "printer-geo-location";
    PRINTER_GET_ATTRIBUTES_SUPPORTED = "printer-get-attributes-supported";
    PRINTER_ICC_PROFILES = "printer-icc-profiles";
    PRINTER_ICONS = "printer-icons";
    PRINTER_IMPRESSIONS_COMPLETED = "printer-impressions-completed";
    PRINTER_IMPRESSIONS_COMPLETED_COL = "printer-impressions-completed-col";
    PRINTER_INFO = "printer-info";
    PRINTER_INPUT_TRAY = "printer-input-tray";
    PRINTER_IS_ACCEPTING_JOBS = "printer-is-accepting-jobs";
    PRINTER_LOCATION = "printer-location";
    PRINTER_MAKE_AND_MODEL = "printer-make-and-model";
    PRINTER_MANDATORY_JOB_ATTRIBUTES = "printer-mandatory-job-attributes";
    PRINTER_MEDIA_SHEETS_COMPLETED = "printer-media-sheets-completed";
    PRINTER_MEDIA_SHEETS_COMPLETED_COL = "printer-media-sheets-completed-col";
    PRINTER_MESSAGE_DATE_TIME = "printer-message-date-time";
    PRINTER_MESSAGE_FROM_OPERATOR = "printer-message-from-operator";
    PRINTER_MESSAGE_TIME = "printer-message-time";
    PRINTER_MORE_INFO = "printer-more-info";
    PRINTER_MORE_INFO_MANUFACTURER = "printer-more-info-manufacturer";
    PRINTER_NAME = "printer-name";
    PRINTER_ORGANIZATION = "printer-organization";
    PRINTER_ORGANIZATIONAL_UNIT = "printer-organizational-unit";
    PRINTER_OUTPUT_TRAY = "printer-output-tray";
    PRINTER_PAGES_COMPLETED = "printer-pages-completed";
    PRINTER_PRIVACY_POLICY_URI = "printer-privacy-policy-uri";
    PRINTER_REQUESTED_JOB_ATTRIBUTES = "printer-requested-job-attributes";
    PRINTER_RESOLUTION_DEFAULT = "printer-resolution-default";
    PRINTER_RESOLUTION_SUPPORTED = "printer-resolution-supported";
    PRINTER_SERIAL_NUMBER = "printer-serial-number";
    PRINTER_SERVICE_TYPE = "printer-service-type";
    PRINTER_SETTABLE_ATTRIBUTES_SUPPORTED = "printer-settable-attributes-supported";
    PRINTER_STATE = "printer-state";
    PRINTER_STATE_CHANGE_DATE_TIME = "printer-state-change-date-time";
    PRINTER_STATE_CHANGE_TIME = "printer-state-change-time";
    PRINTER_STATE_MESSAGE = "printer-state-message";
    PRINTER_STATE_REASONS = "printer-state-reasons";
    PRINTER_STRINGS_LANGUAGES_SUPPORTED = "printer-strings-languages-supported";
    PRINTER_STRINGS_URI = "printer-strings-uri";
    PRINTER_SUPPLY = "printer-supply";
    PRINTER_SUPPLY_DESCRIPTION = "printer-supply-description";
    PRINTER_SUPPLY_INFO_URI = "printer-supply-info-uri";
    PRINTER_UP_TIME = "printer-up-time";
    PRINTER_URI_SUPPORTED = "printer-uri-supported";
    PRINTER_UUID = "printer-uuid";
    PRINTER_XRI_SUPPORTED = "printer-xri-supported";
    PWG_RASTER_DOCUMENT_RESOLUTION_SUPPORTED = "pwg-raster-document-resolution-supported";
    PWG_RASTER_DOCUMENT_SHEET_BACK = "pwg-raster-document-sheet-back";
    PWG_RASTER_DOCUMENT_TYPE_SUPPORTED = "pwg-raster-document-type-supported";
    QUEUED_JOB_COUNT = "queued-job-count";
    REFERENCE_URI_SCHEMES_SUPPORTED = "reference-uri-schemes-supported";
    REQUESTING_USER_URI_SUPPORTED = "requesting-user-uri-supported";
    SIDES_DEFAULT = "sides-default";
    SIDES_SUPPORTED = "sides-supported";
    URI_AUTHENTICATION_SUPPORTED = "uri-authentication-supported";
    URI_SECURITY_SUPPORTED = "uri-security-supported";
    WHICH_JOBS_SUPPORTED = "which-jobs-supported";

    // Members of collections.
    BLANK = "blank";
    BLANK_TWO_SIDED = "blank-two-sided";
    FINISHING_TEMPLATE = "finishing-template";
    FULL_COLOR = "full-color";
    FULL_COLOR_TWO_SIDED = "full-color-two-sided";
    HIGHLIGHT_COLOR = "highlight-color";
    HIGHLIGHT_COLOR_TWO_SIDED = "highlight-color-two-sided";
    MEDIA_BACK_COATING = "media-back-coating";
    MEDIA_BOTTOM_MARGIN = "media-bottom-margin";
    MEDIA_COLOR = "media-color";
    MEDIA_GRAIN = "media-grain";
    MEDIA_HOLE_COUNT = "media-hole-count";
    MEDIA_INFO = "media-info";
    MEDIA_KEY = "media-key";
    MEDIA_LEFT_MARGIN = "media-left-margin";
    MEDIA_ORDER_COUNT = "media-order-count";
    MEDIA_PRE_PRINTED = "media-pre-printed";
    MEDIA_RECYCLED = "media-recycled";
    MEDIA_RIGHT_MARGIN = "media-right-margin";
    MEDIA_SIZE = "media-size";
    MEDIA_SIZE_NAME = "media-size-name";
    MEDIA_SOURCE = "media-source";
    MEDIA_SOURCE_PROPERTIES = "media-source-properties";
    MEDIA_THICKNESS = "media-thickness";
    MEDIA_TOOTH = "media-tooth";
    MEDIA_TOP_MARGIN = "media-top-margin";
    MEDIA_TOP_OFFSET = "media-top-offset";
    MEDIA_TYPE = "media-type";
    MEDIA_WEIGHT_METRIC = "media-weight-metric";
    MONOCHROME = "monochrome";
    MONOCHROME_TWO_SIDED = "monochrome-two-sided";
    X_DIMENSION = "x-dimension";
    XRI_AUTHENTICATION = "xri-authentication";
    XRI_SECURITY = "xri-security";
    XRI_URI = "xri-uri";
    Y_DIMENSION = "y-dimension";

    // Registered elsewhere, used by CUPS.
    DOCUMENT_FORMAT_DETECTED = "document-format-detected";
    PRINTER_ID = "printer-id";
}

names! { VENDOR;
    // CUPS (cups.org/doc/spec-ipp.html), AirPrint and Mopria.
    AUTH_INFO_REQUIRED = "auth-info-required";
    DEVICE_URI = "device-uri";
    DOCUMENT_FORMAT_PREFERRED = "document-format-preferred";
    FIRST_JOB_ID = "first-job-id";
    FIRST_PRINTER_NAME = "first-printer-name";
    JOB_MEDIA_PROGRESS = "job-media-progress";
    MARKER_CHANGE_TIME = "marker-change-time";
    MARKER_COLORS = "marker-colors";
    MARKER_HIGH_LEVELS = "marker-high-levels";
    MARKER_LEVELS = "marker-levels";
    MARKER_LOW_LEVELS = "marker-low-levels";
    MARKER_MESSAGE = "marker-message";
    MARKER_NAMES = "marker-names";
    MARKER_TYPES = "marker-types";
    MOPRIA_CERTIFIED = "mopria-certified";
    OUTPUT_MODE = "output-mode";
    PRINTER_IS_SHARED = "printer-is-shared";
    PRINTER_IS_TEMPORARY = "printer-is-temporary";
    PRINTER_TYPE = "printer-type";
    PRINTER_TYPE_MASK = "printer-type-mask";
    URF_SUPPORTED = "urf-supported";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::attribute_names;

    /// Registered names, members of collections without their path.
    fn is_registered(name: &str) -> bool {
        attribute_names().any(|(_, path)| path.rsplit('/').next() == Some(name))
    }

    #[test]
    fn every_name_is_registered_or_listed_as_a_vendors() {
        for name in REGISTERED {
            assert!(is_registered(name), "{name} is not in the registry");
        }
        for name in VENDOR {
            assert!(!is_registered(name), "{name} is registered by now");
        }
    }
}
