//! Operation codes (RFC 8011 section 5.4.15 and the IANA registrations of 2025-10-31).

use super::code_table;

code_table! {
    /// What a request asks for: the `operation-id` of its header.
    Operation(u16);
    PRINT_JOB = 0x0002, "Print-Job";
    PRINT_URI = 0x0003, "Print-URI";
    VALIDATE_JOB = 0x0004, "Validate-Job";
    CREATE_JOB = 0x0005, "Create-Job";
    SEND_DOCUMENT = 0x0006, "Send-Document";
    SEND_URI = 0x0007, "Send-URI";
    CANCEL_JOB = 0x0008, "Cancel-Job";
    GET_JOB_ATTRIBUTES = 0x0009, "Get-Job-Attributes";
    GET_JOBS = 0x000A, "Get-Jobs";
    GET_PRINTER_ATTRIBUTES = 0x000B, "Get-Printer-Attributes";
    HOLD_JOB = 0x000C, "Hold-Job";
    RELEASE_JOB = 0x000D, "Release-Job";
    RESTART_JOB = 0x000E, "Restart-Job";
    PAUSE_PRINTER = 0x0010, "Pause-Printer";
    RESUME_PRINTER = 0x0011, "Resume-Printer";
    PURGE_JOBS = 0x0012, "Purge-Jobs";
    SET_PRINTER_ATTRIBUTES = 0x0013, "Set-Printer-Attributes";
    SET_JOB_ATTRIBUTES = 0x0014, "Set-Job-Attributes";
    GET_PRINTER_SUPPORTED_VALUES = 0x0015, "Get-Printer-Supported-Values";
    CREATE_PRINTER_SUBSCRIPTIONS = 0x0016, "Create-Printer-Subscriptions";
    CREATE_JOB_SUBSCRIPTIONS = 0x0017, "Create-Job-Subscriptions";
    GET_SUBSCRIPTION_ATTRIBUTES = 0x0018, "Get-Subscription-Attributes";
    GET_SUBSCRIPTIONS = 0x0019, "Get-Subscriptions";
    RENEW_SUBSCRIPTION = 0x001A, "Renew-Subscription";
    CANCEL_SUBSCRIPTION = 0x001B, "Cancel-Subscription";
    GET_NOTIFICATIONS = 0x001C, "Get-Notifications";
    GET_RESOURCE_ATTRIBUTES = 0x001E, "Get-Resource-Attributes";
    GET_RESOURCES = 0x0020, "Get-Resources";
    ENABLE_PRINTER = 0x0022, "Enable-Printer";
    DISABLE_PRINTER = 0x0023, "Disable-Printer";
    PAUSE_PRINTER_AFTER_CURRENT_JOB = 0x0024, "Pause-Printer-After-Current-Job";
    HOLD_NEW_JOBS = 0x0025, "Hold-New-Jobs";
    RELEASE_HELD_NEW_JOBS = 0x0026, "Release-Held-New-Jobs";
    DEACTIVATE_PRINTER = 0x0027, "Deactivate-Printer";
    ACTIVATE_PRINTER = 0x0028, "Activate-Printer";
    RESTART_PRINTER = 0x0029, "Restart-Printer";
    SHUTDOWN_PRINTER = 0x002A, "Shutdown-Printer";
    STARTUP_PRINTER = 0x002B, "Startup-Printer";
    REPROCESS_JOB = 0x002C, "Reprocess-Job";
    CANCEL_CURRENT_JOB = 0x002D, "Cancel-Current-Job";
    SUSPEND_CURRENT_JOB = 0x002E, "Suspend-Current-Job";
    RESUME_JOB = 0x002F, "Resume-Job";
    PROMOTE_JOB = 0x0030, "Promote-Job";
    SCHEDULE_JOB_AFTER = 0x0031, "Schedule-Job-After";
    CANCEL_DOCUMENT = 0x0033, "Cancel-Document";
    GET_DOCUMENT_ATTRIBUTES = 0x0034, "Get-Document-Attributes";
    GET_DOCUMENTS = 0x0035, "Get-Documents";
    DELETE_DOCUMENT = 0x0036, "Delete-Document";
    SET_DOCUMENT_ATTRIBUTES = 0x0037, "Set-Document-Attributes";
    CANCEL_JOBS = 0x0038, "Cancel-Jobs";
    CANCEL_MY_JOBS = 0x0039, "Cancel-My-Jobs";
    RESUBMIT_JOB = 0x003A, "Resubmit-Job";
    CLOSE_JOB = 0x003B, "Close-Job";
    IDENTIFY_PRINTER = 0x003C, "Identify-Printer";
    VALIDATE_DOCUMENT = 0x003D, "Validate-Document";
    ADD_DOCUMENT_IMAGES = 0x003E, "Add-Document-Images";
    ACKNOWLEDGE_DOCUMENT = 0x003F, "Acknowledge-Document";
    ACKNOWLEDGE_IDENTIFY_PRINTER = 0x0040, "Acknowledge-Identify-Printer";
    ACKNOWLEDGE_JOB = 0x0041, "Acknowledge-Job";
    FETCH_DOCUMENT = 0x0042, "Fetch-Document";
    FETCH_JOB = 0x0043, "Fetch-Job";
    GET_OUTPUT_DEVICE_ATTRIBUTES = 0x0044, "Get-Output-Device-Attributes";
    UPDATE_ACTIVE_JOBS = 0x0045, "Update-Active-Jobs";
    DEREGISTER_OUTPUT_DEVICE = 0x0046, "Deregister-Output-Device";
    UPDATE_DOCUMENT_STATUS = 0x0047, "Update-Document-Status";
    UPDATE_JOB_STATUS = 0x0048, "Update-Job-Status";
    UPDATE_OUTPUT_DEVICE_ATTRIBUTES = 0x0049, "Update-Output-Device-Attributes";
    GET_NEXT_DOCUMENT_DATA = 0x004A, "Get-Next-Document-Data";
    ALLOCATE_PRINTER_RESOURCES = 0x004B, "Allocate-Printer-Resources";
    CREATE_PRINTER = 0x004C, "Create-Printer";
    DEALLOCATE_PRINTER_RESOURCES = 0x004D, "Deallocate-Printer-Resources";
    DELETE_PRINTER = 0x004E, "Delete-Printer";
    GET_PRINTERS = 0x004F, "Get-Printers";
    SHUTDOWN_ONE_PRINTER = 0x0050, "Shutdown-One-Printer";
    STARTUP_ONE_PRINTER = 0x0051, "Startup-One-Printer";
    CANCEL_RESOURCE = 0x0052, "Cancel-Resource";
    CREATE_RESOURCE = 0x0053, "Create-Resource";
    INSTALL_RESOURCE = 0x0054, "Install-Resource";
    SEND_RESOURCE_DATA = 0x0055, "Send-Resource-Data";
    SET_RESOURCE_ATTRIBUTES = 0x0056, "Set-Resource-Attributes";
    CREATE_RESOURCE_SUBSCRIPTIONS = 0x0057, "Create-Resource-Subscriptions";
    CREATE_SYSTEM_SUBSCRIPTIONS = 0x0058, "Create-System-Subscriptions";
    DISABLE_ALL_PRINTERS = 0x0059, "Disable-All-Printers";
    ENABLE_ALL_PRINTERS = 0x005A, "Enable-All-Printers";
    GET_SYSTEM_ATTRIBUTES = 0x005B, "Get-System-Attributes";
    GET_SYSTEM_SUPPORTED_VALUES = 0x005C, "Get-System-Supported-Values";
    PAUSE_ALL_PRINTERS = 0x005D, "Pause-All-Printers";
    PAUSE_ALL_PRINTERS_AFTER_CURRENT_JOB = 0x005E, "Pause-All-Printers-After-Current-Job";
    REGISTER_OUTPUT_DEVICE = 0x005F, "Register-Output-Device";
    RESTART_SYSTEM = 0x0060, "Restart-System";
    RESUME_ALL_PRINTERS = 0x0061, "Resume-All-Printers";
    SET_SYSTEM_ATTRIBUTES = 0x0062, "Set-System-Attributes";
    SHUTDOWN_ALL_PRINTERS = 0x0063, "Shutdown-All-Printers";
    STARTUP_ALL_PRINTERS = 0x0064, "Startup-All-Printers";
    GET_PRINTER_RESOURCES = 0x0065, "Get-Printer-Resources";
    GET_USER_PRINTER_ATTRIBUTES = 0x0066, "Get-User-Printer-Attributes";
    RESTART_ONE_PRINTER = 0x0067, "Restart-One-Printer";
    ACKNOWLEDGE_ENCRYPTED_JOB_ATTRIBUTES = 0x0068, "Acknowledge-Encrypted-Job-Attributes";
    FETCH_ENCRYPTED_JOB_ATTRIBUTES = 0x0069, "Fetch-Encrypted-Job-Attributes";
    GET_ENCRYPTED_JOB_ATTRIBUTES = 0x006A, "Get-Encrypted-Job-Attributes";
    CUPS_GET_DEFAULT = 0x4001, "CUPS-Get-Default";
    CUPS_GET_PRINTERS = 0x4002, "CUPS-Get-Printers";
    CUPS_GET_CLASSES = 0x4005, "CUPS-Get-Classes";
}

impl Operation {
    /// The CUPS operations in the vendor range; IANA does not register them.
    pub const VENDOR: [Operation; 3] =
        [Operation::CUPS_GET_DEFAULT, Operation::CUPS_GET_PRINTERS, Operation::CUPS_GET_CLASSES];
}
