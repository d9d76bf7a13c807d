//! Counts and texts in cells.

use super::cell::Cell;
use super::number::RawNumber;

/// Most visits or calls that a cell may say.
const MOST: i64 = 10_000;

/// A number of visits or calls; none where the cell is empty. Otherwise what is wrong with it.
pub fn count(cell: &Cell<'_>) -> Result<Option<u32>, String> {
    if *cell == Cell::Empty {
        return Ok(None);
    }
    let number = RawNumber::read(cell, false)?;
    match number.scaled(0, None) {
        Some((_, true)) => Err("is not a whole number".to_owned()),
        Some((number, false)) if number < 0 => Err("is negative".to_owned()),
        Some((number, false)) if number <= MOST => Ok(u32::try_from(number).ok()),
        _ => Err("is more than 10,000".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_counts_and_nothing_else_is() {
        for (text, number) in [("4", 4), ("4.0", 4), ("0", 0), ("4,0", 4)] {
            assert_eq!(count(&Cell::Text(text)), Ok(Some(number)), "{text}");
        }
        assert_eq!(count(&Cell::Empty), Ok(None));
        assert_eq!(count(&Cell::Number(13.0)), Ok(Some(13)));
        for text in ["four", "4.5", "-1", "4 visits", "99999", "1e3", "2026-07-01"] {
            assert!(count(&Cell::Text(text)).is_err(), "{text}");
        }
        for cell in [Cell::Number(0.5), Cell::Number(-1.0), Cell::Truth(true), Cell::Fault("#REF!")] {
            assert!(count(&cell).is_err(), "{cell:?}");
        }
    }
}
