//! The keeper: one small shell process that outlives the test process and cleans up after it.
//!
//! Dropping a value ends its part, but a test process that is killed, or that ends while a part is
//! kept in a static, drops nothing. The keeper reads from a pipe what this process started. The
//! kernel closes the pipe however this process ends, and the keeper then ends what is left.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Reads `started GROUP SIGNAL`, `ended GROUP`, `made FOLDER` and `removed FOLDER` until the pipe
/// closes; then signals the groups that are left, kills those that stay longer than 5 s, and
/// removes the folders that are left.
const SCRIPT: &str = r#"
groups=' '; folders=''
while read -r verb what signal; do
    case $verb in
        started) groups="$groups$what:$signal " ;;
        ended)
            kept=' '
            for one in $groups; do [ "${one%:*}" = "$what" ] || kept="$kept$one "; done
            groups=$kept ;;
        made) folders="$folders$what
" ;;
        removed) folders=$(printf '%s' "$folders" | grep -vxF -e "$what"; echo .); folders=${folders%.} ;;
    esac
done
for one in $groups; do kill -s "${one#*:}" -- "-${one%:*}" 2>/dev/null; done
for one in $groups; do
    tries=0
    while kill -s 0 -- "-${one%:*}" 2>/dev/null && [ $tries -lt 50 ]; do
        sleep 0.1; tries=$((tries + 1))
    done
    kill -s KILL -- "-${one%:*}" 2>/dev/null
done
printf '%s' "$folders" | while read -r folder; do rm -rf -- "$folder"; done
"#;

static KEEPER: OnceLock<Mutex<Child>> = OnceLock::new();

fn tell(line: &str) {
    let keeper = KEEPER.get_or_init(|| Mutex::new(start()));
    let mut keeper = keeper.lock().expect("nothing panics while the lock is held");
    if let Some(pipe) = &mut keeper.stdin {
        // A keeper that is gone cannot help, and the test itself is not wrong because of that.
        let _ = writeln!(pipe, "{line}");
    }
}

fn start() -> Child {
    Command::new("/bin/sh")
        .args(["-c", SCRIPT, "real-parts-keeper"])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("/bin/sh is there on every Debian")
}

pub(crate) fn started(group: i32, signal: &str) {
    tell(&format!("started {group} {signal}"));
}

pub(crate) fn ended(group: i32) {
    tell(&format!("ended {group}"));
}

pub(crate) fn made(folder: &Path) {
    tell(&format!("made {}", folder.display()));
}

pub(crate) fn removed(folder: &Path) {
    tell(&format!("removed {}", folder.display()));
}
