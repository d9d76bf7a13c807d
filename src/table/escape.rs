//! Cells that a spreadsheet would take for formulas.
//!
//! A text that begins like a formula is written with an apostrophe before it, which is taken off when it is read. A text
//! that has apostrophes there already gets one more, so that every text comes back as it was.

use std::borrow::Cow;

/// Whether a spreadsheet may take a text for a formula, or would after apostrophes are taken off.
fn is_dangerous(text: &str) -> bool {
    let inner = text.trim_start_matches('\'');
    inner.starts_with(['\t', '\r', '\n'])
        || inner.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

/// A text as it is written into a cell of text.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text as it was before it was written.
pub fn unescaped(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_dangerous(text) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_written_as_a_formula_and_every_text_comes_back() {
        for text in
            ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =x", "'=x", "''=x", "'\tx", "＝1", "'", "it's", "O'Neil", ""]
        {
            let cell = escaped(text);
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', ' ', '＝']), "{cell:?}");
            assert_eq!(unescaped(&cell), text);
        }
        assert_eq!(escaped("tender in May"), "tender in May");
        assert_eq!(unescaped("'quoted'"), "'quoted'");
    }
}
