//! Numbers as people write them: with a point or a comma, with thousands, with a currency.
//!
//! `1.234` is a thousand or a little more than one, by where it was written. A [`RawNumber`] keeps both readings;
//! [`Decimals`] collects what the numbers of a table that can only be read one way say of the others.

use super::cell::Cell;

/// Which sign stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// 1,234.50
    Point,
    /// 1.234,50
    Comma,
}

/// A number of which it may not be known yet where its decimals begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawNumber {
    /// All digits, with the sign.
    digits: i64,
    /// How many of them stand behind the last separator.
    behind: u8,
    reading: Reading,
    /// Which currency is named beside it, from 1; 0 for none.
    currency: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Only one is possible; where a separator says how decimals are written here, which.
    Known(Option<Style>),
    /// Decimals in the one style, thousands in the other.
    DecimalIf(Style),
}

/// Most digits that are read.
const MOST_DIGITS: u32 = 18;

impl RawNumber {
    /// Reads a cell, or says why it is no number. `percent` allows `80 %`, which is 0.8.
    pub fn read(cell: &Cell<'_>, percent: bool) -> Result<RawNumber, &'static str> {
        match cell {
            Cell::Text(text) => RawNumber::parse(text, percent),
            // As many decimals as the digits of a workbook's number can hold.
            Cell::Number(number) => {
                let places = if number.abs() < 1e6 { 9 } else { 3 };
                RawNumber::parse(&format!("{number:.places$}"), false).map(RawNumber::of_workbook)
            }
            Cell::Day(_) => Err("is a day where a number is due"),
            Cell::Fault(_) => Err("is an error of the spreadsheet"),
            Cell::Truth(_) => Err("is no number"),
            Cell::Empty => Err("is empty"),
        }
    }

    /// A workbook's own number: its point says nothing of how texts are written.
    fn of_workbook(self) -> RawNumber {
        let mut number = RawNumber { reading: Reading::Known(None), ..self };
        while number.behind > 0 && number.digits % 10 == 0 {
            number.digits /= 10;
            number.behind -= 1;
        }
        number
    }

    /// The number, with decimals behind its only separator.
    pub fn with_decimals(self) -> RawNumber {
        match self.reading {
            Reading::DecimalIf(style) => RawNumber { reading: Reading::Known(Some(style)), ..self },
            Reading::Known(_) => self,
        }
    }

    fn parse(text: &str, percent: bool) -> Result<RawNumber, &'static str> {
        const NONE: &str = "is no number";
        let mut rest = text.trim();
        let (mut negative, mut hundredth) = (false, false);
        if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (negative, rest) = (true, inner.trim());
        }
        if let (true, Some(inner)) = (percent, rest.strip_suffix('%')) {
            (hundredth, rest) = (true, inner.trim());
        }
        let (mut currency, bare) = without_currency(rest);
        rest = bare;
        for sign in ['-', '\u{2212}'] {
            if let Some(inner) = rest.strip_prefix(sign).or(rest.strip_suffix(sign)) {
                if negative {
                    return Err(NONE);
                }
                (negative, rest) = (true, inner.trim());
            }
        }
        let (behind_sign, bare) = without_currency(rest.strip_prefix('+').unwrap_or(rest));
        (currency, rest) = (currency.max(behind_sign), bare);
        let mut digits: i64 = 0;
        let (mut count, mut since) = (0_u32, 0_u32);
        // Separators: which, and whether every group behind the first one has three digits.
        let (mut points, mut commas, mut gaps) = (0_u32, 0_u32, 0_u32);
        let mut last = None;
        let mut first_group = 0;
        let mut groups_of_three = true;
        let mut other_seen_after_last_kind = false;
        for character in rest.chars() {
            match character {
                '0'..='9' => {
                    count += 1;
                    since += 1;
                    if count > MOST_DIGITS {
                        return Err("has more digits than an amount can have");
                    }
                    digits = digits * 10 + i64::from(character as u32 - '0' as u32);
                }
                '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}' => {
                    if last.is_none() {
                        first_group = since;
                    } else {
                        groups_of_three &= since == 3;
                    }
                    // Decimals come last: nothing follows the second kind of separator but digits.
                    if other_seen_after_last_kind && Some(character) != last {
                        return Err(NONE);
                    }
                    other_seen_after_last_kind |= last.is_some_and(|last| last != character);
                    match character {
                        '.' => points += 1,
                        ',' => commas += 1,
                        _ => gaps += 1,
                    }
                    last = Some(character);
                    since = 0;
                }
                'e' | 'E' if count > 0 => return Err("is written with an exponent, and digits may be lost"),
                _ => return Err(NONE),
            }
        }
        if count == 0 {
            return Err(NONE);
        }
        if negative {
            digits = -digits;
        }
        let known =
            |behind: u32, style| RawNumber { digits, behind: behind as u8, reading: Reading::Known(style), currency };
        let number = match (points, commas, last) {
            (0, 0, _) if gaps == 0 => known(0, None),
            // Blanks between thousands alone.
            (0, 0, _) if groups_of_three && since == 3 && (1..=3).contains(&first_group) => known(0, None),
            // Several of one kind: thousands.
            (2.., 0, _) if gaps == 0 && groups_of_three && since == 3 => known(0, Some(Style::Comma)),
            (0, 2.., _) if gaps == 0 && groups_of_three && since == 3 => known(0, Some(Style::Point)),
            // One at the end of blanks or of thousands of the other kind.
            (1, _, Some('.')) if (commas > 0 || gaps > 0) && groups_of_three => known(since, Some(Style::Point)),
            (_, 1, Some(',')) if (points > 0 || gaps > 0) && groups_of_three => known(since, Some(Style::Comma)),
            (1, 0, Some('.')) | (0, 1, Some(',')) if gaps == 0 => {
                let style = if points == 1 { Style::Point } else { Style::Comma };
                let leading_zero = first_group == 0 || rest.starts_with('0');
                if since == 3 && first_group <= 3 && !leading_zero {
                    RawNumber { digits, behind: 3, reading: Reading::DecimalIf(style), currency }
                } else {
                    known(since, Some(style))
                }
            }
            _ => return Err(NONE),
        };
        Ok(if hundredth { RawNumber { behind: number.behind + 2, ..number } } else { number })
    }

    /// The number times 10^`places`, rounded half away from zero, with whether rounding changed it; `None` where it is
    /// too large.
    pub fn scaled(self, places: u8, style: Option<Style>) -> Option<(i64, bool)> {
        let behind = match self.reading {
            Reading::DecimalIf(decimal) if style != Some(decimal) => self.behind - 3,
            _ => self.behind,
        };
        if behind <= places {
            let scale = 10_i64.checked_pow(u32::from(places - behind))?;
            return Some((self.digits.checked_mul(scale)?, false));
        }
        let scale = 10_i64.checked_pow(u32::from(behind - places))?;
        let (whole, rest) = (self.digits / scale, self.digits % scale);
        let up = i64::from(rest.abs() * 2 >= scale) * self.digits.signum();
        Some((whole + up, rest != 0))
    }
}

/// Names and signs of currencies; the sign of one stands behind its name.
const CURRENCIES: [&[&str]; 4] = [&["EUR", "€"], &["USD", "$"], &["CHF", "Fr."], &["GBP", "£"]];

/// Which currency is named before or behind a number, from 1, and the rest.
fn without_currency(text: &str) -> (u8, &str) {
    if text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b',' | b'-')) {
        return (0, text);
    }
    for (number, names) in (1..).zip(CURRENCIES) {
        for name in names {
            if let Some(rest) = text.strip_suffix(name).or(text.strip_prefix(name)) {
                return (number, rest.trim());
            }
        }
    }
    (0, text.trim())
}

/// Why the numbers of a table cannot be read, and where that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The row.
    pub row: u64,
    /// The column, from 0.
    pub column: usize,
    /// The number as it stands.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// How to mend it.
    pub remedy: &'static str,
}

/// What a table's numbers say of how decimals are written in it.
#[derive(Clone, Debug, Default)]
pub struct Decimals {
    point: Option<(u64, String)>,
    comma: Option<(u64, String)>,
    /// The first number that can be read both ways, with its column.
    either: Option<(u64, usize, String)>,
    currency: Option<(u8, u64, String)>,
    /// The first number in another currency than those before, with its column.
    mixed: Option<(u64, usize, String)>,
}

impl Decimals {
    /// Takes note of a number, of where it stands and of how it is written.
    pub fn note(&mut self, number: RawNumber, row: u64, column: usize, cell: &Cell<'_>) {
        let example = || (row, cell.text().into_owned());
        if number.currency != 0 {
            match &self.currency {
                None => self.currency = Some((number.currency, row, cell.text().into_owned())),
                Some((known, ..)) if *known != number.currency && self.mixed.is_none() => {
                    self.mixed = Some((row, column, cell.text().into_owned()));
                }
                Some(_) => {}
            }
        }
        match number.reading {
            Reading::Known(None) => {}
            Reading::Known(Some(Style::Point)) => {
                self.point.get_or_insert_with(example);
            }
            Reading::Known(Some(Style::Comma)) => {
                self.comma.get_or_insert_with(example);
            }
            Reading::DecimalIf(_) => {
                self.either.get_or_insert_with(|| (row, column, cell.text().into_owned()));
            }
        }
    }

    /// How decimals are written, where a number needs to know it; a problem where that cannot be told, or where the
    /// table has several currencies.
    pub fn settle(&self, stated: Option<Style>) -> Result<Option<Style>, Undecided> {
        if let (Some((row, column, value)), Some((_, before, other))) = (&self.mixed, &self.currency) {
            return Err(Undecided {
                row: *row,
                column: *column,
                value: value.clone(),
                problem: format!("is in another currency than {other} in row {before}"),
                remedy: "convert all amounts to one currency",
            });
        }
        let remedy = "write \"decimal\": \".\" or \",\" for this table in a mapping file (--map)";
        let undecided = |(row, column, value): &(u64, usize, String), problem| {
            Err(Undecided { row: *row, column: *column, value: value.clone(), problem, remedy })
        };
        match (stated, &self.point, &self.comma, &self.either) {
            (Some(style), ..) => Ok(Some(style)),
            (None, Some(_), None, _) => Ok(Some(Style::Point)),
            (None, None, Some(_), _) => Ok(Some(Style::Comma)),
            (None, _, _, None) => Ok(None),
            (None, None, None, Some(either)) => {
                let problem = "may be a thousand or a decimal, and no other number of the table says which";
                undecided(either, problem.to_owned())
            }
            (None, Some((a, point)), Some((b, comma)), Some(either)) => undecided(
                either,
                format!(
                    "may be a thousand or a decimal, and the table writes both: {point} in row {a}, {comma} in row {b}"
                ),
            ),
        }
    }

    /// The style in words, with the number that showed it.
    pub fn spoken(&self) -> Option<String> {
        match (&self.point, &self.comma) {
            (None, Some((row, value))) => Some(format!("decimal comma (row {row}: {value})")),
            (Some(_), Some(_)) => Some("both decimal points and decimal commas".to_owned()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str, style: Option<Style>) -> Option<i64> {
        RawNumber::read(&Cell::Text(text), false).ok()?.scaled(2, style).map(|(cents, _)| cents)
    }

    #[test]
    fn numbers_that_can_be_read_one_way_only_are() {
        for (text, expected) in [
            ("12", 1200),
            ("-12.5", -1250),
            ("12,5", 1250),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("1.234.567", 123_456_700),
            ("1,234,567", 123_456_700),
            ("1 234,5", 123_450),
            ("1'234.5", 123_450),
            ("1\u{a0}234 €", 123_400),
            ("EUR 99,90", 9_990),
            ("(5.00)", -500),
            ("5,00-", -500),
            ("0.125", 13),
            ("1234.567", 123_457),
            (".5", 50),
        ] {
            for style in [None, Some(Style::Point), Some(Style::Comma)] {
                assert_eq!(cents(text, style), Some(expected), "{text}");
            }
        }
    }

    #[test]
    fn numbers_that_can_be_read_two_ways_follow_the_others() {
        assert_eq!(cents("1.234", Some(Style::Point)), Some(123));
        assert_eq!(cents("1.234", Some(Style::Comma)), Some(123_400));
        assert_eq!(cents("12,345", Some(Style::Point)), Some(1_234_500));
        assert_eq!(cents("12,345", Some(Style::Comma)), Some(1_235));
        let settled = |texts: &[&str]| {
            let mut decimals = Decimals::default();
            for (row, text) in (2..).zip(texts) {
                let cell = Cell::Text(text);
                decimals.note(RawNumber::read(&cell, false).unwrap(), row, 3, &cell);
            }
            decimals.settle(None)
        };
        assert_eq!(settled(&["1.234", "5,5"]), Ok(Some(Style::Comma)));
        assert_eq!(settled(&["1.234", "5.5"]), Ok(Some(Style::Point)));
        assert_eq!(settled(&["12", "15"]), Ok(None));
        assert_eq!(settled(&["12", "1.234"]).unwrap_err().row, 3);
        assert_eq!(settled(&["5 EUR", "€ 6", "7 USD"]).unwrap_err().row, 4);
        assert_eq!(settled(&["1.5", "1,5", "1.234"]).unwrap_err().row, 4);
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "-", "abc", "1,2,3", "1.2,3.4", "12 34", "1.23E+5", "12a", "--5", "1..5", "1,23,456", "."] {
            assert_eq!(cents(text, None), None, "{text}");
        }
    }

    #[test]
    fn shares_may_be_percentages() {
        let share = |text| RawNumber::read(&Cell::Text(text), true).ok()?.scaled(6, None).map(|(share, _)| share);
        assert_eq!(share("80 %"), Some(800_000));
        assert_eq!(share("0,8"), Some(800_000));
        assert_eq!(share("62.5%"), Some(625_000));
    }
}
