//! Walking over JSON text: once strictly, to check its grammar, and then quickly, because it has been checked.
//!
//! Eight bytes are looked at at a time: the byte looked for is told by arithmetic on all of them at once.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is zero; exact up to the first such byte.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

/// The high bit of each byte that equals `byte`; exact up to the first such byte.
const fn equal(word: u64, byte: u8) -> u64 {
    zeros(word ^ (ONES * byte as u64))
}

/// Where the first byte stands, at or after `at`, that `marks` marks in a word and `is` knows by itself.
#[inline]
fn find(bytes: &[u8], mut at: usize, marks: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    while let Some(word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let marked = marks(u64::from_le_bytes(*word));
        if marked != 0 {
            return at + (marked.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while at < bytes.len() && !is(bytes[at]) {
        at += 1;
    }
    at
}

/// The end of the string that begins at `at` with its quote, of a text whose grammar has been checked.
#[inline]
pub fn skip_string(bytes: &[u8], at: usize) -> usize {
    let marks = |word| equal(word, b'"') | equal(word, b'\\');
    let mut at = find(bytes, at + 1, marks, |byte| matches!(byte, b'"' | b'\\'));
    while bytes.get(at) == Some(&b'\\') {
        at = find(bytes, at + 2, marks, |byte| matches!(byte, b'"' | b'\\'));
    }
    (at + 1).min(bytes.len())
}

/// The end of the value that begins at `at`, of a text whose grammar has been checked. Of any other text it is some
/// place in it.
#[inline]
pub fn skip(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'"') => skip_string(bytes, at),
        Some(b'{' | b'[') => skip_nested(bytes, at),
        _ => {
            let is_end = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
            bytes.get(at..).unwrap_or_default().iter().position(is_end).map_or(bytes.len(), |length| at + length)
        }
    }
}

/// The end of the object or list that begins at `at`.
///
/// Walks in blocks of 64 bytes: a bit for each quote and bracket, the strings from the parity of quotes, and mostly
/// nothing to look at one by one.
fn skip_nested(bytes: &[u8], mut at: usize) -> usize {
    // All ones while the block begins inside a string.
    let (mut depth, mut inside) = (0_u32, 0_u64);
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<64>()) {
        let Some(Marks { quotes, mut opening, mut closing }) = Marks::of(block) else { break };
        let strings = parity(quotes) ^ inside;
        (opening, closing) = (opening & !strings, closing & !strings);
        if closing.count_ones() < depth {
            depth = depth + opening.count_ones() - closing.count_ones();
        } else {
            let mut both = opening | closing;
            while both != 0 {
                let lowest = both & both.wrapping_neg();
                if opening & lowest != 0 {
                    depth += 1;
                } else if depth <= 1 {
                    return at + lowest.trailing_zeros() as usize + 1;
                } else {
                    depth -= 1;
                }
                both ^= lowest;
            }
        }
        inside = if strings >> 63 == 1 { u64::MAX } else { 0 };
        at += 64;
    }
    // A block with a backslash, and the end of the text, byte by byte.
    let mut inside = inside != 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'"' => inside = !inside,
            b'{' | b'[' if !inside => depth += 1,
            b'}' | b']' if !inside && depth <= 1 => return at + 1,
            b'}' | b']' if !inside => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A bit for each of 64 bytes, the first one lowest.
struct Marks {
    quotes: u64,
    opening: u64,
    closing: u64,
}

impl Marks {
    /// `None` where one of the bytes is a backslash.
    #[inline]
    fn of(block: &[u8; 64]) -> Option<Marks> {
        let mut marks = Marks { quotes: 0, opening: 0, closing: 0 };
        let mut backslashes = 0;
        for (number, word) in block.chunks_exact(8).enumerate() {
            let word = word.first_chunk::<8>().map_or(0, |word| u64::from_le_bytes(*word));
            // Brackets are braces without the bit of 0x20.
            let braces = word | (ONES * 0x20);
            backslashes |= equal(word, b'\\');
            marks.quotes |= bits(word, b'"') << (8 * number);
            marks.opening |= bits(braces, b'{') << (8 * number);
            marks.closing |= bits(braces, b'}') << (8 * number);
        }
        (backslashes == 0).then_some(marks)
    }
}

/// A bit for each byte of a word that equals `byte`, the first one lowest; exact.
#[inline]
const fn bits(word: u64, byte: u8) -> u64 {
    let other = word ^ (ONES * byte as u64);
    let differs = (other & !HIGHS).wrapping_add(!HIGHS) | other;
    // The high bits of the equal bytes, moved to the top one after the other.
    ((!differs & HIGHS) >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// The parity of the bits up to and including each one.
#[inline]
const fn parity(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ (bits << 32)
}

/// The first place at or after `at` that is not blank.
#[inline]
pub fn blank(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The end of the string that begins at `at`, if there is a whole one.
#[inline]
pub fn string(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let controls = |word: u64| word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    let marks = |word| equal(word, b'"') | equal(word, b'\\') | controls(word);
    let is = |byte| matches!(byte, b'"' | b'\\' | 0..0x20);
    let mut at = at + 1;
    loop {
        at = find(bytes, at, marks, is);
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at += 6,
                _ => return None,
            },
            _ => return None,
        }
    }
}

fn digits(bytes: &[u8], mut at: usize) -> Option<usize> {
    let first = at;
    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
        at += 1;
    }
    (at > first).then_some(at)
}

#[inline]
fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let at = at + usize::from(bytes.get(at) == Some(&b'-'));
    let mut at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(bytes, at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(bytes, at)?;
    }
    Some(at)
}

/// The place of a value behind the name that stands at `at`.
#[inline]
pub fn named(bytes: &[u8], at: usize) -> Option<usize> {
    let at = blank(bytes, string(bytes, at)?);
    (bytes.get(at) == Some(&b':')).then(|| blank(bytes, at + 1))
}

/// The end of the value that begins at `at`, if it is one by the grammar of JSON. `None` also where it is nested
/// deeper than 128 levels.
pub fn value(bytes: &[u8], at: usize) -> Option<usize> {
    // A bit a level, the innermost last: 1 in an object, 0 in a list.
    let (mut at, mut depth, mut objects) = (at, 0_u32, 0_u128);
    loop {
        at = match bytes.get(at)? {
            b'"' => string(bytes, at)?,
            opening @ (b'{' | b'[') => {
                let inside = blank(bytes, at + 1);
                // The closing bracket is two characters further than the opening one.
                if bytes.get(inside) == Some(&(opening + 2)) {
                    inside + 1
                } else if depth == 128 {
                    return None;
                } else {
                    depth += 1;
                    objects = objects << 1 | u128::from(*opening == b'{');
                    at = if *opening == b'{' { named(bytes, inside)? } else { inside };
                    continue;
                }
            }
            b't' if bytes[at..].starts_with(b"true") => at + 4,
            b'f' if bytes[at..].starts_with(b"false") => at + 5,
            b'n' if bytes[at..].starts_with(b"null") => at + 4,
            b'-' | b'0'..=b'9' => number(bytes, at)?,
            _ => return None,
        };
        loop {
            if depth == 0 {
                return Some(at);
            }
            let object = objects & 1 == 1;
            let next = blank(bytes, at);
            match bytes.get(next)? {
                b',' => {
                    let after = blank(bytes, next + 1);
                    at = if object { named(bytes, after)? } else { after };
                    break;
                }
                b'}' if object => {}
                b']' if !object => {}
                _ => return None,
            }
            (at, depth, objects) = (next + 1, depth - 1, objects >> 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    /// Whether a text is one value by `serde_json`, and by the strict walk; where it is, both walks end alike.
    fn agree(text: &str) {
        let theirs = serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get);
        let start = blank(text.as_bytes(), 0);
        let end = value(text.as_bytes(), start).filter(|&end| blank(text.as_bytes(), end) == text.len());
        assert_eq!(end.map(|end| &text[start..end]), theirs, "{text:?}");
        if let Some(end) = end {
            assert_eq!(skip(text.as_bytes(), start), end, "{text:?}");
        }
        // Never a panic, never beyond the end.
        assert!(skip(text.as_bytes(), start) <= text.len());
    }

    const TEXTS: [&str; 12] = [
        r#"{"a": [1, -0.5e+7, 0, 10, 1E5], "b\n\"": {"c": "d\u00e9\\", "e": {}}, "f": [ ], "g": [true, false, null]}"#,
        r#"  [[[["]", "}", "\"{"], {"x": "[]{}_yY\u007f"}]], "ü€😀", "a long text with \\ and \" and an end"]  "#,
        r#""\ud800""#,
        "-0",
        "12345.678901e-05",
        "\"tab\tinside\"",
        "[1,2,]",
        "{\"a\":1,}",
        "01",
        "[tru]",
        "\"open",
        "",
    ];

    #[test]
    fn both_walks_agree_with_serde_json_on_every_text_and_every_damaged_text() {
        let damage = ["", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", ".", "e", "-", " ", "\n", "\u{1}", "u", "é"];
        for text in TEXTS {
            agree(text);
            for (at, character) in text.char_indices() {
                agree(&text[..at]);
                for other in damage {
                    agree(&format!("{}{other}{}", &text[..at], &text[at + character.len_utf8()..]));
                    agree(&format!("{}{other}{}", &text[..at], &text[at..]));
                }
            }
        }
    }

    #[test]
    fn long_texts_are_walked_over_alike_wherever_they_are_cut_and_escaped() {
        let element = r#"{"id": "c1 {[", "x": [[1, "]"], {"y": {}}], "z": "€ yYüß_", "w": 12.5},"#;
        let escaped = r#"{"id": "a\\", "b": "\"]", "c": "\u007d"},"#;
        for gap in 0..70 {
            for count in [0, 1, 3, 40] {
                let blanks = " ".repeat(gap);
                let text = format!("[{blanks}{}{escaped}{}1]", element.repeat(count), element.repeat(2));
                assert_eq!(skip(text.as_bytes(), 0), text.len());
                assert_eq!(value(text.as_bytes(), 0), Some(text.len()));
                let behind = format!("{text}  ]}}\"");
                assert_eq!(skip(behind.as_bytes(), 0), text.len());
            }
        }
    }

    #[test]
    fn deep_nesting_is_left_to_others() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(value(nested(128).as_bytes(), 0), Some(257));
        assert_eq!(value(nested(129).as_bytes(), 0), None);
        assert_eq!(skip(nested(100_000).as_bytes(), 0), 200_001);
    }
}
