//! The text of a file, and its digest.

use sha2::{Digest, Sha256};

use super::issue::Refusal;

/// SHA-256 of a file's bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The text of a file; a byte order mark is skipped.
pub(crate) fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Refusal> {
    let looks_like = |start: &[u8]| bytes.starts_with(start);
    let refuse = |problem: &str| Err(Refusal::whole_file(file, "E104", problem.to_owned(), "save it as JSON in UTF-8"));
    // Without a mark, UTF-16 shows by the zero byte beside its first letter.
    let unmarked = matches!(bytes, [0, other, ..] | [other, 0, ..] if *other != 0);
    if unmarked || looks_like(&[0xff, 0xfe]) || looks_like(&[0xfe, 0xff]) {
        return refuse("is UTF-16, not UTF-8");
    }
    if looks_like(&[0x1f, 0x8b]) {
        return refuse("is a gzip file, not JSON");
    }
    if looks_like(b"PK\x03\x04") {
        return refuse("is a zip file or an Excel workbook, not JSON");
    }
    let text = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    match std::str::from_utf8(text) {
        Ok(text) => Ok(text),
        Err(error) => refuse(&format!("is not UTF-8 at byte {}", bytes.len() - text.len() + error.valid_up_to())),
    }
}
