//! JPEG pictures, by libjpeg's own program.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::programs;

/// Packs pixels (red, green, blue) as `cjpeg` does, with these options.
///
/// # Panics
/// When `cjpeg` is not installed or fails.
pub fn jpeg(width: usize, pixels: &[u8], options: &[&str]) -> Vec<u8> {
    let height = pixels.len() / (width * 3);
    let mut cjpeg = Command::new(programs::find("cjpeg", "libjpeg-turbo-progs"))
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("cjpeg starts");
    let mut stdin = cjpeg.stdin.take().expect("it was piped");
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            let header = format!("P6\n{width} {height}\n255\n");
            stdin.write_all(header.as_bytes()).expect("cjpeg reads its input");
            stdin.write_all(pixels).expect("cjpeg reads its input");
        });
        cjpeg.wait_with_output().expect("cjpeg ends")
    });
    assert!(output.status.success(), "cjpeg: {}", output.status);
    output.stdout
}
