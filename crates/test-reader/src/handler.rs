//! The C functions that pcscd calls: IFD handler interface 3.0, as `ifdhandler.h` of pcsc-lite
//! describes it. `unsafe` is needed to export them and to fill pcscd's buffers; nothing else is done
//! here.

use std::ffi::{CStr, OsStr, c_char, c_int, c_long, c_uchar, c_ulong};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use crate::reader::{self, ANSWER_TO_RESET, Sight};

type Dword = c_ulong;
type Response = c_long;

const IFD_SUCCESS: Response = 0;
const IFD_ERROR_TAG: Response = 600;
const IFD_NOT_SUPPORTED: Response = 614;
const IFD_ICC_PRESENT: Response = 615;
const IFD_ICC_NOT_PRESENT: Response = 616;
const IFD_NO_SUCH_DEVICE: Response = 617;
const IFD_ERROR_INSUFFICIENT_BUFFER: Response = 618;

const IFD_POWER_DOWN: Dword = 501;
const SCARD_PROTOCOL_T1: Dword = 2;

const TAG_IFD_ATR: Dword = 0x0303;
const TAG_IFD_SLOT_THREAD_SAFE: Dword = 0x0FAC;
const TAG_IFD_THREAD_SAFE: Dword = 0x0FAD;
const TAG_IFD_SLOTS_NUMBER: Dword = 0x0FAE;
const TAG_IFD_SIMULTANEOUS_ACCESS: Dword = 0x0FAF;
const TAG_IFD_POLLING_THREAD_WITH_TIMEOUT: Dword = 0x0FB3;

/// How many readers one loaded driver serves. With the answer 1 pcscd gives every reader the same
/// number, and a card on one of them would be read on another.
const READERS_MAX: u8 = 16;

/// `SCARD_IO_HEADER` of `ifdhandler.h`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct IoHeader {
    protocol: Dword,
    length: Dword,
}

/// A buffer of pcscd's: where to write, and where its room stands and the written length goes.
struct Buffer {
    start: *mut c_uchar,
    length: *mut Dword,
}

impl Buffer {
    /// Writes all of `bytes`, or nothing when there is no room for them.
    ///
    /// # Safety
    /// `length` points to the number of bytes that may be written at `start`.
    unsafe fn fill(&self, bytes: &[u8]) -> Response {
        // SAFETY: the caller promises that `length` is readable and writable.
        let room = unsafe { *self.length };
        if bytes.len() as Dword > room {
            // SAFETY: as above.
            unsafe { *self.length = 0 };
            return IFD_ERROR_INSUFFICIENT_BUFFER;
        }
        // SAFETY: the caller promises `room` bytes at `start`, and `bytes` is not longer.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start, bytes.len());
            *self.length = bytes.len() as Dword;
        }
        IFD_SUCCESS
    }
}

/// pcscd keeps a thread in this function and looks at the reader again whenever it returns.
extern "C" fn wait_for_change(number: Dword, limit_ms: c_int) -> Response {
    let limit_ms = u64::try_from(limit_ms).unwrap_or(0);
    reader::wait_for_change(number, Duration::from_millis(limit_ms));
    IFD_SUCCESS
}

/// Opens the reader that `DEVICENAME` of the configuration names: a folder.
///
/// # Safety
/// `name` is a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IFDHCreateChannelByName(number: Dword, name: *const c_char) -> Response {
    // SAFETY: the caller promises a C string.
    let name = unsafe { CStr::from_ptr(name) };
    if reader::open(number, Path::new(OsStr::from_bytes(name.to_bytes()))) {
        IFD_SUCCESS
    } else {
        IFD_NO_SUCH_DEVICE
    }
}

/// Readers without a name do not exist here.
#[unsafe(no_mangle)]
pub extern "C" fn IFDHCreateChannel(_number: Dword, _channel: Dword) -> Response {
    IFD_NO_SUCH_DEVICE
}

/// Closes a reader.
#[unsafe(no_mangle)]
pub extern "C" fn IFDHCloseChannel(number: Dword) -> Response {
    reader::close(number);
    IFD_SUCCESS
}

/// Says what the driver can do, and gives the answer to reset of the card on the reader.
///
/// # Safety
/// `length` points to the number of bytes that may be written at `value`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IFDHGetCapabilities(
    number: Dword,
    tag: Dword,
    length: *mut Dword,
    value: *mut c_uchar,
) -> Response {
    let waiting: extern "C" fn(Dword, c_int) -> Response = wait_for_change;
    let pointer = (waiting as usize).to_ne_bytes();
    let bytes: &[u8] = match tag {
        TAG_IFD_SLOTS_NUMBER | TAG_IFD_THREAD_SAFE | TAG_IFD_SLOT_THREAD_SAFE => &[1],
        TAG_IFD_SIMULTANEOUS_ACCESS => &[READERS_MAX],
        // Makes the driver report changes at once, as USB readers do; else pcscd asks each 400 ms.
        TAG_IFD_POLLING_THREAD_WITH_TIMEOUT => &pointer,
        TAG_IFD_ATR => match reader::look(number) {
            Sight::Card(_) => &ANSWER_TO_RESET,
            Sight::Empty | Sight::Unplugged => return IFD_ICC_NOT_PRESENT,
        },
        _ => return IFD_ERROR_TAG,
    };
    // SAFETY: the caller promises the room that `length` names.
    unsafe { Buffer { start: value, length }.fill(bytes) }
}

/// Nothing can be set.
#[unsafe(no_mangle)]
pub extern "C" fn IFDHSetCapabilities(
    _number: Dword,
    _tag: Dword,
    _length: Dword,
    _value: *const c_uchar,
) -> Response {
    IFD_NOT_SUPPORTED
}

/// Any protocol will do: the cards answer one command.
#[unsafe(no_mangle)]
pub extern "C" fn IFDHSetProtocolParameters(
    _number: Dword,
    _protocol: Dword,
    _flags: c_uchar,
    _pts1: c_uchar,
    _pts2: c_uchar,
    _pts3: c_uchar,
) -> Response {
    IFD_SUCCESS
}

/// Switches the card on or off; switching on gives its answer to reset.
///
/// # Safety
/// `length` points to the number of bytes that may be written at `atr`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IFDHPowerICC(
    number: Dword,
    action: Dword,
    atr: *mut c_uchar,
    length: *mut Dword,
) -> Response {
    let buffer = Buffer { start: atr, length };
    let (bytes, response): (&[u8], Response) = match reader::look(number) {
        _ if action == IFD_POWER_DOWN => (&[], IFD_SUCCESS),
        Sight::Card(_) => (&ANSWER_TO_RESET, IFD_SUCCESS),
        Sight::Empty | Sight::Unplugged => (&[], IFD_ICC_NOT_PRESENT),
    };
    // SAFETY: the caller promises the room that `length` names.
    match unsafe { buffer.fill(bytes) } {
        IFD_SUCCESS => response,
        failed => failed,
    }
}

/// Passes a command to the card and its answer back.
///
/// # Safety
/// `command` has `command_length` bytes; `reply_length` points to the number of bytes that may be
/// written at `reply`; `received` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IFDHTransmitToICC(
    number: Dword,
    _send: IoHeader,
    command: *const c_uchar,
    command_length: Dword,
    reply: *mut c_uchar,
    reply_length: *mut Dword,
    received: *mut IoHeader,
) -> Response {
    let buffer = Buffer { start: reply, length: reply_length };
    reader::hang(number);
    let Sight::Card(card) = reader::look(number) else {
        // SAFETY: the caller promises the room that `reply_length` names; nothing always fits.
        unsafe { buffer.fill(&[]) };
        return IFD_ICC_NOT_PRESENT;
    };
    // SAFETY: the caller promises that many bytes of command.
    let command = unsafe { std::slice::from_raw_parts(command, command_length as usize) };
    if !received.is_null() {
        // SAFETY: it is not null, and the caller promises that it is then writable.
        unsafe { (*received).protocol = SCARD_PROTOCOL_T1 };
    }
    // SAFETY: the caller promises the room that `reply_length` names.
    unsafe { buffer.fill(&reader::answer(&card, command)) }
}

/// Whether a card lies on the reader.
#[unsafe(no_mangle)]
pub extern "C" fn IFDHICCPresence(number: Dword) -> Response {
    match reader::look(number) {
        Sight::Card(_) => IFD_ICC_PRESENT,
        Sight::Empty => IFD_ICC_NOT_PRESENT,
        Sight::Unplugged => IFD_NO_SUCH_DEVICE,
    }
}

/// Takes the reader's own commands and answers nothing.
///
/// # Safety
/// `command` points to `command_length` bytes; `returned` is null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn IFDHControl(
    number: Dword,
    _code: Dword,
    command: *const c_uchar,
    command_length: Dword,
    _reply: *mut c_uchar,
    _reply_room: Dword,
    returned: *mut Dword,
) -> Response {
    if !returned.is_null() {
        // SAFETY: it is not null, and the caller promises that it is then writable.
        unsafe { *returned = 0 };
    }
    if command.is_null() {
        return IFD_NOT_SUPPORTED;
    }
    // SAFETY: the caller promises that many bytes of command.
    let command = unsafe { std::slice::from_raw_parts(command, command_length as usize) };
    if reader::obey(number, command) { IFD_SUCCESS } else { IFD_NOT_SUPPORTED }
}
