//! Writes pictures that people can look at (PNG, ISO/IEC 15948).

/// A picture of red, green and blue bytes.
pub fn png(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut header = [side(width), side(height)].concat();
    // Eight bits, three colours, nothing special.
    header.extend([8, 2, 0, 0, 0]);
    // Each row begins with how it is filtered: not at all.
    let rows = pixels.chunks(width.max(1) * 3).flat_map(|row| [&[0], row].concat());
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&rows.collect::<Vec<u8>>(), 6);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", packed), (b"IEND", Vec::new())] {
        let part = [kind.as_slice(), &data].concat();
        file.extend(side(data.len()));
        file.extend(&part);
        file.extend(checksum(&part).to_be_bytes());
    }
    file
}

/// CRC-32 as PNG has it (annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 }
        })
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(super::checksum(b"123456789"), 0xcbf4_3926);
    }
}
